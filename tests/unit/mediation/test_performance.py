"""Payments against the plan: the oldest first, once, and what does not fit is disputed.

Source: 人民调解法 art 31; 法释〔2021〕23号 art 19.
"""

from datetime import date, timedelta

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from services.mediation.rules.performance import counts, covered
from shared.contracts.common import CommandRefused
from shared.contracts.envelope import Actor
from shared.contracts.kinds import Party
from shared.contracts.performance import (
    AgreementDefaulted,
    AgreementPerformed,
    InstalmentDeadline,
    InstalmentMissed,
    InstalmentsScheduled,
    Objection,
    ObjectionSettled,
    ObjectRepayment,
    RecordRepayment,
    RepaymentDisputed,
    RepaymentRecorded,
    SettleObjection,
)
from shared.contracts.terms import Instalment, OnDefault
from tests.support.agreed import EFFECT, PAY_BY, STREAM, TERMS, after, in_force, on, paid, payment
from tests.support.spec import Given, given
from tests.unit.mediation.mother import AGENT, CASE, CLERK, DRAFTED, PARTY, TUE, mediator

GRACE = timedelta(days=5)
TOTAL = TERMS.total_fen


def recorded(reference: str, paid_fen: int, paid_on: date, counted: int, open_fen: int) -> RepaymentRecorded:
    return RepaymentRecorded(
        payment=payment(reference), paid_on=paid_on, paid_fen=paid_fen, counted_fen=counted, open_fen=open_fen
    )


# The clocks begin --------------------------------------------------------------------------------


def test_with_the_effect_the_clocks_begin_and_a_last_day_off_rolls():
    last = in_force().new[-1].event
    assert last == InstalmentsScheduled(deadlines=tuple(InstalmentDeadline(pay_by=at) for at in PAY_BY))


def test_what_was_due_before_the_effect_is_due_on_its_day():
    late = in_force(at=on(4, 1, 10))
    assert late.state.plan.deadlines[0].pay_by == on(4, 2, 0)
    assert late.state.plan.deadlines[1].pay_by == PAY_BY[1]


def test_a_case_without_terms_has_no_clock():
    run = given(STREAM, *DRAFTED)
    assert run.state.plan.deadlines == ()
    record = paid("p", 1, TUE.date())
    run.when(record, at=TUE, actor=AGENT).then_refused("performance.none")


# Payments ----------------------------------------------------------------------------------------


def test_each_instalment_in_time_and_the_agreement_is_performed():
    run = after(in_force(), "a", 300_000, on(3, 31, 23)).then(
        recorded("a", 300_000, date(2026, 3, 31), 300_000, 500_000)
    )
    run = after(run, "b", 300_000, on(5, 6)).then(recorded("b", 300_000, date(2026, 5, 6), 300_000, 200_000))
    run = after(run, "c", 200_000, on(6, 30)).then(
        recorded("c", 200_000, date(2026, 6, 30), 200_000, 0), AgreementPerformed()
    )
    Given(STREAM, run.state, CASE).until(on(12, 31, year=2030)).then_nothing()


def test_what_is_over_is_carried_forward_without_an_objection():
    run = after(in_force(), "a", 450_000, on(3, 20)).then(
        recorded("a", 450_000, date(2026, 3, 20), 450_000, 350_000)
    )
    run = after(run, "b", 150_000, on(5, 6)).then(recorded("b", 150_000, date(2026, 5, 6), 150_000, 200_000))
    assert [type(one.event) for one in Given(STREAM, run.state, CASE).until(PAY_BY[1]).new] == []


def test_the_same_payment_again_counts_once_and_another_under_its_reference_is_refused():
    run = after(in_force(), "a", 300_000, on(3, 20))
    run = after(run, "a", 300_000, on(3, 20)).then_nothing()
    other = Given(STREAM, run.state, CASE)
    other.when(paid("a", 300_001, date(2026, 3, 20)), at=on(3, 21), actor=AGENT).then_refused(
        "repayment.differs"
    )


