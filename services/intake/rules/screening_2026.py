"""The screening rules of 2026: amounts by province and year, charges together, and the lessor's demand.

A rule of before that says the same is taken over as it was; one with another limit has another id.
"""

from dataclasses import replace
from typing import Final

from services.intake.rules.screening import SCREENING_2025, Rule, ScreeningRules, Subject
from services.intake.rules.small_claims import SMALL_CLAIMS_2026
from shared.contracts.claims import LeaseClaim, TerminationGround
from shared.contracts.elements import CreditCardElements, FinanceLeaseElements, LoanElements
from shared.contracts.kinds import Cause, Tier

_ART_165: Final = "民事诉讼法 (2023) art 165"
_LEASE: Final = "法释〔2014〕3号, 法释〔2020〕17号"
_EARLIER: Final = {rule.id: rule for rule in SCREENING_2025.rules}


def _small(s: Subject) -> bool:
    return s.small_claim is not None and s.filing.claim_fen <= s.small_claim.limit_fen


def _small_by_agreement(s: Subject) -> bool:
    small = s.small_claim
    return small is not None and small.limit_fen < s.filing.claim_fen <= small.by_agreement_fen


def _middling(s: Subject) -> bool:
    small = s.small_claim
    return small is not None and small.by_agreement_fen < s.filing.claim_fen <= s.limits.ordinary_claim_fen


def _where_no_wage_is_known(rule: Rule) -> Rule:
    """Return a rule of fixed amounts for a province whose wages are not known."""

    def applies(s: Subject) -> bool:
        return s.small_claim is None and rule.applies(s)

    applies.__name__ = rule.applies.__name__
    return replace(rule, applies=applies)


def _charges_over_ceiling(s: Subject) -> bool:
    """Tell whether interest and all charges, of the principal and a year, come to more than the ceiling.

    They count from ``interest_from``; where it is not given, from the payment out of a loan, or from the
    earliest day on which what is overdue on a card may have been drawn.
    """
    elements = s.filing.elements
    block: CreditCardElements | LoanElements | None = elements.credit_card or elements.loan
    if block is None or block.as_of is None or not block.principal_fen:
        return False
    begin, free = block.interest_from, 0
    if begin is None and isinstance(block, LoanElements):
        begin = block.disbursed_on
    elif begin is None:
        begin, free = block.overdue_since, s.limits.free_days or 0
    days = (block.as_of - begin).days + free if begin is not None else 0
    if days <= 0:
        return False
    charges = sum(getattr(block, name) or 0 for name in s.limits.charges[s.filing.cause])
    percent = s.limits.charges_percent
    return percent is not None and charges * 100 * 365 > block.principal_fen * percent * days


def _for_unpaid_rent(s: Subject) -> FinanceLeaseElements | None:
    """Return a lease that is terminated for unpaid rent; another breach needs no demand."""
    lease = s.filing.elements.finance_lease
    if lease is None or lease.claim is not LeaseClaim.TERMINATION:
        return None
    return None if lease.termination_ground is TerminationGround.OTHER_BREACH else lease


def _too_little_unpaid(s: Subject) -> bool:
    """Tell whether less is unpaid than lets a lessor terminate; the contract's own condition may be lower."""
    lease = _for_unpaid_rent(s)
    if lease is None or lease.termination_ground is TerminationGround.CONTRACT:
        return False
    return _EARLIER["SCR-021"].applies(s)


def _too_soon_after_demand(s: Subject) -> bool:
    lease = _for_unpaid_rent(s)
    if lease is None or lease.demanded_on is None or lease.terminated_on is None:
        return False
    return (lease.terminated_on - lease.demanded_on).days < (s.limits.demand_days or 0)


SCREENING_2026: Final = ScreeningRules(
    limits=replace(
        SCREENING_2025.limits,
        small_claims=SMALL_CLAIMS_2026,
        charges_percent=24,
        charges={
            Cause.CREDIT_CARD: (
                *("interest_fen", "default_interest_fen", "compound_fen", "late_fee_fen", "penalty_fen"),
                *("handling_fee_fen", "fees_fen"),
            ),
            Cause.LOAN: ("interest_fen", "default_interest_fen", "compound_fen", "penalty_fen"),
        },
        free_days=60,
        demand_days=15,
    ),
    rules=(
        _where_no_wage_is_known(_EARLIER["SCR-001"]),
        _where_no_wage_is_known(_EARLIER["SCR-002"]),
        _EARLIER["SCR-003"],
        Rule("SCR-004", _ART_165, _small, tier=Tier.SIMPLE),
        Rule("SCR-005", f"{_ART_165} para 2", _small_by_agreement, tier=Tier.ORDINARY),
        Rule("SCR-006", "practice of the court", _middling, tier=Tier.ORDINARY),
        _EARLIER["SCR-010"],
        _EARLIER["SCR-011"],
        _EARLIER["SCR-012"],
        Rule(
            "SCR-013",
            "法发〔2017〕22号 art 2 (loans); 法释〔2021〕10号 art 2 para 2 (cards)",
            _charges_over_ceiling,
            tier=Tier.ORDINARY,
        ),
        replace(_EARLIER["SCR-020"], source=f"{_LEASE} art 10"),
        Rule("SCR-022", f"{_LEASE} art 5(2)", _too_little_unpaid, tier=Tier.COMPLEX),
        Rule("SCR-023", f"{_LEASE} art 5(1), (2)", _too_soon_after_demand, tier=Tier.COMPLEX),
        _EARLIER["SCR-080"],
        _EARLIER["SCR-090"],
        _EARLIER["SCR-100"],
    ),
)
"""Cards: 60 days without interest, 银行卡业务管理办法 (银发〔1999〕17号) art 20.

The 15 days after a demand are the practice of the court: the law says a reasonable time.
"""
