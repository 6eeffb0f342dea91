"""Intake's language: filings, screening, explanation, consent, referral.

Only :class:`FileDispute` carries a party's raw data. It travels on the institution's own
topic to intake alone; every other message has the masked name and the keyed-hash token.
"""

from typing import Annotated

from pydantic import ConfigDict, Field

from shared.contracts.agents import Agents
from shared.contracts.asked import CORRECTION
from shared.contracts.delegation import LetterDigest
from shared.contracts.elements import INTAKE, Elements, Part, PersonalData
from shared.contracts.fields import (
    INSIDE,
    PARTY,
    AllAgreedAt,
    ByAgreementFen,
    CaseNumberText,
    Channel,
    Citation,
    ClaimFen,
    Consents,
    ContentDigest,
    ContentVersion,
    ContractDigest,
    DecidedBy,
    Evidence,
    Explained,
    FiledIssue,
    FiledProduct,
    FiledReference,
    FiledRegion,
    InstitutionId,
    Issue,
    LastKnown,
    LimitFen,
    MaskedName,
    OrganisationId,
    OtherParties,
    PartsFen,
    PartyToken,
    Product,
    ProofOfDisplay,
    Province,
    ReasonCode,
    ReasonField,
    Reference,
    ReferenceDigest,
    ReferredTo,
    RegionCode,
    RegionFault,
    RuleIds,
    RulesVersion,
    TextDigest,
    WageYear,
    Week,
)
from shared.contracts.kinds import Cause, Party, Procedure, ReturnGround, Role, Route, Tier, Way
from shared.contracts.limitation import RightToSue
from shared.contracts.message import Command, Delivery, Event
from shared.contracts.parties import CaseParties, OtherParty
from shared.contracts.topics import MATCHES
from shared.contracts.words import Column, Words

_TO_MATCHES = (Delivery(MATCHES, key="party_token"),)


class Explanation(Part):
    """主动释明 as it was given.

    Attributes:
        content_version: Which text on rights, cost, mediation and model outcome.
        channel: ``app``, ``web``, ``sms``, ``phone``, ``video``, ``paper`` or ``counter``.
        proof: SHA-256 of what shows that it was displayed: a receipt, a recording, a signed page.
    """

    content_version: Annotated[ContentVersion, Column("explanation_version")]
    channel: Annotated[Channel, Column("explanation_channel", "释明渠道")]
    proof: Annotated[ProofOfDisplay, Column("explanation_proof", "释明凭证")] | None = None


class PriorSteps(Part):
    """What the institution had already done with the other party before it filed."""

    explanation: Annotated[Explanation, Words("主动释明", "Explanation"), INSIDE] | None = None
    respondent_consent: Annotated[bool, Words("被申请人同意调解", "Respondent consents"), INSIDE] = False


class FileDispute(
    Command, family="intake", zh="申报纠纷", en="File a dispute", roles=(Role.INSTITUTION_AGENT,)
):
    """File one dispute (what institutions send).

    Attributes:
        institution: Id of the filing institution; must be the topic's own.
        reference: The institution's own reference; with the institution it is the dispute's identity.
        cause: 案由.
        issue: What the dispute is about: the institution's code or label.
        product: The financial product, for the counts.
        claim_fen: 标的额 in fen; 0 where nothing is claimed.
        party: Raw data of the respondent; absent where the source has none.
        elements: 要素 of the cause.
        other_parties: Co-creditors, co-debtors and guarantors.
        prior: What was explained before filing. A consent that it claims for the respondent counts for
            nothing: each party gives its own (法释〔2021〕23号 arts 4, 15).
        way: Whether the institution applies for mediation, or brought its complaint to the court.
        amends: Corrects a filing that was returned, or that is not yet referred.
        region: 行政区划代码 (GB/T 2260) of where the dispute arose, for the counts; no finer than a county.
    """

    model_config = ConfigDict(hide_input_in_errors=True)
    institution: InstitutionId
    reference: FiledReference
    cause: Cause
    issue: FiledIssue
    product: FiledProduct | None = None
    claim_fen: ClaimFen = 0
    party: Annotated[PersonalData, Words("被申请人信息", "Respondent's data"), INTAKE] | None = Field(
        default=None, repr=False
    )
    other_parties: Annotated[
        tuple[OtherParty, ...], Field(max_length=7), Words("其他当事人", "Other parties of the case"), INTAKE
    ] = Field(default=(), repr=False)
    elements: Annotated[Elements, Words("要素", "Elements"), INSIDE] = Elements()
    prior: Annotated[PriorSteps, Words("申报前步骤", "Prior steps"), INSIDE] = PriorSteps()
    way: Annotated[Way, INSIDE] = Way.APPLIED
    amends: Annotated[bool, Words("更正", "Amends"), INSIDE] = False
    region: FiledRegion | None = None


