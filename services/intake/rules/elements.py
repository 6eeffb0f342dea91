"""要素式: what a filing of each cause must say, and what it may not say at once.

Elements stand as fields and not as free text. Each thing that is missing or contradicts another is
named by a code and the path of its field, so that the institution can correct row by row.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel

from shared.contracts.elements import FinanceLeaseElements
from shared.contracts.intake import FileDispute, ReturnReason
from shared.contracts.kinds import Cause, LeaseClaim


@dataclass(frozen=True, slots=True)
class ElementRules:
    """The required elements.

    Attributes:
        required: Fields of a cause's block that every filing of the cause has.
        by_lease_claim: Fields that a finance-lease filing has beyond these, by what it claims.
        party: Causes that name the other party.
        parts: Fields whose sum is the claim.
        lease_parts: The same for a finance lease, by what it claims.
    """

    required: Mapping[Cause, tuple[str, ...]]
    by_lease_claim: Mapping[LeaseClaim, tuple[str, ...]]
    party: frozenset[Cause]
    parts: Mapping[Cause, tuple[str, ...]]
    lease_parts: Mapping[LeaseClaim, tuple[str, ...]]


ELEMENTS_2025 = ElementRules(
    required={
        Cause.CREDIT_CARD: (
            "as_of",
            "principal_fen",
            "interest_fen",
            "overdue_since",
            "terms_prompted",
            "contract_basis",
        ),
        Cause.LOAN: (
            "as_of",
            "principal_fen",
            "interest_fen",
            "annual_rate",
            "disbursed_on",
            "overdue_since",
            "contract_basis",
        ),
        Cause.FINANCE_LEASE: ("as_of", "claim", "leased_object", "periods_unpaid", "contract_basis"),
        Cause.COMPLAINT: (),
    },
    by_lease_claim={
        LeaseClaim.RENT: ("rent_due_fen",),
        LeaseClaim.TERMINATION: ("terminated_on", "damages_fen"),
    },
    party=frozenset({Cause.CREDIT_CARD, Cause.LOAN, Cause.FINANCE_LEASE}),
    parts={
        Cause.CREDIT_CARD: ("principal_fen", "interest_fen", "penalty_fen", "fees_fen"),
        Cause.LOAN: ("principal_fen", "interest_fen", "penalty_fen"),
    },
    lease_parts={
        LeaseClaim.RENT: ("rent_due_fen", "rent_not_due_fen", "purchase_price_fen", "damages_fen"),
        LeaseClaim.TERMINATION: ("rent_due_fen", "damages_fen"),
    },
)
"""Source: 要素式起诉状 for credit card, loan and finance lease (法〔2024〕46号), the main elements."""

_IN_ORDER = {
    Cause.CREDIT_CARD: (),
    Cause.LOAN: (("disbursed_on", "overdue_since"),),
    Cause.FINANCE_LEASE: (("demanded_on", "terminated_on"),),
    Cause.COMPLAINT: (),
}
_DATES = ("as_of", "disbursed_on", "overdue_since", "demanded_on", "terminated_on")
_BLOCKS = tuple((cause, cause.value) for cause in Cause)


def reasons_to_return(
    filing: FileDispute, *, party_named: bool, today: date, rules: ElementRules
) -> tuple[ReturnReason, ...]:
    """Return everything that a filing lacks or contradicts; empty if it is complete.

    Args:
        filing: The filing.
        party_named: Whether it says who the other party is.
        today: Day of the filing where the court sits.
        rules: The elements of the version that the case started under.

    Source: 法释〔2021〕23号 arts 8-9 (as of 2022-01-01).
    """
    return tuple(_reasons(filing, party_named, today, rules))


def _reasons(
    filing: FileDispute, party_named: bool, today: date, rules: ElementRules
) -> Iterator[ReturnReason]:
    cause = filing.cause
    for other, name in _BLOCKS:
        if other is not cause and getattr(filing.elements, name) is not None:
            yield ReturnReason(code="element.wrong_cause", field=f"elements.{name}")
    if not party_named and cause in rules.party:
        yield ReturnReason(code="element.missing", field="party")
    block: BaseModel | None = getattr(filing.elements, cause.value)
    path = f"elements.{cause.value}."
    for field in _required(cause, block, rules):
        if getattr(block, field, None) is None:
            yield ReturnReason(code="element.missing", field=path + field)
    if cause is Cause.COMPLAINT:
        yield from _complaint(filing)
    elif block is not None:
        yield from _dates(block, cause, path, today)
        if other_sum(filing, rules) is not None:
            yield ReturnReason(code="amount.mismatch", field="claim_fen")
        if isinstance(block, FinanceLeaseElements):
            yield from _rent_xor_termination(block, path)


def _required(cause: Cause, block: BaseModel | None, rules: ElementRules) -> tuple[str, ...]:
    required = rules.required[cause]
    if isinstance(block, FinanceLeaseElements) and block.claim is not None:
        return required + rules.by_lease_claim[block.claim]
    return required


def _complaint(filing: FileDispute) -> Iterator[ReturnReason]:
    block = filing.elements.complaint
    if filing.product is None and (block is None or block.product is None):
        yield ReturnReason(code="element.missing", field="product")


def _dates(block: BaseModel, cause: Cause, path: str, today: date) -> Iterator[ReturnReason]:
    for field in _DATES:
        day = getattr(block, field, None)
        if day is not None and day > today:
            yield ReturnReason(code="date.after_filing", field=path + field)
    for earlier, later in _IN_ORDER[cause]:
        first, second = getattr(block, earlier), getattr(block, later)
        if first is not None and second is not None and second < first:
            yield ReturnReason(code="date.order", field=path + later)


def other_sum(filing: FileDispute, rules: ElementRules) -> int | None:
    """Return what the parts of a claim come to, fen, where that is not the claim; else ``None``."""
    block: BaseModel | None = getattr(filing.elements, filing.cause.value)
    if block is None or filing.cause is Cause.COMPLAINT:
        return None
    if isinstance(block, FinanceLeaseElements):
        fields = () if block.claim is None else rules.lease_parts[block.claim]
    else:
        fields = rules.parts[filing.cause]
    parts: list[int | None] = [getattr(block, field) for field in fields]
    given = [part for part in parts if part is not None]
    if not parts or len(given) < len(parts) or sum(given) == filing.claim_fen:
        return None
    return sum(given)


def _rent_xor_termination(block: FinanceLeaseElements, path: str) -> Iterator[ReturnReason]:
    """All rent, or termination. Source: 法释〔2020〕19号 art 10 (finance lease)."""
    code = "lease.rent_and_termination"
    if block.claim is LeaseClaim.RENT and block.terminated_on is not None:
        yield ReturnReason(code=code, field=path + "terminated_on")
    if block.claim is LeaseClaim.TERMINATION:
        for field in ("rent_not_due_fen", "purchase_price_fen"):
            if getattr(block, field):
                yield ReturnReason(code=code, field=path + field)
