"""案件登记 and 案件摸排: a filing is registered once, and returned or screened.

A party's raw data never comes here: the handlers take them out of a filing and make it a :class:`Filing`.
Source: 法释〔2021〕23号 arts 8-9 (as of 2022-01-01).
"""

from collections.abc import Iterable
from datetime import datetime

from services.intake.case.duplicates import stops
from services.intake.case.explanation import explanation_of
from services.intake.case.referral import referral
from services.intake.case.retention import kept_since
from services.intake.case.right_to_sue import NO_LIMIT, clock_of
from services.intake.case.state import Dispute, Status, case
from services.intake.rules import Context, IntakeRules, Verdict, other_sum, reasons_to_return, screen, week_of
from services.intake.rules.content import content_digest, says_the_same
from services.intake.rules.limitation import limitation_of
from services.intake.rules.regions import region_of
from shared.casework.calendar import local_day
from shared.casework.guards import Facts
from shared.contracts.intake import (
    ConsentGiven,
    DisputeRegistered,
    DisputeScreened,
    FileDispute,
    FilingAmended,
    FilingNotTaken,
    FilingReturned,
    ReturnReason,
)
from shared.contracts.kinds import Cause, Party, Route
from shared.contracts.limitation import Limitation
from shared.contracts.message import Event
from shared.contracts.parties import CaseParty
from shared.network.schema import Network


class Filing(FileDispute, family=""):
    """A filing without raw data. It never travels, so it has no family.

    Attributes:
        party_token: Keyed hash of the respondent, intake's own; empty if unknown. No event of a new dispute
            has it.
        told_token: What others are told instead: the respondent's token of this institution.
        masked_name: The respondent's name, masked.
        reference_digest: Keyed hash of the institution's reference.
        case_parties: Who else is in it, with intake's own tokens.
        told_parties: The same, as others are told.
        contract_digest: Keyed hash of the contract's number; empty if unknown.
    """

    party_token: str = ""
    told_token: str = ""
    masked_name: str = ""
    reference_digest: str = ""
    case_parties: tuple[CaseParty, ...] = ()
    told_parties: tuple[CaseParty, ...] = ()
    contract_digest: str = ""


# The topic says who may file, so no role is asked for.
@case.opens(Filing, any_role=True)
def register(filing: Filing, facts: Facts[Context]) -> Iterable[Event]:
    """The first filing registers the dispute, even one that is returned."""
    rules = facts.context.book.now
    region, region_fault = region_of(filing.region)
    event = DisputeRegistered(
        institution=filing.institution,
        reference_digest=filing.reference_digest,
        cause=filing.cause,
        issue=filing.issue,
        product=_product(filing),
        claim_fen=filing.claim_fen,
        party_token=filing.told_token,
        masked_name=filing.masked_name,
        week=week_of(facts.at),
        rules_version=rules.version,
        content_digest=content_digest(filing) if filing.amends else None,
        other_parties=filing.told_parties,
        way=filing.way,
        contract_digest=filing.contract_digest or None,
        limitation=_limitation(filing, facts, rules),
        reference=filing.reference,
        region=region,
        region_fault=region_fault,
    )
    return [event, *_checked(None, event, filing, facts, rules)]


@case.begins(DisputeRegistered)
def registered(event: DisputeRegistered, at: datetime) -> Dispute:
    return Dispute(
        institution=event.institution,
        cause=event.cause,
        claim_fen=event.claim_fen,
        party_token=event.party_token,
        rules_version=event.rules_version,
        amended_digest=event.content_digest or "",
        others=tuple(one.party for one in event.other_parties),
        way=event.way,
        limitation=clock_of(event.limitation, NO_LIMIT, at),
    )


@case.on(Filing, any_role=True)
def amend(dispute: Dispute, filing: Filing, facts: Facts[Context]) -> Iterable[Event]:
    """A filing may come again, corrected, until it is referred; any other repeat changes nothing.

    What is already taken stands until its correction is complete.
    """
    reason = _not_taken(dispute, filing)
    if reason is not None:
        return [FilingNotTaken(reason=reason)]
    rules = facts.context.book.at(dispute.rules_version)
    if dispute.status is Status.SCREENED and (faults := _reasons(filing, facts, rules)):
        return [FilingNotTaken(reason="filing.amendment_faulty", reasons=faults)]
    region, region_fault = region_of(filing.region)
    event = FilingAmended(
        cause=filing.cause,
        issue=filing.issue,
        product=_product(filing),
        claim_fen=filing.claim_fen,
        party_token=_told_token(dispute, filing),
        masked_name=filing.masked_name,
        content_digest=content_digest(filing),
        other_parties=filing.told_parties,
        institution=dispute.institution,
        contract_digest=filing.contract_digest or None,
        limitation=_limitation(filing, facts, rules),
        region=region,
        region_fault=region_fault,
    )
    stopped = stops(dispute.party_token, facts) if event.party_token != dispute.party_token else []
    return [event, *stopped, *_checked(dispute, event, filing, facts, rules)]


def _told_token(dispute: Dispute, filing: Filing) -> str:
    """Return what others are told of the respondent; a dispute of before keeps the token that it has."""
    return dispute.party_token if filing.party_token == dispute.party_token else filing.told_token


