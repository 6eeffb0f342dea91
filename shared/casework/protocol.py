"""decide / evolve / advance: what a decision gets, and what it may give.

A decision is a pure function over frozen models. Everything that it needs comes in (the state,
the message with its business time, the rules), and everything that it wants done comes out (events,
and rows of the service's own collections). Only the runtime has effects.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Protocol, Self, TypeVar

from pydantic import BaseModel, ConfigDict

from shared.contracts.common import CommandRefused
from shared.contracts.envelope import Actor
from shared.contracts.message import Command, Event, Message

_set = object.__setattr__


class State(BaseModel):
    """Base of every stream's state: frozen. The runtime keeps the fields of a later version."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    def but(self, **changes: Any) -> Self:
        """Return the state with some fields changed; they are not validated again."""
        # What model_copy does, but for what a state does not have: half the time, for each event.
        made = type(self).__new__(type(self))
        _set(made, "__dict__", {**self.__dict__, **changes})
        _set(made, "__pydantic_fields_set__", self.__pydantic_fields_set__ | changes.keys())
        _set(made, "__pydantic_extra__", None)
        _set(made, "__pydantic_private__", None)
        return made


S = TypeVar("S", bound=State)


@dataclass(frozen=True, slots=True)
class Received:
    """A valid message on its way to a decision.

    Attributes:
        body: The message.
        id: ``ce_id``.
        source: ``ce_source``.
        subject: Id of the stream that it applies to.
        at: Business time, resolved by the runtime; a sender's own claim starts no clock.
        actor: Who acted.
        causation: Id of the message that caused this one; empty for the first.
        sequence: Number of an event in its source and subject; ``None`` for commands.
    """

    body: Message
    id: str
    source: str
    subject: str
    at: datetime
    actor: Actor
    causation: str = ""
    sequence: int | None = None

    @property
    def told_by(self) -> str:
        """The subject whose event was delivered: the event's id begins with it."""
        return self.id.partition(":")[0]

    def about(self, subject: str, body: Message | None = None) -> "Received":
        """Return the message as it applies to another stream, or with another body.

        Args:
            subject: Id of the stream.
            body: What is decided in place of what came; ``None`` for that.
        """
        # Half the time of ``dataclasses.replace``, for every message that is routed.
        return Received(
            body or self.body,
            self.id,
            self.source,
            subject,
            self.at,
            self.actor,
            self.causation,
            self.sequence,
        )


@dataclass(frozen=True, slots=True)
class Timed:
    """An event that time brought about, at the instant at which it was due."""

    at: datetime
    event: Event


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a command may not act.

    Attributes:
        reason: Code from ``contracts.reasons``.
        detail: The thing, the limit, the next step, in one sentence.
        rule: Id of the rule that refused.
    """

    reason: str
    detail: str = ""
    rule: str = ""

    def of(self, command: str) -> list[Event]:
        """Return the one event that answers a command of this wire type."""
        return [CommandRefused(command=command, reason=self.reason, rule=self.rule, detail=self.detail)]


@dataclass(frozen=True, slots=True)
class Option:
    """A command that a subject's stream knows, and whether one actor may send it now.

    Attributes:
        command: Its class.
        refusal: Why not; ``None`` for "may", whatever its fields say.
        stranger: Whether it is not for this actor, whatever becomes of the subject; so a reason is no word
            that there is one.
    """

    command: type[Command]
    refusal: Refusal | None = None
    stranger: bool = False


@dataclass(frozen=True, slots=True)
class Put:
    """A row of the service's own, written whole (inserted or replaced) with the batch."""

    collection: str
    id: str
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Increment:
    """Counters of a row of the service's own, raised with the batch; the row appears when missing.

    Attributes:
        fields: What is added to each field (dots reach into sub-documents).
        labels: Fields that are set when the row appears.
    """

    collection: str
    id: str
    fields: Mapping[str, int]
    labels: Mapping[str, Any] = field(default_factory=dict)


