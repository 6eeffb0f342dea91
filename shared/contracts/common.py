"""Messages that every service sends or obeys. The envelope's source says which service spoke."""

from typing import Annotated

from pydantic import Field

from shared.contracts.kinds import Code, Label
from shared.contracts.message import COMMON, Command, Event


class CommandRefused(Event, family=COMMON):
    """A request was refused; nothing changed.

    Attributes:
        command: Wire type of the refused command; its id is the event's causation.
        reason: Code from ``contracts.reasons``.
        rule: Id of the rule that refused, where one did.
        detail: The thing, the limit, the next step, in one English sentence.
    """

    command: Label
    reason: Code
    rule: str = ""
    detail: str = ""


class CommandUnchanged(Event, family=COMMON):
    """A request found everything as it asked for; nothing changed."""

    command: Label


class AdvanceClock(Command, family=COMMON):
    """Look at the clocks of one subject at the command's time; what is due then happens."""

    roles = ("operator",)


class RedriveDeadLetters(Command, family=COMMON):
    """Try the dead letters of one subject again, in their order.

    Attributes:
        letters: Ids of dead letters without a case; empty for all that wait of the subject.
    """

    roles = ("operator",)

    letters: Annotated[tuple[Label, ...], Field(max_length=1000)] = ()


class DiscardDeadLetters(Command, family=COMMON):
    """Give up dead letters: what follows them in the case is no longer held.

    Attributes:
        letters: Ids of the dead letters; empty for all that wait of the subject.
    """

    roles = ("operator",)

    letters: Annotated[tuple[Label, ...], Field(max_length=1000)] = ()


class AcceptMissing(Command, family=COMMON):
    """Let a subject go on without messages that never came; its early ones are taken in their order.

    Attributes:
        source: Whose messages are missing.
        before: The number behind them, of a message that waits: what is missing before it is given up.
        reason: Why; it is kept together with who asked.
    """

    roles = ("operator",)

    source: Label
    before: Annotated[int, Field(ge=2)]
    reason: Label
