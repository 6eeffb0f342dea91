"""Intake's language: filings, screening, explanation, consent, referral.

Only :class:`FileDispute` carries a party's raw data. It travels on the institution's own
topic to intake alone; every other message has the masked name and the keyed-hash token.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field

from shared.contracts.kinds import Cause, Code, Digest, Fen, Label, Party, Route, Slug, Tier
from shared.contracts.message import Command, Event, Message

Reference = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]*$")]
"""The institution's own reference of a dispute."""


class LeaseClaim(StrEnum):
    """All rent, or termination: one of them. Source: 法释〔2020〕19号 art 10 (finance lease)."""

    RENT = "rent"
    TERMINATION = "termination"


class _Part(Message):
    """A part of a message; unknown fields are errors."""

    model_config = ConfigDict(extra="forbid")


class PersonalData(_Part):
    """Raw data of the other party: for intake's own store alone, never on a shared topic."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    id_number: Annotated[str, Field(min_length=4, max_length=40)]
    phone: Annotated[str, Field(max_length=40)] = ""
    address: Annotated[str, Field(max_length=200)] = ""
    account: Annotated[str, Field(max_length=40)] = ""


class CreditCardElements(_Part):
    """要素 of a credit-card claim; the main ones. Amounts in fen."""

    as_of: date | None = None
    principal_fen: Fen | None = None
    interest_fen: Fen | None = None
    penalty_fen: Fen | None = None
    fees_fen: Fen | None = None
    overdue_since: date | None = None
    terms_prompted: bool | None = None
    contract_basis: Label | None = None


class LoanElements(_Part):
    """要素 of a loan claim; the main ones. Amounts in fen, the rate in percent a year."""

    as_of: date | None = None
    principal_fen: Fen | None = None
    interest_fen: Fen | None = None
    penalty_fen: Fen | None = None
    annual_rate: Annotated[str, Field(pattern=r"^\d{1,3}(\.\d{1,4})?$")] | None = None
    disbursed_on: date | None = None
    overdue_since: date | None = None
    accelerated: bool | None = None
    contract_basis: Label | None = None


class FinanceLeaseElements(_Part):
    """要素 of a finance-lease claim; the main ones. Amounts in fen."""

    as_of: date | None = None
    claim: LeaseClaim | None = None
    rent_due_fen: Fen | None = None
    rent_not_due_fen: Fen | None = None
    purchase_price_fen: Fen | None = None
    damages_fen: Fen | None = None
    rent_total_fen: Fen | None = None
    periods_unpaid: Annotated[int, Field(ge=0, le=1200)] | None = None
    demanded_on: date | None = None
    terminated_on: date | None = None
    leased_object: Label | None = None
    contract_basis: Label | None = None


class ComplaintElements(_Part):
    """What a consumer complaint has: the product and what was wrong with it."""

    product: Label | None = None
    sub_issue: Label | None = None
    channel: Label | None = None


class Elements(_Part):
    """The elements of one cause: the block of the filing's own cause, and no other."""

    credit_card: CreditCardElements | None = None
    loan: LoanElements | None = None
    finance_lease: FinanceLeaseElements | None = None
    complaint: ComplaintElements | None = None


class Explanation(_Part):
    """主动释明 as it was given.

    Attributes:
        content_version: Which text on rights, cost, mediation and model outcome.
        channel: ``app``, ``sms``, ``phone``, ``paper``, ….
    """

    content_version: Code
    channel: Code


class PriorSteps(_Part):
    """What the institution had already done with the other party before it filed."""

    explanation: Explanation | None = None
    respondent_consent: bool = False


class FileDispute(Command, family="intake"):
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
        prior: Explanation and consent obtained before filing.
        amends: Corrects a filing that was returned.
    """

    model_config = ConfigDict(hide_input_in_errors=True)
    roles = ("institution_agent",)

    institution: Slug
    reference: Reference
    cause: Cause
    issue: Label
    product: Label | None = None
    claim_fen: Fen = 0
    party: PersonalData | None = Field(default=None, repr=False)
    elements: Elements = Elements()
    prior: PriorSteps = PriorSteps()
    amends: bool = False


class ReturnReason(_Part):
    """Why a filing is returned: a code, and the field that it speaks of."""

    code: Code
    field: str


class DisputeRegistered(Event, family="intake"):
    """案件登记: the dispute has an identity; it is counted once.

    Attributes:
        party_token: Keyed hash of the respondent, the same for a repeat party; empty if unknown.
        masked_name: The respondent's name, masked.
        week: Monday of the ISO week of the filing, in the court's zone.
    """

    institution: Slug
    reference_digest: Digest
    cause: Cause
    issue: Label
    product: Label | None
    claim_fen: Fen
    party_token: str
    masked_name: str
    week: date
    rules_version: Code


class FilingAmended(Event, family="intake"):
    """A returned filing came again, corrected."""

    cause: Cause
    issue: Label
    product: Label | None
    claim_fen: Fen
    party_token: str
    masked_name: str


class FilingReturned(Event, family="intake"):
    """退回: the filing lacks something; the reasons are coded.

    Attributes:
        content_digest: Of what was returned, personal data left out: the same content again is no amendment.
    """

    reasons: tuple[ReturnReason, ...]
    content_digest: Digest
    rules_version: Code


class DisputeScreened(Event, family="intake"):
    """案件摸排: tier and route, and the rules that made them.

    Attributes:
        rules: Ids of all rules that spoke.
        decided_by: Id of the rule that decided the route.
    """

    tier: Tier
    route: Route
    rules: tuple[str, ...]
    decided_by: str
    rules_version: Code


class ExplanationGiven(Event, family="intake"):
    """主动释明: what was explained and how; the event's time says when."""

    content_version: Code
    channel: Code


class ConsentGiven(Event, family="intake"):
    """A party agrees to mediation."""

    party: Party


class ConsentRefused(Event, family="intake"):
    """A party refuses mediation."""

    party: Party


class DisputeReferred(Event, family="intake"):
    """分流: the dispute goes to a mediation organisation, or to the court.

    Attributes:
        to: Where it goes.
        organisation: The mediation organisation; ``None`` unless ``to`` is mediation.
        explained: The explanation that was recorded before.
        consents: The parties that agreed.
    """

    to: Route
    organisation: Slug | None
    institution: Slug
    cause: Cause
    tier: Tier
    claim_fen: Fen
    explained: bool
    consents: tuple[Party, ...]


class PersonalDataRead(Event, family="intake"):
    """Somebody read the raw data of a party. Source: 个人信息保护法 arts 28-29, 55."""

    reader: str
    purpose: Label


class GiveExplanation(Command, family="intake"):
    """Record that rights, cost and mediation were explained."""

    roles = ("institution_agent", "organisation_clerk", "court_clerk")

    content_version: Code
    channel: Code


class GiveConsent(Command, family="intake"):
    """Record a party's consent to mediation."""

    roles = ("institution_agent", "organisation_clerk", "party")

    party: Party


class RefuseConsent(Command, family="intake"):
    """Record a party's refusal of mediation."""

    roles = ("institution_agent", "organisation_clerk", "party")

    party: Party


class ReadPersonalData(Command, family="intake"):
    """Ask to read a party's raw data; the reading is recorded with its purpose first."""

    roles = ("organisation_clerk", "court_clerk", "operator")

    purpose: Label
