"""A template is filled and filed as it is; each column names what a bad cell lacks."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cli import columns, tables
from cli.columns import COLUMNS, Column
from cli.file import Report, checked
from cli.template import columns_of, example
from shared.contracts.intake import FileDispute
from shared.contracts.kinds import Cause
from shared.contracts.reasons import REASONS
from shared.contracts.words import Unit
from tests.support.cli import suyuan
from tests.unit.cli.rows import FILER, refused

KINDS = ("xlsx", "csv")
CAUSES = list(Cause)


def written(tmp_path: Path, cause: Cause, kind: str) -> Path:
    path = tmp_path / f"table.{kind}"
    done = suyuan("template", cause.value, "--out", str(path))
    assert done.code == 0, done.err
    return path


def add(path: Path, cause: Cause, cells: dict[str, Any]) -> None:
    """Add a row below what stands in a template."""
    line = [cells.get(one.name) for one in columns_of(cause)]
    if path.suffix == ".csv":
        with path.open("a", encoding="utf-8") as file:
            file.write(",".join("" if one is None else f'"{one}"' for one in line) + "\n")
        return
    book = openpyxl.load_workbook(path)
    sheet = book.active
    assert sheet is not None
    sheet.append(line)
    book.save(path)


def good(path: Path) -> list[FileDispute]:
    report = Report()
    found = checked(tables.rows(path), FILER, report, lambda one: None, lambda share: None)
    filings = [filing for _, filing in found]
    assert report.problems == []
    return filings


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("cause", CAUSES)
def test_a_template_as_it_is_holds_no_dispute(tmp_path: Path, cause: Cause, kind: str) -> None:
    assert good(written(tmp_path, cause, kind)) == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("cause", CAUSES)
def test_the_example_with_a_reference_of_its_own_is_a_complete_filing(
    tmp_path: Path, cause: Cause, kind: str
) -> None:
    path = written(tmp_path, cause, kind)
    add(path, cause, {**example(cause), "reference": "R-1"})
    [filing] = good(path)
    assert (filing.reference, filing.cause) == ("R-1", cause)


def sample(column: Column) -> Any:
    """Return a cell that a column takes."""
    field = column.field
    if field.codes is not None:
        return "、".join(one.zh for one in field.codes) if field.many else list(field.codes)[-1].zh
    if field.unit is Unit.FEN:
        return "12.34"
    if field.unit is Unit.PERCENT:
        return "3.6"
    texts = {"currency": "CNY", "agreed_court": "京0106", "explanation_version": "rights-2025.1"}
    texts["explanation_proof"] = "ab" * 32
    return {date: "2024-02-29", bool: "是", int: "7"}.get(field.holds, texts.get(column.name, "some-text"))


def at(filing: dict[str, Any], path: str) -> Any:
    found: Any = filing
    for name in path.split("."):
        found = found[int(name)] if isinstance(found, list) else found[name]
    return found


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("cause", CAUSES)
def test_every_cell_of_a_filled_template_comes_through(tmp_path: Path, cause: Cause, kind: str) -> None:
    path = written(tmp_path, cause, kind)
    cells = {one.name: sample(one) for one in columns_of(cause)} | {"reference": "R-1", "cause": cause.zh}
    add(path, cause, cells)
    [row] = tables.rows(path)
    content, wrong = columns.filing_of(row.cells, FILER.institution)
    assert wrong == []
    filing = FileDispute.model_validate_json(json.dumps(content)).model_dump(mode="json")
    for column in columns_of(cause):
        said = at(filing, column.path.replace("*", cause.value))
        assert said == column.read(cells[column.name]), column.name


def test_the_notes_name_every_code_and_what_is_needed(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(written(tmp_path, Cause.FINANCE_LEASE, "xlsx"))
    sheet = book.active
    assert sheet is not None
    notes = dict(zip([one.value for one in sheet[1]], [str(one.value) for one in sheet[2]], strict=True))
    assert notes["租赁主张 / lease_claim"] == (
        "必填 needed; 取值 one of; rent 全部租金 All rent; termination 解除合同 Termination"
    )
    assert "needed" not in notes["电话 / party_phone"]
    assert not any(column.causes == ("loan",) for column in columns_of(Cause.FINANCE_LEASE))


def test_a_template_is_never_written_over_another_file(tmp_path: Path) -> None:
    path = written(tmp_path, Cause.LOAN, "csv")
    before = path.read_bytes()
    done = suyuan("template", "信用卡纠纷", "-o", str(path))
    assert (done.code, path.read_bytes()) == (2, before)
    assert "template.exists" in done.err
    assert suyuan("template", "loan", "-o", str(tmp_path / "t.ods")).code == 2
    assert suyuan("template", "mortgage", "-o", str(tmp_path / "t.csv")).code == 2


def test_a_heading_of_two_columns_is_none() -> None:
    assert columns.by_header("编号 / cause") is None
    assert columns.by_header("编号 / reference") is columns.by_header("reference")


# What a bad cell of each column is called

BAD: dict[str, list[tuple[Any, str]]] = {
    "amount": [
        ("x", "cell.not_amount"),
        ("-1", "cell.not_amount"),
        ("0.001", "cell.not_amount"),
        (True, "cell.not_amount"),
    ],
    "rate": [("x", "cell.not_number"), ("-1", "cell.not_number"), ("1e2", "cell.not_number")],
    "date": [("2025-02-30", "cell.not_date"), ("45000", "cell.not_date"), (1.5, "cell.not_date")],
    "yes_no": [("maybe", "cell.not_yes_no"), (2, "cell.not_yes_no")],
    "whole": [("x", "cell.not_number"), ("1.5", "cell.not_number"), ("-1", "cell.not_number")],
    "code": [("nothing of the kind", "cell.unknown_word")],
    "text": [(10.0**16, "cell.not_text"), (True, "cell.not_text"), ("长" * 5000, "field.bad_length")],
}
_OTHER: dict[str, tuple[Any, str]] = {
    # Patterns are looked at after lengths, or in their place.
    "currency": ("长" * 5000, "field.bad_form"),
    "agreed_court": ("Beijing", "field.bad_form"),
    "explanation_proof": ("长" * 5000, "field.bad_form"),
}


def kind_of(column: Column) -> str:
    field = column.field
    if field.codes is not None:
        return "code"
    if field.unit is not None:
        return "amount" if field.unit is Unit.FEN else "rate"
    return {date: "date", bool: "yes_no", int: "whole"}.get(field.holds, "text")


TABLE = [
    (column, *(_OTHER[column.name] if column.name in _OTHER and cell == "长" * 5000 else (cell, code)))
    for column in COLUMNS
    for cell, code in BAD[kind_of(column)]
]


@pytest.mark.parametrize(
    ("column", "cell", "code"), [pytest.param(*one, id=f"{one[0].name}-{n}") for n, one in enumerate(TABLE)]
)
def test_a_bad_cell_is_named_by_its_column_and_a_code(column: Column, cell: Any, code: str) -> None:
    cause = Cause(column.causes[0]) if column.causes else Cause.CREDIT_CARD
    cells = {**example(cause), "reference": "R-1", column.name: cell}
    if column.path.startswith("prior.explanation."):
        cells |= {"explanation_version": "rights-2025.1", "explanation_channel": "app", column.name: cell}
    if column.path.startswith("other_parties."):
        last = int(column.path.split(".")[1]) + 1
        others = {one.name: sample(one) for one in COLUMNS if one.path.startswith("other_parties.")}
        before = tuple(f"other_{number}_" for number in range(1, last + 1))
        cells = {name: said for name, said in others.items() if name.startswith(before)} | cells
    assert (column.name, code) in refused(cells)
    assert code in REASONS
