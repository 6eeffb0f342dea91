"""The mechanism, sentence by sentence, on a counter in memory."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from shared.casework.protocol import Formerly, Put, Received, Routed
from shared.contracts.common import AdvanceClock, RedriveDeadLetters
from shared.runtime.base.records import Raw
from shared.runtime.decide.chains import broken_links
from tests.support.runtime.harness import World
from tests.support.runtime.service import COMMANDS, EVENTS, POISON, SOURCE, T0, Ask

BEIJING = timezone(timedelta(hours=8))


def without(record: Raw, *names: str, **more: bytes) -> Raw:
    """The same record with some headers left out or put in."""
    headers = [(n, v) for n, v in record.headers if n not in names and n not in more]
    return replace(record, headers=(*headers, *more.items()))


# In their turn ----------------------------------------------------------------------------------


def test_an_early_message_is_held_and_applied_right_after_the_missing_one() -> None:
    world = World()
    world.run([world.log.event("a1", n, n) for n in (3, 2)])
    assert world.rows("history") == {}
    assert len(world.rows("holds")) == 2
    world.run([world.log.event("a1", 1, 1)])
    assert world.state("a1").total == 6
    assert [v for _, v in world.told("a1")] == [f'{{"amount":{n},"fired":0}}' for n in (1, 2, 3)]
    assert world.rows("holds") == {}


def test_what_the_route_keeps_from_a_decision_reaches_the_rows_whichever_way_the_message_took() -> None:
    world = World()
    counter = world.engine.streams["counter"]
    kept = replace(counter, rows=lambda change: [Put("kept", change.received.id, {"what": change.kept})])
    world.engine.streams["counter"] = kept
    world.engine.route = lambda topic, key, message: Routed(kept, message, kept=f"of {message.id}")
    world.mistakes.decision = True
    world.run([world.log.event("a1", 2, 2), world.log.event("a1", 1, 1)], [world.log.event("b1", 1, POISON)])
    world.mistakes.decision = False
    world.run([world.log.command("b1", RedriveDeadLetters(), id="redrive")])
    at_once, held, redriven = f"a1:1@{SOURCE}", f"a1:2@{SOURCE}", f"b1:1@{SOURCE}"
    assert {id: row["what"] for id, row in world.rows("kept").items()} == {
        id: f"of {id}" for id in (at_once, held, redriven)
    }


def renamed(world: World) -> None:
    """From now on the counter gives its subjects ids of another kind; those of before may stand."""
    counter = world.engine.streams["counter"]

    def route(topic: str, key: str, message: Received) -> Routed:
        new = replace(message, subject=f"new-{message.subject}")
        way = Formerly(message.subject, lambda: Routed(counter, message, kept="old"))
        return Routed(counter, new, kept="new", formerly=way)

    world.engine.route = route


def test_a_subject_of_before_goes_on_under_the_id_that_it_has_and_a_new_one_gets_the_new_one() -> None:
    world = World()
    world.run([world.log.command("a1", Ask(amount=2), id="c1")])
    renamed(world)
    world.run(
        [world.log.command("a1", Ask(amount=3), id="c2"), world.log.command("b1", Ask(amount=5), id="c3")]
    )
    assert {"a1": world.state("a1").total, "new-b1": world.state("new-b1").total} == {"a1": 5, "new-b1": 5}
    assert set(world.rows("streams")) == {"a1", "new-b1"}


def test_a_dead_letter_that_is_tried_again_reaches_the_subject_of_before() -> None:
    world = World()
    world.run([world.log.command("a1", Ask(amount=2), id="c1")])
    renamed(world)
    world.mistakes.decision = True
    world.run([world.log.command("a1", Ask(amount=POISON), id="c2")])
    assert [row["subject"] for row in world.letters()] == ["a1"]
    world.mistakes.decision = False
    world.run([world.log.command("a1", RedriveDeadLetters(), id="again")])
    assert (world.state("a1").total, world.letters()) == (2 + POISON, [])


def test_what_was_only_ever_refused_under_a_former_id_is_no_subject_of_before() -> None:
    world = World()
    world.run([world.log.command("a1", Ask(amount=2), id="c1")])
    world.rows("streams")["a1"]["state"] = None
    renamed(world)
    world.run([world.log.command("a1", Ask(amount=3), id="c2")])
    assert world.state("new-a1").total == 3


def test_a_held_message_keeps_its_time_to_the_microsecond_and_its_zone() -> None:
    at = datetime(2026, 3, 2, 9, 0, 0, 123_456, tzinfo=BEIJING)
    plain, world = World(), World()
    plain.run([plain.log.event("a1", 1, at=at), plain.log.event("a1", 2, at=at)])
    early, late = world.log.event("a1", 2, at=at), world.log.event("a1", 1, at=at)
    world.run([early], [late])
    assert world.history("a1") == plain.history("a1")


def test_a_dead_letter_keeps_its_time_to_the_microsecond_and_its_zone() -> None:
    at = datetime(2026, 3, 2, 9, 0, 0, 123_456, tzinfo=BEIJING)
    plain, world = World(), World()
    plain.run([plain.log.event("a1", 1, POISON, at=at)])
    world.mistakes.decision = True
    world.run([world.log.event("a1", 1, POISON, at=at)])
    world.mistakes.decision = False
    world.run([world.log.command("a1", RedriveDeadLetters(), id="r")])
    assert world.history("a1") == plain.history("a1")


def test_sources_have_numbers_of_their_own() -> None:
    world = World()
    ours = world.log.event("a1", 1, 1)
    others = world.log.event("a1", 1, 2, source="/suyuan/court_bridge", topic="court.events")
    world.run([ours, others, world.log.again(ours), world.log.again(others)])
    assert world.state("a1").total == 3


def test_a_command_id_has_one_effect_wherever_it_comes_again() -> None:
    world = World()
    one = world.log.command("a1", Ask(amount=5), id="c-1")
    world.run([one, world.log.again(one)])
    world.start()
    world.run([world.log.again(one)])
    assert world.state("a1").total == 5
    assert len(world.history("a1")) == 1


def test_what_nobody_cares_about_leaves_no_trace_but_the_offset() -> None:
    world = World()
    world.run([world.log.event("other1", 1)])
    assert world.rows("streams") == {}
    assert [row["offset"] for row in world.rows("watermarks").values()] == [0]


def test_a_topic_without_its_beginning_starts_from_a_baseline_instead_of_holding_for_ever() -> None:
    world = World()
    for _ in range(4):
        world.log.event("a1", 1)
    origin = next(f"{t}:{p}" for (t, p), end in world.log.ends.items() if end == 4)
    world.first = {origin: 4}
    world.run([world.log.event("a1", 5, 2), world.log.event("a1", 7, 4)], [world.log.event("a1", 6, 3)])
    assert world.state("a1").total == 9
    assert world.rows("holds") == {}


def begun_at(world: World, first: int) -> None:
    """Let the world read a topic of which everything before some offset is gone."""
    for _ in range(first):
        world.log.event("a1", 1)
    world.first = {f"{t}:{p}": first for (t, p), end in world.log.ends.items() if end == first}


def test_after_a_baseline_a_number_that_comes_behind_the_next_is_not_dropped_in_silence() -> None:
    world = World()
    begun_at(world, 4)
    world.run([world.log.event("a1", 2, 2)], [world.log.event("a1", 1, 1), world.log.event("a1", 3, 4)])
    assert world.state("a1").total == 2
    assert world.reasons() == ["sequence.before_baseline", "case.parked"]
    world.run([world.log.command("a1", RedriveDeadLetters(), id="r")])
    assert world.state("a1").total == 7
    assert world.letters() == []


def test_a_straggler_that_comes_twice_has_one_effect() -> None:
    world = World()
    begun_at(world, 4)
    following = world.log.event("a1", 2, 2)
    straggler = world.log.event("a1", 1, 1)
    world.run([following, straggler, world.log.again(straggler)])
    assert world.reasons() == ["sequence.before_baseline"]
    world.run([world.log.command("a1", RedriveDeadLetters(), id="r"), world.log.again(straggler)])
    assert world.state("a1").total == 3


def test_baselines_of_two_replicas_that_start_together_both_count() -> None:
    world = World()

    async def start_both() -> frozenset[str]:
        await asyncio.gather(
            world.repository.begin({"intake.events:0": 7}), world.repository.begin({"intake.events:1": 7})
        )
        return await world.repository.baselines()

    assert asyncio.run(start_both()) == {"intake.events:0", "intake.events:1"}


# Answers ----------------------------------------------------------------------------------------


def test_a_command_that_changes_nothing_is_answered() -> None:
    world = World()
    world.run([world.log.command("a1", Ask(amount=0), id="c-1")])
    assert [t for t, _ in world.told("a1")] == ["command-unchanged"]


def test_a_command_that_changes_nothing_is_answered_also_when_a_timer_fired_before_it() -> None:
    world = World()
    world.run(
        [
            world.log.event("a1", 1, 1, hours=1, at=T0),
            world.log.command("a1", Ask(amount=0), id="c-1", at=T0 + timedelta(hours=2)),
        ]
    )
    assert [t for t, _ in world.told("a1")][2:] == ["timer-fired", "command-unchanged"]
    assert world.history("a1")[-1]["causation"] == "c-1"


def test_a_stale_version_is_refused() -> None:
    world = World()
    first = [world.log.event("a1", 1), world.log.event("a1", 2)]
    stale = world.log.command("a1", Ask(amount=9), id="c-1", seen=1, at=T0 + timedelta(hours=3))
    fresh = world.log.command("a1", Ask(amount=5), id="c-2", seen=3, at=T0 + timedelta(hours=4))
    world.run([*first, stale, fresh])
    assert [t for t, _ in world.told("a1")] == ["added", "added", "command-refused", "added"]
    assert "version.stale" in world.told("a1")[2][1]
    assert world.state("a1").total == 7


def test_a_version_from_before_a_timer_is_stale_whether_or_not_somebody_looked() -> None:
    for looked in (False, True):
        world = World()
        world.run([world.log.event("a1", 1, 1, hours=1, at=T0)])
        later = T0 + timedelta(hours=2)
        if looked:
            world.run([world.log.command("a1", AdvanceClock(), id="look", at=later)])
        seen = 2
        world.run([world.log.command("a1", Ask(amount=9), id="c-1", at=later, seen=seen)])
        assert world.state("a1").total == 1, looked
        assert "version.stale" in world.told("a1")[-1][1]


# Time -------------------------------------------------------------------------------------------


def test_a_message_after_a_due_timer_sees_what_the_timer_did() -> None:
    world = World()
    world.run(
        [world.log.event("a1", 1, 1, hours=1, at=T0), world.log.event("a1", 2, 1, at=T0 + timedelta(days=1))]
    )
    assert world.told("a1")[2][0] == "timer-fired"
    assert world.told("a1")[3] == ("added", '{"amount":1,"fired":1}')
    fired = world.history("a1")[2]
    assert fired["time"] == (T0 + timedelta(hours=1)).isoformat()
    assert fired["actor"] == "system//timer"


def test_a_clock_that_raises_stops_no_other_and_is_looked_at_again_after_the_fix() -> None:
    world = World()
    world.run([world.log.event("a1", 1, 1, hours=1, at=T0), world.log.event("b1", 1, 1, hours=1, at=T0)])
    asyncio.run(_clocks_go_wrong(world))
    assert world.state("a1").fired == 0
    # After the fix, the next message finds the deadline that passed.
    world.run([world.log.event("a1", 2, 1, at=T0 + timedelta(hours=3))])
    assert world.state("a1").fired == 1
    # And a quiet case is found by the ticker, not at once, but after a while.
    assert asyncio.run(world.repository.idle.due([0, 1, 2], world.now, 10)) == []
    world.now += timedelta(hours=1)
    assert asyncio.run(world.repository.idle.due([0, 1, 2], world.now, 10)) == ["b1"]


async def _clocks_go_wrong(world: World) -> None:
    await world.worker.own({f"{COMMANDS}:{p}" for p in range(3)})
    world.mistakes.clock = True
    await world.worker.tick(["a1", "b1"], COMMANDS, T0 + timedelta(hours=2))
    world.mistakes.clock = False
    await world.worker.release()


def test_a_clock_that_never_ends_concerns_its_case_alone() -> None:
    world = World()
    world.run([world.log.event("a1", 1, 1, hours=1, at=T0)])
    world.mistakes.endless = True
    world.run([world.log.event("a1", 2, 1, at=T0 + timedelta(hours=3)), world.log.event("b1", 1, 2)])
    assert world.reasons() == ["decision.raised"]
    assert world.state("b1").total == 2


def test_parked_cases_do_not_keep_the_ticker_from_the_others() -> None:
    world = World()
    world.mistakes.decision = True
    world.run(
        [
            world.log.event("a1", 1, 1, hours=1, at=T0),
            world.log.event("a1", 2, POISON, at=T0),
            world.log.event("b1", 1, 1, hours=2, at=T0),
        ]
    )
    assert asyncio.run(world.repository.idle.due([0, 1, 2], world.now, 1)) == ["b1"]


def test_a_redrive_on_monday_does_not_miss_fridays_deadline() -> None:
    world = World()
    friday = T0 + timedelta(days=4)
    world.run([world.log.event("a1", 1, 1, hours=24 * 5, at=T0)])
    world.mistakes.decision = True
    world.run([world.log.event("a1", 2, POISON, at=friday)])
    world.mistakes.decision = False
    monday = friday + timedelta(days=3)
    world.run([world.log.command("a1", RedriveDeadLetters(), id="r", at=monday)])
    assert world.told("a1")[2] == ("added", '{"amount":13,"fired":0}')


# Whole or not at all ----------------------------------------------------------------------------


def test_nothing_stays_of_a_message_whose_next_timer_cannot_be_told() -> None:
    world = World()
    world.mistakes.due = True
    world.run([world.log.event("a1", 1, POISON), world.log.event("a1", 2, 1), world.log.event("b1", 1, 1)])
    assert world.history("a1") == []
    assert world.rows("sums").keys() == {"b1"}
    assert [m.key for m in world.published if m.topic == "mediation.events"] == [b"b1"]
    assert world.reasons() == ["decision.raised", "case.parked"]


def test_a_state_that_cannot_be_stored_concerns_its_case_alone() -> None:
    world = World()
    world.mistakes.state = True
    world.run([world.log.event("a1", 1, POISON), world.log.event("a1", 2, 1), world.log.event("b1", 1, 1)])
    assert world.state("b1").total == 1
    assert world.history("a1") == []
    assert world.reasons() == ["decision.raised", "case.parked"]


def test_counters_and_whole_rows_of_one_row_keep_their_order() -> None:
    from shared.casework.protocol import Increment, Put
    from shared.runtime.decide.letters import Letters
    from shared.runtime.decide.unit_of_work import UnitOfWork

    unit = UnitOfWork(Letters(()))
    for write in (
        Increment("c", "x", {"n": 1}),
        Put("c", "x", {"n": 10}),
        Increment("c", "x", {"n": 2}),
    ):
        unit.write(write)
    world = World()
    asyncio.run(world.database.commit(unit.work((), "row")))
    assert world.rows("c")["x"]["n"] == 12


def test_one_changed_byte_in_a_history_is_named() -> None:
    world = World()
    world.run([world.log.event("a1", n) for n in (1, 2, 3)])
    for field in ("_id", "type", "time", "correlation", "causation", "actor", "value", "before", "digest"):
        rows = [dict(row) for row in world.history("a1")]
        text = rows[1][field]
        rows[1][field] = text[:-1] + chr(ord(text[-1]) ^ 1)
        assert rows[1]["_id"] in [one.row for one in broken_links(rows)], field
    assert list(broken_links(world.history("a1"))) == []
    assert list(broken_links(world.history("a1")[1:])) != []


def test_headers_names_of_the_envelope() -> None:
    world = World()
    world.run([world.log.event("a1", 1)])
    named = dict(world.published[0].headers)
    assert named["ce_id"] == b"a1:1@/suyuan/mediation"
    assert named["ce_causationid"] == f"a1:1@{SOURCE}".encode()
    assert named["ce_time"] == (T0 + timedelta(hours=1)).astimezone(UTC).isoformat().encode()
    assert EVENTS not in {m.topic for m in world.published}
