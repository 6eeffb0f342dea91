"""How tables look: golden files, what no row can break, and what no terminal may get."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cli.display import layout
from cli.display.cells import age, cell, clean, instant, yuan
from cli.display.column import ALWAYS, Column, Facts, Kind, Table
from cli.display.declared import TABLES
from cli.display.ids import shortened
from cli.display.view import Language, View, language_of
from cli.display.wrapping import wrapped
from shared.casework.case_ids import series_id
from tests.support.cases import case_id
from tests.support.cli import commands
from tests.support.golden import FOLDER, WIDTH, drawn, files
from tests.support.table_rows import NOW, rows

CLI = Path(__file__).resolve().parents[3] / "cli"


def view(language: Language = Language.EN, width: int = WIDTH, *, wide: bool = False) -> View:
    return View(language, width, NOW, wide)


# -- golden files -----------------------------------------------------------------------------------------


def test_every_table_looks_as_its_golden_files_say() -> None:
    """Differs it on purpose: `make golden`, and look at what git shows."""
    there = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.txt")}

    assert there == files()


@pytest.mark.parametrize("declared", TABLES, ids=lambda one: one.name)
def test_no_sample_is_wider_than_the_terminal_in_either_language(declared: Table | Facts) -> None:
    for width in (40, 80, 120):
        for language in Language:
            for line in drawn(declared, view(language, width)):
                assert cell_len(line) <= width, (declared.name, language, line)


def test_the_samples_fill_each_column_of_each_table() -> None:
    rare = {"case-show": {"settled_fen", "end"}, "dlq-show": {"closed_at"}, "report": set()}
    for one in TABLES:
        filled = {
            name for row in rows(view())[one.name] for name, value in row.items() if value not in (None, "")
        }
        lacking = {column.name for column in one.columns} - filled
        assert {name for name in lacking if not name.startswith("ended_")} == rare.get(one.name, set())


def test_every_table_has_its_words_in_both_languages() -> None:
    for declared in TABLES:
        for one in (declared, *declared.columns):
            assert one.en.isascii(), one
            assert any("\u4e00" <= sign <= "\u9fff" for sign in one.zh), one


def test_every_table_names_commands_that_there_are() -> None:
    known = {path for path, _ in commands()}

    assert {name for one in TABLES for name in one.commands} - known == set()
    assert len({one.name for one in TABLES}) == len(TABLES)


def calls(tree: ast.AST, names: set[str]) -> Iterator[ast.Call]:
    """Yield the calls of functions or methods with these names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in names:
                yield node


def test_no_command_prints_a_table_that_is_not_declared_and_so_has_no_golden_file() -> None:
    from cli.display import declared

    found: set[str] = set()
    for path in sorted(CLI.rglob("*.py")):
        text = path.read_text("utf-8")
        if path.name != "output.py":
            assert "rich.table" not in text, f"{path}: declare the table in cli/display/declared.py"
        for call in calls(ast.parse(text), {"draw", "draw_facts"}):
            name = ast.unparse(call.args[0])
            assert re.fullmatch(r"declared\.[A-Z]+", name), f"{path}:{call.lineno}: {name} is not declared"
            found.add(name.removeprefix("declared."))
    assert {id(getattr(declared, name)) for name in found} == {id(one) for one in TABLES}


# -- what no row can break --------------------------------------------------------------------------------

IDS = st.one_of(
    st.builds(case_id, st.sampled_from(["ccb", "icbc"]), st.text(max_size=9)),
    st.builds(series_id, st.sampled_from(["ccb", "icbc"]), st.just("loan"), st.text(max_size=9)),
    st.from_regex(r"[a-z_]{3,20}\.[a-z-]{2,50}:[0-9]{1,2}:[0-9]{1,12}", fullmatch=True),
    st.from_regex(r"[A-Za-z0-9丰-台_-]{1,120}", fullmatch=True),
)
WORDS = st.text("abcdef0123456789", min_size=20, max_size=75)
TIMES = st.datetimes().map(lambda at: at.isoformat() + "+00:00")
VALUES = {
    Kind.ID: IDS,
    Kind.WORD: st.text(max_size=100),
    Kind.TEXT: st.text(max_size=300) | st.lists(WORDS, max_size=3).map(" ".join),
    Kind.COUNT: st.integers(-(10**9), 10**9),
    Kind.YUAN: st.integers(0, 10**13),
    Kind.INSTANT: TIMES,
    Kind.AGE: TIMES,
    Kind.MARK: st.booleans(),
}


