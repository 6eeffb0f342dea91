"""A default falls away once it turns out that enough was paid in time, and never by a late payment."""

from datetime import date, timedelta

import pytest

from shared.contracts.performance import (
    AgreementDefaulted,
    AgreementPerformed,
    DefaultLifted,
    InstalmentMissed,
    ObjectionSettled,
    SettleObjection,
)
from tests.support.agreed import PAY_BY, STREAM, TERMS, in_force, on, paid, payment
from tests.support.spec import Given
from tests.unit.mediation.mother import AGENT, CASE, CLERK

GRACE = timedelta(days=5)
IN_TIME, LATE = date(2026, 5, 6), date(2026, 5, 12)
TOTAL = TERMS.total_fen


def in_default() -> Given:
    run = in_force().until(PAY_BY[1] + GRACE)
    assert run.state.plan.defaulted
    return Given(STREAM, run.state, CASE)


def record(run: Given, paid_on: date, fen: int = 300_000, reference: str = "a", day: int = 25) -> Given:
    return run.when(paid(reference, fen, paid_on), at=on(5, day), actor=AGENT)


def test_a_payment_that_was_made_in_time_and_recorded_late_lifts_the_default() -> None:
    run = record(in_default(), IN_TIME)
    assert run.events[-1] == DefaultLifted(open_fen=TOTAL - 300_000)
    assert not run.state.plan.defaulted


@pytest.mark.parametrize(("paid_on", "fen"), [(LATE, 300_000), (IN_TIME, 299_000), (LATE, TOTAL)])
def test_a_late_payment_and_one_that_covers_nothing_lift_nothing(paid_on: date, fen: int) -> None:
    run = record(in_default(), paid_on, fen)
    assert not any(isinstance(event, DefaultLifted) for event in run.events)
    assert run.state.plan.defaulted


def test_on_the_last_day_of_the_grace_it_is_in_time_and_on_the_next_it_is_not() -> None:
    last = (PAY_BY[1] + GRACE).date() - timedelta(days=1)
    assert not record(in_default(), last).state.plan.defaulted
    assert record(in_default(), last + timedelta(days=1)).state.plan.defaulted


def test_what_goes_on_unpaid_is_a_default_of_its_own_later() -> None:
    run = record(in_default(), IN_TIME)
    later = Given(STREAM, run.state, CASE).until(on(12, 31))
    assert [type(one.event) for one in later.new] == [InstalmentMissed, AgreementDefaulted]
    assert later.new[-1].at == PAY_BY[2] + GRACE


def test_all_of_it_in_time_lifts_the_default_and_performs_the_agreement() -> None:
    run = record(in_default(), IN_TIME, TOTAL)
    assert run.events[-2:] == [DefaultLifted(open_fen=0), AgreementPerformed()]


def test_a_payment_in_time_that_is_taken_out_again_leaves_the_default_that_comes_with_it() -> None:
    lifted = record(in_default(), IN_TIME)
    disputed = record(lifted, date(2026, 3, 9), 1, "b")  # before the effect: disputed, and counts for nothing
    settle = SettleObjection(payment=payment("b"), counts=False)
    assert disputed.when(settle, at=on(5, 26), actor=CLERK).events == [
        ObjectionSettled(payment=payment("b"), counted_fen=0, open_fen=TOTAL - 300_000)
    ]


def test_times_never_run_backwards_after_it() -> None:
    run = record(in_default(), IN_TIME, day=25)
    for timed in Given(STREAM, run.state, CASE).until(on(12, 31)).new:
        assert timed.at >= on(5, 25)
