"""Weeks close at their time, surges raise alerts, late disputes correct."""

from datetime import timedelta

import pytest

from services.alerts.store import ALERTS, WEEKLY_COUNTS
from shared.casework.protocol import Timed
from shared.contracts.alerts import (
    AcknowledgeAlert,
    AlertAcknowledged,
    AlertRaised,
    CountCorrected,
    SeriesResumed,
    WeekClosed,
)
from shared.contracts.common import DiscardDeadLetters
from shared.contracts.envelope import Actor
from shared.contracts.kinds import Cause
from tests.support.spec import given
from tests.unit.alerts.mother import (
    AGENT,
    SERIES,
    Run,
    closes,
    counted,
    in_week,
    made,
    past,
    started,
    week,
)

STREAM = made(alpha=0.05).series
FLAT = (3,) * 7
"""A baseline whose bound is 3."""


def closed(n: int, count: int, bound: float | None = None) -> WeekClosed:
    return WeekClosed(week=week(n), count=count, bound=bound)


def alert(n: int, count: int, expected: float = 3.0, bound: float = 3.0) -> AlertRaised:
    return AlertRaised(
        institution="ccb",
        cause=Cause.CREDIT_CARD,
        issue="逾期未还",
        week=week(n),
        count=count,
        expected=expected,
        bound=bound,
        alpha=0.05,
        method="ears-c1",
        rules_version="test.1",
    )


def surge() -> Run:
    """Seven weeks of three disputes, one of ten, and the alert."""
    run = Run(STREAM)
    for n, count in enumerate((*FLAT, 10)):
        for _ in range(count):
            run.hear(counted(n), in_week(n))
    return run.at(closes(7))


def test_the_first_dispute_starts_the_series_and_is_counted():
    run = given(STREAM, subject=SERIES).when(counted(0), at=in_week(0)).then(started())
    assert run.state.count(week(0)) == 1


def test_a_dispute_of_an_open_week_is_counted_without_an_event():
    run = given(STREAM, subject=SERIES).when(counted(0), at=in_week(0)).when(counted(0), at=in_week(0, 6.9))
    run.then_nothing()
    assert run.state.count(week(0)) == 2


def test_a_week_closes_on_monday_at_midnight_whenever_we_look():
    first = given(STREAM, subject=SERIES).when(counted(0), at=in_week(0))
    first.until(closes(0) - timedelta(microseconds=1)).then_nothing()
    first.until(in_week(1)).then(Timed(closes(0), closed(0, 1)))


def test_a_grace_keeps_the_week_open_longer():
    first = given(made(grace_days=2).series, subject=SERIES).when(counted(0), at=in_week(0))
    late = first.when(counted(0), at=in_week(1)).then_nothing()
    late.until(closes(0) + timedelta(days=2)).then(Timed(closes(0) + timedelta(days=2), closed(0, 2)))


def test_empty_weeks_are_zeros_and_no_gap():
    run = given(STREAM, subject=SERIES).when(counted(0), at=in_week(0)).when(counted(3), at=in_week(3))
    run.then(closed(0, 1), closed(1, 0), closed(2, 0))


def test_there_is_no_judgement_before_the_baseline_is_full():
    run = given(STREAM, *past(*FLAT[:6]), subject=SERIES)
    for _ in range(50):
        run = run.when(counted(6), at=in_week(6))
    run.until(closes(6)).then(closed(6, 50))


def test_a_count_above_the_bound_raises_an_alert_when_its_week_closes():
    run = given(STREAM, *past(*FLAT), subject=SERIES)
    for _ in range(4):
        run = run.when(counted(7), at=in_week(7)).then_nothing()
    run.until(in_week(8)).then(Timed(closes(7), closed(7, 4, 3.0)), Timed(closes(7), alert(7, 4)))


def test_a_count_at_the_bound_raises_none():
    run = given(STREAM, *past(*FLAT), subject=SERIES)
    for _ in range(3):
        run = run.when(counted(7), at=in_week(7))
    run.until(closes(7)).then(closed(7, 3, 3.0))


def test_a_small_count_raises_none_however_empty_the_weeks_before():
    run = given(STREAM, *past(1, *(0,) * 7), subject=SERIES)
    for _ in range(2):
        run = run.when(counted(8), at=in_week(8))
    run.until(closes(8)).then(closed(8, 2, 0.0))


def test_closing_twice_closes_once():
    given(STREAM, *past(*FLAT), subject=SERIES).until(in_week(8)).until(in_week(8)).then_nothing()


# -- late disputes ---------------------------------------------------------------------------


def test_a_late_dispute_corrects_its_week():
    run = given(STREAM, *past(3, 4, 5), subject=SERIES).when(counted(1), at=in_week(3))
    run.then(CountCorrected(week=week(1), count=5))
    assert run.state.closed == (3, 5, 5)


def test_the_next_judgement_uses_the_corrected_history():
    run = given(STREAM, *past(3, 3, 3, 3, 3, 3, 2), subject=SERIES).when(counted(6), at=in_week(7))
    assert run.until(closes(7)).events[0] == closed(7, 0, 3.0)


def test_a_late_dispute_of_an_alarming_week_raises_no_second_alert():
    run = surge()
    assert [t.event for t in run.hear(counted(7), in_week(8))] == [CountCorrected(week=week(7), count=11)]
    assert run.rows[ALERTS, f"{SERIES}|{week(7)}"]["count"] == 11


