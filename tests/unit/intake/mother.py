"""Filings, people and times that the intake tests share."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from services.intake.case import Filing
from services.intake.handlers import case_stream, router, without_raw_data
from services.intake.rules import BOOK, KeyedHashes
from services.intake.rules.content import content_digest
from services.intake.rules.explanations import EXPLANATIONS
from shared.casework.calendar import SHANGHAI
from shared.casework.protocol import Received
from shared.contracts.claims import LeaseClaim
from shared.contracts.duplicates import MatchingStopped
from shared.contracts.elements import (
    ComplaintElements,
    CreditCardElements,
    Elements,
    FinanceLeaseElements,
    LoanElements,
    PersonalData,
)
from shared.contracts.envelope import Actor
from shared.contracts.intake import (
    ConsentGiven,
    DisputeReferred,
    DisputeRegistered,
    DisputeScreened,
    Explanation,
    ExplanationGiven,
    FileDispute,
    FilingReturned,
    GiveExplanation,
    PriorSteps,
    SmallClaimLimit,
)
from shared.contracts.kinds import Cause, Party, Route, Tier, Way
from shared.contracts.limitation import Limitation
from shared.network.load import load_network
from shared.runtime.base.vault import Vault
from tests.support.cases import PARTY_KEY, case_id
from tests.support.spec import Given, given

NETWORK = load_network(Path(__file__).parents[3] / "deploy" / "networks" / "fengtai.yaml")
KEY = PARTY_KEY.encode()
STREAM = case_stream(NETWORK)
VAULT_KEY = "a-key-of-personal-data-for-the-tests"
VAULT = Vault.of(VAULT_KEY)
ROUTE = router(NETWORK, STREAM, KEY, VAULT.seal)
RULES = BOOK.now

MON = datetime(2026, 3, 2, 9, 30, tzinfo=SHANGHAI)
TUE = datetime(2026, 3, 3, 9, 30, tzinfo=SHANGHAI)

CASE = case_id("ccb", "CC-1")
BANK = Actor("ccb", "p-ccb-1", "institution_agent")
OTHER_BANK = Actor("abc", "p-abc-1", "institution_agent")
CLERK = Actor("people-mediation", "p-people-1", "organisation_clerk")
OTHER_CLERK = Actor("banking-mediation", "p-banking-1", "organisation_clerk")
COURT_CLERK = Actor("fengtai-court", "p-court-1", "court_clerk")
OPERATOR = Actor("fengtai-court", "p-operator-1", "operator")
RESPONDENT = Actor(CASE, "", "party")

ZHANG = PersonalData(
    name="张小三",
    id_number="110101199001011237",
    phone="13800138000",
    address="北京市丰台区某路 1 号",
    account="6217000012345678901",
)
ALL_STEPS = PriorSteps(
    explanation=Explanation(content_version="rights-2025.1", channel="app"), respondent_consent=True
)
CARD = CreditCardElements(
    as_of=date(2026, 2, 28),
    principal_fen=2_000_000,
    interest_fen=300_000,
    penalty_fen=100_000,
    fees_fen=0,
    overdue_since=date(2025, 6, 1),
    terms_prompted=True,
    contract_basis="领用合约第 7 条",
)
LOAN = LoanElements(
    as_of=date(2026, 2, 28),
    principal_fen=40_000_000,
    interest_fen=2_000_000,
    penalty_fen=0,
    annual_rate="4.35",
    disbursed_on=date(2023, 1, 5),
    overdue_since=date(2025, 6, 1),
    accelerated=False,
    contract_basis="借款合同第 3 条",
)
RENT = FinanceLeaseElements(
    as_of=date(2026, 2, 28),
    claim=LeaseClaim.RENT,
    rent_due_fen=3_000_000,
    rent_not_due_fen=6_000_000,
    purchase_price_fen=10_000,
    damages_fen=90_000,
    rent_total_fen=20_000_000,
    periods_unpaid=3,
    leased_object="数控机床一台",
    contract_basis="融资租赁合同第 9 条",
)
TERMINATION = RENT.model_copy(
    update={
        "claim": LeaseClaim.TERMINATION,
        "rent_not_due_fen": None,
        "purchase_price_fen": None,
        "damages_fen": 500_000,
        "demanded_on": date(2026, 1, 5),
        "terminated_on": date(2026, 2, 5),
    }
)


def card(**changes: Any) -> FileDispute:
    """A complete credit-card filing: nothing is missing, everything was done before."""
    return _filing(
        {"cause": Cause.CREDIT_CARD, "claim_fen": 2_400_000, "elements": Elements(credit_card=CARD)}, changes
    )


def loan(**changes: Any) -> FileDispute:
    """A complete loan filing."""
    return _filing({"cause": Cause.LOAN, "claim_fen": 42_000_000, "elements": Elements(loan=LOAN)}, changes)


def lease(block: FinanceLeaseElements = RENT, **changes: Any) -> FileDispute:
    """A complete finance-lease filing that claims all rent."""
    base = {
        "cause": Cause.FINANCE_LEASE,
        "claim_fen": 9_100_000,
        "elements": Elements(finance_lease=block),
    }
    return _filing(base, changes)


def complaint(**changes: Any) -> FileDispute:
    """A consumer complaint: no claim, no party."""
    base = {
        "cause": Cause.COMPLAINT,
        "claim_fen": 0,
        "party": None,
        "prior": PriorSteps(),
        "elements": Elements(complaint=ComplaintElements(product="信用卡")),
    }
    return _filing(base, changes)


def taken(filing: FileDispute) -> Filing:
    """A filing as the decision gets it."""
    return without_raw_data(filing, KeyedHashes(KEY))


def received(body: Any, *, subject: str = CASE, actor: Actor = BANK, id: str = "m-1") -> Received:
    """A message as the runtime hands it over."""
    return Received(body=body, id=id, source="/test", subject=subject, at=MON, actor=actor)


def _filing(base: dict[str, Any], changes: dict[str, Any]) -> FileDispute:
    whole = {
        "institution": "ccb",
        "reference": "CC-1",
        "issue": "逾期未还",
        "product": "龙卡",
        "party": ZHANG,
        "prior": ALL_STEPS,
    }
    return FileDispute(**{**whole, **base, **changes})


APPLICANT, OPPONENT = Party.APPLICANT, Party.RESPONDENT
EXPLAIN = GiveExplanation(content_version="rights-2025.1", channel="phone")
PRIOR_EXPLAINED = ExplanationGiven(
    content_version="rights-2025.1", channel="app", text_digest=EXPLANATIONS["rights-2025.1"].digest
)
EXPLAINED = ExplanationGiven(
    content_version="rights-2025.1", channel="phone", text_digest=EXPLANATIONS["rights-2025.1"].digest
)
FULL = taken(card())
BARE = taken(card(prior=PriorSteps()))
BROKEN = taken(card(claim_fen=1))
MENDED = taken(card(amends=True))

LIMITATION = Limitation(began_on=date(2025, 6, 1), sue_by=date(2028, 6, 1))
"""Three years since the card was overdue."""

REGISTERED = DisputeRegistered(
    institution="ccb",
    reference_digest=FULL.reference_digest,
    cause=Cause.CREDIT_CARD,
    issue="逾期未还",
    product="龙卡",
    claim_fen=2_400_000,
    party_token=FULL.told_token,
    masked_name="张*三",
    week=date(2026, 3, 2),
    rules_version=BOOK.current,
    way=Way.APPLIED,
    limitation=LIMITATION,
    reference="CC-1",
)
SMALL = SmallClaimLimit(
    province="京",
    wage_year=2023,
    limit_fen=10_915_600,
    by_agreement_fen=43_662_400,
    last_known=True,
)
SCREENED = DisputeScreened(
    tier=Tier.SIMPLE,
    route=Route.MEDIATION,
    rules=("SCR-004", "SCR-100"),
    decided_by="SCR-100",
    rules_version=BOOK.current,
    small_claim=SMALL,
    organisation="people-mediation",
)
RETURNED = FilingReturned(
    reasons=(RULES.elements.reason("amount.mismatch", "claim_fen"),),
    content_digest=content_digest(BROKEN),
    rules_version=BOOK.current,
    claim_fen=BROKEN.claim_fen,
    parts_fen=2_400_000,
)

STOPPED = MatchingStopped(case=CASE, party_token=FULL.told_token)


def referred(
    to: Route = Route.MEDIATION,
    *,
    explained: bool = True,
    consents: tuple[Party, ...] = (APPLICANT,),
    claim_fen: int = 2_400_000,
) -> DisputeReferred:
    return DisputeReferred(
        to=to,
        organisation="people-mediation" if to is Route.MEDIATION else None,
        institution="ccb",
        cause=Cause.CREDIT_CARD,
        tier=Tier.SIMPLE,
        claim_fen=claim_fen,
        explained=explained,
        consents=consents,
        way=Way.APPLIED,
    )


def filed() -> Given:
    """A dispute that is screened; the bank agrees, nothing else is done."""
    return given(
        STREAM, (REGISTERED, MON), (SCREENED, MON), (ConsentGiven(party=APPLICANT), MON), subject=CASE
    )


def explained() -> Given:
    return given(
        STREAM,
        (REGISTERED, MON),
        (SCREENED, MON),
        (EXPLAINED, MON),
        (ConsentGiven(party=APPLICANT), MON),
        subject=CASE,
    )


def returned() -> Given:
    return given(STREAM, (REGISTERED, MON), (RETURNED, MON), subject=CASE)


def gone() -> Given:
    """A dispute that is with mediation."""
    return given(STREAM, *((event, MON) for event in new().when(FULL, at=MON).events), subject=CASE)


def unexplained() -> Given:
    """A dispute that waits for its explanation, as one does that was filed without."""
    return given(STREAM, *((event, MON) for event in new().when(BARE, at=MON).events), subject=CASE)


def new() -> Given:
    return given(STREAM, subject=CASE)
