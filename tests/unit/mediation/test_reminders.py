"""Each step of the ladder once for each end that a limit has, whoever looks and whenever.

Source: 法释〔2021〕23号 arts 10, 12, 15, 24 for the limits.
"""

from datetime import date, datetime, timedelta

from hypothesis import given as for_all
from hypothesis import strategies as st

from services.mediation.case import Mediation
from services.mediation.handlers import handlers
from shared.casework.announced import with_years
from shared.casework.calendar import SHANGHAI, end_of_day
from shared.casework.protocol import Stream, Timed
from shared.contracts.calendar_file import CalendarFile
from shared.contracts.choices import LeaveChoice
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
from shared.contracts.kinds import DeadlineKind, Role
from shared.contracts.mediation import AcceptAssignment, AssignmentAccepted, MediationEnded
from shared.contracts.recusal import RequestReplacement
from shared.contracts.reminders import ReminderDue, ReminderStep
from tests.support.calendars import known_until, notice
from tests.support.spec import Given, given
from tests.unit.mediation.mother import (
    AGENT,
    ASKED,
    ASSIGNED,
    CASE,
    HELD,
    MON,
    ORGANISATION,
    PARTY,
    QUIET,
    REFERRED,
    TUE,
    at,
    mediator,
    network,
    place,
    referral,
)

STREAM = handlers(network()).case
M1 = mediator("m01")
PERIOD, ANSWER = DeadlineKind.PERIOD, DeadlineKind.ANSWER
DAY = timedelta(days=1)
LADDER = {ReminderStep.PERIOD_FIRST: 10, ReminderStep.PERIOD_SECOND: 3, ReminderStep.PERIOD_LAST: 1}
PAUSE, RESUME = (one(ground=PauseGround.APPRAISAL) for one in (PauseMediation, ResumeMediation))


def opened(stream: Stream[Mediation], when: datetime) -> Given:
    """A referral of both sides, who leave it to the court to designate."""
    case = given(stream, subject=CASE).when(referral(), at=when).when(LeaveChoice(), at=when, actor=AGENT)
    return case.when(LeaveChoice(), at=when, actor=PARTY)


def reminded(told: list[Timed]) -> list[tuple[datetime, ReminderStep]]:
    return [(one.at, one.event.step) for one in told if isinstance(one.event, ReminderDue)]


def due(
    step: ReminderStep, ends_at: datetime, to: Role = Role.MEDIATOR, of: DeadlineKind = PERIOD
) -> ReminderDue:
    return ReminderDue(organisation=ORGANISATION, step=step, deadline=of, addressee=to, ends_at=ends_at)


def test_the_mediator_is_reminded_three_times_before_the_period_ends():
    ends = at(4, 3, 0)
    case = given(STREAM, *HELD).until(ends - timedelta(seconds=1))
    case.then(
        Timed(at(3, 24, 0), due(ReminderStep.PERIOD_FIRST, ends)),
        Timed(at(3, 31, 0), due(ReminderStep.PERIOD_SECOND, ends)),
        Timed(at(4, 2, 0), due(ReminderStep.PERIOD_LAST, ends)),
    )
    assert [type(event) for event in case.until(at(9, 1)).events] == [MediationEnded]


def test_without_a_mediator_the_clerk_is_reminded():
    case = given(STREAM, *HELD).when(RequestReplacement(), at=at(3, 23), actor=PARTY).until(at(3, 24))
    assert due(ReminderStep.PERIOD_FIRST, at(4, 3, 0), Role.ORGANISATION_CLERK) in case.events


def test_who_is_designated_is_reminded_on_the_last_day_to_answer():
    case = given(STREAM, *ASSIGNED)
    case.until(at(3, 5)).then(
        Timed(at(3, 5, 0), due(ReminderStep.ANSWER, at(3, 6, 0), of=ANSWER)),
    )
    assert reminded(case.when(AcceptAssignment(), at=TUE, actor=M1).until(at(3, 9)).new) == []


