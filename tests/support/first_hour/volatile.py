"""What differs from run to run, replaced by something of the same width."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from unittest.mock import patch

from cli.display.cells import instant

TODAY: Final = "2026-03-02"
LATER: Final = "2026-04-01"
"""Every deadline, and the end of the calendar."""
_TIMES: Final = re.compile(r"(\d{4}-\d\d-\d\d)([T ])(\d\d:\d\d)(:\d\d)?(\.\d+)?")
_DATES: Final = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_UUID: Final = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
_STARTING: Final = (
    "启动 starting MongoDB",
    "启动 starting Apache Kafka",
    "MongoDB 就绪",
    "Apache Kafka 就绪",
)
_SAME: Final[tuple[tuple[str, str], ...]] = (
    (r"\beyJ[\w-]+\.[\w-]+\.[\w-]+", "eyJhbGciOiJIUzI1NiIs…"),
    (r"\(\d+\.\d s\)", "(1.2 s)"),
    (r"(集群 |cluster )[\w-]{22}", r"\1Zm9yLXRoZS1maXJzdC1ob3"),
    (r"（20\d\d）", "（2026）"),
    # A finding of the doctor that speaks of this machine, up to the next one.
    (r"(?ms)^([✓!] (?:disk|python|versions): ).*?(?=^[✓✗!`] |^$)", "\\1…\n"),
)


@contextmanager
def still() -> Iterator[None]:
    """Let tables show each time of this hour as the same one, so that they are drawn alike in every run."""
    with (
        patch("cli.display.cells.age", lambda value, view: "3 s"),
        patch("cli.display.cells.instant", _same_instant),
        patch("cli.telling.instant", _same_instant),
    ):
        yield


def _same_instant(value: object, *, seconds: bool = False) -> str:
    return _same(instant(value, seconds=seconds))


def plain(text: str, folder: Path) -> str:
    """Return a page as every run gives it."""
    text = text.replace(str(folder), "/home/you/suyuan")
    text = "\n".join(_in_order(text.splitlines())) + "\n"
    for pattern, same in _SAME:
        text = re.sub(pattern, same, text)
    text = _numbered(text, r"(?<=127\.0\.0\.1:)\d{5}", lambda number: str(20_000 + number))
    text = _pids(text)
    text = _numbered(text, _UUID.pattern, lambda number: f"00000000-0000-7000-8000-{number:012d}")
    return _same(text)


def _in_order(lines: list[str]) -> list[str]:
    """Return the lines with those of the two servers, which start at the same time, in one order."""
    out: list[str] = []
    waiting: list[str] = []
    for line in lines:
        if line.startswith(_STARTING):
            waiting.append(line)
            continue
        out += sorted(
            waiting, key=lambda one: next(i for i, head in enumerate(_STARTING) if one.startswith(head))
        )
        waiting.clear()
        out.append(line)
    return out + waiting


def _numbered(text: str, pattern: str, name: Callable[[int], str]) -> str:
    """Replace each distinct word by one with a number, in the order in which they come."""
    known: dict[str, str] = {}
    return re.sub(pattern, lambda found: known.setdefault(found[0], name(len(known) + 1)), text)


def _pids(text: str) -> str:
    """Replace the ids of processes: what ends a row of `suyuan status`, wherever it then stands."""
    rows = r"(?m)^(?:kafka|mongod|[a-z_]+-\d|court) .*?(\d+)$"
    known = {pid: str(10_000 + number) for number, pid in enumerate(re.findall(rows, text), 1)}
    return re.sub(r"(?<![\w.:-])\d{2,8}(?![\w.:,-])", lambda found: known.get(found[0], found[0]), text)


def _same(text: str) -> str:
    """Replace the times of this hour and the days that follow from it; what was written in a table stays."""
    today = datetime.now(UTC).date()
    recent, later = str(today - timedelta(days=7)), str(today + timedelta(days=2))
    text = _TIMES.sub(lambda found: _same_time(found, later) if found[1] >= recent else found[0], text)
    return _DATES.sub(
        lambda found: found[0] if found[0] < recent else LATER if found[0] > later else TODAY, text
    )


def _same_time(found: re.Match[str], later: str) -> str:
    day = LATER if found[1] > later else TODAY
    seconds = ":00" if found[4] else ""
    return f"{day}{found[2]}09:00{seconds}{'.' + '0' * (len(found[5]) - 1) if found[5] else ''}"
