"""Everything on this machine: the embedded stack, the services and the court, as one process tree."""

import asyncio
import contextlib
import json
import os
import secrets
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from deploy.local.kafka import TRANSACTION_S
from deploy.local.keys import LocalKeys, local_keys
from deploy.local.processes import ChildProcess
from deploy.local.stack import LocalStack, StackAddresses
from deploy.local.state import keep_ports, write_secret
from deploy.local.supervisor import Program, Supervisor
from deploy.local.unguarded import Unguarded
from shared.contracts.errors import SuyuanError
from shared.contracts.principals import ADMIN, OPERATOR, principal_of
from shared.contracts.topics import SERVICES
from shared.network.load import load_network
from shared.network.schema import Network
from shared.runtime.base.settings import DEFAULT_NETWORK, Settings, TimeSource
from shared.runtime.serve import access
from shared.runtime.serve.access_rules import access_rules, principals
from shared.runtime.serve.topics import provision

CONNECTION = "connection.json"
_SECRETS = ("party_key", "personal_keys", "sealing_keys", "record_keys")
_OWN_KEYS = ("SUYUAN_SIGNING_KEY", "SUYUAN_HISTORY_KEY", "SUYUAN_NOTICES_KEY")
"""What a service signs with: nobody else needs it, and the connection file is for others."""
_READY_S = 60.0


class ServiceDown(SuyuanError):
    """A service ended, or does not become ready."""


@dataclass(frozen=True, slots=True)
class LocalPlan:
    """What shall run.

    Attributes:
        data: Folder of all data.
        services: The services, each with its number of replicas.
        time: Broker time, or replay time.
        network: The network file.
        court: Whether the court simulator runs.
        partitions: Partitions of the keyed topics.
        filings_partitions: Partitions of each filings topic.
        unguarded: For comparison alone: whoever reaches 127.0.0.1 may do everything on the broker.
    """

    data: Path
    services: Mapping[str, int]
    time: TimeSource = TimeSource.BROKER
    network: Path = DEFAULT_NETWORK
    court: bool = True
    partitions: int = 6
    filings_partitions: int = 3
    unguarded: bool = False


