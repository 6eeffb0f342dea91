"""Which network files are accepted, and how a bad one is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.network.load import MAX_NETWORK_BYTES, load_network, parse_network
from shared.network.problems import NetworkError
from tests.support.network_file import OWN, SMALL, problems_of


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("id: m02", "id: m01", (10, "organisations[0].mediators[1].id", "network.duplicate_id")),
        ("id: lessor", "id: ccb", (13, "institutions[1].id", "network.duplicate_id")),
        ("id: ccb", "id: org", (12, "institutions[0].id", "network.duplicate_id")),
        ("id: agent", "id: m01", (17, "people[0].id", "network.duplicate_id")),
        ("id: agent", "id: ccb", (17, "people[0].id", "network.duplicate_id")),
        ("id: agent", "id: portal", (17, "people[0].id", "network.reserved_id")),
        ("id: m02", "id: intake", (10, "organisations[0].mediators[1].id", "network.reserved_id")),
        ("id: lessor", "id: suyuan", (13, "institutions[1].id", "network.reserved_id")),
        ("id: lessor", "id: system", (13, "institutions[1].id", "network.reserved_id")),
        ("organisation: ccb", "organisation: icbc",
         (17, "people[0].organisation", "network.unknown_reference")),
        ("role: court_clerk", "role: institution_agent",
         (18, "people[1].role", "network.wrong_role")),
        ("role: court_clerk", "role: mediator", (18, "people[1].role", "network.wrong_role")),
        ("role: court_clerk", "role: king", (18, "people[1].role", "network.bad_value")),
        ("weight: 3", "weight: 0",
         (10, "organisations[0].mediators[1].weight", "network.bad_value")),
        ("weight: 3", "weight: '3'",
         (10, "organisations[0].mediators[1].weight", "network.bad_value")),
        ("weight: 3", "weight: true",
         (10, "organisations[0].mediators[1].weight", "network.bad_value")),
        ("capacity: 1", "capacity: 0.5",
         (10, "organisations[0].mediators[1].capacity", "network.bad_value")),
        ("capacity: 1", "capacity: 100001",
         (10, "organisations[0].mediators[1].capacity", "network.bad_value")),
        (", capacity: 1", "", (10, "organisations[0].mediators[1].capacity", "network.missing")),
        ("capacity: 1", "capacity: 1, age: 40",
         (10, "organisations[0].mediators[1].age", "network.unknown_field")),
        ("[loan]", "[loan, loan]",
         (10, "organisations[0].mediators[1].specialities", "network.bad_value")),
        ("[loan]", "[]", (10, "organisations[0].mediators[1].specialities", "network.bad_value")),
        ("[loan]", "[loans]",
         (10, "organisations[0].mediators[1].specialities[0]", "network.bad_value")),
        ("[loan]", "loan", (10, "organisations[0].mediators[1].specialities", "network.bad_value")),
        ("id: ccb", "id: no", (12, "institutions[0].id", "network.bad_value")),
        ("id: lessor", "id: Lessor", (13, "institutions[1].id", "network.bad_value")),
        ("id: lessor", "id: 'lessor\n\n'", (13, "institutions[1].id", "network.bad_value")),
        ("id: lessor", "id: -lessor", (13, "institutions[1].id", "network.bad_value")),
        ("id: lessor", "id: a.b", (13, "institutions[1].id", "network.bad_value")),
        ("kind: bank", "kind: shop", (12, "institutions[0].kind", "network.bad_value")),
        ("京0106", "国0106", (4, "court.code", "network.bad_value")),
        ("京0106", "京016", (4, "court.code", "network.bad_value")),
        ("place: 丰台, ", "", (4, "court.place", "network.missing")),
        ("format: 1", "format: 2", (1, "format", "network.bad_value")),
        ("id: small", "id: small\nid: other", (3, "id", "network.duplicate_key")),
        ("id: small", "id: 2026-13-45", (2, "id", "network.bad_value")),
        ("id: small", "id: !!python/name:os.system ''", (2, "id", "network.bad_value")),
        ("{zh: 小, en: Small}", "small", (3, "name", "network.bad_value")),
        ("complex]", "ordinary]", (15, "routing[0].tiers", "network.bad_value")),
    ],
)  # fmt: skip
def test_a_bad_value_is_named_with_line_field_and_code(
    old: str, new: str, expected: tuple[int, str, str]
) -> None:
    assert expected in problems_of(old, new)


@pytest.mark.parametrize(
    ("old", "new", "field", "code"),
    [
        ("version: small-1", "version: other-1", "version", "network.rules_version_name"),
        ("version: small-1", "version: small-一", "version", "network.bad_value"),
        ("version: small-1, ", "", "version", "network.missing"),
        ("by: clerk", "by: nobody", "by", "network.unknown_reference"),
        ("by: clerk, ", "", "by", "network.missing"),
        ("value: 20", "value: .inf", "limits[0].value", "network.bad_value"),
        ("value: 20", "value: .nan", "limits[0].value", "network.bad_value"),
        ("value: 20", "value: true", "limits[0].value", "network.bad_value"),
        ("value: 20", "value: '20'", "limits[0].value", "network.bad_value"),
        ("value: 20", "value: [20]", "limits[0].value", "network.bad_value"),
        ("value: 20", "value: " + "9" * 5000, "limits[0].value", "network.bad_value"),
        ("source: 3号", "source: ''", "limits[0].source", "network.bad_value"),
        (", source: 3号", "", "limits[0].source", "network.missing"),
        ("source: 3号", "source: 3号, why: so", "limits[0].why", "network.unknown_field"),
        ("limits: [", "limits: [{rule: mediation.period, value: 1, source: x}, ", "limits[1].rule",
         "network.bad_value"),
    ],
)  # fmt: skip
def test_a_bad_version_of_the_rules_is_named_with_line_field_and_code(
    old: str, new: str, field: str, code: str
) -> None:
    found = problems_of(old, new, OWN)
    assert {(line, code) for line, _, code in found} == {(21, code)}
    assert any(name.startswith(f"rules.mediation[0].{field}") for _, name, _ in found)


def test_a_version_is_named_once_among_all_services_and_no_other_service_has_rules() -> None:
    line = OWN.splitlines()[-1]
    twice = problems_of(text=OWN + line + "\n  intake:\n" + line.replace("mediation-2022.2", "intake-2025.1"))
    assert twice == [
        (22, "rules.mediation[1].version", "network.rules_version_taken"),
        (24, "rules.intake[0].version", "network.rules_version_taken"),
    ]
    assert problems_of("  mediation:", "  portal:", OWN) == [(20, "rules.portal", "network.unknown_field")]


@pytest.mark.parametrize("old", ["id: m02", "id: agent", "weight: 3", "kind: bank", "capacity: 1"])
def test_one_mistake_is_one_problem(old: str) -> None:
    key = old.partition(":")[0]

    assert len(problems_of(old, f"{key}: [oops]")) == 1


def test_all_problems_come_at_once_in_the_order_of_the_lines() -> None:
    text = SMALL.replace("京0106", "京1").replace("weight: 3", "weight: -1")
    text = text.replace("organisation: ccb", "organisation: icbc").replace("id: lessor", "id: ccb")

    assert problems_of(text=text) == [
        (4, "court.code", "network.bad_value"),
        (10, "organisations[0].mediators[1].weight", "network.bad_value"),
        (13, "institutions[1].id", "network.duplicate_id"),
        (17, "people[0].organisation", "network.unknown_reference"),
    ]


@pytest.mark.parametrize("text", ["42", "[1, 2]", "hello"])
def test_a_document_that_is_no_mapping_is_refused(text: str) -> None:
    assert problems_of(text=text) == [(1, "", "network.bad_value")]


def test_a_file_over_the_size_limit_is_refused_unparsed(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    path.write_text("# " + "x" * MAX_NETWORK_BYTES, encoding="utf-8")

    with pytest.raises(NetworkError, match="524288 bytes") as caught:
        load_network(path)
    assert [one.code for one in caught.value.problems] == ["network.too_large"]
    with pytest.raises(NetworkError, match="524288 bytes"):
        parse_network(path.read_text(encoding="utf-8"), "big.yaml")


def test_a_missing_file_and_a_file_in_another_encoding_are_clear_errors(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match="check the path") as caught:
        load_network(tmp_path / "none.yaml")
    assert caught.value.problems[0].code == "network.unreadable"
    path = tmp_path / "gbk.yaml"
    path.write_bytes("format: 1\nid: 丰台\n".encode("gbk"))
    with pytest.raises(NetworkError, match="UTF-8") as caught:
        load_network(path)
    assert (caught.value.problems[0].line, caught.value.problems[0].code) == (2, "network.not_yaml")


def test_a_byte_order_mark_is_no_problem(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8-sig")

    assert load_network(path) == parse_network(SMALL, "small.yaml")


@given(st.text(max_size=200))
def test_any_text_gives_a_network_or_a_network_error(text: str) -> None:
    with pytest.raises(NetworkError):
        parse_network(text, "any.yaml")


@given(st.data())
def test_any_damage_to_a_line_gives_a_network_or_a_network_error(data: st.DataObject) -> None:
    lines = SMALL.splitlines()
    index = data.draw(st.integers(0, len(lines) - 1))
    cut = data.draw(st.integers(0, len(lines[index])))
    lines[index] = lines[index][:cut] + data.draw(st.text(max_size=8)) + lines[index][cut:]

    problems = None
    try:
        parse_network("\n".join(lines), "damaged.yaml")
    except NetworkError as error:
        problems = error.problems

    assert problems is None or problems
    assert all(0 <= one.line <= len(lines) + 8 for one in problems or ())
