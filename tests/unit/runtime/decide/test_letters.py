"""Dead letters that come, go and come again: each record has one letter, and each number its turn."""

from __future__ import annotations

import asyncio

from shared.contracts.common import DiscardDeadLetters, RedriveDeadLetters
from shared.runtime.base.records import Fault, Raw
from shared.runtime.commit.mongo import Conflict
from shared.runtime.decide.letters import Letters
from tests.support.runtime.harness import World
from tests.support.runtime.service import POISON, Ask


def rejected(world: World, *records: Raw) -> tuple[str, ...]:
    """Let records come while their case is rejected; return the ids of their letters."""
    subjects = {(record.key or b"").decode() for record in records}
    world.rejects |= subjects
    world.run(list(records))
    world.rejects -= subjects
    return tuple(f"{r.topic}:{r.partition}:{r.offset}" for r in records)


def redrive(world: World, *ids: str, subject: str = "x", name: str = "r") -> Raw:
    return world.log.command(subject, RedriveDeadLetters(letters=ids), id=name)


def discard(world: World, *ids: str, subject: str = "x", name: str = "d") -> Raw:
    return world.log.command(subject, DiscardDeadLetters(letters=ids), id=name)


def test_a_redriven_early_letter_that_fails_after_its_hold_is_the_same_letter_again() -> None:
    world = World()
    (early,) = rejected(world, world.log.event("a1", 2, POISON))
    world.mistakes.decision = True
    world.run([redrive(world, early)])
    assert world.letters() == []
    assert len(world.rows("holds")) == 1
    world.run([world.log.event("a1", 1, 1), world.log.event("b1", 1, 1)])
    assert world.state("b1").total == 1
    (letter,) = world.letters()
    assert (letter["_id"], letter["subject"], letter["order"]) == (early, "a1", 1)
    assert (letter["reason"], letter["tries"]) == ("decision.raised", 2)
    assert "closed_at" not in letter
    world.mistakes.decision = False
    world.run([redrive(world, subject="a1", name="r-2")], [world.log.event("a1", 3, 1)])
    assert world.state("a1").total == POISON + 2
    assert world.letters() == []


def test_a_letter_that_is_redriven_held_and_fails_in_one_batch_is_one_letter() -> None:
    world = World()
    (early,) = rejected(world, world.log.event("a1", 2, POISON))
    world.mistakes.decision = True
    world.run([redrive(world, early), world.log.event("a1", 1, 1)])
    assert [(row["_id"], row["tries"]) for row in world.letters()] == [(early, 2)]
    assert world.database.commits == 2


def test_a_letter_that_a_command_names_twice_is_tried_once() -> None:
    """A command about a letter is keyed by it, and may name it in its list as well."""
    world = World()
    (one,) = rejected(world, world.log.command("a1", Ask(amount=4), id="c"))
    world.rejects |= {"a1"}

    world.run([redrive(world, one, one, subject=one)])

    assert [(row["_id"], row["tries"]) for row in world.letters()] == [(one, 2)]


def test_a_discarded_early_letter_of_an_unknown_case_is_passed_over_in_its_turn() -> None:
    world = World()
    (early,) = rejected(world, world.log.event("a1", 2, 100))
    world.run([discard(world, early)])
    assert len(world.letters("discarded")) == 1
    world.run([world.log.event("a1", 3, 3)], [world.log.event("a1", 1, 1)])
    assert world.state("a1").total == 4
    assert world.rows("holds") == {}
    assert "discarded" not in world.rows("streams")["a1"]


def test_discarded_early_letters_are_passed_over_behind_a_dead_letter_as_well() -> None:
    world = World()
    world.mistakes.decision = True
    early = rejected(world, world.log.event("a1", 2, 100), world.log.event("a1", 4, 100))
    world.run([discard(world, *early)])
    world.run([world.log.event("a1", 1, POISON), world.log.event("a1", 3, 3), world.log.event("a1", 5, 5)])
    assert [row["order"] for row in world.letters()] == [1, 2, 3]
    world.mistakes.decision = False
    world.run([redrive(world, subject="a1", name="r-2")], [world.log.event("a1", 6, 6)])
    assert world.state("a1").total == POISON + 3 + 5 + 6
    assert world.letters() == []


