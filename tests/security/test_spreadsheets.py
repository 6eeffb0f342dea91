"""Spreadsheets: a cell that was a formula at the clerk's, and a file of 417 KB that took 81 s and 1 GB."""

from __future__ import annotations

import csv
import io
import itertools
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.reader.excel import ExcelReader

from cli import replay, tables, template, workbooks
from cli.receipts import Problem, Receipt, written
from shared.contracts.errors import SuyuanError
from shared.contracts.kinds import Cause
from shared.runtime.serve import sheets
from shared.runtime.serve.sheets import guarded
from tests.shape import ROOT

FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "\ufeff=1",
    "\u200b=1",
    "\u00a0=1",
    "﹢1",
    "=cmd|' /C calc'!A0",
)

HEADER = "reference,cause,issue"
_NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


@pytest.mark.parametrize("formula", FORMULAS, ids=ascii)
@pytest.mark.parametrize("kind", [Problem, Receipt])
def test_no_column_of_a_receipt_or_a_list_of_problems_is_a_formula(
    tmp_path: Path, formula: str, kind: type[Problem] | type[Receipt]
) -> None:
    path = tmp_path / "out.csv"
    with written(path, kind) as write:
        write(kind(*[formula] * len(fields(kind))))
    with path.open(encoding="utf-8-sig", newline="") as file:
        title, row = list(csv.reader(file))
    assert row == [f"'{formula}"] * len(title)


@pytest.mark.parametrize("formula", FORMULAS, ids=ascii)
def test_no_column_and_no_title_of_a_series_is_a_formula(tmp_path: Path, formula: str) -> None:
    path = tmp_path / "series.csv"
    names = ("institution", "cause", "issue", "week", "count")
    replay._write_series(path, [dict.fromkeys(names, formula)])
    with path.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file))[1] == [f"'{formula}"] * len(names)
    writer_file = tmp_path / "titles.csv"
    with writer_file.open("w", newline="", encoding="utf-8") as out:
        sheets.Writer(out).row([formula])
    with writer_file.open(newline="", encoding="utf-8") as file:
        assert list(csv.reader(file)) == [[f"'{formula}"]]


