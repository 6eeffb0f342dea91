"""Reading a table row by row: CSV, XLSX and JSON Lines, whatever their size, within stated limits."""

import codecs
import csv
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final, NamedTuple, Protocol

from cli import columns
from cli.columns import Cell
from cli.file_errors import too_large, too_many_rows, unreadable
from cli.output import WrongUse
from shared.contracts.errors import SuyuanError

MAX_BYTES: Final = 200_000_000
"""Largest file, bytes."""
MAX_ROWS: Final = 200_000
"""Most rows of one file."""
EXAMPLE: Final = "示例-example"
"""The reference of a template's example; no reference of an institution may be so."""
NOTE: Final = "#"
"""How the reference cell of a row of notes begins; a reference never does."""
MAX_LINE: Final = 1_000_000
"""Longest line of a JSONL file, bytes: no filing is longer, and what is parsed grows twenty-five times."""
MAX_CELL: Final = 10_000
"""Longest text of a cell, characters."""


class Named(Protocol):
    """A column, as far as reading a header asks for it."""

    @property
    def name(self) -> str:
        """Its English name, the one in reports."""


class Layout(NamedTuple):
    """Which columns a table may have.

    Attributes:
        by_header: The column of a header; ``None`` for one that nobody knows.
        needed: Columns that it cannot do without.
        see: The command that tells its columns.
    """

    by_header: Callable[[str], Named | None]
    needed: tuple[str, ...]
    see: str


FILINGS: Final = Layout(columns.by_header, columns.NEEDED, "suyuan template")


@dataclass(slots=True)
class Row:
    """One row.

    Attributes:
        number: Its number as the table shows it: the header is 1; a line of a JSONL file counts from 1.
        cells: By column name.
        content: The filing itself, where the file holds filings and no cells.
        wrong: What is wrong with the row as a whole: (column, code).
        done: Share of the file that is read, 0 to 1.
    """

    number: int
    cells: Mapping[str, Cell] = field(default_factory=dict)
    content: dict[str, Any] | None = None
    wrong: tuple[tuple[str, str], ...] = ()
    done: float = 0.0


def rows(path: Path, layout: Layout = FILINGS) -> Iterator[Row]:
    """Read a file row by row; an empty row is passed over, and so are a template's example and notes.

    Args:
        path: The file.
        layout: Its columns.

    Raises:
        WrongUse: ``file.unknown_kind``: it is none of the three kinds.
        SuyuanError: ``file.unreadable``, ``file.too_large``, ``file.too_many_rows``, ``file.too_slow``,
            ``file.unknown_column``, ``file.missing_column``, ``file.column_twice``.
    """
    readers = {".csv": _csv, ".xlsx": _xlsx, ".jsonl": _jsonl}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise WrongUse(
            code="file.unknown_kind",
            zh=f"不支持 {path.suffix or '无后缀'} 文件。请使用 .csv、.xlsx 或 .jsonl。",
            en=f"A file of kind {path.suffix or '(none)'} is not read. Use .csv, .xlsx or .jsonl.",
        )
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise too_large(path, size, MAX_BYTES)
        for count, row in enumerate(reader(path, max(size, 1), layout), 1):
            if count > MAX_ROWS:
                raise too_many_rows(path, MAX_ROWS)
            if not _of_template(row):
                yield row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise unreadable(path, error) from None


def _of_template(row: Row) -> bool:
    reference = row.cells.get("reference")
    return isinstance(reference, str) and (reference.strip() == EXAMPLE or reference.startswith(NOTE))


def _csv(path: Path, size: int, layout: Layout) -> Iterator[Row]:
    with path.open(encoding=_encoding(path), newline="") as file:
        sample = file.read(4096)
        file.seek(0)
        # Sheets of some languages are separated by semicolons or tabs.
        delimiter = max(",;\t", key=sample.partition("\n")[0].count)
        reader = csv.reader(file, delimiter=delimiter)
        header = _header(path, next(reader, []), layout)
        for number, cells in enumerate(reader, 2):
            if any(cell.strip() for cell in cells):
                yield _row(number, header, cells, _share(file, size))


def _xlsx(path: Path, _: int, layout: Layout) -> Iterator[Row]:
    from cli import workbooks

    with workbooks.opened(path, most_rows=MAX_ROWS) as (lines, total):
        header = _header(path, [str(cell or "") for cell in next(lines, ())], layout)
        for number, cells in enumerate(lines, 2):
            if any(cell is not None and str(cell).strip() for cell in cells):
                yield _row(number, header, cells, min(1.0, number / total))


def _jsonl(path: Path, size: int, _: Layout) -> Iterator[Row]:
    with path.open("rb") as file:
        done = 0
        for number, line in enumerate(iter(lambda: file.readline(MAX_LINE), b""), 1):
            done += len(line)
            if len(line) == MAX_LINE:
                done += 0 if line.endswith(b"\n") else _passed_over(file)
                yield Row(number, wrong=(("", "row.too_long"),), done=done / size)
                continue
            if not line.strip():
                continue
            try:
                content = json.loads(line)
            except (ValueError, RecursionError):
                content = None
            if not isinstance(content, dict):
                yield Row(number, wrong=(("", "message.not_json"),), done=done / size)
            else:
                yield Row(number, content=content, done=done / size)


def _passed_over(file: IO[bytes]) -> int:
    """Read on to the end of a line, and keep nothing; return how many bytes that were."""
    done = 0
    while line := file.readline(MAX_LINE):
        done += len(line)
        if line.endswith(b"\n"):
            break
    return done


def _header(path: Path, names: list[str], layout: Layout) -> list[str]:
    """Return the column of each position; a name that nobody knows is an error, not a loss of data."""
    while names and not names[-1].strip():
        names.pop()
    found: list[str] = []
    for name in names:
        column = layout.by_header(name)
        if column is None:
            raise SuyuanError(
                code="file.unknown_column",
                zh=f"{path} 中有未知的列 {name[:60]!r}。请用 {layout.see} 取得列名。",
                en=f"{path} has a column {name[:60]!r} that is not known. See {layout.see}.",
            )
        if column.name in found:
            raise SuyuanError(
                code="file.column_twice",
                zh=f"{path} 中列 {name!r} 出现两次。请删去其一。",
                en=f"{path} has the column {name!r} twice. Remove one.",
            )
        found.append(column.name)
    for name in layout.needed:
        if name not in found:
            raise SuyuanError(
                code="file.missing_column",
                zh=f"{path} 缺少列 {name}。请用 {layout.see} 取得列名。",
                en=f"{path} lacks the column {name}. See {layout.see}.",
            )
    return found


def _row(number: int, header: list[str], cells: Any, done: float) -> Row:
    extra = [cell for cell in cells[len(header) :] if cell is not None and str(cell).strip()]
    wrong = [("", "row.too_many_cells")] if extra else []
    for name, cell in zip(header, cells, strict=False):
        if isinstance(cell, str) and len(cell) > MAX_CELL:
            wrong.append((name, "cell.too_long"))
    return Row(number, dict(zip(header, cells, strict=False)), wrong=tuple(wrong), done=done)


def _encoding(path: Path) -> str:
    """Tell UTF-8 from GB18030, which Chinese spreadsheets still write."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while block := file.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "gb18030"
    return "utf-8-sig"


def _share(file: IO[str], size: int) -> float:
    # The bytes that were read; the text layer may not be asked for its place while it is iterated.
    read: int = file.buffer.tell()  # type: ignore[attr-defined]
    return min(1.0, read / size)
