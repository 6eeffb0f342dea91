"""The embedded stack: one Kafka broker and one MongoDB in a data folder.

Synchronous. Call it from a thread (``asyncio.to_thread``) in asynchronous code. All methods of one
`LocalStack` may be called from several threads; they run one after the other.
"""

from __future__ import annotations

import atexit
import fcntl
import hmac
import os
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self, TypeVar

from deploy.local import errors
from deploy.local.errors import LocalStackError
from deploy.local.java import find_java, kafka_class_path
from deploy.local.kafka import KafkaBroker, TlsListeners
from deploy.local.mongo import MongoServer, database_of
from deploy.local.state import NEEDED_MB, load_state, private_folder, write_secret
from deploy.local.supervisor import Program
from shared.contracts.principals import ADMIN, principal_of
from shared.contracts.topics import SERVICES

# How long to wait for the children of a stack that was killed a moment ago: the kernel is ending them.
_LOCK_S = 5.0


@dataclass(frozen=True, slots=True)
class StackAddresses:
    """Where the running stack is.

    Attributes:
        kafka: "127.0.0.1:<port>"; it asks every client for a name and a password.
        kafka_secret: what the users' passwords of this stack come from; not shown in `repr`.
        mongo_host: "127.0.0.1:<port>".
        mongo_urls: per service the URL with its own user, password and database; not shown in `repr`.
        mongo_admin_url: URL of the root user; not shown in `repr`.
    """

    kafka: str
    mongo_host: str
    mongo_urls: Mapping[str, str] = field(repr=False)
    mongo_admin_url: str = field(repr=False)
    kafka_secret: str = field(repr=False)

    def kafka_password(self, user: str) -> str:
        """The password of a user of the broker, of this stack alone."""
        return hmac.new(self.kafka_secret.encode(), user.encode(), "sha256").hexdigest()

    def kafka_user(self, user: str) -> dict[str, str]:
        """The environment variables with which a client reaches the broker as `user`."""
        return {
            "SUYUAN_KAFKA": self.kafka,
            "SUYUAN_KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
            "SUYUAN_KAFKA_USERNAME": user,
            "SUYUAN_KAFKA_PASSWORD": self.kafka_password(user),
        }

    def environment(self, service: str) -> dict[str, str]:
        """The environment variables that lead `service` to this stack.

        Raises:
            KeyError: there is no such service.
        """
        return {
            **self.kafka_user(principal_of(service)),
            "SUYUAN_MONGO_URL": self.mongo_urls[service],
            "SUYUAN_MONGO_DATABASE": database_of(service),
        }


