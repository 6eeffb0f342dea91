"""履行期限: an instalment is missed on the day after its last one, and enough of them are a default.

The clocks begin with the effect of an agreement with terms and run after the mediation has ended; a case
without terms has none. What was late once stays told, whatever is paid later.
Source: 民事诉讼法 (2023) arts 85, 250.
"""

from collections.abc import Iterable
from datetime import datetime

from services.mediation.case.performance import is_covered, known, rules_of
from services.mediation.case.performance_state import Plan
from services.mediation.case.state import Mediation, case
from services.mediation.rules import Context
from services.mediation.rules.performance import due_fen, pay_by
from shared.casework.calendar import Calendar, awaited, local_day
from shared.casework.guards import Facts
from shared.contracts.message import Event
from shared.contracts.performance import (
    AgreementDefaulted,
    InstalmentDeadline,
    InstalmentMissed,
    InstalmentsScheduled,
)
from shared.contracts.terms import OnDefault


def scheduled(mediation: Mediation, facts: Facts[Context]) -> Iterable[Event]:
    """Yield the clocks of an agreement that takes effect now; nothing where nobody follows it."""
    if mediation.plan.terms is not None and rules_of(mediation, facts.context) is not None:
        yield InstalmentsScheduled(deadlines=_deadlines(mediation.plan, facts.at, facts.context.calendar))


@case.after(InstalmentsScheduled)
def is_scheduled(mediation: Mediation, event: InstalmentsScheduled, at: datetime) -> Mediation:
    """The first ones say when the agreement took effect; later ones put deadlines right."""
    since = mediation.plan.since or at
    return mediation.but(plan=mediation.plan.but(since=since, deadlines=event.deadlines))


def _deadlines(plan: Plan, since: datetime, calendar: Calendar) -> tuple[InstalmentDeadline, ...]:
    found = (pay_by(one, local_day(since), calendar) for one in known(plan).instalments)
    return tuple(InstalmentDeadline(pay_by=one.at, provisional=one.provisional) for one in found)


# Put right --------------------------------------------------------------------------------------


def awaited_by(plan: Plan) -> str | None:
    """Return the calendar that the nearest provisional deadline of an instalment waits for."""
    if not plan.runs:
        return None
    waiting = [one.pay_by for one in plan.deadlines if one.provisional]
    return awaited(min(waiting)) if waiting else None


def _put_right(plan: Plan, at: datetime, calendar: Calendar) -> tuple[InstalmentDeadline, ...]:
    """Return the deadlines as the calendar says by now.

    What has passed stays as it was, and so does what people could rely on: no deadline moves into the past.
    """
    assert plan.since is not None
    out = []
    for before, right in zip(plan.deadlines, _deadlines(plan, plan.since, calendar), strict=True):
        kept = (
            not before.provisional
            or before.pay_by < at
            or (right.pay_by < before.pay_by and right.pay_by <= at)
        )
        out.append(before.model_copy(update={"provisional": False}) if kept else right)
    return tuple(out)


def _known_better(mediation: Mediation, context: Context, to: datetime) -> datetime | None:
    """Return when provisional deadlines are put right; ``None`` while the calendar says nothing new."""
    plan = mediation.plan
    if awaited_by(plan) is None:
        return None
    assert plan.since is not None
    right = _deadlines(plan, plan.since, context.calendar)
    changed = [
        one.pay_by
        for one, other in zip(plan.deadlines, right, strict=True)
        if one.provisional and one != other
    ]
    return min(to, *changed) if changed else None


@case.correction("instalments", due=_known_better)
def put_right(mediation: Mediation, facts: Facts[Context]) -> Iterable[Event]:
    """A calendar that was not there before says when instalments are really due."""
    yield InstalmentsScheduled(deadlines=_put_right(mediation.plan, facts.at, facts.context.calendar))


# Missed -----------------------------------------------------------------------------------------


def _next(mediation: Mediation, context: Context) -> int | None:
    """Return the index of the instalment that is missed next unless it is paid; ``None`` for none."""
    plan = mediation.plan
    if not plan.runs or (plan.defaulted and known(plan).on_default is OnDefault.ALL):
        return None
    found = max(is_covered(mediation, context), plan.told)
    return found if found < len(plan.deadlines) else None


def _no_earlier(plan: Plan, at: datetime) -> datetime:
    """Return when something is late: never before a payment that had counted was taken out."""
    return at if plan.reopened_at is None else max(at, plan.reopened_at)


def _missed_at(mediation: Mediation, context: Context) -> datetime | None:
    index = _next(mediation, context)
    return None if index is None else _no_earlier(mediation.plan, mediation.plan.deadlines[index].pay_by)


@case.timer("instalment", due=_missed_at)
def miss(mediation: Mediation, facts: Facts[Context]) -> Iterable[Event]:
    """Told once for each instalment."""
    index, plan = _next(mediation, facts.context), mediation.plan
    assert index is not None
    yield InstalmentMissed(
        instalment=index + 1,
        pay_by=plan.deadlines[index].pay_by,
        due_fen=due_fen(known(plan), plan.counted_fen, index + 1),
    )


@case.after(InstalmentMissed)
def missed(mediation: Mediation, event: InstalmentMissed) -> Mediation:
    return mediation.but(plan=mediation.plan.but(told=event.instalment))


# In default -------------------------------------------------------------------------------------


def _defaulted_at(mediation: Mediation, context: Context) -> datetime | None:
    """Return when the payer is in default; ``None`` where the payer is already, or nobody follows it.

    Nobody is in default while the organisation has still to say whether enough was paid: the objection is
    decided first (人民调解法 art 31(2)).
    """
    plan, rules = mediation.plan, rules_of(mediation, context)
    if not plan.runs or plan.defaulted or plan.doubtful or rules is None:
        return None
    return _no_earlier(plan, rules.default_at(known(plan), plan.counted_fen, plan.deadlines))


@case.timer("default", due=_defaulted_at)
def default(mediation: Mediation, facts: Facts[Context]) -> Iterable[Event]:
    """As many instalments are overdue as the terms say. Source: 民事诉讼法 (2023) art 250."""
    plan = mediation.plan
    terms, last = known(plan), plan.deadlines[-1]
    due = sum(one.pay_by <= facts.at for one in plan.deadlines)
    yield AgreementDefaulted(
        due_fen=due_fen(terms, plan.counted_fen, due, in_default=True),
        open_fen=terms.total_fen - plan.counted_fen,
        last_pay_by=last.pay_by,
        provisional=last.provisional,
    )


@case.after(AgreementDefaulted)
def defaulted(mediation: Mediation, event: AgreementDefaulted, at: datetime) -> Mediation:
    return mediation.but(plan=mediation.plan.but(defaulted_at=at))
