"""What a service hears of holds and erasures, also of a case that is blocked: of the letters before them."""

from datetime import UTC, datetime, timedelta

from shared.contracts.envelope import Actor
from shared.contracts.message import Message
from shared.contracts.privacy import ErasureGround, PersonalDataErased
from shared.contracts.retention import CaseHeld, HoldReleased
from shared.runtime.base.records import Raw
from tests.support.runtime.harness import World
from tests.support.runtime.service import COMMANDS, EVENTS, POISON, SOURCE

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HELD = CaseHeld(hold_reason="另案审理", held_by="/courts/c/p/judge")
RELEASED = HoldReleased(release_reason="另案已结", released_by="/courts/c/p/judge")
ERASED = PersonalDataErased(ground=ErasureGround.NOT_NEEDED)


def says(world: World, body: Message, sequence: int | None, *, topic: str = EVENTS) -> Raw:
    at = NOW + timedelta(hours=sequence or 9)
    intake = Actor("system")
    return world.log.message(
        topic, "a1", body, id=f"a1:{sequence}", source=SOURCE, at=at, sequence=sequence, actor=intake
    )


def test_a_case_behind_dead_letters_is_held_all_the_same() -> None:
    world = World()
    world.mistakes.decision = True
    world.run([world.log.event("a1", 1, POISON)])
    world.run([says(world, HELD, 2)])
    assert len(world.letters()) == 2, "the event itself waits for its turn"
    assert world.rows("kept") == {"a1": {"_id": "a1", "held": True}}

    world.run([says(world, RELEASED, 3), says(world, ERASED, 4)])
    assert world.rows("kept")["a1"]["held"] is False
    assert set(world.rows("kept")) == {"a1", "a1|erased"}


def test_an_early_release_does_not_come_before_its_hold() -> None:
    world = World()
    world.run([says(world, RELEASED, 2)])
    assert world.rows("kept") == {}
    world.run([says(world, HELD, 1)])
    assert world.rows("kept")["a1"]["held"] is False
    world.run([says(world, HELD, 1)])
    assert world.rows("kept")["a1"]["held"] is False, "a repeat says nothing anew"


def test_nobody_outside_says_that_a_case_is_held_or_erased() -> None:
    world = World()
    world.run([says(world, ERASED, None, topic=COMMANDS)])
    assert world.rows("kept") == {}
