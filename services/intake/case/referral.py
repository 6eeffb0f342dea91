"""分流: a dispute goes to a mediation organisation, or to the court.

Never to mediation without an explanation and the consent of the applicants; the other parties are asked once
a mediator has accepted. Source: 法释〔2021〕23号 arts 7, 10, 15 (as of 2022-01-01).
"""

from services.intake.case.state import Dispute, Status, case
from shared.contracts.intake import DisputeReferred
from shared.contracts.kinds import Route
from shared.contracts.message import Event
from shared.network.schema import Network


def referral(dispute: Dispute, network: Network) -> list[Event]:
    """Return the referral of a dispute that is ready for one; nothing otherwise."""
    if dispute.referred_to is not None:
        return []
    if dispute.route in (Route.COURT, Route.COURT_MEDIATION):
        return [referred(dispute, dispute.route, network)]
    applied = all(dispute.agrees(party) for party in dispute.parties if party.applies)
    ready = dispute.route is Route.MEDIATION and dispute.explanation and applied
    return [referred(dispute, Route.MEDIATION, network)] if ready else []


def referred(dispute: Dispute, to: Route, network: Network) -> DisputeReferred:
    """Return the event that refers a dispute."""
    organisation = network.route(dispute.tier, dispute.cause).id if to is Route.MEDIATION else None
    return DisputeReferred(
        to=to,
        organisation=organisation,
        institution=dispute.institution,
        cause=dispute.cause,
        tier=dispute.tier,
        claim_fen=dispute.claim_fen,
        explained=bool(dispute.explanation),
        consents=dispute.consents,
        others=dispute.others,
        way=dispute.way,
    )


@case.after(DisputeReferred)
def is_referred(dispute: Dispute, event: DisputeReferred) -> Dispute:
    return dispute.but(status=Status.REFERRED, referred_to=event.to)
