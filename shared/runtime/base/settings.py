"""The settings of one process: environment variables ``SUYUAN_…``, each with unit and default."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.contracts.errors import SuyuanError
from shared.runtime.base.limits import VALUE_BYTES
from shared.runtime.base.tls import tls_context

DEFAULT_NETWORK = Path(__file__).resolve().parents[3] / "deploy" / "networks" / "fengtai.yaml"


FOR_EVER = -1


def _some_days(days: int) -> int:
    if days == 0:
        raise ValueError("0 days would keep nothing; -1 is for ever")
    return days


_Lifetime = Annotated[int, AfterValidator(_some_days)]


class TimeSource(StrEnum):
    """Where the business time of a message from outside comes from."""

    BROKER = "broker"
    """The broker's append time: nobody outside can move a deadline."""
    REPLAY = "replay"
    """The message's own ``ce_time``: for replays of the past; time passes only with messages."""


class Settings(BaseSettings):
    """All settings. Sizes in bytes, times in the unit that the name says."""

    model_config = SettingsConfigDict(env_prefix="SUYUAN_", extra="ignore", frozen=True)

    kafka: Annotated[str, Field(description="Kafka bootstrap addresses, host:port,…")] = "127.0.0.1:9092"
    kafka_security_protocol: Annotated[
        str,
        Field(description="PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL", pattern="^(SASL_)?(PLAINTEXT|SSL)$"),
    ] = "PLAINTEXT"
    kafka_sasl_mechanism: Annotated[str, Field(description="SASL mechanism")] = "SCRAM-SHA-512"
    kafka_username: Annotated[str, Field(description="SASL user; empty for none")] = ""
    kafka_password: Annotated[SecretStr, Field(description="SASL password")] = SecretStr("")

    kafka_ca: Annotated[
        Path | None,
        Field(description="PEM file of the authorities of Kafka's certificates; empty: the system's"),
    ] = None
    kafka_certificate: Annotated[
        Path | None, Field(description="PEM file of the own certificate, for mutual TLS; empty for none")
    ] = None
    kafka_key: Annotated[
        Path | None, Field(description="PEM file of its key; empty where it is in the same file")
    ] = None
    kafka_users: Annotated[
        SecretStr,
        Field(description="Users that `topics provision --acl` gives their passwords, name:password,…"),
    ] = SecretStr("")

    mongo_url: Annotated[SecretStr, Field(description="MongoDB URL with user and replica set")] = SecretStr(
        "mongodb://127.0.0.1:27017/?replicaSet=suyuan"
    )
    mongo_database: Annotated[str, Field(description="Database; empty for suyuan_<service>")] = ""
    mongo_timeout_ms: Annotated[int, Field(description="Longest wait for a MongoDB server, ms", ge=100)] = (
        3000
    )

    network: Annotated[Path, Field(description="Network file: court, organisations, institutions")] = (
        DEFAULT_NETWORK
    )
    keys: Annotated[
        Path | None,
        Field(description="Keys file: public keys beside those of the network file, revoked tokens"),
    ] = None
    signing_key: Annotated[
        SecretStr, Field(description="Own key that signs the commands sent here, id:base64url")
    ] = SecretStr("")
    operator_key: Annotated[
        Path | None, Field(description="File with an operator's own key, for suyuan; nobody else may read it")
    ] = None
    replica: Annotated[int, Field(description="Stable number of this replica, 0, 1, …", ge=0)] = 0

    time: Annotated[TimeSource, Field(description="broker or replay")] = TimeSource.BROKER
    future_tolerance_s: Annotated[int, Field(description="How far ahead a time may be, seconds", ge=0)] = 300
    tick_ms: Annotated[int, Field(description="How often quiet cases are looked at, ms", ge=10)] = 1000

    partitions: Annotated[int, Field(description="Partitions of all keyed topics", ge=1, le=1000)] = 6
    filings_partitions: Annotated[
        int, Field(description="Partitions of each filings topic", ge=1, le=1000)
    ] = 3
    replication: Annotated[int, Field(description="Replicas of each topic", ge=1, le=7)] = 1
    min_insync: Annotated[int, Field(description="Replicas that must have a message", ge=1, le=7)] = 1
    events_retention_days: Annotated[
        _Lifetime, Field(description="Retention of events, days; -1 for ever", ge=FOR_EVER)
    ] = FOR_EVER
    filings_retention_days: Annotated[int, Field(description="Retention of filings, days", ge=1)] = 7
    commands_retention_days: Annotated[
        _Lifetime, Field(description="Retention of commands, days; -1 for ever", ge=FOR_EVER)
    ] = 30
    letters_retention_days: Annotated[
        _Lifetime, Field(description="Retention of dead-letter topics, days; -1 for ever", ge=FOR_EVER)
    ] = 30
    witnessed_retention_days: Annotated[
        _Lifetime, Field(description="Retention of history.witnessed, days; -1 for ever", ge=FOR_EVER)
    ] = 90
    witnessed_bytes: Annotated[
        int, Field(description="Most bytes of a partition of history.witnessed; -1 without end", ge=FOR_EVER)
    ] = 128 * 1024 * 1024
    letters_data_days: Annotated[
        _Lifetime,
        Field(description="How long the data of waiting dead letters stay, days; -1 for ever", ge=FOR_EVER),
    ] = 90
    closed_letters_days: Annotated[
        _Lifetime,
        Field(description="How long the data of closed dead letters stay, days; -1 for ever", ge=FOR_EVER),
    ] = 30
    handled_days: Annotated[
        _Lifetime,
        Field(description="How long ids of handled commands are known, days; -1 for ever", ge=FOR_EVER),
    ] = 90

    max_records: Annotated[int, Field(description="Most messages of one batch", ge=1, le=5000)] = 500
    poll_ms: Annotated[int, Field(description="Longest wait of one poll that finds nothing, ms", ge=1)] = 250
    max_message_bytes: Annotated[
        int, Field(description="Largest value that is read, bytes", ge=1000, le=VALUE_BYTES)
    ] = 1_000_000
    entry_max_bytes: Annotated[
        int,
        Field(description="Largest record batch that entry topics take, bytes", ge=100_000, le=10_000_000),
    ] = 2 * 1024 * 1024
    transaction_s: Annotated[
        float,
        Field(
            description="How long the brokers leave a producer's transaction open "
            "(transaction.max.timeout.ms), seconds",
            gt=0,
        ),
    ] = 900.0
    session_timeout_ms: Annotated[int, Field(description="Consumer session, ms", ge=6000)] = 30_000
    rebalance_timeout_ms: Annotated[int, Field(description="Longest rebalance, ms", ge=6000)] = 60_000
    publish_timeout_s: Annotated[
        int, Field(description="Until a stuck producer is replaced, seconds", ge=1)
    ] = 20
    graceful_s: Annotated[int, Field(description="Longest graceful stop, seconds", ge=1)] = 10

    ops_host: Annotated[str, Field(description="Address of /healthz, /readyz, /metrics")] = "127.0.0.1"
    ops_port: Annotated[int, Field(description="Port of /healthz, /readyz, /metrics", ge=0, le=65535)] = 9600
    http_host: Annotated[str, Field(description="Address of the HTTP API")] = "127.0.0.1"
    http_port: Annotated[int, Field(description="Port of the HTTP API; 0 for none", ge=0, le=65535)] = 0
    http_max_bytes: Annotated[int, Field(description="Largest request body, bytes", ge=1000)] = 1_000_000

    http_streams_per_person: Annotated[
        int, Field(description="Streams that one person may have open, per replica", ge=1)
    ] = 3
    http_commands_per_minute: Annotated[
        int, Field(description="Commands and filings of one person over HTTP, a minute; 0 for no limit", ge=0)
    ] = 600
    http_address_commands_per_minute: Annotated[
        int, Field(description="The same from one address, a minute; 0 for no limit", ge=0)
    ] = 3000
    http_peer_connections: Annotated[
        int, Field(description="Open HTTP connections from one address, per server", ge=1)
    ] = 50
    http_first_byte_s: Annotated[
        float, Field(description="Longest wait for a new connection's first byte, seconds", gt=0)
    ] = 5.0
    http_headers_s: Annotated[
        float, Field(description="Longest wait for the rest of a request's headers, seconds", gt=0)
    ] = 10.0
    http_proxies: Annotated[
        str,
        Field(description="Addresses of proxies whose X-Forwarded-For is believed, a,b,…; empty for none"),
    ] = ""

    token_key: Annotated[SecretStr, Field(description="Key that signs tokens; no service has it")] = (
        SecretStr("")
    )
    party_key: Annotated[SecretStr, Field(description="Key of party tokens (intake), 32 or more")] = (
        SecretStr("")
    )

    personal_keys: Annotated[
        SecretStr,
        Field(description="Keys of personal data (intake), id:secret,…; the first seals; 32 or more each"),
    ] = SecretStr("")

    record_keys: Annotated[
        SecretStr,
        Field(description="Keys of dead letters and held records, id:secret,…; the first seals; 32 or more"),
    ] = SecretStr("")

    sealing_keys: Annotated[
        SecretStr,
        Field(description="Keys of what is sealed to mediation (mediation), id:secret,…; 32 or more each"),
    ] = SecretStr("")
    mediation_url: Annotated[
        str, Field(description="Address of mediation's HTTP API, whose public key the portal seals with")
    ] = ""

    history_key: Annotated[
        SecretStr,
        Field(description="Own key that signs the days of history, id:base64url; empty closes no days"),
    ] = SecretStr("")
    history_day_s: Annotated[
        int, Field(description="How long a day of history is that gets one signed root, seconds", ge=1)
    ] = 24 * 3600

    notices_key: Annotated[
        SecretStr,
        Field(description="Own key that signs webhooks (alerts), id:base64url; empty sends none"),
    ] = SecretStr("")
    notices_tries: Annotated[
        int, Field(description="Tries to deliver a notice before it is given up", ge=1, le=100)
    ] = 15
    notices_backoff_s: Annotated[
        float, Field(description="Wait after the first try, doubled with each up to 4 h, seconds", gt=0)
    ] = 5.0
    delivered_days: Annotated[
        _Lifetime,
        Field(description="How long rows of delivered notices stay (alerts), days; -1 for ever", ge=FOR_EVER),
    ] = 30
    notices_timeout_s: Annotated[
        float, Field(description="Longest time of one try to deliver a notice, seconds", gt=0)
    ] = 15.0
    webhook_networks: Annotated[
        str,
        Field(description="Networks that webhooks may reach though not public, a.b.c.d/n,…; empty for none"),
    ] = ""
    smtp_url: Annotated[
        str,
        Field(description="Mail server for notices (alerts), smtps://host or smtp://host; empty for none"),
    ] = ""
    smtp_user: Annotated[str, Field(description="Name at the mail server; empty for none")] = ""
    smtp_password: Annotated[SecretStr, Field(description="Password at the mail server")] = SecretStr("")
    mail_from: Annotated[str, Field(description="Address that notices by e-mail come from")] = ""

    log_level: Annotated[str, Field(description="debug, info, warning or error")] = "info"

    def database(self, service: str) -> str:
        """Return the name of a service's database."""
        return self.mongo_database or f"suyuan_{service}"

    def proxies(self) -> frozenset[str]:
        """Return the addresses of the proxies that are believed."""
        return frozenset(one.strip() for one in self.http_proxies.split(",") if one.strip())

    def kafka_security(self) -> dict[str, Any]:
        """Return the security options of every Kafka client; empty where it asks for no name and no TLS.

        Raises:
            TlsTrouble: A certificate file cannot be used, or the own certificate has expired.
        """
        protocol = self.kafka_security_protocol
        options: dict[str, Any] = {} if protocol == "PLAINTEXT" else {"security_protocol": protocol}
        if protocol.endswith("SSL"):
            options["ssl_context"] = tls_context(self.kafka_ca, self.kafka_certificate, self.kafka_key)
        if protocol.startswith("SASL"):
            options["sasl_mechanism"] = self.kafka_sasl_mechanism
            options["sasl_plain_username"] = self.kafka_username
            options["sasl_plain_password"] = self.kafka_password.get_secret_value()
        return options

    def passwords(self) -> dict[str, str]:
        """Return the passwords of ``kafka_users`` by user.

        Raises:
            SuyuanError: ``settings.kafka_users``: it is not of the form ``name:password,…``.
        """
        out: dict[str, str] = {}
        for part in filter(None, self.kafka_users.get_secret_value().split(",")):
            name, _, password = part.strip().partition(":")
            if not name or not password:
                raise SuyuanError(
                    code="settings.kafka_users",
                    zh="SUYUAN_KAFKA_USERS 应为 用户:口令,以逗号分隔。",
                    en="SUYUAN_KAFKA_USERS must be name:password, separated by commas.",
                )
            out[name] = password
        return out

    def as_user(self, name: str, password: str) -> Self:
        """Return these settings for another user of the same brokers."""
        return self.model_copy(update={"kafka_username": name, "kafka_password": SecretStr(password)})

    def shown(self) -> list[tuple[str, str, str]]:
        """Return name, value and description of every setting, secrets hidden."""
        out = []
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            text = ("•••" if value.get_secret_value() else "") if isinstance(value, SecretStr) else str(value)
            out.append((f"SUYUAN_{name.upper()}", text, field.description or ""))
        return out
