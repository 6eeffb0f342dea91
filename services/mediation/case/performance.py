"""履行: payments against the plan of an agreement in force, objections to them.

Payments count for the oldest instalment first; what is over is carried forward, and never counts twice. One
that does not fit is disputed by the platform, any by a party: the organisation says whether it counts.
Source: 人民调解法 art 31 (the organisation watches over the performance); 法释〔2021〕23号 arts 19, 20.
"""

from collections.abc import Iterable
from datetime import datetime

from services.mediation.case.default_lifted import lifted
from services.mediation.case.performance_state import Payment, Plan
from services.mediation.case.state import (
    Mediation,
    acting_party,
    by_a_party_or_any_agent,
    by_its_organisation,
    case,
)
from services.mediation.rules import Context, PerformanceRules
from services.mediation.rules.performance import COUNTS_NOT, counts, covered, objection_to
from shared.casework.calendar import local_day
from shared.casework.guards import Facts, authority, possible
from shared.casework.protocol import Refusal
from shared.contracts.agents import Reach
from shared.contracts.kinds import Party
from shared.contracts.message import Command, Event
from shared.contracts.performance import (
    AgreementPerformed,
    ObjectionSettled,
    ObjectRepayment,
    RecordRepayment,
    RepaymentDisputed,
    RepaymentRecorded,
    SettleObjection,
)
from shared.contracts.terms import Terms


def rules_of(mediation: Mediation, context: Context) -> PerformanceRules | None:
    """Return the limits of the performance; ``None`` where the case's version knows none."""
    return context.book.at(mediation.rules_version).performance


def known(plan: Plan) -> Terms:
    """Return the terms of an agreement that is followed."""
    assert plan.terms is not None
    return plan.terms


def is_covered(mediation: Mediation, context: Context) -> int:
    """Return how many instalments of a followed agreement are paid."""
    rules = rules_of(mediation, context)
    assert rules is not None
    plan = mediation.plan
    return covered(known(plan).instalments, plan.counted_fen, rules.tolerance_fen)


# Who and when -----------------------------------------------------------------------------------


@authority
def by_the_institution(mediation: Mediation, facts: Facts[Context], _: Command | None) -> str | None:
    """The institution's own agent."""
    return None if acting_party(mediation, facts) is Party.APPLICANT else "actor.not_allowed"


@possible
def followed(mediation: Mediation, _: Facts[Context], __: Command | None) -> str | None:
    """An agreement with terms is in force."""
    return None if mediation.plan.deadlines else "performance.none"


@possible
def not_to_come(mediation: Mediation, facts: Facts[Context], command: Command | None) -> str | None:
    """Nobody has paid on a day that is still to come."""
    ahead = isinstance(command, RecordRepayment) and command.paid_on > local_day(facts.at)
    return "repayment.ahead" if ahead else None


@possible
def one_payment(mediation: Mediation, facts: Facts[Context], command: Command | None) -> str | None:
    """A digest stands for one payment."""
    found = isinstance(command, RecordRepayment) and mediation.plan.payment(command.payment)
    return "repayment.differs" if found else None


@possible
def recorded_before(mediation: Mediation, facts: Facts[Context], command: Command | None) -> str | None:
    """The payment is one of this agreement's."""
    if not isinstance(command, ObjectRepayment | SettleObjection):
        return None if mediation.plan.payments else "repayment.unknown"
    return None if mediation.plan.payment(command.payment) is not None else "repayment.unknown"


@possible
def in_time(mediation: Mediation, facts: Facts[Context], command: Command | None) -> Refusal | None:
    """Some working days after its record a payment stands."""
    rules = rules_of(mediation, facts.context)
    assert rules is not None
    for one in mediation.plan.payments:
        meant = not isinstance(command, ObjectRepayment) or one.payment == command.payment
        if meant and facts.at < rules.object_by(one.recorded_at, facts.context.calendar):
            return None
    return Refusal("repayment.objection_late", rule="mediation.time-to-object")


@possible
def a_partys_own(mediation: Mediation, facts: Facts[Context], command: Command | None) -> str | None:
    """What the plan itself says against a payment, the platform says."""
    platforms = isinstance(command, ObjectRepayment) and command.objection.by_the_platform
    return "repayment.not_your_objection" if platforms else None


@possible
def disputed(mediation: Mediation, facts: Facts[Context], command: Command | None) -> str | None:
    """There is an objection to settle."""
    if not any(one.disputed for one in mediation.plan.payments):
        return "repayment.not_disputed"
    payment = mediation.plan.payment(command.payment) if isinstance(command, SettleObjection) else None
    return "repayment.not_disputed" if payment is not None and not payment.disputed else None


# Recorded ---------------------------------------------------------------------------------------


def _is_recorded(mediation: Mediation, command: RecordRepayment, facts: Facts[Context]) -> bool:
    found = mediation.plan.payment(command.payment)
    return found is not None and (found.paid_on, found.paid_fen) == (command.paid_on, command.paid_fen)


