"""案件摸排: tier and route, explained by the ids of the rules."""

from dataclasses import replace

import pytest

from services.intake.rules import Verdict, screen
from shared.contracts.elements import Elements
from shared.contracts.intake import FileDispute
from shared.contracts.kinds import Route, Tier
from tests.unit.intake.mother import CARD, LOAN, RULES, TERMINATION, card, complaint, lease, loan

MEDIATION, COURT, GUIDANCE = Route.MEDIATION, Route.COURT, Route.GUIDANCE
SIMPLE, ORDINARY, COMPLEX = Tier.SIMPLE, Tier.ORDINARY, Tier.COMPLEX


def verdict(filing: FileDispute, token: str = "t") -> Verdict:
    return screen(filing, token, RULES.screening)


@pytest.mark.parametrize(
    ("filing", "tier", "rules"),
    [
        (card(), SIMPLE, ("SCR-001", "SCR-100")),
        (card(claim_fen=5_000_000), SIMPLE, ("SCR-001", "SCR-100")),
        (card(claim_fen=5_000_001), ORDINARY, ("SCR-002", "SCR-100")),
        (card(claim_fen=100_000_000), ORDINARY, ("SCR-002", "SCR-100")),
        (card(claim_fen=100_000_001), COMPLEX, ("SCR-003", "SCR-100")),
        (
            card(elements=Elements(credit_card=CARD.model_copy(update={"terms_prompted": False}))),
            ORDINARY,
            ("SCR-001", "SCR-010", "SCR-100"),
        ),
        (loan(), ORDINARY, ("SCR-002", "SCR-100")),
        (
            loan(
                claim_fen=1,
                elements=Elements(loan=LOAN.model_copy(update={"annual_rate": "24.01", "accelerated": True})),
            ),
            ORDINARY,
            ("SCR-001", "SCR-011", "SCR-012", "SCR-100"),
        ),
        (lease(TERMINATION), COMPLEX, ("SCR-002", "SCR-020", "SCR-100")),
        (
            lease(TERMINATION.model_copy(update={"periods_unpaid": 1, "rent_due_fen": 2_999_999})),
            COMPLEX,
            ("SCR-002", "SCR-020", "SCR-021", "SCR-100"),
        ),
        (
            lease(TERMINATION.model_copy(update={"periods_unpaid": 1, "rent_due_fen": 3_000_000})),
            COMPLEX,
            ("SCR-002", "SCR-020", "SCR-100"),
        ),
    ],
)
def test_the_tier_is_explained_by_rule_ids(filing: FileDispute, tier: Tier, rules: tuple[str, ...]) -> None:
    assert verdict(filing) == Verdict(tier=tier, route=MEDIATION, rules=rules, decided_by="SCR-100")


def test_a_complaint_gets_guidance() -> None:
    assert verdict(complaint()) == Verdict(SIMPLE, GUIDANCE, ("SCR-090", "SCR-100"), "SCR-090")


def test_a_party_on_the_negative_list_goes_to_court() -> None:
    limits = replace(RULES.screening.limits, negative_list=frozenset({"bad"}))
    rules = replace(RULES.screening, limits=limits)
    assert screen(card(), "bad", rules).route is COURT
    assert screen(card(), "bad", rules).decided_by == "SCR-080"
    assert screen(card(), "good", rules).route is MEDIATION


def test_a_limit_changes_without_code() -> None:
    limits = replace(RULES.screening.limits, small_claim_fen=1)
    assert screen(card(), "t", replace(RULES.screening, limits=limits)).tier is ORDINARY


def test_rule_ids_are_unique_and_the_last_rule_always_decides() -> None:
    ids = [rule.id for rule in RULES.screening.rules]
    assert len(set(ids)) == len(ids)
    assert RULES.screening.rules[-1].route is not None
    assert all(rule.source for rule in RULES.screening.rules)


def test_a_rule_without_a_sentence_is_an_error_that_says_where_to_write_it() -> None:
    with pytest.raises(
        TypeError, match=r'SCR-999 has no sentence: write "SCR-999": .* in .*contracts/rules\.py'
    ):
        replace(RULES.screening.rules[0], id="SCR-999")
