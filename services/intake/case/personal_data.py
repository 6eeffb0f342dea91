"""A party's raw data: each reading is recorded with its purpose first; what nobody needs is erased.

Source: 个人信息保护法 arts 28-29, 47, 55.
"""

from collections.abc import Iterable
from typing import Final

from services.intake.case.state import (
    Dispute,
    Status,
    case,
    is_clerk_of_court,
    is_clerk_of_organisation,
)
from services.intake.rules import Context
from shared.casework.guards import Facts, authority, possible
from shared.contracts.duplicates import ReadRepeatParty
from shared.contracts.kinds import Route
from shared.contracts.message import Command, Event
from shared.contracts.privacy import (
    ContactDataOpened,
    PersonalDataRead,
    ReadPersonalData,
)

FOR_CONTACT: Final = "contact"
"""The one purpose for which a mediator reads."""


@authority
def by_a_clerk(dispute: Dispute, facts: Facts[Context], _: Command | None) -> str | None:
    """A clerk of the mediation organisation or of the court; whoever runs the machines reads nothing."""
    allowed = is_clerk_of_organisation(dispute, facts) or is_clerk_of_court(facts)
    return None if allowed else "actor.not_allowed"


@possible
def for_a_purpose(_: Dispute, __: Facts[Context], command: Command | None) -> str | None:
    """Nobody reads without saying why."""
    blank = isinstance(command, ReadPersonalData | ReadRepeatParty) and not command.purpose.strip()
    return "personal_data.no_purpose" if blank else None


@possible
def party_named(dispute: Dispute, _: Facts[Context], __: Command | None) -> str | None:
    """There is data only where the filing named the other party."""
    return None if dispute.party_token else "personal_data.none"


@possible
def not_erased(dispute: Dispute, _: Facts[Context], __: Command | None) -> str | None:
    """What was erased is gone for everybody."""
    return "personal_data.erased" if dispute.erased else None


@case.on(ReadPersonalData, by_a_clerk, for_a_purpose, party_named, not_erased)
def read(dispute: Dispute, command: ReadPersonalData, facts: Facts[Context]) -> Iterable[Event]:
    """Each reading is recorded, however often."""
    return [PersonalDataRead(reader=str(facts.actor), purpose=command.purpose)]


@case.on(ContactDataOpened)
def open_to_mediator(dispute: Dispute, opened: ContactDataOpened, facts: Facts[Context]) -> Iterable[Event]:
    """Mediation knows who mediates; here stands what was read, and there is nothing of what was erased."""
    if dispute.party_token and not dispute.erased:
        yield PersonalDataRead(reader=opened.reader, purpose=FOR_CONTACT)


case.unchanged_by(PersonalDataRead)


@authority
def by_court_or_operator(_: Dispute, facts: Facts[Context], __: Command | None) -> str | None:
    """The court's clerk, or whoever runs the machines: erasing shows nothing."""
    allowed = is_clerk_of_court(facts) or facts.actor.role == "operator"
    return None if allowed else "actor.not_allowed"


@possible
def over(dispute: Dispute, _: Facts[Context], __: Command | None) -> str | None:
    """Nobody acts on it any more: it was taken back, returned, only guided, or ended elsewhere."""
    ended = dispute.status in (Status.WITHDRAWN, Status.RETURNED) or dispute.route is Route.GUIDANCE
    return None if ended or dispute.keeping.over_since is not None else "personal_data.case_open"
