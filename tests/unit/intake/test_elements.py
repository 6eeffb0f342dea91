"""要素: what is missing or contradictory is named, each by its field."""

from datetime import date
from typing import Any

import pytest

from services.intake.rules import BOOK, IntakeRules, reasons_to_return
from shared.contracts.claims import Forum, OnlineObstacle, TerminationGround
from shared.contracts.declared import fields_of
from shared.contracts.elements import CreditCardElements, Elements, FinanceLeaseElements, LoanElements
from shared.contracts.intake import FileDispute, ReturnReason
from shared.contracts.kinds import Cause, ReturnGround
from shared.contracts.reasons import REASONS
from shared.contracts.words import Audience
from tests.unit.intake.mother import CARD, LOAN, RENT, RULES, TERMINATION, card, complaint, lease, loan


def reasons(filing: FileDispute, rules: IntakeRules = RULES) -> list[ReturnReason]:
    return list(
        reasons_to_return(
            filing,
            party_named=filing.party is not None,
            today=date(2026, 3, 2),
            court="京0106",
            rules=rules.elements,
        )
    )


def said(filing: FileDispute, rules: IntakeRules = RULES) -> list[tuple[str, str]]:
    return [(reason.code, reason.field) for reason in reasons(filing, rules)]


@pytest.mark.parametrize(
    "filing", [card(), loan(), lease(), lease(TERMINATION, claim_fen=3_500_000), complaint()]
)
def test_a_complete_filing_lacks_nothing(filing: FileDispute) -> None:
    assert said(filing) == []


def test_every_missing_element_of_a_card_is_named() -> None:
    block = CreditCardElements(principal_fen=1, interest_fen=2)
    assert said(card(elements=Elements(credit_card=block))) == [
        ("element.missing", f"elements.credit_card.{field}")
        for field in ("as_of", "overdue_since", "terms_prompted", "contract_basis")
    ]


def test_without_its_block_a_filing_lacks_every_required_element() -> None:
    missing = said(loan(elements=Elements()))
    assert [field for _, field in missing] == [
        f"elements.loan.{field}" for field in RULES.elements.required[Cause.LOAN]
    ]
    assert {code for code, _ in missing} == {"element.missing"}


def test_a_claim_in_money_names_the_other_party() -> None:
    assert said(card(party=None)) == [("element.missing", "party")]


def test_the_block_of_another_cause_is_named() -> None:
    both = Elements(credit_card=CARD, loan=LoanElements())
    assert said(card(elements=both)) == [("element.wrong_cause", "elements.loan")]


@pytest.mark.parametrize("filing", [card(claim_fen=2_400_001), loan(claim_fen=1), lease(claim_fen=9_000_000)])
def test_a_claim_that_is_not_the_sum_of_its_parts_is_named(filing: FileDispute) -> None:
    assert said(filing) == [("amount.mismatch", "claim_fen")]


def test_a_sum_is_not_checked_while_a_part_is_not_given() -> None:
    block = CARD.model_copy(update={"penalty_fen": None})
    assert said(card(elements=Elements(credit_card=block), claim_fen=9_000_000)) == []
    assert said(card(elements=Elements(credit_card=block), claim_fen=5)) == [("amount.mismatch", "claim_fen")]


def test_a_date_after_the_filing_is_named() -> None:
    block = CARD.model_copy(update={"as_of": date(2026, 3, 3)})
    assert said(card(elements=Elements(credit_card=block))) == [
        ("date.after_filing", "elements.credit_card.as_of")
    ]


def test_the_day_of_the_filing_itself_is_not_after_it() -> None:
    block = CARD.model_copy(update={"as_of": date(2026, 3, 2)})
    assert said(card(elements=Elements(credit_card=block))) == []


def test_a_loan_is_not_overdue_before_it_is_paid_out() -> None:
    block = LOAN.model_copy(update={"overdue_since": date(2022, 12, 31)})
    assert said(loan(elements=Elements(loan=block))) == [("date.order", "elements.loan.overdue_since")]


