"""The words of the tests' own tiny service are known while a test of this folder runs."""

from collections.abc import Iterator

import pytest
import stamina

from tests.support.runtime.service import spoken


@pytest.fixture(autouse=True)
def _spoken() -> Iterator[None]:
    with spoken():
        yield


@pytest.fixture(autouse=True)
def _impatient() -> Iterator[None]:
    """Retries come at once here, and end when a test waits for nothing."""
    stamina.set_testing(True, attempts=50)
    yield
    stamina.set_testing(False)
