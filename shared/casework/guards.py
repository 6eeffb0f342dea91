"""Guards: the named conditions under which a command may act, in the order in which they are asked.

A guard is asked with a command, and also without one, to say what a person may do now. It returns a
:class:`Refusal` or its reason code, and ``None`` where it lets the command pass.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any, Generic, TypeVar

from shared.casework.protocol import Received, Refusal
from shared.casework.signatures import GUARD, here
from shared.contracts.envelope import Actor
from shared.contracts.message import Command, Event
from shared.contracts.words import place_of

S = TypeVar("S")
C = TypeVar("C")


class Stage(IntEnum):
    """The order of all guards; whether the subject is known and the actor has the role comes before them."""

    AUTHORITY = 1
    """Whether this actor may do it with this subject."""
    POSSIBLE = 2
    """Whether it can be done now, whoever asks. A command that is done already never comes here."""


@dataclass(frozen=True, slots=True)
class Facts(Generic[C]):
    """What a decision may know besides the state and the message.

    Attributes:
        context: The service's rules, calendar and network.
        at: Business time of the message, or the instant at which a timer was due.
        actor: Who acts.
        subject: Id of the subject; empty for a timer.
        received: The message with its envelope; ``None`` for a timer, and when no command was sent.
    """

    context: C
    at: datetime
    actor: Actor
    subject: str = ""
    received: Received | None = field(default=None, repr=False)

    @property
    def told_by(self) -> str:
        """The subject whose event was delivered; empty where nothing was."""
        return "" if self.received is None else self.received.told_by

    def refuse(self, reason: str, detail: str = "", *, rule: str = "") -> list[Event]:
        """Return the one event that refuses the command under way.

        Raises:
            ValueError: No command is under way.
        """
        if self.received is None:
            raise ValueError(f"{reason}: there is no command to refuse")
        return Refusal(reason, detail, rule).of(self.received.body.wire_type)


Check = Callable[[S, Facts[C], Command | None], Refusal | str | None]


@dataclass(frozen=True, slots=True)
class Guard(Generic[S, C]):
    """A condition of one stage; made by :func:`authority` and :func:`possible`."""

    stage: Stage
    check: Check[S, C]

    def refusal(self, state: S, facts: Facts[C], command: Command | None) -> Refusal | None:
        """Return why the command may not act; without a command, why none of its kind may."""
        found = self.check(state, facts, command)
        return Refusal(found) if isinstance(found, str) else found


def authority(check: Check[S, C]) -> Guard[S, C]:
    """Declare a guard about the actor: the holder, the own institution, a clerk of the organisation.

    Raises:
        TypeError: The function takes or returns something else.
    """
    GUARD.check(check, "an authority guard")
    return Guard(Stage.AUTHORITY, check)


def possible(check: Check[S, C]) -> Guard[S, C]:
    """Declare a guard about the subject: still open, not yet accepted, version in force.

    Raises:
        TypeError: The function takes or returns something else.
    """
    GUARD.check(check, "a guard of what is possible")
    return Guard(Stage.POSSIBLE, check)


def check_guards(guards: Sequence[object], of: str) -> None:
    """Check that the guards of a command are guards, each once, in the order of their stages.

    Raises:
        TypeError: They are not; the text says what to write, and where.
    """
    found: list[Guard[Any, Any]] = []
    for guard in guards:
        name = getattr(guard, "__name__", repr(guard))
        if not isinstance(guard, Guard):
            place = place_of(guard) if callable(guard) else here()
            raise TypeError(f"{of}: {name} is no guard: write @authority or @possible above it at {place}")
        if guard in found:
            raise TypeError(f"{of}: the guard {_named(guard)} stands twice: take one out at {here()}")
        found.append(guard)
    in_order = sorted(found, key=lambda guard: guard.stage)
    if found != in_order:
        stages = ", ".join(stage.name.lower() for stage in Stage)
        raise TypeError(
            f"{of}: guards out of order ({stages}): write {_named(*in_order)} "
            f"instead of {_named(*found)} at {here()}"
        )


def _named(*guards: Guard[Any, Any]) -> str:
    return ", ".join(guard.check.__name__ for guard in guards)
