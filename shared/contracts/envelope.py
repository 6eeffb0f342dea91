"""The envelope: CloudEvents 1.0 in Kafka's binary mode.

Source: CloudEvents 1.0, Kafka protocol binding 3.2; W3C Trace Context level 1.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

CONTENT_TYPE = "application/json"
SPEC_VERSION = "1.0"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted.

    Attributes:
        organisation: Id of an institution, mediation organisation or court; ``system`` for timers.
        person: Id of a person in that organisation, or empty for a machine.
        role: The role in which the person acted (``mediator``, ``operator``, …).
    """

    organisation: str
    person: str = ""
    role: str = ""

    def __str__(self) -> str:
        """Return the form of the header ``ce_actor``: ``organisation/person/role``."""
        return f"{self.organisation}/{self.person}/{self.role}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``organisation/person/role``; missing parts are empty."""
        organisation, _, rest = text.partition("/")
        person, _, role = rest.partition("/")
        return cls(organisation, person, role)


SYSTEM = Actor("system", "", "timer")
"""The actor of what time alone brought about."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What travels around a message; the Kafka headers in typed form.

    Attributes:
        id: Unique; for an event ``<subject>:<sequence>@<source>``, for a command the caller's own.
        source: URI reference of the sender, such as ``/suyuan/intake``.
        type: Wire type of the message.
        subject: Id of the case, organisation or series that it is about.
        time: Business time, with zone.
        sequence: 1, 2, 3 … per source and subject; ``None`` for what is known by its id alone.
        correlation: Id of the first message of the chain.
        causation: Id of the message that caused this one; empty for the first.
        actor: Who acted.
        traceparent: W3C trace context.
        version_seen: The version of the subject that the actor saw, if the actor said so.
    """

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    sequence: int | None
    correlation: str
    causation: str
    actor: Actor
    traceparent: str
    version_seen: int | None = None


def headers(envelope: Envelope) -> list[tuple[str, bytes]]:
    """Return the Kafka headers of an envelope; what is not set is left out."""
    out = [
        ("ce_specversion", b"1.0"),
        ("ce_id", envelope.id.encode()),
        ("ce_source", envelope.source.encode()),
        ("ce_type", envelope.type.encode()),
        ("ce_subject", envelope.subject.encode()),
        ("ce_time", envelope.time.isoformat().encode()),
        ("ce_correlationid", envelope.correlation.encode()),
        ("ce_actor", str(envelope.actor).encode()),
        ("content-type", b"application/json"),
    ]
    if envelope.causation:
        out.append(("ce_causationid", envelope.causation.encode()))
    if envelope.traceparent:
        out.append(("traceparent", envelope.traceparent.encode()))
    if envelope.sequence is not None:
        out.append(("ce_sequence", str(envelope.sequence).encode()))
    if envelope.version_seen is not None:
        out.append(("ce_versionseen", str(envelope.version_seen).encode()))
    return out
