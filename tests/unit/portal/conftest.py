"""What the tests of the HTTP API share."""

from typing import cast

import pytest

from services.portal.endpoints import http
from tests.unit.portal.over_http import FakeSender, OneCase, Portal, context


@pytest.fixture
def portal() -> Portal:
    made = context()
    return Portal(http(made), cast(FakeSender, made.sender), cast(OneCase, made.database))
