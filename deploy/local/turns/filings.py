"""What the stories file: complete disputes of invented people."""

from datetime import date
from typing import Any, Final

from shared.contracts.elements import CreditCardElements, Elements, LoanElements, PersonalData
from shared.contracts.intake import Explanation, FileDispute, PriorSteps
from shared.contracts.kinds import Cause, Standing, Way
from shared.contracts.parties import OtherParty

EXPLAINED: Final = PriorSteps(explanation=Explanation(content_version="rights-2025.1", channel="app"))


def person(number: int) -> PersonalData:
    """Return an invented person."""
    return PersonalData(name=f"甲{'青白玄朱'[number % 4]}", id_number=f"SAMPLE-T-{number:06d}")


def guarantor(number: int) -> OtherParty:
    """Return an invented guarantor."""
    return OtherParty(standing=Standing.GUARANTOR, data=person(number))


def card(number: int, reference: str, *, way: Way = Way.APPLIED, **changes: Any) -> FileDispute:
    """Return a complete dispute about a credit card: CNY 24,000."""
    elements = CreditCardElements(
        as_of=date(2026, 2, 28),
        principal_fen=2_000_000,
        interest_fen=300_000,
        penalty_fen=100_000,
        fees_fen=0,
        overdue_since=date(2025, 6, 1),
        terms_prompted=True,
        contract_basis="领用合约第 7 条",
    )
    fields: dict[str, Any] = {
        "institution": "ccb",
        "reference": reference,
        "cause": Cause.CREDIT_CARD,
        "issue": "overdue_principal",
        "product": "credit card",
        "claim_fen": 2_400_000,
        "party": person(number),
        "elements": Elements(credit_card=elements),
        "prior": EXPLAINED,
        "way": way,
    }
    return FileDispute(**{**fields, **changes})


def loan(number: int, reference: str, **changes: Any) -> FileDispute:
    """Return a complete dispute about a loan: CNY 420,000."""
    elements = LoanElements(
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
    claim = {"cause": Cause.LOAN, "claim_fen": 42_000_000, "elements": Elements(loan=elements)}
    return card(number, reference, **{"product": "personal loan", **claim, **changes})