def _not_taken(dispute: Dispute, filing: Filing) -> str | None:
    """Return why a filing of a known dispute changes nothing; ``None`` where it amends what is there."""
    if dispute.merger.into:
        return "case.merged"
    if dispute.status is Status.RETURNED:
        if says_the_same(filing, dispute.returned_digest):
            return "filing.unchanged"
        return None if filing.amends else "filing.not_amended"
    if not filing.amends:
        # A first filing is not compared: that takes a digest of each, and changes nothing.
        return "filing.unchanged"
    if dispute.amended_digest and says_the_same(filing, dispute.amended_digest):
        return "filing.unchanged"
    return None if dispute.status is Status.SCREENED else "filing.too_late"


case.unchanged_by(FilingNotTaken)


@case.after(FilingAmended)
def amended(dispute: Dispute, event: FilingAmended, at: datetime) -> Dispute:
    """Who agreed to less, or in another matter, is asked again; another person was told nothing yet."""
    other_person = event.party_token != dispute.party_token
    stay = {Party.APPLICANT} if other_person else {Party.APPLICANT, Party.RESPONDENT}
    more = other_person or event.cause is not dispute.cause or event.claim_fen > dispute.claim_fen
    return dispute.but(
        cause=event.cause,
        claim_fen=event.claim_fen,
        party_token=event.party_token,
        amended_digest=event.content_digest or "",
        explanation="" if other_person else dispute.explanation,
        erased=False,
        respondent_agrees=dispute.respondent_agrees and not more,
        others=tuple(one.party for one in event.other_parties),
        others_agree=(),
        entrusted=tuple(one for one in dispute.entrusted if one.agent.party in stay),
        merger=dispute.merger.but(suspected=()) if other_person else dispute.merger,
        limitation=clock_of(event.limitation, dispute.limitation, at),
    )


@case.after(FilingReturned)
def returned(dispute: Dispute, event: FilingReturned, at: datetime) -> Dispute:
    return kept_since(dispute.but(status=Status.RETURNED, returned_digest=event.content_digest), at)


@case.after(DisputeScreened)
def screened(dispute: Dispute, event: DisputeScreened, at: datetime) -> Dispute:
    """A quick decision takes the way of a mediation: explained, agreed to, referred to an organisation."""
    route = Route.MEDIATION if event.route.by_organisation else event.route
    quick = event.route is Route.QUICK_DECISION
    now = dispute.but(status=Status.SCREENED, returned_digest="", tier=event.tier, route=route, quick=quick)
    return kept_since(now, at)


def _checked(
    before: Dispute | None,
    taken: DisputeRegistered | FilingAmended,
    filing: Filing,
    facts: Facts[Context],
    rules: IntakeRules,
) -> list[Event]:
    """Return what follows a taken filing: its return; or its screening, the prior steps, and a referral."""
    network, token = facts.context.network, filing.party_token
    verdict = screen(
        filing,
        token,
        rules.screening,
        today=local_day(facts.at),
        court=network.court.code,
        listed=network.is_listed(token),
    )
    if reasons := _reasons(filing, facts, rules):
        elsewhere = verdict.route is Route.RETURN
        parts = other_sum(filing, rules.elements)
        returned = FilingReturned(
            reasons=reasons,
            content_digest=content_digest(filing),
            rules_version=rules.version,
            claim_fen=None if parts is None else filing.claim_fen,
            parts_fen=parts,
            rules=verdict.rules if elsewhere else (),
            decided_by=verdict.decided_by if elsewhere else "",
        )
        return [returned, *stops(taken.party_token, facts)]
    screening = DisputeScreened(
        tier=verdict.tier,
        route=verdict.route,
        rules=verdict.rules,
        decided_by=verdict.decided_by,
        rules_version=rules.version,
        small_claim=verdict.small_claim,
        organisation=_organisation(verdict, filing.cause, network),
    )
    dispute = case.fold(before, (taken, screening), facts.at, facts.context)
    assert dispute is not None
    events: list[Event] = [screening]
    for step in _prior_steps(filing, verdict.route):
        after = case.evolve(dispute, step, facts.at, facts.context)
        # An amendment says again what was done before: what still holds is not recorded twice.
        if before is None or after != dispute:
            events.append(step)
            dispute = after
    return events + referral(dispute, facts.context)


def _limitation(filing: Filing, facts: Facts[Context], rules: IntakeRules) -> Limitation | None:
    if rules.limitation is None:
        return None
    return limitation_of(filing.elements, rules.limitation, local_day(facts.at))


def _organisation(verdict: Verdict, cause: Cause, network: Network) -> str | None:
    """Return the organisation that a dispute is for, where it is for one."""
    return network.route(verdict.tier, cause).id if verdict.route.by_organisation else None


def _reasons(filing: Filing, facts: Facts[Context], rules: IntakeRules) -> tuple[ReturnReason, ...]:
    return reasons_to_return(
        filing,
        party_named=bool(filing.party_token),
        today=local_day(facts.at),
        court=facts.context.network.court.code,
        rules=rules.elements,
    )


def _prior_steps(filing: Filing, route: Route) -> Iterable[Event]:
    """Yield what was done before filing: the explanation, and the consent of who applies with the filing."""
    if (prior := filing.prior.explanation) is not None:
        yield explanation_of(prior)
    if route.by_organisation:
        yield ConsentGiven(party=Party.APPLICANT)


def _product(filing: Filing) -> str | None:
    complaint = filing.elements.complaint
    return filing.product or (complaint.product if complaint else None)