def test_what_waits_two_working_days_behind_its_alarm_is_told_to_the_court():
    case = given(STREAM, *REFERRED).until(at(9, 1))
    late = due(ReminderStep.DESIGNATION_LATE, at(3, 6, 0), Role.COURT_CLERK, DeadlineKind.DESIGNATION)
    # The limit was Thursday; Friday and Monday are the two working days.
    assert case.new[1:] == [Timed(at(3, 10, 0), late)]
    found = given(STREAM, *REFERRED).until(at(3, 9)).when(place(), at=at(3, 9)).until(at(3, 11))
    assert ReminderStep.DESIGNATION_LATE not in [step for _, step in reminded(found.new)]


def test_an_inquiry_that_nobody_answers_is_told_to_the_court_as_well():
    case = given(STREAM, *ASKED).until(at(3, 15))
    late = due(ReminderStep.INQUIRY_LATE, at(3, 7, 0), Role.COURT_CLERK, DeadlineKind.INQUIRY)
    assert case.new[1:] == [Timed(at(3, 11, 0), late)]


def longer(case: Given, days: int, when: datetime) -> Given:
    asked = case.when(ProposeExtension(days=days), at=when, actor=AGENT)
    return asked.when(AgreeExtension(days=days), at=when, actor=PARTY)


def test_a_longer_period_reminds_again_before_its_new_end_and_never_in_the_past():
    case = longer(given(STREAM, *HELD).until(at(3, 29)), 5, at(3, 29))
    # It ends with 7 April now: ten days before that has passed, three days and one have not.
    assert reminded(case.until(at(4, 7)).new) == [
        (at(4, 5, 0), ReminderStep.PERIOD_SECOND),
        (at(4, 7, 0), ReminderStep.PERIOD_LAST),
    ]


def test_nobody_is_reminded_in_a_pause_and_again_before_the_new_end():
    stopped = given(STREAM, *HELD).when(PAUSE, at=at(3, 23), actor=M1).until(at(4, 20))
    stopped.then_nothing()
    goes_on = stopped.when(RESUME, at=at(4, 20), actor=M1)
    # Ten days are left, so the first reminder would come at the very beginning of the next day.
    assert reminded(goes_on.until(at(4, 29)).new)[0] == (at(4, 21, 0), ReminderStep.PERIOD_FIRST)


def test_of_a_clock_that_stands_for_long_the_clerk_is_told_once_for_each_pause():
    case = given(STREAM, *HELD).when(PAUSE, at=at(3, 13), actor=M1)
    told = due(ReminderStep.PAUSE_LONG, at(4, 12), Role.ORGANISATION_CLERK)
    stands = case.until(at(9, 1)).then(Timed(at(4, 12), told))
    again = stands.when(RESUME, at=at(9, 1), actor=M1).when(PAUSE, at=at(9, 3), actor=M1)
    assert reminded(again.until(at(12, 1)).new) == [(at(10, 3), ReminderStep.PAUSE_LONG)]


def test_what_would_have_come_before_a_period_went_on_does_not_come_any_more():
    stopped = given(STREAM, *HELD).until(at(3, 29)).when(PAUSE, at=at(3, 29), actor=M1)
    goes_on = stopped.when(RESUME, at=at(4, 20), actor=M1)
    # Four days are left: ten days before the new end nobody knew of it.
    assert reminded(goes_on.until(at(4, 24)).new) == [
        (at(4, 22, 0), ReminderStep.PERIOD_SECOND),
        (at(4, 24, 0), ReminderStep.PERIOD_LAST),
    ]


def test_a_case_of_earlier_rules_and_one_without_a_ladder_remind_nobody():
    old = [
        Timed(one.at, one.event.model_copy(update={"rules_version": "mediation-2026.2"}))
        if hasattr(one.event, "rules_version")
        else one
        for one in HELD
    ]
    assert reminded(given(STREAM, *old).until(at(9, 1)).new) == []
    assert reminded(given(handlers(network(), QUIET).case, *HELD).until(at(9, 1)).new) == []


