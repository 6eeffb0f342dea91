"""Fixtures for all tests. The stack starts only when the first test asks for it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from deploy.local.stack import LocalStack, StackAddresses

settings.register_profile("repeatable", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("explore", derandomize=False, deadline=None, print_blob=True)
settings.load_profile("repeatable")
"""The same code is tried on the same examples; ``make explore`` looks for new ones."""


@pytest.fixture(scope="session")
def stack() -> Iterator[LocalStack]:
    """One running Kafka and MongoDB for the whole session; its data are deleted at the end.

    Shared: name topics and databases after your test, and leave both servers running.
    """
    from deploy.local.stack import LocalStack

    with tempfile.TemporaryDirectory(prefix="suyuan-test-", ignore_cleanup_errors=True) as folder:
        with LocalStack(Path(folder), mongo_cache_mb=512) as running:
            yield running


@pytest.fixture(scope="session")
def stack_addresses(stack: LocalStack) -> StackAddresses:
    """Where the session's stack is."""
    return stack.start()
