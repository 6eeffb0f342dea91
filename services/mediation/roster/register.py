"""调解员名册: who stands on it is said by events; the network file is only where it starts.

The organisation's clerk keeps the register, and the court's clerk may. Who is not trained is registered and
not listed. Who joins or comes back is at the level of the others, and waiting cases are served at once.
Source: 法释〔2016〕14号 arts 5, 6, 7, 10 (as of 2016-07-01).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from services.mediation.roster.shares import noticed
from services.mediation.roster.state import Roster, roster, without
from services.mediation.roster.training import due_soon, ends_at, told_at
from services.mediation.rules import Context
from shared.casework.calendar import SHANGHAI
from shared.casework.guards import Facts, authority, possible
from shared.contracts.complaints import ComplaintDecided, Measure
from shared.contracts.message import Command, Event
from shared.contracts.rosters import (
    AddMediator,
    ChangeMediator,
    MediatorAdded,
    MediatorChanged,
    MediatorEntry,
    MediatorRemoved,
    MediatorResumed,
    MediatorSuspended,
    RemovalGround,
    RemoveMediator,
    ResumeMediator,
    SuspendMediator,
    SuspensionGround,
)

_OF_ONE = (ChangeMediator, SuspendMediator, ResumeMediator, RemoveMediator)


@authority
def by_who_keeps_the_register(state: Roster, facts: Facts[Context], _: Command | None) -> str | None:
    """A clerk of the organisation, or the court's."""
    theirs = facts.actor.role == "court_clerk" or facts.actor.organisation == facts.subject
    return None if theirs else "actor.not_allowed"


@possible
def known_to_it(state: Roster, facts: Facts[Context], command: Command | None) -> str | None:
    """The register knows the mediator."""
    if isinstance(command, _OF_ONE):
        known = _entry(state, command.mediator, facts) is not None
    else:
        known = bool(_everybody(state, facts))
    return None if known else "mediator.unknown"


@possible
def new_to_all(state: Roster, facts: Facts[Context], command: Command | None) -> str | None:
    """An id means one person: nobody else has it, here or in another organisation, nor had it before."""
    if not isinstance(command, AddMediator):
        return None
    taken = _entry(state, command.mediator, facts) is not None or command.mediator in state.mediators.removed
    elsewhere = any(command.mediator in one.entries for one in facts.context.rosters.values())
    return "mediator.id_taken" if taken or elsewhere else None


@possible
def training_is_past(state: Roster, facts: Facts[Context], command: Command | None) -> str | None:
    """A training that is still to come lists nobody, nor does one that is too old."""
    if not isinstance(command, AddMediator | ChangeMediator) or command.trained_on is None:
        return None
    if command.trained_on > facts.at.astimezone(SHANGHAI).date():
        return "mediator.training_ahead"
    end = ends_at(command.trained_on, facts.context)
    return "mediator.training_expired" if end is not None and end <= facts.at else None


@possible
def holds_nothing(state: Roster, facts: Facts[Context], command: Command | None) -> str | None:
    """Who holds a case is suspended first, until each has ended or was replaced in it."""
    asked = (command.mediator,) if isinstance(command, RemoveMediator) else _everybody(state, facts)
    return "mediator.holds_cases" if all(state.held.get(id) for id in asked) else None


def _everybody(state: Roster, facts: Facts[Context]) -> Mapping[str, MediatorEntry]:
    return facts.context.rosters[facts.subject].registered(state.mediators)


def _entry(state: Roster, id: str, facts: Facts[Context]) -> MediatorEntry | None:
    return facts.context.rosters[facts.subject].entry(state.mediators, id)


def _and_so(state: Roster, facts: Facts[Context], *said: Event) -> list[Event]:
    """Return what was said, and what it means for shares and queue; of a training that ends soon an alarm."""
    after = roster.fold(state, said, facts.at, facts.context)
    assert after is not None
    alarms = [
        due_soon(day, id, facts.context)
        for day, id in after.mediators.trained
        if id not in after.mediators.told
        and (at := told_at(day, facts.context)) is not None
        and at <= facts.at
    ]
    after = roster.fold(after, alarms, facts.at, facts.context)
    assert after is not None
    return [*said, *alarms, *noticed(after, facts)[0]]


# Added, changed ---------------------------------------------------------------------------------


def _added(command: AddMediator) -> MediatorEntry:
    return MediatorEntry(**dict(command), trained=command.trained_on is not None)


def _is_added(state: Roster, command: AddMediator, facts: Facts[Context]) -> bool:
    return _entry(state, command.mediator, facts) == _added(command)


@roster.on(AddMediator, by_who_keeps_the_register, new_to_all, training_is_past, already=_is_added)
def add(state: Roster, command: AddMediator, facts: Facts[Context]) -> Iterable[Event]:
    """Somebody new stands in the register."""
    return _and_so(state, facts, MediatorAdded(entry=_added(command)))


def _changed(before: MediatorEntry, command: ChangeMediator) -> MediatorEntry:
    given = {
        name: value
        for name, value in dict(command).items()
        if value is not None and name in MediatorEntry.model_fields
    }
    if command.no_interests:
        given["interests"] = ()
    if command.trained_on is not None:
        given["trained"] = True
    return before.model_copy(update=given)


def _is_changed(state: Roster, command: ChangeMediator, facts: Facts[Context]) -> bool:
    before = _entry(state, command.mediator, facts)
    return before is not None and _changed(before, command) == before


