"""`suyuan repayments`: a bank's file of payments, row by row; a second import adds none."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest

from cli.repayment_table import COLUMNS, Payment, checked, payment_id
from shared.contracts.performance import RecordRepayment
from tests.support.agreed import STREAM, after, in_force, on
from tests.support.cli import suyuan
from tests.support.spec import Given
from tests.unit.mediation.mother import AGENT, CASE

TODAY = date(2026, 4, 1)
GOOD = {"reference": "R-1", "bank_reference": "T-001", "paid_on": "2026-03-20", "paid_yuan": "3,000.00"}
ENDS = ("--institution", "ccb", "--token", "t", "--url", "http://portal", "--json")
ASYNC = httpx.AsyncClient


def table(path: Path, *rows: dict[str, Any]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.DictWriter(out, [one.name for one in COLUMNS])
        writer.writeheader()
        writer.writerows(rows)
    return path


def read(path: Path) -> tuple[list[Payment], list[tuple[int, str, str]]]:
    wrong: list[tuple[int, str, str]] = []
    good = list(
        checked(
            path,
            "ccb",
            TODAY,
            lambda row, faults: wrong.extend((row.number, one.field, one.code) for one in faults),
        )
    )
    return good, wrong


def test_a_good_row_is_a_payment_of_its_case_by_the_digest_of_the_banks_reference(tmp_path: Path) -> None:
    [one], wrong = read(table(tmp_path / "x.csv", GOOD))
    assert wrong == []
    assert (one.row, one.reference) == (2, "R-1")
    assert one.command == RecordRepayment(
        payment=payment_id("ccb", "R-1", "T-001"), paid_on=date(2026, 3, 20), paid_fen=300_000
    )
    assert "T-001" not in one.command.model_dump_json()


@pytest.mark.parametrize(
    ("change", "column", "code"),
    [
        ({"reference": ""}, "reference", "cell.missing"),
        ({"reference": "号 1"}, "reference", "cell.bad_value"),
        ({"bank_reference": ""}, "bank_reference", "cell.missing"),
        ({"paid_on": "yesterday"}, "paid_on", "cell.not_date"),
        ({"paid_on": "2026-04-02"}, "paid_on", "repayment.ahead"),
        ({"paid_yuan": "three"}, "paid_yuan", "cell.not_amount"),
        ({"paid_yuan": "0"}, "paid_yuan", "field.out_of_range"),
        ({"paid_yuan": "1.005"}, "paid_yuan", "cell.not_amount"),
    ],
)
def test_a_bad_row_is_named_with_its_column_and_the_good_ones_go_in(
    tmp_path: Path, change: dict[str, str], column: str, code: str
) -> None:
    bad = {**GOOD, "bank_reference": "T-002", **change}
    good, wrong = read(table(tmp_path / "x.csv", GOOD, bad, {**GOOD, "bank_reference": "T-003"}))
    assert [one.row for one in good] == [2, 4]
    assert wrong == [(3, column, code)]


def test_one_number_of_the_bank_may_stand_for_a_payment_of_each_of_two_disputes(tmp_path: Path) -> None:
    good, wrong = read(table(tmp_path / "x.csv", GOOD, {**GOOD, "reference": "R-2"}))
    assert (len({one.command.payment for one in good}), wrong) == (2, [])


def test_the_same_payment_twice_in_a_file_is_named(tmp_path: Path) -> None:
    good, wrong = read(table(tmp_path / "x.csv", GOOD, GOOD))
    assert (len(good), wrong) == (1, [(3, "bank_reference", "row.duplicate")])


def test_an_xlsx_file_with_chinese_headers_is_read_as_well(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append([one.zh for one in COLUMNS])
    book.active.append(["R-1", "T-001", date(2026, 3, 20), 3000.5])
    book.save(tmp_path / "x.xlsx")
    [one], _ = read(tmp_path / "x.xlsx")
    assert (one.command.paid_on, one.command.paid_fen) == (date(2026, 3, 20), 300_050)


def test_an_unknown_column_is_an_error_that_names_the_template(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("reference,serial\nR-1,T-1\n", "utf-8")
    done = suyuan("repayments", str(path), "--institution", "ccb", "--dry-run")
    assert done.code == 1
    assert "suyuan repayments --template" in done.err


class Desk:
    """A portal in front of one case whose agreement is in force."""

    def __init__(self) -> None:
        self.run, self.outcomes = in_force(), dict[str, dict[str, Any]]()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/cases":
            known = request.url.params["reference"] == "R-1"
            return httpx.Response(200, json={"cases": [{"id": CASE}] if known else []})
        if request.method == "GET":
            return httpx.Response(200, json=self.outcomes[path])
        assert path == f"/commands/mediation/record-repayment/{CASE}"
        command = RecordRepayment.model_validate_json(request.content)
        asked = Given(STREAM, self.run.state, CASE).when(command, at=on(4, 1), actor=AGENT)
        self.run, outcome = asked, f"/outcomes/{len(self.outcomes)}"
        events = [event.short_type for event in asked.events]
        reason = (
            {"code": getattr(asked.events[0], "reason", "")} if events == ["common.command-refused"] else None
        )
        self.outcomes[outcome] = {
            "status": "refused" if reason else "done",
            "events": events,
            "changed": bool(events),
            **({"reason": reason} if reason else {}),
        }
        return httpx.Response(202, json={"outcome": outcome})


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    one = Desk()
    monkeypatch.setattr(
        httpx, "AsyncClient", lambda **more: ASYNC(**more, transport=httpx.MockTransport(one))
    )
    return one


def test_good_rows_go_in_and_a_second_import_adds_none(tmp_path: Path, desk: Desk) -> None:
    path = table(
        tmp_path / "x.csv",
        GOOD,
        {**GOOD, "bank_reference": "T-002", "paid_yuan": "1.00"},
        {**GOOD, "bank_reference": "T-003", "paid_on": "soon"},
    )
    send = (
        "repayments",
        str(path),
        "--institution",
        "ccb",
        "--token",
        "t",
        "--url",
        "http://portal",
        "--json",
    )
    once = suyuan(*send)
    assert once.code == 1
    told = {name: once.json[name] for name in ("rows", "recorded", "disputed", "known", "bad")}
    assert told == {"rows": 3, "recorded": 2, "disputed": 1, "known": 0, "bad": 1}
    before = desk.run.state.plan
    again = suyuan(*send).json
    assert (again["recorded"], again["known"], again["bad"]) == (0, 2, 1)
    assert desk.run.state.plan == before


def test_what_the_platform_refuses_is_named_with_its_row(tmp_path: Path, desk: Desk) -> None:
    desk.run = after(desk.run, "x", 1, on(3, 20))
    first = table(tmp_path / "a.csv", GOOD)
    other = table(tmp_path / "b.csv", {**GOOD, "paid_yuan": "2999.99"})
    assert suyuan("repayments", str(first), *ENDS).code == 0
    refused = suyuan("repayments", str(other), *ENDS)
    assert refused.code == 1
    assert [(one["row"], one["code"]) for one in refused.json["problems"]] == [(2, "repayment.differs")]


def test_a_payment_of_a_reference_that_nobody_filed_is_named_with_its_row(tmp_path: Path, desk: Desk) -> None:
    done = suyuan("repayments", str(table(tmp_path / "x.csv", GOOD, {**GOOD, "reference": "R-9"})), *ENDS)
    assert (done.code, done.json["recorded"]) == (1, 1)
    assert [(one["row"], one["code"]) for one in done.json["problems"]] == [(3, "case.unknown")]


def test_a_template_has_the_columns() -> None:
    assert suyuan("repayments", "--template", "--language", "en").out.strip("\ufeff\n") == ",".join(
        one.name for one in COLUMNS
    )
