"""The language as a whole: every example is one of its messages, and every message has its words."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cli.columns import COLUMNS, OTHERS, by_header
from cli.glossary import WORDS, text
from shared.contracts import export, language
from shared.contracts.elements import PersonalData
from shared.contracts.intake import FileDispute
from shared.contracts.message import Command, Event
from shared.contracts.reasons import REASONS
from shared.contracts.topics import EVENT_TOPICS, SERVICES, commands_topic, rule_of, source_of

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
EXAMPLES = sorted(FOLDER.glob("*/for_*/*.json"))
SOURCES = {source_of(service) for service in SERVICES}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: "/".join(path.parts[-3:]))
def test_example_is_what_the_schema_of_its_type_says(path: Path) -> None:
    event: dict[str, Any] = json.loads(path.read_text("utf-8"))

    cls = language.REGISTRY[event["type"]]
    schema = export.schema_of(cls)
    Draft202012Validator(schema).validate(event["data"])
    unknown = set(event["data"]) - set(schema["properties"])
    assert not unknown, "the example says more than the message has"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: "/".join(path.parts[-3:]))
def test_example_comes_from_who_owns_the_message(path: Path) -> None:
    event: dict[str, Any] = json.loads(path.read_text("utf-8"))
    cls = language.REGISTRY[event["type"]]

    owner = language.service_of(cls)
    if owner is not None and issubclass(cls, Event):
        assert event["source"] == source_of(owner)
        assert event["id"] == f"{event['subject']}:{event['sequence']}@{event['source']}"


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 30


def test_every_message_travels_on_topics_that_have_a_rule() -> None:
    for cls in language.REGISTRY.values():
        topics = language.topics_of(cls)
        assert topics, cls
        for topic in topics:
            rule_of(topic.replace("<institution>", "ccb"))


def test_commands_and_events_never_meet_on_a_topic_but_for_the_common_ones() -> None:
    for cls in language.REGISTRY.values():
        for topic in language.topics_of(cls):
            if issubclass(cls, Command):
                assert topic.startswith("filings.") or topic in map(commands_topic, SERVICES)
            else:
                assert topic not in map(commands_topic, SERVICES)


def test_every_service_has_its_topic_of_events() -> None:
    assert set(EVENT_TOPICS) == set(SERVICES)


# -- words -------------------------------------------------------------------------------------------


def test_committed_glossary_is_what_the_registry_says() -> None:
    assert (ROOT / "docs/glossary.md").read_text("utf-8") == text(), "run `make schemas`"


@pytest.mark.parametrize("wire_type", sorted(language.REGISTRY))
def test_every_message_is_in_the_glossary_in_both_languages(wire_type: str) -> None:
    cls = language.REGISTRY[wire_type]
    lines = [line for line in text().splitlines() if f"`{wire_type}`" in line]

    assert len(lines) == 1
    zh, en, name, _, topics = (cell.strip() for cell in lines[0].strip("|").split("|"))
    assert re.search(r"[\u4e00-\u9fff]", zh), "give it a Chinese name: zh=… in its class"
    assert re.search(r"[A-Za-z]", en)
    assert name == f"`{cls.__name__}`"
    assert topics


def test_one_english_word_per_chinese_term() -> None:
    chinese = [zh for zh, *_ in WORDS]
    english = [en for _, en, *_ in WORDS]

    assert len(set(chinese)) == len(chinese)
    assert len(set(english)) == len(english)


def test_every_reason_says_what_and_what_next_in_both_languages() -> None:
    for code, reason in REASONS.items():
        assert re.fullmatch(r"[a-z0-9_]+\.[a-z0-9_]+", code)
        assert re.search(r"[\u4e00-\u9fff]", reason.zh), code
        assert reason.zh.endswith("。"), code
        assert reason.en.endswith("."), code


def test_the_page_for_filing_names_every_reason_that_a_record_can_be_refused_for() -> None:
    page = (ROOT / "docs/publish.md").read_text("utf-8")
    for code in REASONS:
        if code.startswith(
            ("message.", "field.", "actor.no_role", "time.", "filing.wrong_i", "filing.unknown_i")
        ):
            assert f"`{code}`" in page


SCHEMA = export.schema_of(FileDispute)


# -- the table of a bulk filing ------------------------------------------------------------------------


def test_every_field_of_a_filing_has_a_column() -> None:
    def leaves(schema: dict[str, Any], prefix: str) -> Iterator[str]:
        for name, field in schema["properties"].items():
            named = [
                one["$ref"].rpartition("/")[2] for one in (field, *field.get("anyOf", ())) if "$ref" in one
            ]
            inner = SCHEMA["$defs"][named[0]] if named else {}
            if "properties" in inner:
                yield from leaves(inner, f"{prefix}{'*' if prefix == 'elements.' else name}.")
            else:
                yield prefix + name

    own = {column.path for column in COLUMNS if not column.path.startswith("other_parties.")}
    assert own == set(leaves(SCHEMA, "")) - {"institution", "other_parties"}
    of_one = {"standing", *(f"data.{name}" for name in PersonalData.model_fields)}
    for number in range(OTHERS):
        at = f"other_parties.{number}."
        assert {one.path.removeprefix(at) for one in COLUMNS if one.path.startswith(at)} == of_one


def test_every_column_is_found_by_either_name() -> None:
    for column in COLUMNS:
        assert by_header(column.name) is column
        assert by_header(column.zh) is column
        assert by_header(f" {column.name.upper()} ") is column
        assert by_header(column.zh.replace("（", "(").replace("）", ")")) is column
    assert len({column.name for column in COLUMNS} | {column.zh for column in COLUMNS}) == 2 * len(COLUMNS)
