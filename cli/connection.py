"""How a command finds a running platform.

In this order: ``--data`` on the command line; the environment, once it names ``SUYUAN_KAFKA`` or
``SUYUAN_MONGO_URL``; the connection file that ``suyuan up`` and ``suyuan demo`` write into their data folder
(``SUYUAN_DATA``, else ``.suyuan/data`` or ``.suyuan/demo``, whichever runs; the first if both do). Addresses
never come half from one and half from another.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from cli.output import WrongUse
from shared.contracts.errors import SuyuanError
from shared.contracts.principals import OPERATOR
from shared.contracts.topics import SERVICES

if TYPE_CHECKING:
    from shared.runtime.base.settings import Settings
    from shared.runtime.commit.mongo import Database

FILE: Final = "connection.json"
DEFAULT_DATA: Final = Path(".suyuan") / "data"
DEMO_DATA: Final = Path(".suyuan") / "demo"
_ADDRESSES: Final = ("SUYUAN_KAFKA", "SUYUAN_MONGO_URL")
_FROM_ONE_PLACE: Final = (
    *_ADDRESSES,
    *("SUYUAN_KAFKA_SECURITY_PROTOCOL", "SUYUAN_KAFKA_USERNAME", "SUYUAN_KAFKA_PASSWORD"),
    "SUYUAN_MONGO_DATABASE",
)

if TYPE_CHECKING:

    class ServiceName(StrEnum):
        """A service by its name."""

else:
    ServiceName = StrEnum("ServiceName", {name.upper(): name for name in SERVICES})

Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        help="suyuan up/demo 的数据目录 / data folder of suyuan up or demo (SUYUAN_DATA); found by itself",
        show_default=False,
    ),
]
OneService = Annotated[ServiceName, typer.Option("--service", "-s", help="哪个服务 / which service")]
AnyService = Annotated[
    ServiceName | None,
    typer.Option("--service", "-s", help="哪个服务;缺省为全部 / which service; all if not given"),
]


@dataclass(frozen=True, slots=True)
class Connection:
    """Where a running platform is, as its connection file says.

    Attributes:
        kafka: Bootstrap address.
        portal_url: Address of the HTTP API; empty without one.
        services: ``SUYUAN_…`` variables by service, secrets among them.
        ops: Address of the probes by replica.
        http: Address of the HTTP API by replica, of those that have one.
        operator_key: The file with the operator's own key; empty without one.
        users: Password by user of the broker.
        token_key: The key that signs tokens; empty without one.
    """

    kafka: str
    portal_url: str = ""
    services: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    ops: Mapping[str, str] = field(default_factory=dict)
    http: Mapping[str, str] = field(default_factory=dict)
    operator_key: str = ""
    users: Mapping[str, str] = field(default_factory=dict, repr=False)
    token_key: str = field(default="", repr=False)


def folder(data: Path | None = None) -> Path:
    """Return the data folder: the one given, ``SUYUAN_DATA``, or that of ``suyuan up`` or ``suyuan demo``."""
    if data or os.environ.get("SUYUAN_DATA"):
        return data or Path(os.environ["SUYUAN_DATA"])
    known = [one for one in (DEFAULT_DATA, DEMO_DATA) if (one / FILE).exists()]
    if len(known) > 1:
        # A platform that was killed leaves its file behind.
        from deploy.local.state import is_in_use

        known = [one for one in known if is_in_use(one)] or known
    return known[0] if known else DEFAULT_DATA


def read(data: Path | None = None) -> Connection | None:
    """Read the connection file of a data folder; ``None`` if there is none.

    Raises:
        SuyuanError: ``connection.unreadable``.
    """
    path = folder(data) / FILE
    try:
        found = json.loads(path.read_text("utf-8"))
        services = {
            name: {k: str(v) for k, v in values.items()} for name, values in found["services"].items()
        }
        return Connection(
            found["kafka"],
            found.get("portal_url") or "",
            services,
            dict(found.get("ops") or {}),
            dict(found.get("http") or {}),
            found.get("operator_key") or "",
            dict(found.get("users") or {}),
            found.get("token_key") or "",
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SuyuanError(
            code="connection.unreadable",
            zh=f"无法读取连接文件 {path}。请重新运行 suyuan up。",
            en=f"The connection file {path} cannot be read ({type(error).__name__}). Run suyuan up again.",
        ) from None


def by_environment(data: Path | None = None) -> bool:
    """Tell whether the environment says where the platform is."""
    return data is None and any(os.environ.get(name) for name in _ADDRESSES)


def settings(
    service: str | None = None, data: Path | None = None, *, mongo: bool = False, user: str = OPERATOR
) -> "Settings":
    """Return the settings of a service, or of whoever only needs Kafka.

    Args:
        service: Whose database and secrets; ``None`` for Kafka alone.
        data: ``--data`` as it was given.
        mongo: Whether the database is needed.
        user: As whom the broker is asked, where a connection file has the passwords.

    Raises:
        SuyuanError: ``connection.missing``, ``connection.no_service``, ``connection.no_database``,
            ``connection.stopped``, ``connection.unreadable``, ``settings.wrong``.
    """
    if by_environment(data):
        if mongo and not os.environ.get("SUYUAN_MONGO_URL"):
            raise SuyuanError(
                code="connection.no_database",
                zh="环境变量中没有数据库地址。请设置该服务的 SUYUAN_MONGO_URL。",
                en="The environment names no database. Set SUYUAN_MONGO_URL of the service.",
            )
        return _settings({})
    found = read(data)
    if found is None:
        raise missing(data)
    if is_stopped(data):
        raise stopped(data)
    if service is None:
        return _settings({**_shared(found), **_as_user(found, user)})
    if service not in found.services:
        raise SuyuanError(
            code="connection.no_service",
            zh=f"连接文件中没有服务 {service}。请重新运行 suyuan up。",
            en=f"The connection file has no service {service}. Run suyuan up again.",
        )
    return _settings({**_own(found), **found.services[service], **_as_user(found, user)})


def _as_user(found: Connection, user: str) -> dict[str, str]:
    """Return what a user of the broker needs, the operator where the file does not know that one."""
    user = user if user in found.users else OPERATOR
    if user not in found.users:
        return {}
    return {"SUYUAN_KAFKA_USERNAME": user, "SUYUAN_KAFKA_PASSWORD": found.users[user]}


def database(service: str, settings: "Settings") -> "Database":
    """Open a service's own database; close it afterwards."""
    from shared.runtime.commit.mongo import Database

    return Database.connect(
        settings.mongo_url.get_secret_value(),
        settings.database(service),
        timeout_ms=settings.mongo_timeout_ms,
    )