@pytest.mark.parametrize(
    ("paid_fen", "paid_on", "objection", "counted"),
    [
        (299_899, date(2026, 3, 20), Objection.SHORT, 299_899),
        (TOTAL + 101, date(2026, 3, 20), Objection.OVER, TOTAL),
        (300_000, date(2026, 3, 9), Objection.BEFORE_EFFECT, 0),
    ],
)
def test_a_payment_that_does_not_fit_is_disputed_by_the_platform(paid_fen, paid_on, objection, counted):
    run = in_force().when(paid("a", paid_fen, paid_on), at=on(3, 20), actor=AGENT)
    done = (AgreementPerformed(),) if counted == TOTAL else ()
    run.then(
        recorded("a", paid_fen, paid_on, counted, TOTAL - counted),
        RepaymentDisputed(payment=payment("a"), objection=objection),
        *done,
    )


@pytest.mark.parametrize(("paid_fen", "counted"), [(299_900, 299_900), (TOTAL + 100, TOTAL)])
def test_within_the_tolerance_a_payment_fits(paid_fen, counted):
    run = after(in_force(), "a", paid_fen, on(3, 20))
    assert not any(isinstance(event, RepaymentDisputed) for event in run.events)
    assert run.state.plan.counted_fen == counted
    assert not Given(STREAM, run.state, CASE).until(PAY_BY[0]).new


def test_a_payment_after_completion_counts_for_nothing_and_is_disputed():
    run = after(in_force(), "a", TOTAL, on(3, 20))
    after(run, "b", 5, on(3, 21)).then(
        recorded("b", 5, date(2026, 3, 21), 0, 0),
        RepaymentDisputed(payment=payment("b"), objection=Objection.NOTHING_OPEN),
    )


def test_nothing_is_paid_by_the_tolerance_alone():
    plan = (Instalment(pay_on=date(2026, 4, 1), pay_fen=100), Instalment(pay_on=date(2026, 5, 1), pay_fen=1))
    assert [covered(plan, fen, 100) for fen in (0, 1, 100, 101)] == [0, 1, 1, 2]


@pytest.mark.parametrize(
    ("body", "actor", "reason"),
    [
        (paid("a", 1, date(2026, 3, 21)), AGENT, "repayment.ahead"),
        (paid("a", 1, date(2026, 3, 20)), Actor("abc", "p-1", "institution_agent"), "actor.not_allowed"),
        (paid("a", 1, date(2026, 3, 20)), PARTY, "actor.not_allowed"),
        (paid("a", 1, date(2026, 3, 20)), mediator(), "actor.not_allowed"),
        (ObjectRepayment(payment=payment("x"), objection=Objection.NOT_MADE), PARTY, "repayment.unknown"),
        (SettleObjection(payment=payment("x"), counts=True), CLERK, "repayment.unknown"),
    ],
)
def test_who_may_not_and_what_cannot_be(body, actor, reason):
    in_force().when(body, at=on(3, 20), actor=actor).then_refused(reason)


# Objections --------------------------------------------------------------------------------------


def objecting(objection: Objection = Objection.NOT_MADE) -> ObjectRepayment:
    return ObjectRepayment(payment=payment("a"), objection=objection)


OBJECT_BY = on(4, 4, 0)
"""Ten working days after Friday 20 March: Friday 3 April is the last one."""


@pytest.mark.parametrize(("actor", "party"), [(AGENT, Party.APPLICANT), (PARTY, Party.RESPONDENT)])
def test_each_party_may_object_in_time(actor, party):
    run = after(in_force(), "a", 300_000, on(3, 20))
    last = OBJECT_BY - timedelta(seconds=1)
    run.when(objecting(), at=last, actor=actor).then(
        RepaymentDisputed(payment=payment("a"), objection=Objection.NOT_MADE, objector=party)
    )
    run.when(objecting(), at=OBJECT_BY, actor=actor).then_refused("repayment.objection_late")


def test_what_the_plan_says_the_platform_says():
    run = after(in_force(), "a", 300_000, on(3, 20))
    run.when(objecting(Objection.SHORT), at=on(3, 21), actor=PARTY).then_refused(
        "repayment.not_your_objection"
    )


