"""Where it is measured: one real Kafka, one real mongod, emptied between runs; processes and their cost."""

import asyncio
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import yaml
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from pydantic import SecretStr
from pymongo import MongoClient

from deploy.local.keys import LocalKeys, local_keys
from deploy.local.ports import choose_port
from deploy.local.processes import ChildProcess
from deploy.local.stack import LocalStack, StackAddresses
from deploy.local.unguarded import Unguarded
from shared.contracts.principals import ADMIN, principal_of
from shared.network.load import load_network
from shared.runtime.base.settings import DEFAULT_NETWORK, Settings
from shared.runtime.serve import access
from shared.runtime.serve.access_rules import AccessRule, Operation, Resource, access_rules, principals
from shared.runtime.serve.topics import plan, provision

PLACES = 20_000
"""Cases that each mediator of the measured network may hold: no queue shall cut the measurement short."""

_OF_TWINS = [
    AccessRule(principal_of(service), Resource.GROUP, prefix, True, Operation.READ)
    for service in ("intake", "mediation", "alerts")
    for prefix in ("twin.", "tutorial.")
]
"""What stands in for a service has a group of its own; whatever else it does, the service may do."""

SECRET = "a-secret-of-the-measurement-and-of-nothing-else"


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds used so far.

    Attributes:
        services: By the services (or the twin) alone.
        tree: By these, Kafka and mongod.
    """

    services: float
    tree: float


class Site:
    """Kafka, mongod, and the processes that are measured on them.

    Args:
        folder: For data, logs and the network file.
        say: Gets a line for each step.
        open_too: Whether there is a way to the broker without passwords and rules as well.

    Attributes:
        guarded: Whether clients come by the way that has them; changed between runs.
    """

    def __init__(self, folder: Path, say: Callable[[str], None], *, open_too: bool = False) -> None:
        self._folder = folder
        self._say = say
        self._unguarded = Unguarded.made() if open_too else None
        self.guarded = True
        self._stack = LocalStack(folder / "stack", progress=say, long_lived=True, tls=self._unguarded)
        self._network = folder / "network.yaml"
        self._keys: LocalKeys | None = None
        self.addresses: StackAddresses | None = None
        self.running: dict[str, ChildProcess] = {}

    async def __aenter__(self) -> "Site":
        self.addresses = await asyncio.to_thread(self._stack.start)
        self._network.write_text(_with_places(DEFAULT_NETWORK.read_text(encoding="utf-8")), encoding="utf-8")
        self._keys = local_keys(self._folder, load_network(self._network))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
        await asyncio.to_thread(self._stack.stop)

    @property
    def settings(self) -> Settings:
        """The settings of the measuring process itself."""
        assert self.addresses is not None
        assert self._keys is not None
        user = {**self.addresses.kafka_user(ADMIN), **self._way()}
        return Settings.model_validate(
            {name.removeprefix("SUYUAN_").lower(): value for name, value in user.items()}
            | {"network": self._network, "keys": self._keys.public}
            | {"signing_key": SecretStr(self._keys.setting("portal"))}
        )

    def _way(self) -> dict[str, str]:
        """What differs for a client that comes without a password."""
        if self.guarded or self._unguarded is None:
            return {}
        return self._unguarded.environment

    # -- runs --------------------------------------------------------------------------------

    async def reset(self) -> None:
        """Empty everything: all records deleted, all databases dropped.

        The topics themselves stay: made anew they would have no leader for some time, and every client
        would stumble over that in the middle of a run.
        """
        await self.stop()
        assert self.addresses is not None
        await asyncio.to_thread(_drop_databases, self.addresses.mongo_admin_url)
        settings = self.settings
        network = load_network(settings.network)
        await provision(settings, network)
        passwords = {user: self.addresses.kafka_password(user) for user in principals(network)}
        await access.set_passwords(settings, passwords)
        await access.make(settings, (*access_rules(network), *_OF_TWINS), network)
        partitions = [
            TopicPartition(topic.name, number)
            for topic in plan(settings, network)
            for number in range(topic.partitions)
        ]
        consumer = AIOKafkaConsumer(
            bootstrap_servers=settings.kafka, group_id=None, **settings.kafka_security()
        )
        admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka, **settings.kafka_security())
        await consumer.start()
        await admin.start()
        try:
            ends = await consumer.end_offsets(partitions)
            full = {tp: RecordsToDelete(before_offset=end) for tp, end in ends.items() if end}
            if full:
                await admin.delete_records(full, timeout_ms=30_000)
        finally:
            await admin.close()
            await consumer.stop()

    def start(self, name: str, arguments: Sequence[str], service: str) -> None:
        """Start a process with the settings of a service, as production does."""
        assert self.addresses is not None
        assert self._keys is not None
        environment = {
            **os.environ,
            **self.addresses.environment(service),
            **self._way(),
            "SUYUAN_NETWORK": str(self._network),
            "SUYUAN_KEYS": str(self._keys.public),
            "SUYUAN_SIGNING_KEY": self._keys.setting(service),
            "SUYUAN_PARTY_KEY": SECRET,
            "SUYUAN_PERSONAL_KEYS": SECRET,
            "SUYUAN_SEALING_KEYS": SECRET,
            "SUYUAN_RECORD_KEYS": SECRET,
            "SUYUAN_OPS_PORT": str(choose_port()),
            "SUYUAN_LOG_LEVEL": "warning",
        }
        child = ChildProcess(
            name,
            [sys.executable, "-m", *arguments],
            log=self._folder / f"{name}.log",
            environment=environment,
            directory=Path(__file__).resolve().parents[1],
        )
        child.start()
        self.running[name] = child

    def start_service(self, service: str) -> None:
        """Start a service of Suyuan: its production composition, in a process of its own."""
        self.start(service, ["cli.serve", service], service)

    async def stop(self) -> None:
        """Stop all measured processes, each in order."""
        for child in self.running.values():
            child.ask_to_stop()
        for child in self.running.values():
            await asyncio.to_thread(child.stop, 15)
        self.running.clear()

    def check(self) -> None:
        """Raise when a measured process has ended by itself."""
        for name, child in self.running.items():
            if not child.running:
                raise RuntimeError(f"{name} ended:\n" + "\n".join(child.log_tail(30)))

    # -- what it costs -----------------------------------------------------------------------

    def cost(self) -> Cost:
        """Return the CPU seconds that the measured processes and the servers have used."""
        services = sum(_cpu(child.pid) for child in self.running.values())
        servers = sum(_cpu(child.pid) for child in _children() if child.name() in ("java", "mongod"))
        return Cost(services, services + servers)

    def resident_mb(self, name: str) -> float:
        """Return the resident memory of a measured process, MB (10^6 bytes)."""
        return float(psutil.Process(self.running[name].pid).memory_info().rss) / 1e6


class Watch:
    """Follows how many records some topics have, and what that cost.

    Args:
        site: Where.
        topics: Whose records count.
    """

    def __init__(self, site: Site, topics: Sequence[str]) -> None:
        self._site = site
        self._topics = topics
        self._consumer: AIOKafkaConsumer | None = None
        self._partitions: list[TopicPartition] = []
        self._before = 0
        self.costs: list[tuple[float, Cost]] = []

    async def __aenter__(self) -> "Watch":
        settings = self._site.settings
        consumer = AIOKafkaConsumer(
            bootstrap_servers=settings.kafka, group_id=None, **settings.kafka_security()
        )
        await consumer.start()
        self._partitions = [TopicPartition(t, p) for t in self._topics for p in range(settings.partitions)]
        consumer.assign(self._partitions)
        self._consumer = consumer
        self._before = sum((await consumer.end_offsets(self._partitions)).values())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._consumer is not None:
            await self._consumer.stop()

    async def count(self) -> int:
        """Return how many records have come since the watch began, and note the cost so far."""
        assert self._consumer is not None
        self._site.check()
        ends = await self._consumer.end_offsets(self._partitions)
        self.costs.append((time.time(), self._site.cost()))
        return int(sum(ends.values())) - self._before

    async def until(self, count: int, timeout_s: float) -> None:
        """Wait until there are that many records."""
        deadline = time.monotonic() + timeout_s
        while (there := await self.count()) < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{there} of {count} records in {', '.join(self._topics)}")
            await asyncio.sleep(0.1)

    async def times(self, wire_type: str) -> list[float]:
        """Return the times (seconds since the epoch) at which the records of a type were published."""
        consumer = self._consumer
        assert consumer is not None
        ends = await consumer.end_offsets(self._partitions)
        await consumer.seek_to_beginning(*self._partitions)
        wanted, out = ("ce_type", wire_type.encode()), []
        left = sum(ends.values()) - self._before
        while left > 0:
            for records in (await consumer.getmany(timeout_ms=1000, max_records=5000)).values():
                left -= len(records)
                out += [record.timestamp / 1000 for record in records if wanted in record.headers]
        return sorted(out)


def _with_places(text: str) -> str:
    """Return a network file whose mediators have places enough."""
    network = yaml.safe_load(text)
    for organisation in network["organisations"]:
        for mediator in organisation["mediators"]:
            mediator["capacity"] = PLACES
    return str(yaml.safe_dump(network, allow_unicode=True))


def _drop_databases(url: str) -> None:
    client: MongoClient[dict[str, Any]]
    with MongoClient(url) as client:
        for name in client.list_database_names():
            if name.startswith("suyuan_"):
                client.drop_database(name)


def _children() -> list[psutil.Process]:
    return list(psutil.Process().children(recursive=True))


def _cpu(pid: int | None) -> float:
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)
