"""Servers and replicas that are frozen, not gone: they keep their connections and answer nothing.

And what a rebalance does while nothing can be published. A stack of its own, with short sessions.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import httpx
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from pymongo import MongoClient

from bench.disputes import claims
from shared.contracts.topics import SERVICES
from shared.runtime.serve.client import MessageSender
from shared.runtime.serve.topics import provision
from tests.kafka.helpers import Wire, until
from tests.support.cases import case_id
from tests.support.clients import aio
from tests.support.services import Services, platform

pytestmark = [pytest.mark.kafka, pytest.mark.chaos, pytest.mark.slow, pytest.mark.timeout(300)]

RED_WITHIN_S = 10.0
_numbers = iter(range(0, 10**6, 1000))


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    with platform(env={"SUYUAN_SESSION_TIMEOUT_MS": "6000", "SUYUAN_REBALANCE_TIMEOUT_MS": "10000"}) as made:
        made.start("intake")
        made.ready(90.0)
        yield made


async def file(services: Services, count: int) -> set[str]:
    """File disputes that go to mediation; return their cases."""
    cases = set()
    async with MessageSender(services.settings("intake"), source="/test", linger_ms=5) as sender:
        for filing in claims(count, start=next(_numbers)):
            await sender.filing(filing, id=f"f-{filing.reference}", wait=False)
            cases.add(case_id(filing.institution, filing.reference))
        await sender.flush()
    return cases


async def registered_once(on: Wire, cases: set[str]) -> bool:
    """Whether each case is registered; that none is twice holds at any time."""
    rows = await on.find("intake", "history", {"type": "suyuan.intake.dispute-registered.v1"})
    found = [case for row in rows if (case := row["_id"].partition(":")[0]) in cases]
    assert len(found) == len(set(found))
    return len(found) == len(cases)


async def published_in_order(on: Wire, cases: set[str]) -> bool:
    """Whether all events of the cases are out; that none is missing before another holds at any time."""
    seen: dict[str, int] = {}
    for record in await on.read("intake.events"):
        named = dict(record.headers)
        subject, sequence = named["ce_subject"].decode(), int(named["ce_sequence"])
        assert sequence <= seen.get(subject, 0) + 1, f"{subject}: {sequence} after {seen.get(subject)}"
        seen[subject] = max(sequence, seen.get(subject, 0))
    rows = await on.find("intake", "streams", {"_id": {"$in": sorted(cases)}})
    return len(rows) == len(cases) and all(seen.get(row["_id"]) == row["version"] for row in rows)


def reasons(services: Services, replica: int = 0) -> str:
    return " ".join(
        services.replica("intake", replica).get("/readyz", timeout=1).get("reasons", ["no answer"])
    )


def figure(services: Services, name: str) -> float:
    """Sum a figure over its labels."""
    text = httpx.get(services.replica("intake").ops_url + "/metrics", timeout=1, trust_env=False).text
    return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(name + "{"))


async def red_with(services: Services, name: str) -> float:
    """Wait until readiness names a server; return how long that took. The probe answers all the while."""
    began = time.monotonic()
    while name not in (said := reasons(services)):
        assert "no answer" not in said
        assert time.monotonic() - began < RED_WITHIN_S, said
        await asyncio.sleep(0.2)
    return time.monotonic() - began


async def green(services: Services) -> None:
    await until(lambda: reasons(services) == "", why=lambda: reasons(services))


@pytest.mark.parametrize("time_", ["once", "again"])
async def test_a_frozen_mongodb_is_named_and_all_goes_on_afterwards(
    services: Services, on: Wire, time_: str
) -> None:
    stack = services.stack
    assert stack is not None
    await green(services)
    cases = await file(services, 50)
    await asyncio.to_thread(stack.freeze_mongo)
    try:
        cases |= await file(services, 300)
        await red_with(services, "mongo.silent")
        assert "kafka.silent" not in reasons(services)
        await until(lambda: figure(services, "suyuan_lag_messages") > 0, within_s=10)
        before = figure(services, "suyuan_lag_messages")
        cases |= await file(services, 100)
        await until(lambda: figure(services, "suyuan_lag_messages") >= before + 100, within_s=10)
        assert "kafka.silent" not in reasons(services)
    finally:
        await asyncio.to_thread(stack.thaw_mongo)
    await green(services)
    await until(lambda: registered_once(on, cases))
    await until(lambda: published_in_order(on, cases))


@pytest.mark.parametrize("seconds", [0, 4], ids=["short", "longer than a session"])
async def test_a_frozen_broker_is_named_and_all_goes_on_afterwards(
    services: Services, on: Wire, seconds: int
) -> None:
    stack = services.stack
    assert stack is not None
    await green(services)
    cases = await file(services, 300)
    await asyncio.to_thread(stack.freeze_broker)
    try:
        await red_with(services, "kafka.silent")
        assert "mongo.silent" not in reasons(services)
        await asyncio.sleep(seconds)
    finally:
        await asyncio.to_thread(stack.thaw_broker)
    cases |= await file(services, 50)
    await green(services)
    await until(lambda: registered_once(on, cases))
    await until(lambda: published_in_order(on, cases))


def said(services: Services, service: str) -> str:
    """Return why a service is not ready; the probe answers whatever is frozen."""
    return " ".join(services.replica(service).get("/readyz", timeout=2).get("reasons", ["no answer"]))


async def all_red(services: Services, name: str, other: str) -> None:
    """Wait until each service names a server, and see that none names the other one."""
    began, left = time.monotonic(), set(SERVICES)
    while left:
        now = {service: said(services, service) for service in sorted(left)}
        assert time.monotonic() - began < RED_WITHIN_S, now
        left -= {service for service, reasons in now.items() if name in reasons}
        await asyncio.sleep(0.1)
    now = {service: said(services, service) for service in SERVICES}
    assert not [service for service, reasons in now.items() if other in reasons], now


async def test_each_of_the_five_services_names_the_server_that_is_frozen_and_goes_on_afterwards(
    services: Services, on: Wire
) -> None:
    stack = services.stack
    assert stack is not None
    services.start()
    await asyncio.to_thread(services.ready, 90.0)
    cases = await file(services, 30)
    await asyncio.to_thread(stack.freeze_mongo)
    try:
        cases |= await file(services, 30)
        await all_red(services, "mongo.silent", "kafka.silent")
    finally:
        await asyncio.to_thread(stack.thaw_mongo)
    await asyncio.to_thread(services.ready, 90.0)
    cases |= await file(services, 30)
    await asyncio.to_thread(stack.freeze_broker)
    database = services.database("mediation")
    try:
        await all_red(services, "kafka.silent", "mongo.silent")
        # What stands in the database is told all the while: it is looked at when something is wrong.
        await database.put("holds", "nobody|/test|00000002", {"subject": "nobody"})
        mediation = services.replica("mediation")
        await until(lambda: mediation.figure("suyuan_holds") == 1, within_s=10)
    finally:
        await asyncio.to_thread(stack.thaw_broker)
        await database.delete("holds", ["nobody|/test|00000002"])
        database.close()
    cases |= await file(services, 30)
    await asyncio.to_thread(services.ready, 90.0)
    for service, collection in (("mediation", "streams"), ("alerts", "streams"), ("portal", "cases")):

        async def all_there(service: str = service, collection: str = collection) -> bool:
            return len(await on.find(service, collection, {"_id": {"$in": sorted(cases)}})) == len(cases)

        await until(all_there, why=lambda service=service: services.log(service))
    services.stop(*(one for one in SERVICES if one != "intake"))


async def test_a_stop_is_within_its_limit_although_a_thread_waits_for_a_frozen_mongodb(
    services: Services,
) -> None:
    stack = services.stack
    assert stack is not None
    await green(services)
    await asyncio.to_thread(stack.freeze_mongo)
    try:
        await file(services, 50)
        await red_with(services, "mongo.silent")
        process = services.replica("intake").process
        began = time.monotonic()
        process.ask_to_stop()
        await until(lambda: not process.running, within_s=30)
        assert time.monotonic() - began < 15
        assert process.returncode == 0
    finally:
        await asyncio.to_thread(stack.thaw_mongo)
    services.start("intake")
    await green(services)


async def test_a_replica_frozen_for_longer_than_its_session_comes_back_and_doubles_nothing(
    services: Services, on: Wire
) -> None:
    services.start("intake", replicas=2)
    await asyncio.to_thread(services.ready, 90.0, "intake")
    cases = await file(services, 300)
    frozen = services.replica("intake", 0).process
    frozen.freeze()
    try:
        cases |= await file(services, 300)
        await until(lambda: registered_once(on, cases), why=lambda: services.log("intake", 1))
    finally:
        frozen.thaw()
    cases |= await file(services, 300)
    await until(lambda: reasons(services) + reasons(services, 1) == "", why=lambda: reasons(services))
    await until(lambda: registered_once(on, cases))
    await until(lambda: published_in_order(on, cases))
    assert frozen.running


async def test_what_a_killed_replica_held_in_an_open_transaction_is_free_again_soon(
    services: Services, on: Wire
) -> None:
    """MongoDB keeps it for 60 to 90 s unless told otherwise; its successor met conflicts all the while."""
    services.start("intake")
    await green(services)
    settings = services.settings("intake")
    with MongoClient(settings.mongo_url.get_secret_value()) as client, client.start_session() as dead:
        # Killed between its first write and the commit: the server hears nothing more of it.
        dead.start_transaction()
        watermarks = client[settings.database("intake")]["watermarks"]
        origins = {"_id": {"$regex": "^filings"}}
        assert watermarks.update_many(origins, {"$inc": {"offset": 1000}}, session=dead).modified_count
        cases = await file(services, 20)
        await until(lambda: registered_once(on, cases), within_s=30, why=lambda: reasons(services))
    await until(lambda: published_in_order(on, cases))


async def test_a_rebalance_while_nothing_can_be_published_ends_nobody(services: Services, on: Wire) -> None:
    """The cancelled publishing ended aiokafka's coordinator and FastStream's consumption, for good."""
    services.stop("intake")
    services.start("intake")
    await green(services)
    admin = AIOKafkaAdminClient(**aio(services.addresses))
    await admin.start()
    try:
        await admin.delete_topics(["intake.deadletters"])
    finally:
        await admin.close()
    cases = await file(services, 100)
    for number in range(3):  # batches of their own: the second waits for the first, the third is read
        await on.put("filings.ccb", b"not json %d" % number, key=b"k")
        await asyncio.sleep(0.5)
    await until(lambda: "intake.deadletters" in reasons(services), why=lambda: reasons(services))
    age = await until(lambda: figure(services, "suyuan_outbox_age_seconds"), within_s=10)
    await until(lambda: figure(services, "suyuan_outbox_age_seconds") >= age + 2, within_s=10)
    services.start("intake", replicas=2)
    await asyncio.sleep(8)  # longer than the release may take, and than a session
    cases |= await file(services, 100)
    services.stop("intake")
    services.start("intake", replicas=2)
    await asyncio.sleep(3)
    await provision(services.settings("intake"), services.network())
    await until(lambda: reasons(services) + reasons(services, 1) == "", why=lambda: services.log("intake"))
    cases |= await file(services, 100)
    await until(lambda: registered_once(on, cases), why=lambda: services.log("intake"))
    await until(lambda: published_in_order(on, cases))
    letters = await on.letters("intake")
    assert len(letters) == 3
    out = await on.read("intake.deadletters")
    assert {dict(one.headers)["suyuan-origin"].decode() for one in out} == set(letters)