def test_a_corrected_end_reminds_from_there():
    start = datetime(2026, 12, 15, 10, tzinfo=SHANGHAI)
    case = opened(handlers(network(), calendar=known_until(2026)).case, start).when(place(), at=start)
    case = case.when(AcceptAssignment(), at=start, actor=M1).until(start + 25 * DAY)
    assert [step for _, step in reminded(case.new)] == [ReminderStep.PERIOD_FIRST]
    file = CalendarFile.model_validate(notice(2027, off=["2027-01-14", "2027-01-15"]))
    known = handlers(network(), calendar=with_years(known_until(2026), [file])).case
    looked = Given(known, case.state, CASE).until(start + 26 * DAY)
    later = looked.until(start + 60 * DAY)
    ends = end_of_day(date(2027, 1, 18))
    assert reminded(later.new) == [
        (ends - 3 * DAY, ReminderStep.PERIOD_SECOND),
        (ends - DAY, ReminderStep.PERIOD_LAST),
    ]


# Against a slow, obvious reference ----------------------------------------------------------------

Step = tuple[str, datetime, int]


@st.composite
def histories(draw: st.DrawFn) -> list[Step]:
    now, steps = TUE, []
    for kind in draw(st.lists(st.sampled_from(["stop", "go", "more", "look"]), max_size=8)):
        now += timedelta(hours=draw(st.integers(0, 24 * 9)))
        steps.append((kind, now, draw(st.integers(1, 30))))
    return steps


def played(steps: list[Step], stream: Stream[Mediation], *, look: bool) -> list[Timed]:
    """All that a case of MON tells, which a mediator accepts on TUE, until it is over or paused for good."""
    case = opened(stream, MON).when(place(), at=MON).when(AcceptAssignment(), at=TUE, actor=M1)
    told = list(case.new)
    for kind, when, days in steps:
        if kind == "look":
            case = case.until(when) if look else case
            told += case.new if look else []
            continue
        case = case.until(when)
        told += case.new
        if case.state.end is not None:
            return told
        if kind == "more":
            asked = case.when(ProposeExtension(days=days), at=when, actor=AGENT)
            case = asked.when(AgreeExtension(days=days), at=when, actor=PARTY)
            told += [*asked.new, *case.new]
        else:
            case = case.when(PAUSE if kind == "stop" else RESUME, at=when, actor=M1)
            told += case.new
    return [*told, *case.until(at(12, 30)).new]


def expected(told: list[Timed]) -> list[tuple[datetime, ReminderStep]]:
    """Say when reminders come: of each end of the period, what lies between its setting and the next."""
    ends: list[tuple[datetime, datetime | None]] = []
    for one in told:
        match one.event:
            case AssignmentAccepted(due_at=end) | PeriodExtended(due_at=end) | PeriodResumed(due_at=end):
                ends.append((one.at, end))
            case PeriodPaused() | MediationEnded():
                ends.append((one.at, None))
    out = []
    for index, (set_at, end) in enumerate(ends):
        until = ends[index + 1][0] if index + 1 < len(ends) else at(12, 31)
        for step, days in LADDER.items():
            if end is not None and set_at < end - days * DAY <= until:
                out.append((end - days * DAY, step))
    return sorted(out)


@for_all(histories())
def test_reminders_come_as_the_reference_says_each_once_whoever_looks(steps: list[Step]) -> None:
    told = played(steps, STREAM, look=True)
    found = [one for one in reminded(told) if one[1] in LADDER]
    assert found == expected(told)
    once = [(one.event.step, one.event.ends_at) for one in told if isinstance(one.event, ReminderDue)]
    assert len(once) == len(set(once))
    assert told == played(steps, STREAM, look=False)
    assert [one.at for one in told] == sorted(one.at for one in told)
