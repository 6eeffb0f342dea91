"""Notices on their way out, with a real MongoDB and receiver: in order, again after a failure or a kill."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from deploy.local.stack import StackAddresses
from shared.runtime.base.collections import ADDRESSES, DELIVERIES
from shared.runtime.base.documents import Document
from shared.runtime.base.metrics import Metrics
from shared.runtime.base.signing import Signer
from shared.runtime.commit.mongo import Database
from shared.runtime.deliver.deliverer import Deliverer
from shared.runtime.deliver.ending import end_deliveries
from shared.runtime.deliver.outward import networks
from shared.runtime.deliver.parcels import Parcel, row_of
from shared.runtime.deliver.webhook import Webhook
from tests.support.receiver import HELD, HUNG_UP, SILENT, Receiver, Request, is_signed, receiver

pytestmark = pytest.mark.kafka
NAME = "suyuan_told"
SIGNER = Signer("alerts-notices-1", b"\x07" * 32)
NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)
HERE = networks("127.0.0.0/8")


class Clock:
    """The wall clock of a deliverer: it moves where a test says so."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def deliverer(
    database: Database,
    clock: Callable[[], datetime],
    owned: tuple[int, ...] = (0,),
    tries: int = 4,
) -> Deliverer:
    ways = {"webhook": Webhook(SIGNER, HERE, 60.0, clock)}
    metrics = Metrics("alerts")
    return Deliverer(database, ways, lambda: owned, metrics, tries=tries, backoff_s=10.0, now=clock)


@pytest_asyncio.fixture
async def database(stack_addresses: StackAddresses) -> AsyncIterator[Database]:
    made = Database.connect(stack_addresses.mongo_admin_url, NAME)
    await made.ensure([ADDRESSES], {DELIVERIES: (("?open", "partition", "to"), ("to",))})
    yield made
    for name in (ADDRESSES, DELIVERIES):
        await made.delete(name, [row["_id"] for row in await made.find(name, {})])
    made.close()


@pytest_asyncio.fixture
async def there() -> AsyncIterator[Receiver]:
    async with receiver() as made:
        yield made


async def due(
    database: Database, to: str, target: str, count: int, *, partition: int = 0, way: str = "webhook"
) -> list[str]:
    """An address has so many notices due; their ids are returned in their order."""
    await database.put(ADDRESSES, to, {"way": way, "target": target})
    ids = [f"{to}-{number:08d}" for number in range(1, count + 1)]
    for id in ids:
        parcel = Parcel(id, f'{{"id":"{id}"}}', "s", "t")
        await database.put(DELIVERIES, id, row_of(parcel, to, partition=partition, at=NOW))
    return ids


async def served(one: Deliverer) -> None:
    """Let a deliverer look once, and finish what it begins."""
    await one.deliver_due()
    await asyncio.gather(*one._serving.values())


async def outcomes(database: Database, to: str) -> list[tuple[str, int]]:
    rows = await database.find(DELIVERIES, {"to": to}, sort=[("_id", 1)])
    return [(row.get("outcome", ""), row["tries"]) for row in rows]


async def test_notices_arrive_in_their_order_once_and_what_they_said_is_not_kept(
    database: Database, there: Receiver
) -> None:
    ids = await due(database, "a", there.url, 12)
    one = deliverer(database, Clock())
    await served(one)
    await served(one)
    assert there.ids == ids
    assert all(is_signed(request, SIGNER.public) for request in there.came)
    assert await outcomes(database, "a") == [("notice.delivered", 1)] * 12
    row: Document | None = await database.get(DELIVERIES, ids[0])
    assert row is not None
    assert row.keys() & {"body", "text", "subject", "open", "next"} == set()


@pytest.mark.parametrize("failure", [500, 404, HUNG_UP])
async def test_a_failed_one_is_tried_again_and_holds_back_what_follows_it(
    database: Database, there: Receiver, failure: int
) -> None:
    there.statuses = [failure, 500]
    first, second = await due(database, "a", there.url, 2)
    clock = Clock()
    one = deliverer(database, clock)
    await served(one)
    assert there.ids == [first]
    clock.now += timedelta(seconds=9)
    await served(one)
    assert there.ids == [first]
    clock.now += timedelta(seconds=1)
    await served(one)
    clock.now += timedelta(seconds=20)
    await served(one)
    assert there.ids == [first, first, first, second]
    assert await outcomes(database, "a") == [("notice.delivered", 3), ("notice.delivered", 1)]


async def test_it_is_given_up_after_its_tries_and_the_next_one_goes_on(
    database: Database, there: Receiver
) -> None:
    there.statuses = [500, 500]
    first, second = await due(database, "a", there.url, 2)
    clock = Clock()
    one = deliverer(database, clock, tries=2)
    await served(one)
    clock.now += timedelta(hours=5)
    await served(one)
    assert there.ids == [first, first, second]
    assert await outcomes(database, "a") == [("notice.given_up", 2), ("notice.delivered", 1)]


