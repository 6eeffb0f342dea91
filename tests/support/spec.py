"""given / when / then for decisions, run the way the runtime runs them.

    given(STREAM, *events, start=...).when(command, at=TUE).then(Expected(...))

``given`` takes events (each at its own time: an event, or ``(event, time)``), ``when`` advances the
stream to the message's time before it decides, exactly as the runtime does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.casework.protocol import Received, Stream, Timed
from shared.contracts.common import CommandRefused
from shared.contracts.envelope import SYSTEM, Actor
from shared.contracts.message import Event, Message


@dataclass
class Given:
    """A stream with a past."""

    stream: Stream[Any]
    state: Any
    subject: str
    new: list[Timed] = field(default_factory=list)

    def when(
        self,
        body: Message,
        *,
        at: datetime,
        actor: Actor = SYSTEM,
        id: str = "m-1",
        source: str = "/test",
    ) -> "Given":
        """Let a message come."""
        out = self._advanced(at)
        message = Received(body=body, id=id, source=source, subject=self.subject, at=at, actor=actor)
        for event in self.stream.decide(out.state, message):
            out._apply(Timed(at, event))
        if self.stream.absorb is not None:
            out.state = self.stream.absorb(out.state, message)
        return out

    def until(self, at: datetime) -> "Given":
        """Let time pass."""
        return self._advanced(at)

    def then(self, *events: Event | Timed) -> "Given":
        """Assert the new events, all fields; a ``Timed`` also asserts the time."""
        found = [
            new if isinstance(want, Timed) else new.event for new, want in zip(self.new, events, strict=False)
        ]
        assert [*found, *(t.event for t in self.new[len(events) :])] == list(events)
        return self

    def then_nothing(self) -> "Given":
        """Assert silence."""
        assert self.new == []
        return self

    def then_refused(self, reason: str) -> "Given":
        """Assert one refusal with this reason."""
        assert [type(t.event) for t in self.new] == [CommandRefused], self.new
        event = self.new[0].event
        assert isinstance(event, CommandRefused)
        assert event.reason == reason
        return self

    @property
    def events(self) -> Sequence[Event]:
        """The new events."""
        return [t.event for t in self.new]

    def _advanced(self, to: datetime) -> "Given":
        out = Given(self.stream, self.state, self.subject)
        if self.stream.advance is not None:
            while out.state is not None and (due := list(self.stream.advance(out.state, to))):
                for timed in due:
                    out._apply(timed)
        return out

    def _apply(self, timed: Timed) -> None:
        if not isinstance(timed.event, CommandRefused):
            self.state = self.stream.evolve(self.state, timed.event, timed.at)
        self.new.append(timed)


def given(stream: Stream[Any], *past: Timed | tuple[Event, datetime], subject: str = "sy1test") -> Given:
    """Return a stream with a past."""
    state: Any = None
    for item in past:
        event, at = (item.event, item.at) if isinstance(item, Timed) else item
        state = stream.evolve(state, event, at)
    return Given(stream, state, subject)
