"""Messages that every service sends or obeys. The envelope's source says which service spoke."""

from typing import Annotated

from shared.contracts.faults import FieldFault
from shared.contracts.fields import (
    FAULTS,
    INSTITUTION,
    CommandType,
    Detail,
    GapBefore,
    GapReason,
    GapSource,
    Letters,
    ReasonCode,
    RuleId,
)
from shared.contracts.kinds import Role
from shared.contracts.message import COMMON, Command, Event
from shared.contracts.words import Words


class CommandRefused(Event, family=COMMON, zh="请求被拒", en="Request refused"):
    """A request was refused; nothing changed.

    Attributes:
        command: Wire type of the refused command; its id is the event's causation.
        reason: Code from ``contracts.reasons``.
        rule: Id of the rule that refused, where one did.
        detail: The thing, the limit, the next step, in one English sentence.
    """

    command: CommandType
    reason: ReasonCode
    rule: RuleId = ""
    detail: Detail = ""


class CommandUnchanged(Event, family=COMMON, zh="请求无变化", en="Request changed nothing"):
    """A request found everything as it asked for; nothing changed."""

    command: CommandType


class MessageRejected(Event, family=COMMON, zh="消息被拒收", en="Message rejected"):
    """A command or a filing could not be taken: it is a dead letter. Its id is the causation.

    Attributes:
        reason: Code from ``contracts.reasons``.
        faults: Everything that is wrong with its headers and fields, without a value.
    """

    reason: ReasonCode
    faults: Annotated[tuple[FieldFault, ...], FAULTS, INSTITUTION] = ()


class OperationCarriedOut(Event, family=COMMON, zh="运维请求已执行", en="Operation carried out"):
    """An operator's request about dead letters or missing messages was carried out. Its id is the causation.

    Of very many letters the first step is told; the rest follow in further steps.

    Attributes:
        command: Wire type of the request.
        found: How many dead letters it was about, or how many messages were missing.
        settled: How many of them are redriven, discarded or given up.
    """

    command: CommandType
    found: Annotated[int, Words("涉及件数", "Found"), INSTITUTION]
    settled: Annotated[int, Words("处理件数", "Settled"), INSTITUTION]


class AdvanceClock(Command, family=COMMON, zh="推进时限", en="Look at the clocks", roles=(Role.OPERATOR,)):
    """Look at the clocks of one subject at the command's time; what is due then happens."""


class RedriveDeadLetters(
    Command, family=COMMON, zh="重投死信", en="Redrive dead letters", roles=(Role.OPERATOR,)
):
    """Try the dead letters of one subject again, in their order.

    Attributes:
        letters: Ids of dead letters without a case; empty for all that wait of the subject.
    """

    letters: Letters = ()


class DiscardDeadLetters(
    Command, family=COMMON, zh="丢弃死信", en="Discard dead letters", roles=(Role.OPERATOR,)
):
    """Give up dead letters: what follows them in the case is no longer held.

    Attributes:
        letters: Ids of the dead letters; empty for all that wait of the subject.
    """

    letters: Letters = ()


class AcceptMissing(
    Command, family=COMMON, zh="放行缺号", en="Accept missing messages", roles=(Role.OPERATOR,)
):
    """Let a subject go on without messages that never came; its early ones are taken in their order.

    Attributes:
        source: Whose messages are missing.
        before: The number behind them, of a message that waits: what is missing before it is given up.
        reason: Why; it is kept together with who asked.
    """

    source: GapSource
    before: GapBefore
    reason: GapReason
