"""Topics that are not what the settings say: the service says no with both values, and mends by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from bench.disputes import claims
from shared.contracts.principals import ADMIN
from shared.runtime.commit.mongo import Database
from shared.runtime.serve.client import MessageSender
from shared.runtime.serve.topics import plan
from tests.kafka.helpers import Wire, until
from tests.support.cases import case_id
from tests.support.cli import suyuan
from tests.support.services import Services, platform

DAY_S = 24 * 3600

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    with platform() as made:
        yield made


def reasons(services: Services, service: str) -> str:
    return " ".join(services.replica(service).get("/readyz", timeout=5).get("reasons", ["no answer"]))


async def alter(admin: AIOKafkaAdminClient, services: Services, topic: str, **changed: str) -> None:
    """Alter a topic; this request sets all that it does not name back to the broker's default."""
    settings = services.settings("intake")
    config = dict(next(one for one in plan(settings, services.network()) if one.name == topic).config)
    config |= {name.replace("_", "."): value for name, value in changed.items()}
    await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, config)])


async def test_more_partitions_than_the_settings_say_would_leave_half_of_them_unread(
    services: Services,
) -> None:
    services.start("alerts", env={"SUYUAN_PARTITIONS": "3"})
    await until(lambda: "topics.partitions" in reasons(services, "alerts"))
    assert "has partitions 6, the settings say 3" in reasons(services, "alerts")
    assert services.replica("alerts").get("/readyz").get("partitions") is None
    services.stop("alerts")


async def expiry(database: Database, collection: str, field: str) -> int | None:
    """Return how long rows are kept after the date in a field, seconds; ``None`` for ever."""
    index = await database._index_of(collection, field)
    return None if index is None else index["expireAfterSeconds"]


async def test_no_id_is_forgotten_while_a_topic_keeps_its_record_and_the_service_works(
    services: Services,
) -> None:
    """So it is after an upgrade: topics that were made before keep their records for ever."""
    database = services.database("court_bridge")
    services.start("court_bridge", env={"SUYUAN_HANDLED_DAYS": "7"})
    services.ready(60.0, "court_bridge")
    assert await expiry(database, "commands", "at") is None
    assert await expiry(database, "deadletters", "closed_at") is None, "a letter stays; its data end"
    assert "retention.ms 2592000000" in services.log("court_bridge")
    services.stop("court_bridge")

    services.start("court_bridge", env={"SUYUAN_HANDLED_DAYS": "90"})
    services.ready(60.0, "court_bridge")
    assert await expiry(database, "commands", "at") == 90 * DAY_S
    services.stop("court_bridge")
    database.close()


async def test_fewer_partitions_than_the_settings_say_are_named_until_they_are_added(
    services: Services, admin: AIOKafkaAdminClient
) -> None:
    services.start("alerts", env={"SUYUAN_PARTITIONS": "12"})
    await until(lambda: "has partitions 6, the settings say 12" in reasons(services, "alerts"))
    mine = [one.name for one in plan(services.settings("alerts"), services.network()) if one.partitions == 12]
    await admin.create_partitions({topic: NewPartitions(12) for topic in mine})
    await until(lambda: reasons(services, "alerts") == "", why=lambda: reasons(services, "alerts"))
    services.stop("alerts")


async def test_a_topic_that_is_altered_under_a_running_service_stops_it_until_it_is_mended(
    services: Services, on: Wire, admin: AIOKafkaAdminClient
) -> None:
    """With CreateTime a sender says itself when it filed, and so moves every deadline."""
    services.start("intake", env={"SUYUAN_PARTITIONS": "12"})
    await until(lambda: reasons(services, "intake") == "", why=lambda: reasons(services, "intake"))
    await alter(admin, services, "filings.ccb", message_timestamp_type="CreateTime")
    await until(lambda: "topics.timestamp: topic filings.ccb" in reasons(services, "intake"))
    await asyncio.sleep(0.5)  # a poll that was under way
    cases = set()
    async with MessageSender(services.settings("intake"), source="/test", linger_ms=5) as sender:
        for filing in claims(20, start=0):
            await sender.filing(filing, id=f"f-{filing.reference}", wait=False)
            cases.add(case_id(filing.institution, filing.reference))
    await asyncio.sleep(2)
    assert await on.find("intake", "streams", {"_id": {"$in": sorted(cases)}}) == []

    async def registered() -> bool:
        return len(await on.find("intake", "streams", {"_id": {"$in": sorted(cases)}})) == len(cases)

    await alter(admin, services, "filings.ccb")
    await until(lambda: reasons(services, "intake") == "", why=lambda: reasons(services, "intake"))
    await until(registered)


async def test_partitions_that_are_added_to_a_topic_in_use_are_noticed(
    services: Services, admin: AIOKafkaAdminClient
) -> None:
    await admin.create_partitions({"filings.ccb": NewPartitions(4)})
    await until(
        lambda: "topic filings.ccb has partitions 4, the settings say 3" in reasons(services, "intake")
    )


async def test_the_command_line_names_what_differs(services: Services, admin: AIOKafkaAdminClient) -> None:
    await alter(admin, services, "filings.abc", cleanup_policy="compact", retention_ms="-1")
    environment = {**services.environment("intake"), **services.addresses.kafka_user(ADMIN)}
    told = await asyncio.to_thread(suyuan, "doctor", "--json", env=environment)
    topics = next(one for one in told.json["checks"] if one["check"] == "topics")
    assert not topics["good"]
    assert (
        "topics.cleanup: topic filings.abc has cleanup.policy compact, the settings say delete"
        in topics["en"]
    )
    listed = (await asyncio.to_thread(suyuan, "topics", "list", "--json", env=environment)).json
    abc = next(one for one in listed if one["topic"] == "filings.abc")
    assert abc["state"] == "wrong"
    assert any(text.startswith("retention.ms -1 ≠") for text in abc["differences"])
