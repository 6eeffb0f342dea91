"""The committed schemas are what the models say, and never change in a way that breaks a reader."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

from shared.contracts import compatibility, export, language
from shared.contracts.elements import PersonalData
from shared.contracts.intake import FileDispute
from shared.contracts.message import Message
from tests.support import samples

ROOT = Path(__file__).parents[3]
COMMITTED = ROOT / "docs" / "schemas"
SCHEMAS = export.schemas()
WIRE_TYPES = sorted(language.REGISTRY)


def committed() -> dict[str, Any]:
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(COMMITTED.glob("*.json"))}


def test_committed_schemas_are_what_the_models_say() -> None:
    files = {path.name: path.read_text("utf-8") for path in COMMITTED.glob("*.json")}
    made = {export.file_name(name): export.text(schema) for name, schema in SCHEMAS.items()}

    changed = sorted(name for name in files.keys() | made.keys() if files.get(name) != made.get(name))
    assert not changed, "run `make schemas`"


def test_no_published_message_changed_so_that_a_reader_breaks() -> None:
    assert compatibility.all_incompatibilities(committed(), SCHEMAS) == []


@pytest.mark.parametrize("wire_type", WIRE_TYPES)
def test_schema_is_one_of_its_dialect(wire_type: str) -> None:
    schema = SCHEMAS[wire_type]

    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == "urn:" + wire_type.replace(".", ":")
    assert schema["description"]
    assert schema["x-suyuan"]["topics"]


def test_every_keyword_is_one_that_the_comparison_understands() -> None:
    def keywords(node: Any, names: bool = False) -> set[str]:
        if isinstance(node, list):
            return set().union(*map(keywords, node)) if node else set()
        if not isinstance(node, dict):
            return set()
        found: set[str] = set() if names else set(node)
        for name, value in node.items():
            if not names and name in ("enum", "default", "x-suyuan"):
                continue
            found |= keywords(value, names=not names and name in ("properties", "$defs"))
        return found

    for wire_type, schema in SCHEMAS.items():
        assert keywords(schema) <= compatibility.KNOWN, wire_type


@pytest.mark.parametrize("wire_type", WIRE_TYPES)
def test_what_a_schema_allows_is_read_and_what_is_written_fits_it(wire_type: str) -> None:
    cls, validator = language.REGISTRY[wire_type], Draft202012Validator(SCHEMAS[wire_type])

    @settings(max_examples=8, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(content=samples.values(SCHEMAS[wire_type]))
    def holds(content: dict[str, Any]) -> None:
        validator.validate(content)
        message = cls.model_validate_json(json.dumps(content))
        written = message.model_dump_json()
        validator.validate(json.loads(written))
        assert cls.model_validate_json(written) == message

    holds()


def test_descriptions_stand_at_the_fields() -> None:
    fields = export.schema_of(FileDispute)["properties"]

    assert fields["claim_fen"]["description"] == "标的额 in fen; 0 where nothing is claimed."
    assert "Attributes" not in export.schema_of(FileDispute)["description"]


# -- personal data ---------------------------------------------------------------------------------

RAW = re.compile(
    r"(^|_)(name|id_number|identity|id_card|phone|mobile|tel|address|account|contract_number|email|birth\w*|raw)(_|$)"
)
HARMLESS = {"masked_name"}


def fields_of(schema: dict[str, Any]) -> set[str]:
    objects = [schema, *schema.get("$defs", {}).values()]
    return {name for one in objects for name in one.get("properties", {})}


@pytest.mark.parametrize("cls", [c for c in language.REGISTRY.values() if c is not FileDispute])
def test_no_message_but_a_filing_carries_raw_data_of_a_person(cls: type[Message]) -> None:
    schema = export.schema_of(cls)

    assert [name for name in fields_of(schema) if RAW.search(name) and name not in HARMLESS] == []
    assert PersonalData.__name__ not in schema.get("$defs", {})


def test_the_search_for_raw_data_would_find_all_of_a_filing() -> None:
    found = {name for name in fields_of(export.schema_of(FileDispute)) if RAW.search(name)}

    assert found == set(PersonalData.model_fields)


def test_a_filing_never_shows_its_party() -> None:
    filing = FileDispute.model_validate_json(
        '{"institution":"ccb","reference":"R1","cause":"loan","issue":"x",'
        '"party":{"name":"张小三","id_number":"110101199001011234"}}'
    )

    assert "张小三" not in repr(filing)
    assert "110101199001011234" not in repr(filing)
