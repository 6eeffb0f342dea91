"""Bulk filing: reading tables of any kind, naming what is wrong, and never a value of it."""

import csv
import json
import zipfile
from pathlib import Path
from typing import Any, Self

import openpyxl
import pytest

from cli import columns, file, tables, workbooks
from cli.answers import Answer
from cli.file import Report, checked, filing_id, header_line
from shared.contracts.errors import SuyuanError
from shared.contracts.intake import FileDispute
from shared.contracts.reasons import REASONS
from tests.support.cli import suyuan
from tests.unit.cli.rows import CARD, FILER, LEASE, filed


def write_csv(path: Path, rows: list[dict[str, Any]], encoding: str = "utf-8", separator: str = ",") -> Path:
    names = list(dict.fromkeys(name for one in rows for name in one))
    with path.open("w", encoding=encoding, newline="") as out:
        writer = csv.DictWriter(out, names, delimiter=separator)
        writer.writeheader()
        writer.writerows(rows)
    return path


def references(path: Path) -> list[str]:
    found = checked(tables.rows(path), FILER, Report(), lambda one: None, lambda share: None)
    return [filing.reference for _, filing in found]


@pytest.mark.parametrize(
    ("encoding", "separator"),
    [("utf-8", ","), ("utf-8-sig", ","), ("gb18030", ","), ("utf-8", ";"), ("utf-8", "\t")],
)
def test_a_csv_file_is_read_as_spreadsheets_write_it(tmp_path: Path, encoding: str, separator: str) -> None:
    path = write_csv(tmp_path / "x.csv", [CARD, {**CARD, "reference": "R-9"}], encoding, separator)

    assert references(path) == ["R-1", "R-9"]


def test_an_xlsx_file_is_read_with_its_row_numbers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    names = list(dict.fromkeys([*CARD, *LEASE]))
    sheet.append([next(one.zh for one in columns.COLUMNS if one.name == name) for name in names])
    sheet.append([CARD.get(name) for name in names])
    sheet.append([])
    sheet.append([LEASE.get(name) for name in names])
    sheet.append([{**CARD, "as_of": "x"}.get(name) for name in names])
    path = tmp_path / "x.xlsx"
    book.save(path)
    report = Report()

    good = list(checked(tables.rows(path), FILER, report, lambda one: None, lambda share: None))

    assert [one.reference for _, one in good] == ["R-1", "R-2"]
    assert [(one.row, one.column, one.code) for one in report.problems] == [(5, "as_of", "cell.not_date")]


def test_a_json_lines_file_holds_filings(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    complaint = {"reference": "C-1", "cause": "complaint", "issue": "fees", "product": "card"}
    lines = [
        json.dumps(complaint),
        "no json",
        "[]",
        "",
        json.dumps({**complaint, "institution": "abc", "reference": "C-2"}),
        json.dumps({**complaint, "reference": "C-3", "clam_fen": 1}),
        json.dumps({**complaint, "reference": "C-4", "claim_fen": 2**70}),
        "[" * 100_000,
    ]
    path.write_text("\n".join(lines), "utf-8")
    report = Report()

    good = list(checked(tables.rows(path), FILER, report, lambda one: None, lambda share: None))

    assert [one.reference for _, one in good] == ["C-1"]
    assert [(one.row, one.column, one.code) for one in report.problems] == [
        (2, "", "message.not_json"),
        (3, "", "message.not_json"),
        (5, "institution", "filing.wrong_institution"),
        (6, "clam_fen", "field.unknown"),
        (7, "claim_fen", "field.out_of_range"),
        (8, "", "message.not_json"),
    ]


def test_the_second_of_two_rows_with_one_reference_is_named(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "x.csv", [CARD, CARD])
    report = Report()

    good = list(checked(tables.rows(path), FILER, report, lambda one: None, lambda share: None))

    assert len(good) == 1
    assert [(one.row, one.code) for one in report.problems] == [(3, "row.duplicate")]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("x.csv", "reference,cause\nR-1,loan\n", "file.missing_column"),
        ("x.csv", "reference,cause,issue,colour\n", "file.unknown_column"),
        ("x.csv", "reference,cause,issue,编号\n", "file.column_twice"),
        ("x.csv", "", "file.missing_column"),
        ("x.xlsx", "no workbook", "file.unreadable"),
        ("x.csv", b"\xff\xfe\x00\xff\xff", "file.unreadable"),
    ],
)
def test_a_file_that_is_no_table_is_refused(
    tmp_path: Path, name: str, content: str | bytes, code: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())

    with pytest.raises(SuyuanError) as caught:
        list(tables.rows(path))
    assert caught.value.code == code