Write = Put | Increment


@dataclass(frozen=True, slots=True)
class Change(Generic[S]):
    """What one message did to one stream: the input of a stream's ``rows``.

    Attributes:
        received: The message; ``None`` when time alone acted.
        subject: Id of the stream.
        before: State before the message.
        after: State after it.
        events: The new events, each with its business time.
        partition: ``<topic>:<partition>`` of the message: a key that one writer at a time has.
        kept: What the route kept from the decision.
    """

    received: Received | None
    subject: str
    before: S | None
    after: S | None
    events: Sequence[Timed]
    partition: str
    kept: Any = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Stream(Generic[S]):
    """One kind of subject that a service decides about: a case, a roster, a series.

    Attributes:
        name: Kind of the subject, as stored.
        state: Model of the state.
        decide: Which events a message leads to; a repeat leads to none.
        evolve: The state after an event; never refuses, since it already happened.
        advance: The events of all timers that are due up to a time; none when nothing is.
        due: When the next timer is due; ``None`` for never.
        absorb: For read models: the state after a message of somebody else.
        awaits: The name of an input (such as a year's calendar) that the subject waits for, ``None`` for
            none. A subject is advanced with every message while it waits, and by itself once its service
            has the input.
        rows: Rows of the service's own collections that change with a message.
        version: Version of the state. A program with a lower one leaves such a state alone; raise it when
            an older program would misunderstand the state, and not for a field that it may overlook.
        upgrade: Gives the state of a lower version, as JSON, this form; ``None`` where defaults do.
        options: What an actor may do with a subject now; the arguments are its state, its id, the time and
            the actor.
        known: Whether a subject is known before any message of its own; ``None`` where none is.
        counts_from: The version from which on every number of a source was counted. What lower versions
            stored may lack some, for which nobody has to wait.
    """

    name: str
    state: type[S]
    decide: Callable[[S | None, Received], Sequence[Event]]
    evolve: Callable[[S | None, Event, datetime], S]
    advance: Callable[[S, datetime], Sequence[Timed]] | None = None
    due: Callable[[S], datetime | None] | None = None
    absorb: Callable[[S | None, Received], S | None] | None = None
    rows: Callable[[Change[S]], Iterable[Write]] | None = None
    awaits: Callable[[S], str | None] | None = None
    version: int = 1
    upgrade: Callable[[int, dict[str, Any]], dict[str, Any]] | None = None
    counts_from: int = 1
    options: Callable[[S | None, str, datetime, Actor], Sequence[Option]] | None = None
    known: Callable[[str], bool] | None = None


class Rejected(Exception):
    """A message that is well formed but not acceptable here: it goes to the dead letters.

    Attributes:
        code: Reason code from ``contracts.reasons``.
        detail: The thing, the limit, the next step.
    """

    def __init__(self, code: str, detail: str) -> None:
        """Keep the code and the sentence."""
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Routed:
    """Where a message leads.

    Attributes:
        stream: The stream.
        message: The message as the stream's decision gets it.
        kept: What no decision sees: it goes straight to the stream's ``rows``.
        formerly: The way to the same subject under the id that it would have had before ids were made in
            another way; taken where a state stands there. ``None`` where there was none.
    """

    stream: Stream[Any]
    message: Received
    kept: Any = field(default=None, repr=False)
    formerly: "Formerly | None" = None


@dataclass(frozen=True, slots=True)
class Formerly:
    """An id under which a subject of before may still stand.

    Attributes:
        subject: The id.
        way: Gives the message as it leads there.
    """

    subject: str
    way: Callable[[], Routed]


class Route(Protocol):
    """Says which stream a message of a topic applies to."""

    def __call__(self, topic: str, key: str, message: Received, /) -> Routed | None:
        """Return the stream and its message; ``None`` for what this service does not care about.

        Raises:
            Rejected: The message is not acceptable here.
        """
