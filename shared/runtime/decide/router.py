"""Routing: which stream of a service a message leads to, and what the service refuses to take."""

import traceback
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

from shared.casework.case_ids import is_case_id
from shared.casework.own_rules import OwnRules
from shared.casework.protocol import Received, Rejected, Route, Routed, Stream
from shared.contracts.days import TipsListed
from shared.contracts.message import Command
from shared.contracts.topics import commands_topic, keyed_topics
from shared.runtime.base.documents import Document
from shared.runtime.base.records import Fault, Parsed, Raw, Record
from shared.runtime.base.vault import Vault
from shared.runtime.decide import days, deadletters
from shared.runtime.decide.days import days_subject
from shared.runtime.decide.entries import OPERATIONS, Item
from shared.runtime.decide.history import Outgoing, Publication
from shared.runtime.decide.rejections import carried_out, rejection
from shared.runtime.decide.uncommitted import brief

_KEYED = frozenset(keyed_topics())
Cases = Callable[[str, str], Sequence[str]]


class Parser(Protocol):
    """Reads records; ``ingest.parser`` has the one that does."""

    def parse(self, record: Record | Raw, *, at: datetime | None = None) -> Parsed:
        """Return what can be read of a record; ``at`` is the business time of one that was kept."""
        ...


class Router:
    """Knows the streams of one service, and leads messages to them.

    Args:
        service: Name of the service.
        streams: Its streams.
        route: Which stream a message leads to.
        parser: For records that were kept.
        partitions: Partition count of all keyed topics.
        step: How many held messages and letters one transaction takes at most.
        rules: The city's own versions of its rules, where it has rules.
        vault: Seals dead letters and holds; ``None`` leaves them as they came.
        cases: Of the topic and the subject of a message that is no letter of a case: under which ids the
            case may stand that it speaks of. ``None`` where a subject is the case itself.
    """

    def __init__(
        self,
        service: str,
        streams: Sequence[Stream[Any]],
        route: Route,
        parser: Parser,
        partitions: int,
        *,
        step: int = 500,
        rules: OwnRules[Any] | None = None,
        vault: Vault | None = None,
        cases: Cases | None = None,
    ) -> None:
        self.step = step
        self.vault = vault
        self._cases = cases
        self.service = service
        self.rules = rules
        own = [days.stream(service)] if rules is None else [days.stream(service), rules.stream]
        self.streams = {stream.name: stream for stream in (*streams, *own)}
        self._records = {days_subject(service), "" if rules is None else rules.subject}
        self.route = route
        self.parser = parser
        self.partitions = partitions
        self.publication = Publication(service, partitions)

    def item(self, record: Any) -> Item:
        """Parse and route a record."""
        parsed = self.parser.parse(record)
        item = Item(f"{record.topic}:{record.partition}", record.offset, parsed)
        item.routed = self.routed(parsed)
        if parsed.fault is None:
            item.at = parsed.at
        if record.topic in _KEYED:
            item.group = record.partition
        return item

    def messages_of(self, letter: Document) -> list[Outgoing]:
        """Return what is published of a dead letter: the letter, and the word to its sender."""
        told = rejection(self.service, letter, self.partitions)
        sent = deadletters.outgoing(self.service, letter)
        return [sent] if told is None else [sent, told]

    def cases_of(self, parsed: Parsed) -> Sequence[str]:
        """Return the ids under which the case may stand whose data a record has that leads to none."""
        subject = parsed.subject
        if not subject or is_case_id(subject):
            return (subject,) if subject else ()
        return () if self._cases is None else self._cases(parsed.record.topic, subject)

    def answer_to(self, command: Document) -> Outgoing:
        """Return what is published of an operator's request that was carried out."""
        return carried_out(self.service, command, self.partitions)

    def routed(self, parsed: Parsed) -> Routed | None:
        """Route a parsed message; what the service rejects becomes its fault."""
        body = parsed.body
        if body is None:
            return None
        if isinstance(body, OPERATIONS):
            parsed.fault = parsed.fault or self._forbidden(parsed, body)
            return None
        assert parsed.at is not None
        message = Received(
            body,
            parsed.id,
            parsed.source,
            parsed.subject,
            parsed.at,
            parsed.actor,
            parsed.causation,
            parsed.sequence,
        )
        try:
            if self.records(message.subject) and not isinstance(body, TipsListed):
                raise Rejected("case.unknown", "What a service itself records takes no message.")
            return self.route(parsed.record.topic, parsed.key, message)
        except Rejected as rejected:
            parsed.fault = Fault(rejected.code, rejected.detail)
        except Exception as error:  # noqa: BLE001 - a route that raises concerns this message alone
            parsed.fault = Fault("decision.raised", brief(error), traceback.format_exc())
        return None

    def records(self, subject: str) -> bool:
        """Return whether a subject is the service's own record: no message reaches or blocks it."""
        return subject in self._records

    def _forbidden(self, parsed: Parsed, body: Command) -> Fault | None:
        """Say why somebody may not give this remedy, or not here; ``None`` when it is all right."""
        if parsed.record.topic != commands_topic(self.service):
            return Fault("message.wrong_topic", f"{parsed.type} belongs on {commands_topic(self.service)}")
        if parsed.actor.role not in body.roles:
            return Fault("actor.not_allowed", f"{parsed.type} is for {', '.join(body.roles)}")
        return None
