"""What one message would do to a subject, kept apart until it is certain that nothing raises."""

from datetime import datetime
from typing import Any

from shared.casework.protocol import Change, Increment, Put, Stream, Timed
from shared.contracts.common import AdvanceClock, CommandRefused, CommandUnchanged
from shared.contracts.envelope import SYSTEM, Actor
from shared.contracts.message import Event
from shared.runtime.base.records import Parsed
from shared.runtime.decide.subject import LoadedSubject

SILENT = (CommandRefused, CommandUnchanged)
"""Events after which a state is what it was."""
_MOST_TIMERS = 10_000
"""Timers of one subject that may be due at once: more is a clock that does not move on."""


class UncommittedChanges:
    """What a message would do to a subject; dropped when anything raises on the way."""

    __slots__ = ("events", "id", "state", "writes")

    def __init__(self, subject: LoadedSubject) -> None:
        """Start from the subject as it is."""
        self.id = subject.id
        self.state: Any = subject.state
        self.events: list[tuple[Timed, Parsed | None]] = []
        self.writes: list[Put | Increment] = []

    def add(self, stream: Stream[Any], event: Event, at: datetime, parsed: Parsed | None) -> None:
        """Add an event; the state moves with it."""
        if not isinstance(event, SILENT):
            self.state = stream.evolve(self.state, event, at)
        self.events.append((Timed(at, event), parsed))

    def absorb(self, state: Any) -> None:
        """Take a read model's new state."""
        self.state = state

    def advance(self, stream: Stream[Any], to: datetime, origin: str) -> None:
        """Let all timers act that are due up to a time, one after another."""
        advance = stream.advance
        if advance is None:
            return
        before, mark = self.state, len(self.events)
        while self.state is not None and (due := advance(self.state, to)):
            for timed in due:
                self.add(stream, timed.event, timed.at, None)
            if len(self.events) > _MOST_TIMERS:
                raise RuntimeError(f"the clock of {self.id} does not move on: {to} is never reached")
        if stream.rows is not None and len(self.events) > mark:
            new = [timed for timed, _ in self.events[mark:]]
            self.change(stream, Change(None, self.id, before, self.state, new, origin))

    def change(self, stream: Stream[Any], change: Change[Any]) -> None:
        """Take the rows of the service's own that change as well."""
        assert stream.rows is not None
        self.writes.extend(stream.rows(change))


OPERATOR = "operator"
TIMER = str(SYSTEM)
_ACTORS: dict[Actor, str] = {}


def actor_text(actor: Actor) -> str:
    """Return an actor in text; there are few, and many events of each."""
    text = _ACTORS.get(actor)
    if text is None:
        if len(_ACTORS) > 10_000:
            _ACTORS.clear()
        text = _ACTORS[actor] = str(actor)
    return text


def refused(parsed: Parsed, version: int) -> CommandRefused | None:
    """Refuse what the runtime itself can: a stale version, a clock that is not the actor's to move."""
    body = parsed.body
    if body is None:
        return None
    if isinstance(body, AdvanceClock) and parsed.actor.role != OPERATOR:
        return CommandRefused(
            command=body.wire_type, reason="actor.not_allowed", detail="Only an operator may look at a clock."
        )
    if parsed.version_seen is None or parsed.version_seen == version:
        return None
    return CommandRefused(
        command=body.wire_type,
        reason="version.stale",
        detail=f"You saw version {parsed.version_seen}; it is {version} now.",
    )


def trace_id(traceparent: str) -> str:
    """Return the trace id of a W3C trace context; empty if it is none."""
    parts = traceparent.split("-")
    if len(parts) == 4 and len(parts[1]) == 32 and not parts[1].strip("0123456789abcdef"):
        return parts[1]
    return ""


def brief(error: BaseException) -> str:
    """Return kind and text of an error in one line."""
    return f"{type(error).__name__}: {str(error)[:200]}"
