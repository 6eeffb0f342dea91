"""The life of an alert: raised, seen, explained, followed up, over; those of before stay readable."""

from datetime import date

import pytest

from services.alerts.series import Series, series
from services.alerts.store import ALERTS
from shared.casework.protocol import Timed
from shared.contracts.alerts import (
    AcknowledgeAlert,
    AlertAcknowledged,
    AlertEnded,
    AlertExplained,
    AlertFollowedUp,
    AlertLasted,
    AlertRaised,
    ExplainAlert,
    FollowUp,
    FollowUpAlert,
)
from shared.contracts.common import CommandRefused
from shared.contracts.counts import SurgeOver, WeekCorrected
from shared.contracts.envelope import Actor
from shared.contracts.kinds import Cause
from shared.contracts.subscriptions import AlertReported, AlertStage
from tests.support.spec import Given, given
from tests.unit.alerts.mother import AGENT, CLERK, ISSUE, SERIES, in_week, made, surge, week

STREAM = made().series


def raised() -> Given:
    return given(STREAM, subject=SERIES).when(surge(), at=in_week(1, 0))


def over(n: int) -> SurgeOver:
    return SurgeOver(series=SERIES, since=week(0), week=week(n))


def corrected(n: int, change: int) -> WeekCorrected:
    return WeekCorrected(
        archive="alerts.archive-0",
        series=SERIES,
        institution="ccb",
        cause=Cause.CREDIT_CARD,
        issue=ISSUE,
        week=week(n),
        change=change,
    )


def test_a_surge_raises_an_alert() -> None:
    event, told = raised().events
    assert isinstance(told, AlertReported)
    assert (told.stage, told.since, told.count) == (AlertStage.RAISED, week(0), 12)
    assert isinstance(event, AlertRaised)
    assert (event.week, event.count, event.probability, event.rate, event.level) == (
        week(0),
        12,
        0.0004,
        0.05,
        0.001,
    )


def test_a_further_week_makes_it_last() -> None:
    lasts = raised().when(surge(1, count=9), at=in_week(2, 0))
    event, told = lasts.events
    assert isinstance(told, AlertReported)
    assert (told.stage, told.since, told.week) == (AlertStage.LASTING, week(0), week(1))
    assert isinstance(event, AlertLasted)
    assert (event.since, event.week, event.count) == (week(0), week(1), 9)
    assert lasts.state.alerts[week(0).isoformat()].last_week == week(1).isoformat()


def test_the_same_week_again_changes_nothing() -> None:
    raised().when(surge(), at=in_week(1, 0)).then_nothing()


def test_it_is_over_once() -> None:
    ended = raised().when(over(0), at=in_week(3, 0))
    event, told = ended.events
    assert event == AlertEnded(since=week(0), week=week(0))
    assert isinstance(told, AlertReported)
    assert (told.stage, told.since, told.institution) == (AlertStage.OVER, week(0), "ccb")
    ended.when(over(0), at=in_week(3, 0)).then_nothing()
    again, _ = ended.when(surge(5), at=in_week(6, 0)).events
    assert isinstance(again, AlertRaised)


def test_a_series_without_an_alert_has_none_that_ends_or_is_corrected() -> None:
    given(STREAM, subject=SERIES).when(over(0), at=in_week(3)).then_nothing()
    given(STREAM, subject=SERIES).when(corrected(0, 1), at=in_week(3)).then_nothing()
    raised().when(corrected(4, 1), at=in_week(5)).then_nothing()


def test_its_institution_sees_it_once() -> None:
    seen = raised().when(AcknowledgeAlert(week=week(0)), at=in_week(2), actor=AGENT)
    seen.then(AlertAcknowledged(week=week(0)))
    seen.when(AcknowledgeAlert(week=week(0)), at=in_week(3), actor=AGENT).then_nothing()


def test_who_explains_it_has_seen_it() -> None:
    text = ExplainAlert(week=week(0), text="新收费标准")
    explained = raised().when(text, at=in_week(2), actor=AGENT)
    explained.then(AlertAcknowledged(week=week(0)), AlertExplained(week=week(0), text="新收费标准"))
    explained.when(text, at=in_week(2), actor=AGENT).then_nothing()
    other = explained.when(ExplainAlert(week=week(0), text="another"), at=in_week(2), actor=AGENT)
    other.then(AlertExplained(week=week(0), text="another"))


def test_the_court_says_what_it_made_of_it_also_when_it_is_over() -> None:
    ended = raised().when(over(0), at=in_week(3, 0))
    made_of = FollowUpAlert(week=week(0), what=FollowUp.SUGGESTION, reference="2026-3")
    followed = ended.when(made_of, at=in_week(4), actor=CLERK)
    followed.then(AlertFollowedUp(week=week(0), what=FollowUp.SUGGESTION, reference="2026-3"))
    followed.when(made_of, at=in_week(4), actor=CLERK).then_nothing()
    item = FollowUpAlert(week=week(0), what=FollowUp.MEETING, reference="2026-4")
    assert followed.when(item, at=in_week(4), actor=CLERK).state.alerts[week(0).isoformat()].followed_up == (
        "suggestion 2026-3",
        "meeting 2026-4",
    )


@pytest.mark.parametrize(
    ("command", "actor", "reason"),
    [
        (AcknowledgeAlert(week=week(0)), Actor("abc", "p-abc-1", "institution_agent"), "actor.not_allowed"),
        (AcknowledgeAlert(week=week(1)), AGENT, "alert.none"),
        (ExplainAlert(week=week(0), text="x"), CLERK, "actor.not_allowed"),
        (
            FollowUpAlert(week=week(0), what=FollowUp.MEETING, reference="1"),
            AGENT,
            "actor.not_allowed",
        ),
        (FollowUpAlert(week=week(1), what=FollowUp.MEETING, reference="1"), CLERK, "alert.none"),
    ],
)
def test_nobody_else_and_no_other_week(command, actor: Actor, reason: str) -> None:  # type: ignore[no-untyped-def]
    (refused,) = raised().when(command, at=in_week(2), actor=actor).events
    assert isinstance(refused, CommandRefused)
    assert refused.reason == reason


def test_a_series_of_before_keeps_its_alerts_and_each_was_over_with_its_week() -> None:
    stored = {
        "institution": "ccb",
        "cause": "credit_card",
        "issue": ISSUE,
        "first": "2026-03-02",
        "closed": [3, 3],
        "open": {},
        "alerts": {
            "2026-03-09": {
                "count": 9,
                "expected": 3.0,
                "bound": 5.0,
                "alpha": 0.001,
                "method": "ears-c1",
                "rules_version": "ears-c1.1",
                "raised_at": "2026-03-16T00:00:00+08:00",
            }
        },
    }
    assert series.upgrade is not None
    state = Series.model_validate(series.upgrade(1, stored), strict=False)
    alert = state.alert_of(date(2026, 3, 9))
    assert alert is not None
    assert (alert.level, alert.probability, bool(alert.ended_at)) == (0.001, None, True)
    assert state.lasting is None


def test_its_row_tells_its_life() -> None:
    from shared.casework.protocol import Change

    done = raised().when(over(0), at=in_week(3, 0))
    assert STREAM.rows is not None
    change = Change(None, SERIES, None, done.state, [Timed(in_week(3, 0), done.events[0])], "t:0")
    (row,) = STREAM.rows(change)
    assert (row.collection, row.id) == (ALERTS, f"{SERIES}|2026-03-02")
    assert row.document["ended_at"] == in_week(3, 0).isoformat()
