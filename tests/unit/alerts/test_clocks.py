"""Whatever a case asks of its institution has a clock: right at the edge of the last day."""

import json
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from services.alerts.case import Counted
from services.alerts.handlers import handlers
from services.alerts.rules import AlertRules, Context
from services.alerts.rules.league import Timeliness, league, timeliness
from services.alerts.store import REQUESTS
from shared.casework.calendar import SHANGHAI, Calendar, library_calendar
from shared.casework.rulebook import RuleBook
from shared.contracts import language
from shared.contracts.agreements import AgreementDrafted, AgreementSigned
from shared.contracts.asks import RequestKind
from shared.contracts.choices import ChoiceEnded, ChoiceOpened, ChoiceOutcome, MediatorNamed
from shared.contracts.clocks import ExtensionAgreed, ExtensionProposed, ExtensionRefused
from shared.contracts.counts import DisputeCounted
from shared.contracts.court import ConfirmationOpened, ConfirmationRequested, SuitChosen, SuitSuggested
from shared.contracts.intake import ConsentGiven, ConsentRefused, FilingReturned, ReturnReason
from shared.contracts.kinds import DeadlineKind, End, LeaveReason, Party, ReturnGround
from shared.contracts.mediation import AssignmentAccepted, DeadlineCorrected
from shared.contracts.message import Event, events
from shared.contracts.parties import DisputeWithdrawn, PartyLeft
from shared.contracts.recusal import InterestDisclosed, InterestGround, MediatorKept
from shared.contracts.requests import (
    DropGround,
    InstitutionAnswered,
    InstitutionAsked,
    RequestClockCorrected,
    RequestDropped,
)
from shared.contracts.sessions import FactItem, FactsConfirmed, FactsRecorded
from tests.support.calendars import known_until
from tests.support.cases import case_id
from tests.support.duplicate_walks import OTHER, merged, undone
from tests.support.spec import Given, given
from tests.unit.alerts.mother import World, amended, in_week, made, registered
from tests.unit.mediation import mother as mediation

CASE = case_id("ccb", "R-1")
DAYS = 5
ASKED = in_week(0, 2)
"""A Wednesday at midnight: 4 March 2026."""
LIMIT = datetime(2026, 3, 12, tzinfo=SHANGHAI)
"""Five working days later are over."""
BRINGS = datetime(2026, 3, 9, tzinfo=SHANGHAI)
"""The limit that some messages bring."""
DIGEST = "0" * 64
OUTLAST = {RequestKind.CORRECTION, RequestKind.CONFIRMATION, RequestKind.SUIT}
"""What is asked before a mediation, or after it."""
INSTITUTION = Party.APPLICANT


def stream(calendar: Calendar | None = None, **limits: Any) -> Any:
    rules = AlertRules(version="test.1", **{"request_days": DAYS, **limits})
    book = RuleBook({"test.1": rules}, current="test.1")
    context = Context(book, frozenset({"ccb"}), calendar=calendar or library_calendar())
    return handlers(context=context).case


def returned(*grounds: ReturnGround | None) -> FilingReturned:
    reasons = tuple(ReturnReason(code="element.missing", field="x", rests_on=one) for one in grounds)
    return FilingReturned(reasons=reasons, content_digest=DIGEST, rules_version="test.1")


def accepted(**changes: Any) -> AssignmentAccepted:
    fields = {"mediator": "m01", "ask_by": BRINGS, "asked": (INSTITUTION, Party.RESPONDENT)}
    return AssignmentAccepted(**{**fields, **changes})