def test_a_second_objection_changes_nothing_and_settling_twice_is_refused():
    run = after(in_force(), "a", 300_000, on(3, 20)).when(objecting(), at=on(3, 21), actor=AGENT)
    run.when(objecting(), at=on(3, 22), actor=AGENT).then_nothing()
    settle = SettleObjection(payment=payment("a"), counts=True)
    run = run.when(settle, at=on(3, 23), actor=CLERK).then(
        ObjectionSettled(payment=payment("a"), counted_fen=300_000, open_fen=500_000)
    )
    run.when(settle, at=on(3, 23), actor=CLERK).then_refused("repayment.not_disputed")


def test_what_the_organisation_takes_out_is_unpaid_again_and_late_from_then_on():
    run = after(in_force(), "a", TOTAL, on(3, 20)).when(objecting(), at=on(4, 1), actor=AGENT)
    run = run.when(SettleObjection(payment=payment("a"), counts=False), at=on(4, 10), actor=CLERK)
    run.then(ObjectionSettled(payment=payment("a"), counted_fen=0, open_fen=TOTAL))
    assert not run.state.plan.performed
    late = Given(STREAM, run.state, CASE).until(on(4, 11))
    assert [(one.at, type(one.event)) for one in late.new] == [(on(4, 10), InstalmentMissed)]


def test_what_was_paid_before_the_effect_counts_once_the_organisation_says_so():
    run = in_force().when(paid("a", TOTAL, date(2026, 3, 9)), at=on(3, 20), actor=AGENT)
    run.when(SettleObjection(payment=payment("a"), counts=True), at=on(3, 23), actor=CLERK).then(
        ObjectionSettled(payment=payment("a"), counted_fen=TOTAL, open_fen=0), AgreementPerformed()
    )


# Missed, and in default --------------------------------------------------------------------------


def missed(instalment: int, due_fen: int) -> InstalmentMissed:
    return InstalmentMissed(instalment=instalment, pay_by=PAY_BY[instalment - 1], due_fen=due_fen)


def timeline(run: Given) -> list[tuple]:
    return [(one.at, one.event) for one in Given(STREAM, run.state, CASE).until(on(12, 31)).new]


def default(due_fen: int, open_fen: int) -> AgreementDefaulted:
    return AgreementDefaulted(due_fen=due_fen, open_fen=open_fen, last_pay_by=PAY_BY[2])


def test_nothing_paid_is_missed_the_day_after_and_a_default_with_the_second_after_the_grace():
    assert timeline(in_force()) == [
        (PAY_BY[0], missed(1, 300_000)),
        (PAY_BY[1], missed(2, 600_000)),
        (PAY_BY[1] + GRACE, default(TOTAL, TOTAL)),
    ]


def test_where_instalments_keep_their_days_only_what_is_due_is_claimed_and_the_rest_is_missed_in_its_turn():
    run = in_force(TERMS.model_copy(update={"on_default": OnDefault.DUE_ONLY}))
    assert timeline(run)[2:] == [
        (PAY_BY[1] + GRACE, default(600_000, TOTAL)),
        (PAY_BY[2], missed(3, TOTAL)),
    ]


def test_whoever_pays_one_in_the_grace_is_not_in_default_and_only_the_last_day_ends_it():
    run = in_force().until(PAY_BY[1] + GRACE - timedelta(seconds=1))
    run = after(run, "late", 300_000, PAY_BY[1] + GRACE - timedelta(seconds=1))
    assert timeline(run) == [
        (PAY_BY[2], missed(3, 500_000)),
        (PAY_BY[2] + GRACE, default(500_000, 500_000)),
    ]


def test_the_last_instalment_alone_is_a_default_whatever_the_terms_allow():
    run = after(in_force(), "a", 600_000, on(3, 20))
    assert timeline(run) == [(PAY_BY[2], missed(3, 200_000)), (PAY_BY[2] + GRACE, default(200_000, 200_000))]


