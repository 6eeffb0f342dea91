"""Public consumer complaints as filings: each row a filing of its company, without personal data.

Columns are those of the Consumer Complaint Database of the US Consumer Financial Protection Bureau.
"""

import csv
import gzip
import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from shared.casework.calendar import SHANGHAI
from shared.contracts.elements import ComplaintElements, Elements
from shared.contracts.errors import SuyuanError
from shared.contracts.intake import FileDispute
from shared.contracts.kinds import Cause

_NEEDED = ("Date received", "Product", "Issue", "Company")
_HOUR = time(10, 0, tzinfo=SHANGHAI)


class ComplaintsError(SuyuanError):
    """The file is no table of complaints, or a row of it cannot be read."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """One row.

    Attributes:
        row: Number in the file, from 1 without the header.
        company: The company's name.
        filing: What the company files.
        at: When: the day of receipt.
    """

    row: int
    company: str
    filing: FileDispute
    at: datetime


def institution_id(company: str) -> str:
    """Return the id of a company: letters and digits of its name, made unique by a short digest."""
    plain = unicodedata.normalize("NFKD", company).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:30].strip("-")
    return f"{slug or 'company'}-{hashlib.sha256(company.encode()).hexdigest()[:6]}"


def read(path: Path) -> Iterator[Complaint]:
    """Read a file of complaints, ``.csv`` or ``.csv.gz``, row by row.

    Raises:
        ComplaintsError: A column is missing, or a row cannot be read.
    """
    with _opened(path) as lines:
        reader = csv.DictReader(lines)
        missing = [name for name in _NEEDED if name not in (reader.fieldnames or ())]
        if missing:
            raise ComplaintsError(
                code="complaints.columns",
                zh=f"{path.name} 缺少列:{'、'.join(missing)}。",
                en=f"{path.name} lacks the columns {', '.join(missing)}.",
            )
        seen: dict[str, int] = {}
        for number, row in enumerate(reader, 1):
            yield _complaint(path, number, row, seen)


def _opened(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return TextIOWrapper(gzip.open(path), encoding="utf-8", newline="")
    return path.open(encoding="utf-8", newline="")


def _complaint(path: Path, number: int, row: dict[str, str], seen: dict[str, int]) -> Complaint:
    try:
        day = date.fromisoformat(row["Date received"])
    except ValueError as error:
        raise ComplaintsError(
            code="complaints.date",
            zh=f"{path.name} 第 {number} 行的日期无效。",
            en=f"{path.name}, row {number}: {row['Date received'][:40]!r} is no date.",
        ) from error
    company = row["Company"].strip() or "unnamed"
    filing = FileDispute(
        institution=institution_id(company),
        reference=row.get("Complaint ID", "").strip() or _reference(row, seen),
        cause=Cause.COMPLAINT,
        issue=row["Issue"].strip()[:160] or "unknown",
        product=row["Product"].strip()[:160] or "unknown",
        elements=Elements(
            complaint=ComplaintElements(
                product=row["Product"].strip()[:160] or "unknown",
                sub_issue=(row.get("Sub-issue") or "").strip()[:160] or None,
                channel=(row.get("Submitted via") or "").strip()[:160] or None,
            )
        ),
    )
    return Complaint(number, company, filing, datetime.combine(day, _HOUR))


def _reference(row: dict[str, str], seen: dict[str, int]) -> str:
    """Return a row without an id one: its content, and which of the equal rows it is."""
    content = hashlib.sha256("\x1f".join(f"{k}={v}" for k, v in sorted(row.items())).encode()).hexdigest()[
        :24
    ]
    seen[content] = seen.get(content, 0) + 1
    return f"row-{content}-{seen[content]}"
