"""The columns of a bulk filing, derived from the fields of FileDispute: names, and how a cell is read.

A table has one row per dispute. Amounts stand in yuan, dates as 2025-01-31 or 2025/1/31. A column that a
cause does not know stays empty in its rows. Column names may be English or Chinese, in any order.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from pydantic import BaseModel

from shared.contracts.claims import LeaseClaim
from shared.contracts.declared import Declared, fields_of
from shared.contracts.faults import FieldFault
from shared.contracts.intake import FileDispute
from shared.contracts.kinds import Cause
from shared.contracts.parties import OtherParty
from shared.contracts.words import Coded, Unit

Cell = str | int | float | bool | date | datetime | None
"""What a table may hold; a CSV file holds texts only."""


Reader = Callable[[Any], Any]


class BadCell(Exception):
    """A cell that does not hold what its column says; ``code`` names the reason, ``hints`` what would do."""

    def __init__(self, code: str, hints: tuple[str, ...] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.hints = hints


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        name: English name, the one in reports.
        zh: Chinese name.
        path: Where its value stands in a filing, dots between; ``*`` is the block of the row's cause.
        read: Makes the value of a cell that is not empty.
        field: What the language says of its field.
        causes: The causes that know it; empty for all.
    """

    name: str
    zh: str
    path: str
    read: Callable[[Cell], Any]
    field: Declared
    causes: tuple[str, ...] = ()


def text(cell: Cell) -> str:
    """Read a text; a number of more than 15 digits has already lost some in the table."""
    if isinstance(cell, bool | date):
        raise BadCell("cell.not_text")
    if isinstance(cell, int | float):
        if not abs(cell) < 10**15 or cell != int(cell):  # NaN is below nothing
            raise BadCell("cell.not_text")
        return str(int(cell))
    return str(cell).strip()


def yuan(cell: Cell) -> int:
    """Read an amount in yuan, two decimals at most; return it in fen."""
    if isinstance(cell, bool | date):
        raise BadCell("cell.not_amount")
    plain = re.sub(r"[,，¥￥元\s]", "", str(cell))
    try:
        fen = Decimal(plain) * 100
    except InvalidOperation:
        raise BadCell("cell.not_amount") from None
    if not fen.is_finite() or fen != fen.to_integral_value() or fen < 0 or fen > 10**15:
        raise BadCell("cell.not_amount")
    return int(fen)


def whole(cell: Cell) -> int:
    """Read a whole number."""
    if isinstance(cell, bool | date):
        raise BadCell("cell.not_number")
    match = re.fullmatch(r"(\d{1,9})(\.0+)?", str(cell).strip())
    if match is None:
        raise BadCell("cell.not_number")
    return int(match[1])


def rate(cell: Cell) -> str:
    """Read a yearly rate in percent."""
    if isinstance(cell, bool | date):
        raise BadCell("cell.not_number")
    plain = str(cell).strip().removesuffix("%").removesuffix("％").strip()
    if not re.fullmatch(r"\d{1,3}(\.\d{1,4})?", plain):
        raise BadCell("cell.not_number")
    return plain


def day(cell: Cell) -> str:
    """Read a date; return it in ISO form."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    match = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", str(cell).strip())
    try:
        if match is None:
            raise ValueError
        return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
    except ValueError:
        raise BadCell("cell.not_date") from None


_YES_NO: Final = {
    **dict.fromkeys(("是", "yes", "y", "true", "1", "有", "同意"), True),
    **dict.fromkeys(("否", "no", "n", "false", "0", "无", "不同意"), False),
}


def yes_no(cell: Cell) -> bool:
    """Read yes or no."""
    if isinstance(cell, bool):
        return cell
    try:
        return _YES_NO[str(cell).strip().lower()]
    except KeyError:
        raise BadCell("cell.not_yes_no") from None


_ALSO: Final[dict[type[Coded], dict[str, str]]] = {
    Cause: {"信用卡": "credit_card", "借款": "loan", "融资租赁": "finance_lease", "投诉": "complaint"},
    LeaseClaim: {"租金": "rent", "解除": "termination"},
}
"""Short words that people write in place of a code's own."""


def _word(codes: type[Coded]) -> Reader:
    """Return the reader of a coded cell: the code, its Chinese words, or a short word for it."""
    words = {code.value: code.value for code in codes} | {code.zh: code.value for code in codes}
    words |= _ALSO.get(codes, {})

    def read(cell: Cell) -> str:
        try:
            return words[str(cell).strip()]
        except KeyError:
            raise BadCell("cell.unknown_word", tuple(codes)) from None

    return read


def _several(codes: type[Coded]) -> Reader:
    """Return the reader of a cell with several codes, commas between."""
    one = _word(codes)

    def read(cell: Cell) -> list[str]:
        return list(dict.fromkeys(one(part) for part in re.split(r"[,，、;；]", str(cell)) if part.strip()))

    return read


_BY_UNIT: Final[dict[Unit, tuple[str, Reader]]] = {Unit.FEN: ("（元）", yuan), Unit.PERCENT: ("（%）", rate)}
_BY_CLASS: Final[dict[type, Reader]] = {str: text, int: whole, bool: yes_no, date: day}


def _reader(field: Declared) -> Reader:
    if field.codes is None:
        return _BY_CLASS[field.holds]
    return _several(field.codes) if field.many else _word(field.codes)


def _column(path: str, name: str, field: Declared, causes: tuple[str, ...]) -> Column:
    """Return the column of a field: named as the field is, amounts in yuan."""
    suffix, read = _BY_UNIT.get(field.unit, ("", None)) if field.unit else ("", None)
    marked = field.column
    return Column(
        marked.name if marked else re.sub("_fen$", "_yuan", name),
        (marked.zh if marked else "") or field.words.zh + suffix,
        path,
        read or _reader(field),
        field,
        causes,
    )


