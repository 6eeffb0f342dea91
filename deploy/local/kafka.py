"""One real Apache Kafka broker (KRaft, broker and controller in one process) on 127.0.0.1."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local import errors
from deploy.local.processes import ChildProcess, wait_until
from deploy.local.state import write_secret
from shared.contracts.principals import ADMIN

# Dead letters carry values of up to 5 MB with their origin, in text that may double them.
MAX_MESSAGE_BYTES = 12 * 1024 * 1024
TRANSACTION_S = 60
"""How long this broker leaves a producer's transaction open: so long do readers wait behind one, at most."""
_READY_S = 90.0
_FORMATTED = "formatted"
_WITH_PASSWORD = "SCRAM-SHA-512\n"
_LOGGING = Path(__file__).with_name("log4j2.properties")

_SETTINGS = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
listeners=CLIENT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}{more_listeners}
advertised.listeners=CLIENT://127.0.0.1:{port}{more_listeners}
inter.broker.listener.name=CLIENT
controller.listener.names=CONTROLLER
log.dirs={log_dir}
auto.create.topics.enable=false
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
message.max.bytes={max_message_bytes}
replica.fetch.max.bytes={max_message_bytes}
# Kept for ever: a replay writes messages with the times of years ago, which retention by time deletes.
log.retention.ms=-1
log.retention.bytes=-1
offsets.retention.minutes=525600
# The default buffer of 128 MB would not leave room in a small heap.
log.cleaner.dedupe.buffer.size=16777216
# A broker killed with SIGKILL is let in again only after the session of its former self: 9 s by default.
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=1000
# What one member may hold up: readers wait behind its open transaction, a coordinator keeps its groups.
transaction.max.timeout.ms={transaction_ms}
group.max.size=100
num.io.threads=4
num.network.threads=2
background.threads=2
"""

_CLOSED = """\
listener.security.protocol.map=CONTROLLER:SASL_PLAINTEXT,CLIENT:SASL_PLAINTEXT,TLS:SASL_SSL,MUTUAL:SSL
sasl.enabled.mechanisms=SCRAM-SHA-512
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512
listener.name.client.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule \
required username="{admin}" password="{password}";
# SCRAM's users stand in the log that the controller itself keeps: its own connections cannot wait for it.
sasl.mechanism.controller.protocol=PLAIN
listener.name.controller.sasl.enabled.mechanisms=PLAIN
listener.name.controller.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule \
required username="{admin}" password="{password}" user_{admin}="{password}";
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:{admin}
allow.everyone.if.no.acl.found=false
{more_settings}
"""

_OPEN = "listener.security.protocol.map=CONTROLLER:PLAINTEXT,CLIENT:PLAINTEXT\n"
"""For one start of a folder that was formatted before there were passwords, to give the admin one."""


@dataclass(frozen=True, slots=True)
class TlsListeners:
    """Two more listeners of the broker: TLS with passwords, and TLS with certificates of clients.

    Attributes:
        tls_port: For SASL_SSL.
        mutual_port: For SSL; the name of a client is the common name of its certificate.
        key: PEM file of the broker's key and the chain of its certificate.
        authorities: PEM file of the certificates that clients' certificates are signed with.
    """

    tls_port: int
    mutual_port: int
    key: Path
    authorities: Path

    @property
    def listeners(self) -> str:
        """What is added to the list of listeners."""
        return f",TLS://127.0.0.1:{self.tls_port},MUTUAL://127.0.0.1:{self.mutual_port}"

    @property
    def settings(self) -> str:
        """The settings of these listeners."""
        return "\n".join(
            [
                "ssl.keystore.type=PEM",
                f"ssl.keystore.location={self.key}",
                "ssl.truststore.type=PEM",
                f"ssl.truststore.location={self.authorities}",
                "listener.name.mutual.ssl.client.auth=required",
                "listener.name.tls.scram-sha-512.sasl.jaas.config="
                "org.apache.kafka.common.security.scram.ScramLoginModule required;",
                r"listener.name.mutual.ssl.principal.mapping.rules=RULE:^CN=([^,]+).*$/$1/,DEFAULT",
                "",
            ]
        )


class KafkaBroker:
    """The broker of a data folder. Formatted once, then started again with the same cluster id.

    Args:
        data: folder for settings and logs of the broker.
        log: file for the broker's own messages.
        cluster_id: base64url UUID without padding.
        port: TCP port for clients.
        controller_port: TCP port for the controller.
        java: path of `java`.
        class_path: Java class path of Kafka.
        heap_mb: Java heap in MiB; the process needs about 60 MiB more.
        password: of the super user ``suyuan.admin``.
        tls: a listener with certificates beside that of passwords; ``None`` for none.
        keep_open: file descriptors that the broker inherits.
    """

    def __init__(
        self,
        data: Path,
        *,
        log: Path,
        cluster_id: str,
        port: int,
        controller_port: int,
        java: Path,
        class_path: str,
        heap_mb: int,
        long_lived: bool,
        password: str,
        tls: TlsListeners | None = None,
        keep_open: Sequence[int] = (),
    ) -> None:
        self.port = port
        self._data = data
        self._log = log
        self._cluster_id = cluster_id
        self._controller_port = controller_port
        self._java = java
        self._class_path = class_path
        self._heap_mb = heap_mb
        self._long_lived = long_lived
        self._password = password
        self._tls = tls
        self._keep_open = tuple(keep_open)
        self._child: ChildProcess | None = None

    def start(self) -> None:
        """Format if new, start, wait until clients are served. Takes 2–5 s.

        Raises:
            LocalStackError: ``local.start_failed``, ``local.port_taken`` or ``local.credentials_lost``.
        """
        settings = self._data / "server.properties"
        self._write_settings(settings, closed=True)
        if not self._format(settings, self._data / "log"):
            self._close(settings)
        self._run(settings)

    def _write_settings(self, settings: Path, *, closed: bool) -> None:
        text = _SETTINGS.format(
            port=self.port,
            controller_port=self._controller_port,
            log_dir=self._data / "log",
            max_message_bytes=MAX_MESSAGE_BYTES,
            transaction_ms=TRANSACTION_S * 1000,
            more_listeners=self._tls.listeners if closed and self._tls else "",
        )
        more = self._tls.settings if self._tls else ""
        rest = _CLOSED.format(admin=ADMIN, password=self._password, more_settings=more) if closed else _OPEN
        write_secret(settings, text + rest)

    def _close(self, settings: Path) -> None:
        """Give the admin a password in a folder that was formatted when everybody was let in."""
        self._write_settings(settings, closed=False)
        self._run(settings)
        from shared.runtime.base.settings import Settings
        from shared.runtime.serve.access import set_passwords

        plain = Settings(kafka=f"127.0.0.1:{self.port}", kafka_security_protocol="PLAINTEXT")
        try:
            asyncio.run(set_passwords(plain, {ADMIN: self._password}))
        finally:
            self.stop()
        (self._data / _FORMATTED).write_text(_WITH_PASSWORD, encoding="utf-8")
        self._write_settings(settings, closed=True)

    def _run(self, settings: Path) -> None:
        # The second compiler costs half of the CPU of a broker's first minute, and pays it back later.
        compiler = [] if self._long_lived else ["-XX:TieredStopAtLevel=1"]
        child = self._java_child(
            "kafka",
            [
                f"-Xmx{self._heap_mb}m",
                *compiler,
                "-XX:+UseSerialGC",
                f"-Dlog4j2.configurationFile={_LOGGING}",
            ],
            ["kafka.Kafka", str(settings)],
        )
        self._child = child
        child.start()
        if not wait_until(self._serves, child, _READY_S):
            raise self._why_not(child)

    @property
    def running(self) -> bool:
        """Whether the broker was started and has not ended."""
        return self._child is not None and self._child.running

    @property
    def returncode(self) -> int | None:
        """How the broker ended: an exit code, or minus the number of a signal."""
        return None if self._child is None else self._child.returncode

    def ask_to_stop(self) -> None:
        """Ask for a stop in order, and do not wait for it."""
        if self._child is not None:
            self._child.ask_to_stop()

    def stop(self) -> None:
        """Stop in order."""
        if self._child is not None:
            self._child.stop()

    def freeze(self) -> None:
        """SIGSTOP the broker: it keeps its connections and answers nothing."""
        if self._child is not None:
            self._child.freeze()

    def thaw(self) -> None:
        """SIGCONT the broker."""
        if self._child is not None:
            self._child.thaw()

    def kill(self) -> None:
        """SIGKILL the broker and wait until it is gone."""
        if self._child is not None:
            self._child.kill()

    def _format(self, settings: Path, log_dir: Path) -> bool:
        """Format a new folder; return whether the admin has a password in it."""
        done = self._data / _FORMATTED
        if done.exists():
            with contextlib.suppress(FileNotFoundError):
                meta = (log_dir / "meta.properties").read_text(encoding="utf-8")
                if f"cluster.id={self._cluster_id}" not in meta.splitlines():
                    raise errors.credentials_lost(self._data.parent, "Kafka cluster.id")
            return done.read_text(encoding="utf-8") == _WITH_PASSWORD
        shutil.rmtree(log_dir, ignore_errors=True)  # what an interrupted format left behind
        # The password stands in a file: everybody on the machine sees the arguments of a process.
        scram = f"SCRAM-SHA-512=[name={ADMIN},password={self._password}]"
        arguments = self._data / "format.arguments"
        command = ("format", "-t", self._cluster_id, "-c", str(settings), "--add-scram", scram)
        write_secret(arguments, "\n".join(command) + "\n")
        said = self._data / "format.log"
        child = self._java_child(
            "kafka-format",
            ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", f"-Dlog4j2.configurationFile={_LOGGING}"],
            ["kafka.tools.StorageTool", f"@{arguments}"],
            log=said,
        )
        self._child = child
        child.start()
        try:
            if child.wait(_READY_S) != 0:
                child.kill()
                raise self._why_not(child)
        finally:
            arguments.unlink(missing_ok=True)
        said.unlink(missing_ok=True)  # it says what the password is checked with
        done.write_text(_WITH_PASSWORD, encoding="utf-8")
        return True

    def _java_child(
        self, name: str, options: Sequence[str], arguments: Sequence[str], log: Path | None = None
    ) -> ChildProcess:
        # A user's own JVM options were meant for another program.
        environment = {
            k: v
            for k, v in os.environ.items()
            if k not in ("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH")
        }
        return ChildProcess(
            name,
            [str(self._java), *options, "-cp", self._class_path, *arguments],
            log=log or self._log,
            environment=environment,
            directory=self._data,
            keep_open=self._keep_open,
        )

    def _serves(self) -> bool:
        return answers(self.port)

    def _why_not(self, child: ChildProcess) -> errors.LocalStackError:
        child_ended = child.returncode
        lines = child.log_tail(200)
        text = "\n".join(lines)
        if "Address already in use" in text or "BindException" in text:
            child.kill()
            return errors.port_taken("Kafka", self.port, self._log)
        if "No space left on device" in text:
            child.kill()
            return errors.disk_full(self._data, shutil.disk_usage(self._data).free // 1_000_000, 500)
        child.kill()
        telling = [
            line for line in lines if "ERROR" in line or "Exception" in line or "FATAL" in line
        ] or lines
        return errors.start_failed("Kafka", child_ended, telling[-1].strip() if telling else "", self._log)


def answers(port: int) -> bool:
    """Return whether the broker on this machine answers an ApiVersions request, as it does once unfenced."""
    client = b"suyuan-probe"
    request = struct.pack(">hhih", 18, 0, 1, len(client)) + client
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2.0) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            answer = connection.recv(10)
    except OSError:
        return False
    # length, the correlation id sent, error code 0: nobody but a Kafka broker answers so
    return len(answer) == 10 and struct.unpack(">iih", answer)[1:] == (1, 0)
