"""docs/states.md is what the streams do."""

from tests.support.states import PAGE, page


def test_the_state_diagrams_are_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "make diagrams"
