"""同一当事人: which other disputes a respondent has is for the clerks of a case, with a purpose, recorded.

Source: 个人信息保护法 arts 6, 28-29, 55.
"""

from collections.abc import Iterable

from services.intake.case.duplicates import by_its_clerk
from services.intake.case.personal_data import for_a_purpose, party_named
from services.intake.case.state import Dispute, case
from services.intake.rules import Context
from shared.casework.guards import Facts
from shared.contracts.duplicates import ReadRepeatParty, RepeatPartyRead
from shared.contracts.message import Event


@case.on(ReadRepeatParty, by_its_clerk, for_a_purpose, party_named)
def read_others(dispute: Dispute, command: ReadRepeatParty, facts: Facts[Context]) -> Iterable[Event]:
    """Each reading is recorded, however often."""
    return [RepeatPartyRead(reader=str(facts.actor), purpose=command.purpose)]


case.unchanged_by(RepeatPartyRead)
