"""One AsyncAPI 3.0 document of all topics: what travels on them, by which key, known by what, read by whom.

Source: AsyncAPI 3.0.0; AsyncAPI Kafka bindings 0.5.0; CloudEvents 1.0, Kafka protocol binding 3.2.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from shared.contracts import export
from shared.contracts.envelope import CONTENT_TYPE, SPEC_VERSION
from shared.contracts.flows import passed_on_by, written_by
from shared.contracts.intake import FileDispute
from shared.contracts.language import topics_of
from shared.contracts.message import REGISTRY, Message
from shared.contracts.proof import HEADER
from shared.contracts.told import CaseEventTold
from shared.contracts.topics import (
    CASES_PREFIX,
    COURT_INBOUND,
    COURT_OUTBOUND,
    DAYS,
    DESIGNATIONS,
    FILINGS_PREFIX,
    MATCHES,
    MERGES,
    NOTICES,
    REJECTIONS,
    ROSTERS,
    SERIES,
    SERVICES,
    SUBSCRIPTIONS,
    TIPS,
    WITNESSED,
    Identity,
    dead_letters_topic,
    keyed_topics,
    rule_of,
    source_of,
)

FILINGS: Final = FILINGS_PREFIX + "{institution}"
"""The address of all filings topics."""
CASES: Final = CASES_PREFIX + "{institution}"
"""The address of the topics of all institutions' own cases."""
TOLD_FILE: Final = "told.json"
"""The schema of what travels there, event by event."""
OF_INSTITUTIONS: Final = {FILINGS: "filings", CASES: "cases"}
"""Each institution has one of these: address and key in the document."""

Part = dict[str, Any]

_KEYS: Final = {
    FILINGS: "the institution's own reference of the dispute",
    CASES: "case id; of a rejected message, where its record stands",
    ROSTERS: "id of the mediation organisation",
    DESIGNATIONS: "case id",
    SERIES: "series id",
    SUBSCRIPTIONS: "subscription id, or the list of all of them",
    NOTICES: "the court's id",
    MATCHES: "keyed hash of the respondent; of a registration by the court, the case number",
    MERGES: "case id",
    REJECTIONS: "where the rejected record stands: topic, partition and offset",
    COURT_OUTBOUND: "case id",
    COURT_INBOUND: "case id",
}
_IDENTITY: Final = {
    Identity.SEQUENCE: (
        "Known by (ce_source, ce_subject, ce_sequence): counts 1, 2, 3 … without a gap; "
        "a repeat is skipped, one that comes early is held."
    ),
    Identity.ID: "Known by ce_id: the same id twice has one effect.",
    Identity.CONTENT: "Not known again: the same once more changes nothing.",
    Identity.SUBJECT: "Known by (institution, reference) in the value: a dispute is registered once.",
}
_HEADERS: Final[tuple[tuple[str, str, Part], ...]] = (
    ("ce_specversion", "Version of CloudEvents.", {"const": SPEC_VERSION}),
    (
        "ce_id",
        "Unique; of an event `<subject>:<sequence>@<source>`, of a command its sender's own.",
        {"minLength": 1, "maxLength": 250},
    ),
    ("ce_source", "Who says it, such as `/suyuan/intake` or `/institutions/ccb`.", {"minLength": 1}),
    ("ce_type", "Wire type of the message.", {"minLength": 1}),
    ("ce_subject", "What it is about: case, organisation or series.", {"minLength": 1}),
    ("ce_time", "Business time, RFC 3339 with zone.", {"format": "date-time"}),
    ("ce_sequence", "1, 2, 3 … per source and subject, as digits.", {"pattern": "^[1-9][0-9]{0,11}$"}),
    ("ce_correlationid", "Id of the first message of the chain.", {}),
    ("ce_causationid", "Id of the message that caused this one.", {}),
    ("ce_actor", "Who acted: `organisation/person/role`.", {}),
    ("ce_versionseen", "The version of the subject that the actor saw, as digits.", {"pattern": "^[0-9]+$"}),
    (HEADER, "Of commands and the court's answers: the signature of who acts.", {}),
    ("traceparent", "W3C trace context.", {}),
    ("content-type", "Always JSON.", {"const": CONTENT_TYPE}),
)
_NEEDED: Final = {
    "FilingHeaders": ("ce_specversion", "ce_id", "ce_source", "ce_type"),
    "CommandHeaders": ("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time", HEADER),
    "EventHeaders": (
        *("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time", "ce_sequence"),
        "content-type",
    ),
}


def document(version: str, consumers: Mapping[str, Iterable[str]]) -> Part:
    """Return the document.

    Args:
        version: Version of the program.
        consumers: The topics that each service reads, as its composition says.
    """
    channels = {channel_id(topic): _channel(topic) for topic in all_topics()}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "诉源 Suyuan",
            "version": version,
            "description": (
                "金融纠纷诉源治理平台的全部消息 / all messages of the platform. CloudEvents 1.0 in Kafka's "
                "binary mode: attributes in headers, plain JSON in the value. See publish.md and consume.md."
            ),
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": channels,
        "operations": _operations({service: set(topics) for service, topics in consumers.items()}),
        "components": {
            "messages": {component_id(cls): _message(cls) for _, cls in sorted(REGISTRY.items())},
            "schemas": {name: _headers(needed) for name, needed in _NEEDED.items()},
        },
    }