def test_the_number_of_a_discarded_letter_never_takes_effect_however_it_comes_again() -> None:
    world = World()
    event = world.log.event("a1", 2, 100)
    (early,) = rejected(world, event)
    world.run([discard(world, early)])
    world.run([world.log.again(event)], [world.log.event("a1", 1, 1)], [world.log.again(event)])
    assert world.state("a1").total == 1
    assert world.rows("holds") == {}


def test_a_good_copy_that_waits_is_not_given_up_with_the_bad_one() -> None:
    world = World()
    event = world.log.event("a1", 2, 2)
    (early,) = rejected(world, event)
    world.run([world.log.again(event)], [discard(world, early)], [world.log.event("a1", 1, 1)])
    assert world.state("a1").total == 3


def test_a_redriven_letter_whose_case_is_blocked_waits_behind_the_others_of_its_case() -> None:
    world = World()
    world.mistakes.decision = True
    (command,) = rejected(world, world.log.command("a1", Ask(amount=5), id="c-1"))
    world.run([world.log.event("a1", 1, POISON)], [redrive(world, command)])
    assert [(row["subject"], row["order"]) for row in sorted(world.letters(), key=_order)] == [
        ("a1", 1),
        ("a1", 2),
    ]
    world.mistakes.decision = False
    world.run([redrive(world, subject="a1", name="r-2")])
    assert world.state("a1").total == POISON + 5
    assert world.letters() == []


def test_the_letters_of_a_case_stand_in_their_order_however_they_were_loaded() -> None:
    rows = [
        {"_id": f"intake.events:0:{offset}", "subject": "a1", "order": order, "record": {"offset": offset}}
        for order, offset in ((10, 10), (2, 12), (9, 8), (1, 11))
    ]
    letters = Letters(rows)
    assert [row["order"] for row in letters.of("a1")] == [1, 2, 9, 10]
    letters.failed(rows[3], Fault("decision.raised", "again"))
    letters.bury({**rows[1], "order": 11})
    assert [row["order"] for row in letters.of("a1")] == [1, 9, 10, 11]


def test_letters_are_redriven_in_the_order_in_which_they_came_however_they_are_named() -> None:
    world = World()
    ids = rejected(world, *(world.log.command("a1", Ask(amount=n), id=f"c-{n}") for n in range(1, 13)))
    world.run([redrive(world, *sorted(ids, reverse=True))])
    assert [value.split(",")[0] for _, value in world.told("a1")] == [f'{{"amount":{n}' for n in range(1, 13)]


def _order(row: dict[str, int]) -> int:
    return row["order"]


def test_conflicts_without_end_on_one_message_are_a_trouble_with_its_name() -> None:
    world = World()
    commit, left = world.database.commit, [6]

    async def conflicting(work: object) -> None:
        if left[0]:
            left[0] -= 1
            raise Conflict(code="mongo.conflict", zh="", en="duplicate key")
        await commit(work)  # type: ignore[arg-type]

    world.database.commit = conflicting  # type: ignore[method-assign]
    record = world.log.event("a1", 1, 1)
    told: set[str] = set()

    async def watch() -> None:
        while True:
            told.add(world.worker.health.trouble)
            await asyncio.sleep(0.01)

    async def both() -> None:
        watching = asyncio.create_task(watch())
        await world.feed([record])
        watching.cancel()

    asyncio.run(both())
    assert world.state("a1").total == 1
    assert world.worker.health.trouble == ""
    named = [text for text in told if text.startswith("commit.conflict: ")]
    assert named
    assert all(f"intake.events:{record.partition}:0 (ce_id 'a1:1@/suyuan/intake')" in text for text in named)
    assert "duplicate key" in named[0]
