"""The filings that are measured with: invented, of the size of a real one (about 600 bytes of JSON)."""

from collections.abc import Iterator
from datetime import date

from shared.contracts.intake import (
    CreditCardElements,
    Elements,
    Explanation,
    FileDispute,
    PersonalData,
    PriorSteps,
)
from shared.contracts.kinds import Cause

INSTITUTIONS = ("ccb", "abc", "bank-c", "bank-d", "bank-e", "bank-f")
_EXPLAINED = PriorSteps(
    explanation=Explanation(content_version="rights-2025.1", channel="app"), respondent_consent=True
)
# Simple and ordinary claims, so that the places of more than one roster are asked for.
_CLAIMS_FEN = (1_234_500, 3_456_700, 8_765_400, 250_000_000)


def filings(count: int, *, start: int = 0, ready: bool) -> Iterator[FileDispute]:
    """Give credit-card filings, each of another party.

    Args:
        count: How many.
        start: Number of the first one; the number is the reference.
        ready: Whether explanation and consents were obtained before: such a dispute goes on to mediation.
            Others are registered and screened, and wait.
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
            party=PersonalData(
                name="测试人",
                id_number=f"110106199001{number % 10_000_000:07d}",
                phone=f"139{number % 100_000_000:08d}",
                address="北京市丰台区某某路某号",
            ),
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
            prior=_EXPLAINED if ready else PriorSteps(),
        )