DISCLOSED = InterestDisclosed(mediator="m01", ground=next(iter(InterestGround)))
DRAFTED = AgreementDrafted(digest=DIGEST, amount_fen=1)
PUT: dict[RequestKind, tuple[Event, Event]] = {
    RequestKind.CORRECTION: (returned(ReturnGround.TO_COMPLETE), amended(issue="fees")),
    RequestKind.CONSENT: (accepted(), ConsentGiven(party=INSTITUTION)),
    RequestKind.WAIVER: (DISCLOSED, MediatorKept(mediator="m01", party=INSTITUTION)),
    RequestKind.EXTENSION: (ExtensionProposed(days=10), ExtensionAgreed(days=10, party=INSTITUTION)),
    RequestKind.FACTS: (
        FactsRecorded(digest=DIGEST, items=tuple(FactItem)[:1]),
        FactsConfirmed(party=INSTITUTION, digest=DIGEST),
    ),
    RequestKind.SIGNATURE: (DRAFTED, AgreementSigned(party=INSTITUTION, digest=DIGEST)),
    RequestKind.CHOICE: (
        ChoiceOpened(case=CASE, choose_by=BRINGS),
        MediatorNamed(party=INSTITUTION, mediator="m01"),
    ),
    RequestKind.CONFIRMATION: (
        ConfirmationOpened(institution="ccb", apply_by=BRINGS),
        ConfirmationRequested(party=INSTITUTION),
    ),
    RequestKind.SUIT: (
        SuitSuggested(institution="ccb", end=End.EXPIRED, sue_by=date(2026, 3, 8)),
        SuitChosen(institution="ccb"),
    ),
}
"""What asks, and what answers it."""


def counted(of: Any = None) -> Given:
    return given(of or stream(), subject=CASE).when(registered(0), at=in_week(0))


def asked(kind: RequestKind, of: Any = None, at: datetime = ASKED) -> Given:
    return counted(of).when(PUT[kind][0], at=at)


def limit_of(run: Given) -> datetime:
    (event,) = (one for one in run.events if isinstance(one, InstitutionAsked))
    assert event.answer_by is not None
    return event.answer_by


def test_every_event_that_declares_a_request_is_tried_here() -> None:
    assert language.MODULES
    assert {event.asks.kind for event in events() if event.asks is not None} == set(PUT) == set(RequestKind)


@pytest.mark.parametrize("kind", PUT)
def test_every_request_has_a_limit_of_its_message_or_of_the_rules(kind: RequestKind) -> None:
    event = asked(kind).events[-1]
    assert isinstance(event, InstitutionAsked)
    assert (event.request, event.request_kind, event.institution) == (f"{kind.value}-1", kind, "ccb")
    assert event.answer_by == (BRINGS if type(PUT[kind][0]).asks.until else LIMIT)  # type: ignore[union-attr]
    offers = {RequestKind.CHOICE, RequestKind.CONFIRMATION, RequestKind.SUIT}
    assert event.offer == (kind in offers)


@pytest.mark.parametrize("kind", PUT)
@pytest.mark.parametrize(
    ("late", "timely"),
    [
        (timedelta(microseconds=-1), True),
        (timedelta(milliseconds=-1), True),
        (timedelta(0), False),
        (timedelta(days=99), False),
    ],
)
def test_an_answer_is_timely_until_the_last_day_is_over(
    kind: RequestKind, late: timedelta, timely: bool
) -> None:
    run = asked(kind)
    done = run.when(PUT[kind][1], at=limit_of(run) + late)
    (event,) = (one for one in done.events if isinstance(one, InstitutionAnswered))
    assert event == InstitutionAnswered(request=f"{kind.value}-1", timely=timely)
    again = done.when(PUT[kind][1], at=limit_of(run) + timedelta(days=100))
    assert not any(isinstance(one, InstitutionAnswered) for one in again.events)


def working_days(calendar: Calendar, since: date, until: date) -> int:
    """Count them one by one: the first day is not counted, the last one is."""
    days = (since + timedelta(days=n) for n in range(1, (until - since).days + 1))
    return sum(calendar.is_working_day(day) for day in days)


INSTANTS = st.integers(0, 6 * 365 * 24 * 3600 - 1).map(
    lambda second: datetime(2020, 1, 1, tzinfo=SHANGHAI) + timedelta(seconds=second, milliseconds=999)
)


