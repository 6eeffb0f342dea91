"""Declaring a stream: the decorators that enter its acts, states and timers, and what they refuse."""

import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from shared.casework.guards import Facts, Guard, Stage
from shared.casework.protocol import Refusal, State
from shared.contracts.message import Command, Event, Message
from shared.contracts.words import place_of

S = TypeVar("S", bound=State)
C = TypeVar("C")
M = TypeVar("M", bound=Message)
E = TypeVar("E", bound=Event)

Act = Callable[[S, M, Facts[C]], Iterable[Event]]
Opening = Callable[[M, Facts[C]], Iterable[Event]]
Step = Callable[[S, E], S] | Callable[[S, E, datetime], S]
Birth = Callable[[E], S] | Callable[[E, datetime], S]
Taking = Callable[[S, M, Facts[C]], S]
Ringing = Callable[[S, Facts[C]], Iterable[Event]]


@dataclass(frozen=True, slots=True)
class Entry(Generic[S, C]):
    """What a message does to a subject that is known.

    Attributes:
        act: Yields the events.
        guards: In the order of their stages.
        roles: Who may send the command; ``None`` where the role is not asked for.
        already: Whether the command is done; it then changes nothing.
    """

    act: Callable[[S, Any, Facts[C]], Iterable[Event]]
    guards: tuple[Guard[S, C], ...] = ()
    roles: frozenset[str] | None = None
    already: Callable[[S, Any, Facts[C]], bool] | None = None

    def refusal(self, state: S, facts: Facts[C], stage: Stage, command: Command | None) -> Refusal | None:
        """Return the first refusal of a stage."""
        for guard in self.guards:
            if guard.stage is stage and (found := guard.refusal(state, facts, command)) is not None:
                return found
        return None


@dataclass(frozen=True, slots=True)
class Timer(Generic[S, C]):
    """What time alone brings about.

    Attributes:
        due: When; ``None`` for never. The third argument is the time up to which the subject is advanced:
            a correction, which acts once an awaited input is there, has no time of its own.
        act: Yields the events; one of them moves or ends the timer.
    """

    name: str
    due: Callable[[S, C, datetime], datetime | None]
    act: Ringing[S, C]