@pytest.mark.parametrize("formula", ["=1+1", "＝1+1", "@SUM(A1)"])
def test_no_cell_of_a_workbook_is_a_formula(
    tmp_path: Path, formula: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(template, "heading", lambda column: formula)
    monkeypatch.setattr(template, "note", lambda column, cause: formula)
    monkeypatch.setattr(template, "example", lambda cause: {"reference": formula, "cause": formula})
    path = tmp_path / "t.xlsx"
    template._xlsx(path, Cause.LOAN)
    for row in openpyxl.load_workbook(path).active.iter_rows():  # type: ignore[union-attr]
        for cell in row:
            assert cell.data_type != "f"
            assert not str(cell.value or "").startswith(formula)


def test_a_separator_of_another_country_does_not_make_a_cell_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with written(path, Problem) as write:
        write(Problem(1, "a;=1+1", "c", "code", "zh", "en"))
    assert '"a;=1+1"' in path.read_text("utf-8-sig")


def test_every_csv_file_is_written_by_the_one_writer_that_guards() -> None:
    for path in sorted(one for room in ("cli", "services", "shared") for one in (ROOT / room).rglob("*.py")):
        if path.name != "sheets.py":
            assert not re.search(r"csv\.(writer|DictWriter)", path.read_text("utf-8")), path


@given(st.text())
def test_a_text_that_begins_with_an_ordinary_sign_stays(text: str) -> None:
    if text[:1].isalnum():
        assert guarded(text) == text
    assert guarded(guarded(text)) == guarded(text)
    assert guarded(5) == 5
    assert guarded(-5) == -5


# Reading --------------------------------------------------------------------------------------


def packed(path: Path, parts: dict[str, Iterator[bytes]]) -> Path:
    """Write a workbook with some of its parts made by hand, in blocks: the test itself stays small."""
    plain = path.with_suffix(".plain.xlsx")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADER.split(","))
    book.save(plain)
    with (
        zipfile.ZipFile(plain) as old,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for one in old.infolist():
            if one.filename not in parts:
                new.writestr(one, old.read(one))
        for name, blocks in parts.items():
            with new.open(name, "w") as out:
                for block in blocks:
                    out.write(block)
    return path


def sheet(rows: Iterator[bytes]) -> dict[str, Iterator[bytes]]:
    def content() -> Iterator[bytes]:
        yield f"<worksheet {_NS}><sheetData>".encode()
        yield b'<row r="1"><c r="A1" t="inlineStr"><is><t>reference</t></is></c></row>'
        yield from rows
        yield b"</sheetData></worksheet>"

    return {"xl/worksheets/sheet1.xml": content()}


def many(block: bytes, times: int) -> Iterator[bytes]:
    for _ in range(times):
        yield block


def a_bomb(path: Path) -> Path:
    """400 KB that are 200 MB of blanks within one cell."""
    return packed(path, sheet(many(b" " * 1_000_000, 200)))


def many_cells(path: Path) -> Path:
    row = b"<row>" + b"<c><v>1</v></c>" * 1000 + b"</row>"
    return packed(path, sheet(many(row, 3000)))


def many_texts(path: Path) -> Path:
    def content() -> Iterator[bytes]:
        yield f"<sst {_NS}>".encode()
        yield from many(b"<si><t>x</t></si>" * 1000, 1000)
        yield b"</sst>"

    return packed(path, {"xl/sharedStrings.xml": content()})


def many_formats(path: Path) -> Path:
    def content() -> Iterator[bytes]:
        yield f"<styleSheet {_NS}><cellXfs>".encode()
        yield from many(b'<xf numFmtId="0"/>' * 1000, 2500)
        yield b"</cellXfs></styleSheet>"

    return packed(path, {"xl/styles.xml": content()})


def a_row_far_away(path: Path) -> Path:
    row = b'<row r="1000000000"><c t="inlineStr"><is><t>x</t></is></c></row>'
    return packed(path, sheet(iter([row])))


def many_rows(path: Path) -> Path:
    return packed(path, sheet(many(b"<row><c><v>1</v></c></row>" * 1000, 201)))


def laughs(path: Path) -> Path:
    def content() -> Iterator[bytes]:
        yield b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha">'
        for one, before in zip("bcdefghij", "abcdefghi", strict=True):
            yield f'<!ENTITY {one} "{f"&{before};" * 10}">'.encode()
        yield f"]><worksheet {_NS}><sheetData><row><c><v>&j;</v></c></row></sheetData></worksheet>".encode()

    return packed(path, {"xl/worksheets/sheet1.xml": content()})


def wide_letters(path: Path) -> Path:
    text = f'<?xml version="1.0" encoding="utf-16"?><!DOCTYPE w [<!ENTITY a "ha">]><worksheet {_NS}/>'
    return packed(path, {"xl/worksheets/sheet1.xml": iter([text.encode("utf-16")])})


def elsewhere(path: Path, name: str, blocks: Iterator[bytes], kind: str = "worksheet") -> Path:
    """Say where a part stands under a name that is not one of XML."""
    packed(path, {f"xl/{name}": blocks})
    raw = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.infolist():
            content = old.read(one)
            if one.filename == "xl/_rels/workbook.xml.rels" and kind == "worksheet":
                content = content.replace(b"worksheets/sheet1.xml", name.encode())
            if one.filename == "[Content_Types].xml":
                content = re.sub(rb"<Override[^>]*sharedStrings[^>]*/>", b"", content)
                type_ = f"application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml"
                more = f'<Override PartName="/xl/{name}" ContentType="{type_}"/></Types>'
                content = content.replace(b"</Types>", more.encode())
            new.writestr(one.filename, content)
    return path


def cells_of_another_name(path: Path) -> Path:
    row = b"<row>" + b"<c><v>1</v></c>" * 1000 + b"</row>"
    rows = many(row, 3000)
    blocks = itertools.chain([f"<worksheet {_NS}><sheetData>".encode()], rows, [b"</sheetData></worksheet>"])
    return elsewhere(path, "sheet1.png", blocks)


def texts_of_another_name(path: Path) -> Path:
    texts = many(b"<si><t>x</t></si>" * 1000, 1000)
    return elsewhere(
        path, "texts.dat", itertools.chain([f"<sst {_NS}>".encode()], texts, [b"</sst>"]), "sharedStrings"
    )


def a_tag_without_end(path: Path) -> Path:
    """600 KB that are one value of an attribute."""
    start = f"<worksheet {_NS}><sheetData><row r='".encode()
    blocks = itertools.chain([start], many(b"1" * 1_000_000, 140), [b"'></row></sheetData></worksheet>"])
    return packed(path, {"xl/worksheets/sheet1.xml": blocks})


def without_end(start: str, end: str) -> Callable[[Path], Path]:
    """A comment or an instruction of 140 MB, with marks in it."""

    def make(path: Path) -> Path:
        block = b"1" * 999_999 + b"<"
        rest = f"{end}<sheetData><row/></sheetData></worksheet>".encode()
        blocks = itertools.chain([f"<worksheet {_NS}>{start}".encode()], many(block, 140), [rest])
        return packed(path, {"xl/worksheets/sheet1.xml": blocks})

    return make


def many_parts(path: Path) -> Path:
    return packed(path, {f"xl/media/{number}.png": iter([b"x"]) for number in range(600)})


def a_size_that_lies(path: Path) -> Path:
    """Say in the directory of the zip that a part of 200 MB has 100 bytes."""
    a_bomb(path)
    raw = bytearray(path.read_bytes())
    size = next(one.file_size for one in zipfile.ZipFile(path).infolist() if "sheet1" in one.filename)
    at = raw.rfind(size.to_bytes(4, "little"))
    raw[at : at + 4] = (100).to_bytes(4, "little")
    path.write_bytes(raw)
    return path


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (a_bomb, "file.too_large"),
        (many_cells, "file.too_many_cells"),
        (many_texts, "file.too_many_cells"),
        (many_formats, "file.too_many_cells"),
        (many_parts, "file.too_many_cells"),
        (a_tag_without_end, "file.unreadable"),
        (without_end("<!--", "-->"), "file.unreadable"),
        (without_end("<?x ", "?>"), "file.unreadable"),
        (laughs, "file.unreadable"),
        (wide_letters, "file.unreadable"),
        (a_size_that_lies, "file.unreadable"),
    ],
)
def test_a_file_that_would_take_minutes_is_refused_before_anything_of_it_is_parsed(
    tmp_path: Path, make: Callable[[Path], Path], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make(tmp_path / "t.xlsx")
    assert path.stat().st_size < 2_000_000

    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("it was parsed")

    monkeypatch.setattr(ExcelReader, "read", never)
    with pytest.raises(SuyuanError) as refused:
        list(tables.rows(path))
    assert refused.value.code == code
    assert refused.value.zh


@pytest.mark.parametrize("make", [cells_of_another_name, texts_of_another_name])
def test_what_was_not_counted_as_xml_is_not_parsed_as_xml(
    tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    """A file of 800 KB took two minutes and 800 MB: it called its sheet a picture."""
    with pytest.raises(SuyuanError) as refused:
        list(tables.rows(make(tmp_path / "t.xlsx")))
    assert refused.value.code == "file.unreadable"


@pytest.mark.parametrize("make", [a_row_far_away, many_rows])
def test_rows_are_counted_whether_or_not_anything_stands_in_them(
    tmp_path: Path, make: Callable[[Path], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "FILINGS", tables.FILINGS._replace(needed=()))
    monkeypatch.setattr(tables, "MAX_ROWS", 2000)
    with pytest.raises(SuyuanError) as refused:
        list(tables.rows(make(tmp_path / "t.xlsx"), tables.FILINGS))
    assert refused.value.code == "file.too_many_rows"


def test_what_passes_all_counts_and_still_takes_too_long_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = packed(tmp_path / "t.xlsx", sheet(many(b"<row><c><v>1</v></c></row>" * 100, 10)))
    with (
        pytest.raises(SuyuanError) as refused,
        workbooks.opened(path, most_rows=2000, seconds=0) as (lines, _),
    ):
        list(lines)
    assert refused.value.code == "file.too_slow"
    spent = 0.0
    monkeypatch.setattr(workbooks, "thread_time", lambda: spent)
    with workbooks.opened(path, most_rows=2000, seconds=1) as (lines, _):
        next(lines)
        spent = 5.0  # what is done with a row between two of them is not the file's
        assert next(lines)


@pytest.mark.parametrize(
    "raw",
    [b"", b"PK", b"no zip at all", b"<worksheet/>"],
)
def test_what_is_no_workbook_is_named(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(raw)
    with pytest.raises(SuyuanError) as refused:
        list(tables.rows(path))
    assert refused.value.code == "file.unreadable"


@pytest.mark.parametrize(
    "row", [b'<row r="x"/>', b"<row><c><v>1</v></row>", b'<row><c r="ZZZZZZ9"><v>1</v></c></row>', b"<row"]
)
def test_a_sheet_that_breaks_off_or_says_nonsense_is_named(tmp_path: Path, row: bytes) -> None:
    path = packed(tmp_path / "t.xlsx", sheet(iter([row])))
    with pytest.raises(SuyuanError) as refused:
        list(tables.rows(path, tables.FILINGS._replace(needed=())))
    assert refused.value.code == "file.unreadable"


@given(
    st.lists(st.sampled_from([b"<a>", b"<!--", b"-->", b"<?x", b"?>", b"b" * 7, b"</a>"]), max_size=12),
    st.integers(1, 60),
)
def test_what_is_left_open_is_known_wherever_the_blocks_are_cut(pieces: list[bytes], size: int) -> None:
    whole = b"".join(pieces)
    part = workbooks._Part()
    for at in range(0, len(whole), size):
        part.take(whole[at : at + size])
    once = workbooks._Part()
    once.take(whole)
    assert part.until == once.until


def test_a_table_of_a_large_bank_is_read_as_before(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    book = openpyxl.Workbook(write_only=True)
    written_sheet = book.create_sheet()
    written_sheet.append(HEADER.split(","))
    for number in range(5_000):
        written_sheet.append([f"CC-{number}", "信用卡", "fees"])
    book.save(path)
    assert [row.cells["reference"] for row in tables.rows(path)] == [f"CC-{n}" for n in range(5_000)]
