"""What `suyuan file` writes about the rows of a table: what is wrong with one, and what became of each."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cli.answers import SENT, Answer
from shared.runtime.serve.sheets import Writer

if TYPE_CHECKING:
    from cli.tables import Row

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
        case: Id of the case, as intake's answer tells it; empty where none came, or there is no case.
        outcome: ``new``, ``amended``, ``known``, ``returned`` or ``rejected`` as intake answered; ``sent``
            where Kafka has stored it and no answer came; ``refused`` where it was not sent.
        code: Why, where there is a reason; several codes have blanks between them.
    """

    row: int
    reference: str
    case: str
    outcome: str
    code: str


def answered(row: int, reference: str, answer: Answer) -> Receipt:
    """Return the receipt of a row that was sent."""
    return Receipt(row, reference, answer.case, answer.outcome, answer.code)


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


class Ledger:
    """The rows of a table that have no receipt yet, in its order.

    Args:
        counts: How many have which answer.
        give: Gets each receipt.
    """

    def __init__(self, counts: dict[str, int], give: Callable[[Receipt], None]) -> None:
        self._counts, self._give = counts, give
        self._sent: dict[str, tuple[int, str]] = {}
        self._done: list[Receipt] = []

    @property
    def ids(self) -> set[str]:
        """The filings that wait for their answer."""
        return set(self._sent)

    def refused(self, problems: list[Problem]) -> None:
        """Enter a row that is not sent."""
        self._done.append(refused(problems))

    def sent(self, rows: Mapping[str, tuple[int, str]]) -> None:
        """Enter rows that Kafka has stored: number and reference by the id of the filing."""
        self._sent |= rows

    def answered(self, answers: Mapping[str, Answer]) -> None:
        """Take answers, and give the receipts before the first row that still waits."""
        for id, answer in answers.items():
            row, reference = self._sent.pop(id)
            self._counts[answer.outcome] = self._counts.get(answer.outcome, 0) + 1
            self._done.append(answered(row, reference, answer))
        first = min((row for row, _ in self._sent.values()), default=None)
        self._done.sort(key=lambda one: one.row)
        count = len(self._done) if first is None else bisect_left(self._done, first, key=lambda one: one.row)
        for receipt in self._done[:count]:
            self._give(receipt)
        del self._done[:count]

    def close(self) -> None:
        """Hand out the receipts of all rows that are left: sent, and not answered."""
        self.answered(dict.fromkeys(self._sent, Answer(SENT)))


@contextmanager
def written(path: Path | None, kind: type[Problem] | type[Receipt]) -> Iterator[Callable[..., None]]:
    """Return a function that writes one into a CSV file that spreadsheets open rightly."""
    if path is None:
        yield lambda one: None
        return
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = Writer(out)
        writer.row([one.name for one in fields(kind)])
        yield lambda one: writer.row(astuple(one))
