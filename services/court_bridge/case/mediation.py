"""What mediation says of a case: it is kept, since a filing states it."""

from services.court_bridge.case.right_to_sue import sue_by
from services.court_bridge.case.state import CourtCase, case, rules_of
from services.court_bridge.rules import Context
from shared.casework.guards import Facts
from shared.contracts import earlier
from shared.contracts.agents import AgentsRecorded
from shared.contracts.agreements import AgreementCompleted, AgreementEffective
from shared.contracts.kinds import FilingKind
from shared.contracts.mediation import MediationEnded, MediationOpened
from shared.contracts.sessions import FactsUndisputed
from shared.contracts.transfers import CaseTransferred

Opened = MediationOpened | earlier.MediationOpened


def opened(court_case: CourtCase, event: Opened, facts: Facts[Context]) -> CourtCase:
    begun = _started(court_case, facts)
    if isinstance(event, MediationOpened):
        begun = begun.but(suit_number=event.suit_number or "", others=event.others, agents=event.agents)
    return begun.but(
        institution=event.institution,
        organisation=event.organisation,
        cause=event.cause,
        claim_fen=event.claim_fen,
        opened=True,
    )


case.takes(MediationOpened)(opened)
case.takes(earlier.MediationOpened)(opened)


@case.takes(CaseTransferred)
def transferred(court_case: CourtCase, event: CaseTransferred, facts: Facts[Context]) -> CourtCase:
    """What is filed with the court comes from the organisation that has the case."""
    return _started(court_case, facts).but(organisation=event.receiver)


@case.takes(AgentsRecorded)
def entrusted(court_case: CourtCase, event: AgentsRecorded, facts: Facts[Context]) -> CourtCase:
    """Who may apply for a party. Source: 民诉法解释 (2022) art 351."""
    return _started(court_case, facts).but(agents=event.agents)


@case.takes(AgreementEffective)
def agreed(court_case: CourtCase, event: AgreementEffective, facts: Facts[Context]) -> CourtCase:
    return _started(court_case, facts).but(
        agreement=event.digest,
        amount_fen=event.amount_fen,
        effective_at=facts.at,
        complete=event.complete,
    )


@case.takes(AgreementCompleted)
def completed(court_case: CourtCase, event: AgreementCompleted, facts: Facts[Context]) -> CourtCase:
    return court_case.but(complete=True)


@case.takes(FactsUndisputed)
def undisputed(court_case: CourtCase, event: FactsUndisputed, facts: Facts[Context]) -> CourtCase:
    """Of what was said in the mediation, a suit may use this alone. Source: 法释〔2021〕23号 arts 18, 22."""
    return _started(court_case, facts).but(facts=event.digest)


@case.takes(MediationEnded)
def ended(court_case: CourtCase, event: MediationEnded, facts: Facts[Context]) -> CourtCase:
    """The first end stands; a dispute that came twice goes on under the other id."""
    if court_case.end is not None or event.merged_into:
        return court_case
    after = over(_started(court_case, facts), event)
    if after.kind is not FilingKind.HANDOVER:
        return after
    return after.but(sue_by=sue_by(facts.at, rules_of(after, facts.context)))


def over(court_case: CourtCase, event: MediationEnded) -> CourtCase:
    """Return the case whose mediation has ended so."""
    return court_case.but(
        institution=event.institution,
        organisation=event.organisation,
        cause=event.cause,
        claim_fen=event.claim_fen,
        end=event.end,
        way=event.way,
    )


def _started(court_case: CourtCase, facts: Facts[Context]) -> CourtCase:
    """Return the case with the version of the rules that it keeps."""
    if court_case.rules_version:
        return court_case
    after = court_case.but(rules_version=facts.context.book.in_force)
    return after.but(joint=bool(rules_of(after, facts.context).joint_application))
