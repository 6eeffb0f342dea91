"""停止受案: the court suspends an organisation, which then takes no case until resumed.

The organisation stays in the network file, and cases are still sent to it; nobody of it may take one, so
those that a party applied for pass to another organisation at once, and those that wait do as well. Seats
that are held stay. Shares and levels stay, too: the roster is the same afterwards.
Source: 法释〔2016〕14号 arts 5, 10; 法释〔2021〕23号 art 27.
"""

from collections.abc import Iterable

from services.mediation.roster.shares import noticed
from services.mediation.roster.state import Roster, listed, roster, served, told
from services.mediation.rules import Context, left_out
from shared.casework.guards import Facts, possible
from shared.contracts.mediation import DesignationQueued
from shared.contracts.message import Command, Event
from shared.contracts.rosters import (
    OrganisationResumed,
    OrganisationSuspended,
    ResumeOrganisation,
    SuspendOrganisation,
)


def _is_suspended(state: Roster, command: SuspendOrganisation, facts: Facts[Context]) -> bool:
    return state.mediators.closed is command.ground


@roster.on(SuspendOrganisation, already=_is_suspended)
def suspend(state: Roster, command: SuspendOrganisation, facts: Facts[Context]) -> Iterable[Event]:
    """Each case that waits is told that nobody here may take it. Source: 法释〔2016〕14号 art 10."""
    yield OrganisationSuspended(ground=command.ground)
    for case, request in state.waiting.items():
        yield DesignationQueued(
            case=case,
            waiting=len(state.waiting),
            eligible=0,
            left_out=told(left_out(listed(state, facts), request, state.seconds.get(case))),
            **request._asdict(),
        )


@roster.after(OrganisationSuspended)
def suspended(state: Roster, event: OrganisationSuspended) -> Roster:
    return state.but(mediators=state.mediators.but(closed=event.ground))


@possible
def takes_no_cases(state: Roster, _: Facts[Context], __: Command | None) -> str | None:
    """It is suspended."""
    return None if state.mediators.closed is not None else "organisation.takes_cases"


@roster.on(ResumeOrganisation, takes_no_cases)
def resume(state: Roster, command: ResumeOrganisation, facts: Facts[Context]) -> Iterable[Event]:
    """Cases again; whoever still waits is served. Source: 法释〔2016〕14号 art 10."""
    resumed = OrganisationResumed()
    after = roster.evolve(state, resumed, facts.at, facts.context)
    # What changed meanwhile is noticed now, and the queue served with it.
    return [resumed, *(noticed(after, facts)[0] or served(after, listed(after, facts))[0])]


@roster.after(OrganisationResumed)
def resumed(state: Roster, event: OrganisationResumed) -> Roster:
    return state.but(mediators=state.mediators.but(closed=None))
