"""Dead letters and holds on a real database: the runtime as it is, its log in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from motor.motor_asyncio import AsyncIOMotorClient

from deploy.local.stack import StackAddresses
from shared.contracts.common import DiscardDeadLetters, RedriveDeadLetters
from shared.runtime.base.documents import Document
from shared.runtime.base.records import Raw
from shared.runtime.commit.mongo import Database
from shared.runtime.commit.schema import prepare
from tests.support.runtime.harness import World
from tests.support.runtime.service import POISON, spoken

pytestmark = pytest.mark.kafka


@pytest_asyncio.fixture
async def world(stack_addresses: StackAddresses) -> AsyncIterator[World]:
    client: Any = AsyncIOMotorClient(stack_addresses.mongo_admin_url)
    with spoken():
        made = World(database=Database(client, "suyuan_mediation"))
        await prepare(made.database, {}, "test")
        yield made
    for name in await client["suyuan_mediation"].list_collection_names():
        await client["suyuan_mediation"].drop_collection(name)
    client.close()


async def rejected(world: World, record: Raw) -> str:
    """Let a record come while its case is rejected; return the id of its letter."""
    subject = (record.key or b"").decode()
    world.rejects.add(subject)
    await world.feed([record])
    world.rejects.discard(subject)
    return f"{record.topic}:{record.partition}:{record.offset}"


async def found(world: World, collection: str) -> list[Document]:
    return await world.database.find(collection, {}, sort=[("_id", 1)])


async def redrive(world: World, subject: str, *ids: str) -> None:
    name = f"r-{len(await found(world, 'commands'))}"
    await world.feed([world.log.command(subject, RedriveDeadLetters(letters=ids), id=name)])


async def test_an_early_letter_that_fails_after_its_redrive_does_not_conflict_with_itself(
    world: World,
) -> None:
    early = await rejected(world, world.log.event("a1", 2, POISON))
    world.mistakes.decision = True
    await redrive(world, "x", early)
    await world.feed([world.log.event("a1", 1, 1), world.log.event("b1", 1, 1)])
    (letter,) = await found(world, "deadletters")
    assert (letter["_id"], letter["status"], letter["subject"]) == (early, "waiting", "a1")
    assert (letter["reason"], letter["tries"]) == ("decision.raised", 2)
    assert "closed_at" not in letter
    assert [row["_id"] for row in await found(world, "streams")] == ["a1", "b1"]
    world.mistakes.decision = False
    await redrive(world, "a1")
    (letter,) = await found(world, "deadletters")
    assert (letter["status"], letter["tries"]) == ("redriven", 2)


async def test_a_discarded_early_letter_of_an_unknown_case_holds_nothing(world: World) -> None:
    early = await rejected(world, world.log.event("a1", 2, 100))
    await world.feed([world.log.command("x", DiscardDeadLetters(letters=(early,)), id="d")])
    await world.feed([world.log.event("a1", 3, 3)], [world.log.event("a1", 1, 1)])
    assert await found(world, "holds") == []
    (stored,) = await found(world, "streams")
    assert (stored["seen"], '"total":4' in stored["state"]) == ({"/suyuan/intake": 3}, True)