def test_a_late_dispute_that_makes_the_week_a_surge_raises_the_alert_that_was_missed():
    run = given(STREAM, *past(*FLAT, 3), subject=SERIES).when(counted(7), at=in_week(8))
    run.then(CountCorrected(week=week(7), count=4), Timed(in_week(8), alert(7, 4)))
    run.when(counted(7), at=in_week(8)).then(CountCorrected(week=week(7), count=5))


def test_a_dispute_from_before_the_beginning_moves_the_beginning_back():
    run = given(STREAM, *past(3, 4), subject=SERIES).when(counted(-2), at=in_week(2))
    run.then(CountCorrected(week=week(-2), count=1))
    assert (run.state.first, run.state.closed) == (week(-2), (1, 0, 3, 4))


# -- rest ------------------------------------------------------------------------------------


def test_a_series_rests_after_one_empty_week_more_than_the_baseline():
    run = given(STREAM, subject=SERIES).when(counted(0), at=in_week(0)).until(in_week(100))
    assert [type(event) for event in run.events] == [WeekClosed] * 9
    assert run.state.closed == (1, *(0,) * 8)
    assert STREAM.due is not None
    assert STREAM.due(run.state) is None


def test_a_series_without_a_rest_is_due_on_the_next_monday():
    assert STREAM.due is not None
    assert STREAM.due(given(STREAM, *past(*FLAT), subject=SERIES).state) == closes(7)


def test_a_dispute_after_a_rest_fills_the_gap_with_zeros():
    rested = given(STREAM, subject=SERIES).when(counted(0), at=in_week(0)).until(in_week(100))
    run = rested.when(counted(100), at=in_week(100)).then(SeriesResumed(week=week(9), empty_weeks=91))
    assert run.state.closed == (1, *(0,) * 99)
    assert run.state.count(week(100)) == 1
    run.until(in_week(101)).then(Timed(closes(100), closed(100, 1, 0.0)))


def test_a_dispute_in_the_first_week_of_the_rest_needs_no_filling():
    rested = given(STREAM, subject=SERIES).when(counted(0), at=in_week(0)).until(in_week(9))
    rested.when(counted(9), at=in_week(9)).then_nothing()


def test_a_late_dispute_of_a_resting_series_does_not_wake_weeks_that_are_not_over():
    rested = given(STREAM, subject=SERIES).when(counted(0), at=in_week(0)).until(in_week(100))
    run = rested.when(counted(8), at=in_week(100)).then(CountCorrected(week=week(8), count=1))
    assert [type(event) for event in run.until(in_week(100)).events] == [WeekClosed] * 8


# -- acknowledging ---------------------------------------------------------------------------


def test_the_institution_acknowledges_its_alert():
    run = surge()
    found = run.hear(AcknowledgeAlert(week=week(7)), in_week(8), AGENT)
    assert [t.event for t in found] == [AlertAcknowledged(week=week(7))]
    row = run.rows[ALERTS, f"{SERIES}|{week(7)}"]
    assert row["acknowledged_at"] == in_week(8).isoformat()


def test_acknowledging_twice_changes_nothing():
    run = surge()
    run.hear(AcknowledgeAlert(week=week(7)), in_week(8), AGENT)
    assert run.hear(AcknowledgeAlert(week=week(7)), in_week(8, 2), AGENT) == []


@pytest.mark.parametrize(
    "actor", [Actor("abc", "p-abc-1", "institution_agent"), Actor("ccb", "p-ccb-1", "operator")]
)
def test_nobody_else_acknowledges_it(actor):
    spec = given(STREAM, *surge().timed, subject=SERIES)
    spec.when(AcknowledgeAlert(week=week(7)), at=in_week(8), actor=actor).then_refused("actor.not_allowed")


def test_there_is_nothing_to_acknowledge_in_a_quiet_week():
    spec = given(STREAM, *surge().timed, subject=SERIES)
    spec.when(AcknowledgeAlert(week=week(6)), at=in_week(8), actor=AGENT).then_refused("alert.none")


def test_an_unknown_series_has_no_alerts():
    given(STREAM, subject=SERIES).when(
        AcknowledgeAlert(week=week(6)), at=in_week(8), actor=AGENT
    ).then_refused("series.unknown")


def test_another_command_is_refused():
    given(STREAM, *past(1), subject=SERIES).when(DiscardDeadLetters(), at=in_week(1)).then_refused(
        "command.unexpected"
    )


# -- state and rows --------------------------------------------------------------------------


def test_the_state_survives_storage():
    state = surge().state
    assert state is not None
    assert type(state).model_validate_json(state.model_dump_json()) == state


def test_the_rows_name_series_institution_and_week():
    run = surge()
    assert run.rows[WEEKLY_COUNTS, f"{SERIES}|{week(7)}"] == {
        "series": SERIES,
        "institution": "ccb",
        "cause": "credit_card",
        "issue": "逾期未还",
        "week": week(7).isoformat(),
        "count": 10,
    }
    assert run.rows[ALERTS, f"{SERIES}|{week(7)}"] == {
        "series": SERIES,
        "institution": "ccb",
        "cause": "credit_card",
        "issue": "逾期未还",
        "week": week(7).isoformat(),
        "count": 10,
        "expected": 3.0,
        "bound": 3.0,
        "alpha": 0.05,
        "method": "ears-c1",
        "rules_version": "test.1",
        "raised_at": closes(7).isoformat(),
        "acknowledged_at": "",
    }


def test_an_event_that_starts_nothing_is_a_fault():
    with pytest.raises(LookupError, match="cannot begin"):
        STREAM.evolve(None, closed(0, 1), closes(0))
