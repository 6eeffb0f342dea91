"""The table of a bank's payments: its columns, and what is wrong with a row."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from cli.columns import BadCell, Reader, day, text, yuan
from cli.receipts import reference_of
from cli.tables import Layout, Row, rows
from shared.contracts.faults import FieldFault, faults_of
from shared.contracts.performance import RecordRepayment

Refuse = Callable[[Row, list[FieldFault]], None]
"""Gets a row that is not good, and all that is wrong with it."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table."""

    name: str
    zh: str
    read: Reader


COLUMNS: Final = (
    Column("reference", "编号", text),
    Column("bank_reference", "银行流水号", text),
    Column("paid_on", "付款日", day),
    Column("paid_yuan", "付款金额（元）", yuan),
)
_BY_HEADER: Final = {
    key: column
    for column in COLUMNS
    for key in (column.name, column.zh.replace("（", "(").replace("）", ")"))
}


def by_header(header: str) -> Column | None:
    """Return the column of a header, English or Chinese; ``None`` for a header that nobody knows."""
    plain = re.sub(r"\s", "", header).replace("（", "(").replace("）", ")").removeprefix("\ufeff")
    return _BY_HEADER.get(plain) or _BY_HEADER.get(plain.lower())


LAYOUT: Final = Layout(by_header, tuple(one.name for one in COLUMNS), "suyuan repayments --template")


class Payment(NamedTuple):
    """A good row: its number, the case's reference, and the command."""

    row: int
    reference: str
    command: RecordRepayment


def checked(path: Path, institution: str, today: date, refuse: Refuse) -> Iterator[Payment]:
    """Yield the good rows, and name what is wrong with the others.

    Raises:
        SuyuanError: The file cannot be read as such a table.
    """
    seen: set[str] = set()
    for row in rows(path, LAYOUT):
        payment, wrong = _checked(row, institution, today)
        if payment is not None and payment.command.payment in seen:
            payment, wrong = None, [FieldFault(code="row.duplicate", field="bank_reference")]
        if payment is None:
            refuse(row, list(dict.fromkeys(wrong)))
            continue
        seen.add(payment.command.payment)
        yield payment


def _checked(row: Row, institution: str, today: date) -> tuple[Payment | None, list[FieldFault]]:
    """Return the payment of a row, or all that is wrong with it."""
    wrong = [FieldFault(code=code, field=column) for column, code in row.wrong]
    values, found = _values(row)
    wrong += found
    reference = reference_of(row)
    if not reference and not any(one.field == "reference" for one in wrong):
        wrong.append(FieldFault(code="cell.bad_value", field="reference"))
    if wrong:
        return None, wrong
    content = {
        "payment": payment_id(institution, reference, values["bank_reference"]),
        "paid_on": values["paid_on"],
        "paid_fen": values["paid_yuan"],
    }
    try:
        command = RecordRepayment.model_validate_json(json.dumps(content))
    except ValidationError as error:
        return None, [
            one.model_copy(update={"field": _COLUMN_OF.get(one.field, one.field)})
            for one in faults_of(error, RecordRepayment)
        ]
    if command.paid_on > today:
        return None, [FieldFault(code="repayment.ahead", field="paid_on")]
    return Payment(row.number, reference, command), []


_COLUMN_OF: Final = {"payment": "bank_reference", "paid_fen": "paid_yuan"}


def _values(row: Row) -> tuple[dict[str, Any], list[FieldFault]]:
    values: dict[str, Any] = {}
    wrong = []
    for column in COLUMNS:
        cell = (row.cells if row.content is None else row.content).get(column.name)
        if cell is None or not str(cell).strip():
            wrong.append(FieldFault(code="cell.missing", field=column.name))
            continue
        try:
            values[column.name] = column.read(cell)
        except BadCell as bad:
            wrong.append(FieldFault(code=bad.code, field=column.name, hints=bad.hints))
    return values, wrong


def payment_id(institution: str, reference: str, bank_reference: str) -> str:
    """Return the digest by which a payment is known: the same whenever the same is recorded again."""
    return hashlib.sha256("\x1f".join((institution, reference, bank_reference)).encode()).hexdigest()
