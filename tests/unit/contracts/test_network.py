"""The network file: what is accepted, and how a bad one is refused."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.contracts.errors import SuyuanError
from shared.contracts.kinds import Cause, Tier
from shared.contracts.network import (
    MAX_NETWORK_BYTES,
    Network,
    NetworkError,
    load_network,
    parse_network,
)

NETWORKS = Path(__file__).parents[3] / "deploy" / "networks"

SMALL = """\
format: 1
id: small
name: {zh: 小, en: Small}
court: {id: court, code: 京0106, place: 丰台, name: {zh: 法院, en: Court}}
organisations:
  - id: org
    name: {zh: 调委会, en: Committee}
    mediators:
      - {id: m01, name: 调解员甲, specialities: [credit_card, loan, finance_lease, complaint], weight: 1, capacity: 2}
      - {id: m02, name: 调解员乙, specialities: [loan], weight: 3, capacity: 1}
institutions:
  - {id: ccb, kind: bank, name: {zh: 建行, en: CCB}}
  - {id: lessor, kind: lessor, name: {zh: 租赁, en: Lessor}}
routing:
  - {organisation: org, tiers: [simple, ordinary, complex], causes: [credit_card, loan, finance_lease, complaint]}
people:
  - {id: agent, name: 代理人甲, organisation: ccb, role: institution_agent}
  - {id: clerk, name: 书记员甲, organisation: court, role: court_clerk}