@contextmanager
def opened(service: str, data: Path | None) -> "Iterator[Database]":
    """Open the database of a service of the platform that ``data`` leads to; it is closed in the end."""
    found = database(service, settings(service, data, mongo=True))
    try:
        yield found
    finally:
        found.close()


def services(chosen: str | None, data: Path | None) -> list[str]:
    """Return the services that a command means: the one chosen, or all that can be reached.

    Raises:
        WrongUse: ``service.not_chosen``: the environment leads to one database, and does not say whose.
    """
    if chosen is not None:
        return [str(chosen)]
    if not by_environment(data):
        found = read(data)
        return [one for one in SERVICES if found is None or one in found.services]
    name = os.environ.get("SUYUAN_MONGO_DATABASE", "").removeprefix("suyuan_")
    if name in SERVICES:
        return [name]
    raise WrongUse(
        code="service.not_chosen",
        zh="请用 --service 指明服务。",
        en="The environment leads to one database. Say with --service whose it is.",
    )


def is_known(data: Path | None) -> bool:
    """Tell whether anything leads to a platform: the environment, or a connection file."""
    return by_environment(data) or read(data) is not None


def missing(data: Path | None) -> SuyuanError:
    """Return the error of a platform that cannot be found."""
    path = folder(data) / FILE
    return SuyuanError(
        code="connection.missing",
        zh=(
            f"找不到平台:没有 {path},环境变量也未设置。"
            "请先运行 suyuan up 或 suyuan demo;在别的目录用 --data 指明;"
            "或设置 SUYUAN_KAFKA 与 SUYUAN_MONGO_URL。"
        ),
        en=(
            f"No platform is known: there is no {path}, and the environment says nothing. "
            "Run suyuan up or suyuan demo, name its folder with --data if it runs elsewhere, "
            "or set SUYUAN_KAFKA and SUYUAN_MONGO_URL."
        ),
    )


def is_stopped(data: Path | None) -> bool:
    """Say whether a platform left its connection file behind: it was killed, or the machine was."""
    from deploy.local.state import is_in_use

    path = folder(data)
    return (path / "lock").exists() and not is_in_use(path)


def stopped(data: Path | None) -> SuyuanError:
    """Return the error of a platform that left its connection file behind."""
    where = folder(data)
    return SuyuanError(
        code="connection.stopped",
        zh=f"{where} 中的平台没有运行:上次未能正常停止。请重新运行 suyuan up 或 suyuan demo。",
        en=f"The platform in {where} does not run: it was not stopped in order. "
        "Start it again: suyuan up or suyuan demo.",
    )


def _shared(found: Connection) -> dict[str, str]:
    """Return what all services have in common: everything but the database of one."""
    values: dict[str, str] = {}
    for environment in found.services.values():
        values.update(environment)
    own = ("SUYUAN_MONGO_", "SUYUAN_OPS_", "SUYUAN_HTTP_", "SUYUAN_REPLICA")
    kept = {name: value for name, value in values.items() if not name.startswith(own)}
    return {**kept, **_own(found)}


def _own(found: Connection) -> dict[str, str]:
    """Return what belongs to no service: the address of Kafka, and the key of whoever sits here."""
    own = {"SUYUAN_OPERATOR_KEY": found.operator_key, "SUYUAN_TOKEN_KEY": found.token_key}
    return {"SUYUAN_KAFKA": found.kafka, **{name: value for name, value in own.items() if value}}


def _settings(values: Mapping[str, str]) -> "Settings":
    """Make settings of file values; what the environment sets besides addresses wins over them."""
    from pydantic import ValidationError

    from shared.runtime.base.settings import Settings

    given: dict[str, Any] = {
        name.removeprefix("SUYUAN_").lower(): value
        for name, value in values.items()
        if name in _FROM_ONE_PLACE or not os.environ.get(name)
    }
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = "SUYUAN_" + "_".join(map(str, first["loc"])).upper()
        raise SuyuanError(
            code="settings.wrong",
            zh=f"设置 {name} 无效。请改正。",
            en=f"Setting {name} is not valid: {first['msg']}. Correct it.",
        ) from None
