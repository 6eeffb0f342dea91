"""要素式: what a filing of each cause must say, what it may not say at once, and what returns it.

Elements stand as fields and not as free text. Each thing that is missing or contradicts another is
named by a code and the path of its field, so that the institution can correct row by row.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from pydantic import BaseModel

from services.intake.rules.explanations import fault_of
from shared.contracts.claims import Forum, LeaseClaim, TerminationGround
from shared.contracts.elements import ClaimElements, FinanceLeaseElements
from shared.contracts.intake import FileDispute, ReturnReason
from shared.contracts.kinds import Cause, ReturnGround


class Basis(NamedTuple):
    """What a return rests on: a ground of the law or the platform's request, and the articles."""

    rests_on: ReturnGround
    citation: str


@dataclass(frozen=True, slots=True)
class ElementRules:
    """The required elements.

    Attributes:
        required: Fields of a cause's block that every filing of the cause has.
        by_lease_claim: Fields that a finance-lease filing has beyond these, by what it claims.
        party: Causes that name the other party.
        parts: Fields whose sum is the claim.
        lease_parts: The same for a finance lease, by what it claims.
        more_parts: Fields that count into the sum only where they are given.
        within: Fields that together are no more than another one.
        in_order: Dates of which the first is not after the second.
        past: Dates that do not lie after the filing.
        returns: What each code rests on, or a code of one field ("code field"). A version without it
            checks what was checked before, and cites nothing.
    """

    required: Mapping[Cause, tuple[str, ...]]
    by_lease_claim: Mapping[LeaseClaim, tuple[str, ...]]
    party: frozenset[Cause]
    parts: Mapping[Cause, tuple[str, ...]]
    lease_parts: Mapping[LeaseClaim, tuple[str, ...]]
    more_parts: Mapping[Cause, tuple[str, ...]] = field(default_factory=dict)
    within: Mapping[Cause, tuple[tuple[tuple[str, ...], str], ...]] = field(default_factory=dict)
    in_order: Mapping[Cause, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    past: tuple[str, ...] = ()
    returns: Mapping[str, Basis] = field(default_factory=dict)

    def reason(self, code: str, path: str) -> ReturnReason:
        """Return a reason with what it rests on."""
        basis = self.returns.get(f"{code} {path.rpartition('.')[2]}") or self.returns.get(code)
        if basis is None:
            return ReturnReason(code=code, field=path)
        return ReturnReason(code=code, field=path, rests_on=basis.rests_on, citation=basis.citation)


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
    filing: FileDispute, *, party_named: bool, today: date, court: str, rules: ElementRules
) -> tuple[ReturnReason, ...]:
    """Return everything for which a filing is returned; empty if it is complete and belongs here.

    Args:
        filing: The filing.
        party_named: Whether it says who the other party is.
        today: Day of the filing where the court sits.
        court: Code of the court that invites the mediation, such as 京0106.
        rules: The elements of the version that the case started under.

    Source: 法释〔2021〕23号 arts 8-9 (as of 2022-01-01).
    """
    found = _found(filing, party_named, today, court, rules)
    reasons = tuple(rules.reason(code, path) for code, path in found)
    return (*reasons, *_explanation(filing)) if rules.returns else reasons


def _explanation(filing: FileDispute) -> Iterator[ReturnReason]:
    """Yield what is wrong with an explanation that was given before the filing: a text that nobody knows."""
    prior = filing.prior.explanation
    fault = None if prior is None else fault_of(prior.content_version, prior.channel)
    if fault is not None:
        code, field = fault
        yield ReturnReason(
            code=code,
            field=f"prior.explanation.{field}",
            rests_on=ReturnGround.TO_COMPLETE,
            citation="法释〔2021〕23号 art 7",
        )


Found = Iterator[tuple[str, str]]
"""Code and path of the field."""