@pytest.mark.parametrize(
    ("block", "claim_fen", "fields"),
    [
        (RENT.model_copy(update={"terminated_on": date(2026, 2, 1)}), 9_100_000, ["terminated_on"]),
        (TERMINATION.model_copy(update={"rent_not_due_fen": 1}), 3_500_000, ["rent_not_due_fen"]),
        (
            TERMINATION.model_copy(update={"rent_not_due_fen": 1, "purchase_price_fen": 1}),
            3_500_000,
            ["rent_not_due_fen", "purchase_price_fen"],
        ),
    ],
)
def test_rent_and_termination_together_are_refused(
    block: FinanceLeaseElements, claim_fen: int, fields: list[str]
) -> None:
    assert said(lease(block, claim_fen=claim_fen)) == [
        ("lease.rent_and_termination", f"elements.finance_lease.{field}") for field in fields
    ]


def test_a_lease_says_which_of_the_two_it_claims() -> None:
    block = RENT.model_copy(update={"claim": None})
    assert said(lease(block)) == [("element.missing", "elements.finance_lease.claim")]


def test_a_termination_says_when_and_what_damage() -> None:
    block = TERMINATION.model_copy(update={"terminated_on": None, "damages_fen": None})
    assert said(lease(block)) == [
        ("element.missing", "elements.finance_lease.terminated_on"),
        ("element.missing", "elements.finance_lease.damages_fen"),
    ]


def test_a_termination_for_unpaid_rent_says_when_the_rent_was_demanded() -> None:
    block = TERMINATION.model_copy(update={"demanded_on": None})
    filing = lease(block, claim_fen=3_500_000)
    assert reasons(filing) == [
        ReturnReason(
            code="element.missing",
            field="elements.finance_lease.demanded_on",
            rests_on=ReturnGround.TO_COMPLETE,
            citation="法释〔2014〕3号, 法释〔2020〕17号 art 5",
        )
    ]
    other = block.model_copy(update={"termination_ground": TerminationGround.OTHER_BREACH})
    assert said(lease(other, claim_fen=3_500_000)) == []
    assert said(filing, BOOK.at("intake-2025.1")) == []


@pytest.mark.parametrize(
    ("change", "code", "field", "rests_on", "citation"),
    [
        ({"forum": Forum.ARBITRATION}, "filing.arbitration_agreed", "forum", "not_for_courts", "art 9(1)"),
        (
            {"forum": Forum.COURT, "agreed_court": "沪0115"},
            "filing.other_court_agreed",
            "agreed_court",
            "no_jurisdiction",
            "art 9(2)",
        ),
        (
            {"online_obstacle": OnlineObstacle.CRIME},
            "filing.not_online",
            "online_obstacle",
            "not_online",
            "art 9(3)",
        ),
        ({"forum": Forum.COURT}, "element.missing", "agreed_court", "to_complete", "art 8"),
    ],
)
def test_a_return_says_which_ground_of_the_law_it_rests_on(
    change: dict[str, Any], code: str, field: str, rests_on: str, citation: str
) -> None:
    filing = card(elements=Elements(credit_card=CARD.model_copy(update=change)))
    [reason] = reasons(filing)
    assert (reason.code, reason.field, reason.rests_on) == (code, f"elements.credit_card.{field}", rests_on)
    assert reason.citation.startswith("法释〔2021〕23号")
    assert citation in reason.citation
    assert said(filing, BOOK.at("intake-2025.1")) == []


def test_the_court_that_invites_may_be_the_agreed_one() -> None:
    block = CARD.model_copy(update={"forum": Forum.COURT, "agreed_court": "京0106"})
    assert said(card(elements=Elements(credit_card=block))) == []


def test_every_reason_to_return_rests_on_something_and_says_what_to_do() -> None:
    for key, basis in RULES.elements.returns.items():
        assert key.split()[0] in REASONS
        assert basis.citation, key
    assert {basis.rests_on for basis in RULES.elements.returns.values()} == set(ReturnGround)


