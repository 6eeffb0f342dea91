"""期限中止: while a ground stops the clock, the period's days are not counted and it cannot end.

The mediator says so of an appraisal before docketing. Whatever else stops the clock yields `paused` and
`resumed` from an act of its own. Several grounds may hold at once; the period goes on when the last is gone.
A party can leave all the while. Source: 法释〔2021〕23号 art 26; 法释〔2016〕14号 art 18.
"""

from collections.abc import Iterable
from datetime import datetime

from services.mediation.case.clock import left
from services.mediation.case.ending import by_mediator_or_clerk
from services.mediation.case.neutrality import mediator_known_and_agreed
from services.mediation.case.state import Mediation, case, once_accepted, still_open, with_all_consents
from services.mediation.rules import CaseRules, Context
from shared.casework.guards import Facts, possible
from shared.casework.protocol import Refusal
from shared.contracts.clocks import PauseGround, PauseMediation, PeriodPaused, PeriodResumed, ResumeMediation
from shared.contracts.kinds import Way
from shared.contracts.message import Command, Event


def span(mediation: Mediation, rules: CaseRules) -> tuple[datetime, int] | None:
    """Return when the period began last, and how many days it has from there on; ``None`` before it runs."""
    since = mediation.clock.since or mediation.accepted_at
    days = mediation.clock.days
    return None if since is None else (since, rules.period(mediation.procedure) if days is None else days)


def paused(mediation: Mediation, ground: PauseGround, facts: Facts[Context]) -> Iterable[Event]:
    """Yield that a ground stops the clock; nothing where it does already, or no period runs."""
    found = span(mediation, facts.context.book.at(mediation.rules_version))
    if found is None or ground in mediation.clock.pauses:
        return
    since, days = found
    yield PeriodPaused(
        ground=ground, left_days=days if mediation.clock.pauses else left(since, days, facts.at)
    )


def resumed(mediation: Mediation, ground: PauseGround, facts: Facts[Context]) -> Iterable[Event]:
    """Yield that a ground no longer stops the clock; nothing where it did not."""
    pauses, days = mediation.clock.pauses, mediation.clock.days
    if ground not in pauses:
        return
    if len(pauses) > 1:
        yield PeriodResumed(ground=ground)
        return
    assert days is not None
    due = facts.context.calendar.after_days(facts.at, days)
    yield PeriodResumed(ground=ground, limit_days=days, due_at=due.at, due_provisional=due.provisional)


@possible
def period_runs(mediation: Mediation, _: Facts[Context], __: Command | None) -> str | None:
    """The period began with a mediator's acceptance."""
    return None if mediation.accepted_at is not None else "period.not_begun"


@possible
def on_a_ground_of_ones_own(
    mediation: Mediation, facts: Facts[Context], command: Command | None
) -> Refusal | None:
    """A suspicion of false mediation is reported and decided, and stops the clock by that."""
    checks = (
        isinstance(command, PauseMediation | ResumeMediation) and command.ground is not PauseGround.APPRAISAL
    )
    return Refusal("pause.by_check", rule="mediation.time-not-counted") if checks else None


@possible
def before_docketing(mediation: Mediation, _: Facts[Context], __: Command | None) -> Refusal | None:
    """In a suit the court has appraised, and only all parties make the time of a mediation longer.

    Source: 法释〔2021〕23号 arts 24, 26 (立案前调解需要鉴定评估的).
    """
    in_suit = mediation.way is Way.DOCKETED
    return Refusal("pause.in_suit", rule="mediation.time-not-counted") if in_suit else None


def _is_paused(mediation: Mediation, command: PauseMediation, facts: Facts[Context]) -> bool:
    return command.ground in mediation.clock.pauses and mediation.end is None


@case.on(
    PauseMediation,
    by_mediator_or_clerk,
    still_open,
    period_runs,
    once_accepted,
    with_all_consents,
    on_a_ground_of_ones_own,
    before_docketing,
    mediator_known_and_agreed,
    already=_is_paused,
)
def pause(mediation: Mediation, command: PauseMediation, facts: Facts[Context]) -> Iterable[Event]:
    """An appraisal begins."""
    return paused(mediation, command.ground, facts)


@case.after(PeriodPaused)
def stopped(mediation: Mediation, event: PeriodPaused, at: datetime) -> Mediation:
    clock = mediation.clock.but(
        days=event.left_days,
        pauses=(*mediation.clock.pauses, event.ground),
        paused_at=mediation.clock.paused_at or at,
    )
    return mediation.but(clock=clock, due_at=None, due_provisional=False)


def _runs(mediation: Mediation, command: ResumeMediation, facts: Facts[Context]) -> bool:
    return command.ground not in mediation.clock.pauses and mediation.end is None


@case.on(
    ResumeMediation,
    by_mediator_or_clerk,
    still_open,
    period_runs,
    once_accepted,
    on_a_ground_of_ones_own,
    already=_runs,
)
def resume(mediation: Mediation, command: ResumeMediation, facts: Facts[Context]) -> Iterable[Event]:
    """The appraisal is there, or will not come."""
    return resumed(mediation, command.ground, facts)


@case.after(PeriodResumed)
def goes_on(mediation: Mediation, event: PeriodResumed, at: datetime) -> Mediation:
    pauses = tuple(one for one in mediation.clock.pauses if one is not event.ground)
    if event.due_at is None:
        return mediation.but(clock=mediation.clock.but(pauses=pauses))
    clock = mediation.clock.but(pauses=pauses, paused_at=None, since=at, days=event.limit_days)
    return mediation.but(clock=clock, due_at=event.due_at, due_provisional=event.due_provisional)
