"""Weekly counts of one's own, as spreadsheets write them: read, or refused with the line that is wrong."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from cli.evaluation.table import Table
from shared.contracts.errors import SuyuanError

__all__ = ["LARGEST", "read"]

LARGEST: Final = 10_000_000
WEEK: Final = "week_start"
_NO_COUNTS: Final = frozenset({WEEK, "iso_year", "iso_week", "week_index", "total", "outbreak"})
_ENCODINGS: Final = ("utf-8-sig", "gb18030")
_DAYS: Final = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d")


def read(path: Path) -> Table:
    """Read weekly counts: a column ``week_start``, and a column for each label, in any order of the weeks.

    UTF-8 (with or without a mark), UTF-16 with one, or GB 18030; comma, semicolon or tab between the cells.
    A day within a week stands for its Monday; an empty cell for none. Columns called ``total``,
    ``iso_year``, ``iso_week``, ``week_index``, ``outbreak`` are left out.

    Raises:
        SuyuanError: ``evaluate.no_file``; ``evaluate.not_weekly``: no such column, a date that is none, a
            week that is missing or there twice; ``evaluate.no_series``; ``evaluate.not_a_count``: a cell that
            is no whole number from 0 to `LARGEST`.
    """
    if not path.is_file():
        raise SuyuanError(code="evaluate.no_file", zh=f"没有文件 {path}。", en=f"There is no file {path}.")
    lines = _decoded(path).splitlines()
    rows = list(csv.reader(lines, delimiter=_delimiter(lines[0] if lines else "")))
    header = [cell.strip() for cell in rows[0]] if rows else []
    if WEEK not in header:
        found = ", ".join(header[:8]) or "-"
        raise _not_weekly(path, f"缺 {WEEK} 列(现有:{found})", f"has no column {WEEK} (its columns: {found})")
    labels = [name for name in header if name and name not in _NO_COUNTS]
    if not labels or len(set(header)) < len(header):
        raise SuyuanError(
            code="evaluate.no_series",
            zh=f"{path.name} 除 {WEEK} 外应有各序列的列,列名各不相同。",
            en=f"Besides {WEEK}, {path.name} needs a column for each series, each with a name of its own.",
        )
    filled = [(number, row) for number, row in enumerate(rows[1:], 2) if any(cell.strip() for cell in row)]
    weeks = _weeks(path, [(number, _cell(row, header.index(WEEK))) for number, row in filled])
    order = np.argsort([one.toordinal() for one in weeks])
    _unbroken(path, [weeks[at] for at in order])
    columns = {name: header.index(name) for name in labels}
    counts = _counts(path, filled, columns)
    return Table(weeks[order[0]], {name: one[order] for name, one in counts.items()})


def _decoded(path: Path) -> str:
    raw = path.read_bytes()
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return raw.decode("utf-16", errors="replace")
    for encoding in _ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", errors="replace")


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)


def _cell(row: Sequence[str], column: int) -> str:
    return row[column].strip() if column < len(row) else ""


def _weeks(path: Path, cells: Iterable[tuple[int, str]]) -> list[date]:
    """Return the Mondays of the weeks, as the file has them."""
    weeks: list[date] = []
    for number, text in cells:
        day = _day(text)
        if day is None:
            raise _not_weekly(
                path,
                f"第 {number} 行的 {text or '(空)'} 不是日期",
                f"has in line {number} {text or '(empty)'}, which is no date",
            )
        weeks.append(day - timedelta(days=day.weekday()))
    if not weeks:
        raise _not_weekly(path, "没有数据行", "has no rows")
    return weeks


def _day(text: str) -> date | None:
    for form in _DAYS:
        try:
            day = datetime.strptime(text[:10], form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
        return day if day.year >= date.min.year + 1 else None
    return None


def _unbroken(path: Path, weeks: Sequence[date]) -> None:
    for one, later in pairwise(weeks):
        if later == one:
            raise _not_weekly(path, f"{one} 起的一周出现两次", f"has the week of {one} twice")
        if (later - one).days != 7:
            missing = one + timedelta(days=7)
            raise _not_weekly(
                path,
                f"缺 {missing} 起的一周(没有纠纷的周写 0)",
                f"lacks the week of {missing} (a week without disputes is a row of 0)",
            )


def _counts(
    path: Path, rows: Sequence[tuple[int, Sequence[str]]], columns: Mapping[str, int]
) -> dict[str, np.ndarray[tuple[int], np.dtype[np.int32]]]:
    made = {}
    for name, column in columns.items():
        cells = np.zeros(len(rows), dtype=np.int32)
        for at, (number, row) in enumerate(rows):
            cells[at] = _count(path, number, name, _cell(row, column))
        made[name] = cells
    return made


def _count(path: Path, number: int, name: str, text: str) -> int:
    try:
        value = float(text or "0")
    except ValueError:
        value = -1.0
    if not (0.0 <= value <= LARGEST and value == int(value)):
        raise SuyuanError(
            code="evaluate.not_a_count",
            zh=f"{path.name} 第 {number} 行 {name} 列的 {text} 不是 0 至 {LARGEST:,} 的整数。",
            en=f"{path.name}, line {number}, column {name}: {text} is no whole number from 0 to {LARGEST:,}.",
        )
    return int(value)


def _not_weekly(path: Path, zh: str, en: str) -> SuyuanError:
    return SuyuanError(code="evaluate.not_weekly", zh=f"{path.name} {zh}。", en=f"{path.name} {en}.")
