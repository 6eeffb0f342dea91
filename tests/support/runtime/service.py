"""A tiny service that counts: its messages, its stream, and the mistakes that it may have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from shared.casework.protocol import Change, Increment, Put, Received, State, Stream, Timed
from shared.contracts import language  # noqa: F401 - fills the registry
from shared.contracts import message as registry
from shared.contracts.envelope import Actor
from shared.contracts.kinds import Role
from shared.contracts.message import Command, Event, Message
from shared.contracts.words import Audience, Words

SERVICE = "mediation"
EVENTS = "intake.events"
COMMANDS = "mediation.commands"
ROSTERS = "mediation.rosters"
SOURCE = "/suyuan/intake"
PARTITIONS = 3
T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
OPERATOR = Actor("court", "p-1", "operator")
LONGEST_S = 30
POISON = 13
"""An amount at which the decision raises, as long as it is broken."""


Amount = Annotated[int, Words("数", "Amount"), Audience.INSIDE]
Hours = Annotated[int, Words("小时", "Hours"), Audience.INSIDE]
Fired = Annotated[int, Words("次数", "Fired"), Audience.INSIDE]
DueAt = Annotated[datetime, Words("到期", "Due"), Audience.INSIDE]


class Step(Event, family="test", zh="步", en="Step"):
    """What comes in: add ``amount``, and set a timer of ``hours`` where that is above 0."""

    amount: Amount
    hours: Hours = 0


class Ask(Command, family="test", zh="请", en="Ask", roles=(Role.OPERATOR,)):
    """The same as a command; an amount of 0 changes nothing."""

    amount: Amount


class Added(Event, family="test", zh="加", en="Added"):
    """What was added, and how many timers had fired by then."""

    amount: Amount
    fired: Fired


class TimerSet(Event, family="test", zh="定时", en="Timer set"):
    """A timer that is due at an instant."""

    due: DueAt


class TimerFired(Event, family="test", zh="到时", en="Timer fired"):
    """It was due."""


_WORDS: tuple[type[Message], ...] = (Step, Ask, Added, TimerSet, TimerFired)
for _word in _WORDS:  # Known to the tests of this folder alone: the published language has no such words.
    registry._REGISTRY.pop(_word.wire_type)


@contextmanager
def spoken() -> Iterator[None]:
    """Let the registry know the words of this service for a while."""
    registry._REGISTRY.update({word.wire_type: word for word in _WORDS})
    try:
        yield
    finally:
        for word in _WORDS:
            registry._REGISTRY.pop(word.wire_type, None)


class Counter(State):
    """Sum, timers that fired, and the timer that runs."""

    total: int = 0
    fired: int = 0
    due: datetime | None = None


class Broken(Exception):
    """The decision has a mistake."""


@dataclass
class Mistakes:
    """What is broken in the service's code at the moment."""

    decision: bool = False
    due: bool = False
    clock: bool = False
    endless: bool = False
    state: bool = False


def stream(mistakes: Mistakes) -> Stream[Counter]:
    """Return the counter, with mistakes."""

    def decide(state: Counter | None, message: Received) -> Sequence[Event]:
        body = message.body
        assert isinstance(body, Step | Ask)
        if body.amount == POISON and mistakes.decision:
            raise Broken("amount 13")
        if body.amount == 0:
            return []
        out: list[Event] = [Added(amount=body.amount, fired=state.fired if state else 0)]
        if isinstance(body, Step) and body.hours:
            out.append(TimerSet(due=message.at + timedelta(hours=body.hours)))
        return out

    def evolve(state: Counter | None, event: Event, at: datetime) -> Counter:
        state = state or Counter()
        match event:
            case Added(amount=amount):
                total: Any = state.total + amount
                return state.model_copy(
                    update={"total": object() if mistakes.state and amount == POISON else total}
                )
            case TimerSet(due=due):
                return state.model_copy(update={"due": due})
            case TimerFired():
                return state.model_copy(update={"fired": state.fired + 1, "due": None})
        raise AssertionError(event)

    def advance(state: Counter, to: datetime) -> Sequence[Timed]:
        if mistakes.clock:
            raise Broken("clock")
        if mistakes.endless and state.due is None:
            return [Timed(to, TimerFired())]
        return [Timed(state.due, TimerFired())] if state.due is not None and state.due <= to else []

    def due(state: Counter) -> datetime | None:
        if mistakes.due and state.total == POISON:
            raise Broken("due")
        return state.due

    def rows(change: Change[Counter]) -> list[Put | Increment]:
        if not change.events:
            return []
        return [
            Put("sums", change.subject, {"total": change.after.total if change.after else 0}),
            Increment(
                "counts", change.subject[:1], {"events": len(change.events)}, {"of": change.subject[:1]}
            ),
        ]

    return Stream("counter", Counter, decide, evolve, advance, due, rows=rows)
