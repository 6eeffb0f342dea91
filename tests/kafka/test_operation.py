"""The services in the hands of an operator: outages, restarts, replicas, and what they refuse to do.

A stack of its own, with short sessions: brokers, databases and services are killed here.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError
from pymongo import MongoClient

from bench.disputes import claims
from cli.serve import build_of
from shared.runtime.decide.history import Outgoing
from shared.runtime.publish.publisher import Publisher
from shared.runtime.serve.client import MessageSender
from shared.runtime.serve.process import Process
from shared.runtime.serve.topics import plan, provision
from tests.chaos.evidence import gather, nothing_lost_nothing_twice, rosters_are_exact, settled
from tests.kafka.helpers import Wire, until, wire
from tests.support.cases import case_id
from tests.support.clients import aio
from tests.support.runtime.harness import Killed
from tests.support.services import Services, platform

pytestmark = [pytest.mark.kafka, pytest.mark.chaos, pytest.mark.slow, pytest.mark.timeout(400)]

SESSION_MS = "6000"
_numbers = iter(range(0, 10**6, 1000))


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    with platform(topics=False, env={"SUYUAN_SESSION_TIMEOUT_MS": SESSION_MS}) as made:
        yield made


async def file(services: Services, count: int, start: int | None = None) -> set[str]:
    """File disputes that go to mediation; return their cases."""
    first = next(_numbers) if start is None else start
    cases = set()
    async with MessageSender(services.settings("intake"), source="/test", linger_ms=5) as sender:
        for filing in claims(count, start=first):
            await sender.filing(filing, id=f"f-{filing.reference}", wait=False)
            cases.add(case_id(filing.institution, filing.reference))
        await sender.flush()
    return cases


async def opened(on: Wire, cases: set[str]) -> bool:
    rows = await on.find("mediation", "streams", {"_id": {"$in": sorted(cases)}})
    return sum(row["version"] > 0 for row in rows) == len(cases)


def reasons(services: Services, service: str = "intake") -> str:
    return " ".join(services.replica(service).get("/readyz", timeout=5).get("reasons", ["no answer"]))


async def topics_of(services: Services) -> set[str]:
    admin = AIOKafkaAdminClient(**aio(services.addresses))
    await admin.start()
    try:
        return set(await admin.list_topics())
    finally:
        await admin.close()


async def test_a_service_without_its_topics_waits_for_them_and_makes_none(services: Services) -> None:
    services.start("intake")
    await until(lambda: "topics provision" in reasons(services), why=lambda: reasons(services))
    assert await topics_of(services) <= {"__consumer_offsets"}
    made = await provision(services.settings("intake"), services.network())
    assert {"intake.commands", "filings.ccb", "mediation.deadletters"} <= set(made)
    assert await provision(services.settings("intake"), services.network()) == []
    services.start("mediation")
    await asyncio.to_thread(services.ready, 90.0)


async def test_what_was_committed_and_not_published_goes_out_first(services: Services, on: Wire) -> None:
    """Killed between commit and publishing: the real service of the next start publishes it."""
    services.stop("intake")
    cases = await file(services, 30)
    dying = Process(build_of("intake"), services.settings("intake", user=None))

    async def dies(messages: object) -> None:
        raise Killed

    dying.publisher.publish = dies  # type: ignore[method-assign, assignment]
    stored = await on.find("intake", "watermarks")
    known = {row["_id"]: row["offset"] for row in stored}
    records = [
        record
        for record in await on.read(*(one.filings_topic for one in services.network().institutions))
        if record.offset > known.get(f"{record.topic}:{record.partition}", -1)
    ]
    assert len(records) == 30
    await dying.worker.take(records)
    with pytest.raises(Killed):
        await dying.worker.release()
    dying.database.close()
    assert len(await on.find("intake", "outbox")) == 1
    assert not await opened(on, cases)
    services.start("intake")
    await until(lambda: opened(on, cases), why=lambda: services.log("intake"))
    assert len(await on.find("intake", "outbox")) == 0


async def test_two_workers_on_the_same_partitions_have_one_effect(services: Services, on: Wire) -> None:
    """As after a pause so long that the group gave the partitions to somebody else."""
    services.stop("intake")
    cases = await file(services, 200)
    known = {row["_id"]: row["offset"] for row in await on.find("intake", "watermarks")}
    records = [
        record
        for record in await on.read(*(one.filings_topic for one in services.network().institutions))
        if record.offset > known.get(f"{record.topic}:{record.partition}", -1)
    ]
    both = [Process(build_of("intake"), services.settings("intake", user=None)) for _ in range(2)]
    for start in range(0, len(records), 40):
        batch = records[start : start + 40]
        await asyncio.gather(*(one.worker.take(batch) for one in both))
    for one in both:
        await one.worker.release()
        await one.publisher.stop()
        one.database.close()
    histories = await on.find("intake", "history", {"type": "suyuan.intake.dispute-registered.v1"})
    registered = [row["_id"].partition(":")[0] for row in histories]
    assert sum(case in cases for case in registered) == len(cases)
    services.start("intake")
    await until(lambda: opened(on, cases))


async def test_mongodb_away_turns_readiness_red_and_green_again_by_itself(
    services: Services, on: Wire
) -> None:
    stack = services.stack
    assert stack is not None
    await asyncio.to_thread(stack.kill_mongo)
    try:
        cases = await file(services, 20)
        await until(lambda: "MongoDB" in reasons(services), why=lambda: reasons(services))
    finally:
        await asyncio.to_thread(stack.start_mongo)
    await until(lambda: reasons(services) == "", why=lambda: reasons(services))
    await until(lambda: opened(on, cases))


async def test_a_broker_away_turns_readiness_red_and_green_again_by_itself(services: Services) -> None:
    stack = services.stack
    assert stack is not None
    await asyncio.to_thread(stack.kill_broker)
    try:
        await until(lambda: "poll" in reasons(services) or "Kafka" in reasons(services))
    finally:
        await asyncio.to_thread(stack.start_broker)
    await until(lambda: reasons(services) == "", why=lambda: reasons(services))
    cases = await file(services, 20)
    async with wire(services) as on:
        await until(lambda: opened(on, cases))


async def test_a_producer_that_is_replaced_leaves_nothing_running(services: Services) -> None:
    """An outage of hours would else collect a producer every 20 seconds, each knocking at the broker."""
    stack = services.stack
    assert stack is not None
    settings = services.settings("intake", user=None).model_copy(update={"publish_timeout_s": 1})
    publisher = Publisher(settings, "test")
    message = Outgoing("intake.deadletters", 0, b"k", b"v", [])
    await publisher.publish([message])
    before = len(asyncio.all_tasks())
    await asyncio.to_thread(stack.kill_broker)
    try:
        for _ in range(3):
            with pytest.raises((KafkaError, TimeoutError)):
                await publisher.publish([message])
        await asyncio.sleep(0.1)
        assert len(asyncio.all_tasks()) <= before
    finally:
        await asyncio.to_thread(stack.start_broker)

    async def published() -> bool:
        try:
            await publisher.publish([message])
        except (KafkaError, TimeoutError):
            return False
        return True

    await until(published)
    await publisher.stop()


async def test_a_service_that_starts_before_its_servers_waits_and_says_why(services: Services) -> None:
    stack = services.stack
    assert stack is not None
    services.stop("intake")
    await asyncio.to_thread(stack.kill_broker)
    services.start("intake")
    await until(lambda: "waiting to start" in reasons(services), why=lambda: reasons(services))
    await asyncio.to_thread(stack.start_broker)
    await until(lambda: reasons(services) == "", why=lambda: reasons(services))


@pytest.mark.parametrize("away", ["nothing", "kafka", "mongo"])
async def test_a_stop_is_in_order_and_within_its_limit(services: Services, away: str) -> None:
    """Ten seconds and a little for a busy machine; whatever is left over is safe to leave."""
    stack = services.stack
    assert stack is not None
    await file(services, 300)
    if away != "nothing":
        await asyncio.to_thread({"kafka": stack.kill_broker, "mongo": stack.kill_mongo}[away])
    process = services.replica("intake").process
    began = time.monotonic()
    process.ask_to_stop()
    await until(lambda: not process.running, within_s=30)
    took = time.monotonic() - began
    if away != "nothing":
        await asyncio.to_thread({"kafka": stack.start_broker, "mongo": stack.start_mongo}[away])
    assert process.returncode == 0, services.log("intake")
    assert took < 15, took
    services.start("intake")
    await asyncio.to_thread(services.ready, 90.0)


async def test_a_killed_member_has_its_partitions_back_and_nobody_else_stops(services: Services) -> None:
    # A session longer than a start takes on a busy machine: a member that is back within it was never gone.
    services.stop("mediation")
    services.start("mediation", replicas=2, env={"SUYUAN_SESSION_TIMEOUT_MS": "60000"})
    await asyncio.to_thread(services.ready, 90.0)
    await until(lambda: services.replica("mediation", 1).get("/readyz").get("partitions") == 12)

    def rebalances() -> int:
        return services.log("mediation", 1, lines=1000).count("runtime.partitions.assigned")

    before = rebalances()
    services.kill("mediation", 0)
    services.start("mediation")
    await asyncio.to_thread(services.ready, 90.0)
    await until(lambda: services.replica("mediation", 0).get("/readyz").get("partitions") == 12)
    assert rebalances() == before
    services.stop("mediation")
    services.start("mediation", replicas=2, env={"SUYUAN_SESSION_TIMEOUT_MS": SESSION_MS})


async def test_replicas_come_and_go_under_load_and_nothing_is_lost_or_twice(
    services: Services, on: Wire
) -> None:
    cases = await file(services, 300)
    services.start("intake", "mediation", replicas=3)
    cases |= await file(services, 300)
    await asyncio.to_thread(services.ready, 120.0)
    cases |= await file(services, 300)
    for service in ("intake", "mediation"):
        services.kill(service, 2)
    cases |= await file(services, 300)
    # The two gone members' partitions come back to the others once their sessions are over.
    await until(lambda: opened(on, cases), within_s=180, why=lambda: services.log("mediation"))

    under_way = ""

    async def quiet() -> bool:
        nonlocal under_way
        under_way = await settled(services)
        return not under_way

    await until(quiet, within_s=120, why=lambda: under_way)
    found = await gather(services)
    for missing in ("court_bridge", "alerts", "portal"):
        found.streams[missing] = {}
    nothing_lost_nothing_twice(found, readers=("mediation",))
    rosters_are_exact(found, services.network())
    registered = [case for case, _ in found.events("intake", "dispute-registered")]
    assert len(registered) == len(set(registered))
    assert cases <= set(registered)


async def test_a_topic_that_was_made_again_is_named_and_not_skipped_over(services: Services) -> None:
    services.stop("intake")
    admin = AIOKafkaAdminClient(**aio(services.addresses))
    await admin.start()
    try:
        await admin.delete_topics(["filings.bank-c"])
        await until(lambda: _gone(services, "filings.bank-c"))
        wanted = plan(services.settings("intake"), services.network())
        config = next(one.config for one in wanted if one.name == "filings.bank-c")
        await admin.create_topics([NewTopic("filings.bank-c", 3, 1, topic_configs=config)])
    finally:
        await admin.close()
    services.start("intake")
    await until(lambda: "deleted and made again" in reasons(services), why=lambda: reasons(services))
    # The others of its partitions go on.
    await file(services, 0)
    assert services.replica("intake").process.running


async def _gone(services: Services, topic: str) -> bool:
    return topic not in await topics_of(services)


async def test_a_database_of_another_cluster_is_refused_in_clear_words(services: Services) -> None:
    services.stop("mediation")
    with MongoClient(services.addresses.mongo_urls["mediation"]) as client:
        client.get_default_database()["meta"].update_one({"_id": "cluster"}, {"$set": {"cluster": "another"}})
    services.start("mediation")
    process = services.replica("mediation").process
    await until(lambda: not process.running)
    assert process.returncode not in (0, None)
    log = services.log("mediation")
    assert "suyuan_mediation belongs to Kafka cluster another" in log
    assert "Connect to the old cluster, or use a new database" in log
