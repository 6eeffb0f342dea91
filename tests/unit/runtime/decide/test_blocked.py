"""What cannot be decided blocks its own case alone, and comes back by redrive or discard."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone

from shared.contracts.common import DiscardDeadLetters, RedriveDeadLetters
from shared.contracts.envelope import Actor
from shared.runtime.base.records import Raw
from tests.support.runtime.harness import World
from tests.support.runtime.service import POISON, ROSTERS, T0, Ask

BEIJING = timezone(timedelta(hours=8))


def without(record: Raw, *names: str, **more: bytes) -> Raw:
    """The same record with some headers left out or put in."""
    headers = [(n, v) for n, v in record.headers if n not in names and n not in more]
    return replace(record, headers=(*headers, *more.items()))


# Blocked ----------------------------------------------------------------------------------------


def test_a_raising_decision_parks_its_case_only_and_what_follows_waits_behind_it() -> None:
    world = World()
    world.mistakes.decision = True
    world.run(
        [
            world.log.event("a1", 1, 1),
            world.log.event("a1", 2, POISON),
            world.log.event("b1", 1, 2),
            world.log.event("a1", 3, 3),
            world.log.command("a1", Ask(amount=4), id="c-1", at=T0 + timedelta(hours=9)),
        ]
    )
    assert world.state("a1").total == 1
    assert world.state("b1").total == 2
    assert world.reasons() == ["decision.raised", "case.parked", "case.parked"]
    assert [row["order"] for row in world.letters()] == [1, 2, 3]
    assert "Broken" in world.letters()[0]["stack"]
    topics = {m.topic for m in world.published}
    assert topics == {"mediation.events", "mediation.deadletters", "portal.rejections"}


def test_redriving_in_vain_leaves_everything_as_it_was() -> None:
    world = World()
    world.mistakes.decision = True
    world.run([world.log.event("a1", n, POISON) for n in (1, 2)])
    world.run([world.log.command("a1", RedriveDeadLetters(), id="r")])
    assert [row["tries"] for row in world.letters()] == [2, 1]
    assert world.rows("history") == {}


def test_a_discard_lets_what_follows_go_on() -> None:
    world = World()
    world.mistakes.decision = True
    world.run([world.log.event("a1", n, a) for n, a in ((1, 1), (2, POISON))])
    world.run([world.log.command("a1", DiscardDeadLetters(), id="d"), world.log.event("a1", 3, 5)])
    assert world.state("a1").total == 6
    assert world.letters() == []
    assert len(world.letters("discarded")) == 1


def test_a_remedy_reaches_letters_of_its_own_batch() -> None:
    world = World()
    world.mistakes.decision = True
    world.run([world.log.event("a1", 1, POISON)])
    world.mistakes.decision = False
    world.run([world.log.event("a1", 2, 2), world.log.command("a1", RedriveDeadLetters(), id="r")])
    assert world.state("a1").total == 15
    assert world.letters() == []
    assert world.rows("streams")["a1"].get("parked") is None


def test_what_is_no_message_parks_its_case_even_when_nothing_is_known_of_it_yet() -> None:
    world = World()
    bad = without(world.log.event("a1", 1), ce_type=b"suyuan.intake.step.v9")
    world.run([bad, world.log.event("a1", 2, 2), world.log.event("b1", 1, 1)])
    assert world.reasons() == ["message.unknown_type", "case.parked"]
    assert world.state("b1").total == 1
    world.run([world.log.command("a1", DiscardDeadLetters(letters=(world.letters()[0]["_id"],)), id="d")])
    world.run([world.log.command("a1", RedriveDeadLetters(), id="r")])
    assert world.state("a1").total == 2
    assert world.letters() == []


def test_a_discarded_first_message_of_a_case_does_not_hold_the_next_for_ever() -> None:
    world = World()
    bad = without(world.log.event("a1", 1), ce_type=b"suyuan.intake.step.v9")
    world.run([bad], [world.log.command("a1", DiscardDeadLetters(), id="d")], [world.log.event("a1", 2, 2)])
    assert world.state("a1").total == 2
    assert world.rows("holds") == {}


def test_the_same_bad_message_three_times_has_one_effect_after_the_mending() -> None:
    world = World()
    world.rejects = {"a1"}
    event = world.log.event("a1", 1, 1)
    command = world.log.command("a1", Ask(amount=4), id="c-1")
    world.run([event, world.log.again(event), command, world.log.again(command), world.log.again(command)])
    world.rejects = set()
    ids = tuple(row["_id"] for row in world.letters())
    world.run([world.log.command("a1", RedriveDeadLetters(letters=ids), id=f"r-{n}") for n in range(2)])
    assert world.state("a1").total == 5
    assert world.letters() == []


def test_a_letter_without_a_case_that_fails_again_keeps_no_other_from_its_turn() -> None:
    world = World()
    world.rejects = {"a1", "b1"}
    world.run([world.log.command(s, Ask(amount=4), id=f"c-{s}") for s in ("a1", "b1")])
    world.rejects = {"a1"}
    ids = tuple(row["_id"] for row in world.letters())
    world.run([world.log.command("x", RedriveDeadLetters(letters=ids), id="r")])
    assert world.state("b1").total == 4
    assert [row["message"] for row in world.letters()] == ["c-a1"]


def test_a_message_from_the_future_waits_until_its_time_has_come() -> None:
    """It is tried by the measure of every message, with the five minutes that clocks may differ."""
    world = World()
    early = world.log.event("a1", 1, 1, at=world.now + timedelta(hours=1))
    world.run([replace(early, timestamp=int(world.now.timestamp() * 1000))])
    assert world.reasons() == ["time.in_future"]
    for minutes in (0, 54):
        world.now += timedelta(minutes=minutes)
        world.run([world.log.command("a1", RedriveDeadLetters(), id=f"r-{minutes}")])
        assert world.reasons() == ["time.in_future"]
    world.now += timedelta(minutes=2)
    world.run([world.log.command("a1", RedriveDeadLetters(), id="r-56")])
    assert world.state("a1").total == 1


# Who may ----------------------------------------------------------------------------------------


def test_only_an_operator_may_redrive_or_discard_and_on_the_commands_topic_alone() -> None:
    world = World()
    world.mistakes.decision = True
    world.run([world.log.event("a1", 1, POISON)])
    bank = Actor("ccb", "p", "institution_agent")
    world.run(
        [
            world.log.command("a1", DiscardDeadLetters(), id="d-1", actor=bank),
            world.log.command("a1", DiscardDeadLetters(), id="d-2", topic="filings.ccb"),
            world.log.command("a1", DiscardDeadLetters(), id="d-3", topic=ROSTERS),
            world.log.command("a1", DiscardDeadLetters(), id="d-4", topic="intake.commands"),
        ]
    )
    assert world.letters("discarded") == []
    assert world.reasons()[1:] == ["actor.not_allowed", *["message.wrong_topic"] * 3]
