"""The AsyncAPI document: valid by the official schema, complete, and what is committed."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from cli.schemas import asyncapi_text, consumed
from shared.contracts import asyncapi, language
from shared.contracts.topics import SERVICES
from shared.runtime.base.settings import DEFAULT_NETWORK, Settings
from shared.runtime.serve.topics import plan
from tests.support.services import load_network

ROOT = Path(__file__).parents[3]
OFFICIAL = json.loads((ROOT / "tests/data/asyncapi/3.0.0.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(asyncapi_text())
    return made


def test_committed_document_is_what_the_models_say() -> None:
    assert (ROOT / "docs/asyncapi.json").read_text("utf-8") == asyncapi_text(), "run `make schemas`"


def test_document_is_valid_by_the_official_schema(document: dict[str, Any]) -> None:
    validator = jsonschema.Draft7Validator(OFFICIAL)

    errors = [
        f"{'/'.join(map(str, one.path))}: {one.message[:300]}" for one in validator.iter_errors(document)
    ]
    assert errors == []


def test_the_official_schema_refuses_what_is_wrong(document: dict[str, Any]) -> None:
    operations = {
        **document["operations"],
        "x": {"action": "publish", "channel": {"$ref": "#/channels/filings"}},
    }

    assert not jsonschema.Draft7Validator(OFFICIAL).is_valid({**document, "operations": operations})


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    def references(node: Any) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
            return own + [one for value in node.values() for one in references(value)]
        return [one for value in node for one in references(value)] if isinstance(node, list) else []

    found = references(document)
    assert len(found) > 100
    for reference in found:
        if not reference.startswith("#/"):
            assert (ROOT / "docs" / reference).is_file(), reference
            continue
        target: Any = document
        for part in reference[2:].split("/"):
            target = target[part]


def test_every_message_is_on_a_channel_and_every_topic_is_one(document: dict[str, Any]) -> None:
    on_channels = {name for channel in document["channels"].values() for name in channel["messages"]}
    topics = {one.name for one in plan(Settings(), load_network(DEFAULT_NETWORK))}

    assert on_channels == set(language.REGISTRY)
    addresses = {channel["address"] for channel in document["channels"].values()}
    of_all = {name for name in topics if not name.startswith(("filings.", "cases."))}
    assert of_all == addresses - set(asyncapi.OF_INSTITUTIONS)


def channels_of(document: dict[str, Any], action: str) -> set[str]:
    operations = [one for one in document["operations"].values() if one["action"] == action]
    return {one["channel"]["$ref"].rpartition("/")[2] for one in operations}


def test_every_topic_has_a_writer(document: dict[str, Any]) -> None:
    assert channels_of(document, "send") == set(document["channels"])


def test_every_topic_but_dead_letters_has_a_reader(document: dict[str, Any]) -> None:
    unread = set(document["channels"]) - channels_of(document, "receive")

    # The portal has no events of its own yet; whoever is entitled may read them.
    assert unread - {"portal.events"} == {f"{service}.deadletters" for service in SERVICES}


def test_operations_say_what_the_services_really_read(document: dict[str, Any]) -> None:
    for service, topics in consumed().items():
        said = {
            document["channels"][one["channel"]["$ref"].rpartition("/")[2]]["address"]
            for name, one in document["operations"].items()
            if name.startswith(f"{service}.receive.")
        }
        assert said == {asyncapi.FILINGS if one.startswith("filings.") else one for one in topics}


def test_headers_of_an_event_name_what_makes_it_known(document: dict[str, Any]) -> None:
    needed = document["components"]["schemas"]["EventHeaders"]["required"]

    assert {"ce_source", "ce_subject", "ce_sequence", "ce_id", "ce_type", "ce_time"} <= set(needed)