def test_a_workbook_that_would_fill_the_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 2_000_000)
    monkeypatch.setattr(workbooks, "MAX_UNPACKED", 1_000_000)

    with pytest.raises(SuyuanError, match=r"file\.too_large"):
        list(tables.rows(path))


def test_limits_of_size_and_rows_are_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_csv(tmp_path / "x.csv", [{**CARD, "reference": f"R-{n}"} for n in range(5)])
    monkeypatch.setattr(tables, "MAX_ROWS", 4)
    with pytest.raises(SuyuanError, match=r"file\.too_many_rows"):
        list(tables.rows(path))
    monkeypatch.setattr(tables, "MAX_BYTES", 10)
    with pytest.raises(SuyuanError, match=r"file\.too_large"):
        list(tables.rows(path))


def test_a_row_with_more_cells_than_columns_or_a_huge_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"reference,cause,issue\nR-1,loan,a,b\nR-2,loan,{'x' * 20_000}\n", "utf-8")
    report = Report()

    list(checked(tables.rows(path), FILER, report, lambda one: None, lambda share: None))

    assert ("row.too_many_cells", 2) in [(one.code, one.row) for one in report.problems]
    assert ("cell.too_long", 3) in [(one.code, one.row) for one in report.problems]


# -- ids and the command ----------------------------------------------------------------------------------


