"""The filings that are measured with: invented, of the size of a real one (about 500 bytes of JSON)."""

from collections.abc import Iterator
from datetime import date

from shared.contracts.elements import ComplaintElements, CreditCardElements, Elements, PersonalData
from shared.contracts.intake import Explanation, FileDispute, PriorSteps
from shared.contracts.kinds import Cause

INSTITUTIONS = ("ccb", "abc", "bank-c", "bank-d", "bank-e", "bank-f")
_EXPLAINED = PriorSteps(explanation=Explanation(content_version="rights-2025.1", channel="app"))
# Simple and complex claims, so that the places of two rosters are asked for.
_CLAIMS_FEN = (1_234_500, 3_456_700, 150_000_000, 250_000_000)


def complaints(count: int, *, start: int = 0) -> Iterator[FileDispute]:
    """Return complaints, each of another person; intake answers each with two events, and nobody goes on.

    Args:
        count: How many.
        start: Number of the first one; the number is the reference.
    """
    for number in range(start, start + count):
        yield FileDispute(
            institution=INSTITUTIONS[number % len(INSTITUTIONS)],
            reference=f"CP-2025-{number:08d}",
            cause=Cause.COMPLAINT,
            issue="对账单上的一笔交易有异议",
            product="标准信用卡",
            claim_fen=_CLAIMS_FEN[number % 2],
            party=person(number),
            elements=Elements(
                complaint=ComplaintElements(product="标准信用卡", sub_issue="盗刷", channel="客服电话")
            ),
        )


def claims(count: int, *, start: int = 0) -> Iterator[FileDispute]:
    """Return credit-card claims, each of another person, with explanation and consents: they go to mediation.

    Args:
        count: How many.
        start: Number of the first one; the number is the reference.
    """
    for number in range(start, start + count):
        claim = _CLAIMS_FEN[number // len(INSTITUTIONS) % len(_CLAIMS_FEN)]
        yield FileDispute(
            institution=INSTITUTIONS[number % len(INSTITUTIONS)],
            reference=f"CC-2025-{number:08d}",
            cause=Cause.CREDIT_CARD,
            issue="信用卡逾期还款",
            product="标准信用卡",
            claim_fen=claim,
            party=person(number),
            elements=Elements(
                credit_card=CreditCardElements(
                    as_of=date(2025, 6, 30),
                    principal_fen=claim - 200_000,
                    interest_fen=150_000,
                    penalty_fen=50_000,
                    fees_fen=0,
                    overdue_since=date(2025, 1, 15),
                    terms_prompted=True,
                    contract_basis="领用合约第八条",
                )
            ),
            prior=_EXPLAINED,
        )


def person(number: int) -> PersonalData:
    """Return the person of a number."""
    return PersonalData(
        name="测试人",
        id_number=id_number(number),
        phone=f"139{number % 100_000_000:08d}",
        address="北京市丰台区某某路某号",
    )


def id_number(number: int) -> str:
    """Return the identity number of a person."""
    return f"110106199001{number % 10_000_000:07d}"
