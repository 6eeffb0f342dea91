"""A stream as a table: which message leads to which act, which event to which state, which timer to what.

The functions of a stream stay small, pure and typed; decorators enter them here. A table is bound to
a service's rules and becomes the :class:`~shared.casework.protocol.Stream` that the runtime works with.
Every command is checked in one order: known, role, authority, done already, possible.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

from shared.casework.declaring import C, Declarations, Entry, S, Timer
from shared.casework.guards import Facts, Stage
from shared.casework.protocol import Change, Option, Received, Refusal, Stream, Timed, Write
from shared.contracts.envelope import SYSTEM
from shared.contracts.message import Command, Event, Message

MOST_TIMERS = 10_000
"""Timer events of one subject that may be due at once; more is a clock that does not move on."""
_EVER = datetime.max.replace(tzinfo=UTC)


def _kind(body: Message) -> type[Any]:
    """Return as what a message is read: an earlier version that is a subclass of today's, as today's."""
    return type(body).today


class Table(Declarations[S, C]):
    """One kind of subject: what may happen to it, and what follows."""

    def decide(self, state: S | None, message: Received, context: C) -> Sequence[Event]:
        """Return the events of a message: none for a repeat, ``CommandRefused`` for what may not be."""
        body = message.body
        kind = _kind(body)
        entry = self.openings.get(kind) if state is None else None
        command = body if isinstance(body, Command) else None
        if entry is None:
            entry = self.acts.get(kind) or (None if command is not None else self.acts.get(Event))
            if entry is None:
                if command is None or kind in self.openings:
                    return []
                return Refusal("command.unexpected").of(body.wire_type)
            if state is None:
                if command is not None and self.unknown is not None:
                    return Refusal(self.unknown).of(body.wire_type)
                if self.blank is None:
                    return []
                state = self.blank(context)
        facts = Facts(context, message.at, message.actor, message.subject, message)
        if command is not None and (answer := self._checked(entry, state, facts, command)) is not None:
            return answer
        return list(entry.act(cast(S, state), body, facts))

    def _checked(
        self, entry: Entry[S, C], state: S | None, facts: Facts[C], command: Command
    ) -> list[Event] | None:
        """Return the answer to a command that does not act: a refusal, or no event where it is done."""
        refusal: Refusal | None = None
        if entry.roles is not None and facts.actor.role not in entry.roles:
            refusal = Refusal("actor.not_allowed")
        elif state is not None:
            refusal = entry.refusal(state, facts, Stage.AUTHORITY, command)
            if refusal is None and entry.already is not None and entry.already(state, command, facts):
                return []
            refusal = refusal or entry.refusal(state, facts, Stage.POSSIBLE, command)
        return None if refusal is None else self._told(refusal, state, facts).of(command.wire_type)

    def _told(self, refusal: Refusal, state: S | None, facts: Facts[C]) -> Refusal:
        """Return a refusal that says what the actor may do instead, unless it says more already."""
        if refusal.detail or state is None:
            return refusal
        options = (self._option(kind, entry, state, facts) for kind, entry in self._commands())
        possible = [one.command for one in options if one.refusal is None]
        names = ", ".join(sorted(kind.short_type or kind.__name__ for kind in possible))
        return replace(refusal, detail=f"Possible now: {names}.") if names else refusal

    def evolve(self, state: S | None, event: Event, at: datetime, context: C) -> S:
        """Return the state after an event.

        Raises:
            LookupError: The table does not say what follows.
        """
        kind = _kind(event)
        if state is None:
            if (birth := self.births.get(kind)) is not None:
                return birth(event, at)
            if self.blank is None:
                raise LookupError(f"a {self.name} cannot begin with {kind.__name__}")
            state = self.blank(context)
        step = self.steps.get(kind)
        if step is None:
            if kind in self.births:
                return self.births[kind](event, at)
            raise LookupError(f"{self.name}: nothing says what follows {kind.__name__}")
        return step(state, event, at)

    def fold(self, state: S | None, events: Iterable[Event], at: datetime, context: C) -> S | None:
        """Return the state after several events of one time."""
        for event in events:
            state = self.evolve(state, event, at, context)
        return state

    def take(self, state: S | None, message: Received, context: C) -> S | None:
        """Return the state after what somebody else said."""
        kind = _kind(message.body)
        if kind not in self.takings and isinstance(message.body, Event):
            kind = Event
        taking = self.takings.get(kind)
        if taking is None:
            return state
        if state is None:
            if self.blank is None or kind in self.telling_of_known:
                return None
            state = self.blank(context)
        facts = Facts(context, message.at, message.actor, message.subject, message)
        return taking(state, message.body, facts)

    # -- time --------------------------------------------------------------------------------

    def due(self, state: S, context: C) -> datetime | None:
        """Return when the next timer is due; ``None`` for never."""
        times = (timer.due(state, context, _EVER) for timer in self.timers)
        return min((time for time in times if time is not None), default=None)

    def advance(self, state: S, to: datetime, context: C) -> list[Timed]:
        """Return what time brings about until ``to``, each at its own instant.

        Raises:
            RuntimeError: A timer does not move on.
        """
        out: list[Timed] = []
        while (found := self._first(state, to, context)) is not None:
            at, timer = found
            events = list(timer.act(state, Facts(context, at, SYSTEM)))
            for event in events:
                out.append(Timed(at, event))
                state = self.evolve(state, event, at, context)
            if not events or len(out) > MOST_TIMERS:
                raise RuntimeError(f"the timer {timer.name} of a {self.name} does not move on at {at}")
        return out

    def _first(self, state: S, to: datetime, context: C) -> tuple[datetime, Timer[S, C]] | None:
        first: tuple[datetime, Timer[S, C]] | None = None
        for timer in (*self.corrections, *self.timers):
            at = timer.due(state, context, to)
            if at is not None and at <= to and (first is None or at < first[0]):
                first = at, timer
        return first

    # -- what follows from the table ---------------------------------------------------------

    def options(self, state: S | None, facts: Facts[C]) -> list[Option]:
        """Return each command with the reason why the actor may not send it now, if there is one.

        Time is taken along: a deadline that has passed by then counts as passed.
        """
        if state is not None:
            for timed in self.advance(state, facts.at, facts.context):
                state = self.evolve(state, timed.event, timed.at, facts.context)
        return [self._option(kind, entry, state, facts) for kind, entry in self._commands()]

    def _commands(self) -> Iterator[tuple[type[Command], Entry[S, C]]]:
        for kind, entry in self.acts.items():
            # What asks for no role comes its own way, as a filing does, and is nobody's choice here.
            if issubclass(kind, Command) and entry.roles is not None:
                yield kind, entry

    def _option(self, kind: type[Command], entry: Entry[S, C], state: S | None, facts: Facts[C]) -> Option:
        if state is None and self.unknown is not None:
            return Option(kind, Refusal(self.unknown), stranger=True)
        if entry.roles is not None and facts.actor.role not in entry.roles:
            return Option(kind, Refusal("actor.not_allowed"), stranger=True)
        if state is None:
            assert self.blank is not None
            state = self.blank(facts.context)
        if (refusal := entry.refusal(state, facts, Stage.AUTHORITY, None)) is not None:
            return Option(kind, refusal, stranger=True)
        return Option(kind, entry.refusal(state, facts, Stage.POSSIBLE, None))

    def bind(self, context: C, rows: Callable[[Change[S]], Iterable[Write]] | None = None) -> Stream[S]:
        """Return the stream that the runtime works with.

        Args:
            context: The service's rules, calendar and network.
            rows: Rows of the service's own collections that change with a message.
        """
        known = self.known
        timed = bool(self.timers or self.corrections)
        return Stream(
            name=self.name,
            state=self.state,
            decide=lambda state, message: self.decide(state, message, context),
            evolve=lambda state, event, at: self.evolve(state, event, at, context),
            advance=(lambda state, to: self.advance(state, to, context)) if timed else None,
            due=(lambda state: self.due(state, context)) if timed else None,
            absorb=(lambda state, message: self.take(state, message, context)) if self.takings else None,
            rows=rows,
            awaits=self.awaited,
            version=self.version,
            upgrade=self.upgrade,
            counts_from=self.counts_from,
            known=None if known is None else lambda subject: known(context, subject),
            options=lambda state, subject, at, actor: self.options(state, Facts(context, at, actor, subject)),
        )
