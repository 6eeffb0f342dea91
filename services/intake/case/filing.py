"""案件登记 and 案件摸排: a filing is registered once, and returned or screened.

A party's raw data never comes here: the handlers take them out of a filing and make it a :class:`Filing`.
Source: 法释〔2021〕23号 arts 8-9 (as of 2022-01-01).
"""

from collections.abc import Iterable

from services.intake.case.referral import referral
from services.intake.case.state import ALL_PARTIES, Dispute, Status, case
from services.intake.rules import Context, IntakeRules, other_sum, reasons_to_return, screen, week_of
from services.intake.rules.content import content_digest, says_the_same
from shared.casework.calendar import local_day
from shared.casework.guards import Facts
from shared.contracts.intake import (
    ConsentGiven,
    DisputeRegistered,
    DisputeScreened,
    ExplanationGiven,
    FileDispute,
    FilingAmended,
    FilingNotTaken,
    FilingReturned,
)
from shared.contracts.kinds import Route
from shared.contracts.message import Event


class Filing(FileDispute, family=""):
    """A filing without raw data. It never travels, so it has no family.

    Attributes:
        party_token: Keyed hash of the respondent; empty if unknown.
        masked_name: The respondent's name, masked.
        reference_digest: Keyed hash of the institution's reference.
    """

    party_token: str = ""
    masked_name: str = ""
    reference_digest: str = ""


# The topic says who may file, so no role is asked for.
@case.opens(Filing, any_role=True)
def register(filing: Filing, facts: Facts[Context]) -> Iterable[Event]:
    """The first filing registers the dispute, even one that is returned."""
    rules = facts.context.book.now
    event = DisputeRegistered(
        institution=filing.institution,
        reference_digest=filing.reference_digest,
        cause=filing.cause,
        issue=filing.issue,
        product=_product(filing),
        claim_fen=filing.claim_fen,
        party_token=filing.party_token,
        masked_name=filing.masked_name,
        week=week_of(facts.at),
        rules_version=rules.version,
    )
    return [event, *_checked(None, event, filing, facts, rules)]


@case.begins(DisputeRegistered)
def registered(event: DisputeRegistered) -> Dispute:
    return Dispute(
        institution=event.institution,
        cause=event.cause,
        claim_fen=event.claim_fen,
        party_token=event.party_token,
        rules_version=event.rules_version,
    )


@case.on(Filing, any_role=True)
def amend(dispute: Dispute, filing: Filing, facts: Facts[Context]) -> Iterable[Event]:
    """A returned filing may come again, corrected; any other repeat changes nothing, and is told so."""
    reason = _not_taken(dispute, filing)
    if reason is not None:
        return [FilingNotTaken(reason=reason)]
    event = FilingAmended(
        cause=filing.cause,
        issue=filing.issue,
        product=_product(filing),
        claim_fen=filing.claim_fen,
        party_token=filing.party_token,
        masked_name=filing.masked_name,
    )
    rules = facts.context.book.at(dispute.rules_version)
    return [event, *_checked(dispute, event, filing, facts, rules)]


def _not_taken(dispute: Dispute, filing: Filing) -> str | None:
    """Return why a filing of a known dispute changes nothing; ``None`` where it amends what was returned."""
    if dispute.status is not Status.RETURNED:
        # What was taken is not compared: it takes a digest of each filing, and changes nothing.
        return "filing.too_late" if filing.amends else "filing.unchanged"
    if says_the_same(filing, dispute.returned_digest):
        return "filing.unchanged"
    return None if filing.amends else "filing.not_amended"


case.unchanged_by(FilingNotTaken)


@case.after(FilingAmended)
def amended(dispute: Dispute, event: FilingAmended) -> Dispute:
    return dispute.but(cause=event.cause, claim_fen=event.claim_fen, party_token=event.party_token)


@case.after(FilingReturned)
def returned(dispute: Dispute, event: FilingReturned) -> Dispute:
    return dispute.but(status=Status.RETURNED, returned_digest=event.content_digest)


@case.after(DisputeScreened)
def screened(dispute: Dispute, event: DisputeScreened) -> Dispute:
    return dispute.but(status=Status.SCREENED, returned_digest="", tier=event.tier, route=event.route)


def _checked(
    before: Dispute | None, taken: Event, filing: Filing, facts: Facts[Context], rules: IntakeRules
) -> list[Event]:
    """Return what follows a taken filing: its return; or its screening, the prior steps, and a referral."""
    today, court = local_day(facts.at), facts.context.network.court.code
    reasons = reasons_to_return(
        filing, party_named=bool(filing.party_token), today=today, court=court, rules=rules.elements
    )
    if reasons:
        parts = other_sum(filing, rules.elements)
        returned = FilingReturned(
            reasons=reasons,
            content_digest=content_digest(filing),
            rules_version=rules.version,
            claim_fen=None if parts is None else filing.claim_fen,
            parts_fen=parts,
        )
        return [returned]
    verdict = screen(filing, filing.party_token, rules.screening, today=today, court=court)
    screening = DisputeScreened(
        tier=verdict.tier,
        route=verdict.route,
        rules=verdict.rules,
        decided_by=verdict.decided_by,
        rules_version=rules.version,
        small_claim=verdict.small_claim,
    )
    events: list[Event] = [screening, *_prior_steps(filing, verdict.route)]
    dispute = case.fold(before, (taken, *events), facts.at, facts.context)
    assert dispute is not None
    return events + referral(dispute, facts.context.network)


def _prior_steps(filing: Filing, route: Route) -> Iterable[Event]:
    """Yield what was done before filing: the explanation, and the consents; filing is the applicant's."""
    if (prior := filing.prior.explanation) is not None:
        yield ExplanationGiven(content_version=prior.content_version, channel=prior.channel)
    if route is Route.MEDIATION:
        for party in ALL_PARTIES if filing.prior.respondent_consent else ALL_PARTIES[:1]:
            yield ConsentGiven(party=party)


def _product(filing: Filing) -> str | None:
    complaint = filing.elements.complaint
    return filing.product or (complaint.product if complaint else None)
