"""Declaring a stream: the decorators that enter its acts, states and timers, and what they refuse."""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from shared.casework.guards import Facts, Guard, Stage, check_guards
from shared.casework.protocol import Refusal, State
from shared.casework.signatures import (
    ACT,
    ALREADY,
    AWAITED,
    BIRTH,
    BLANK,
    CORRECTION,
    DUE,
    KNOWN,
    OPENING,
    RINGING,
    STEP,
    TAKING,
    here,
    is_a,
)
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
        known: Which subjects are known before any message of theirs, where a command may be the first: those
            that the context lists, such as the organisations of the network. Only without ``unknown``.
        blank: The state of which events start when nothing is known yet; ``None`` where a subject has to
            be opened.
        version: See :class:`~shared.casework.protocol.Stream`.
        counts_from: See :class:`~shared.casework.protocol.Stream`.
        upgrade: See :class:`~shared.casework.protocol.Stream`.

    Raises:
        TypeError: Neither ``unknown`` nor ``blank`` says what a command about an unknown subject meets, or
            an argument is not what it must be. So do all decorators below: for what is declared twice, for
            arguments that nobody would read, and for functions that take or return something else
            (:mod:`~shared.casework.signatures`). The text says what to write, and where.
    """

    def __init__(
        self,
        name: str,
        state: type[S],
        *,
        unknown: str | None = "case.unknown",
        known: Callable[[C, str], bool] | None = None,
        blank: Callable[[C], S] | None = None,
        version: int = 1,
        counts_from: int = 1,
        upgrade: Callable[[int, dict[str, Any]], dict[str, Any]] | None = None,
    ) -> None:
        self.name, self.state, self.unknown, self.known, self.blank = name, state, unknown, known, blank
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
        self.place = here()
        self.places: dict[tuple[str, object], str] = {}
        """``file:line`` of each declaration, by its decorator and what it is about."""
        self.begun: dict[tuple[str, str], str] = {}
        """Decorators that were given no function yet."""
        self.declared: dict[tuple[str, object], Callable[..., Any]] = {}
        """Its function, likewise."""
        self.beside: list[Callable[..., Any]] = []
        """What was declared with a function: guards, ``already``, ``due``."""
        self._check_arguments()

    def on(
        self,
        message: type[M],
        *guards: Guard[S, C],
        already: Callable[[S, M, Facts[C]], bool] | None = None,
        any_role: bool = False,
    ) -> Callable[[Act[S, M, C]], Act[S, M, C]]:
        """Enter what a message does to a subject that is known.

        Args:
            message: Its class; the roles of a command are those that it declares. ``Event`` itself stands for
                every event that has no entry of its own.
            guards: Asked in the order of their stages; for commands alone.
            already: Whether the command is done; for commands alone.
            any_role: The role is not asked for; for commands alone.
        """
        self._begin("on", message, Message)
        roles = self._roles("on", message, any_role=any_role)
        if guards:
            self._check_command("its guards", message)
            check_guards(guards, f"{self._of}, {message.__name__}")
        if already is not None:
            self._check_command("already=", message)
            ALREADY.check(already, self._of, message)

        def enter(act: Act[S, M, C]) -> Act[S, M, C]:
            ACT.check(act, self._of, None if message is Event else message)
            self._once("on", message, act, *(guard.check for guard in guards), already)
            self.acts[message] = Entry(act, guards, roles, already)
            return act

        return enter

    def opens(self, message: type[M], *, any_role: bool = False) -> Callable[[Opening[M, C]], Opening[M, C]]:
        """Enter what a message does where the subject is not known.

        Where ``on`` has no act for it, a second message of the kind changes nothing.
        """
        self._begin("opens", message, Message)
        roles = self._roles("opens", message, any_role=any_role)

        def enter(act: Opening[M, C]) -> Opening[M, C]:
            OPENING.check(act, self._of, message)
            self._once("opens", message, act)
            self.openings[message] = Entry(lambda _, body, facts: act(body, facts), roles=roles)
            return act

        return enter

    def begins(self, event: type[E]) -> Callable[[Birth[E, S]], Birth[E, S]]:
        """Enter the state with which a subject begins."""
        self._begin("begins", event, Event)

        def enter(birth: Birth[E, S]) -> Birth[E, S]:
            BIRTH.check(birth, self._of, event)
            self._once("begins", event, birth)
            self.births[event] = _timed(birth, 1)
            return birth

        return enter

    def after(self, event: type[E]) -> Callable[[Step[S, E]], Step[S, E]]:
        """Enter the state after an event; the function may take the event's time as its third argument."""
        self._begin("after", event, Event)

        def enter(step: Step[S, E]) -> Step[S, E]:
            STEP.check(step, self._of, event)
            self._once("after", event, step)
            self.steps[event] = _timed(step, 2)
            return step

        return enter

    def unchanged_by(self, *events: type[Event]) -> None:
        """Enter events that leave the state as it is."""
        for event in events:
            self.after(event)(lambda state, _: state)

    def takes(self, message: type[M], *, opens: bool = True) -> Callable[[Taking[S, M, C]], Taking[S, M, C]]:
        """Enter what an event of somebody else tells: the state after it, and after the events it led to.

        Args:
            message: Its class; ``Event`` itself stands for every event that has no entry of its own.
            opens: Whether a table with a blank begins with it; otherwise it tells nothing of a subject
                that is not known.
        """
        self._begin("takes", message, Event)
        if not opens and self.blank is None:
            raise TypeError(f"{self._of}: opens=False means nothing without a blank: take it out at {here()}")

        def enter(taking: Taking[S, M, C]) -> Taking[S, M, C]:
            TAKING.check(taking, self._of, None if message is Event else message)
            self._once("takes", message, taking)
            self.takings[message] = taking
            if not opens:
                self.telling_of_known.add(message)
            return taking

        return enter

    def keeps(self, message: type[M]) -> Callable[[Taking[S, M, C]], Taking[S, M, C]]:
        """Enter what a command leaves in the state that no event tells: the state after its events.

        It is asked after a refusal as well, and then returns the state as it is.
        """
        self._begin("keeps", message, Command)

        def enter(taking: Taking[S, M, C]) -> Taking[S, M, C]:
            TAKING.check(taking, self._of, message)
            self._once("keeps", message, taking)
            self.takings[message] = taking
            return taking

        return enter

    def timer(
        self, name: str, *, due: Callable[[S, C], datetime | None]
    ) -> Callable[[Ringing[S, C]], Ringing[S, C]]:
        """Enter what happens at a time; of timers that are due together the one declared first acts first."""
        DUE.check(due, f"{self._of}, timer {name}")
        self.begun["timer", name] = here()

        def enter(act: Ringing[S, C]) -> Ringing[S, C]:
            RINGING.check(act, self._of)
            self._once("timer", name, act, due)
            self.timers.append(Timer(name, lambda state, context, to: due(state, context), act))
            return act

        return enter

    def correction(
        self, name: str, *, due: Callable[[S, C, datetime], datetime | None]
    ) -> Callable[[Ringing[S, C]], Ringing[S, C]]:
        """Enter what happens once an awaited input is there; it acts before timers of the same time."""
        CORRECTION.check(due, f"{self._of}, correction {name}")
        self.begun["correction", name] = here()

        def enter(act: Ringing[S, C]) -> Ringing[S, C]:
            RINGING.check(act, self._of)
            self._once("correction", name, act, due)
            self.corrections.append(Timer(name, due, act))
            return act

        return enter

    def awaits(self, name: Callable[[S], str | None]) -> Callable[[S], str | None]:
        """Enter which input a subject waits for."""
        AWAITED.check(name, self._of)
        self._once("awaits", "", name)
        self.awaited = name
        return name

    # -- what is refused ---------------------------------------------------------------------

    @property
    def _of(self) -> str:
        return f"the table {self.name}"

    def _check_arguments(self) -> None:
        if not is_a(self.state, State):
            name = getattr(self.state, "__name__", "…")
            raise TypeError(
                f"{self._of}: its state is no State: write class {name}(State) at {place_of(self.state)}"
            )
        if self.unknown is None and self.blank is None:
            raise TypeError(
                f"{self._of}: a command about an unknown subject has neither a refusal nor a blank: "
                f"write unknown=… or blank=… at {self.place}"
            )
        if (self.unknown is None) != (self.known is not None):
            wrong = "nobody can tell which" if self.known is None else "a reason refuses all"
            raise TypeError(
                f"{self._of}: {wrong} subjects a command may begin: write unknown=None and "
                f"known=… together, or neither, at {self.place}"
            )
        if self.known is not None:
            KNOWN.check(self.known, self._of)
        if self.blank is not None:
            BLANK.check(self.blank, self._of)
        if self.upgrade is not None and self.version == 1:
            raise TypeError(
                f"{self._of}: there is nothing below version 1 to upgrade: raise version= at {self.place}"
            )
        if self.counts_from > self.version:
            raise TypeError(
                f"{self._of}: counts_from is above the version: write version={self.counts_from} "
                f"at {self.place}"
            )

    def _begin(self, decorator: str, message: type[Message], kind: type[Message]) -> None:
        """Note a decorator that waits for its function."""
        if not is_a(message, kind):
            name = getattr(message, "__name__", repr(message))
            raise TypeError(
                f"{self._of}: {name} is no {kind.__name__.lower()}: "
                f"write @{self.name}.{decorator}(…) with the class of one at {here()}"
            )
        self.begun[decorator, message.__name__] = here()

    def _once(
        self, decorator: str, about: Any, function: Callable[..., Any], *beside: Callable[..., Any] | None
    ) -> None:
        """Note a declaration as complete."""
        named = getattr(about, "__name__", about)
        self.begun.pop((decorator, named), None)
        if (first := self.places.get((decorator, about))) is not None:
            what = f"@{self.name}.{decorator}({named})"
            raise TypeError(
                f"{self._of}: {what} has an entry already, at {first}; {here()} is a second: take one out"
            )
        self.places[decorator, about] = here()
        self.declared[decorator, about] = function
        self.beside += [one for one in beside if one is not None]

    def _roles(self, decorator: str, message: type[Message], *, any_role: bool) -> frozenset[str] | None:
        if any_role:
            self._check_command("any_role=", message)
        if any_role or not issubclass(message, Command):
            return None
        return frozenset(message.roles)

    def _check_command(self, what: str, message: type[Message]) -> None:
        """Check that somebody is there to be asked."""
        if not issubclass(message, Command):
            raise TypeError(
                f"{self._of}: {message.__name__} is no command, so nobody is there to refuse: "
                f"take {what} out at {here()}"
            )


def _timed(function: Callable[..., S], arguments: int) -> Callable[..., S]:
    """Return a function that takes the time as well, also where the given one does not."""
    if len(inspect.signature(function).parameters) > arguments:
        return function
    if arguments == 1:
        return lambda event, at: function(event)
    return lambda state, event, at: function(state, event)
