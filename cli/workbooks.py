"""Reading an XLSX file that anybody may have made: nothing of it is parsed before it is known to be small.

An XLSX file is a zip of XML, up to a thousand times larger than it looks: 400 KB took a minute and 1 GB.
So all parts are first unpacked in blocks, counted and thrown away; then openpyxl reads them, against a clock.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import thread_time
from typing import IO, Any, Final

from cli.file_errors import too_large, too_many_cells, too_many_rows, too_slow, unreadable
from shared.contracts.errors import SuyuanError

MAX_PARTS: Final = 500
"""Most files within one."""
MAX_UNPACKED: Final = 150_000_000
"""Largest once unpacked, all parts together, bytes."""
MAX_CELLS: Final = 2_000_000
"""Most cells of all sheets together, about: each has four marks in its XML."""
MAX_OTHERS: Final = 500_000
"""Most texts and formats, about, in the parts that are read whole: a text has four marks."""
MAX_COLUMNS: Final = 200
"""Columns behind these are not looked at."""
SECONDS: Final = 60.0
"""Longest time that reading may take of a processor, seconds."""
_MARKS: Final = 4
_BLOCK: Final = 1 << 20
_NEVER: Final = (b"<!DOCTYPE", b"<!ENTITY", b"\0")
_LONGEST: Final = 9
_HALF: Final = 3
_CLOSES: Final = {b"<!--": b"-->", b"<?": b"?>"}
_OPENS: Final = re.compile(b"<!--|<[?]")


class Clock:
    """Counts the seconds of work that go into one file, and not into what is done with its rows."""

    def __init__(self, path: Path, seconds: float) -> None:
        self._path = path
        self._seconds = seconds
        self._spent = 0.0
        self._since = thread_time()

    def resume(self) -> None:
        """Count from now on."""
        self._since = thread_time()

    def pause(self) -> None:
        """Count no more.

        Raises:
            SuyuanError: ``file.too_slow``.
        """
        self.check()
        self._spent += thread_time() - self._since

    def check(self) -> None:
        """Raise where it takes too long.

        Raises:
            SuyuanError: ``file.too_slow``.
        """
        if self._spent + thread_time() - self._since > self._seconds:
            raise too_slow(self._path, self._seconds)


class _Timed(io.FileIO):
    """A file that looks at a clock with each read: so does whatever parses it."""

    def __init__(self, path: Path, clock: Clock) -> None:
        super().__init__(path)
        self._clock = clock

    def read(self, size: int | None = -1) -> bytes:
        self._clock.check()
        return super().read(-1 if size is None else size)


@contextmanager
def opened(
    path: Path, *, most_rows: int, seconds: float = SECONDS
) -> Iterator[tuple[Iterator[tuple[Any, ...]], int]]:
    """Open the first sheet; give its rows from the first on, empty ones too, and about how many there are.

    Args:
        path: The file.
        most_rows: More are an error.
        seconds: Longest work, seconds.

    Raises:
        SuyuanError: ``file.unreadable``, ``file.too_large``, ``file.too_many_rows``, ``file.too_many_cells``,
            ``file.too_slow``; the last four also while rows are taken.
    """
    clock = Clock(path, seconds)
    with _Timed(path, clock) as file:
        with _named(path):
            measure(path, file)
            book = _parsed(file)
            sheet = book.worksheets[0]
            total = min(sheet.max_row or 1, most_rows)
            lines = sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS)
            clock.pause()
        try:
            yield _rows(path, lines, most_rows, clock), total
        finally:
            book.close()


class _Xml(zipfile.ZipFile):
    """A zip in which only that is to be found which is XML by its name, and was measured as XML.

    A workbook says itself where its sheets and texts stand, and may say ``sheet1.png``.
    """

    def open(self, name: str | zipfile.ZipInfo, *args: Any, **kwargs: Any) -> IO[bytes]:
        """Open a part.

        Raises:
            KeyError: There is none of that name that is XML.
        """
        named = name if isinstance(name, str) else name.filename
        if not _is_xml(named):
            raise KeyError(named)
        return super().open(name, *args, **kwargs)


def _is_xml(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels"))


def _parsed(file: IO[bytes]) -> Any:
    """Return the workbook: as openpyxl's own load_workbook, of parts that are XML by their names."""
    from openpyxl.reader.excel import ExcelReader

    reader = ExcelReader(file, read_only=True, data_only=True, keep_links=False)
    reader.archive = _Xml(file)
    reader.read()
    return reader.wb