"""  # noqa: E501  (a line of YAML per person)


def problems_of(old: str = "", new: str = "", text: str = SMALL) -> list[tuple[int, str, str]]:
    """Line, field and code of everything wrong after replacing `old` once by `new`."""
    assert old in text
    with pytest.raises(NetworkError) as caught:
        parse_network(text.replace(old, new, 1), "small.yaml")
    assert all(one.zh and one.en for one in caught.value.problems)
    return [(one.line, one.field, one.code) for one in caught.value.problems]


def test_the_founding_network_is_one_court_two_organisations_and_the_institutions() -> None:
    network = load_network(NETWORKS / "fengtai.yaml")

    assert (network.court.code, network.court.name.zh) == ("京0106", "北京市丰台区人民法院")
    assert [one.name.zh for one in network.organisations] == [
        "北京市金融消费纠纷人民调解委员会",
        "北京秉正银行业消费者权益保护促进中心",
    ]
    assert [len(one.mediators) for one in network.organisations] == [12, 12]
    assert {one.capacity for org in network.organisations for one in org.mediators} == {60}
    assert {one.kind for one in network.institutions} == {"bank", "consumer_finance", "lessor"}
    for id, zh in (("ccb", "中国建设银行"), ("abc", "中国农业银行")):
        bank = network.institution(id)
        assert bank is not None
        assert bank.name.zh == zh
        assert bank.filings_topic == f"filings.{id}"


def test_another_city_differs_in_data_only() -> None:
    network = load_network(NETWORKS / "chancheng.yaml")

    assert network.court.code == "粤0604"
    assert (len(network.organisations), len(network.institutions)) == (1, 3)
    assert [one.weight for one in network.organisations[0].mediators] == [5, 4, 3, 2, 1]


@pytest.mark.parametrize("path", sorted(NETWORKS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_network_routes_every_dispute_to_a_specialist(path: Path) -> None:
    network = load_network(path)

    assert network.id == path.stem
    for tier in Tier:
        for cause in Cause:
            receiver = network.route(tier, cause)
            assert any(cause in one.specialities for one in receiver.mediators)
    for institution in network.institutions:
        assert any(one.organisation == institution.id for one in network.people)


def test_lookups_find_what_the_file_holds_and_none_otherwise() -> None:
    network = parse_network(SMALL, "small.yaml")

    mediator, holder = network.mediator("m02"), network.organisation_of("m02")
    assert mediator is not None
    assert (mediator.name, mediator.weight, mediator.capacity) == ("调解员乙", 3, 1)
    assert holder is network.organisation("org")
    assert network.member("court") is network.court
    assert network.member("ccb") is network.institution("ccb")
    assert network.member("org") is network.organisation("org")
    for find in (
        network.institution,
        network.organisation,
        network.organisation_of,
        network.mediator,
        network.person,
        network.member,
    ):
        assert find("nobody") is None


def test_a_mediator_is_a_person_of_the_organisation_that_lists_it() -> None:
    person = parse_network(SMALL, "small.yaml").person("m01")

    assert person is not None
    assert (person.name, person.organisation, person.role) == ("调解员甲", "org", "mediator")


def test_routing_splits_by_tier_and_cause() -> None:
    network = load_network(NETWORKS / "fengtai.yaml")

    assert network.route(Tier.SIMPLE, Cause.LOAN).id == "people-mediation"
    assert network.route(Tier.COMPLEX, Cause.LOAN).id == "banking-mediation"
    assert network.route(Tier.ORDINARY, Cause.CREDIT_CARD).id == "people-mediation"
    assert network.route(Tier.SIMPLE, Cause.FINANCE_LEASE).id == "banking-mediation"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("id: m02", "id: m01", (10, "organisations[0].mediators[1].id", "network.duplicate_id")),
        ("id: lessor", "id: ccb", (13, "institutions[1].id", "network.duplicate_id")),
        ("id: ccb", "id: org", (12, "institutions[0].id", "network.duplicate_id")),
        ("id: agent", "id: m01", (17, "people[0].id", "network.duplicate_id")),
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


def test_a_pair_without_a_route_is_named() -> None:
    assert (
        problems_of("[simple, ordinary, complex]", "[simple, ordinary]")
        == [(14, "routing", "network.routing_missing")] * 4
    )


def test_a_pair_with_two_routes_is_refused() -> None:
    line = "  - {organisation: org, tiers: [simple], causes: [loan]}\n"

    assert problems_of("people:\n", line + "people:\n") == [(16, "routing[1]", "network.routing_twice")]


def test_a_route_needs_a_mediator_for_its_cause() -> None:
    assert (
        problems_of("[credit_card, loan, finance_lease, complaint], weight", "[loan], weight")
        == [(15, "routing[0].causes", "network.no_specialist")] * 3
    )


def test_aliases_are_refused_before_they_can_multiply() -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"

    assert (2, "b[0]", "network.bad_value") in problems_of("format: 1\n", bomb + "format: 1\n")


@pytest.mark.parametrize(
    ("text", "line"),
    [("", 0), ("# nothing\n", 0), ("id: [\n", 2), ("id: a\n\tname: b\n", 2), ("[" * 5000, 0),
     ("a: 1\n---\nb: 2\n", 2), ("id: \x00\n", 0)],
)  # fmt: skip
def test_what_is_not_one_yaml_document_is_refused(text: str, line: int) -> None:
    assert problems_of(text=text) == [(line, "", "network.not_yaml")]


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


def test_the_message_shows_file_line_field_and_next_step_in_both_languages() -> None:
    with pytest.raises(NetworkError) as caught:
        parse_network(SMALL.replace("weight: 3", "weight: 0"), "small.yaml")

    assert caught.value.code == "network.invalid"
    assert "small.yaml:10: organisations[0].mediators[1].weight: 0 is too small" in str(caught.value)
    assert "最小为 1" in caught.value.zh


def test_a_network_built_without_a_file_keeps_the_same_rules() -> None:
    network = parse_network(SMALL, "small.yaml")
    data = network.model_dump(mode="json")

    assert Network.model_validate(data) == network
    data["routing"][0]["organisation"] = "nobody"
    with pytest.raises(ValidationError, match="nobody"):
        Network.model_validate(data)


def test_a_network_cannot_be_changed() -> None:
    network = parse_network(SMALL, "small.yaml")

    with pytest.raises(ValidationError, match="frozen"):
        network.court.code = "京0101"  # type: ignore[misc]


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


def test_errors_read_as_code_english_chinese_and_survive_pickling() -> None:
    plain = SuyuanError(code="a.b", zh="甲。", en="A.")
    assert str(plain) == "a.b: A. / 甲。"
    with pytest.raises(NetworkError) as caught:
        parse_network("", "small.yaml")
    for error in (plain, caught.value):
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is type(error)
        assert str(again) == str(error)
        assert vars(again) == vars(error)
