"""An objection that may keep a default off is decided before it. Source: 人民调解法 arts 31, 32."""

from datetime import date, timedelta

import pytest

from shared.contracts.kinds import Party
from shared.contracts.performance import (
    AgreementDefaulted,
    Objection,
    ObjectRepayment,
    RepaymentDisputed,
    SettleObjection,
)
from tests.support.agreed import PAY_BY, STREAM, after, in_force, on, paid, payment
from tests.support.spec import Given
from tests.unit.mediation.mother import AGENT, CASE, CLERK, PARTY

GRACE = timedelta(days=5)
DUE_SECOND = PAY_BY[1] + GRACE
"""With the second instalment unpaid the payer is in default, after the days of grace."""


def does(run: Given, command, actor, at) -> Given:
    return Given(STREAM, run.state, CASE).when(command, at=at, actor=actor)


def defaults(run: Given) -> list:
    return [one.at for one in run.new if isinstance(one.event, AgreementDefaulted)]


def kept_before() -> Given:
    """A payment of before the effect, which counts for nothing until the organisation says so."""
    early = paid("early", 600_000, date(2026, 3, 1))
    return does(in_force(), early, AGENT, on(5, 1))


def test_nobody_is_in_default_while_it_is_open_whether_enough_was_paid():
    waits = kept_before()
    assert waits.state.plan.counted_fen == 0
    assert defaults(Given(STREAM, waits.state, CASE).until(on(12, 31))) == []


def test_with_the_decision_that_it_does_not_count_the_default_comes_at_once_and_not_in_the_past():
    decided = on(6, 1)
    settle = SettleObjection(payment=payment("early"), counts=False)
    lost = does(kept_before(), settle, CLERK, decided)
    assert defaults(Given(STREAM, lost.state, CASE).until(decided)) == [decided]


def test_with_the_decision_that_it_counts_there_is_none():
    settle = SettleObjection(payment=payment("early"), counts=True)
    won = does(kept_before(), settle, CLERK, on(6, 1))
    assert defaults(Given(STREAM, won.state, CASE).until(on(6, 20))) == []
    # The last instalment ends the patience in any case.
    assert defaults(Given(STREAM, won.state, CASE).until(on(12, 31))) == [PAY_BY[2] + GRACE]


@pytest.mark.parametrize("short", [False, True], ids=["fits", "short, so disputed by the platform too"])
def test_the_payers_word_that_more_was_paid_holds_it_back_until_it_is_decided(short):
    fen = 100_000 if short else 300_000
    run = after(in_force(), "a", fen, on(5, 5))
    said = does(run, ObjectRepayment(payment=payment("a"), objection=Objection.OTHER_AMOUNT), PARTY, on(5, 6))
    said.then(
        RepaymentDisputed(payment=payment("a"), objection=Objection.OTHER_AMOUNT, objector=Party.RESPONDENT)
    )
    assert defaults(Given(STREAM, said.state, CASE).until(on(12, 31))) == []
    decided = on(8, 3)
    stands = does(said, SettleObjection(payment=payment("a"), counts=True), CLERK, decided)
    assert defaults(Given(STREAM, stands.state, CASE).until(decided)) == [decided]


def test_what_the_payee_or_the_platform_says_against_a_payment_that_counts_holds_nothing_back():
    run = after(in_force(), "a", 100_000, on(5, 5))  # too little: disputed, and counted
    assert defaults(Given(STREAM, run.state, CASE).until(on(12, 31))) == [DUE_SECOND]
    fits = after(in_force(), "a", 300_000, on(5, 5))
    payee = does(fits, ObjectRepayment(payment=payment("a"), objection=Objection.NOT_MADE), AGENT, on(5, 6))
    held = defaults(Given(STREAM, payee.state, CASE).until(on(12, 31)))
    assert held == defaults(Given(STREAM, fits.state, CASE).until(on(12, 31))) != []


def test_the_payer_who_objects_twice_is_heard_once():
    run = after(in_force(), "a", 300_000, on(5, 5))
    object_ = ObjectRepayment(payment=payment("a"), objection=Objection.OTHER_AMOUNT)
    said = does(run, object_, PARTY, on(5, 6))
    does(said, object_, PARTY, on(5, 6)).then_nothing()
