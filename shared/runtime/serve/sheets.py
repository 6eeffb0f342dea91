"""What is written for spreadsheets: no cell of ours is a formula there, whatever somebody put into it.

Source: OWASP, CSV Injection (cells that begin with = + - @, tab or carriage return).
"""

import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any, Final

_SIGNS: Final = frozenset("=+-@\t\r")
_SPLITTING: Final = frozenset(',;|\t\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029"')
_INVISIBLE: Final = ("Cc", "Cf", "Zl", "Zp", "Zs")
"""Categories of signs that a spreadsheet may leave out before it looks for a formula."""


def guarded(cell: Any) -> Any:
    """Return a cell that a spreadsheet takes for a text: one that would be a formula begins with ``'``.

    Full-width signs count as well: spreadsheets read them as the narrow ones.
    """
    return f"'{cell}" if isinstance(cell, str) and _is_formula(cell) else cell


def _is_formula(text: str) -> bool:
    for sign in text:
        if sign in _SIGNS or unicodedata.normalize("NFKC", sign)[:1] in _SIGNS:
            return True
        if unicodedata.category(sign) not in _INVISIBLE:
            return False
    return False


class Writer:
    """Writes a CSV file; a text with a separator of any country stands in quotes, so that none splits it.

    Python's own writer quotes its own separator alone. Source: RFC 4180.

    Args:
        file: An open file, ``newline=""``.
    """

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def row(self, cells: Iterable[Any]) -> None:
        """Write one row; titles are cells too."""
        self._file.write(",".join(_quoted(guarded(one)) for one in cells) + "\r\n")

    def rows(self, rows: Iterable[Sequence[Any]]) -> None:
        """Write several."""
        for one in rows:
            self.row(one)


def _quoted(cell: Any) -> str:
    text = "" if cell is None else str(cell)
    if _SPLITTING.isdisjoint(text):
        return text
    return '"' + text.replace('"', '""') + '"'


def csv_of(names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return a table as CSV in UTF-8, with the mark by which spreadsheets know it.

    Args:
        names: Of its columns, in their order; every row has them all.
        rows: Its rows.
    """
    out = io.StringIO()
    writer = Writer(out)
    writer.row(names)
    writer.rows([row[name] for name in names] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def xlsx_of(title: str, names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return a table as a workbook of one sheet; signs that XML cannot hold are left out of its texts.

    Args:
        title: Name of the sheet.
        names: As in :func:`csv_of`.
        rows: Likewise.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.append(list(names))
    for row in rows:
        sheet.append([_cell(row[name]) for name in names])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(value: Any) -> Any:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return guarded(ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value)