def _fields(
    model: type[BaseModel], prefix: str = "", cause: str = ""
) -> Iterator[tuple[str, str, Declared, str]]:
    """Yield every plain field of a filing: path, name, declaration, and the cause whose block it is in."""
    for name, field in fields_of(model).items():
        if field.part is None:
            yield prefix + name, name, field, cause
        elif prefix == "elements.":
            yield from _fields(field.part, prefix + "*.", name)
        else:
            yield from _fields(field.part, f"{prefix}{name}.")


_NOT_IN_A_TABLE: Final = ("institution", "other_parties")
"""The institution is who files the table; further parties have columns by their number."""
OTHERS: Final = 4
"""So many further parties a row has room for; more are filed as an event or over HTTP."""
_NAME: Final = {"name": "姓名或名称"}
"""Chinese names of fields that the main respondent's say otherwise."""


def _columns() -> tuple[Column, ...]:
    """Return a column for each field of a filing; one field of several causes is one column.

    Raises:
        TypeError: Two fields would be one column.
    """
    found: dict[str, Column] = {}
    for path, name, field, cause in _fields(FileDispute):
        if path.startswith(_NOT_IN_A_TABLE):
            continue
        known = found.get(path)
        causes = (*(known.causes if known else ()), *([cause] if cause else ()))
        found[path] = _column(path, name, field, causes)
    columns = sorted(found.values(), key=lambda column: bool(column.causes))
    for which in ("name", "zh"):
        names = [getattr(column, which) for column in columns]
        for twice in {one for one in names if names.count(one) > 1}:
            raise TypeError(
                f'two columns are called {twice}: add Column("…", "…") to one of their fields '
                "in shared/contracts/intake.py or shared/contracts/elements.py"
            )
    return (*columns, *_of_others())


def _of_others() -> Iterator[Column]:
    """Yield the columns of each further party."""
    for number in range(OTHERS):
        for path, name, field, _ in _fields(OtherParty):
            yield Column(
                f"other_{number + 1}_{name}",
                f"其他当事人{number + 1}{_NAME.get(name, field.words.zh)}",
                f"other_parties.{number}.{path}",
                _reader(field),
                field,
            )


COLUMNS: Final = _columns()
NEEDED: Final = ("reference", "cause", "issue")
"""Columns that a table cannot do without."""

_BY_HEADER: Final = {
    _key: column
    for column in COLUMNS
    for _key in (column.name, column.zh.replace("（", "(").replace("）", ")"))
}


def heading(column: Column) -> str:
    """Return the heading of a template's column: both names."""
    return f"{column.zh} / {column.name}"


def by_header(header: str) -> Column | None:
    """Return the column of a header, English, Chinese or both; ``None`` for a header that nobody knows."""
    first, both, second = header.partition("/")
    if both:
        column = by_header(first)
        return column if column is not None and column is by_header(second) else None
    plain = re.sub(r"\s", "", header).replace("（", "(").replace("）", ")").removeprefix("\ufeff")
    return _BY_HEADER.get(plain) or _BY_HEADER.get(plain.lower())


def by_path(path: str) -> str:
    """Return the column that an error's path in a filing speaks of; the path itself where none does."""
    parts = path.split(".")
    if parts[0] == "elements" and len(parts) > 2:
        parts[1] = "*"
        for column in COLUMNS:
            if column.path == ".".join(parts) and (not column.causes or path.split(".")[1] in column.causes):
                return column.name
    for column in COLUMNS:
        if column.path == path or column.path.startswith(path + "."):
            return column.name
    return path


def filing_of(cells: Mapping[str, Cell], institution: str) -> tuple[dict[str, Any], list[FieldFault]]:
    """Make the content of a filing of a row's cells.

    Args:
        cells: By column name; an empty cell may be left out.
        institution: Who files.

    Returns:
        The content as JSON has it, and what is wrong, by column.
    """
    content: dict[str, Any] = {"institution": institution}
    wrong: list[FieldFault] = []
    values = dict(_values(cells, wrong))
    cause = values.get("cause", "")
    for column in COLUMNS:
        if column.name not in values:
            if column.name in NEEDED and not any(one.field == column.name for one in wrong):
                wrong.append(FieldFault(code="cell.missing", field=column.name))
        elif column.causes and cause and cause not in column.causes:
            wrong.append(FieldFault(code="element.wrong_cause", field=column.name))
        elif cause or "*" not in column.path:
            _put(content, column.path.replace("*", cause), values[column.name])
    _list_others(content, wrong)
    return content, wrong


def _list_others(content: dict[str, Any], wrong: list[FieldFault]) -> None:
    """Make a list of the further parties; a number that is left out before another is missing."""
    others = content.pop("other_parties", {})
    if not others:
        return
    for number in range(1 + max(map(int, others))):
        if str(number) not in others:
            wrong.append(FieldFault(code="cell.missing", field=f"other_{number + 1}_standing"))
    content["other_parties"] = [others[number] for number in sorted(others, key=int)]


def _values(cells: Mapping[str, Cell], wrong: list[FieldFault]) -> Iterator[tuple[str, Any]]:
    for column in COLUMNS:
        cell = cells.get(column.name)
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            continue
        try:
            yield column.name, column.read(cell)
        except BadCell as bad:
            wrong.append(FieldFault(code=bad.code, field=column.name, hints=bad.hints))


def _put(content: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split(".")
    for name in parents:
        content = content.setdefault(name, {})
    content[last] = value
