"""Services of the platform as real processes on a running stack.

Groups and databases have one name per service, so two test modules cannot share a stack's services:
give each module a stack of its own with :func:`platform`.

    with platform() as services:
        services.start("intake", "mediation", env={"SUYUAN_TICK_MS": "100"})
        services.ready()
        services.kill("mediation")
        services.start("mediation")
"""

import asyncio
import json
import secrets
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local.keys import local_keys
from deploy.local.ports import choose_port
from deploy.local.processes import ChildProcess
from deploy.local.stack import LocalStack, StackAddresses
from shared.contracts.principals import ADMIN, OPERATOR
from shared.contracts.topics import SERVICES
from shared.network.load import load_network
from shared.network.schema import Network
from shared.runtime.base.settings import DEFAULT_NETWORK, Settings
from shared.runtime.base.signing import Signer
from shared.runtime.commit.mongo import Database
from shared.runtime.serve.access_rules import principals
from shared.runtime.serve.topics import provision
from tests.support.cases import PARTY_KEY
from tests.support.clients import admit

ROOT = Path(__file__).parents[2]
STOP_S = 15.0


@dataclass(slots=True)
class Replica:
    """One process of a service."""

    service: str
    number: int
    environment: dict[str, str]
    process: ChildProcess

    @property
    def ops_url(self) -> str:
        """Where /healthz, /readyz and /metrics are."""
        return f"http://127.0.0.1:{self.environment['SUYUAN_OPS_PORT']}"

    def figure(self, name: str) -> float:
        """Return one figure of /metrics, summed over its labels."""
        with urllib.request.urlopen(self.ops_url + "/metrics", timeout=5) as answer:
            lines = answer.read().decode().splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name + "{"))

    def get(self, path: str, timeout: float = 2.0) -> dict[str, Any]:
        """Return the JSON of an operational endpoint, whatever its status; empty when nobody answers."""
        try:
            with urllib.request.urlopen(self.ops_url + path, timeout=timeout) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as error:
            return dict(json.load(error))
        except (OSError, ValueError):
            return {}