async def test_what_can_never_arrive_is_tried_once(database: Database, there: Receiver) -> None:
    there.statuses = [302, 410]
    await due(database, "a", there.url, 3)
    await due(database, "b", "https://10.0.0.1/", 1)
    await served(deliverer(database, Clock()))
    assert await outcomes(database, "a") == [
        ("notice.redirected", 1),
        ("notice.refused", 1),
        ("notice.delivered", 1),
    ]
    assert await outcomes(database, "b") == [("notice.private_address", 1)]


async def test_one_that_does_not_answer_holds_back_no_other(database: Database, there: Receiver) -> None:
    there.statuses, came = [SILENT], there.next_one()
    await due(database, "a", there.url, 1)
    one = deliverer(database, Clock())
    await one.deliver_due()
    await came.wait()
    async with receiver() as other:
        (id,) = await due(database, "b", other.url, 1)
        came = other.next_one()
        await one.deliver_due()
        await came.wait()
        assert other.ids == [id]
        await one.stop()


async def test_an_address_that_was_given_up_gets_nothing(database: Database, there: Receiver) -> None:
    await due(database, "a", there.url, 1)
    await database.put(ADDRESSES, "a", {"way": "", "target": ""})
    await served(deliverer(database, Clock()))
    assert there.came == []
    assert await outcomes(database, "a") == [("notice.no_target", 1)]


async def test_rows_of_what_arrived_end_and_what_never_did_stays_while_somebody_waits_for_it(
    database: Database, there: Receiver
) -> None:
    there.statuses = [200, 410, 200, 200]
    first, refused, third, newest = await due(database, "a", there.url, 4)
    clock = Clock()
    await served(deliverer(database, clock))
    (waits,) = await due(database, "b", "a@example.com", 1, way="mail")
    await served(deliverer(database, clock))

    async def left(days: int, after: int) -> list[str]:
        await end_deliveries(database, days, NOW + timedelta(days=after))
        return [row["_id"] for row in await database.find(DELIVERIES, {}, sort=[("_id", 1)])]

    assert await left(30, 29) == [first, refused, third, newest, waits]
    assert await left(-1, 4000) == [first, refused, third, newest, waits]
    assert await left(30, 30) == [refused, newest, waits]
    await database.put(ADDRESSES, "a", {"way": "", "target": ""})
    assert await left(30, 31) == [waits]
    await database.put(ADDRESSES, "b", {"way": "", "target": ""})
    assert await left(30, 4000) == [waits], "it is still to be looked at by the deliverer"


async def test_a_way_that_is_closed_here_waits(database: Database) -> None:
    await due(database, "a", "a@example.com", 1, way="mail")
    await served(deliverer(database, Clock()))
    assert await outcomes(database, "a") == [("notice.way_off", 1)]
    (row,) = await database.find(DELIVERIES, {"open": True})
    assert row["next"] > NOW


async def test_each_replica_serves_its_own_partitions(database: Database, there: Receiver) -> None:
    mine = await due(database, "a", there.url, 2, partition=0)
    yours = await due(database, "b", there.url, 2, partition=1)
    await served(deliverer(database, Clock(), owned=(1,)))
    assert there.ids == yours
    await served(deliverer(database, Clock(), owned=()))
    assert there.ids == yours
    await served(deliverer(database, Clock(), owned=(0, 1)))
    assert there.ids == yours + mine


async def test_two_owners_for_a_moment_give_a_repeat_with_the_same_id_and_the_order_stands(
    database: Database, there: Receiver
) -> None:
    first, second = await due(database, "a", there.url, 2)
    there.statuses, came = [HELD], there.next_one()
    one = deliverer(database, Clock())
    await one.deliver_due()
    await came.wait()
    await served(deliverer(database, Clock()))
    there.release.set()
    await asyncio.gather(*one._serving.values())
    assert there.ids == [first, first, second]
    assert [outcome for outcome, _ in await outcomes(database, "a")] == ["notice.delivered"] * 2


PROCESS = """
import asyncio, sys
from shared.runtime.commit.mongo import Database
from tests.kafka.test_delivering import NAME, Clock, deliverer, served

async def main():
    await served(deliverer(Database.connect(sys.argv[1], NAME), Clock()))

asyncio.run(main())
"""


async def test_a_kill_between_the_sending_and_the_mark_gives_a_repeat_with_the_same_id(
    database: Database, there: Receiver, stack_addresses: StackAddresses
) -> None:
    first, second, third = await due(database, "a", there.url, 3)
    url = stack_addresses.mongo_admin_url
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", PROCESS, url)

    def kill(request: Request) -> None:
        if request.id == second:
            os.kill(process.pid, signal.SIGKILL)
            there.heard = lambda _: None

    there.heard = kill
    assert await process.wait() == -signal.SIGKILL
    assert there.ids == [first, second]
    await served(deliverer(database, Clock()))
    assert there.ids == [first, second, second, third]
    assert {one.body for one in there.came if one.id == second} == {f'{{"id":"{second}"}}'.encode()}


def test_the_wait_between_tries_doubles_up_to_a_limit() -> None:
    nowhere: Any = None
    one = deliverer(nowhere, Clock())
    waits = [one._wait(tries) for tries in (1, 2, 3, 20, 10_000)]
    assert (
        waits
        == [timedelta(seconds=10), timedelta(seconds=20), timedelta(seconds=40)] + [timedelta(hours=4)] * 2
    )
