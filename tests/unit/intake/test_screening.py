"""案件摸排: tier and route, explained by the ids of the rules."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.intake.rules import BOOK, Verdict, screen
from shared.contracts.claims import (
    Evidence,
    Forum,
    Hardship,
    OnlineObstacle,
    RepaymentAbility,
    TerminationGround,
)
from shared.contracts.elements import Elements
from shared.contracts.intake import FileDispute, SmallClaimLimit
from shared.contracts.kinds import Route, Tier
from tests.unit.intake.mother import CARD, LOAN, RULES, TERMINATION, card, complaint, lease, loan

MEDIATION, COURT, GUIDANCE = Route.MEDIATION, Route.COURT, Route.GUIDANCE
MONDAY = date(2026, 3, 2)
SIMPLE, ORDINARY, COMPLEX = Tier.SIMPLE, Tier.ORDINARY, Tier.COMPLEX


def verdict(filing: FileDispute, token: str = "t") -> Verdict:
    return screen(filing, token, RULES.screening, today=MONDAY, court="京0106")


def with_card(**changes: Any) -> FileDispute:
    return card(elements=Elements(credit_card=CARD.model_copy(update=changes)))


def with_loan(**changes: Any) -> FileDispute:
    return loan(claim_fen=1, elements=Elements(loan=LOAN.model_copy(update=changes)))


def terminated(**changes: Any) -> FileDispute:
    return lease(TERMINATION.model_copy(update=changes))


@pytest.mark.parametrize(
    ("filing", "tier", "rules"),
    [
        (card(), SIMPLE, ("SCR-004",)),
        (card(claim_fen=10_915_600), SIMPLE, ("SCR-004",)),
        (card(claim_fen=10_915_601), ORDINARY, ("SCR-005",)),
        (card(claim_fen=43_662_400), ORDINARY, ("SCR-005",)),
        (card(claim_fen=43_662_401), ORDINARY, ("SCR-006",)),
        (card(claim_fen=100_000_000), ORDINARY, ("SCR-006",)),
        (card(claim_fen=100_000_001), COMPLEX, ("SCR-003",)),
        (with_card(terms_prompted=False), ORDINARY, ("SCR-004", "SCR-010")),
        (loan(), ORDINARY, ("SCR-005",)),
        (with_loan(annual_rate="24.01", accelerated=True), ORDINARY, ("SCR-004", "SCR-011", "SCR-012")),
        (terminated(), COMPLEX, ("SCR-004", "SCR-020")),
        (
            terminated(periods_unpaid=1, rent_due_fen=2_999_999),
            COMPLEX,
            ("SCR-004", "SCR-020", "SCR-022"),
        ),
        (terminated(periods_unpaid=1, rent_due_fen=3_000_000), COMPLEX, ("SCR-004", "SCR-020")),
        (
            terminated(periods_unpaid=1, rent_due_fen=1, termination_ground=TerminationGround.CONTRACT),
            COMPLEX,
            ("SCR-004", "SCR-020"),
        ),
        (terminated(demanded_on=date(2026, 1, 22)), COMPLEX, ("SCR-004", "SCR-020", "SCR-023")),
        (terminated(demanded_on=date(2026, 1, 21)), COMPLEX, ("SCR-004", "SCR-020")),
        (
            terminated(demanded_on=None, periods_unpaid=0, termination_ground=TerminationGround.OTHER_BREACH),
            COMPLEX,
            ("SCR-004", "SCR-020"),
        ),
    ],
)
def test_the_tier_is_explained_by_rule_ids(filing: FileDispute, tier: Tier, rules: tuple[str, ...]) -> None:
    found = verdict(filing)
    assert (found.tier, found.rules) == (tier, (*rules, "SCR-100"))
    assert (found.route, found.decided_by) == (MEDIATION, "SCR-100")


YEAR = {
    "overdue_since": date(2025, 2, 28),
    "interest_from": date(2025, 2, 28),
    "as_of": date(2026, 2, 28),
    "principal_fen": 1_000_000,
}


@pytest.mark.parametrize(
    ("filing", "over"),
    [
        (with_card(**YEAR, interest_fen=140_000, penalty_fen=100_000), False),
        (with_card(**YEAR, interest_fen=140_000, penalty_fen=100_001), True),
        (with_card(**YEAR, interest_fen=140_000, penalty_fen=0, compound_fen=100_001), True),
        (with_card(**YEAR | {"interest_from": None}, interest_fen=240_001, penalty_fen=0), False),
        (with_card(**YEAR | {"interest_from": None}, interest_fen=279_453, penalty_fen=0), True),
        (with_card(**YEAR | {"as_of": date(2025, 2, 28)}, interest_fen=240_001), False),
        (
            with_loan(
                disbursed_on=date(2025, 2, 28),
                as_of=date(2026, 2, 28),
                principal_fen=1_000_000,
                interest_fen=200_000,
                default_interest_fen=40_001,
            ),
            True,
        ),
        (loan(), False),
    ],
)
def test_interest_and_all_charges_count_together_against_the_ceiling(filing: FileDispute, over: bool) -> None:
    assert ("SCR-013" in verdict(filing).rules) is over


def test_the_small_claim_limit_is_that_of_the_province_and_of_the_year_before() -> None:
    found = screen(card(), "t", RULES.screening, today=date(2024, 7, 1), court="粤0604").small_claim
    assert found == SmallClaimLimit(
        province="粤", wage_year=2023, limit_fen=6_570_900, by_agreement_fen=26_283_600
    )


def test_the_wage_of_the_year_of_the_filing_itself_is_not_out_yet() -> None:
    found = screen(card(), "t", RULES.screening, today=date(2023, 7, 1), court="京0106").small_claim
    assert found is not None
    assert (found.wage_year, found.last_known) == (2022, False)


def test_a_year_that_is_not_known_takes_the_last_one_and_says_so() -> None:
    found = verdict(card()).small_claim
    assert found is not None
    assert (found.wage_year, found.limit_fen, found.last_known) == (2023, 10_915_600, True)


def test_a_province_whose_wages_are_not_known_keeps_the_fixed_amounts() -> None:
    found = screen(card(claim_fen=5_000_001), "t", RULES.screening, today=MONDAY, court="沪0115")
    assert (found.tier, found.rules, found.small_claim) == (ORDINARY, ("SCR-002", "SCR-100"), None)


def test_a_running_case_keeps_the_amounts_under_which_it_started() -> None:
    before = BOOK.at("intake-2025.1").screening
    found = screen(card(claim_fen=5_000_001), "t", before, today=MONDAY, court="京0106")
    assert (found.tier, found.rules, found.small_claim) == (ORDINARY, ("SCR-002", "SCR-100"), None)


def test_a_complaint_gets_guidance() -> None:
    assert verdict(complaint()) == Verdict(SIMPLE, GUIDANCE, ("SCR-090", "SCR-100"), "SCR-090")


def test_a_party_on_the_negative_list_goes_to_court() -> None:
    limits = replace(RULES.screening.limits, negative_list=frozenset({"bad"}))
    rules = replace(RULES.screening, limits=limits)
    bad, good = (screen(card(), one, rules, today=MONDAY, court="京0106") for one in ("bad", "good"))
    assert (bad.route, bad.decided_by) == (COURT, "SCR-080")
    assert good.route is MEDIATION


def test_a_party_on_the_list_of_the_network_goes_to_court() -> None:
    for listed, decided_by in ((True, "SCR-080"), (False, "SCR-100")):
        found = screen(card(), "t", RULES.screening, today=MONDAY, court="京0106", listed=listed)
        assert found.decided_by == decided_by


def test_a_limit_changes_without_code() -> None:
    limits = replace(RULES.screening.limits, ordinary_claim_fen=1)
    rules = replace(RULES.screening, limits=limits)
    assert screen(card(), "t", rules, today=MONDAY, court="京0106").tier is COMPLEX


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


# Where it goes


@pytest.mark.parametrize(
    ("filing", "tier", "route", "decided_by"),
    [
        (card(), SIMPLE, MEDIATION, "SCR-100"),
        (with_card(forum=Forum.ARBITRATION), SIMPLE, Route.RETURN, "SCR-070"),
        (with_card(forum=Forum.COURT, agreed_court="沪0115"), SIMPLE, Route.RETURN, "SCR-071"),
        (with_card(forum=Forum.COURT, agreed_court="京0106"), SIMPLE, MEDIATION, "SCR-100"),
        (with_card(online_obstacle=OnlineObstacle.CRIME), SIMPLE, Route.RETURN, "SCR-072"),
        (with_card(earlier_default=True), SIMPLE, Route.COURT_MEDIATION, "SCR-084"),
        (with_card(earlier_default=False), SIMPLE, MEDIATION, "SCR-100"),
        (with_card(earlier_default=True, forum=Forum.ARBITRATION), SIMPLE, Route.RETURN, "SCR-070"),
        (card(claim_fen=1_000_000_000), COMPLEX, MEDIATION, "SCR-100"),
        (card(claim_fen=1_000_000_001), COMPLEX, Route.COURT_MEDIATION, "SCR-082"),
        (complaint(), SIMPLE, GUIDANCE, "SCR-090"),
        (complaint(claim_fen=1), SIMPLE, Route.QUICK_DECISION, "SCR-086"),
        (complaint(claim_fen=1_000_000), SIMPLE, Route.QUICK_DECISION, "SCR-086"),
        (complaint(claim_fen=1_000_001), SIMPLE, GUIDANCE, "SCR-090"),
    ],
)
def test_the_first_rule_that_names_a_route_decides(
    filing: FileDispute, tier: Tier, route: Route, decided_by: str
) -> None:
    found = verdict(filing)
    assert (found.tier, found.route, found.decided_by) == (tier, route, decided_by)
    assert decided_by in found.rules


@pytest.mark.parametrize(
    ("changes", "tier", "rule"),
    [
        ({"repayment_ability": RepaymentAbility.IN_PARTS}, SIMPLE, "SCR-030"),
        ({"repayment_ability": RepaymentAbility.UNABLE}, ORDINARY, "SCR-031"),
        ({"repayment_ability": RepaymentAbility.ABLE}, SIMPLE, None),
        ({"hardship": Hardship.ILLNESS}, ORDINARY, "SCR-032"),
        ({"hardship": Hardship.NONE}, SIMPLE, None),
        ({"evidence": (Evidence.STATEMENT,)}, ORDINARY, "SCR-033"),
        ({"evidence": (Evidence.CONTRACT, Evidence.STATEMENT)}, SIMPLE, None),
        ({"evidence": ()}, SIMPLE, None),
    ],
)
def test_what_is_known_of_the_party_and_the_proof_counts_in_the_tier(
    changes: dict[str, Any], tier: Tier, rule: str | None
) -> None:
    found = verdict(with_card(**changes))
    assert (found.tier, found.route) == (tier, MEDIATION)
    assert set(found.rules) - {"SCR-004", "SCR-100"} == ({rule} if rule else set())


def test_every_route_is_reached_by_a_rule_of_the_version_in_force() -> None:
    assert {rule.route for rule in RULES.screening.rules} - {None} == set(Route)
    assert {rule.id for rule in RULES.screening.rules if rule.route is Route.RETURN} == {
        "SCR-070",
        "SCR-071",
        "SCR-072",
    }