class ReturnReason(Part):
    """Why a filing is returned: a code, and the field that it speaks of.

    Attributes:
        rests_on: Ground of the law, or the platform's request to complete; ``None`` under earlier rules.
        citation: The articles; empty under earlier rules.
    """

    code: ReasonCode
    field: ReasonField
    rests_on: ReturnGround | None = None
    citation: Citation = ""


class SmallClaimLimit(Part):
    """Up to which claim the small-claims procedure is open. Source: 民事诉讼法 (2023) art 165.

    Attributes:
        province: The character of its court codes, such as 京.
        wage_year: Whose yearly average wage the limits follow.
        limit_fen: Half of that wage.
        by_agreement_fen: Twice that wage: up to it both sides may choose the procedure.
        last_known: The wage of the year before the filing was not known, so an earlier one stands in.
    """

    province: Province
    wage_year: WageYear
    limit_fen: LimitFen
    by_agreement_fen: ByAgreementFen
    last_known: LastKnown = False


class DisputeRegistered(Event, family="intake", zh="案件登记", en="Dispute registered", also=_TO_MATCHES):
    """案件登记: the dispute has an identity; it is counted once.

    Attributes:
        reference_digest: Keyed hash of the institution's reference; in events of before it is a plain
            SHA-256 of the reference.
        party_token: Of the respondent, the same for a repeat party of the same institution, and for no other;
            empty if unknown. In events of before it was the same for all institutions.
        masked_name: The respondent's name, masked.
        week: Monday of the ISO week of the filing, in the court's zone.
        content_digest: Of a first filing that says it amends: the same once more is no amendment.
        other_parties: Who is in it beside the institution and the main respondent.
        way: How it came; events of before lack it, and were delegated by the court.
        contract_digest: Keyed hash of the institution and the contract's number; ``None`` without one.
        limitation: Until when the claim can be sued on; ``None`` where the filing tells no beginning.
        reference: The institution's own; ``None`` in events of before, when institutions read this topic.
        region: Where it arose; ``None`` where the filing does not say.
        region_fault: Why what the filing says is no region; ``None`` where it is one.
    """

    institution: InstitutionId
    reference_digest: ReferenceDigest
    cause: Cause
    issue: Issue
    product: Product | None
    claim_fen: ClaimFen
    party_token: PartyToken
    masked_name: MaskedName
    week: Week
    rules_version: RulesVersion
    content_digest: ContentDigest | None = None
    other_parties: CaseParties = ()
    way: Way = Way.DELEGATED
    contract_digest: ContractDigest | None = None
    limitation: RightToSue | None = None
    reference: Reference | None = None
    region: RegionCode | None = None
    region_fault: RegionFault | None = None


class FilingAmended(Event, family="intake", zh="补正申报", en="Filing amended", also=_TO_MATCHES):
    """A filing came again, corrected: it had been returned, or was screened and not yet referred.

    Attributes:
        content_digest: Of what it says now: the same once more is no amendment; ``None`` in events of before.
        institution: Who filed it; ``None`` in events of before.
        contract_digest: As in the registration.
        limitation: Likewise.
        region: Likewise.
        region_fault: Likewise.
    """

    cause: Cause
    issue: Issue
    product: Product | None
    claim_fen: ClaimFen
    party_token: PartyToken
    masked_name: MaskedName
    content_digest: ContentDigest | None = None
    other_parties: CaseParties = ()
    institution: InstitutionId | None = None
    contract_digest: ContractDigest | None = None
    limitation: RightToSue | None = None
    region: RegionCode | None = None
    region_fault: RegionFault | None = None


class FilingReturned(Event, family="intake", zh="退回补正", en="Filing returned", asks=CORRECTION):
    """退回: the filing lacks something; the reasons are coded.

    Attributes:
        content_digest: Of what was returned, personal data left out: the same content again is no amendment.
        claim_fen: The claim that is not the sum of its parts; ``None`` where it is.
        parts_fen: What the parts come to; likewise.
        rules: Ids of all screening rules that spoke, where a ground of the law returns it; else empty.
        decided_by: Id of the one that decided; likewise.
    """

    reasons: Annotated[tuple[ReturnReason, ...], Words("原因", "Reasons"), PARTY]
    content_digest: ContentDigest
    rules_version: RulesVersion
    claim_fen: ClaimFen | None = None
    parts_fen: PartsFen | None = None
    rules: RuleIds = ()
    decided_by: DecidedBy = ""


