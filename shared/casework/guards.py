"""Guards: the named conditions under which a command may act, in the order in which they are asked.

A guard is asked with a command, and also without one, to say what a person may do now. It returns a
:class:`Refusal` or its reason code, and ``None`` where it lets the command pass.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Generic, TypeVar

from shared.casework.protocol import Received, Refusal
from shared.contracts.envelope import Actor
from shared.contracts.message import Command, Event

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
    """Declare a guard about the actor: the holder, the own institution, a clerk of the organisation."""
    return Guard(Stage.AUTHORITY, check)


def possible(check: Check[S, C]) -> Guard[S, C]:
    """Declare a guard about the subject: still open, not yet accepted, version in force."""
    return Guard(Stage.POSSIBLE, check)
