"""`suyuan status`: what runs of `suyuan up` or `suyuan demo`: where, as which process, ready or why not."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import typer

from cli import connection, output
from cli.connection import Connection, Data
from cli.display import declared
from cli.output import AsJson

NO_ANSWER: Final = "no answer"
ENDED: Final = "ended"
_TIMEOUT_S: Final = 3.0


@dataclass(frozen=True, slots=True)
class Part:
    """A process of the platform.

    Attributes:
        name: As in its log's name: ``kafka``, ``mongod``, ``intake-0``, ``court``.
        ready: Whether it can do its work.
        why: Why it cannot.
        address: Where it serves: ``host:port``, or the URL of its HTTP API; empty without one.
        probes: URL of ``/readyz`` and the others; empty without one.
        pid: Its process; ``None`` where none runs.
        log: Its log file.
    """

    name: str
    ready: bool
    why: str
    address: str
    probes: str
    pid: int | None
    log: str


def status(data: Data = None, as_json: AsJson = False) -> None:
    """列出本机各进程:地址、进程号、是否就绪 / list what runs here: addresses, pids, ready or why not."""
    found = connection.read(data)
    if found is None:
        raise connection.missing(data)
    if connection.is_stopped(data):
        raise connection.stopped(data)
    folder = connection.folder(data)
    parts = look(folder, found)
    if as_json:
        output.show(
            {"data": str(folder), "portal": found.portal_url, "parts": [asdict(one) for one in parts]}
        )
    else:
        _print(folder, found, parts)
    if not all(one.ready for one in parts):
        raise typer.Exit(output.FAILED)


def look(folder: Path, found: Connection) -> list[Part]:
    """Ask every part at the same time."""
    with ThreadPoolExecutor(16) as pool:
        servers = [pool.submit(_kafka, folder, found), pool.submit(_mongod, folder, found)]
        replicas = [pool.submit(_replica, folder, found, name) for name in found.ops]
        parts = [one.result() for one in (*servers, *replicas)]
    return [*parts, *_court(folder)]


def _kafka(folder: Path, found: Connection) -> Part:
    from deploy.local.kafka import answers

    port = int(found.kafka.rpartition(":")[2])
    return _server(folder, "kafka", found.kafka, answers(port))


def _mongod(folder: Path, found: Connection) -> Part:
    from deploy.local.mongo import takes_writes

    # The addresses of all services lead to one mongod; their passwords are not shown.
    url = next(iter(found.services.values()))["SUYUAN_MONGO_URL"]
    host = urlsplit(url).netloc.rpartition("@")[2]
    return _server(folder, "mongod", host, takes_writes(host))


def _server(folder: Path, name: str, address: str, ready: bool) -> Part:
    why = "" if ready else NO_ANSWER
    return Part(name, ready, why, address, "", *_process(folder, name))


def _replica(folder: Path, found: Connection, name: str) -> Part:
    import httpx

    probes = found.ops[name]
    try:
        answer = httpx.get(f"{probes}/readyz", timeout=_TIMEOUT_S, trust_env=False)
        why = "; ".join(answer.json()["reasons"]) if answer.status_code != 200 else ""
        ready = answer.status_code == 200
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        ready, why = False, NO_ANSWER
    return Part(name, ready, why, found.http.get(name, ""), probes, *_process(folder, name))


def _court(folder: Path) -> list[Part]:
    """Return the court simulator, if there is one; it serves nothing, so to run is all it can."""
    pid, log = _process(folder, "court")
    if not Path(log).exists():
        return []
    return [Part("court", pid is not None, "" if pid else ENDED, "", "", pid, log)]


def _process(folder: Path, name: str) -> tuple[int | None, str]:
    from deploy.local.processes import pid_of

    log = folder / "logs" / f"{name}.log"
    return pid_of(log), str(log)


def _print(folder: Path, found: Connection, parts: list[Part]) -> None:
    ready = sum(one.ready for one in parts)
    rows = [
        {
            **asdict(one),
            "address": _short(one.address),
            "probes": _short(one.probes),
            "pid": None if one.pid is None else str(one.pid),
            "why": "" if one.ready else one.why,
            "see": "" if one.ready else one.log,
        }
        for one in parts
    ]
    output.draw(declared.PARTS, rows, f"{ready} / {len(parts)}")
    if found.portal_url:
        output.line(f"{output.told('门户', 'Portal')}: {found.portal_url}")
    output.line(f"{output.told('日志', 'Logs')}: {folder / 'logs'}")


def _short(url: str) -> str:
    """Return host and port alone: that it is HTTP is said in the JSON."""
    return url.removeprefix("http://")