def rows_of(declared: Table | Facts) -> st.SearchStrategy[list[dict[str, Any]]]:
    cells = {one.name: st.none() | VALUES[one.kind] for one in declared.columns}
    return st.lists(st.fixed_dictionaries(cells), min_size=1, max_size=4)


@pytest.mark.parametrize("declared", TABLES, ids=lambda one: one.name)
@given(data=st.data(), language=st.sampled_from(Language), width=st.integers(40, 130))
def test_no_line_of_any_row_is_wider_than_the_terminal_and_no_id_is_split(
    declared: Table | Facts, data: st.DataObject, language: Language, width: int
) -> None:
    made = data.draw(rows_of(declared))
    if isinstance(declared, Facts):
        lines = [one.plain for one in layout.facts(declared, made[0], view(language, width))]
        made = made[:1]
    else:
        lines = [one.plain for one in layout.table(declared, made, view(language, width))]

    assert [line for line in lines if cell_len(line) > width] == []
    for column in declared.columns:
        if column.kind is Kind.ID and column.importance == ALWAYS:
            whole = [str(row[column.name]) for row in made if row[column.name] is not None]
            short = shortened(whole)
            for id in whole:
                if short[id] == id and cell_len(id) > width - layout.INDENT:
                    continue  # another one is shortened alike, and no line can hold it whole
                assert any(id in line or short[id] in line for line in lines), (id, lines)
        if column.kind is Kind.TEXT and column.importance == ALWAYS:
            for word in clean(" ".join(str(row[column.name] or "") for row in made)).split():
                if word.isascii() and cell_len(word) <= width - layout.INDENT:
                    assert any(word in line for line in lines), (word, lines)
    assert not any(sign in line for line in lines for sign in "\x1b\x07\x9b\n\r\u202e")


@given(st.lists(IDS, max_size=30))
def test_a_short_id_stands_for_one_id_and_is_a_part_of_it(ids: list[str]) -> None:
    short = shortened(ids)

    assert set(short) == set(ids)
    assert len(set(short.values())) == len(short)
    for id, text in short.items():
        assert id.startswith(text.rstrip("…")) or id.endswith(text.lstrip("…"))
        assert len(text) <= len(id)


def test_ids_that_would_be_shortened_alike_stay_whole() -> None:
    places = ["mediation.designated-commands:1:12345", "portal-of-the-court.designated-commands:1:12345"]
    names = ["x" * 50 + "1", "x" * 50 + "2"]

    assert dict(shortened(places + names)) == {id: id for id in places + names}
    assert set(shortened(["x" * 50 + "1"]).values()) == {"x" * 35 + "…"}


@given(st.text(max_size=300), st.integers(10, 90))
def test_a_wrapped_text_keeps_every_sign_and_breaks_a_word_only_where_no_line_could_hold_it(
    text: str, width: int
) -> None:
    text = clean(text)
    lines = wrapped(text, width)

    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for word in text.split():
        if word.isascii() and cell_len(word) <= width:
            assert any(word in line for line in lines)


# -- cells ------------------------------------------------------------------------------------------------


def test_times_are_told_in_beijing_and_amounts_in_yuan() -> None:
    assert instant("2026-03-01T16:05:09Z") == "2026-03-02 00:05"
    assert instant("2026-03-01T16:05:09+00:00", seconds=True) == "2026-03-02 00:05:09"
    assert instant("2026-03-02") == "2026-03-02"
    assert yuan(7_197_920_000) == "71,979,200.00"
    assert yuan(5) == "0.05"


@pytest.mark.parametrize(
    ("at", "zh", "en"),
    [
        ("2026-03-02T04:29:20+00:00", "40 秒", "40 s"),
        ("2026-03-02T04:23:00+00:00", "7 分钟", "7 min"),
        ("2026-02-28T23:30:00+00:00", "29 小时", "29 h"),
        ("2026-02-20T04:30:00+00:00", "10 天", "10 d"),
        ("2025-02-20T20:30:00+00:00", "2025-02-21", "2025-02-21"),
        ("2026-03-03T04:30:00+00:00", "2026-03-03", "2026-03-03"),
    ],
)
def test_an_age_is_told_in_one_unit_and_a_far_time_as_its_day(at: str, zh: str, en: str) -> None:
    assert (age(at, view(Language.ZH)), age(at, view())) == (zh, en)


def test_a_wide_age_says_the_time_as_well() -> None:
    assert age("2026-03-02T04:23:00+00:00", view(wide=True)) == "2026-03-02 12:23:00 (7 min)"


