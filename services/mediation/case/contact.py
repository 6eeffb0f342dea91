"""联系: each attempt to reach a party is on record, so that nobody is out of reach by mere assertion.

Source: 法释〔2021〕23号 arts 15, 25(3) (as of 2022-01-01).
"""

from collections.abc import Iterable

from services.mediation.case.state import (
    Mediation,
    by_one_of_its_mediators,
    case,
    is_one_of_its_mediators,
    once_accepted,
    still_open,
)
from services.mediation.rules import Context
from shared.casework.guards import Facts, authority, possible
from shared.contracts.message import Command, Event
from shared.contracts.parties import ContactRecorded, RecordContact
from shared.contracts.privacy import ContactDataOpened, ReadContactData


@authority
def by_one_of_its_mediators_or_clerk(
    mediation: Mediation, facts: Facts[Context], _: Command | None
) -> str | None:
    """Whoever mediates the case, or a clerk of its organisation."""
    if facts.actor.role == "organisation_clerk":
        return None if facts.actor.organisation == mediation.organisation else "actor.not_allowed"
    return None if is_one_of_its_mediators(mediation, facts) else "assignment.not_held"


@possible
def with_a_party(mediation: Mediation, _: Facts[Context], command: Command | None) -> str | None:
    """Whoever is sought is a party of the case."""
    stranger = isinstance(command, RecordContact) and command.party not in mediation.parties
    return "contact.no_party" if stranger else None


@case.on(RecordContact, by_one_of_its_mediators_or_clerk, still_open, once_accepted, with_a_party)
def record(mediation: Mediation, command: RecordContact, facts: Facts[Context]) -> Iterable[Event]:
    """Every attempt counts, however many there are."""
    yield ContactRecorded(party=command.party, means=command.means, reached=command.reached)


@case.on(ReadContactData, by_one_of_its_mediators, still_open, once_accepted)
def open_contact_data(
    mediation: Mediation, command: ReadContactData, facts: Facts[Context]
) -> Iterable[Event]:
    """Who mediates may reach the parties; intake, which holds the data, shows them to this reader alone."""
    assert facts.received is not None
    yield ContactDataOpened(reader=str(facts.actor), reading=facts.received.id)


case.unchanged_by(ContactDataOpened)


@case.after(ContactRecorded)
def recorded(mediation: Mediation, event: ContactRecorded) -> Mediation:
    others = tuple(party for party in mediation.unreached if party is not event.party)
    return mediation.but(unreached=others if event.reached else (*others, event.party))
