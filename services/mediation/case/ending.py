"""调解结束: one of eight coded ends. Source: 法释〔2021〕23号 arts 24, 25 (as of 2022-01-01)."""

from collections.abc import Iterable
from datetime import datetime

from services.mediation.case.state import Mediation, case, ended, is_held_by, once_accepted, still_open
from services.mediation.rules import Context
from shared.casework.guards import Facts, authority, possible
from shared.casework.protocol import Refusal
from shared.contracts.intake import ConsentRefused
from shared.contracts.kinds import End
from shared.contracts.mediation import EndMediation, MediationEnded
from shared.contracts.message import Command, Event


@authority
def by_mediator_or_clerk(mediation: Mediation, facts: Facts[Context], _: Command | None) -> str | None:
    """The mediator who holds the case, or a clerk of its organisation."""
    if facts.actor.role == "organisation_clerk":
        return None if facts.actor.organisation == mediation.organisation else "actor.not_allowed"
    return None if is_held_by(mediation, facts) else "assignment.not_held"


@possible
def with_its_ground(mediation: Mediation, facts: Facts[Context], command: Command | None) -> Refusal | None:
    """Each end has its precondition. Source: 法释〔2021〕23号 art 25.

    An agreement ends a mediation by itself, with the last signature and the seal; so does the period when it
    is over. A signature is refused only where there is something to sign.
    """
    end = command.end if isinstance(command, EndMediation) else None
    if end is End.AGREEMENT:
        return Refusal("agreement.not_in_force", rule="mediation.agreement-in-force")
    if end is End.EXPIRED:
        return Refusal("end.period_runs", rule="mediation.expired-when-over")
    if end is End.REFUSED_TO_SIGN and mediation.digest is None:
        return Refusal("end.nothing_to_sign", rule="mediation.refused-with-draft")
    return None


def _is_so(mediation: Mediation, command: EndMediation, facts: Facts[Context]) -> bool:
    return mediation.end is command.end


@case.on(EndMediation, by_mediator_or_clerk, still_open, with_its_ground, once_accepted, already=_is_so)
def end(mediation: Mediation, command: EndMediation, facts: Facts[Context]) -> Iterable[Event]:
    """One of the ends without an agreement that people bring about."""
    return [ended(mediation, command.end)]


@case.on(ConsentRefused)
def withdraw_consent(mediation: Mediation, refusal: ConsentRefused, facts: Facts[Context]) -> Iterable[Event]:
    """A party that no longer agrees ends the mediation."""
    return [] if mediation.end is not None else [ended(mediation, End.PARTY_UNWILLING)]


def _period_end(mediation: Mediation, context: Context) -> datetime | None:
    return mediation.due_at if mediation.end is None else None


@case.timer("period", due=_period_end)
def expire(mediation: Mediation, facts: Facts[Context]) -> Iterable[Event]:
    """The period is over. Source: 法释〔2021〕23号 art 24."""
    return [ended(mediation, End.EXPIRED)]


@case.after(MediationEnded)
def over(mediation: Mediation, event: MediationEnded) -> Mediation:
    return mediation.but(end=event.end, answer_by=None, answer_provisional=False)
