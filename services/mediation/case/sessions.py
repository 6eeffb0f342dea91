"""调解场次: announced by the mediator, held with everybody identified and warned, or called off.

Source: 法释〔2021〕23号 arts 15, 16, 17 (as of 2022-01-01).
"""

from collections.abc import Iterable
from typing import Final

from services.mediation.case.neutrality import known_and_agreed
from services.mediation.case.state import (
    Mediation,
    by_a_party,
    by_its_mediator,
    case,
    not_suspended,
    once_accepted,
    speaker,
    still_open,
    with_all_consents,
)
from services.mediation.case.talks import Address, Planned
from services.mediation.rules import SESSIONS, Context
from shared.casework.guards import Facts, possible
from shared.casework.protocol import Refusal
from shared.contracts.message import Command, Event
from shared.contracts.sessions import (
    CancelSession,
    ConfirmServiceAddress,
    RecordSession,
    ScheduleSession,
    ServiceAddressConfirmed,
    SessionCancelled,
    SessionForm,
    SessionHeld,
    SessionScheduled,
)

_ABOUT_ONE: Final = (RecordSession, CancelSession)
_PERIOD: Final = "mediation.period"


# Announced --------------------------------------------------------------------------------------


@possible
def with_parties_of_the_case(mediation: Mediation, _: Facts[Context], command: Command | None) -> str | None:
    """Nobody is invited, or recorded as attending, who is no party."""
    named = []
    if isinstance(command, ScheduleSession):
        named = [] if command.alone_with is None else [command.alone_with]
    elif isinstance(command, RecordSession):
        named = [one.party for one in command.attendance]
        if len(set(named)) < len(named):
            return "session.party_twice"
    return None if set(named) <= set(mediation.parties) else "party.not_in_case"


@possible
def apart_only_by_consent(mediation: Mediation, _: Facts[Context], command: Command | None) -> Refusal | None:
    """Parties are talked to apart where all agree. Source: 法释〔2021〕23号 art 16(1)."""
    if not isinstance(command, ScheduleSession) or command.alone_with is None or command.apart_agreed:
        return None
    return Refusal("session.apart", rule="mediation.session-announced")


@possible
def with_a_way_in(mediation: Mediation, _: Facts[Context], command: Command | None) -> Refusal | None:
    """Who is invited knows where to go. Source: 法释〔2021〕23号 art 16."""
    if not isinstance(command, ScheduleSession):
        return None
    way = command.meeting_code if command.how is SessionForm.ONLINE else command.place
    return None if way is not None else Refusal("session.nowhere", rule="mediation.session-announced")


@possible
def within_the_period(mediation: Mediation, facts: Facts[Context], command: Command | None) -> Refusal | None:
    """A session lies ahead, and before the period is over. Source: 法释〔2021〕23号 art 24."""
    if not isinstance(command, ScheduleSession):
        return None
    if command.session_at <= facts.at:
        return Refusal("session.past", rule="mediation.session-announced")
    if mediation.due_at is not None and command.session_at >= mediation.due_at:
        return Refusal("session.after_period", f"The period ends at {mediation.due_at}.", rule=_PERIOD)
    return None


@possible
def not_too_many(mediation: Mediation, facts: Facts[Context], _: Command | None) -> Refusal | None:
    """Sessions are numbered, those that were moved or called off included."""
    most = facts.context.book.at(mediation.rules_version).sessions or SESSIONS.at_most
    return Refusal("session.too_many", rule=SESSIONS.rule) if mediation.talks.numbered >= most else None


def _as_planned(command: ScheduleSession, number: int) -> Planned:
    return Planned(
        number=number,
        at=command.session_at,
        how=command.how,
        place=command.place,
        room=command.room,
        meeting_code=command.meeting_code,
        alone_with=command.alone_with,
    )


def _is_scheduled(mediation: Mediation, command: ScheduleSession, facts: Facts[Context]) -> bool:
    return any(_as_planned(command, one.number) == one for one in mediation.talks.planned)


@case.on(
    ScheduleSession,
    by_its_mediator,
    still_open,
    once_accepted,
    with_all_consents,
    with_parties_of_the_case,
    apart_only_by_consent,
    with_a_way_in,
    within_the_period,
    not_too_many,
    not_suspended,
    known_and_agreed,
    already=_is_scheduled,
)
def schedule(mediation: Mediation, command: ScheduleSession, facts: Facts[Context]) -> Iterable[Event]:
    """No session without everybody's consent; another one with the same parties moves the first."""
    yield SessionScheduled(
        session=mediation.talks.numbered + 1,
        session_at=command.session_at,
        how=command.how,
        place=command.place,
        room=command.room,
        meeting_code=command.meeting_code,
        alone_with=command.alone_with,
    )


@case.after(SessionScheduled)
def scheduled(mediation: Mediation, event: SessionScheduled) -> Mediation:
    talks = mediation.talks
    session = Planned(
        number=event.session,
        at=event.session_at,
        how=event.how,
        place=event.place,
        room=event.room,
        meeting_code=event.meeting_code,
        alone_with=event.alone_with,
    )
    others = tuple(one for one in talks.planned if one.alone_with is not event.alone_with)
    return mediation.but(talks=talks.but(planned=(*others, session), numbered=event.session))