class LocalStack:
    """Kafka and MongoDB of one data folder, which keeps cluster id, passwords, ports and all data.

    Args:
        data: the folder; made if missing. Only one running stack may use it.
        progress: gets a line of text for each step that takes time; called from several threads.
        mongo_cache_mb: MiB for MongoDB's cache, at least 256.
        kafka_heap_mb: MiB for Kafka's Java heap.
        long_lived: the broker shall run for long or be measured; else it is tuned for a quick start.
        tls: further listeners of the broker, with certificates; ``None`` for none.
    """

    def __init__(
        self,
        data: Path,
        *,
        progress: Callable[[str], None] = lambda line: None,
        mongo_cache_mb: int = 512,
        kafka_heap_mb: int = 384,
        long_lived: bool = False,
        tls: TlsListeners | None = None,
    ) -> None:
        self._data = Path(data).absolute()
        self._progress = progress
        self._mongo_cache_mb = mongo_cache_mb
        self._kafka_heap_mb = kafka_heap_mb
        self._long_lived = long_lived
        self._tls = tls
        self._mutex = threading.RLock()
        self._given_up = threading.Event()
        self._lock: int | None = None
        self._kafka: KafkaBroker | None = None
        self._mongo: MongoServer | None = None
        self._addresses: StackAddresses | None = None

    def start(self) -> StackAddresses:
        """Start both in parallel and wait until they serve. Does nothing if started.

        Takes 4–8 s in a new folder, 2–4 s in a used one, plus the download of Kafka (50 MB) once a machine.

        Raises:
            LocalStackError: nothing is left running then.
        """
        with self._mutex:
            if self._addresses is not None:
                return self._addresses
            attempts = 3
            while True:
                attempts -= 1
                try:
                    self._addresses = self._start_once()
                except BaseException as error:
                    self.stop()
                    # Taken between our look and the start. The next attempt chooses another one.
                    if isinstance(error, LocalStackError) and error.code == "local.port_taken" and attempts:
                        continue
                    raise
                atexit.register(self.stop)
                return self._addresses

    def stop(self) -> None:
        """Stop both in order and give the folder free. Does nothing if stopped."""
        with self._mutex:
            # Both at the same time, yet without threads: none can be started when the interpreter exits.
            parts = [part for part in (self._kafka, self._mongo) if part is not None]
            for part in parts:
                part.ask_to_stop()
            for part in parts:
                part.stop()
            self._kafka = self._mongo = self._addresses = None
            if self._lock is not None:
                os.close(self._lock)
                self._lock = None
            atexit.unregister(self.stop)

    def kill_broker(self) -> None:
        """SIGKILL the broker, as a crash would."""
        with self._mutex:
            _started(self._kafka).kill()

    def start_broker(self) -> None:
        """Start the broker again with the same port and data; returns when it serves."""
        with self._mutex:
            _started(self._kafka).start()

    def kill_mongo(self) -> None:
        """SIGKILL mongod, as a crash would."""
        with self._mutex:
            _started(self._mongo).kill()

    def start_mongo(self) -> None:
        """Start mongod again with the same port and data; returns when it takes writes."""
        with self._mutex:
            _started(self._mongo).start()

    def freeze_broker(self) -> None:
        """SIGSTOP the broker: it is there and answers nothing."""
        with self._mutex:
            _started(self._kafka).freeze()

    def thaw_broker(self) -> None:
        """SIGCONT the broker."""
        with self._mutex:
            _started(self._kafka).thaw()

    def freeze_mongo(self) -> None:
        """SIGSTOP mongod: it is there and answers nothing."""
        with self._mutex:
            _started(self._mongo).freeze()

    def thaw_mongo(self) -> None:
        """SIGCONT mongod."""
        with self._mutex:
            _started(self._mongo).thaw()

    def programs(self) -> list[Program]:
        """Return the servers as programs that a supervisor starts again, with the same ports and data."""
        kafka, mongo = _started(self._kafka), _started(self._mongo)
        logs = self._data / "logs"
        return [
            Program(
                "kafka",
                logs / "kafka.log",
                lambda: kafka.running,
                lambda: kafka.returncode,
                self.start_broker,
                kafka.kill,
            ),
            Program(
                "mongod",
                logs / "mongod.log",
                lambda: mongo.running,
                lambda: mongo.returncode,
                self.start_mongo,
                mongo.kill,
            ),
        ]

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start_once(self) -> StackAddresses:
        for folder in (self._data, self._data / "kafka", self._data / "logs"):
            try:
                private_folder(folder)
            except OSError as error:
                raise errors.not_writable(folder, error.strerror or str(error)) from error
        free_mb = shutil.disk_usage(self._data).free // 1_000_000
        if free_mb < NEEDED_MB:
            raise errors.disk_full(self._data, free_mb, NEEDED_MB)
        # Children inherit the lock, so the folder is free only when the last of them is gone.
        self._lock = _lock_folder(self._data)
        state = load_state(self._data)
        key_file = self._data / "mongo.key"
        write_secret(key_file, state["mongo_key"])
        mongo = self._mongo = MongoServer(
            self._data / "mongo",
            log=self._data / "logs" / "mongod.log",
            port=state["mongo_port"],
            key_file=key_file,
            root_password=state["mongo_root"],
            passwords=state["mongo_passwords"],
            cache_mb=self._mongo_cache_mb,
            keep_open=(self._lock,),
        )
        addresses = StackAddresses(
            kafka=f"127.0.0.1:{state['kafka_port']}",
            mongo_host=mongo.host,
            mongo_urls=MappingProxyType({service: mongo.url(service) for service in SERVICES}),
            mongo_admin_url=mongo.admin_url,
            kafka_secret=state["kafka_secret"],
        )
        self._given_up.clear()
        start_kafka = lambda: self._start_kafka(state, addresses.kafka_password(ADMIN))  # noqa: E731
        _in_parallel(start_kafka, self._start_mongo, on_failure=self._give_up)
        return addresses

    def _give_up(self) -> None:
        """Make both starts end soon, so that no download is waited for after a Ctrl-C or a failure."""
        self._given_up.set()
        for part in (self._kafka, self._mongo):
            if part is not None:
                part.kill()

    def _report_or_leave(self, line: str) -> None:
        if self._given_up.is_set():
            raise _GivenUp
        self._progress(line)

    def _start_kafka(self, state: Mapping[str, Any], password: str) -> None:
        java = find_java()
        class_path = kafka_class_path(self._report_or_leave)
        self._report_or_leave("启动 starting Apache Kafka")
        began = time.monotonic()
        self._kafka = KafkaBroker(
            self._data / "kafka",
            log=self._data / "logs" / "kafka.log",
            cluster_id=state["cluster_id"],
            port=state["kafka_port"],
            controller_port=state["controller_port"],
            java=java,
            class_path=class_path,
            heap_mb=self._kafka_heap_mb,
            long_lived=self._long_lived,
            password=password,
            tls=self._tls,
            keep_open=() if self._lock is None else (self._lock,),
        )
        self._kafka.start()
        self._progress(f"Apache Kafka 就绪 ready ({time.monotonic() - began:.1f} s)")

    def _start_mongo(self) -> None:
        self._progress("启动 starting MongoDB")
        began = time.monotonic()
        _started(self._mongo).start()
        self._progress(f"MongoDB 就绪 ready ({time.monotonic() - began:.1f} s)")


class _GivenUp(Exception):
    """Ends a start that nobody waits for any more."""


_Part = TypeVar("_Part")


def _started(part: _Part | None) -> _Part:
    if part is None:
        raise errors.not_started()
    return part


def _in_parallel(*jobs: Callable[[], None], on_failure: Callable[[], None] | None = None) -> None:
    """Run all jobs at the same time and wait for them; raise the first error."""
    with ThreadPoolExecutor(max(1, len(jobs)), thread_name_prefix="suyuan-stack") as pool:
        futures: list[Future[None]] = [pool.submit(job) for job in jobs]
        try:
            done, _ = wait(futures, return_when=FIRST_EXCEPTION)
            for future in done:
                future.result()
        except BaseException:
            if on_failure is not None:
                on_failure()
            raise


def _lock_folder(data: Path) -> int:
    """Lock the folder. Returns the file descriptor that holds the lock."""
    try:
        descriptor = os.open(data / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise errors.not_writable(data, error.strerror or str(error)) from error
    deadline = time.monotonic() + _LOCK_S
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < deadline:
                time.sleep(0.1)
                continue
            os.close(descriptor)
            raise errors.already_running(data) from None
        return descriptor