@examples(INSTANTS, st.integers(1, 20), st.sampled_from(["UTC", "Asia/Shanghai", "America/New_York"]))
def test_the_limit_is_so_many_working_days_wherever_the_clock_of_the_sender_stands(
    at: datetime, days: int, zone: str
) -> None:
    """Over Spring Festivals, make-up Saturdays, the nights between two zones."""
    calendar = library_calendar()
    moment = at.astimezone(ZoneInfo(zone))
    run = given(stream(request_days=days), subject=CASE).when(
        registered(
            moment.astimezone(SHANGHAI).date() - timedelta(days=moment.astimezone(SHANGHAI).weekday())
        ),
        at=moment,
    )
    limit = limit_of(run.when(DRAFTED, at=moment))
    assert limit.astimezone(SHANGHAI).time() == datetime.min.time()
    last = (limit - timedelta(microseconds=1)).astimezone(SHANGHAI).date()
    assert calendar.is_working_day(last)
    assert working_days(calendar, moment.astimezone(SHANGHAI).date(), last) == days


@pytest.mark.parametrize(
    ("moment", "timely"),
    [
        (datetime(2026, 2, 28, 23, 59, 59, 999_000, SHANGHAI), True),
        (datetime(2026, 3, 1, 0, 0, 0, 0, SHANGHAI), False),
    ],
)
def test_a_limit_that_falls_into_spring_festival_ends_on_its_fifth_working_day(
    moment: datetime, timely: bool
) -> None:
    """2026: off from 15 to 23 February; 14 and 28 February are worked."""
    before = datetime(2026, 2, 13, 23, 59, 59, 999_000, SHANGHAI)
    run = given(stream(), subject=CASE).when(registered(date(2026, 2, 9)), at=before)
    run = run.when(DRAFTED, at=before)
    # 14, 24, 25, 26, 27 February.
    assert limit_of(run) == datetime(2026, 2, 28, tzinfo=SHANGHAI)
    six = given(stream(request_days=6), subject=CASE).when(registered(date(2026, 2, 9)), at=before)
    six = six.when(DRAFTED, at=before)
    done = six.when(PUT[RequestKind.SIGNATURE][1], at=moment)
    assert InstitutionAnswered(request="signature-1", timely=timely) in done.events


def test_who_is_not_asked_has_no_clock() -> None:
    respondent = accepted(asked=(Party.RESPONDENT,))
    all_agree = accepted(ask_by=None, asked=())
    own = ExtensionProposed(days=10, party=INSTITUTION)
    for event in (respondent, all_agree, own, returned(ReturnGround.NOT_FOR_COURTS)):
        counted().when(event, at=ASKED).then()
    assert not any(
        isinstance(one, InstitutionAsked)
        for one in given(stream(), subject=CASE)
        .when(registered(0, institution="nobody"), at=in_week(0))
        .when(DRAFTED, at=ASKED)
        .events
    )


def test_what_the_other_party_says_is_no_answer() -> None:
    for kind, answer in (
        (RequestKind.CONSENT, ConsentGiven(party=Party.RESPONDENT)),
        (RequestKind.SIGNATURE, AgreementSigned(party=Party.RESPONDENT, digest=DIGEST)),
        (RequestKind.WAIVER, MediatorKept(mediator="m01", party=Party.RESPONDENT)),
        (RequestKind.WAIVER, MediatorKept(mediator="m02", party=INSTITUTION)),
    ):
        asked(kind).when(answer, at=ASKED).then()


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (RequestKind.CONSENT, ConsentRefused(party=INSTITUTION)),
        (RequestKind.SIGNATURE, PartyLeft(party=INSTITUTION, reason=LeaveReason.UNWILLING)),
        (RequestKind.CORRECTION, DisputeWithdrawn(institution="ccb", reason=LeaveReason.PAID)),
        (RequestKind.EXTENSION, ExtensionRefused(party=INSTITUTION, days=10)),
    ],
)
def test_no_is_an_answer(kind: RequestKind, answer: Event) -> None:
    asked(kind).when(answer, at=ASKED).then(InstitutionAnswered(request=f"{kind.value}-1", timely=True))