def test_the_same_filing_has_the_same_id_and_an_amendment_another() -> None:
    filing = filed(CARD)
    amended = filed({**CARD, "amends": "是"})

    assert filing_id(filing) == filing_id(filed(CARD))
    assert len({filing_id(filing), filing_id(amended), filing_id(filed({**CARD, "reference": "R-3"}))}) == 3
    assert filing_id(amended) != filing_id(filed({**CARD, "amends": "是", "issue": "other"}))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_template_is_a_table_of_every_column(tmp_path: Path, language: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(suyuan("file", "--template", "--language", language).out, "utf-8")

    assert list(tables.rows(path)) == []
    assert header_line(language).count(",") == len(columns.COLUMNS) - 1


def test_a_dry_run_needs_no_platform(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "x.csv", [CARD, {**CARD, "reference": "R-2", "as_of": "x"}])
    errors = tmp_path / "errors.csv"
    nothing = {"SUYUAN_DATA": str(tmp_path)}

    done = suyuan("file", str(path), "-i", "ccb", "--dry-run", "--errors", str(errors), env=nothing)
    as_json = suyuan("file", str(path), "-i", "ccb", "--dry-run", "--json", env=nothing)

    assert done.code == as_json.code == 1
    assert "1 / 2" in done.out
    assert "nothing was filed" in done.out
    assert "amend" not in done.out.lower()
    assert as_json.json["filed"] == 1
    assert as_json.json["problems"][0] == {
        "row": 3,
        "reference": "R-2",
        "column": "as_of",
        "code": "cell.not_date",
        "zh": REASONS["cell.not_date"].zh,
        "en": REASONS["cell.not_date"].en,
    }
    assert "3,R-2,as_of,cell.not_date" in errors.read_text("utf-8-sig")
    assert "张小三" not in done.out + done.err + as_json.out


class Taken:
    """Answers filings as intake would, from the second on; each is another kind of answer."""

    def __init__(self, settings: object, institution: str, wait_s: float) -> None:
        self.kinds = [Answer("new", "", "sy1new"), Answer("known", "filing.unchanged", "sy1known")]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def of(self, ids: set[str], *, wait: bool) -> dict[str, Answer]:
        asked = sorted(ids)
        return {id: self.kinds.pop(0) for id in (asked if wait else asked[1:]) if self.kinds}


class Sender:
    """Takes filings as Kafka would."""

    def __init__(self, settings: object, **_: object) -> None:
        pass

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def filing(self, filing: FileDispute, *, id: str) -> None:
        pass


def test_no_advice_on_a_row_of_a_table_speaks_of_an_amendment(tmp_path: Path) -> None:
    """Nothing of a bad row was filed, so there is nothing to amend."""
    path = write_csv(
        tmp_path / "x.csv", [{**CARD, "contract_basis": "", "penalty_yuan": "1", "fees_yuan": "0"}]
    )

    done = suyuan("file", str(path), "-i", "ccb", "--dry-run", "--json")

    said = {one["code"]: one["zh"] + one["en"] for one in done.json["problems"]}
    assert set(said) == {"element.missing", "amount.mismatch"}
    assert not [code for code, text in said.items() if "amend" in text or "更正" in text]


def test_every_row_has_a_receipt_in_the_order_of_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.runtime.serve.client.MessageSender", Sender)
    monkeypatch.setattr(file, "Answers", Taken)
    monkeypatch.setattr(file, "IN_FLIGHT", 2)
    bad = {**CARD, "as_of": "x", "claim_yuan": "x", "reference": "R-2"}
    rows = [
        CARD,
        bad,
        *({**CARD, "reference": f"R-{number}"} for number in (3, 4)),
        {**CARD, "reference": "张"},
    ]
    path, receipts = write_csv(tmp_path / "x.csv", rows), tmp_path / "receipts.csv"

    done = suyuan(
        *("file", str(path), "-i", "ccb", "--receipts", str(receipts), "--json"),
        env={"SUYUAN_KAFKA": "127.0.0.1:1"},
    )

    assert (done.code, done.json["filed"], done.json["bad"]) == (1, 3, 2)
    with receipts.open(encoding="utf-8-sig", newline="") as lines:
        found = [tuple(one.values()) for one in csv.DictReader(lines)]
    assert [one[:2] for one in found] == [("2", "R-1"), ("3", "R-2"), ("4", "R-3"), ("5", "R-4"), ("6", "")]
    assert found[1][3:] == ("refused", "cell.not_amount cell.not_date")
    assert found[4][3:] == ("refused", "field.bad_form")
    answers = [found[place][2:] for place in (0, 2, 3)]
    assert sorted(answers) == [
        ("", "sent", ""),
        ("sy1known", "known", "filing.unchanged"),
        ("sy1new", "new", ""),
    ]
    assert done.json["outcomes"] == {"new": 1, "known": 1, "sent": 1}


def test_what_was_stored_before_kafka_went_away_has_its_receipts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Away(Sender):
        async def filing(self, filing: FileDispute, *, id: str) -> None:
            if filing.reference == "R-3":
                raise SuyuanError(code="kafka.unavailable", zh="…", en="…")

    monkeypatch.setattr("shared.runtime.serve.client.MessageSender", Away)
    monkeypatch.setattr(file, "Answers", Taken)
    monkeypatch.setattr(file, "IN_FLIGHT", 2)
    rows = [{**CARD, "reference": f"R-{number}"} for number in (1, 2, 3)]
    path, receipts = write_csv(tmp_path / "x.csv", rows), tmp_path / "receipts.csv"

    done = suyuan(
        *("file", str(path), "-i", "ccb", "--receipts", str(receipts), "--json"),
        env={"SUYUAN_KAFKA": "127.0.0.1:1"},
    )

    assert (done.code, done.json["error"]) == (1, "kafka.unavailable")
    with receipts.open(encoding="utf-8-sig", newline="") as lines:
        assert [one["reference"] for one in csv.DictReader(lines)] == ["R-1", "R-2"]


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (("file",), 2, "file.incomplete"),
        (("file", "x.txt", "-i", "ccb", "--dry-run"), 2, "file.unknown_kind"),
        (("file", "none.csv", "-i", "ccb", "--dry-run"), 1, "file.unreadable"),
        (("file", "x.csv", "-i", "nobody", "--dry-run"), 2, "filing.unknown_institution"),
        (("file", "x.csv", "-i", "ccb"), 1, "connection.missing"),
        (("file", "x.csv", "-i", "ccb", "--dry-run", "--receipts", "y.csv"), 2, "file.no_receipts"),
        (("file", "--template", "--language", "fr"), 2, "language.unknown"),
    ],
)
def test_wrong_use_is_told_from_failure(
    tmp_path: Path, arguments: tuple[str, ...], code: int, error: str
) -> None:
    done = suyuan(*arguments, "--json", env={"SUYUAN_DATA": str(tmp_path)})

    assert (done.code, done.json["error"]) == (code, error)


def test_a_line_that_is_longer_than_any_filing_is_named_and_not_parsed(tmp_path: Path) -> None:
    """A line of 120 MB took four minutes and 3 GB."""
    path = tmp_path / "t.jsonl"
    good = b'{"reference": "%d"}\n'
    path.write_bytes(good % 1 + b"[" + b"[]," * 1_000_000 + b"[]]\n" + good % 3)
    one, long, three = tables.rows(path)
    assert (one.content, three.number, three.content) == ({"reference": "1"}, 3, {"reference": "3"})
    assert (long.number, long.content, long.wrong) == (2, None, (("", "row.too_long"),))
    assert three.done == 1.0
    path.write_bytes(b" " * (tables.MAX_LINE * 2))
    assert [row.wrong for row in tables.rows(path)] == [(("", "row.too_long"),)]
