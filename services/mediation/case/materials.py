"""签收: the organisation signs for the materials of a dispute that the court delegated.

Source: 法释〔2016〕14号 arts 21, 27; 法释〔2021〕23号 art 21.
"""

from collections.abc import Iterable

from services.mediation.case.state import Mediation, by_its_organisation, case, still_open
from services.mediation.rules import Context
from shared.casework.guards import Facts, possible
from shared.contracts.delegation import MaterialsReceived, ReceiveMaterials
from shared.contracts.message import Command, Event


@possible
def delegated(mediation: Mediation, _: Facts[Context], __: Command | None) -> str | None:
    """Only the court sends materials to be signed for."""
    return None if mediation.way.by_the_court else "delegation.applied"


def _is_received(mediation: Mediation, command: ReceiveMaterials, facts: Facts[Context]) -> bool:
    return mediation.materials_received


@case.on(ReceiveMaterials, by_its_organisation, still_open, delegated, already=_is_received)
def receive(mediation: Mediation, command: ReceiveMaterials, facts: Facts[Context]) -> Iterable[Event]:
    """Signed for once."""
    yield MaterialsReceived()


@case.after(MaterialsReceived)
def received(mediation: Mediation, event: MaterialsReceived) -> Mediation:
    return mediation.but(materials_received=True)