class FilingNotTaken(Event, family="intake", zh="申报未采用", en="Filing not taken"):
    """A filing of a dispute that is known already changed nothing: the answer to whoever sent it.

    Attributes:
        reason: `filing.not_amended`, `filing.too_late`, `filing.unchanged` or `filing.amendment_faulty`.
        reasons: All that is wrong with a faulty amendment.
    """

    reason: ReasonCode
    reasons: Annotated[tuple[ReturnReason, ...], Words("原因", "Reasons"), PARTY] = ()


class DisputeScreened(Event, family="intake", zh="案件摸排", en="Dispute screened"):
    """案件摸排: tier and route, and the rules that made them.

    Attributes:
        rules: Ids of all rules that spoke.
        decided_by: Id of the rule that decided the route.
        organisation: Which mediation organisation it is for; ``None`` for another route.
        small_claim: The limit that the rules on the amount used; ``None`` under earlier rules, and for a
            province whose wages are not known.
    """

    tier: Tier
    route: Route
    rules: RuleIds
    decided_by: DecidedBy
    rules_version: RulesVersion
    small_claim: Annotated[SmallClaimLimit, Words("小额诉讼", "Small claims"), PARTY] | None = None
    organisation: OrganisationId | None = None


class ExplanationGiven(Event, family="intake", zh="主动释明", en="Explanation given"):
    """主动释明: what was explained and how; the event's time says when, its actor who.

    Attributes:
        text_digest: SHA-256 of the text that the version stood for; ``None`` in events of before.
        proof: SHA-256 of what shows that it was displayed; ``None`` where none was given.
    """

    content_version: ContentVersion
    channel: Channel
    text_digest: TextDigest | None = None
    proof: ProofOfDisplay | None = None


class ConsentGiven(Event, family="intake", zh="同意调解", en="Consent given"):
    """A party agrees to mediation; the event's time says when.

    Attributes:
        evidence: What proves it: digest of a signed form, a recording, a message.
    """

    party: Party
    evidence: Evidence | None = None


class ConsentRefused(Event, family="intake", zh="不同意调解", en="Consent refused"):
    """A party refuses mediation."""

    party: Party


class DisputeReferred(Event, family="intake", zh="分流", en="Dispute referred"):
    """分流: the dispute goes to a mediation organisation, or to the court.

    Attributes:
        to: Where it goes.
        organisation: The mediation organisation; ``None`` unless ``to`` is mediation or a quick decision.
        explained: The explanation that was recorded before.
        consents: The parties that agreed; the applicants' is enough to look for a mediator.
        others: The parties beside the institution and the main respondent.
        way: How it came; events of before lack it, and were delegated by the court.
        pre_suit_number: 诉前调 number of a dispute that the court delegates.
        letter: Digest of its letter of delegation.
        suit_number: Number of the suit in which the court has a mediation tried; ``None`` before docketing.
        procedure: By which it tries that suit.
        agents: Whom parties entrusted.
        all_agreed_at: When the last party agreed; ``None`` where not all have, or nobody told.
    """

    to: ReferredTo
    organisation: OrganisationId | None
    institution: InstitutionId
    cause: Cause
    tier: Tier
    claim_fen: ClaimFen
    explained: Explained
    consents: Consents
    others: OtherParties = ()
    way: Way = Way.DELEGATED
    pre_suit_number: CaseNumberText | None = None
    letter: LetterDigest | None = None
    suit_number: CaseNumberText | None = None
    procedure: Procedure | None = None
    agents: Agents = ()
    all_agreed_at: AllAgreedAt | None = None


class GiveExplanation(
    Command,
    family="intake",
    zh="记录释明",
    en="Record an explanation",
    roles=(Role.INSTITUTION_AGENT, Role.ORGANISATION_CLERK, Role.COURT_CLERK),
):
    """Record that rights, cost, mediation and model cases were explained.

    Attributes:
        proof: SHA-256 of what shows that it was displayed: a receipt, a recording, a signed page.
    """

    content_version: ContentVersion
    channel: Channel
    proof: ProofOfDisplay | None = None


class GiveConsent(
    Command,
    family="intake",
    zh="记录同意调解",
    en="Record a consent",
    roles=(Role.INSTITUTION_AGENT, Role.PARTY),
):
    """Agree to mediation; each party for itself, and nobody for its opponent.

    Attributes:
        evidence: What proves it: digest of a signed form, a recording, a message.
    """

    party: Party
    evidence: Evidence | None = None


class RefuseConsent(
    Command,
    family="intake",
    zh="记录不同意调解",
    en="Record a refusal of consent",
    roles=(Role.INSTITUTION_AGENT, Role.PARTY),
):
    """Refuse mediation; each party for itself. Who has agreed leaves instead (LeaveMediation)."""

    party: Party
