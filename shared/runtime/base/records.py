"""A record as Kafka gives it or as it was kept, and what can be read of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from shared.contracts.envelope import Actor
from shared.contracts.faults import FieldFault
from shared.contracts.message import Message
from shared.contracts.topics import TopicRule

Headers = tuple[tuple[str, bytes | None], ...]

RECEIVED_AT: Final = "suyuan-received-at"
"""Header of our own on dead letters: the business time that the message had when it first came."""


class Record(Protocol):
    """What the runtime reads of a Kafka record."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Any


@dataclass(frozen=True, slots=True)
class Raw:
    """A record kept as it came: for holds and dead letters.

    Attributes:
        timestamp: The broker's time, milliseconds since the epoch.
    """

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a record is no valid message.

    Attributes:
        code: Reason code.
        detail: What exactly, without the value itself (it may hold personal data).
        stack: Stack text, where something raised.
        faults: Everything that is wrong, field by field, where that can be told.
    """

    code: str
    detail: str
    stack: str = ""
    faults: tuple[FieldFault, ...] = ()

    def and_also(self, other: "Fault | None") -> "Fault":
        """Return this fault with what else is wrong; the reason stays this one's."""
        if other is None:
            return self
        detail = f"{self.detail}; {other.detail}"
        return Fault(self.code, detail, self.stack, (*self.faults, *other.faults))


NOBODY = Actor("")


@dataclass(slots=True)
class Parsed:
    """A record with its envelope; what could not be read is empty, and ``fault`` says why.

    Attributes:
        at: Business time; ``None`` when it could not be resolved.
        body: The message; ``None`` when there is a fault.
        unproven: It must be signed and is not as it must be: nothing that it says of itself is believed.
    """

    record: Record | Raw
    rule: TopicRule
    id: str = ""
    source: str = ""
    type: str = ""
    subject: str = ""
    key: str = ""
    at: datetime | None = None
    sequence: int | None = None
    correlation: str = ""
    causation: str = ""
    actor: Actor = NOBODY
    traceparent: str = ""
    version_seen: int | None = None
    body: Message | None = None
    fault: Fault | None = None
    unproven: bool = False

    @property
    def identity(self) -> str:
        """What a message that is known by its id is known by."""
        return identity(self.source, self.id)


def identity(source: str, id: str) -> str:
    """Return what tells a command from all others: an id says something at its source alone.

    Neither part holds a line feed, so no two pairs give the same.
    """
    return f"{source}\n{id}"
