"""What `suyuan file` writes about the rows of a table: what is wrong with one, and what became of each."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cli.tables import Row

SENT: Final = "sent"
REFUSED: Final = "refused"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row: of its values the reference alone, since others may be personal data."""

    row: int
    reference: str
    column: str
    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a row.

    Attributes:
        row: Its number.
        reference: The institution's own reference; empty if the row has none that could be one.
        case: Id of the case that the dispute has or will have; empty for a refused row.
        outcome: ``sent`` once Kafka has stored it, or ``refused``.
        code: Why it was refused; several codes have blanks between them.
    """

    row: int
    reference: str
    case: str
    outcome: str
    code: str


def sent(row: int, institution: str, reference: str) -> Receipt:
    """Return the receipt of a row that Kafka has stored."""
    from shared.casework.case_ids import case_id

    return Receipt(row, reference, case_id(institution, reference), SENT, "")


def refused(problems: list[Problem]) -> Receipt:
    """Return the receipt of a row with these problems; there is at least one."""
    codes = dict.fromkeys(one.code for one in problems)
    return Receipt(problems[0].row, problems[0].reference, "", REFUSED, " ".join(codes))


def reference_of(row: "Row") -> str:
    """Return the reference of a row; empty where the cell cannot be one, for it may hold anything."""
    from pydantic import TypeAdapter, ValidationError

    from cli.columns import BadCell, text
    from shared.contracts.fields import Reference

    cell = (row.cells if row.content is None else row.content).get("reference")
    try:
        return TypeAdapter[str](Reference).validate_python(text(cell))
    except (BadCell, ValidationError):
        return ""


@contextmanager
def written(path: Path | None, kind: type[Problem] | type[Receipt]) -> Iterator[Callable[..., None]]:
    """Return a function that writes one into a CSV file that spreadsheets open rightly."""
    if path is None:
        yield lambda one: None
        return
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([one.name for one in fields(kind)])
        yield lambda one: writer.writerow(astuple(one))
