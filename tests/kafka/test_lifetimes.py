"""What is done with is kept as long as the settings say and no longer, on a real database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from motor.motor_asyncio import AsyncIOMotorClient

from deploy.local.stack import StackAddresses
from shared.contracts.common import DiscardDeadLetters, RedriveDeadLetters
from shared.runtime.base.settings import Settings
from shared.runtime.commit import schema
from shared.runtime.commit.mongo import Database, Unavailable
from shared.runtime.commit.schema import lifetimes
from tests.kafka.helpers import until
from tests.support.runtime.harness import World
from tests.support.runtime.service import POISON, Ask, spoken

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(180)]
DAY_S = 24 * 3600
NAME = "suyuan_mediation"


@pytest_asyncio.fixture
async def client(stack_addresses: StackAddresses) -> AsyncIterator[Any]:
    made: Any = AsyncIOMotorClient(stack_addresses.mongo_admin_url)
    yield made
    await made.drop_database(NAME)
    made.close()


@pytest.fixture
def world(client: Any) -> Any:
    with spoken():
        yield World(database=Database(client, NAME))


async def prepare(world: World, **days: int) -> None:
    await schema.prepare(world.database, {}, "test", lifetimes(Settings(**days)))  # type: ignore[arg-type]


async def expiries(client: Any, collection: str) -> dict[str, int]:
    """Return the lifetimes of a collection's rows, seconds by field."""
    indexes = (await client[NAME][collection].index_information()).values()
    return {one["key"][0][0]: one["expireAfterSeconds"] for one in indexes if "expireAfterSeconds" in one}


async def test_a_new_database_forgets_handled_ids_as_the_settings_say_and_no_letter(
    world: World, client: Any
) -> None:
    await prepare(world)
    assert await expiries(client, "commands") == {"at": 90 * DAY_S}
    assert await expiries(client, "deadletters") == {}


@pytest.fixture(params=["service", "root"])
def either(request: pytest.FixtureRequest, stack_addresses: StackAddresses, world: World) -> Any:
    """A user who may change an index, and one who has to make it anew."""
    if request.param == "root":
        return world
    own: Any = AsyncIOMotorClient(stack_addresses.mongo_urls["mediation"])
    return World(database=Database(own, NAME))  # type: ignore[arg-type]


@pytest.mark.parametrize(("before", "after"), [(90, 30), (30, 400), (-1, 30), (30, -1), (-1, -1), (30, 30)])
async def test_a_database_with_another_lifetime_takes_the_new_one(
    either: World, client: Any, before: int, after: int
) -> None:
    await prepare(either, handled_days=before, closed_letters_days=before)
    await prepare(either, handled_days=after, closed_letters_days=after)
    wanted = {} if after == -1 else {"at": after * DAY_S}
    assert await expiries(client, "commands") == wanted
    assert await expiries(client, "deadletters") == {}, "letters stay; their data end"


async def test_an_index_that_is_there_without_a_lifetime_gets_one(either: World, client: Any) -> None:
    await client[NAME]["commands"].create_index([("at", 1)])
    await prepare(either, handled_days=40)
    assert await expiries(client, "commands") == {"at": 40 * DAY_S}


async def test_replicas_that_start_together_come_to_one_lifetime(world: World, client: Any) -> None:
    async def start(days: int) -> None:
        """Try again what another replica was in the way of, as every start does."""
        while True:
            try:
                return await prepare(world, handled_days=days)
            except Unavailable:
                await asyncio.sleep(0.05)

    for days in (90, 50, -1, 60):
        await asyncio.gather(*[start(days) for _ in range(6)])
        assert await expiries(client, "commands") == ({} if days == -1 else {"at": days * DAY_S})


async def test_handled_ids_expire_and_a_letter_never(world: World) -> None:
    """One letter is closed, one waits since years, one was closed and waits again."""
    await prepare(world)
    world.now = datetime.now(UTC) - timedelta(days=1000)
    world.mistakes.decision = True
    await world.feed([world.log.event(subject, 1, POISON) for subject in ("a1", "b1", "c1")])
    await world.feed([world.log.command("a1", DiscardDeadLetters(), id="d")])
    world.rejects.add("c2")
    early = world.log.event("c2", 2, POISON)
    await world.feed([early])
    world.rejects.clear()
    again = f"{early.topic}:{early.partition}:{early.offset}"
    await world.feed([world.log.command("x", RedriveDeadLetters(letters=(again,)), id="r")])
    await world.feed([world.log.event("c2", 1, 1)])  # the redriven one fails, and waits again
    world.now = datetime.now(UTC)
    await world.feed([world.log.command("x2", Ask(amount=1), id="new")])
    subjects = {row["subject"]: row["status"] for row in await world.database.find("deadletters", {})}
    assert subjects == {"a1": "discarded", "b1": "waiting", "c1": "waiting", "c2": "waiting"}

    async def gone() -> bool:
        ids = {row["id"] for row in await world.database.find("commands", {})}
        return ids == {"new"}

    await until(gone)
    letters = {row["subject"] for row in await world.database.find("deadletters", {})}
    assert letters == {"a1", "b1", "c1", "c2"}, "the fact stays when the data have gone"
