"""When a filing that comes again says the same as the one that was returned."""

from typing import Annotated

import pytest

from services.intake.case import Filing
from services.intake.rules.content import content_digest, says_the_same
from shared.contracts.elements import CreditCardElements, Elements
from shared.contracts.intake import PriorSteps
from shared.contracts.words import Audience, Words
from tests.unit.intake.mother import card, complaint, lease, loan, taken

EARLIER = {
    "card, contradicting itself": "843a8bd2a0b35bb7b0569747d4be15193227c3ce57412a3aed0bfa3e40a606b8",
    "card": "905bcdb1ffa24ab6d507cade049b68b066473336029e68d9e212596ee672753d",
    "card, bare": "a5a11eafb742a01553193885a9682232d938ad7c3fb92de18e9c914ef726c0bc",
    "loan": "cda66e05430841cddad3f1a35f7819edc122e41c0ea253cd9cd7c5596cd8f466",
    "lease": "8f7e06ce001c298c84cce502464461bdade6f385a98f727660830b6a9ec4369d",
    "complaint": "65b1d8b00e67e374ec15b6c09d504867943367a5e3c4514c85edb8a3b440e9e9",
}
"""What the program before wrote into FilingReturned."""
FILINGS = {
    "card, contradicting itself": taken(card(claim_fen=1)),
    "card": taken(card()),
    "card, bare": taken(card(prior=PriorSteps())),
    "loan": taken(loan()),
    "lease": taken(lease()),
    "complaint": taken(complaint()),
}


@pytest.mark.parametrize("name", FILINGS)
def test_a_filing_that_was_returned_before_the_upgrade_is_known_again(name: str) -> None:
    assert says_the_same(FILINGS[name], EARLIER[name])


def test_no_filing_is_taken_for_another() -> None:
    for name, filing in FILINGS.items():
        for other, digest in EARLIER.items():
            assert says_the_same(filing, digest) is (name == other)
            assert says_the_same(filing, content_digest(FILINGS[other])) is (name == other)


def test_that_it_amends_and_the_raw_data_are_no_content() -> None:
    again = taken(card(amends=True))
    assert content_digest(again) == content_digest(FILINGS["card"])
    assert says_the_same(again, EARLIER["card"])


class CardLater(CreditCardElements):
    limit_fen: int | None = None


class ElementsLater(Elements):
    credit_card: CardLater | None = None


class FilingLater(Filing, family=""):
    """A filing in a later version of the language, with a field more and an element more."""

    branch: Annotated[str, Words("网点", "Branch"), Audience.INSIDE] = ""
    elements: ElementsLater = ElementsLater()


def later(filing: Filing, **more: object) -> FilingLater:
    content = filing.model_dump(mode="json", exclude={"party"})
    return FilingLater.model_validate({**content, **more}, strict=False)


@pytest.mark.parametrize("name", [name for name in FILINGS if name.startswith("card")])
def test_a_new_field_that_is_not_set_changes_no_digest(name: str) -> None:
    filing = FILINGS[name]
    assert content_digest(later(filing)) == content_digest(filing)
    assert says_the_same(later(filing), EARLIER[name])


def test_a_new_field_that_is_set_is_other_content() -> None:
    amended = later(FILINGS["card"], branch="b-1")
    assert not says_the_same(amended, content_digest(FILINGS["card"]))
    assert not says_the_same(amended, EARLIER["card"])


def test_a_new_element_that_is_set_is_other_content() -> None:
    content = FILINGS["card"].model_dump(mode="json")["elements"]
    content["credit_card"]["limit_fen"] = 5
    amended = later(FILINGS["card"], elements=content)
    assert not says_the_same(amended, content_digest(FILINGS["card"]))
    assert not says_the_same(amended, EARLIER["card"])