def _rows(path: Path, lines: Iterator[tuple[Any, ...]], most: int, clock: Clock) -> Iterator[tuple[Any, ...]]:
    number = 0
    while True:
        clock.resume()
        with _named(path):
            line = next(lines, None)
        clock.pause()
        if line is None:
            return
        number += 1
        # Also empty ones count: a row may say that it is the thousand-millionth, and all before it are made.
        if number > most + 1:
            raise too_many_rows(path, most)
        yield line


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Say of whatever the libraries raise on a broken file that it cannot be read."""
    try:
        yield
    except SuyuanError:
        raise
    except Exception as error:  # noqa: BLE001 - the library raises anything on a broken file
        raise unreadable(path, error) from None


def measure(path: Path, file: IO[bytes]) -> None:
    """Unpack all parts once, keep nothing, and count what a parser would have to do.

    What a zip says of the sizes of its parts is checked first, and is not believed.

    Raises:
        SuyuanError: ``file.unreadable``, ``file.too_large``, ``file.too_many_cells``.
    """
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        if len(parts) > MAX_PARTS:
            raise too_many_cells(path, MAX_CELLS)
        said = sum(one.file_size for one in parts)
        if said > MAX_UNPACKED:
            raise too_large(path, said, MAX_UNPACKED)
        unpacked, cells, others = 0, 0, 0
        for one in parts:
            xml = _Part()
            with archive.open(one) as part:
                while block := part.read(_BLOCK):
                    unpacked += len(block)
                    if _is_xml(one.filename):
                        marks = xml.take(block)
                        sheet = "worksheets/" in one.filename
                        cells, others = (cells + marks, others) if sheet else (cells, others + marks)
                    if unpacked > MAX_UNPACKED:
                        raise too_large(path, unpacked, MAX_UNPACKED)
                    if cells > MAX_CELLS * _MARKS or others > MAX_OTHERS * _MARKS:
                        raise too_many_cells(path, MAX_CELLS)


class _Part:
    """One part of XML on its way through, block by block: refused is what no spreadsheet writes.

    Entities grow when they are read, and XML in 16 bits hides them. A tag, a comment or an instruction that
    does not end is looked through from its beginning with each further block: 600 KB took minutes, within
    which no clock is asked.
    """

    def __init__(self) -> None:
        self._before = b""
        self._rest = b""
        """What was looked through for none yet: it may be the half of a sign."""
        self.until = b""
        """What ends the comment or instruction in which the part stands; empty for none."""

    def take(self, block: bytes) -> int:
        """Look at the next block; return how many marks it has.

        Raises:
            ValueError: It has what is refused.
        """
        seen = self._before + block
        if any(one in seen for one in _NEVER):
            raise ValueError("a document type, or XML in 16 bits")
        self._before = seen[-_LONGEST:]
        marks = block.count(b"<")
        ended = self._follow(self._rest + block)
        if len(block) == _BLOCK and not (marks and ended):
            raise ValueError("a tag, comment or instruction of more than 1 MB")
        return marks

    def _follow(self, seen: bytes) -> bool:
        """Follow comments and instructions; return whether one that was open has ended, or none was."""
        at, ended = 0, not self.until
        while True:
            if self.until:
                found = seen.find(self.until, at)
                if found < 0:
                    break
                at, ended, self.until = found + len(self.until), True, b""
            opens = _OPENS.search(seen, at)
            if opens is None:
                break
            at, self.until = opens.end(), _CLOSES[opens[0]]
        self._rest = seen[max(at, len(seen) - _HALF) :]
        return ended
