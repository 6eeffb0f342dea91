"""了结: a dispute whose mediation is over is no duplicate of a later one, and goes into no other.

Who files again after an end has a new dispute, however alike: an agreement that was broken, or a second try.
Source: 法释〔2021〕23号 art 25; practice of the platform (诉源治理: a dispute counts once).
"""

from collections.abc import Iterable

from services.intake.case.duplicates import stops
from services.intake.case.state import Dispute, case
from services.intake.rules import Context
from shared.casework.guards import Facts
from shared.contracts.duplicates import DisputeConcluded
from shared.contracts.mediation import MediationEnded
from shared.contracts.message import Event


@case.on(MediationEnded)
def take_end(dispute: Dispute, ended: MediationEnded, facts: Facts[Context]) -> Iterable[Event]:
    """A merge ends no dispute: it goes on under the other id."""
    if ended.merged_into or dispute.merger.over:
        return
    yield DisputeConcluded()
    yield from stops(dispute.party_token, facts)


@case.after(DisputeConcluded)
def concluded(dispute: Dispute, _: DisputeConcluded) -> Dispute:
    """Nobody is asked any more whether it is another one."""
    return dispute.but(merger=dispute.merger.but(over=True, suspected=()))
