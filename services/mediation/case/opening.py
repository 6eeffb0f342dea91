"""受理: a referral opens the mediation.

Source: 法释〔2021〕23号 art 7 (explain first), art 10 (one side's consent is enough; both may choose).
"""

from collections.abc import Iterable

from services.mediation.case.choice import first_request
from services.mediation.case.quick_decision_state import FOR_DECISION, NOT_QUICK
from services.mediation.case.state import Mediation, case
from services.mediation.rules import Context
from shared.casework.guards import Facts
from shared.contracts import earlier
from shared.contracts.intake import DisputeReferred
from shared.contracts.kinds import Route
from shared.contracts.mediation import MediationOpened
from shared.contracts.message import Event


@case.opens(DisputeReferred)
def accept_referral(referral: DisputeReferred, facts: Facts[Context]) -> Iterable[Event]:
    """A mediator is asked for, or all choose one first; the period begins when one accepts.

    Raises:
        ValueError: A referral to mediation names no organisation.
    """
    if not referral.to.by_organisation:
        return []
    if not referral.explained:
        return facts.refuse("referral.not_explained", rule="mediation.explanation-first")
    if not any(party.applies for party in referral.consents):
        return facts.refuse("referral.consent_missing", rule="mediation.consent-of-one")
    if referral.organisation is None:
        raise ValueError("a referral to mediation names no organisation")
    event = MediationOpened(
        organisation=referral.organisation,
        institution=referral.institution,
        cause=referral.cause,
        tier=referral.tier,
        claim_fen=referral.claim_fen,
        opened_at=facts.at,
        rules_version=facts.context.book.now.version,
        others=referral.others,
        consents=referral.consents,
        way=referral.way,
        agents=referral.agents,
        route=referral.to,
        suit_number=referral.suit_number,
        procedure=referral.procedure,
    )
    mediation = case.evolve(None, event, facts.at, facts.context)
    return [event, first_request(mediation, referral.all_agreed_at, facts)]


@case.begins(MediationOpened)
def opened(event: MediationOpened) -> Mediation:
    return Mediation(
        organisation=event.organisation,
        institution=event.institution,
        cause=event.cause,
        claim_fen=event.claim_fen,
        rules_version=event.rules_version,
        others=event.others,
        consents=event.consents,
        tier=event.tier,
        way=event.way,
        procedure=event.procedure,
        agents=event.agents,
        quick=FOR_DECISION if event.route is Route.QUICK_DECISION else NOT_QUICK,
    )


@case.begins(earlier.MediationOpened)
def opened_with_its_period(event: earlier.MediationOpened) -> Mediation:
    """A case of before: its period runs from the referral."""
    return Mediation(
        organisation=event.organisation,
        institution=event.institution,
        cause=event.cause,
        claim_fen=event.claim_fen,
        rules_version=event.rules_version,
        due_at=event.due_at,
        due_provisional=event.due_provisional,
        accepted_at=event.accepted_at,
    )
