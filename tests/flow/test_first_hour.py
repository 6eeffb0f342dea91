"""docs/first-hour.md is what an operator, a bank and a mediator get to see today."""

import difflib

import pytest

from tests.support.first_hour import PAGE, played

pytestmark = [pytest.mark.kafka, pytest.mark.flow, pytest.mark.slow, pytest.mark.timeout(400)]


def test_the_first_hour_goes_as_its_page_says() -> None:
    page, now = PAGE.read_text(encoding="utf-8").splitlines(), played().splitlines()
    changed = "\n".join(difflib.unified_diff(page, now, "page", "now", lineterm="", n=1))
    assert not changed, f"Is it meant so? `make first-hour` writes the page anew.\n{changed}"