class Declarations(Generic[S, C]):
    """What is declared of one kind of subject: its acts, its states, its timers.

    Args:
        name: Kind of the subject, as stored.
        state: Model of the state.
        unknown: Reason code that refuses a command about a subject of which nothing is known yet; ``None``
            where a command may be the first message of a subject, which then starts from its blank.
        blank: The state of which events start when nothing is known yet; ``None`` where a subject has to
            be opened.
        version: See :class:`~shared.casework.protocol.Stream`.
        counts_from: See :class:`~shared.casework.protocol.Stream`.
        upgrade: See :class:`~shared.casework.protocol.Stream`.

    Raises:
        TypeError: Neither ``unknown`` nor ``blank`` says what a command about an unknown subject meets.
    """

    def __init__(
        self,
        name: str,
        state: type[S],
        *,
        unknown: str | None = "case.unknown",
        blank: Callable[[C], S] | None = None,
        version: int = 1,
        counts_from: int = 1,
        upgrade: Callable[[int, dict[str, Any]], dict[str, Any]] | None = None,
    ) -> None:
        if unknown is None and blank is None:
            raise TypeError(f"{name}: a command about an unknown subject has neither a refusal nor a blank")
        self.name, self.state, self.unknown, self.blank = name, state, unknown, blank
        self.version, self.counts_from, self.upgrade = version, counts_from, upgrade
        self.openings: dict[type[Message], Entry[Any, C]] = {}
        self.acts: dict[type[Message], Entry[S, C]] = {}
        self.births: dict[type[Event], Callable[[Any, datetime], S]] = {}
        self.steps: dict[type[Event], Callable[[S, Any, datetime], S]] = {}
        self.takings: dict[type[Message], Callable[[S, Any, Facts[C]], S]] = {}
        self.telling_of_known: set[type[Message]] = set()
        self.timers: list[Timer[S, C]] = []
        self.corrections: list[Timer[S, C]] = []
        self.awaited: Callable[[S], str | None] | None = None

    def on(
        self,
        message: type[M],
        *guards: Guard[S, C],
        already: Callable[[S, M, Facts[C]], bool] | None = None,
        roles: Iterable[str] | None = None,
        any_role: bool = False,
    ) -> Callable[[Act[S, M, C]], Act[S, M, C]]:
        """Enter what a message does to a subject that is known.

        Args:
            message: Its class; the roles of a command are those that it declares.
            guards: Asked in the order of their stages; for commands alone.
            already: Whether the command is done.
            roles: Other roles than the declared ones.
            any_role: The role is not asked for.

        Raises:
            TypeError: The message has an act already; guards of an event, or out of order.
        """
        checked = self._roles(message, guards, roles, any_role=any_role)

        def enter(act: Act[S, M, C]) -> Act[S, M, C]:
            self._once(self.acts, message, act)
            self.acts[message] = Entry(act, guards, checked, already)
            return act

        return enter

    def opens(
        self, message: type[M], *, roles: Iterable[str] | None = None, any_role: bool = False
    ) -> Callable[[Opening[M, C]], Opening[M, C]]:
        """Enter what a message does where the subject is not known.

        Where ``on`` has no act for it, a second message of the kind changes nothing.

        Raises:
            TypeError: The message opens the subject already.
        """
        checked = self._roles(message, (), roles, any_role=any_role)

        def enter(act: Opening[M, C]) -> Opening[M, C]:
            self._once(self.openings, message, act)
            self.openings[message] = Entry(lambda _, body, facts: act(body, facts), roles=checked)
            return act

        return enter

    def begins(self, event: type[E]) -> Callable[[Birth[E, S]], Birth[E, S]]:
        """Enter the state with which a subject begins.

        Raises:
            TypeError: The event begins a subject already.
        """

        def enter(birth: Birth[E, S]) -> Birth[E, S]:
            self._once(self.births, event, birth)
            self.births[event] = _timed(birth, 1)
            return birth

        return enter

    def after(self, event: type[E]) -> Callable[[Step[S, E]], Step[S, E]]:
        """Enter the state after an event; the function may take the event's time as its third argument.

        Raises:
            TypeError: The event has a state after it already.
        """

        def enter(step: Step[S, E]) -> Step[S, E]:
            self._once(self.steps, event, step)
            self.steps[event] = _timed(step, 2)
            return step

        return enter

    def unchanged_by(self, *events: type[Event]) -> None:
        """Enter events that leave the state as it is.

        Raises:
            TypeError: One of them has a state after it already.
        """
        for event in events:
            self.after(event)(lambda state, _: state)

    def takes(self, message: type[M], *, opens: bool = True) -> Callable[[Taking[S, M, C]], Taking[S, M, C]]:
        """Enter what a message of somebody else tells: the state after it, and after the events it led to.

        Args:
            message: Its class; ``Event`` itself stands for every event that has no entry of its own.
            opens: Whether a table with a blank begins with it; otherwise it tells nothing of a subject
                that is not known.

        Raises:
            TypeError: The message has such an entry already.
        """

        def enter(taking: Taking[S, M, C]) -> Taking[S, M, C]:
            self._once(self.takings, message, taking)
            self.takings[message] = taking
            if not opens:
                self.telling_of_known.add(message)
            return taking

        return enter

    def timer(
        self, name: str, *, due: Callable[[S, C], datetime | None]
    ) -> Callable[[Ringing[S, C]], Ringing[S, C]]:
        """Enter what happens at a time; of timers that are due together the one declared first acts first."""

        def enter(act: Ringing[S, C]) -> Ringing[S, C]:
            self.timers.append(Timer(name, lambda state, context, to: due(state, context), act))
            return act

        return enter

    def correction(
        self, name: str, *, due: Callable[[S, C, datetime], datetime | None]
    ) -> Callable[[Ringing[S, C]], Ringing[S, C]]:
        """Enter what happens once an awaited input is there; it acts before timers of the same time."""

        def enter(act: Ringing[S, C]) -> Ringing[S, C]:
            self.corrections.append(Timer(name, due, act))
            return act

        return enter

    def awaits(self, name: Callable[[S], str | None]) -> Callable[[S], str | None]:
        """Enter which input a subject waits for."""
        self.awaited = name
        return name

    def _once(self, entries: dict[Any, Any], kind: type[Message], function: object) -> None:
        if kind in entries:
            raise TypeError(
                f"{self.name}: {kind.__name__} has an entry already; {place_of(function)} is a second"
            )

    def _roles(
        self,
        message: type[Message],
        guards: Sequence[Guard[S, C]],
        roles: Iterable[str] | None,
        *,
        any_role: bool,
    ) -> frozenset[str] | None:
        if not issubclass(message, Command):
            if guards:
                raise TypeError(
                    f"{self.name}: {message.__name__} is no command, so nobody is there to refuse"
                )
            return None
        stages = [guard.stage for guard in guards]
        if stages != sorted(stages):
            order = ", ".join(stage.name.lower() for stage in Stage)
            raise TypeError(f"{self.name}: guards of {message.__name__} out of order ({order})")
        return None if any_role else frozenset(message.roles if roles is None else roles)


def _timed(function: Callable[..., S], arguments: int) -> Callable[..., S]:
    """Return a function that takes the time as well, also where the given one does not."""
    if len(inspect.signature(function).parameters) > arguments:
        return function
    if arguments == 1:
        return lambda event, at: function(event)
    return lambda state, event, at: function(state, event)