def test_after_a_default_any_part_fits_and_all_of_it_performs_the_agreement():
    run = in_force().until(PAY_BY[1] + GRACE)
    run = after(run, "a", 123, on(6, 1)).then(recorded("a", 123, date(2026, 6, 1), 123, TOTAL - 123))
    last = after(run, "b", TOTAL - 123, on(6, 2))
    assert last.events[-1] == AgreementPerformed()


def test_looking_often_or_once_gives_the_same():
    once = timeline(in_force())
    run, often = in_force(), []
    day = EFFECT
    while day < on(8, 1):
        run = Given(STREAM, run.state, CASE).until(day)
        often += [(one.at, one.event) for one in run.new]
        day += timedelta(hours=19)
    assert often == once


# Held to a slow ledger ---------------------------------------------------------------------------


class Ledger:
    """Every fen by itself: which instalment it paid, and with which payment it came."""

    def __init__(self, plan):
        self.owed = [number for number, one in enumerate(plan) for _ in range(one)]
        self.paid = []

    def pay(self, amount: int) -> int:
        taken = self.owed[:amount]
        self.owed, self.paid = self.owed[amount:], self.paid + taken
        return len(taken)

    def unpaid(self) -> set[int]:
        return set(self.owed)


@for_all(
    plan=st.lists(st.integers(1, 30), min_size=1, max_size=5),
    amounts=st.lists(st.integers(1, 60), max_size=8),
)
def test_any_payments_pay_the_oldest_first_and_paid_and_open_are_the_agreed_amount(plan, amounts):
    ledger, counted = Ledger(plan), 0
    instalments = tuple(
        Instalment(pay_on=date(2026, 1, 1 + number), pay_fen=one) for number, one in enumerate(plan)
    )
    for amount in amounts:
        one = counts(sum(plan), counted, amount)
        assert one == ledger.pay(amount)
        counted += one
        assert counted + len(ledger.owed) == sum(plan)
        assert covered(instalments, counted, 0) == min(ledger.unpaid(), default=len(plan))


STEPS = st.one_of(
    st.tuples(st.just("pay"), st.sampled_from("abcd"), st.integers(1, 900_000), st.integers(0, 40)),
    st.tuples(st.just("object"), st.sampled_from("abcd"), st.booleans(), st.integers(0, 40)),
    st.tuples(st.just("settle"), st.sampled_from("abcd"), st.booleans(), st.integers(0, 40)),
)


@for_all(steps=st.lists(STEPS, max_size=10))
def test_whatever_is_paid_disputed_and_settled_in_any_order_nothing_counts_twice(steps):
    run, at, told = in_force(), EFFECT, []
    amounts: dict[str, int] = {}
    for what, reference, value, days in steps:
        at += timedelta(days=days, minutes=1)
        if what == "pay":
            body, actor = paid(reference, value, at.date()), AGENT
        elif what == "object":
            body, actor = objecting().model_copy(update={"payment": payment(reference)}), PARTY
        else:
            body, actor = SettleObjection(payment=payment(reference), counts=value), CLERK
        run = Given(STREAM, run.state, CASE).when(body, at=at, actor=actor)
        told += run.events
        if isinstance(body, RecordRepayment) and not any(
            isinstance(one, CommandRefused) for one in run.events
        ):
            amounts.setdefault(payment(reference), body.paid_fen)
        plan = run.state.plan
        assert {one.payment: one.paid_fen for one in plan.payments} == amounts
        assert all(0 <= one.counted_fen <= one.paid_fen for one in plan.payments)
        assert 0 <= plan.counted_fen <= TOTAL
        says = [one.open_fen for one in run.events if isinstance(one, RepaymentRecorded | ObjectionSettled)]
        assert says in ([], [TOTAL - plan.counted_fen])
        assert plan.performed == (covered(TERMS.instalments, plan.counted_fen, 100) == 3)
    numbers = [one.instalment for one in told if isinstance(one, InstalmentMissed)]
    assert numbers == sorted(set(numbers))
    assert sum(isinstance(one, AgreementDefaulted) for one in told) <= 1