class Services:
    """Starts, kills and stops services of the platform.

    Args:
        addresses: Where Kafka and MongoDB are.
        folder: For the logs, a file per replica.
        stack: The stack itself, for tests that kill a broker; not touched here.
        env: Environment of all services, on top of what the stack gives.
    """

    def __init__(
        self,
        addresses: StackAddresses,
        folder: Path,
        *,
        stack: LocalStack | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.addresses = addresses
        self.folder = folder
        self.stack = stack
        self._env = {
            "SUYUAN_PARTY_KEY": PARTY_KEY,
            "SUYUAN_PERSONAL_KEYS": secrets.token_urlsafe(32),
            "SUYUAN_SEALING_KEYS": secrets.token_urlsafe(32),
            "SUYUAN_RECORD_KEYS": secrets.token_urlsafe(32),
            **(env or {}),
        }
        self._replicas: dict[tuple[str, int], Replica] = {}
        self._mediation_port = choose_port()
        network = Path(self._env["SUYUAN_NETWORK"]) if "SUYUAN_NETWORK" in self._env else DEFAULT_NETWORK
        self.keys = local_keys(folder, load_network(network))
        self._env.setdefault("SUYUAN_KEYS", str(self.keys.public))
        self._token_key = self.keys.setting(self.keys.court, "tokens")

    def environment(self, service: str, replica: int = 0) -> dict[str, str]:
        """Return the ``SUYUAN_…`` variables of a service, as its process has them once started."""
        known = self._replicas.get((service, replica))
        if known is not None:
            return {k: v for k, v in known.environment.items() if k.startswith("SUYUAN_")}
        own = {
            "SUYUAN_SIGNING_KEY": self.keys.setting(service),
            "SUYUAN_HISTORY_KEY": self.keys.setting(service, "history"),
            "SUYUAN_NOTICES_KEY": self.keys.setting(service, "notices"),
            "SUYUAN_REPLICA": str(replica),
        }
        return {**self.addresses.environment(service), **own, **self._env}

    def of_operator(self, service: str) -> dict[str, str]:
        """Return the variables with which an operator, with an own key, looks after a service."""
        own = {"SUYUAN_OPERATOR_KEY": str(self.keys.operator_file)}
        return {**self.environment(service), **self.addresses.kafka_user(OPERATOR), **own}

    def settings(self, service: str, user: str | None = ADMIN) -> Settings:
        """Return the settings of a service, for what a test reads or sends itself.

        Args:
            service: Whose.
            user: As whom the broker is asked; ``None``: as the service.
        """
        named = self.addresses.kafka_user(user) if user else {}
        environment = {**self.environment(service), **named, "SUYUAN_TOKEN_KEY": self._token_key}
        return Settings(**{k.removeprefix("SUYUAN_").lower(): v for k, v in environment.items()})  # type: ignore[arg-type]

    def signer(self, owner: str = "portal") -> Signer:
        """Return the private key of a service, the court or an operator; the portal's speaks for anybody."""
        return Signer.of(self.keys.setting(owner))

    def network(self) -> Network:
        """Return the network that the services run."""
        return load_network(self.settings("intake").network)

    def database(self, service: str) -> Database:
        """Return a service's own database, as the service itself sees it; close it in the end."""
        settings = self.settings(service)
        url = settings.mongo_url.get_secret_value()
        return Database.connect(url, settings.database(service), timeout_ms=30_000)

    def provision(self) -> list[str]:
        """Make all topics; needed once before the first start. Not to be called in a running loop."""
        return asyncio.run(provision(self.settings("intake"), self.network()))

    def admit(self) -> None:
        """Give all users their passwords and make the rules of who may do what."""
        asyncio.run(admit(self.addresses, self.network()))

    def passwords(self) -> dict[str, str]:
        """Return the passwords of all users of the broker but the admin."""
        return {user: self.addresses.kafka_password(user) for user in principals(self.network())}

    def start(self, *services: str, replicas: int = 1, env: Mapping[str, str] | None = None) -> None:
        """Start replicas 0 … ``replicas - 1`` of each service that do not run; returns at once.

        Args:
            services: Names; all five if none is given.
            replicas: How many of each.
            env: More environment; a replica that is started again keeps its own, and its ports.
        """
        for service in services or SERVICES:
            for number in range(replicas):
                self._start(service, number, env or {})

    def _start(self, service: str, number: int, env: Mapping[str, str]) -> None:
        known = self._replicas.get((service, number))
        if known is not None and known.process.running:
            return
        if known is not None:
            environment = {**known.environment, **env}
        else:
            environment = {
                "PATH": "/usr/bin:/bin",
                "PYTHONPATH": str(ROOT),
                "PYTHONUNBUFFERED": "1",
                **self.environment(service, number),
                "SUYUAN_OPS_PORT": str(choose_port()),
                **self._http(service, number),
                **env,
            }
        process = ChildProcess(
            f"{service}-{number}",
            [sys.executable, "-m", "cli.serve", service],
            log=self.folder / f"{service}-{number}.log",
            environment=environment,
            directory=ROOT,
        )
        process.start()
        self._replicas[service, number] = Replica(service, number, environment, process)

    def start_program(
        self, service: str, module: Sequence[str], *, replica: int = 0, env: Mapping[str, str] | None = None
    ) -> None:
        """Start another program in the place of a replica: a service with a mistake, or of a later version.

        Args:
            service: Whose place.
            module: Python module and its arguments.
            replica: Which.
            env: More environment.
        """
        environment = {
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
            **self.environment(service, replica),
            "SUYUAN_OPS_PORT": str(choose_port()),
            **(env or {}),
        }
        process = ChildProcess(
            f"{service}-{replica}",
            [sys.executable, "-m", *module],
            log=self.folder / f"{service}-{replica}.log",
            environment=environment,
            directory=ROOT,
        )
        process.start()
        self._replicas[service, replica] = Replica(service, replica, environment, process)

    def _http(self, service: str, number: int) -> dict[str, str]:
        """Return what the portal needs to be asked, and to ask mediation for its public key."""
        if service == "portal":
            return {"SUYUAN_HTTP_PORT": str(choose_port()), "SUYUAN_MEDIATION_URL": self.mediation_url()}
        told = service == "mediation" and number == 0
        return {"SUYUAN_HTTP_PORT": str(self._mediation_port)} if told else {}

    def mediation_url(self) -> str:
        """Return the address of mediation's HTTP API."""
        return f"http://127.0.0.1:{self._mediation_port}"

    def replica(self, service: str, number: int = 0) -> Replica:
        """Return a replica that was started."""
        return self._replicas[service, number]

    def ready(self, timeout: float = 60.0, *services: str) -> None:
        """Wait until every started replica (of some services) says on /readyz that it can work.

        Raises:
            AssertionError: One has ended, or is not ready in time; with its reasons and log.
        """
        deadline = time.monotonic() + timeout
        for one in list(self._replicas.values()):
            if services and one.service not in services:
                continue
            answer: dict[str, Any] = {}
            while not (answer := one.get("/readyz")).get("ready"):
                assert one.process.running, (
                    f"{one.process.name} has ended:\n{self.log(one.service, one.number)}"
                )
                assert time.monotonic() < deadline, (
                    f"{one.process.name} is not ready after {timeout} s: {answer.get('reasons')}\n"
                    + self.log(one.service, one.number)
                )
                time.sleep(0.1)

    def portal_url(self) -> str:
        """Return the address of the portal's HTTP API."""
        return f"http://127.0.0.1:{self._replicas['portal', 0].environment['SUYUAN_HTTP_PORT']}"

    def kill(self, service: str, replica: int = 0) -> None:
        """End a replica with SIGKILL, as a crash would; :meth:`start` starts it again."""
        self._replicas[service, replica].process.kill()

    def stop(self, *services: str) -> None:
        """Stop replicas (of some services, or all) in order; with SIGKILL those that do not end."""
        chosen = [one for one in self._replicas.values() if not services or one.service in services]
        for one in chosen:
            one.process.ask_to_stop()
        for one in chosen:
            one.process.stop(STOP_S)

    def log(self, service: str, replica: int = 0, lines: int = 40) -> str:
        """Return the end of a replica's log."""
        return "\n".join(self._replicas[service, replica].process.log_tail(lines))


@contextmanager
def platform(*, env: Mapping[str, str] | None = None, topics: bool = True) -> Iterator[Services]:
    """Return services on a fresh stack of their own, with all topics; everything is gone afterwards.

    Args:
        env: Environment of all services.
        topics: Whether the topics are made.
    """
    with tempfile.TemporaryDirectory(prefix="suyuan-test-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with LocalStack(folder, mongo_cache_mb=512) as stack:
            services = Services(stack.start(), folder / "logs", stack=stack, env=env)
            try:
                services.admit()
                if topics:
                    services.provision()
                yield services
            finally:
                services.stop()
