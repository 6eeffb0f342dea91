"""The reference scenario, played once for all that look at what came of it."""

import asyncio
from collections.abc import Iterator

import pytest

from cli.local import LocalPlan, LocalSystem
from deploy.local import players, scenario
from shared.contracts.topics import SERVICES
from shared.runtime.base.settings import TimeSource
from tests.support.cases import PARTY_KEY, with_key


def _nothing(*_: object) -> None:
    """Show no progress in tests."""


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    """A running system in which the three years have been played; leave it as it is."""
    plan = LocalPlan(
        with_key(tmp_path_factory.mktemp("reference")), dict.fromkeys(SERVICES, 1), time=TimeSource.REPLAY
    )
    with LocalSystem(plan, _nothing) as running:
        asyncio.run(players.play(running.of_people(), scenario.make(PARTY_KEY.encode()), _nothing))
        yield running
