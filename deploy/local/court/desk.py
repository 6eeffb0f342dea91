"""The clerk's desk: from a filing on the wire to the answers in the register."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from deploy.local.court.decisions import Manners, Reply, replies
from deploy.local.court.register import Answer, Register
from shared.casework.case_numbers import CaseNumber, CaseNumberError, CaseType
from shared.contracts.court import DocketingCompleted, FilingSubmitted
from shared.contracts.envelope import Actor, Envelope, headers
from shared.contracts.topics import court_source
from shared.network.schema import Court


@dataclass(frozen=True, slots=True)
class Incoming:
    """A filing as it came.

    Attributes:
        id: ``ce_id`` of its message.
        subject: Case id.
        at: Business time.
    """

    filing: FilingSubmitted
    id: str
    subject: str
    at: datetime
    correlation: str
    traceparent: str


def read(raw: Mapping[str, bytes], value: bytes | None) -> Incoming | None:
    """Read a record of ``court.outbound``; ``None`` for what is no filing."""
    try:
        text = {name: data.decode() for name, data in raw.items()}
        if text.get("ce_type") != FilingSubmitted.wire_type or value is None:
            return None
        return Incoming(
            filing=FilingSubmitted.model_validate_json(value),
            id=text["ce_id"],
            subject=text["ce_subject"],
            at=datetime.fromisoformat(text["ce_time"]),
            correlation=text.get("ce_correlationid", ""),
            traceparent=text.get("traceparent", ""),
        )
    except (KeyError, ValueError, ValidationError, AttributeError):
        return None


class Desk:
    """Answers filings.

    Args:
        register: Where answers and numbers are kept.
        court: Which court it is.
        seed: Another seed is another court.
        manners: How it behaves.
    """

    def __init__(self, register: Register, court: Court, seed: int, manners: Manners) -> None:
        self._register = register
        self._court = court
        self._seed = seed
        self._manners = manners
        self._source = court_source(court.id)
        self._actor = Actor(court.id, "", "court")

    def take(self, incoming: Incoming, now: datetime) -> list[Answer]:
        """Register the answers to a filing; the same filing again has the same answers.

        Call it inside a transaction of the register.
        """
        register, filing = self._register, incoming.filing
        if filing.court != self._court.id:
            return []
        known = {answer.type: answer for answer in register.answers_to(filing.filing)}
        if register.is_complete(filing.filing):
            return list(known.values())
        number = register.number_of(filing.filing)

        def give_number(year: int, type_: CaseType) -> str:
            nonlocal number
            number = number or register.next_number(year, type_)
            return number

        made = replies(
            filing,
            message=incoming.id,
            filed_at=incoming.at,
            now=now,
            seed=self._seed,
            manners=self._manners,
            give_number=give_number,
        )
        first = register.next_sequence(incoming.subject)
        for index, reply in enumerate(made):
            if reply.body.wire_type in known:
                first = known[reply.body.wire_type].sequence - index
        register.enter(filing.filing, incoming.subject, number, complete=True)
        for index, reply in enumerate(made):
            if reply.body.wire_type not in known:
                register.add(self._answer(incoming, reply, first + index))
        return register.answers_to(filing.filing)

    def restore(self, raw: Mapping[str, bytes], value: bytes | None) -> None:
        """Enter an answer that this court sent before its register was lost."""
        try:
            text = {name: data.decode() for name, data in raw.items()}
            filing = json.loads(value or b"")["filing"]
            if text["ce_source"] != self._source:
                return
            answer = Answer(
                text["ce_subject"],
                int(text["ce_sequence"]),
                filing,
                text["ce_type"],
                0,
                0,
                1,
                list(raw.items()),
                value or b"",
            )
            number = None
            if answer.type == DocketingCompleted.wire_type:
                number = json.loads(answer.value)["case_number"]
                self._register.used(CaseNumber.parse(number))
        except (KeyError, ValueError, TypeError, AttributeError, CaseNumberError):
            return
        self._register.enter(filing, answer.subject, number, complete=False)
        self._register.add(answer, sent=True)

    def _answer(self, incoming: Incoming, reply: Reply, sequence: int) -> Answer:
        id_ = f"{incoming.subject}:{sequence}@{self._source}"
        envelope = Envelope(
            id=id_,
            source=self._source,
            type=reply.body.wire_type,
            subject=incoming.subject,
            time=reply.at,
            sequence=sequence,
            correlation=incoming.correlation or incoming.id,
            causation=incoming.id,
            actor=self._actor,
            traceparent=_same_trace(incoming.traceparent, id_),
        )
        return Answer(
            subject=incoming.subject,
            sequence=sequence,
            filing=incoming.filing.filing,
            type=reply.body.wire_type,
            position=reply.position,
            delay_ms=reply.delay_ms,
            copies=reply.copies,
            headers=headers(envelope),
            value=reply.body.model_dump_json().encode(),
        )


def _same_trace(traceparent: str, id_: str) -> str:
    """Return a span of its own in the trace of the filing. Source: W3C Trace Context level 1."""
    parts = traceparent.split("-")
    if len(parts) != 4:
        return traceparent
    return f"{parts[0]}-{parts[1]}-{hashlib.sha256(id_.encode()).hexdigest()[:16]}-{parts[3]}"