@roster.on(ChangeMediator, by_who_keeps_the_register, known_to_it, training_is_past, already=_is_changed)
def change(state: Roster, command: ChangeMediator, facts: Facts[Context]) -> Iterable[Event]:
    """What is given replaces what was said before."""
    before = _entry(state, command.mediator, facts)
    assert before is not None
    said: list[Event] = [MediatorChanged(entry=_changed(before, command))]
    again = command.trained_on is not None
    if again and state.mediators.suspended.get(command.mediator) is SuspensionGround.TRAINING_DUE:
        said.append(MediatorResumed(mediator=command.mediator))
    return _and_so(state, facts, *said)


@roster.after(MediatorAdded)
def added(state: Roster, event: MediatorAdded) -> Roster:
    return _with_entry(state, event.entry)


@roster.after(MediatorChanged)
def changed(state: Roster, event: MediatorChanged) -> Roster:
    return _with_entry(state, event.entry)


def _with_entry(state: Roster, entry: MediatorEntry) -> Roster:
    return _with(state, entries={**state.mediators.entries, entry.mediator: entry})


# Suspended, resumed, removed --------------------------------------------------------------------


@possible
def not_dismissed(state: Roster, facts: Facts[Context], command: Command | None) -> str | None:
    """Whom the court dismissed, only the court takes back. Source: 法释〔2021〕23号 art 29."""
    suspended = state.mediators.suspended
    asked = (
        (command.mediator,)
        if isinstance(command, ResumeMediator | SuspendMediator)
        else tuple(_everybody(state, facts))
    )
    dismissed = bool(asked) and all(suspended.get(id) is SuspensionGround.DISMISSAL for id in asked)
    return "mediator.dismissed" if dismissed and facts.actor.role != "court_clerk" else None


def _is_suspended(state: Roster, command: SuspendMediator, facts: Facts[Context]) -> bool:
    return state.mediators.suspended.get(command.mediator) is command.ground


@roster.on(SuspendMediator, by_who_keeps_the_register, known_to_it, not_dismissed, already=_is_suspended)
def suspend(state: Roster, command: SuspendMediator, facts: Facts[Context]) -> Iterable[Event]:
    """No cases for a while."""
    return _and_so(state, facts, MediatorSuspended(mediator=command.mediator, ground=command.ground))


@roster.after(MediatorSuspended)
def suspended(state: Roster, event: MediatorSuspended) -> Roster:
    return _with(state, suspended={**state.mediators.suspended, event.mediator: event.ground})


def _is_resumed(state: Roster, command: ResumeMediator, facts: Facts[Context]) -> bool:
    known = _entry(state, command.mediator, facts) is not None
    return known and command.mediator not in state.mediators.suspended


@possible
def trained_still(state: Roster, facts: Facts[Context], command: Command | None) -> str | None:
    """Whose training is over is trained again, and not just resumed. Source: 法释〔2016〕14号 art 7."""
    entry = _entry(state, command.mediator, facts) if isinstance(command, ResumeMediator) else None
    if entry is None or entry.trained_on is None:
        return None
    end = ends_at(entry.trained_on, facts.context)
    return "mediator.training_expired" if end is not None and end <= facts.at else None


@roster.on(
    ResumeMediator, by_who_keeps_the_register, known_to_it, not_dismissed, trained_still, already=_is_resumed
)
def resume(state: Roster, command: ResumeMediator, facts: Facts[Context]) -> Iterable[Event]:
    """Cases again."""
    return _and_so(state, facts, MediatorResumed(mediator=command.mediator))


@roster.after(MediatorResumed)
def resumed(state: Roster, event: MediatorResumed) -> Roster:
    return _with(state, suspended=without(state.mediators.suspended, event.mediator))


@roster.on(ComplaintDecided)
def carry_out(state: Roster, decided: ComplaintDecided, facts: Facts[Context]) -> Iterable[Event]:
    """Suspend or dismiss whom the court found to have done wrong; who holds cases leaves with the last one.

    Source: 法释〔2021〕23号 art 29.
    """
    mediator = decided.mediator
    if _entry(state, mediator, facts) is None:
        return []
    if decided.measure is Measure.REMOVED and not state.held.get(mediator):
        removed = MediatorRemoved(mediator=mediator, ground=RemovalGround.DISMISSED)
        return _and_so(state, facts, removed)
    grounds = {
        Measure.REMOVED: SuspensionGround.DISMISSAL,
        Measure.SUSPENDED: SuspensionGround.COMPLAINT,
    }
    ground, before = grounds.get(decided.measure), state.mediators.suspended.get(mediator)
    if ground is None or before in (ground, SuspensionGround.DISMISSAL):
        return []
    return _and_so(state, facts, MediatorSuspended(mediator=mediator, ground=ground))


def _is_removed(state: Roster, command: RemoveMediator, facts: Facts[Context]) -> bool:
    return command.mediator in state.mediators.removed


@roster.on(RemoveMediator, by_who_keeps_the_register, known_to_it, holds_nothing, already=_is_removed)
def remove(state: Roster, command: RemoveMediator, facts: Facts[Context]) -> Iterable[Event]:
    """Stands on the roster no more."""
    return _and_so(state, facts, MediatorRemoved(mediator=command.mediator, ground=command.ground))


@roster.after(MediatorRemoved)
def removed(state: Roster, event: MediatorRemoved) -> Roster:
    register = state.mediators
    return _with(
        state,
        suspended=without(register.suspended, event.mediator),
        removed={**register.removed, event.mediator: event.ground},
    )


def _with(state: Roster, **changes: Any) -> Roster:
    return state.but(mediators=state.mediators.changed(**changes))