class LocalSystem:
    """Starts what a plan says, and stops all of it again.

    Args:
        plan: What shall run.
        progress: Gets a line for each step that takes time.
    """

    def __init__(self, plan: LocalPlan, progress: Callable[[str], None]) -> None:
        self.plan = plan
        self.network: Network = load_network(plan.network)
        self._progress = progress
        self._unguarded = Unguarded.made() if plan.unguarded else None
        self._stack = LocalStack(
            plan.data,
            progress=progress,
            long_lived=plan.time is TimeSource.BROKER,
            tls=self._unguarded,
        )
        self._children: list[ChildProcess] = []
        self._supervisors: list[Supervisor] = []
        self._ops: dict[str, str] = {}
        self._http: dict[str, str] = {}
        self._ports: dict[str, int] = {}
        self.addresses: StackAddresses | None = None
        self.portal_url = ""
        self._secrets: dict[str, str] = {}
        self._keys: LocalKeys | None = None

    def __enter__(self) -> Self:
        """Start everything and wait until it is ready."""
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Stop everything."""
        self.stop()

    def start(self) -> None:
        """Start everything and wait until every replica is ready.

        Raises:
            LocalStackError: Kafka or MongoDB cannot be started here.
            ServiceDown: A service does not become ready.
        """
        self.addresses = self._stack.start()
        self._secrets = _secrets(self.plan.data)
        self._keys = local_keys(self.plan.data, self.network)
        made = asyncio.run(self._provision(self.addresses))
        if made:
            self._progress(f"主题 topics: {len(made)} 个已创建 made")
        replicas = [(service, one) for service, count in self.plan.services.items() for one in range(count)]
        self._ports = keep_ports(self.plan.data, _port_names(replicas))
        for service, replica in replicas:
            self._start_service(service, replica)
        if self.plan.court:
            register = str(self.plan.data.resolve() / "court.sqlite")
            arguments = ["-m", "deploy.local.court", "--fast", "--register", register]
            self._start_child("court", arguments, self._of_court())
        self._write_connection()
        self._wait()
        self._supervise()

    async def _provision(self, addresses: StackAddresses) -> list[str]:
        """Make the topics that are missing, the users, and the rules of who may do what."""
        admin = self.settings(user=ADMIN)
        if self._unguarded is not None:
            return await provision(admin, self.network)
        made, *_ = await asyncio.gather(
            provision(admin, self.network),
            access.set_passwords(admin, self._passwords(addresses)),
            access.make(admin, access_rules(self.network), self.network),
        )
        return made

    def _user(self, name: str) -> dict[str, str]:
        """Return the environment variables with which a user reaches the broker."""
        assert self.addresses is not None
        return self.addresses.kafka_user(name) if self._unguarded is None else self._unguarded.environment

    def _passwords(self, addresses: StackAddresses) -> dict[str, str]:
        return {user: addresses.kafka_password(user) for user in principals(self.network)}

    def _supervise(self) -> None:
        """Start again what dies from now on; until here, what dies is a start that failed."""
        children = [
            Program(
                child.name,
                child.log,
                lambda child=child: child.running,  # type: ignore[misc]
                lambda child=child: child.returncode,  # type: ignore[misc]
                child.start,
            )
            for child in self._children
        ]
        # A server takes seconds to start, and nothing else shall wait for it.
        for programs in (children, *([one] for one in self._stack.programs())):
            supervisor = Supervisor(programs, self._progress)
            supervisor.start()
            self._supervisors.append(supervisor)

    def stop(self) -> None:
        """Stop the services, then the stack; nothing is left running."""
        for supervisor in self._supervisors:
            supervisor.stop()
        self._supervisors.clear()
        for child in self._children:
            child.ask_to_stop()
        for child in self._children:
            child.stop(grace_s=12.0)
        self._children.clear()
        # One that never had the folder leaves the file of the one that has it.
        if self.addresses is not None:
            with contextlib.suppress(OSError):
                (self.plan.data / CONNECTION).unlink()
        self._stack.stop()

    def settings(self, service: str = "portal", *, user: str = OPERATOR) -> Settings:
        """Return the settings of a service with which a user of the broker reaches the system.

        The portal's sign what anybody asks.
        """
        assert self.addresses is not None
        values = {
            name.removeprefix("SUYUAN_").lower(): value
            for name, value in {**self._environment(service), **self._user(user)}.items()
            if name.startswith("SUYUAN_")
        }
        return Settings.model_validate(values)

    def of_people(self) -> Settings:
        """Return the settings of all whom the portal lets in: they file, command, and read what happened.

        With intake's secret, so that whoever plays people knows the id of a case before it is told.
        """
        secret = {"party_key": self.settings("intake").party_key}
        return self.settings("portal", user=principal_of("portal")).model_copy(update=secret)

    def token_key(self) -> str:
        """Return the key that signs tokens; no service has it."""
        assert self._keys is not None
        return self._keys.setting(self.network.court.id, "tokens")

    def _check(self) -> None:
        """Raise where a process ended by itself during the start.

        Raises:
            ServiceDown: One did.
        """
        for child in self._children:
            if not child.running:
                raise _down(child, "ended")

    # -- parts -------------------------------------------------------------------------------

    def _environment(self, service: str) -> dict[str, str]:
        assert self.addresses is not None
        assert self._keys is not None
        own = {name: value for name, value in os.environ.items() if not name.startswith("SUYUAN_")}
        environment = {
            **own,
            **self.addresses.environment(service),
            **self._user(principal_of(service)),
            "SUYUAN_NETWORK": str(self.plan.network.resolve()),
            "SUYUAN_KEYS": str(self._keys.public),
            "SUYUAN_SIGNING_KEY": self._keys.setting(service),
            "SUYUAN_HISTORY_KEY": self._keys.setting(service, "history"),
            "SUYUAN_NOTICES_KEY": self._keys.setting(service, "notices"),
            "SUYUAN_RECORD_KEYS": self._secrets.get("record_keys", ""),
            "SUYUAN_TIME": self.plan.time.value,
            "SUYUAN_TRANSACTION_S": str(TRANSACTION_S),
            "SUYUAN_PARTITIONS": str(self.plan.partitions),
            "SUYUAN_FILINGS_PARTITIONS": str(self.plan.filings_partitions),
            "SUYUAN_LOG_LEVEL": os.environ.get("SUYUAN_LOG_LEVEL", "info"),
            "PYTHONUNBUFFERED": "1",
        }
        if service == "intake":
            environment["SUYUAN_PARTY_KEY"] = self._secrets.get("party_key", "")
            environment["SUYUAN_PERSONAL_KEYS"] = self._secrets.get("personal_keys", "")
        if service == "mediation":
            environment["SUYUAN_SEALING_KEYS"] = self._secrets.get("sealing_keys", "")
        if service == "portal" and (http := self._ports.get("mediation-0.http")):
            environment["SUYUAN_MEDIATION_URL"] = f"http://127.0.0.1:{http}"
        return environment

    def _of_court(self) -> dict[str, str]:
        """Return the environment of the court's side: its own user of the broker, and no database."""
        assert self.addresses is not None
        assert self._keys is not None
        court = self.network.court.id
        whole = {**self._environment("court_bridge"), **self._user(court)}
        own = ("SUYUAN_KAFKA", "SUYUAN_NETWORK", "SUYUAN_LOG_LEVEL")
        kept = {k: v for k, v in whole.items() if not k.startswith("SUYUAN_") or k.startswith(own)}
        return {**kept, "SUYUAN_SIGNING_KEY": self._keys.setting(court)}

    def _start_service(self, service: str, replica: int) -> None:
        environment = self._environment(service)
        name = f"{service}-{replica}"
        ops = self._ports[f"{name}.ops"]
        environment |= {"SUYUAN_REPLICA": str(replica), "SUYUAN_OPS_PORT": str(ops)}
        if replica == 0:
            http = self._ports[f"{name}.http"]
            environment["SUYUAN_HTTP_PORT"] = str(http)
            self._http[name] = f"http://127.0.0.1:{http}"
            if service == "portal":
                self.portal_url = self._http[name]
        self._ops[name] = f"http://127.0.0.1:{ops}"
        self._start_child(name, ["-m", "cli.serve", service], environment)

    def _start_child(self, name: str, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        root = Path(__file__).resolve().parents[1]
        child = ChildProcess(
            name,
            [sys.executable, *arguments],
            log=self.plan.data / "logs" / f"{name}.log",
            environment=environment,
            directory=root,
        )
        child.start()
        self._children.append(child)

    def _wait(self) -> None:
        waiting = dict(self._ops)
        deadline = time.monotonic() + _READY_S
        reason = ""
        with httpx.Client(timeout=2.0, trust_env=False) as client:
            while waiting:
                for name, url in list(waiting.items()):
                    try:
                        answer = client.get(f"{url}/readyz")
                        reason = answer.text
                        if answer.status_code == 200:
                            del waiting[name]
                    except httpx.HTTPError as error:
                        reason = str(error)
                self._check()
                if time.monotonic() > deadline:
                    raise ServiceDown(
                        code="service.not_ready",
                        zh=f"服务 {'、'.join(waiting)} 在 {_READY_S:.0f} 秒内未就绪:{reason[:200]}",
                        en=f"{', '.join(waiting)} not ready within {_READY_S:.0f} s: {reason[:200]}",
                    )
                time.sleep(0.05)
        self._progress(f"服务 services: {len(self._ops)} 个副本就绪 replicas ready")

    def _write_connection(self) -> None:
        assert self.addresses is not None
        assert self._keys is not None
        services = {
            service: {
                name: value
                for name, value in self._environment(service).items()
                if name.startswith("SUYUAN_") and name not in _OWN_KEYS
            }
            for service in SERVICES
        }
        users = {ADMIN: self.addresses.kafka_password(ADMIN), **self._passwords(self.addresses)}
        content = {
            "kafka": self._user(ADMIN)["SUYUAN_KAFKA"],
            "users": users if self._unguarded is None else {},
            "portal_url": self.portal_url,
            "ops": self._ops,
            "http": self._http,
            "services": services,
            "operator_key": str(self._keys.operator_file) if self._keys.operator else "",
            "token_key": self.token_key(),
        }
        path = self.plan.data / CONNECTION
        write_secret(path, json.dumps(content, ensure_ascii=False, indent=1))


def _secrets(data: Path) -> dict[str, str]:
    """Return the keys of this data folder, made at its first start and readable by its owner alone."""
    path = data / "keys.json"
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    if missing := [name for name in _SECRETS if name not in known]:
        known |= {name: secrets.token_urlsafe(48) for name in missing}
        write_secret(path, json.dumps(known))
    return known


def _port_names(replicas: Sequence[tuple[str, int]]) -> list[str]:
    """Return what each port is for: probes of every replica, HTTP of the first one of a service."""
    ops = [f"{service}-{replica}.ops" for service, replica in replicas]
    return [*ops, *(f"{service}-0.http" for service, replica in replicas if replica == 0)]


def _down(child: ChildProcess, what: str) -> ServiceDown:
    tail = " | ".join(child.log_tail(3))[:500]
    return ServiceDown(
        code="service.down",
        zh=f"{child.name} 已退出(代码 {child.returncode})。日志:{child.log}。{tail}",
        en=f"{child.name} {what} with code {child.returncode}. Its log is {child.log}: {tail}",
    )
