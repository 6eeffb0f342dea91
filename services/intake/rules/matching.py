"""比对: when two disputes of one respondent are one that came twice, as data and a pure function.

The same institution, the same respondent and the same contract are one debt; without the contract's number an
amount close to the other's, filed about the same time, may be. Two contracts are two disputes, however alike.
A dispute of another institution is never the same: a claim has one creditor.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

from shared.casework.limits import Limit
from shared.contracts.kinds import Cause
from shared.contracts.rules import check
from shared.contracts.words import Unit

_PRACTICE: Final = "practice of the platform"
SAME_CONTRACT: Final = "MAT-001"
ANOTHER_AMOUNT: Final = "MAT-002"
CLOSE_AMOUNT: Final = "MAT-003"
COMPLAINT_TOO: Final = "MAT-004"
WINDOW: Final = Limit(
    "intake.match-window",
    Unit.DAYS,
    _PRACTICE,
    at_least=1,
    at_most=1095,
    of=(SAME_CONTRACT, ANOTHER_AMOUNT, CLOSE_AMOUNT, COMPLAINT_TOO),
)
TOLERANCE: Final = Limit(
    "intake.match-claim", Unit.PERCENT, _PRACTICE, at_least=0, at_most=50, of=(SAME_CONTRACT, CLOSE_AMOUNT)
)


@dataclass(frozen=True, slots=True)
class Compared:
    """What is compared of a dispute.

    Attributes:
        day: On which it was filed first.
        contract: Keyed hash of the contract's number; empty if unknown.
        issue: What a complaint is about; empty for a claim, which institutions and the court label apart.
    """

    institution: str
    cause: Cause
    claim_fen: int
    day: date
    contract: str = ""
    issue: str = ""


@dataclass(frozen=True, slots=True)
class MatchRule:
    """A rule that speaks of two disputes of one institution and one respondent, filed about the same time.

    Attributes:
        certain: They are the same, and nobody needs to be asked.
    """

    id: str
    source: str
    certain: bool
    applies: Callable[[Compared, Compared, "MatchingRules"], bool]

    def __post_init__(self) -> None:
        """Check that people can be told what it says."""
        check(self.id)


@dataclass(frozen=True, slots=True)
class MatchingRules:
    """One version of the matching.

    Attributes:
        window_days: How far apart two filings of one dispute lie at most.
        claim_percent: How far two claims of one dispute differ at most, of the larger one.
        rules: In their order; the first that speaks decides.
    """

    window_days: Annotated[int, WINDOW]
    claim_percent: Annotated[int, TOLERANCE]
    rules: tuple[MatchRule, ...]

    def rule_for(self, one: Compared, other: Compared) -> MatchRule | None:
        """Return the rule by which two disputes of one respondent are the same; ``None`` if they are not."""
        apart = abs((one.day - other.day).days) > self.window_days
        if one.institution != other.institution or apart or _two_contracts(one, other):
            return None
        return next((rule for rule in self.rules if rule.applies(one, other, self)), None)


def _two_contracts(one: Compared, other: Compared) -> bool:
    """Two cards of one debtor are two disputes."""
    return bool(one.contract and other.contract) and one.contract != other.contract


def _one_contract(one: Compared, other: Compared) -> bool:
    return bool(one.contract) and one.contract == other.contract


def _same_matter(one: Compared, other: Compared) -> bool:
    """The same cause; of two complaints, the same issue as well."""
    return one.cause is other.cause and one.issue == other.issue


def _close(one: Compared, other: Compared, rules: MatchingRules) -> bool:
    more = max(one.claim_fen, other.claim_fen)
    return abs(one.claim_fen - other.claim_fen) * 100 <= more * rules.claim_percent


def _same_contract(one: Compared, other: Compared, rules: MatchingRules) -> bool:
    return _same_matter(one, other) and _one_contract(one, other) and _close(one, other, rules)


def _another_amount(one: Compared, other: Compared, rules: MatchingRules) -> bool:
    return _same_matter(one, other) and _one_contract(one, other)


def _close_amount(one: Compared, other: Compared, rules: MatchingRules) -> bool:
    return _same_matter(one, other) and _close(one, other, rules)


def _complaint_too(one: Compared, other: Compared, rules: MatchingRules) -> bool:
    return (one.cause is Cause.COMPLAINT) is not (other.cause is Cause.COMPLAINT)


MATCHING_2026: Final = MatchingRules(
    window_days=90,
    claim_percent=5,
    rules=(
        MatchRule(SAME_CONTRACT, _PRACTICE, certain=True, applies=_same_contract),
        MatchRule(ANOTHER_AMOUNT, _PRACTICE, certain=False, applies=_another_amount),
        MatchRule(CLOSE_AMOUNT, _PRACTICE, certain=False, applies=_close_amount),
        MatchRule(COMPLAINT_TOO, _PRACTICE, certain=False, applies=_complaint_too),
    ),
)