@pytest.mark.parametrize("kind", [one for one in PUT if one not in OUTLAST])
@pytest.mark.parametrize(("late", "timely"), [(-1, None), (0, False)])
def test_a_case_that_ends_drops_its_requests_and_what_was_overdue_stays_so(
    kind: RequestKind, late: int, timely: bool | None
) -> None:
    run = asked(kind)
    at = limit_of(run) + timedelta(microseconds=late)
    run.when(mediation.ended(End.EXPIRED), at=at).then(
        RequestDropped(request=f"{kind.value}-1", drop_ground=DropGround.OVERTAKEN, timely=timely)
    )


def test_a_merge_drops_what_is_open_and_its_undoing_asks_for_nothing() -> None:
    run = asked(RequestKind.SIGNATURE).when(merged(CASE, OTHER), at=ASKED)
    assert RequestDropped(request="signature-1", drop_ground=DropGround.MERGED) in run.events
    back = run.when(undone(CASE, OTHER), at=ASKED)
    assert [type(one) for one in back.events] == [DisputeCounted]
    late = asked(RequestKind.SIGNATURE).when(merged(CASE, OTHER), at=LIMIT)
    dropped = RequestDropped(request="signature-1", drop_ground=DropGround.MERGED, timely=False)
    assert dropped in late.events


def test_a_request_that_is_put_anew_has_a_clock_of_its_own() -> None:
    later = ASKED + timedelta(days=3)
    run = asked(RequestKind.SIGNATURE).when(DRAFTED, at=later)
    dropped, new = run.events
    assert dropped == RequestDropped(request="signature-1", drop_ground=DropGround.REPLACED)
    assert isinstance(new, InstitutionAsked)
    assert new.request == "signature-2"
    two = asked(RequestKind.WAIVER).when(DISCLOSED.model_copy(update={"mediator": "m02"}), at=later)
    assert [type(one) for one in two.events] == [InstitutionAsked]
    assert len(two.state.open_clocks) == 2


def test_a_correction_that_is_returned_again_is_asked_for_again() -> None:
    run = asked(RequestKind.CORRECTION).when(amended(), at=ASKED)
    run.then(InstitutionAnswered(request="correction-1", timely=True))
    (again,) = run.when(returned(None), at=ASKED).events
    assert isinstance(again, InstitutionAsked)
    assert again.request == "correction-2"


def test_the_services_own_correction_moves_the_limit_that_it_brought() -> None:
    after = BRINGS + timedelta(days=2)
    body = DeadlineCorrected(deadline=DeadlineKind.INQUIRY, before=BRINGS, after=after)
    run = counted().when(accepted(ask_provisional=True), at=ASKED).when(body, at=ASKED)
    run.then(RequestClockCorrected(request="consent-1", before=BRINGS, after=after, provisional=False))
    done = run.when(ConsentGiven(party=INSTITUTION), at=BRINGS)
    done.then(InstitutionAnswered(request="consent-1", timely=True))
    other = DeadlineCorrected(deadline=DeadlineKind.PERIOD, before=BRINGS, after=after)
    counted().when(accepted(), at=ASKED).when(other, at=ASKED).then()


def provisional() -> tuple[Given, datetime]:
    """Asked at the end of 2025, when nobody knew which days of 2026 are off."""
    at = datetime(2025, 12, 26, 12, tzinfo=SHANGHAI)
    run = given(stream(known_until(2025)), subject=CASE).when(registered(date(2025, 12, 22)), at=at)
    run = run.when(DRAFTED, at=at)
    return run, limit_of(run)


def test_a_calendar_that_comes_late_moves_the_limit_of_the_rules() -> None:
    run, before = provisional()
    # 29, 30, 31 December, then 1 January off: 2 and 5 January; in truth 2 January is off, 4 January worked.
    assert before == datetime(2026, 1, 6, tzinfo=SHANGHAI)
    (clock,) = run.state.open_clocks
    assert clock.answer_provisional
    assert run.stream.awaits is not None
    assert run.stream.awaits(run.state) == "calendar-2026"
    known = Given(stream(library_calendar()), run.state, CASE).until(datetime(2025, 12, 30, tzinfo=SHANGHAI))
    (event,) = known.events
    assert isinstance(event, RequestClockCorrected)
    assert (
        working_days(library_calendar(), date(2025, 12, 26), event.after.date() - timedelta(days=1)) == DAYS
    )
    assert not event.provisional
    assert run.stream.awaits(known.state) is None


