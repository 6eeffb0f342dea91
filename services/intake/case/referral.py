"""分流: a dispute goes to a mediation organisation, or to the court.

Never to mediation without an explanation and the consent of the applicants; the other parties are asked once
a mediator has accepted. Source: 法释〔2021〕23号 arts 7, 10, 15 (as of 2022-01-01).
"""

from services.intake.case.state import Dispute, Status, case
from services.intake.rules import Context
from shared.contracts.intake import DisputeReferred
from shared.contracts.kinds import Route, Way
from shared.contracts.message import Event
from shared.network.schema import Network


def referral(dispute: Dispute, context: Context) -> list[Event]:
    """Return the referral of a dispute that is ready for one; nothing otherwise."""
    network = context.network
    if dispute.referred_to is not None:
        return []
    if dispute.route in (Route.COURT, Route.COURT_MEDIATION):
        return [referred(dispute, dispute.route, network)]
    applied = all(dispute.agrees(party) for party in dispute.parties if party.applies)
    delegated = dispute.letter or not _is_delegated_first(dispute, context)
    ready = dispute.route is Route.MEDIATION and dispute.explanation and applied and delegated
    if not ready:
        return []
    # A suit is not decided by an organisation: the court tries a mediation in it, no more.
    known = context.book.at(dispute.rules_version).quick_decision and dispute.way is not Way.DOCKETED
    quick = dispute.quick and known
    return [referred(dispute, Route.QUICK_DECISION if quick else Route.MEDIATION, network)]


def _is_delegated_first(dispute: Dispute, context: Context) -> bool:
    """Tell whether the court delegates a dispute before it goes to mediation.

    Source: 法释〔2016〕14号 art 11.
    """
    if dispute.way is Way.DOCKETED:
        return True
    return dispute.way is Way.DELEGATED and bool(context.book.at(dispute.rules_version).delegation_first)


def referred(dispute: Dispute, to: Route, network: Network) -> DisputeReferred:
    """Return the event that refers a dispute."""
    organisation = network.route(dispute.tier, dispute.cause).id if to.by_organisation else None
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
        pre_suit_number=dispute.pre_suit_number or None,
        letter=dispute.letter or None,
        suit_number=dispute.suit_number or None,
        procedure=dispute.procedure,
        agents=dispute.agents,
        all_agreed_at=dispute.all_agreed_at if dispute.all_agree else None,
    )


@case.after(DisputeReferred)
def is_referred(dispute: Dispute, event: DisputeReferred) -> Dispute:
    return dispute.but(status=Status.REFERRED, referred_to=event.to)
