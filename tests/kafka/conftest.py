"""Fixtures of the tests on a real broker. Each module says in its ``services`` which services it runs."""

from collections.abc import AsyncIterator

import pytest_asyncio
from aiokafka.admin import AIOKafkaAdminClient

from shared.runtime.serve import topics
from tests.kafka.helpers import Wire, wire
from tests.support.services import Services


@pytest_asyncio.fixture
async def on(services: Services) -> AsyncIterator[Wire]:
    """Raw access to the broker and the databases of the module's services."""
    async with wire(services) as made:
        yield made


@pytest_asyncio.fixture
async def admin(services: Services) -> AsyncIterator[AIOKafkaAdminClient]:
    """A client that alters the topics of the module's services."""
    async with topics.admin(services.settings("intake")) as client:
        yield client