@examples(st.integers(0, 60), st.booleans())
def test_however_late_the_calendar_comes_nothing_is_missed_in_the_past(days: int, ahead: bool) -> None:
    """Whatever the notice says, and whenever anybody looks, the limit ends on a day that lay ahead."""
    run, before = provisional()
    extra = {date(2025, 12, 27), date(2025, 12, 28)}
    library = library_calendar()
    calendar = Calendar(library.years, library.off, library.work | (extra if ahead else set()))
    look = datetime(2025, 12, 26, 13, tzinfo=SHANGHAI) + timedelta(days=days)
    known = Given(stream(calendar), run.state, CASE).until(look)
    (timed,) = known.new
    assert isinstance(timed.event, RequestClockCorrected)
    assert timed.at == min(look, before)
    assert timed.event.after > timed.at or timed.event.after == before
    known.until(look + timedelta(days=400)).then()


def test_the_rows_say_what_was_asked_and_the_league_counts_requests_and_no_offers() -> None:
    world = World(made(request_days=DAYS))
    world.hear(CASE, registered(0), in_week(0))
    for kind in (RequestKind.SIGNATURE, RequestKind.FACTS, RequestKind.CHOICE, RequestKind.EXTENSION):
        world.hear(CASE, PUT[kind][0], ASKED)
    world.hear(CASE, PUT[RequestKind.SIGNATURE][1], ASKED)
    world.hear(CASE, ChoiceEnded(outcome=ChoiceOutcome.NOT_CHOSEN), ASKED)
    world.hear(CASE, ExtensionRefused(party=Party.RESPONDENT, days=10), LIMIT - timedelta(microseconds=1))
    rows = world.rows[REQUESTS]
    standing = {id.partition("|")[2]: timeliness(row, LIMIT) for id, row in rows.items()}
    assert standing == {
        "signature-1": Timeliness.TIMELY,
        "facts-1": Timeliness.OVERDUE,
        "choice-1": Timeliness.DROPPED,
        "extension-1": Timeliness.DROPPED,
    }
    (line,) = league([row for row in rows.values() if not row["offer"]], LIMIT)
    assert (line.requests, line.timely, line.overdue, line.open) == (2, 1, 1, 0)
    assert all(row["asked_at"] == "2026-03-03T16:00:00+00:00" for row in rows.values())


def test_a_dispute_of_a_version_without_clocks_is_read_and_asked_from_then_on() -> None:
    state = counted().state.model_dump(mode="json", exclude={"clocks"})
    old = Given(stream(), Counted.model_validate_json(json.dumps(state)), CASE)
    (event,) = old.when(DRAFTED, at=ASKED).events
    assert isinstance(event, InstitutionAsked)


STEPS = st.lists(
    st.tuples(st.sampled_from([*PUT]), st.booleans(), st.timedeltas(timedelta(0), timedelta(days=12))),
    max_size=12,
)


@examples(STEPS)
def test_of_each_kind_one_request_is_open_at_most_and_every_clock_has_one_outcome(
    steps: list[tuple[RequestKind, bool, timedelta]],
) -> None:
    run, at = counted(), ASKED
    told: list[Event] = []
    for kind, answers, later in steps:
        at += later
        run = run.when(PUT[kind][1 if answers else 0], at=at)
        told += run.events
        open_kinds = [one.request_kind for one in run.state.open_clocks]
        assert len(open_kinds) == len(set(open_kinds))
    begun = [one.request for one in told if isinstance(one, InstitutionAsked)]
    over = [one.request for one in told if isinstance(one, InstitutionAnswered | RequestDropped)]
    assert len(begun) == len(set(begun))
    assert len(over) == len(set(over))
    assert set(over) <= set(begun)
    assert {one.request for one in run.state.open_clocks} == set(begun) - set(over)