def _found(filing: FileDispute, party_named: bool, today: date, court: str, rules: ElementRules) -> Found:
    cause = filing.cause
    for other, name in _BLOCKS:
        if other is not cause and getattr(filing.elements, name) is not None:
            yield "element.wrong_cause", f"elements.{name}"
    if not party_named and cause in rules.party:
        yield "element.missing", "party"
    block: BaseModel | None = getattr(filing.elements, cause.value)
    path = f"elements.{cause.value}."
    for name in _required(cause, block, rules):
        if getattr(block, name, None) is None:
            yield "element.missing", path + name
    if cause is Cause.COMPLAINT:
        yield from _complaint(filing)
    elif block is not None:
        yield from _dates(block, cause, path, today, rules)
        yield from _amounts(filing, block, path, rules)
        if isinstance(block, FinanceLeaseElements):
            yield from _rent_xor_termination(block, path)
        if isinstance(block, ClaimElements) and rules.returns:
            yield from _elsewhere(block, path, court)


def _required(cause: Cause, block: BaseModel | None, rules: ElementRules) -> tuple[str, ...]:
    required = rules.required[cause]
    if isinstance(block, FinanceLeaseElements) and block.claim is not None:
        required += rules.by_lease_claim[block.claim]
        if block.termination_ground is TerminationGround.OTHER_BREACH:
            required = tuple(name for name in required if name != "demanded_on")
    return required


def _complaint(filing: FileDispute) -> Found:
    block = filing.elements.complaint
    if filing.product is None and (block is None or block.product is None):
        yield "element.missing", "product"


def _dates(block: BaseModel, cause: Cause, path: str, today: date, rules: ElementRules) -> Found:
    given = block.__dict__  # of a field that this cause has not, a model looks long for one
    for name in rules.past or _DATES:
        day = given.get(name)
        if day is not None and day > today:
            yield "date.after_filing", path + name
    wrong = {
        later: None
        for earlier, later in (rules.in_order or _IN_ORDER)[cause]
        if (first := given[earlier]) is not None and (second := given[later]) is not None and second < first
    }
    for name in wrong:
        yield "date.order", path + name


def _amounts(filing: FileDispute, block: BaseModel, path: str, rules: ElementRules) -> Found:
    if other_sum(filing, rules) is not None:
        yield "amount.mismatch", "claim_fen"
    for parts, whole in rules.within.get(filing.cause, ()):
        limit: int | None = getattr(block, whole)
        if limit is not None and sum(getattr(block, part) or 0 for part in parts) > limit:
            yield "amount.over_the_whole", path + whole


def other_sum(filing: FileDispute, rules: ElementRules) -> int | None:
    """Return what the parts of a claim come to, fen, where that cannot be the claim; else ``None``.

    A part that is not given is not zero: then the others may come to less, and never to more.
    """
    block: BaseModel | None = getattr(filing.elements, filing.cause.value)
    if block is None or filing.cause is Cause.COMPLAINT:
        return None
    if isinstance(block, FinanceLeaseElements):
        fields = () if block.claim is None else rules.lease_parts[block.claim]
    else:
        fields = rules.parts[filing.cause]
    if not fields:
        return None
    parts: list[int | None] = [getattr(block, name) for name in fields]
    more: list[int | None] = [getattr(block, name) for name in rules.more_parts.get(filing.cause, ())]
    total = sum(part for part in (*parts, *more) if part is not None)
    if None in parts:
        too_much = bool(rules.more_parts) and total > filing.claim_fen
        return total if too_much else None
    return None if total == filing.claim_fen else total


def _rent_xor_termination(block: FinanceLeaseElements, path: str) -> Found:
    """All rent, or termination. Source: 法释〔2014〕3号 art 10, as 法释〔2020〕17号 amends it."""
    code = "lease.rent_and_termination"
    if block.claim is LeaseClaim.RENT and block.terminated_on is not None:
        yield code, path + "terminated_on"
    if block.claim is LeaseClaim.TERMINATION:
        for name in ("rent_not_due_fen", "purchase_price_fen"):
            if getattr(block, name):
                yield code, path + name


def _elsewhere(block: ClaimElements, path: str, court: str) -> Found:
    """What the court that invites may not take, or not online. Source: 法释〔2021〕23号 art 9."""
    if block.forum is Forum.ARBITRATION:
        yield "filing.arbitration_agreed", path + "forum"
    if block.forum is Forum.COURT and block.agreed_court is None:
        yield "element.missing", path + "agreed_court"
    if block.agreed_court is not None and block.agreed_court != court:
        yield "filing.other_court_agreed", path + "agreed_court"
    if block.online_obstacle is not None:
        yield "filing.not_online", path + "online_obstacle"
