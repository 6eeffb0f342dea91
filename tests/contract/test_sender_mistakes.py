"""docs/mistakes.md says what is held to the platform, and no more."""

from shared.contracts.reasons import REASONS
from tests.support.sender_mistakes import HTTP, KAFKA, PAGE, page


def test_the_page_of_mistakes_is_what_the_tests_make() -> None:
    assert PAGE.read_text("utf-8") == page(), "run `make mistakes`"


def test_there_are_enough_mistakes_and_each_has_a_code_that_is_known() -> None:
    assert len(KAFKA) >= 19
    assert len(HTTP) >= 14
    rows = (*KAFKA, *HTTP)
    codes = {one.code for one in rows if one.code} | {code for one in rows for code in one.faults.values()}
    assert codes <= set(REASONS)
    assert len({one.en for one in KAFKA}) == len(KAFKA)
    assert len({one.en for one in HTTP}) == len(HTTP)
