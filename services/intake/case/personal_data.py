"""Reading a party's raw data: recorded with its purpose before anything is shown.

Source: 个人信息保护法 arts 28-29, 55.
"""

from collections.abc import Iterable

from services.intake.case.state import Dispute, case, is_clerk_of_court, is_clerk_of_organisation
from services.intake.rules import Context
from shared.casework.guards import Facts, authority, possible
from shared.contracts.message import Command, Event
from shared.contracts.privacy import PersonalDataRead, ReadPersonalData


@authority
def by_a_clerk(dispute: Dispute, facts: Facts[Context], _: Command | None) -> str | None:
    """A clerk of the mediation organisation or of the court; whoever runs the machines reads nothing."""
    allowed = is_clerk_of_organisation(dispute, facts) or is_clerk_of_court(facts)
    return None if allowed else "actor.not_allowed"


@possible
def for_a_purpose(_: Dispute, __: Facts[Context], command: Command | None) -> str | None:
    """Nobody reads without saying why."""
    blank = isinstance(command, ReadPersonalData) and not command.purpose.strip()
    return "personal_data.no_purpose" if blank else None


@possible
def party_named(dispute: Dispute, _: Facts[Context], __: Command | None) -> str | None:
    """There is data only where the filing named the other party."""
    return None if dispute.party_token else "personal_data.none"


@case.on(ReadPersonalData, by_a_clerk, for_a_purpose, party_named)
def read(dispute: Dispute, command: ReadPersonalData, facts: Facts[Context]) -> Iterable[Event]:
    """Each reading is recorded, however often."""
    return [PersonalDataRead(reader=str(facts.actor), purpose=command.purpose)]


case.unchanged_by(PersonalDataRead)