# Held, or called off ----------------------------------------------------------------------------


@possible
def is_announced(mediation: Mediation, _: Facts[Context], command: Command | None) -> str | None:
    """There is such a session ahead."""
    if isinstance(command, _ABOUT_ONE):
        known = mediation.talks.session(command.session) is not None
    else:
        known = bool(mediation.talks.planned)
    return None if known else "session.unknown"


@possible
def time_has_come(mediation: Mediation, facts: Facts[Context], command: Command | None) -> str | None:
    """Nothing is recorded before it can have happened."""
    planned = mediation.talks.planned
    if isinstance(command, RecordSession):
        planned = tuple(one for one in planned if one.number == command.session)
    return None if any(one.at <= facts.at for one in planned) else "session.not_yet"


@possible
def all_are_there(mediation: Mediation, _: Facts[Context], command: Command | None) -> Refusal | None:
    """A session with all parties is held with all of them; with one alone, with nobody else."""
    if not isinstance(command, RecordSession):
        return None
    session = mediation.talks.session(command.session)
    there = [one.party for one in command.attendance]
    if session is not None and session.alone_with is not None:
        return None if there == [session.alone_with] else Refusal("session.not_alone")
    lacking = [party for party in mediation.parties if party not in there]
    return Refusal("session.party_missing", f"Missing: {', '.join(lacking)}.") if lacking else None


@possible
def identified_and_warned(mediation: Mediation, _: Facts[Context], command: Command | None) -> Refusal | None:
    """Nobody mediates who is not known, or not warned. Source: 法释〔2021〕23号 art 17."""
    if not isinstance(command, RecordSession):
        return None
    unknown = [one.party for one in command.attendance if one.checked is None]
    unwarned = [one.party for one in command.attendance if not one.warned]
    for code, parties in (("session.unidentified", unknown), ("session.not_warned", unwarned)):
        if parties:
            return Refusal(code, f"About: {', '.join(parties)}.", rule="mediation.identified-and-warned")
    return None


def _is_recorded(mediation: Mediation, command: RecordSession, facts: Facts[Context]) -> bool:
    return command.session in mediation.talks.held


@case.on(
    RecordSession,
    by_its_mediator,
    still_open,
    once_accepted,
    with_all_consents,
    is_announced,
    time_has_come,
    with_parties_of_the_case,
    all_are_there,
    identified_and_warned,
    not_suspended,
    known_and_agreed,
    already=_is_recorded,
)
def record(mediation: Mediation, command: RecordSession, facts: Facts[Context]) -> Iterable[Event]:
    """Held once; who was neither identified nor warned has not been in a mediation."""
    yield SessionHeld(session=command.session, attendance=command.attendance)


@case.after(SessionHeld)
def held(mediation: Mediation, event: SessionHeld) -> Mediation:
    talks = mediation.talks
    ahead = tuple(one for one in talks.planned if one.number != event.session)
    return mediation.but(talks=talks.but(planned=ahead, held=(*talks.held, event.session)))


def _is_cancelled(mediation: Mediation, command: CancelSession, facts: Facts[Context]) -> bool:
    talks = mediation.talks
    was_announced = command.session <= talks.numbered and command.session not in talks.held
    return was_announced and talks.session(command.session) is None


@case.on(CancelSession, by_its_mediator, still_open, once_accepted, is_announced, already=_is_cancelled)
def cancel(mediation: Mediation, command: CancelSession, facts: Facts[Context]) -> Iterable[Event]:
    """Called off, before or after its time."""
    yield SessionCancelled(session=command.session, reason=command.reason)


@case.after(SessionCancelled)
def cancelled(mediation: Mediation, event: SessionCancelled) -> Mediation:
    talks = mediation.talks
    return mediation.but(
        talks=talks.but(planned=tuple(one for one in talks.planned if one.number != event.session))
    )


# Where papers reach a party ---------------------------------------------------------------------


def _address(mediation: Mediation, command: ConfirmServiceAddress, facts: Facts[Context]) -> Address:
    return Address(party=speaker(mediation, facts), digest=command.digest, electronic=command.electronic)


def _is_confirmed(mediation: Mediation, command: ConfirmServiceAddress, facts: Facts[Context]) -> bool:
    return _address(mediation, command, facts) in mediation.talks.addresses


@case.on(ConfirmServiceAddress, by_a_party, still_open, already=_is_confirmed)
def confirm_address(
    mediation: Mediation, command: ConfirmServiceAddress, facts: Facts[Context]
) -> Iterable[Event]:
    """Each party for itself; a later one replaces it. Source: 法释〔2021〕23号 art 17."""
    found = _address(mediation, command, facts)
    yield ServiceAddressConfirmed(party=found.party, digest=found.digest, electronic=found.electronic)


@case.after(ServiceAddressConfirmed)
def address_confirmed(mediation: Mediation, event: ServiceAddressConfirmed) -> Mediation:
    talks = mediation.talks
    others = tuple(one for one in talks.addresses if one.party is not event.party)
    found = Address(party=event.party, digest=event.digest, electronic=event.electronic)
    return mediation.but(talks=talks.but(addresses=(*others, found)))
