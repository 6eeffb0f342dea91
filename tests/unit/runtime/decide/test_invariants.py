"""Nothing lost, nothing twice, in order: whatever the batches, repeats, delays and crashes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.common import AdvanceClock, DiscardDeadLetters, RedriveDeadLetters
from shared.runtime.base.records import Raw
from tests.support.runtime.checks import SUBJECTS, cut, sound
from tests.support.runtime.harness import Killed, World
from tests.support.runtime.service import OPERATOR, POISON, SOURCE, T0, Ask, spoken

SOME = settings(max_examples=50, deadline=None)

steps = st.lists(
    st.tuples(st.sampled_from(SUBJECTS), st.sampled_from((1, 2, POISON)), st.sampled_from((0, 0, 1, 3))),
    min_size=1,
    max_size=14,
)


def told(world: World, wanted: Sequence[tuple[str, int, int]]) -> list[Raw]:
    """Tell the world some steps, numbered per subject."""
    numbers: dict[str, int] = {}
    out = []
    for subject, amount, hours in wanted:
        numbers[subject] = numbers.get(subject, 0) + 1
        out.append(world.log.event(subject, numbers[subject], amount, hours=hours))
    return out


def reference(wanted: Sequence[tuple[str, int, int]]) -> World:
    """The plain run: one message at a time, each once, in order."""
    world = World()
    world.run(*[[record] for record in told(world, wanted)])
    sound(world)
    return world


@SOME
@given(steps, st.data())
def test_any_batches_repeats_and_delays_come_to_the_same_end(
    wanted: list[tuple[str, int, int]], data: st.DataObject
) -> None:
    with spoken():
        plain = reference(wanted)
        world = World()
        once = told(World(), wanted)
        arriving = data.draw(
            st.permutations([*once, *data.draw(st.lists(st.sampled_from(once), max_size=8))])
        )
        records = [world.log.again(record) for record in arriving]
        sizes = data.draw(st.lists(st.integers(1, 6), min_size=1, max_size=4))
        world.run(*cut(records, sizes))
        sound(world)
        assert world.end() == plain.end()


@SOME
@given(steps, st.lists(st.integers(1, 6), min_size=1, max_size=4))
def test_reading_everything_again_from_the_beginning_changes_nothing(
    wanted: list[tuple[str, int, int]], sizes: list[int]
) -> None:
    with spoken():
        world = World()
        records = told(world, wanted)
        world.run(*cut(records, sizes))
        before, published = world.end(), len(world.published)
        world.start()
        world.run(*cut(records, sizes))
        assert world.end() == before
        assert len(world.published) == published


@SOME
@given(steps, st.data())
def test_a_crash_at_any_instant_loses_nothing(
    wanted: list[tuple[str, int, int]], data: st.DataObject
) -> None:
    with spoken():
        plain = reference(wanted)
        world = World()
        batches = cut(told(world, wanted), data.draw(st.lists(st.integers(1, 5), min_size=1, max_size=3)))
        asyncio.run(_with_crashes(world, batches, data))
        sound(world)
        assert world.end() == plain.end()


async def _with_crashes(world: World, batches: list[list[Raw]], data: st.DataObject) -> None:
    crashes = data.draw(st.lists(st.integers(0, 6), max_size=4))
    for after in [*crashes, None]:
        world.start()
        world.publisher.die_after = after
        world.database.uncertain = data.draw(st.integers(0, 1))
        try:
            # Each life begins with the first batch: Kafka's offsets are only a hint.
            await world.feed(*batches)
        except Killed:
            continue


@SOME
@given(steps, st.data())
def test_a_poisoned_case_waits_and_the_others_go_on_then_redrive_makes_it_whole(
    wanted: list[tuple[str, int, int]], data: st.DataObject
) -> None:
    with spoken():
        plain = reference(wanted)
        world = World()
        world.mistakes.decision = True
        once = told(World(), wanted)
        arriving = data.draw(
            st.permutations([*once, *data.draw(st.lists(st.sampled_from(once), max_size=5))])
        )
        sizes = data.draw(st.lists(st.integers(1, 6), min_size=1, max_size=4))
        world.run(*cut([world.log.again(record) for record in arriving], sizes))
        sick = {subject for subject, amount, _ in wanted if amount == POISON}
        for subject in set(SUBJECTS) - sick:
            assert world.history(subject) == plain.history(subject)
        assert {row["subject"] for row in world.letters()} == sick

        world.mistakes.decision = False
        again = [
            world.log.command(subject, RedriveDeadLetters(), id=f"r-{subject}-{n}")
            for subject in SUBJECTS
            for n in range(2)
        ]
        world.run(*cut(again, sizes))
        sound(world)
        assert world.letters() == []
        assert world.end() == plain.end()


commands = st.lists(
    st.tuples(
        st.sampled_from(SUBJECTS),
        st.sampled_from(("step", "ask", "nothing", "look", "redrive", "discard", "late")),
        st.sampled_from((1, 2, POISON)),
        st.sampled_from((0, 1, 3)),
    ),
    min_size=1,
    max_size=14,
)


def spoken_to(world: World, wanted: Sequence[tuple[str, str, int, int]]) -> list[Raw]:
    """Tell the world steps and commands; ids and times come from the place in the list."""
    numbers: dict[str, int] = {}
    out = []
    for place, (subject, what, amount, hours) in enumerate(wanted):
        at = T0.replace(minute=place)
        id_ = f"c-{place}"
        body: Any
        if what == "step":
            numbers[subject] = numbers.get(subject, 0) + 1
            out.append(world.log.event(subject, numbers[subject], amount, hours=hours, at=at))
            continue
        seen = None
        match what:
            case "ask":
                body = Ask(amount=amount)
            case "nothing":
                body = Ask(amount=0)
            case "look":
                body = AdvanceClock()
            case "redrive":
                body = RedriveDeadLetters()
            case "discard":
                body = DiscardDeadLetters()
            case _:
                body, seen = Ask(amount=1), hours
        out.append(world.log.command(subject, body, id=id_, at=at, seen=seen, actor=OPERATOR))
    return out


@SOME
@given(commands, st.data())
def test_commands_redrives_and_repeats_do_not_depend_on_where_the_batches_are_cut(
    wanted: list[tuple[str, str, int, int]], data: st.DataObject
) -> None:
    with spoken():
        broken = data.draw(st.booleans())
        plain = World()
        plain.mistakes.decision = broken
        plain.run(*[[record] for record in spoken_to(plain, wanted)])
        sound(plain)

        world = World()
        world.mistakes.decision = broken
        records = spoken_to(world, wanted)
        repeats = data.draw(st.lists(st.sampled_from(records), max_size=5))
        records += [world.log.again(record) for record in repeats]
        world.run(*cut(records, data.draw(st.lists(st.integers(1, 8), min_size=1, max_size=4))))
        sound(world)
        assert world.end() == plain.end()


@SOME
@given(steps, st.lists(st.integers(0, 14), max_size=6))
def test_timers_fire_at_their_due_time_however_often_somebody_looks(
    wanted: list[tuple[str, int, int]], looks: list[int]
) -> None:
    """A look before each message is what the ticker does; without looks the messages do it."""
    with spoken():
        plain = World()
        plain.run(*[[record] for record in told(plain, wanted)])
        asyncio.run(_look(plain, 300))
        world = World()
        asyncio.run(_with_looks(world, told(world, wanted), looks))
        asyncio.run(_look(world, 300))
        assert {s: world.history(s) for s in SUBJECTS} == {s: plain.history(s) for s in SUBJECTS}
        assert all(row.get("due") is None for row in world.rows("streams").values())


async def _with_looks(world: World, records: list[Raw], looks: list[int]) -> None:
    await world.worker.own({f"mediation.commands:{p}" for p in range(3)})
    for place, record in enumerate(records):
        if place in looks:
            # A look never runs ahead of what has come: the next message's own time is later.
            at = T0.fromtimestamp(record.timestamp / 1000, T0.tzinfo)
            await world.worker.tick([record.headers[4][1].decode()], "mediation.commands", at)  # type: ignore[union-attr]
        await world.worker.take([record])
    await world.worker.release()


async def _look(world: World, hours: int) -> None:
    from datetime import timedelta

    await world.worker.own({f"mediation.commands:{p}" for p in range(3)})
    for _ in range(2):
        await world.worker.tick(list(SUBJECTS), "mediation.commands", T0 + timedelta(hours=hours))
    await world.worker.release()


def test_the_model_of_the_log_itself_numbers_per_source() -> None:
    with spoken():
        world = World()
        assert [dict(r.headers)["ce_sequence"] for r in told(world, [("a1", 1, 0), ("a1", 1, 0)])] == [
            b"1",
            b"2",
        ]
        assert dict(told(world, [("a1", 1, 0)])[0].headers)["ce_source"] == SOURCE.encode()
