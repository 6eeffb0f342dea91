"""The last day of a period, to the day: golden dates, and a slow, obvious reference.

Source: 法释〔2021〕23号 arts 24, 26; 民事诉讼法 (2023) art 85.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from services.mediation.handlers import handlers
from shared.casework.announced import with_years
from shared.casework.calendar import SHANGHAI, Calendar, end_of_day, library_calendar, local_day
from shared.casework.protocol import Timed
from shared.contracts.calendar_file import CalendarFile
from shared.contracts.clocks import (
    AgreeExtension,
    PauseGround,
    PauseMediation,
    PeriodExtended,
    PeriodPaused,
    PeriodResumed,
    ProposeExtension,
    ResumeMediation,
)
from shared.contracts.kinds import DeadlineKind, Procedure
from shared.contracts.mediation import AcceptAssignment, DeadlineCorrected, MediationEnded
from tests.support.calendars import known_until, notice
from tests.support.spec import Given
from tests.unit.mediation.mother import (
    AGENT,
    CASE,
    PARTY,
    QUIET,
    mediator,
    network,
    opened,
    place,
)

M1 = mediator("m01")
PAUSE = PauseMediation(ground=PauseGround.APPRAISAL)
RESUME = ResumeMediation(ground=PauseGround.APPRAISAL)
LIBRARY = library_calendar()


# Golden dates -----------------------------------------------------------------------------------


def on(year: int, month: int, day: int, hour: int = 10) -> datetime:
    return datetime(year, month, day, hour, tzinfo=SHANGHAI)


LENGTH = {None: 30, Procedure.ORDINARY: 15, Procedure.SUMMARY: 7}
"""Days of a period: before docketing, and in a suit. Source: 法释〔2021〕23号 art 24."""


def accepted(when: datetime, calendar: Calendar, procedure: Procedure | None = None) -> Given:
    stream = handlers(network(), QUIET, calendar=calendar).case
    begun = opened(stream, when)
    in_suit = Given(stream, begun.state.but(procedure=procedure), CASE)
    designated = in_suit.when(place(), at=when)
    return designated.when(AcceptAssignment(), at=when, actor=M1)


def more(case: Given, days: int, when: datetime) -> Given:
    asked = case.when(ProposeExtension(days=days), at=when, actor=AGENT)
    return asked.when(AgreeExtension(days=days), at=when, actor=PARTY)


GOLDEN = [
    # Spring Festival 2026: 15 to 23 February are off, and Saturday the 14th and the 28th are worked.
    ("the 30th day is in the festival", on(2026, 1, 20), [], date(2026, 2, 24)),
    ("five days more and still in it", on(2026, 1, 16), [("more", 5, on(2026, 2, 9))], date(2026, 2, 24)),
    ("the longer period ends on a worked Saturday", on(2026, 1, 20), [("more", 9, on(2026, 2, 9))],
     date(2026, 2, 28)),
    ("a pause over the festival", on(2026, 2, 2), [("stop", on(2026, 2, 12)), ("go", on(2026, 2, 24))],
     date(2026, 3, 16)),
    # National Day 2026: 1 to 7 October are off; Saturday 10 October is worked.
    ("the 30th day is National Day", on(2026, 9, 1), [], date(2026, 10, 8)),
    ("one day more gains nothing in a holiday", on(2026, 9, 1), [("more", 1, on(2026, 9, 9))],
     date(2026, 10, 8)),
    ("stopped on a day off after the 30th day", on(2026, 9, 1),
     [("stop", on(2026, 10, 5)), ("go", on(2026, 10, 9))], date(2026, 10, 9)),
    ("a worked Saturday is a last day", on(2026, 9, 10), [], date(2026, 10, 10)),
]  # fmt: skip


GOLDEN_IN_SUIT = [
    ("the 15th day is in Spring Festival", Procedure.ORDINARY, on(2026, 2, 2), date(2026, 2, 24)),
    ("the 15th day is a worked Saturday", Procedure.ORDINARY, on(2026, 9, 25), date(2026, 10, 10)),
    ("the 7th day is in National Day", Procedure.SUMMARY, on(2026, 9, 25), date(2026, 10, 8)),
    ("the 7th day is a worked Saturday", Procedure.SUMMARY, on(2026, 2, 7), date(2026, 2, 14)),
    ("the 7th day is a Sunday", Procedure.SUMMARY, on(2026, 3, 1), date(2026, 3, 9)),
]


@pytest.mark.parametrize(
    ("procedure", "start", "last"),
    [one[1:] for one in GOLDEN_IN_SUIT],
    ids=[one[0] for one in GOLDEN_IN_SUIT],
)
def test_golden_days_after_docketing(procedure, start, last):
    case = accepted(start, LIBRARY, procedure)
    assert (case.state.due_at, case.state.due_provisional) == (end_of_day(last), False)


@pytest.mark.parametrize(
    ("start", "steps", "last"), [one[1:] for one in GOLDEN], ids=[one[0] for one in GOLDEN]
)
def test_golden_days(start, steps, last):
    case = accepted(start, LIBRARY)
    for step in steps:
        match step:
            case ("more", days, when):
                case = more(case, days, when)
            case ("stop", when):
                case = case.when(PAUSE, at=when, actor=M1)
            case ("go", when):
                case = case.when(RESUME, at=when, actor=M1)
    assert (case.state.due_at, case.state.due_provisional) == (end_of_day(last), False)


def announced(calendar: Calendar, case: Given, *off: str) -> Given:
    known = with_years(calendar, [CalendarFile.model_validate(notice(2027, off=off))])
    return Given(handlers(network(), QUIET, calendar=known).case, case.state, CASE)


def test_a_longer_period_over_the_turn_of_the_year_is_provisional_and_put_right():
    before = known_until(2026)
    case = more(accepted(on(2026, 12, 1), before), 14, on(2026, 12, 2))
    # 44 days after 1 December: Thursday 14 January 2027.
    assert (case.state.due_at, case.state.due_provisional) == (end_of_day(date(2027, 1, 14)), True)
    looked = announced(before, case, "2027-01-14", "2027-01-15").until(on(2026, 12, 20))
    looked.then(
        DeadlineCorrected(
            deadline=DeadlineKind.PERIOD,
            before=end_of_day(date(2027, 1, 14)),
            after=end_of_day(date(2027, 1, 18)),
        )
    )


def test_what_a_pause_moved_over_the_turn_of_the_year_is_put_right_from_its_new_beginning():
    before = known_until(2026)
    stopped = accepted(on(2026, 11, 16), before).when(PAUSE, at=on(2026, 11, 26), actor=M1)
    assert not stopped.state.due_provisional
    assert stopped.stream.awaits is not None
    assert stopped.stream.awaits(stopped.state) is None, "nothing waits for a calendar while it is paused"
    case = stopped.when(RESUME, at=on(2026, 12, 16), actor=M1)
    # 20 days are left: Tuesday 5 January 2027.
    assert (case.state.due_at, case.state.due_provisional) == (end_of_day(date(2027, 1, 5)), True)
    looked = announced(before, case, "2027-01-05").until(on(2026, 12, 20))
    (event,) = looked.events
    assert isinstance(event, DeadlineCorrected)
    assert event.after == end_of_day(date(2027, 1, 6))


# Against a slow, obvious reference ----------------------------------------------------------------

Step = tuple[str, datetime, int]


def simulated(start: datetime, steps: list[Step], calendar: Calendar, until: date, limit: int) -> date | None:
    """Go from day to day: a day is used if the clock ran at its first instant.

    The period is over with the end of the first working day on which all days are used and the clock runs.
    """
    used, runs = 0, True
    day = local_day(start)
    while day < until:
        if day > local_day(start) and runs:
            used += 1
        for kind, when, days in steps:
            if local_day(when) == day:
                runs = kind == "go" or (runs and kind != "stop")
                limit += days if kind == "more" else 0
        if runs and used >= limit and calendar.is_working_day(day):
            return day
        day += timedelta(days=1)
    return None


@st.composite
def histories(draw: st.DrawFn) -> tuple[datetime, list[Step]]:
    start = on(2025, 12, 1) + timedelta(hours=draw(st.integers(0, 24 * 300)))
    now, steps = start, []
    for kind in draw(st.lists(st.sampled_from(["stop", "go", "more"]), max_size=8)):
        now += timedelta(hours=draw(st.integers(0, 24 * 12)))
        steps.append((kind, now, draw(st.integers(1, 30)) if kind == "more" else 0))
    return start, steps


@dataclass
class Played:
    """A case that people acted in, and all that it told."""

    now: Given
    told: list[Timed]


def played(start: datetime, steps: list[Step], procedure: Procedure | None) -> Played:
    """Let people do it, as long as the mediation is open."""
    told: list[Timed] = []
    case = accepted(start, LIBRARY, procedure)
    for kind, when, days in steps:
        case = case.until(when)
        told += case.new
        if case.state.end is not None:
            break
        if kind == "more":
            case = more(case, days, when)
        else:
            case = case.when(PAUSE if kind == "stop" else RESUME, at=when, actor=M1)
        told += case.new
    return Played(case, told)


PROCEDURES = st.sampled_from([None, *Procedure])


@for_all(histories(), PROCEDURES)
def test_the_period_ends_on_the_day_that_a_count_from_day_to_day_finds(history, procedure) -> None:
    start, steps = history
    case = played(start, steps, procedure).now
    far = local_day(start) + timedelta(days=700)
    last = simulated(start, steps, LIBRARY, far, LENGTH[procedure])

    found = case if case.state.end is not None else case.until(on(far.year, far.month, far.day))
    ends = [timed for timed in found.new if isinstance(timed.event, MediationEnded)]
    assert [timed.at for timed in ends] == ([] if last is None else [end_of_day(last)])


@for_all(histories(), PROCEDURES)
def test_the_days_of_all_spans_are_the_days_that_were_used(history, procedure) -> None:
    """What is left at a pause, and what ran before it, make the whole length."""
    start, steps = history
    case = played(start, steps, procedure)
    since, length, used = local_day(start), LENGTH[procedure], 0
    for timed in case.told:
        match timed.event:
            case PeriodExtended(days=days):
                length += days
            case PeriodPaused(left_days=left):
                used += (local_day(timed.at) - since).days
                assert left == max(0, length - used)
                assert used >= 0
            case PeriodResumed():
                since = local_day(timed.at)