@case.on(RecordRepayment, by_the_institution, followed, not_to_come, one_payment, already=_is_recorded)
def record(mediation: Mediation, command: RecordRepayment, facts: Facts[Context]) -> Iterable[Event]:
    """It counts for the oldest unpaid instalment; what does not fit is disputed at once."""
    plan, rules = mediation.plan, rules_of(mediation, facts.context)
    assert plan.since is not None
    assert rules is not None
    terms = known(plan)
    objection = objection_to(
        terms,
        counted_fen=plan.counted_fen,
        paid_fen=command.paid_fen,
        paid_on=command.paid_on,
        since=local_day(plan.since),
        tolerance_fen=rules.tolerance_fen,
        in_default=plan.defaulted,
    )
    stops = objection in COUNTS_NOT
    counted = 0 if stops else counts(terms.total_fen, plan.counted_fen, command.paid_fen)
    event = RepaymentRecorded(
        payment=command.payment,
        paid_on=command.paid_on,
        paid_fen=command.paid_fen,
        counted_fen=counted,
        open_fen=terms.total_fen - plan.counted_fen - counted,
    )
    yield event
    if objection is not None:
        yield RepaymentDisputed(payment=command.payment, objection=objection)
    yield from _follows(mediation, event, facts)


@case.after(RepaymentRecorded)
def recorded(mediation: Mediation, event: RepaymentRecorded, at: datetime) -> Mediation:
    payment = Payment(
        payment=event.payment,
        paid_on=event.paid_on,
        paid_fen=event.paid_fen,
        counted_fen=event.counted_fen,
        recorded_at=at,
    )
    return mediation.but(plan=mediation.plan.but(payments=(*mediation.plan.payments, payment)))


def _follows(mediation: Mediation, event: Event, facts: Facts[Context]) -> Iterable[Event]:
    """Yield what follows from another count: a default falls away; all is paid, and was not before."""
    after = case.evolve(mediation, event, facts.at, facts.context)
    rules = rules_of(mediation, facts.context)
    assert rules is not None
    yield from lifted(after, rules)
    plan = after.plan
    if not plan.performed and is_covered(after, facts.context) == len(plan.deadlines):
        yield AgreementPerformed(open_fen=known(plan).total_fen - plan.counted_fen)


@case.after(AgreementPerformed)
def performed(mediation: Mediation, event: AgreementPerformed) -> Mediation:
    return mediation.but(plan=mediation.plan.but(performed=True))


# Disputed ---------------------------------------------------------------------------------------


def _is_disputed(mediation: Mediation, command: ObjectRepayment, facts: Facts[Context]) -> bool:
    """What the platform disputed already is disputed anew by the payer's side: that holds a default back."""
    found = mediation.plan.payment(command.payment)
    if found is None or not found.disputed:
        return False
    return found.by_payer or not _of_the_payer(mediation, acting_party(mediation, facts, Reach.GENERAL))


def _of_the_payer(mediation: Mediation, party: Party | None) -> bool:
    """Tell whether a party stands on the side that pays."""
    return party is not None and party.applies is known(mediation.plan).payer.applies


@case.on(
    ObjectRepayment,
    by_a_party_or_any_agent,
    followed,
    recorded_before,
    a_partys_own,
    in_time,
    already=_is_disputed,
)
def object_to(mediation: Mediation, command: ObjectRepayment, facts: Facts[Context]) -> Iterable[Event]:
    """The payment counts as before until the organisation has looked at it."""
    party = acting_party(mediation, facts, Reach.GENERAL)
    yield RepaymentDisputed(payment=command.payment, objection=command.objection, objector=party)


@case.after(RepaymentDisputed)
def is_disputed(mediation: Mediation, event: RepaymentDisputed) -> Mediation:
    payment = mediation.plan.payment(event.payment)
    assert payment is not None
    theirs = payment.by_payer or _of_the_payer(mediation, event.objector)
    return mediation.but(plan=mediation.plan.with_payment(payment.but(disputed=True, by_payer=theirs)))


@case.on(SettleObjection, by_its_organisation, followed, recorded_before, disputed)
def settle(mediation: Mediation, command: SettleObjection, facts: Facts[Context]) -> Iterable[Event]:
    """It counts as far as anything is unpaid, or not at all."""
    plan = mediation.plan
    payment = plan.payment(command.payment)
    assert payment is not None
    total, others = known(plan).total_fen, plan.counted_fen - payment.counted_fen
    counted = counts(total, others, payment.paid_fen) if command.counts else 0
    event = ObjectionSettled(payment=command.payment, counted_fen=counted, open_fen=total - others - counted)
    yield event
    yield from _follows(mediation, event, facts)


@case.after(ObjectionSettled)
def settled(mediation: Mediation, event: ObjectionSettled, at: datetime) -> Mediation:
    """What had counted and counts no more opens the plan again, from now on; so does the end of a doubt."""
    plan = mediation.plan
    doubtful = plan.doubtful
    payment = plan.payment(event.payment)
    assert payment is not None
    after = plan.with_payment(payment.but(counted_fen=event.counted_fen, disputed=False, by_payer=False))
    if event.counted_fen < payment.counted_fen:
        after = after.but(performed=False, reopened_at=at)
    elif doubtful and not after.doubtful:
        after = after.but(reopened_at=at)
    return mediation.but(plan=after)