def test_what_steers_a_terminal_becomes_visible() -> None:
    assert clean("a\x1b[2Jb\x9bc\u202ed\u2028e\ud800f\x7f") == "a\\x1b[2Jb\\x9bc\\u202ed\\u2028e\\ud800f\\x7f"
    assert clean("a\nb\tc") == "a b c"
    assert clean("诉源 Ä ✓") == "诉源 Ä ✓"


def test_a_code_is_told_by_its_word_and_a_wide_view_says_both() -> None:
    column = Column("cause", "案由", "Cause", words="cause")

    assert cell(column, "credit_card", view(Language.ZH)) == "信用卡纠纷"
    assert cell(column, "unheard_of", view()) == "unheard_of"
    assert cell(column, "credit_card", view(Language.ZH, wide=True)) == "credit_card 信用卡纠纷"


# -- what fits --------------------------------------------------------------------------------------------

THREE = Table(
    "three",
    "三",
    "Three",
    (
        Column("id", "标识", "Id", Kind.ID),
        Column("least", "次要", "Least", importance=3),
        Column("more", "重要", "More", importance=2),
    ),
    (),
)


def lines_of(row: dict[str, Any], width: int = WIDTH, *, wide: bool = False) -> list[str]:
    return [line.plain for line in layout.table(THREE, [row], view(width=width, wide=wide))]


def test_the_least_important_column_goes_first_and_is_named() -> None:
    row = {"id": "a" * 20, "least": "b" * 15, "more": "c" * 15}

    assert lines_of(row) == [
        "Three: 1",
        f"{'Id':20}  {'Least':15}  More",
        f"{'a' * 20}  {'b' * 15}  {'c' * 15}",
    ]
    assert lines_of(row, 40) == [
        "Three: 1",
        f"{'Id':20}  More",
        f"{'a' * 20}  {'c' * 15}",
        "More with --wide: Least",
    ]
    assert lines_of(row, 40, wide=True) == lines_of(row)


def test_where_not_even_the_columns_that_stay_have_room_each_value_has_a_line_of_its_own() -> None:
    declared = Table(
        "two", "二", "Two", tuple(Column(name, name, name, Kind.ID) for name in ("one", "other")), ()
    )
    made = [{"one": "a" * 30, "other": "b" * 30}, {"one": "c"}]

    assert [line.plain for line in layout.table(declared, made, view(width=40))] == [
        "Two: 2",
        f"one  {'a' * 30}",
        f"other  {'b' * 30}",
        "",
        "one  c",
    ]


def test_what_lacks_the_fewest_cells_to_stay_in_one_line_gets_them_first() -> None:
    declared = Table("two", "二", "Two", tuple(Column(name, name, name, Kind.TEXT, 2) for name in "ab"), ())
    made = [{"a": "word " * 20, "b": "127.0.0.1:9092 is it"}]

    lines = [line.plain for line in layout.table(declared, made, view(width=60))]

    assert lines[2].endswith("  127.0.0.1:9092 is it")


def test_a_text_with_a_word_that_its_column_cannot_hold_goes_below_its_row() -> None:
    declared = Table("two", "二", "Two", (Column("a", "a", "a"), Column("b", "b", "b", Kind.TEXT)), ())
    made = [{"a": "x" * 20, "b": "d" * 35}, {"a": "y", "b": "诉" * 15}]

    assert [line.plain for line in layout.table(declared, made, view(width=40))][2:] == [
        "x" * 20,
        "  " + "d" * 35,
        "y" + " " * 21 + "诉" * 9,
        " " * 22 + "诉" * 6,
    ]


def test_an_item_of_a_list_has_its_lines_below_one_another() -> None:
    lines = [line.plain for line in layout.hanging("✓", "green", "disk: " + "word " * 12, view(width=40))]

    assert lines == ["✓ disk: word word word word word word", "  word word word word word word"]


def test_a_long_name_is_cut_only_where_room_is_short() -> None:
    row = {"id": "a", "more": "m" * 40}

    assert lines_of(row)[2] == "a   " + "m" * 40
    assert lines_of(row, 40)[2] == "a   " + "m" * 27 + "…"


def test_an_empty_column_takes_no_room_and_an_empty_table_has_no_head() -> None:
    assert lines_of({"id": "a", "more": "c"}) == ["Three: 1", "Id  More", "a   c"]
    assert [one.plain for one in layout.table(THREE, [], view())] == ["Three: 0"]


# -- language, pipes and encodings ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "zh_CN.GB18030"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
    ],
)
def test_the_locale_chooses_the_language(environment: dict[str, str], language: str) -> None:
    assert language_of(environment) == language
