"""One replica of a service as a process: start in patience, work, stop within the limit."""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import stamina
from aiokafka.errors import KafkaError
from faststream.asgi import AsgiFastStream
from faststream.kafka import KafkaBroker

from shared.contracts.errors import SuyuanError
from shared.contracts.flows import passed_on_by
from shared.contracts.topics import commands_topic
from shared.network.load import load_network
from shared.network.schema import Network
from shared.runtime.base import logs
from shared.runtime.base.collections import DELIVERIES, WITNESSES
from shared.runtime.base.metrics import Metrics
from shared.runtime.base.settings import Settings, TimeSource
from shared.runtime.base.tls import TlsTrouble
from shared.runtime.commit.mongo import Database, Unavailable
from shared.runtime.commit.repository import Repository
from shared.runtime.commit.retention import end_data
from shared.runtime.commit.schema import lifetimes, prepare
from shared.runtime.commit.sealed_rows import check_keys
from shared.runtime.deliver.ending import end_deliveries
from shared.runtime.ingest.consumer import Consumer
from shared.runtime.ingest.vitals import TaskEnded, task_ended
from shared.runtime.ingest.worker import Worker
from shared.runtime.publish.publisher import Publisher
from shared.runtime.serve.calendars import days_left, tell_of_the_end
from shared.runtime.serve.client import MessageSender
from shared.runtime.serve.days import DayClosing
from shared.runtime.serve.deciding import engine_of
from shared.runtime.serve.delivering import deliverer_of
from shared.runtime.serve.interpreter import end_for_sure, spare_the_collector
from shared.runtime.serve.keys import KeysInForce, check_signing_key
from shared.runtime.serve.ops import Readiness, routes
from shared.runtime.serve.patience import answered
from shared.runtime.serve.probes import Probes
from shared.runtime.serve.replica_number import CODE, ReplicaNumber
from shared.runtime.serve.resumption import Resumption
from shared.runtime.serve.rules import RulesInForce
from shared.runtime.serve.security import security
from shared.runtime.serve.server import Server
from shared.runtime.serve.service import HttpContext, Service
from shared.runtime.serve.topic_check import Look, look, written_by
from shared.runtime.serve.topics import TopicsMissing, TopicsWrong, missing, plan
from shared.runtime.serve.witnessing import WitnessKeeping

_log = logs.get("runtime")
_AWAY = (KafkaError, TlsTrouble, Unavailable, TopicsMissing, TopicsWrong, ConnectionError, TimeoutError)
_LOOK_LIMIT, _LOOK_ROUNDS = 500, 20
_WATCH_S = 1.0
_TOPICS_S = 5.0
_NUMBER_S = 2.0
_DAYS_S = 2.0
_RULES_S = 2.0
_KEYS_S = 5.0
_SHOWN = 5
_RETENTION_S = 10.0
_WITNESSES_S = 5.0
_EXIT_S = 2.0

Build = Callable[[Settings, Network], Service]