def test_a_complaint_needs_a_product_and_nothing_else() -> None:
    assert said(complaint(product=None, elements=Elements())) == [("element.missing", "product")]
    assert said(complaint(elements=Elements())) == []


# The whole form

BLOCKS = {Cause.CREDIT_CARD: CARD, Cause.LOAN: LOAN, Cause.FINANCE_LEASE: TERMINATION}
FILE = {
    Cause.CREDIT_CARD: card,
    Cause.LOAN: loan,
    Cause.FINANCE_LEASE: lambda **changes: lease(claim_fen=3_500_000, **changes),
}


def changed(cause: Cause, changes: dict[str, Any], claim_fen: int | None = None) -> FileDispute:
    block = BLOCKS[cause].model_copy(update=changes)
    filing = FILE[cause](elements=Elements(**{cause.value: block}))
    return filing if claim_fen is None else filing.model_copy(update={"claim_fen": claim_fen})


ORDERED = [(cause, *pair) for cause, pairs in RULES.elements.in_order.items() for pair in pairs]


@pytest.mark.parametrize(("cause", "earlier", "later"), ORDERED)
def test_dates_stand_in_their_order(cause: Cause, earlier: str, later: str) -> None:
    fault = ("date.order", f"elements.{cause.value}.{later}")
    day, before = date(2026, 1, 10), date(2026, 1, 9)
    assert fault in said(changed(cause, {earlier: day, later: before}))
    assert fault not in said(changed(cause, {earlier: day, later: day}))


PAST = [
    (cause, name)
    for name in RULES.elements.past
    for cause in BLOCKS
    if name in type(BLOCKS[cause]).model_fields
]


@pytest.mark.parametrize(("cause", "name"), PAST)
def test_what_has_happened_does_not_lie_after_the_filing(cause: Cause, name: str) -> None:
    fault = ("date.after_filing", f"elements.{cause.value}.{name}")
    assert fault in said(changed(cause, {name: date(2026, 3, 3)}))
    assert fault not in said(changed(cause, {name: date(2026, 3, 2)}))


def test_what_is_still_to_come_may_lie_after_the_filing() -> None:
    assert said(changed(Cause.LOAN, {"due_on": date(2030, 1, 1)})) == []
    assert said(changed(Cause.FINANCE_LEASE, {"lease_until": date(2030, 1, 1)})) == []


MORE = [(cause, name) for cause, names in RULES.elements.more_parts.items() for name in names]


@pytest.mark.parametrize(("cause", "name"), MORE)
def test_a_further_part_counts_into_the_claim_where_it_is_given(cause: Cause, name: str) -> None:
    claim = changed(cause, {}).claim_fen
    assert said(changed(cause, {name: 700})) == [("amount.mismatch", "claim_fen")]
    assert said(changed(cause, {name: 700}, claim + 700)) == []


@pytest.mark.parametrize(
    ("cause", "changes", "field"),
    [
        (Cause.LOAN, {"disbursed_fen": 39_999_999}, "disbursed_fen"),
        (Cause.LOAN, {"disbursed_fen": 40_000_001, "loan_fen": 40_000_000}, "loan_fen"),
        (Cause.FINANCE_LEASE, {"rent_paid_fen": 17_000_001}, "rent_total_fen"),
        (Cause.FINANCE_LEASE, {"periods": 2}, "periods"),
    ],
)
def test_the_parts_are_no_more_than_the_whole(cause: Cause, changes: dict[str, Any], field: str) -> None:
    assert said(changed(cause, changes)) == [("amount.over_the_whole", f"elements.{cause.value}.{field}")]
    fits = {name: value + (1 if name == field else -1) for name, value in changes.items()}
    assert said(changed(cause, fits)) == []


def test_every_field_of_a_claim_stays_inside_the_services() -> None:
    for block in BLOCKS.values():
        for name, declared in fields_of(type(block)).items():
            assert declared.audience is Audience.INSIDE, name
