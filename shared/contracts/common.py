"""Messages that every service sends or obeys. The envelope's source says which service spoke."""

from typing import Annotated

from shared.contracts.faults import FieldFault
from shared.contracts.fields import (
    FAULTS,
    INSTITUTION,
    AdoptedBy,
    BaseVersion,
    CommandType,
    Detail,
    GapBefore,
    GapReason,
    GapSource,
    Letters,
    ReasonCode,
    RuleId,
    RulesDigest,
    RulesVersion,
    Since,
    Text,
)
from shared.contracts.kinds import Role
from shared.contracts.message import COMMON, Command, Event, Message
from shared.contracts.words import Audience, Coded, Unit, Words


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


class LimitSet(Message):
    """A limit that a city sets otherwise than the published version.

    Attributes:
        published_limit: The number of the published version.
        city_limit: The city's, in the same unit.
        source: What the city rests it on.
    """

    rule: RuleId
    published_limit: Annotated[float, Words("原限额", "Published limit"), Audience.PARTY]
    city_limit: Annotated[float, Words("新限额", "Limit"), Audience.PARTY]
    unit: Annotated[Unit, Audience.PARTY]
    source: Annotated[Text, Words("依据", "Citation")]


class LabelKind(Coded, zh="标签种类", en="Kind of label", seen_by=Audience.PARTY):
    """What a label names."""

    ISSUE = "issue", "争议事项", "Issue"
    PRODUCT = "product", "产品", "Product"
    CAUSE = "cause", "案由", "Cause"


class LabelChange(Message):
    """Labels that became other ones on a day: renamed, merged or split, which is no surge.

    Attributes:
        of: What they name.
        since: The first day of the new ones.
        old: One label, or several that were merged.
        new: One label, or several into which one was split.
        comparable: Whether the new ones hold what the old ones held, so that counts can be compared.
        source: What it rests on.
    """

    of: Annotated[LabelKind, Audience.PARTY]
    since: Since
    old: Annotated[tuple[Text, ...], Words("原标签", "Old labels"), Audience.PARTY]
    new: Annotated[tuple[Text, ...], Words("新标签", "New labels"), Audience.PARTY]
    comparable: Annotated[bool, Words("口径可比", "Comparable"), Audience.PARTY] = True
    source: Annotated[Text, Words("依据", "Citation")]


class RulesAdopted(Event, family=COMMON, zh="规则版本启用", en="Rules adopted"):
    """A version of the city's own is in force for whatever starts from now on; what runs keeps its own.

    Attributes:
        rules_version: The city's version.
        base_version: The published version that it comes from.
        by: The person of the network file who answers for it.
        rules_digest: Of what it says; the same name never stands for another.
        limits: Everything that differs from the published version.
        taxonomy: Labels that were renamed, merged or split; of alerts alone.
    """

    rules_version: RulesVersion
    base_version: BaseVersion
    by: AdoptedBy
    rules_digest: RulesDigest
    limits: Annotated[tuple[LimitSet, ...], Words("变动的限额", "Limits set"), Audience.PARTY] = ()
    taxonomy: Annotated[tuple[LabelChange, ...], Words("标签变更", "Labels changed"), Audience.PARTY] = ()


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
