"""Real public complaints, as filings of their companies: each row once, the counts as a recount has them."""

import csv
import json
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from deploy.local.complaints import institution_id, read

pytestmark = pytest.mark.timeout(600)

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data" / "cfpb"
STUDENT_LOANS = DATA / "student_loan_complaints_2015h1.csv"


def _monday(text: str) -> str:
    day = date.fromisoformat(text)
    return str(day - timedelta(days=day.weekday()))


def test_all_rows_are_filed_once_and_every_weekly_series_equals_a_recount(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "cli",
        "replay",
        str(STUDENT_LOANS),
        "--json",
        "--data",
        str(tmp_path / "data"),
    ]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stderr[-2000:]
    result = json.loads(ended.stdout)
    with STUDENT_LOANS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    recount = Counter(
        (institution_id(row["Company"]), row["Issue"], _monday(row["Date received"])) for row in rows
    )
    series = {(one["institution"], one["issue"], one["week"]): one["count"] for one in result["series"]}
    assert result["rows"] == result["filed"] == len(rows)
    assert series == recount
    assert result["weeks"] == Counter(_monday(row["Date received"]) for row in rows)


def test_rows_without_an_id_that_say_the_same_are_still_different_disputes() -> None:
    complaints = list(read(DATA / "mixed_complaints_2013_2017.csv.gz"))
    identities = {(one.filing.institution, one.filing.reference) for one in complaints}
    assert len(complaints) == len(identities) == 3186


def test_reading_the_same_file_again_gives_the_same_filings() -> None:
    assert list(read(STUDENT_LOANS)) == list(read(STUDENT_LOANS))


def test_companies_with_like_names_stay_apart() -> None:
    assert institution_id("Example, Inc.") != institution_id("Example Inc")