def all_topics() -> tuple[str, ...]:
    """Return all topics in the order of the document; those that each institution has as one."""
    return (FILINGS, CASES, *keyed_topics(), *(dead_letters_topic(service) for service in SERVICES))


def channel_id(topic: str) -> str:
    """Return the key of a topic in the document: AsyncAPI allows no brace in it."""
    return OF_INSTITUTIONS.get(topic, topic)


def component_id(cls: type[Message]) -> str:
    """Return the key of a message in the document."""
    return cls.wire_type


def messages_on(topic: str) -> list[type[Message]]:
    """Return the messages that travel on a topic; on a dead-letter topic anything does."""
    if topic == FILINGS:
        return [FileDispute]
    if topic == CASES:
        return [CaseEventTold]
    return [cls for _, cls in sorted(REGISTRY.items()) if topic in topics_of(cls)]


def _channel(topic: str) -> Part:
    channel: Part = {
        "address": topic,
        "description": _description(topic),
        "messages": {
            component_id(cls): {"$ref": f"#/components/messages/{component_id(cls)}"}
            for cls in messages_on(topic)
        },
        "bindings": {"kafka": {"bindingVersion": "0.5.0"}},
    }
    if topic in OF_INSTITUTIONS:
        verb = "write" if topic == FILINGS else "read"
        channel["parameters"] = {
            "institution": {"description": f"Id of the institution in the network file; it alone may {verb}."}
        }
    else:
        channel["bindings"]["kafka"]["topic"] = topic
    return channel


def _description(topic: str) -> str:
    if topic in (dead_letters_topic(service) for service in SERVICES):
        return (
            "Records that could not be taken, as they came, with the headers suyuan-reason, suyuan-detail, "
            "suyuan-stack, suyuan-subject and suyuan-origin. Key: as it came."
        )
    rule = rule_of(topic)
    key = _KEYS.get(topic, "what the message is about (ce_subject)")
    time = " The business time is the broker's append time." if rule.entry else ""
    return f"Key: {key}. {_IDENTITY[rule.identity]}{time}"


def _message(cls: type[Message]) -> Part:
    if cls is FileDispute:
        headers, key = "FilingHeaders", _KEYS[FILINGS]
    elif export.kind_of(cls) == "command":
        headers, key = "CommandHeaders", "what the command is about (ce_subject)"
    else:
        headers, key = "EventHeaders", "as the channel says"
    return {
        "name": cls.wire_type,
        "title": str(cls.words),
        "summary": export.summary_of(cls),
        "contentType": CONTENT_TYPE,
        "headers": {
            "type": "object",
            "allOf": [{"$ref": f"#/components/schemas/{headers}"}],
            "properties": {"ce_type": {"const": cls.wire_type}},
        },
        "payload": {
            "schemaFormat": "application/schema+json;version=2020-12",
            "schema": {"$ref": _file_of(cls)},
        },
        "bindings": {
            "kafka": {"key": {"type": "string", "description": key}, "bindingVersion": "0.5.0"},
        },
    }


def _file_of(cls: type[Message]) -> str:
    return TOLD_FILE if cls is CaseEventTold else f"schemas/{export.file_name(cls.wire_type)}"


def _headers(needed: Sequence[str]) -> Part:
    return {
        "type": "object",
        "required": list(needed),
        "properties": {
            name: {"type": "string", "description": description, **limits}
            for name, description, limits in _HEADERS
        },
    }


def _operations(consumers: Mapping[str, set[str]]) -> Part:
    """Return who reads and writes what: the services, and those outside who file and who judge."""
    out: Part = {}
    for service in SERVICES:
        reads = {FILINGS if topic.startswith(FILINGS_PREFIX) else topic for topic in consumers[service]}
        for topic in all_topics():
            if topic in reads:
                out[f"{service}.receive.{channel_id(topic)}"] = _operation("receive", topic, service)
        for topic in all_topics():
            if topic in _written_by(service):
                out[f"{service}.send.{channel_id(topic)}"] = _operation("send", topic, service)
    out["institution.receive.cases"] = _operation("receive", CASES, "an institution, its own cases alone")
    out["institution.send.filings"] = _operation("send", FILINGS, "an institution, on its own topic alone")
    out[f"court.receive.{COURT_OUTBOUND}"] = _operation("receive", COURT_OUTBOUND, "the court's side")
    out[f"court.send.{COURT_INBOUND}"] = _operation("send", COURT_INBOUND, "the court's side")
    out[f"court.receive.{NOTICES}"] = _operation("receive", NOTICES, "the court's side")
    out[f"member.send.{WITNESSED}"] = _operation("send", WITNESSED, "a member of the network")
    for topic in (DAYS, WITNESSED):
        out[f"member.receive.{topic}"] = _operation("receive", topic, "whoever verifies")
    out[f"court.receive.{TIPS}"] = _operation("receive", TIPS, "the court's side")
    return out


def _written_by(service: str) -> set[str]:
    """Return the topics that a service writes, those that it passes on to for others among them."""
    topics = written_by(service) | passed_on_by(service)
    return {{FILINGS_PREFIX: FILINGS, CASES_PREFIX: CASES}.get(topic, topic) for topic in topics}


def _operation(action: str, topic: str, who: str) -> Part:
    verb = "reads" if action == "receive" else "writes"
    source = f" as {source_of(who)}" if who in SERVICES and action == "send" else ""
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel_id(topic)}"},
        "summary": f"{who} {verb} {topic}{source}",
    }
