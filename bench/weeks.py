"""A week of many series closed and judged: what the service does, but for broker and database.

Each shard says what it has counted; its archive is read as the database keeps it, judges the week and is
written again; the sums of groups are judged, and the panel says of all together which series are told.
"""

import os
import resource
import time
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from services.alerts.archive import Archive
from services.alerts.counts import Shard
from services.alerts.groups.state import SEVERAL, Groups, sums_of
from services.alerts.handlers import handlers
from services.alerts.rules.packing import Key, key_of
from services.alerts.rules.shards import archive_id, shard_id
from shared.casework.calendar import SHANGHAI
from shared.casework.case_ids import GROUPS, PANEL
from shared.casework.protocol import Received, Stream
from shared.contracts.counts import CountingStarted, SurgeFound, WeekClosing, WeekJudged
from shared.contracts.envelope import SYSTEM
from shared.contracts.groups import WeekSummed
from shared.contracts.kinds import Cause
from shared.contracts.message import Event, Message
from shared.runtime.base.documents import Document
from shared.runtime.decide import states

FIRST: Final = date(2015, 1, 5)
WEEKS: Final = 520
LAST: Final = FIRST + timedelta(weeks=WEEKS - 1)
_AT: Final = datetime.combine(LAST + timedelta(weeks=1), datetime.min.time(), SHANGHAI)
_ISSUES: Final = 100
"""Of each institution and cause."""
_SURGES: Final = 500
"""One series in so many has a surge in the last week."""


@dataclass(frozen=True, slots=True)
class Closed:
    """The week of a shard.

    Attributes:
        judged: What its archive says.
        summed: What it says to the sums.
        sums: What its past weeks add to each sum, shape (weeks,).
        cpu_s: CPU seconds by step.
        stored: The archive as it is kept.
        array: Bytes of its counts in memory.
        process: Which worked.
        passed_s: Seconds that passed meanwhile.
    """

    judged: WeekJudged
    summed: WeekSummed
    sums: dict[Key, NDArray[np.int32]]
    cpu_s: dict[str, float]
    stored: Document
    array: int
    process: int
    passed_s: float


@dataclass(slots=True)
class _Clock:
    """CPU time since the last step."""

    cpu_s: dict[str, float] = field(default_factory=dict)
    last: float = field(default_factory=time.process_time)

    def step(self, name: str) -> None:
        now = time.process_time()
        self.cpu_s[name], self.last = now - self.last, now


def counts_of(series: int, weeks: int, seed: int | list[int]) -> NDArray[np.int32]:
    """Return weekly counts with means from one in ten weeks to dozens, and a variance of 1.5 times these."""
    rng = np.random.default_rng(seed)
    mean = np.exp(rng.normal(0.5, 1.2, (series, 1)))
    return rng.negative_binomial(2.0 * mean, 1.0 / 1.5, (series, weeks)).astype(np.int32)


def closed(number: int, series: int, seed: int) -> Closed:
    """Close and judge the last of ten years of weeks in one shard.

    Args:
        number: Of the shard.
        series: In this shard.
        seed: Of the counts.
    """
    made, counts = handlers(), counts_of(series, WEEKS, [seed, number])
    counts[::_SURGES, -1] += 3 * counts[::_SURGES, :-1].max(axis=1)
    keys = tuple(_key(number, one) for one in range(series))
    begins = tuple((counts > 0).argmax(axis=1).tolist())
    archive = Archive(first=FIRST, keys=keys, begins=begins, counts=counts[:, :-1])
    stored = states.written(made.archive, archive, None)
    open_weeks = states.written(made.counts, _open(keys, counts[:, -1]), None)
    del archive
    clock, began = _Clock(), time.monotonic()
    shard, _ = states.read(made.counts, open_weeks)
    closing = WeekClosing(shard=shard_id(number), week=LAST)
    _, (counted,) = _taken(made.counts, shard, shard_id(number), closing)
    clock.step("the shard counts out")
    kept, _ = states.read(made.archive, stored)
    clock.step("the archive is read")
    kept, (judged, summed) = _taken(made.archive, kept, archive_id(number), counted)
    clock.step("the archive judges")
    stored = states.written(made.archive, kept, None)
    clock.step("the archive is written")
    assert isinstance(judged, WeekJudged)
    assert isinstance(summed, WeekSummed)
    passed = time.monotonic() - began
    return Closed(
        judged,
        summed,
        _sums(keys, counts[:, :-1]),
        clock.cpu_s,
        stored,
        4 * series * WEEKS,
        os.getpid(),
        passed,
    )


