"""Deadlines in a year that nobody has announced: in force, marked, and corrected once the year is known."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from services.mediation.case import Mediation as Case
from services.mediation.handlers import handlers
from shared.casework.announced import with_years
from shared.casework.calendar import SHANGHAI, Calendar, end_of_day
from shared.casework.protocol import Received, Stream, Timed
from shared.contracts import earlier
from shared.contracts.calendar_file import CalendarFile
from shared.contracts.envelope import SYSTEM
from shared.contracts.kinds import Cause, DeadlineKind, End, Tier
from shared.contracts.mediation import (
    AcceptAssignment,
    AssignmentAccepted,
    AssignmentLapsed,
    DeadlineCorrected,
    DesignationOverdue,
    MediationEnded,
    MediatorDesignated,
)
from shared.contracts.message import Message
from tests.support.calendars import known_until, notice
from tests.support.spec import Given, given
from tests.unit.mediation import mother
from tests.unit.mediation.mother import CASE, ORGANISATION, QUIET, mediator, network, place, request

DAY = timedelta(days=1)
BEFORE = known_until(2026)
"""What is known on 15 December 2026, before the notice for 2027 came."""


def announced(*, off: Iterable[str] = (), work: Iterable[str] = (), year: int = 2027) -> Calendar:
    return with_years(known_until(year - 1), [CalendarFile.model_validate(notice(year, off=off, work=work))])


def of(calendar: Calendar) -> Stream[Case]:
    return handlers(network(), QUIET, calendar=calendar).case


def at(year: int, month: int, day: int, hour: int = 10) -> datetime:
    return datetime(year, month, day, hour, tzinfo=SHANGHAI)


def after(year: int, month: int, day: int) -> datetime:
    """The first instant after a day."""
    return end_of_day(date(year, month, day))


def opened(when: datetime, calendar: Calendar = BEFORE) -> Given:
    return mother.opened(of(calendar), when)


def designated(when: datetime, calendar: Calendar = BEFORE) -> Given:
    return opened(when, calendar).when(place(), at=when)


def held(when: datetime, calendar: Calendar = BEFORE) -> Given:
    """A case whose mediator accepted at once: the period runs from here."""
    return designated(when, calendar).when(AcceptAssignment(), at=when, actor=mediator())


def of_before(when: datetime, due_at: datetime) -> Given:
    """A case whose period ran from the referral."""
    opening = earlier.MediationOpened(
        organisation=ORGANISATION,
        institution="ccb",
        cause=Cause.LOAN,
        tier=Tier.SIMPLE,
        claim_fen=1,
        accepted_at=when,
        limit_days=30,
        due_at=due_at,
        rules_version="mediation-2022.1",
        due_provisional=True,
    )
    return given(of(BEFORE), Timed(when, opening), Timed(when, request(CASE)), subject=CASE)


def under(calendar: Calendar, case: Given) -> Given:
    """The same case after a restart with another calendar."""
    return Given(of(calendar), case.state, CASE)


def corrected(
    kind: DeadlineKind, before: datetime, after: datetime, *, provisional: bool = False
) -> DeadlineCorrected:
    return DeadlineCorrected(deadline=kind, before=before, after=after, provisional=provisional)


PERIOD, ANSWER, DESIGNATION = DeadlineKind.PERIOD, DeadlineKind.ANSWER, DeadlineKind.DESIGNATION


@pytest.mark.parametrize("year", [2027, 2031])
def test_no_case_stops_for_a_year_nobody_announced(year: int) -> None:
    case = designated(at(year, 6, 1)).when(AcceptAssignment(), at=at(year, 6, 2), actor=mediator())
    assert [type(event) for event in case.events] == [AssignmentAccepted]
    ended = case.until(at(year, 8, 1)).events
    assert [event.end for event in ended if isinstance(event, MediationEnded)] == [End.EXPIRED]


def test_a_case_of_december_has_a_provisional_end() -> None:
    (event,) = held(at(2026, 12, 15)).events
    assert isinstance(event, AssignmentAccepted)
    assert (event.due_at, event.due_provisional) == (after(2027, 1, 14), True)


def test_a_case_that_ends_before_the_last_week_of_the_year_has_none() -> None:
    (event,) = held(at(2026, 11, 20)).events
    assert isinstance(event, AssignmentAccepted)
    assert (event.due_at, event.due_provisional) == (after(2026, 12, 21), False)


def test_a_designation_at_the_end_of_the_year_has_a_provisional_answer() -> None:
    (event,) = designated(at(2026, 12, 30)).events
    assert isinstance(event, MediatorDesignated)
    assert (event.answer_by, event.answer_provisional) == (after(2027, 1, 5), True)


def test_a_deadline_is_corrected_with_the_first_look_after_its_year_is_known() -> None:
    # 15 December and 30 days: Thursday 14 January 2027, which turns out to be off until the 15th.
    calendar = announced(off=["2027-01-14", "2027-01-15"], work=["2027-01-16"])
    case = held(at(2026, 12, 15))

    looked = under(calendar, case).until(at(2026, 12, 20))

    looked.then(Timed(at(2026, 12, 20), corrected(PERIOD, after(2027, 1, 14), after(2027, 1, 16))))
    assert (looked.state.due_at, looked.state.due_provisional) == (after(2027, 1, 16), False)
    looked.until(at(2026, 12, 21)).then_nothing()


def test_a_deadline_that_was_right_is_said_to_be_final() -> None:
    case = under(announced(), held(at(2026, 12, 15))).until(at(2026, 12, 20))
    case.then(corrected(PERIOD, after(2027, 1, 14), after(2027, 1, 14)))
    assert not case.state.due_provisional


def test_a_request_at_the_end_of_the_year_may_be_late_sooner_or_later_than_it_seemed() -> None:
    case = opened(at(2026, 12, 30))
    assert (case.state.designate_by, case.state.designate_provisional) == (after(2027, 1, 5), True)

    looked = under(announced(off=["2027-01-04"]), case).until(at(2026, 12, 31))
    looked.then(corrected(DESIGNATION, after(2027, 1, 5), after(2027, 1, 6)))
    (alarm,) = looked.until(at(2027, 1, 20)).events
    assert isinstance(alarm, DesignationOverdue)


def test_while_nothing_more_is_known_nothing_is_said() -> None:
    designated(at(2026, 12, 15)).until(at(2026, 12, 16)).then_nothing()


def test_a_notice_may_move_the_last_days_of_the_year_before() -> None:
    # 28 November and 30 days are Monday 28 December 2026: off by the notice for 2027, Saturday is worked.
    calendar = announced(off=["2026-12-28", "2026-12-29"], work=["2026-12-26", "2027-01-09"])
    case = held(at(2026, 11, 28))
    assert (case.state.due_at, case.state.due_provisional) == (after(2026, 12, 28), True)

    under(calendar, case).until(at(2026, 12, 1)).then(
        corrected(PERIOD, after(2026, 12, 28), after(2026, 12, 30))
    )


def test_both_deadlines_are_corrected_before_a_command_is_decided() -> None:
    calendar = announced(off=["2027-01-04", "2027-01-14"])
    case = of_before(at(2026, 12, 15), after(2027, 1, 14)).when(place(), at=at(2026, 12, 30))

    heard = under(calendar, case).when(AcceptAssignment(), at=at(2026, 12, 31), actor=mediator())

    heard.then(
        corrected(ANSWER, after(2027, 1, 5), after(2027, 1, 6)),
        corrected(PERIOD, after(2027, 1, 14), after(2027, 1, 15)),
        AssignmentAccepted(mediator="m01"),
    )
    assert heard.state.answer_by is None
    assert not heard.state.answer_provisional


def test_a_shorter_deadline_holds_while_it_lies_ahead() -> None:
    # Saturday 16 January rolled to Monday the 18th, but the notice makes it a working day.
    calendar = announced(work=["2027-01-16"])
    case = held(at(2026, 12, 17))
    assert case.state.due_at == after(2027, 1, 18)

    under(calendar, case).until(at(2027, 1, 16, 23)).then(
        corrected(PERIOD, after(2027, 1, 18), after(2027, 1, 16))
    )


def test_a_correction_never_ends_a_case_in_the_past() -> None:
    """On Sunday the 17th Saturday is over: what people could rely on stands, and is final."""
    calendar = announced(work=["2027-01-16"])
    case = under(calendar, held(at(2026, 12, 17))).until(at(2027, 1, 17))

    case.then(corrected(PERIOD, after(2027, 1, 18), after(2027, 1, 18)))
    case.until(after(2027, 1, 18) - timedelta(seconds=1)).then_nothing()
    assert [type(event) for event in case.until(after(2027, 1, 18)).events] == [MediationEnded]


def test_a_correction_never_brings_back_what_has_ended() -> None:
    calendar = announced(off=["2027-01-14", "2027-01-15"])
    expired = held(at(2026, 12, 15)).until(at(2027, 1, 15, 1))
    assert expired.state.end is End.EXPIRED

    under(calendar, expired).until(at(2027, 1, 20)).then_nothing()


def test_a_lapse_stays_a_lapse_and_the_next_round_goes_on() -> None:
    calendar = announced(off=["2027-01-04", "2027-01-05"])
    case = of_before(at(2026, 12, 15), after(2027, 1, 14))
    lapsed = case.when(place(), at=at(2026, 12, 30)).until(at(2027, 1, 6, 1))
    assert isinstance(lapsed.events[0], AssignmentLapsed)

    under(calendar, lapsed).until(at(2027, 1, 6, 2)).then(
        corrected(PERIOD, after(2027, 1, 14), after(2027, 1, 14))
    )


def test_what_is_still_open_when_the_calendar_comes_ends_when_the_law_says() -> None:
    """Nobody looked between 14 and 20 January; the period really ended on the 18th."""
    calendar = announced(off=["2027-01-14", "2027-01-15"])
    case = under(calendar, held(at(2026, 12, 15))).until(at(2027, 1, 20))

    assert [(timed.at, type(timed.event)) for timed in case.new] == [
        (after(2027, 1, 14), DeadlineCorrected),
        (after(2027, 1, 18), MediationEnded),
    ]


def test_two_years_that_nobody_announced_are_corrected_one_after_the_other() -> None:
    case = of_before(at(2027, 12, 13), after(2028, 1, 12)).when(place(), at=at(2027, 12, 21))
    assert (case.state.answer_by, case.state.due_at) == (after(2027, 12, 24), after(2028, 1, 12))
    stream = of(BEFORE)
    assert stream.awaits is not None
    assert stream.awaits(case.state) == "calendar-2027"

    # Christmas Eve is off in 2027, so the answer falls where the notice for 2028 has the last word.
    first = announced(off=["2027-12-24"])
    once = under(first, case).until(at(2027, 12, 22))
    once.then(corrected(ANSWER, after(2027, 12, 24), after(2027, 12, 27), provisional=True))
    assert stream.awaits(once.state) == "calendar-2028"
    under(first, once).until(at(2027, 12, 23)).then_nothing()

    second = with_years(first, [CalendarFile.model_validate(notice(2028, work=["2027-12-25"]))])
    twice = under(second, once).until(at(2027, 12, 24))
    twice.then(
        corrected(ANSWER, after(2027, 12, 27), after(2027, 12, 25)),
        corrected(PERIOD, after(2028, 1, 12), after(2028, 1, 12)),
    )
    assert stream.awaits(twice.state) is None


def test_a_case_waits_for_a_calendar_only_while_a_deadline_needs_it() -> None:
    stream = of(BEFORE)
    assert stream.awaits is not None
    assert stream.awaits(held(at(2026, 11, 20)).state) is None
    case = held(at(2026, 12, 15))
    assert stream.awaits(case.state) == "calendar-2027"
    assert stream.awaits(case.until(at(2027, 2, 1)).state) is None


def test_a_case_of_before_provisional_deadlines_is_read_and_left_alone() -> None:
    old = Case.model_validate_json(
        held(at(2026, 3, 2)).state.model_dump_json(
            exclude={
                *("due_provisional", "accepted_at", "answer_provisional", "designated_at"),
                *("requested_at", "designate_by", "designate_provisional"),
            }
        )
    )
    assert list(of(BEFORE).advance(old, at(2026, 3, 5))) == []  # type: ignore[misc]


Step = tuple[str, int]
STEPS = st.lists(st.tuples(st.sampled_from(["look", "accept", "place"]), st.integers(0, 8 * 24)), max_size=8)


def _message(kind: str, when: datetime) -> Received | None:
    body: Message | None = {"accept": AcceptAssignment(), "place": place(), "look": None}[kind]
    actor = mediator() if kind == "accept" else SYSTEM
    return None if body is None else Received(body, "m", "/test", CASE, when, actor)


def _played(steps: list[Step], known_from: int, calendar: Calendar) -> list[Timed]:
    """Play a case of 15 December; from one of the steps on the calendar is known."""
    now = at(2026, 12, 15)
    case = opened(now)
    told = list(case.new)
    for index, (kind, hours) in enumerate(steps):
        now += timedelta(hours=hours)
        case = under(calendar if index >= known_from else BEFORE, case)
        message = _message(kind, now)
        case = case.until(now) if message is None else case.when(message.body, at=now, actor=message.actor)
        told += case.new
    return told


@for_all(STEPS, st.integers(0, 8), st.sampled_from([(), ("2027-01-14",), ("2027-01-04", "2027-01-05")]))
def test_whenever_the_calendar_comes_times_are_in_order_and_there_is_one_end(
    steps: list[Step], known_from: int, off: tuple[str, ...]
) -> None:
    calendar = announced(off=off, work=["2027-01-16"])
    told = _played(steps, known_from, calendar)

    assert told == _played(steps, known_from, calendar)
    assert all(one.at <= other.at for one, other in pairwise(told))
    ends = [timed for timed in told if isinstance(timed.event, MediationEnded)]
    assert len(ends) <= 1
    for index, timed in enumerate(told):
        if isinstance(timed.event, DeadlineCorrected):
            assert not ends or index < told.index(ends[0])
            assert timed.event.after > timed.at or timed.event.after >= timed.event.before