class Process:
    """A replica: all parts of one service, wired.

    Args:
        build: The service's composition.
        settings: Settings of this process.
    """

    def __init__(self, build: Build, settings: Settings) -> None:
        """Wire the parts; :meth:`run` starts them."""
        self.settings = settings
        self.network = load_network(settings.network)
        self.service = service = build(settings, self.network)
        self.keys = KeysInForce(self.network, settings.keys)
        if settings.http_port and service.http is not None and passed_on_by(service.name):
            check_signing_key(settings.signing_key, service.name, self.keys.keyring, _now())
        name = f"suyuan.{service.name}.{settings.replica}"
        self.metrics = Metrics(service.name)
        if (until := service.calendar_until) is not None:
            self.metrics.calendar(lambda: days_left(until, _now()))
        self.database = Database.connect(
            settings.mongo_url.get_secret_value(),
            settings.database(service.name),
            timeout_ms=settings.mongo_timeout_ms,
        )
        self.engine = engine = engine_of(service, settings, self.network, self.keys.keyring, _now)
        self.repository = Repository(self.database, engine, name, service.given)
        self.publisher = Publisher(settings, name)
        self.worker = Worker(engine, self.repository, self.publisher, self.metrics, _now)
        self.rules = RulesInForce(service.rules, self.database, self.worker, _now)
        self.witnesses: WitnessKeeping | None = None
        if WITNESSES in service.indexes:
            known = lambda: self.keys.keyring.keys  # noqa: E731
            self.witnesses = WitnessKeeping(settings, self.database, known, self._speaks)
        self.days = DayClosing(service.name, settings, self.database, self.worker, self._speaks, _now)
        self.broker = KafkaBroker(
            settings.kafka,
            client_id=name,
            allow_auto_create_topics=False,
            graceful_timeout=max(1.0, settings.graceful_s / 2),
            logger=None,
            **security(settings),
        )
        self.consumer = Consumer(
            self.broker, service.name, service.topics, settings, self.worker, self.database
        )
        owned = lambda: self.consumer.partitions(commands_topic(service.name))  # noqa: E731
        self.deliverer = deliverer_of(service, settings, self.database, owned, self.metrics)
        self.resumption = Resumption(self.repository.idle, self.worker, commands_topic(service.name))
        self.probes = Probes(self.database, lambda: self.consumer.client)
        self.readiness = Readiness(probes=self.probes)
        self.ops = AsgiFastStream(
            self.broker, asgi_routes=routes(service.name, self.readiness, self.metrics), logger=None
        )
        self._written = written_by(service.name, self.network)
        mine = {*service.topics, *self._written}
        self._topics = [one for one in plan(settings, self.network) if one.name in mine]
        self._number = ReplicaNumber(self.database, settings.replica)
        self._stop = asyncio.Event()

    async def run(self, stopping: Callable[[bool], None] = lambda _: None) -> None:
        """Run until SIGTERM or SIGINT; then drain and return.

        Args:
            stopping: Called when the stop begins; gets whether it is one that nobody asked for.

        Raises:
            SuyuanError: The start cannot succeed (wrong cluster, wrong settings).
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        ops = Server.of(self.ops, self.settings.ops_host, self.settings.ops_port, self.settings)
        serving = asyncio.create_task(ops.serve(), name="http.ops")
        asked = asyncio.create_task(self._stop.wait(), name="stop")
        working = asyncio.create_task(self._work(), name="work")
        try:
            done, _ = await asyncio.wait({asked, working, serving}, return_when=asyncio.FIRST_COMPLETED)
            for task in done - {asked}:
                error = None if task.cancelled() else task.exception()
                raise task_ended(task.get_name()) if error is None else error
        finally:
            stopping(not asked.done())
            ops.should_exit = True
            working.cancel()
            asked.cancel()
            await asyncio.gather(working, asked, serving, return_exceptions=True)
            await self._close()

    def stop(self) -> None:
        """Ask the process to stop."""
        self._stop.set()

    async def _work(self) -> None:
        """Start in patience, then look after clocks, figures and the HTTP side."""
        await self._start()
        try:
            await self._steps()
        except BaseExceptionGroup as group:
            # One step failed and ended the others: what it said is what counts.
            known, _ = group.split(SuyuanError)
            raise (group if known is None else known).exceptions[0] from group

    async def _steps(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._regularly(self.worker.tidy, 1.0))
            tasks.create_task(self._regularly(self._figures, 1.0))
            tasks.create_task(self._regularly(self._end_data, _RETENTION_S))
            tasks.create_task(self._regularly(self._lags, 1.0))
            tasks.create_task(self._regularly(self._watch, _WATCH_S))
            tasks.create_task(self._regularly(self._look_at_topics, _TOPICS_S))
            tasks.create_task(self._regularly(self.consumer.tend, 1.0))
            tasks.create_task(self._regularly(self.worker.sweep, 5.0))
            tasks.create_task(self._regularly(self._resume, 1.0))
            tasks.create_task(self._regularly(self.rules.keep_up, _RULES_S))
            tasks.create_task(self._regularly(self.keys.keep_up, _KEYS_S))
            tasks.create_task(self._regularly(self._sign_number, _NUMBER_S))
            tasks.create_task(self._regularly(self.days.close_due, _DAYS_S))
            if self.settings.time is TimeSource.BROKER:
                tasks.create_task(self._regularly(self._look, self.settings.tick_ms / 1000))
            if self.witnesses is not None:
                tasks.create_task(self._regularly(self.witnesses.keep_witnesses, _WITNESSES_S))
            if self.deliverer is not None:
                tasks.create_task(self._regularly(self.deliverer.deliver_due, 1.0))
            if self.settings.http_port:
                tasks.create_task(self._serve_http())

    async def _start(self) -> None:
        async for attempt in stamina.retry_context(
            on=_AWAY, attempts=None, timeout=None, wait_initial=0.2, wait_max=5.0, wait_jitter=0.3
        ):
            with attempt:
                try:
                    await self.database.ping()
                    found = await self._fitting_topics()
                    kept = lifetimes(self.settings, ids_for_ever=found.outlives_ids)
                    await prepare(self.database, dict(self.service.indexes), found.cluster, kept)
                    await check_keys(self.database, self.engine.vault)
                    await answered(self.publisher.start())
                    await self.rules.start()
                    await self.broker.start()
                except _AWAY as error:
                    self.readiness.starting = f"waiting to start: {error}"[:300]
                    _log.warning("runtime.start.waiting", reason=str(error)[:200])
                    await self.publisher.stop()
                    raise
        self.readiness.worker, self.readiness.consumer = self.worker, self.consumer
        self.readiness.starting = ""
        spare_the_collector()
        _log.info("runtime.service.started", topics=len(self.service.topics), replica=self.settings.replica)
        if self.service.calendar_until is not None:
            tell_of_the_end(self.service.calendar_until, _now())

    async def _fitting_topics(self) -> Look:
        """Return what a look at the topics found, where they are there and are what the settings say.

        Raises:
            TopicsMissing: One is not there.
            TopicsWrong: One differs in a way that a promise does not survive.
        """
        found = await answered(look(self.settings, self._topics, self._written))
        if found.missing:
            raise missing(found.missing)
        if found.breaking:
            first = found.breaking[0]
            raise TopicsWrong(code=first.code, zh=first.zh, en=first.reason)
        for one in found.mismatches:
            _log.warning("runtime.topic.differs", code=one.code, reason=one.en)
        if found.unseen:
            _log.warning("runtime.topics.unseen", topics=len(found.unseen), first=found.unseen[0])
        return found

    async def _look_at_topics(self) -> None:
        """Look again: somebody may alter a topic while it is read. Nothing is taken while one is wrong."""
        found = await answered(look(self.settings, self._topics, self._written))
        reasons = [one.reason for one in found.breaking]
        if reasons and not self.consumer.held:
            _log.warning("runtime.topics.wrong", reason=reasons[0], more=len(reasons) - 1)
        if self.consumer.held and not reasons:
            _log.info("runtime.topics.mended")
        self.consumer.held = bool(reasons)
        self.readiness.topics = [*reasons, *(missing([name]).en for name in found.missing)][:_SHOWN]

    async def _regularly(self, step: Callable[[], Awaitable[None]], seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await step()
                self.readiness.steps.pop(step.__name__, None)
            except TaskEnded:
                raise
            except asyncio.CancelledError as error:
                task = asyncio.current_task()
                if task is None or task.cancelling():
                    raise
                # Not of this step, but of something it waited for; nobody would miss a step that ends.
                self.readiness.steps[step.__name__] = repr(error)
            except Exception as error:  # noqa: BLE001 - the work goes on; readiness says what does not
                self.readiness.steps[step.__name__] = (str(error) or repr(error))[:300]
                if not isinstance(error, _AWAY):
                    _log.warning("runtime.step.failed", step=step.__name__, error=repr(error)[:300])

    # Each of these steps has a task of its own: one that waits for a server stops no other.

    async def _end_data(self) -> None:
        """End what is kept for a time: the data of dead letters and holds, the rows of delivered notices."""
        if not self._speaks():
            return
        if ended := await end_data(self.database, self.settings, _now(), self.service.disposal):
            _log.info("runtime.letters.ended", letters=ended)
        if DELIVERIES not in self.service.indexes:
            return
        if ended := await end_deliveries(self.database, self.settings.delivered_days, _now()):
            _log.info("runtime.deliveries.ended", deliveries=ended)

    async def _figures(self) -> None:
        """Read the figures that stand in the database."""
        self.metrics.waiting(await self.repository.waiting() if self._speaks() else None)
        self.metrics.outbox(await self.repository.outbox.age_s())
        self.worker.health.incidents.tell()

    def _speaks(self) -> bool:
        """Say whether this replica speaks for the service: it has the first partition of its commands."""
        return 0 in self.consumer.partitions(commands_topic(self.service.name))

    async def _lags(self) -> None:
        self.metrics.lags(self.consumer.progress.lags())
        self.readiness.unread = await self.consumer.progress.unread()
        self.consumer.progress.look_at_transactions()
        await self.consumer.progress.look_at_ends()

    async def _watch(self) -> None:
        """Ask whether the servers answer, and notice what has ended."""
        self.probes.tick(_WATCH_S)
        self.consumer.vitals.look()

    async def _resume(self) -> None:
        """Let subjects of the own partitions go on that can without a message."""
        await self.resumption.step(self.consumer.partitions(commands_topic(self.service.name)))

    async def _sign_number(self) -> None:
        """Notice another process with this replica's number, and say so once for as long as it lasts."""
        why = await self._number.sign()
        if why and not self.readiness.number:
            _log.error("runtime.replica.twice", code=CODE, replica=self.settings.replica, reason=why)
        self.readiness.number = why

    async def _look(self) -> None:
        """Advance idle cases of the own partitions whose clocks are due by now."""
        anchor = commands_topic(self.service.name)
        owned = self.consumer.partitions(anchor)
        now = _now()
        if not owned or not await self.repository.idle.due(owned, now, 1):
            return
        for partition in owned:
            until = await self.consumer.progress.complete_until(partition)
            if until is not None:
                await self._advance(anchor, partition, min(now, until))

    async def _advance(self, anchor: str, partition: int, until: datetime) -> None:
        for _ in range(_LOOK_ROUNDS):
            subjects = await self.repository.idle.due([partition], until, _LOOK_LIMIT)
            if subjects:
                await self.worker.tick(subjects, anchor, until)
            if len(subjects) < _LOOK_LIMIT:
                return

    async def _serve_http(self) -> None:
        # Imported here: a service without a port needs no web framework in memory.
        from shared.runtime.serve import listed, options

        tokens = listed.tokens_of(self.service, self.network, self.database, self.keys.keyring)
        make = self.service.http or options.http
        async with MessageSender(self.settings, source=f"/suyuan/{self.service.name}") as sender:
            context = HttpContext(
                self.settings, self.network, self.database, sender, tokens, self.service.streams
            )
            app = make(context)
            server = Server.of(app, self.settings.http_host, self.settings.http_port, self.settings)
            try:
                await server.serve()
                raise task_ended("http")
            finally:
                server.should_exit = True

    async def _close(self) -> None:
        """Drain and disconnect, within the limit; what is left is safe to leave."""
        self.probes.close()
        started = self.readiness.worker is not None
        self.readiness.starting = "stopping"
        if self.deliverer is not None:
            await self.deliverer.stop()
        try:
            async with asyncio.timeout(self.settings.graceful_s * 0.6):
                if started:
                    await self.consumer.close()
        except (TimeoutError, *_AWAY) as error:
            _log.warning("runtime.service.undrained", error=repr(error)[:200])
        with contextlib.suppress(TimeoutError, *_AWAY):
            async with asyncio.timeout(self.settings.graceful_s * 0.3):
                await self.broker.stop()
                await self.publisher.stop()
        self.database.close()
        _log.info("runtime.service.stopped")


def serve(build: Build, settings: Settings) -> None:
    """Run a replica of a service in this process until it is told to stop.

    Raises:
        SuyuanError: The start cannot succeed.
    """
    import uvloop

    async def main() -> None:
        process = Process(build, settings)
        logs.configure(process.service.name, settings.log_level)
        try:
            await process.run(lambda failed: end_for_sure(settings.graceful_s + _EXIT_S, failed=failed))
        except SuyuanError as error:
            _log.error("runtime.service.failed", code=error.code, reason=error.en, zh=error.zh)
            raise

    uvloop.run(main())


def _now() -> datetime:
    return datetime.now(UTC)
