"""可受案时间: a mediator tells the organisation when cases can be taken. People read it; no rule does.

Source: practice of the organisations; no law asks for it.
"""

from collections.abc import Iterable

from services.mediation.roster.state import Roster, roster
from services.mediation.rules import Context
from shared.casework.guards import Facts, authority
from shared.contracts.mediation import AvailabilityNoted, NoteAvailability
from shared.contracts.message import Command, Event


@authority
def by_one_of_its_mediators(state: Roster, facts: Facts[Context], _: Command | None) -> str | None:
    """Only a mediator who stands on this organisation's roster."""
    actor, founding = facts.actor, facts.context.rosters[facts.subject]
    known = founding.entry(state.mediators, actor.person) is not None
    mine = actor.organisation == facts.subject and known
    return None if mine else "actor.not_allowed"


def _noted(command: NoteAvailability, facts: Facts[Context]) -> AvailabilityNoted:
    return AvailabilityNoted(mediator=facts.actor.person, **dict(command))


def _is_noted(state: Roster, command: NoteAvailability, facts: Facts[Context]) -> bool:
    return state.availability.get(facts.actor.person) == _noted(command, facts)


@roster.on(NoteAvailability, by_one_of_its_mediators, already=_is_noted)
def note(state: Roster, command: NoteAvailability, facts: Facts[Context]) -> Iterable[Event]:
    """A later note takes the place of an earlier one."""
    yield _noted(command, facts)


@roster.after(AvailabilityNoted)
def noted(state: Roster, event: AvailabilityNoted) -> Roster:
    return state.but(availability={**state.availability, event.mediator: event})
