"""A message that is declared is found everywhere, without another line.

A toy family is declared here; the rest of the program is as it is.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Annotated, Any, cast

import pytest
from jsonschema import Draft202012Validator

from cli import glossary
from services.portal.endpoints import http
from services.portal.rules.shown import shown
from shared.contracts import asyncapi, export, vocabulary
from shared.contracts.envelope import Actor, Envelope, headers
from shared.contracts.fields import ClaimFen, RuleIds
from shared.contracts.kinds import Role
from shared.contracts.message import Command, Event
from shared.contracts.topics import SERVICES
from shared.contracts.words import Audience, Coded, Words
from shared.network.load import load_network
from shared.runtime.base.records import Raw
from shared.runtime.base.settings import DEFAULT_NETWORK, Settings, TimeSource
from shared.runtime.ingest.parser import Parser
from shared.runtime.serve.service import HttpContext
from tests.support.toys import toy_family

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Toys:
    """The classes of the toy family."""

    wind: type[Coded]
    fly: type[Command]
    flown: type[Event]


@pytest.fixture(scope="module")
def toys() -> Iterator[Toys]:
    with toy_family():

        class Wind(Coded, zh="风力", en="Wind", seen_by=Audience.PARTY):
            """How it blew."""

            CALM = "calm", "无风", "Calm"
            STRONG = "strong", "大风", "Strong"

        class FlyKite(Command, family="toys", zh="放风筝", en="Fly a kite", roles=(Role.MEDIATOR,)):
            """Send it up."""

            wind: Wind

        class KiteFlown(Event, family="toys", zh="风筝已放", en="Kite flown"):
            """It went up."""

            wind: Wind
            claim_fen: ClaimFen
            thread: Annotated[str, Words("线", "Thread"), Audience.INSIDE]
            kite_rules: Annotated[RuleIds, Words("风筝规则", "Kite rules")] = ()

        yield Toys(Wind, FlyKite, KiteFlown)


def test_it_is_parsed(toys: Toys) -> None:
    envelope = Envelope(
        id="c-1",
        source="/suyuan/portal",
        type="suyuan.toys.fly-kite.v1",
        subject="k-1",
        time=NOW,
        sequence=None,
        correlation="c-1",
        causation="",
        actor=Actor("court", "p-1", "mediator"),
        traceparent="",
    )
    raw = Raw(
        topic="alerts.commands",
        partition=0,
        offset=0,
        key=b"k-1",
        value=b'{"wind":"strong"}',
        headers=tuple(headers(envelope)),
        timestamp=int(NOW.timestamp() * 1000),
    )
    parser = Parser(time=TimeSource.BROKER, max_bytes=1000, future=timedelta(minutes=5), now=lambda: NOW)

    parsed = parser.parse(raw)

    assert parsed.fault is None
    assert parsed.body == toys.fly.model_validate({"wind": toys.wind("strong")})


def test_it_has_a_json_schema_in_both_languages(toys: Toys) -> None:
    schema = export.schemas()["suyuan.toys.kite-flown.v1"]

    Draft202012Validator.check_schema(schema)
    assert schema["title"] == "风筝已放 | Kite flown"
    assert schema["properties"]["wind"]["title"] == "风力 | Wind"
    assert schema["properties"]["claim_fen"]["x-suyuan"] == {
        "seen_by": "party",
        "unit": "分 | fen (0.01 CNY)",
    }
    assert schema["properties"]["thread"]["x-suyuan"] == {"seen_by": "inside"}
    assert schema["$defs"]["Wind"]["x-suyuan"]["words"]["calm"] == "无风 | Calm"


def test_it_is_in_asyncapi_on_the_topics_of_its_service(toys: Toys) -> None:
    document = asyncapi.document("1", {service: () for service in SERVICES})

    assert document["components"]["messages"]["suyuan.toys.fly-kite.v1"]["title"] == "放风筝 | Fly a kite"
    assert "suyuan.toys.fly-kite.v1" in document["channels"]["alerts.commands"]["messages"]
    assert "suyuan.toys.kite-flown.v1" in document["channels"]["alerts.events"]["messages"]


def test_its_command_is_an_endpoint_with_words_schema_and_roles(toys: Toys) -> None:
    settings = Settings()
    network = load_network(DEFAULT_NETWORK)
    parts = SimpleNamespace(settings=settings, network=network, database=None, sender=None, tokens=None)
    document: dict[str, Any] = http(cast(HttpContext, parts)).openapi()

    endpoint = document["paths"]["/commands/toys/fly-kite/{subject}"]["post"]
    assert endpoint["summary"] == "放风筝 | Fly a kite"
    assert endpoint["description"].endswith("mediator")
    assert document["components"]["schemas"]["FlyKite"]["properties"]["wind"]["title"] == "风力 | Wind"


def test_the_page_gets_its_words(toys: Toys) -> None:
    words = vocabulary.words()

    assert words["events"]["toys.kite-flown"] == {"zh": "风筝已放", "en": "Kite flown"}
    assert words["commands"]["toys.fly-kite"] == {"zh": "放风筝", "en": "Fly a kite"}
    assert words["fields"]["wind"] == {"zh": "风力", "en": "Wind", "values": "wind"}
    assert words["values"]["wind"]["strong"] == {"zh": "大风", "en": "Strong"}
    assert words["fields"]["kite_rules"] == {"zh": "风筝规则", "en": "Kite rules", "spoken": "rule"}
    assert "thread" not in words["fields"]
    json.dumps(words)


def test_a_timeline_shows_of_it_what_its_types_let_others_see(toys: Toys) -> None:
    event = toys.flown.model_validate({"wind": toys.wind("calm"), "claim_fen": 5, "thread": "silk"})

    assert shown(event) == {"wind": "calm", "claim_fen": 5}


def test_it_is_in_the_glossary(toys: Toys) -> None:
    text = glossary.text()

    assert "| 风筝已放 | Kite flown | `KiteFlown` | `suyuan.toys.kite-flown.v1` | `alerts.events` |" in text
    assert "| 风力 | Wind | `wind` |  | `party` |" in text
    assert "| 大风 | Strong | `strong` | `wind` |" in text


def test_one_name_for_two_things_is_an_error_that_names_both(toys: Toys) -> None:
    with toy_family():

        class KiteLost(Event, family="toys", zh="风筝已失", en="Kite lost"):
            """It is gone."""

            wind: Annotated[str, Words("风向", "Wind direction"), Audience.PARTY]

        with pytest.raises(TypeError, match=r"KiteLost\.wind is called 风向 .* KiteFlown\.wind 风力"):
            vocabulary.words()
