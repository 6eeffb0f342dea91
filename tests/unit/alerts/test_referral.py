"""A systemic issue goes from its alert to its recipient and to an answer; its clock is right to the day."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from services.alerts.handlers import handlers
from services.alerts.rules import ALERT_RULES, AlertRules, Context
from services.alerts.rules.recipients import recipients_of
from services.alerts.store import ALERTS, REFERRALS
from shared.casework.calendar import SHANGHAI, Calendar, end_of_day, library_calendar
from shared.casework.case_ids import is_referral_id, referral_id
from shared.casework.protocol import Timed
from shared.casework.rulebook import RuleBook
from shared.contracts.alerts import AlertEnded
from shared.contracts.counts import SurgeOver
from shared.contracts.envelope import Actor
from shared.contracts.referrals import (
    AcknowledgeReferral,
    AlertJoined,
    AlertNotJoined,
    AlertReferred,
    AnswerReferral,
    ExtendReferral,
    RecipientKind,
    ReferralAcknowledged,
    ReferralAnswered,
    ReferralClockCorrected,
    ReferralDue,
    ReferralExtended,
    ReferralMissed,
    ReferralOpened,
    ReferralOutcome,
    ReferralReplaces,
    ReferralSuperseded,
    ReferralWithdrawn,
    WithdrawReferral,
)
from shared.network.load import load_network
from shared.runtime.base.settings import DEFAULT_NETWORK
from tests.support.referral_walks import OTHER, referred
from tests.support.spec import Given, given
from tests.unit.alerts.mother import (
    AGENT,
    CLERK,
    MATTER,
    RECIPIENTS,
    REFERRAL,
    REGULATOR,
    SERIES,
    World,
    in_week,
    made,
    refer,
    surge,
    week,
)

LIMITS = {"referral_days": 10, "extension_days": 5, "reminder_days": 2}
STREAM = made(**LIMITS).referral
START = in_week(1, 1.5)
"""Tuesday, 10 March 2026, noon."""
REMINDED = datetime(2026, 3, 21, tzinfo=SHANGHAI)
"""After Friday the 20th, the eighth working day: two are left."""
LIMIT = datetime(2026, 3, 25, tzinfo=SHANGHAI)
"""The first instant after the tenth working day."""
EXTENDED = datetime(2026, 4, 1, tzinfo=SHANGHAI)
INSTANT = timedelta(microseconds=1)
JUDGE = Actor("fengtai-court", "p-judge-1", "judge")
YES = AnswerReferral(referral_outcome=ReferralOutcome.ACCEPTED, measures="修订合同提示条款")


def opened(stream: Any = STREAM, at: datetime = START, **changes: object) -> Given:
    return given(stream, subject=REFERRAL).when(referred(**changes), at=at)


def series_with_an_alert(**limits: Any) -> Given:
    return given(made(**limits).series, subject=SERIES).when(surge(), at=in_week(1, 0))


# From the alert -------------------------------------------------------------------------------


def test_the_court_refers_an_alert_with_what_is_known_of_it() -> None:
    (event,) = series_with_an_alert().when(refer(), at=START, actor=CLERK).events
    assert event == referred(replaces="")
    assert is_referral_id(event.referral)  # type: ignore[attr-defined]


def test_an_alert_is_referred_once_under_a_matter_and_again_under_another() -> None:
    once = series_with_an_alert().when(refer(), at=START, actor=CLERK)
    once.when(refer(), at=START, actor=JUDGE).then_nothing()
    (again,) = once.when(refer(matter="2026-2"), at=START, actor=JUDGE).events
    assert isinstance(again, AlertReferred)
    assert again.referral == OTHER != REFERRAL


def test_an_alert_that_is_over_can_be_referred_and_one_that_ends_does_not_end_its_referral() -> None:
    world = World(made(**LIMITS))
    over = SurgeOver(series=SERIES, since=week(0), week=week(0))
    at = in_week(1, 0)
    ended = series_with_an_alert().when(over, at=at)
    assert AlertEnded in [type(one) for one in ended.events]
    assert [type(one) for one in ended.when(refer(), at=START, actor=CLERK).events] == [AlertReferred]
    assert opened().until(LIMIT - INSTANT).state.over is False
    assert not world.handlers.referral.decide(opened().state, _message(over))


def _message(body: Any) -> Any:
    from shared.casework.protocol import Received
    from shared.contracts.envelope import SYSTEM

    return Received(body, "m-1", "/test", REFERRAL, START, SYSTEM)


@pytest.mark.parametrize(
    ("command", "actor", "reason"),
    [
        (refer(), AGENT, "actor.not_allowed"),
        (refer(), REGULATOR, "actor.not_allowed"),
        (refer(), Actor("fengtai-court", "p-operator-1", "operator"), "actor.not_allowed"),
        (refer(1), CLERK, "alert.none"),
        (refer(recipient="nobody"), CLERK, "recipient.unknown"),
        (refer(replaces=referral_id("ccb", "2020-1")), CLERK, "systemic.replaces_unknown"),
        (refer(replaces=REFERRAL), CLERK, "systemic.itself"),
    ],
)
def test_nobody_else_refers_no_other_week_to_nobody_else(command: Any, actor: Actor, reason: str) -> None:
    series_with_an_alert().when(command, at=START, actor=actor).then_refused(reason)


# The referral ---------------------------------------------------------------------------------


def test_the_first_alert_opens_the_referral_and_its_clock() -> None:
    opened().then(
        ReferralOpened(
            recipient="financial-regulator",
            recipient_kind=RecipientKind.REGULATOR,
            matter=MATTER,
            question="是否统一规范分期手续费的提示",
            answer_by=LIMIT,
            answer_provisional=True,
            rules_version="test.1",
        ),
        _joined(0),
    )


def _joined(n: int) -> AlertJoined:
    alert = referred(n)
    return AlertJoined(
        series=SERIES,
        institution="ccb",
        cause=alert.cause,
        issue=alert.issue,
        week=alert.week,
        count=alert.count,
    )


def test_a_further_alert_joins_once_and_moves_no_clock() -> None:
    joined = opened().when(referred(1), at=START + timedelta(days=3))
    joined.then(_joined(1))
    assert joined.state.answer_by == LIMIT
    joined.when(referred(1), at=START + timedelta(days=3)).then_nothing()


def test_an_alert_that_comes_after_the_answer_is_told_to_be_too_late() -> None:
    answered = opened().when(YES, at=START, actor=REGULATOR)
    late = answered.when(referred(1), at=START)
    late.then(AlertNotJoined(series=SERIES, week=week(1), reason="systemic.over"))
    assert late.state.alerts == answered.state.alerts


def test_it_is_acknowledged_once_and_answered_once() -> None:
    seen = opened().when(AcknowledgeReferral(), at=START, actor=REGULATOR)
    seen.then(ReferralAcknowledged())
    seen.when(AcknowledgeReferral(), at=START, actor=REGULATOR).then_nothing()
    answered = seen.when(YES, at=START, actor=REGULATOR)
    answered.then(
        ReferralAnswered(
            referral_outcome=ReferralOutcome.ACCEPTED, measures=YES.measures, grounds="", timely=True
        )
    )
    answered.when(YES, at=START, actor=REGULATOR).then_nothing()
    other = AnswerReferral(referral_outcome=ReferralOutcome.REJECTED, grounds="x")
    answered.when(other, at=START, actor=REGULATOR).then_refused("systemic.over")
    assert answered.until(LIMIT + timedelta(days=9)).events == []


@pytest.mark.parametrize(
    ("outcome", "measures", "grounds", "reason"),
    [
        (ReferralOutcome.ACCEPTED, "", "", "systemic.no_measures"),
        (ReferralOutcome.ACCEPTED, " ", "g", "systemic.no_measures"),
        (ReferralOutcome.PARTLY, "m", "", "systemic.no_grounds"),
        (ReferralOutcome.PARTLY, "", "g", "systemic.no_measures"),
        (ReferralOutcome.REJECTED, "m", "", "systemic.no_grounds"),
    ],
)
def test_an_answer_says_what_is_done_and_why_not(
    outcome: ReferralOutcome, measures: str, grounds: str, reason: str
) -> None:
    body = AnswerReferral(referral_outcome=outcome, measures=measures, grounds=grounds)
    opened().when(body, at=START, actor=REGULATOR).then_refused(reason)


@pytest.mark.parametrize(
    "actor",
    [AGENT, CLERK, JUDGE, Actor("banking-association", "p-association-1", "recipient_agent")],
    ids=lambda actor: actor.role + " of " + actor.organisation,
)
def test_nobody_but_its_recipient_answers_and_to_others_there_is_no_such_referral(actor: Actor) -> None:
    for body in (AcknowledgeReferral(), YES):
        (event,) = opened().when(body, at=START, actor=actor).events
        reason = "systemic.unknown" if actor.role in body.roles else "actor.not_allowed"
        assert event.reason == reason  # type: ignore[attr-defined]
    given(STREAM, subject=REFERRAL).when(YES, at=START, actor=REGULATOR).then_refused("systemic.unknown")


def test_an_institution_answers_what_is_referred_to_it() -> None:
    to_ccb = {"recipient": "ccb", "referral": referral_id("ccb", MATTER)}
    assert opened(**to_ccb).when(YES, at=START, actor=AGENT).state.timely is True
    other = Actor("abc", "p-abc-1", "institution_agent")
    opened(**to_ccb).when(YES, at=START, actor=other).then_refused("systemic.unknown")


@pytest.mark.parametrize("body", [ExtendReferral(remark="需会商"), WithdrawReferral(remark="已解决")])
def test_only_the_court_extends_and_withdraws(body: Any) -> None:
    for actor in (CLERK, JUDGE):
        assert opened().when(body, at=START, actor=actor).events
    for actor in (REGULATOR, AGENT, Actor("fengtai-court", "p-operator-1", "operator")):
        opened().when(body, at=START, actor=actor).then_refused("actor.not_allowed")


# The clock ------------------------------------------------------------------------------------


def test_the_alarms_come_before_the_last_day_and_at_its_edge() -> None:
    waiting = opened().until(REMINDED - INSTANT)
    waiting.then_nothing()
    soon = waiting.until(LIMIT - INSTANT)
    soon.then(Timed(REMINDED, ReferralDue(answer_by=LIMIT)))
    over = soon.until(LIMIT)
    over.then(Timed(LIMIT, ReferralMissed(answer_by=LIMIT)))
    over.until(LIMIT + timedelta(days=90)).then_nothing()


@pytest.mark.parametrize(("at", "timely"), [(LIMIT - INSTANT, True), (LIMIT, False)])
def test_an_answer_is_timely_up_to_the_end_of_the_last_day(at: datetime, timely: bool) -> None:
    answered = opened().when(YES, at=at, actor=REGULATOR)
    assert isinstance(answered.events[-1], ReferralAnswered)
    assert answered.events[-1].timely is timely
    assert (answered.state.missed_at is None) is timely


def test_more_time_is_given_once_and_alarms_anew() -> None:
    more = opened().until(REMINDED).when(ExtendReferral(remark="需会商"), at=REMINDED, actor=CLERK)
    more.then(ReferralExtended(remark="需会商", answer_by=EXTENDED, answer_provisional=True))
    more.when(ExtendReferral(remark="再延"), at=REMINDED, actor=CLERK).then_refused("systemic.extended")
    later = more.until(EXTENDED)
    later.then(
        Timed(datetime(2026, 3, 28, tzinfo=SHANGHAI), ReferralDue(answer_by=EXTENDED)),
        Timed(EXTENDED, ReferralMissed(answer_by=EXTENDED)),
    )


@pytest.mark.parametrize(("at", "reason"), [(LIMIT - INSTANT, ""), (LIMIT, "systemic.due_passed")])
def test_time_that_is_over_is_not_extended(at: datetime, reason: str) -> None:
    (event,) = opened().until(at).when(ExtendReferral(remark="需会商"), at=at, actor=CLERK).events
    assert getattr(event, "reason", "") == reason


def test_rules_without_a_limit_or_without_an_extension_say_so() -> None:
    unlimited = opened(made().referral)
    assert unlimited.state.answer_by is None
    unlimited.when(ExtendReferral(remark="x"), at=START, actor=CLERK).then_refused("systemic.no_extension")
    assert unlimited.when(YES, at=START + timedelta(days=999), actor=REGULATOR).state.timely is None
    fixed = opened(made(referral_days=10).referral)
    fixed.when(ExtendReferral(remark="x"), at=START, actor=CLERK).then_refused("systemic.no_extension")
    assert [type(one) for one in fixed.until(LIMIT).events] == [ReferralMissed]


def under(calendar: Calendar, **limits: Any) -> Any:
    book = RuleBook({"test.1": AlertRules(version="test.1", **LIMITS | limits)}, current="test.1")
    return handlers(context=Context(book, calendar=calendar, recipients=RECIPIENTS)).referral


def test_the_spring_festival_moves_the_limit_by_its_days_off_and_its_working_saturdays() -> None:
    """From Monday, 9 February 2026: five more days and Saturday the 14th, then nothing before the 24th."""
    start = datetime(2026, 2, 9, 10, tzinfo=SHANGHAI)
    found = opened(under(library_calendar()), at=start).state
    assert found.answer_by == datetime(2026, 2, 28, tzinfo=SHANGHAI) + timedelta(days=1)
    assert found.answer_provisional is False


@examples(st.dates(date(2024, 1, 1), date(2025, 9, 1)), st.integers(1, 60))
def test_the_limit_is_so_many_working_days_after_the_day_of_the_referral(day: date, days: int) -> None:
    calendar = library_calendar()
    start = datetime.combine(day, datetime.min.time(), SHANGHAI) + timedelta(hours=15)
    limit = opened(under(calendar, referral_days=days), at=start).state.answer_by
    last = (limit - INSTANT).date()
    assert calendar.working_days_between(day, last) == days
    assert calendar.is_working_day(last)
    assert limit == end_of_day(last)


def test_a_provisional_limit_waits_for_its_calendar_and_is_put_right() -> None:
    days_off = [date(2026, 3, 12), date(2026, 3, 13)]
    waiting = opened()
    assert STREAM.awaits is not None
    assert STREAM.awaits(waiting.state) == "calendar-2026"
    known = under(Calendar(range(2026, 2027), frozenset(days_off), frozenset()))
    later = Given(known, waiting.state, REFERRAL).until(START + timedelta(days=1))
    right = LIMIT + timedelta(days=2)
    corrected = ReferralClockCorrected(before=LIMIT, after=right, provisional=False)
    later.then(Timed(START + timedelta(days=1), corrected))
    assert known.awaits(later.state) is None
    assert later.when(YES, at=LIMIT, actor=REGULATOR).state.timely is True


def test_a_limit_that_would_have_passed_already_stands_as_it_was() -> None:
    made_up_for = frozenset({date(2026, 3, 14), date(2026, 3, 15)})
    shorter = under(Calendar(range(2026, 2027), frozenset(), made_up_for))
    at = LIMIT - timedelta(hours=5)
    found = Given(shorter, opened().state, REFERRAL).until(at)
    assert ReferralClockCorrected(before=LIMIT, after=LIMIT, provisional=False) in found.events
    assert found.when(YES, at=at, actor=REGULATOR).state.timely is True


# Without an answer ----------------------------------------------------------------------------


def test_a_referral_that_is_withdrawn_is_over_and_alarms_no_more() -> None:
    gone = opened().when(WithdrawReferral(remark="已解决"), at=START, actor=CLERK)
    gone.then(ReferralWithdrawn(remark="已解决"))
    gone.when(WithdrawReferral(remark="再次"), at=START, actor=CLERK).then_nothing()
    gone.when(YES, at=START, actor=REGULATOR).then_refused("systemic.over")
    gone.until(LIMIT).then_nothing()


def test_another_referral_takes_its_place_and_says_so_to_it() -> None:
    newer = opened(replaces=OTHER)
    assert newer.events[-1] == ReferralReplaces(referral=REFERRAL, replaces=OTHER)
    newer.when(referred(1, replaces=OTHER), at=START).then(_joined(1))
    replaced = opened().when(ReferralReplaces(referral=OTHER, replaces=REFERRAL), at=START)
    replaced.then(ReferralSuperseded(referral=OTHER))
    replaced.when(YES, at=START, actor=REGULATOR).then_refused("systemic.over")
    answered = opened().when(YES, at=START, actor=REGULATOR)
    answered.when(ReferralReplaces(referral=OTHER, replaces=REFERRAL), at=START).then_nothing()


def test_from_alert_to_answer_through_all_streams_and_rows() -> None:
    world = World(made(rate=None, min_count=3, **LIMITS))
    for n, count in enumerate((3, 2, 4, 3, 3, 2, 4, 12)):
        world.file(count, n)
    world.pass_to(8)
    at = in_week(8, 1)
    world.command(refer(7), SERIES, CLERK, at)
    world.command(refer(7, matter="2026-2", replaces=REFERRAL), SERIES, CLERK, at)
    world.settle()
    assert world.command(YES, OTHER, REGULATOR, at)
    rows = world.rows[REFERRALS]
    assert rows[REFERRAL]["superseded_by"] == OTHER
    assert (rows[OTHER]["referral_outcome"], rows[OTHER]["timely"]) == ("accepted", True)
    assert rows[OTHER]["alerts"] == [f"{SERIES}|{week(7)}"]
    assert world.rows[ALERTS][f"{SERIES}|{week(7)}"]["referred"] == [REFERRAL, OTHER]


def test_every_institution_and_all_that_the_network_file_names_are_recipients() -> None:
    found = recipients_of(load_network(DEFAULT_NETWORK))
    assert found["financial-regulator"] is RecipientKind.REGULATOR
    assert found["ccb"] is RecipientKind.INSTITUTION
    assert "fengtai-court" not in found


def test_the_rules_in_force_name_limit_extension_and_reminder() -> None:
    rules = ALERT_RULES.now
    assert (rules.referral_days, rules.extension_days, rules.reminder_days) == (30, 15, 5)
    assert ALERT_RULES.at("ears-c1.1").referral_days is None