def told(weeks: list[Closed]) -> tuple[int, float]:
    """Return how many series the panel tells of all shards, and its CPU seconds with those of the sums."""
    made, past = handlers(), dict[Key, NDArray[np.int32]]()
    for one in weeks:
        for key, row in one.sums.items():
            past[key] = past[key] + row if key in past else row
    counts = np.stack(list(past.values()))
    kept = Archive(first=FIRST, keys=tuple(past), begins=(0,) * len(past), counts=counts)
    sums = Groups(kept=kept, sole=dict.fromkeys(past, SEVERAL))
    panel, _ = _taken(made.panel, None, PANEL, CountingStarted(panel=PANEL, week=LAST))
    clock, said = _Clock(), list[Event]()
    for one in weeks:
        panel, events = _taken(made.panel, panel, PANEL, one.judged)
        sums, summed = _taken(made.groups, sums, GROUPS, one.summed)
        said += events
        for judged in summed:
            panel, events = _taken(made.panel, panel, PANEL, judged)
            said += events
    clock.step("panel")
    return sum(isinstance(event, SurgeFound) for event in said), clock.cpu_s["panel"]


def _sums(keys: tuple[Key, ...], counts: NDArray[np.int32]) -> dict[Key, NDArray[np.int32]]:
    """Return what series add to each sum over them."""
    made: dict[Key, NDArray[np.int32]] = {}
    for key, row in zip(keys, counts, strict=True):
        for group in sums_of(key):
            made[group] = made[group] + row if group in made else row
    return made


def held(archives: list[Document]) -> int:
    """Return the most bytes that were resident while all archives were read, and are held at once."""
    stream = handlers().archive
    all_of_them = [states.read(stream, one)[0] for one in archives]
    assert len(all_of_them) == len(archives)
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _taken(stream: Stream[Any], state: Any, subject: str, body: Message) -> tuple[Any, list[Event]]:
    """Return the state after a message, and its events."""
    source = "/suyuan/alerts"
    message = Received(body, f"{subject}:1@{source}", source, subject, _AT, SYSTEM, "", 1)
    events = list(stream.decide(state, message))
    for event in events:
        state = stream.evolve(state, event, _AT)
        event.__pydantic_serializer__.to_json(event)
    if stream.absorb is not None:
        state = stream.absorb(state, message)
    return state, events


def _key(number: int, one: int) -> Key:
    owner, issue = divmod(one, _ISSUES)
    cause = list(Cause)[owner % len(Cause)]
    return key_of(f"institution-{number}-{owner // len(Cause)}", cause.value, f"争议事项 {issue}")


def _open(keys: tuple[Key, ...], counts: NDArray[np.int32]) -> Shard:
    """Return a shard that has counted these in the last week, spread over its working days."""
    weeks: dict[str, dict[str, int]] = {}
    days: dict[str, dict[str, int]] = {}
    for key, count in zip(keys, counts.tolist(), strict=True):
        owner, _, issue = key.rpartition("\t")
        if count:
            weeks.setdefault(owner, {})[issue] = count
        for day in range(min(5, count)):
            days.setdefault(owner, {})[f"{issue}\t{day}"] = (count + 4 - day) // 5
    week = LAST.isoformat()
    return Shard(started=True, weeks={week: weeks}, open_from=LAST, days={week: days})
