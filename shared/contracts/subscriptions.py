"""Who is told of which alerts, how soon and which way: subscriptions, and the notices that come of them."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from shared.contracts.elements import Part
from shared.contracts.fields import (
    INSIDE,
    INSTITUTION,
    PARTY,
    Count,
    Expected,
    InstitutionId,
    Issue,
    Packed,
    Probability,
    ReasonCode,
    SeriesId,
    Since,
    Text,
    Week,
)
from shared.contracts.kinds import Cause, Code, Role
from shared.contracts.message import Command, Delivery, Event
from shared.contracts.persons import NO_PERSON
from shared.contracts.topics import NOTICES, SUBSCRIPTIONS
from shared.contracts.words import Audience, Coded, Unit, Words


class AlertStage(Coded, zh="预警阶段", en="Stage of the alert", seen_by=Audience.PARTY):
    """What is reported of an alert."""

    RAISED = "raised", "新预警", "Raised"
    LASTING = "lasting", "持续", "Lasting"
    OVER = "over", "结束", "Over"


class Cadence(Coded, zh="告知频率", en="Cadence", seen_by=INSTITUTION):
    """How soon a subscriber is told."""

    AT_ONCE = "at_once", "立即", "At once"
    DAILY = "daily", "每日汇总", "Daily digest"
    WEEKLY = "weekly", "每周汇总", "Weekly digest"


class NoticeWay(Coded, zh="告知途径", en="Way of telling", seen_by=INSTITUTION):
    """How a notice comes to its subscriber."""

    TOPIC = "topic", "消息主题", "Topic"
    WEBHOOK = "webhook", "HTTP 回调", "Webhook"
    MAIL = "mail", "电子邮件", "E-mail"


TIME_OF_DAY = r"^([01]\d|2[0-3]):[0-5]\d$"
SubscriptionId = Annotated[Text, Words("预警订阅", "Subscription")]
SubscribersId = Annotated[Text, Words("订阅名册", "List of subscribers")]
NoticeTitle = Annotated[str, Field(min_length=1, max_length=60), Words("订阅名称", "Name"), INSTITUTION]
LeastCount = Annotated[
    int, Field(ge=1, le=1_000_000), Words("件数下限", "Least count"), Unit.DISPUTES, INSTITUTION
]
LeastTimes = Annotated[
    float, Field(ge=1, le=1000), Words("至少为预期的倍数", "At least so many times the expected"), INSTITUTION
]
TellAt = Annotated[str, Field(pattern=TIME_OF_DAY), Words("汇总时间", "Digest at"), INSTITUTION]
Weekday = Annotated[int, Field(ge=1, le=7), Words("每周几汇总", "Weekday of the digest"), INSTITUTION]
QuietFrom = Annotated[str, Field(pattern=TIME_OF_DAY), Words("免打扰开始", "Quiet from"), INSTITUTION]
QuietUntil = Annotated[str, Field(pattern=TIME_OF_DAY), Words("免打扰结束", "Quiet until"), INSTITUTION]
WorkingDaysOnly = Annotated[bool, Words("仅工作日", "Working days only"), INSTITUTION]
Target = Annotated[str, Field(max_length=500), Words("送达地址", "Address"), INSIDE]
"""Where a notice is sent, a webhook's or a mailbox's. No event has it: it names a person, or opens a door."""
OwnerId = Annotated[Code, Words("订阅单位", "Subscriber's organisation"), INSTITUTION]
OwnerPerson = Annotated[str, Words("订阅人", "Subscriber"), INSIDE]
OwnerRole = Annotated[str, Words("订阅人角色", "Subscriber's role"), INSIDE]
NoticeNumber = Annotated[int, Field(ge=1), Words("告知序号", "Number of the notice"), INSTITUTION]
NoticeZh = Annotated[str, Words("告知内容（中文）", "Text in Chinese"), INSTITUTION]
NoticeEn = Annotated[str, Words("告知内容（英文）", "Text in English"), INSTITUTION]
AddressNumber = Annotated[int, Field(ge=1), Words("地址序号", "Number of the address"), INSTITUTION]
FormerAddress = Annotated[bool, Words("原地址仍在用", "Former address in use"), INSTITUTION]
ConfirmBy = Annotated[datetime, Words("确认期限", "Confirm by"), INSTITUTION]
ConfirmationCode = Annotated[str, Field(min_length=1, max_length=40), Words("确认码", "Code"), INSIDE]
CourtOfNotice = Annotated[str, Words("法院", "Court"), PARTY]


class _Wish(Command):
    """What somebody wants to be told of, and when: the saved query, the threshold, the cadence.

    Attributes:
        institution: Alerts of this institution; ``None`` for all that the subscriber may see.
        cause: Of this cause; ``None`` for all.
        issue: Of this issue; ``None`` for all.
        least_count: Only of weeks with so many disputes.
        least_times: Only of weeks with so many times the disputes that a quiet week would have.
        tell_at: When a digest goes out, local time.
        weekday: On which day a weekly one does: 1 is Monday.
        quiet_from: From when on, local time, nothing is sent; over midnight where it is later than the end.
        quiet_until: Until when.
        working_days_only: Nothing is sent on days off either.
        target: An ``https`` address, or a mailbox; empty for the topic.
    """

    institution: InstitutionId | None = None
    cause: Cause | None = None
    issue: Annotated[Issue, NO_PERSON] | None = None
    least_count: LeastCount = 1
    least_times: LeastTimes = 1.0
    cadence: Cadence = Cadence.AT_ONCE
    tell_at: TellAt = "09:00"
    weekday: Weekday = 1
    quiet_from: QuietFrom | None = None
    quiet_until: QuietUntil | None = None
    working_days_only: WorkingDaysOnly = False
    told_by: NoticeWay = NoticeWay.TOPIC
    target: Annotated[Target, NO_PERSON] = ""


_WHO = (Role.INSTITUTION_AGENT, Role.COURT_CLERK, Role.JUDGE)


class Subscribe(_Wish, family="alerts", zh="订阅预警", en="Subscribe to alerts", roles=_WHO):
    """Be told of alerts (subject: the subscription, whose id follows from who subscribes and its title).

    Attributes:
        title: What the subscriber calls it.
    """

    title: Annotated[NoticeTitle, NO_PERSON]


class ChangeSubscription(_Wish, family="alerts", zh="变更预警订阅", en="Change a subscription", roles=_WHO):
    """Be told of other alerts, or otherwise, from now on: what is left out is as at the beginning.

    Attributes:
        target: Empty for where it was sent so far.
    """


class Unsubscribe(Command, family="alerts", zh="取消预警订阅", en="Unsubscribe", roles=_WHO):
    """Be told no more; what waits is not told either, and the address is forgotten."""


class _Terms(Event):
    """What a subscription says; its address stands beside, in no event."""

    institution: InstitutionId | None = None
    cause: Cause | None = None
    issue: Issue | None = None
    least_count: LeastCount
    least_times: LeastTimes
    cadence: Cadence
    tell_at: TellAt
    weekday: Weekday
    quiet_from: QuietFrom | None = None
    quiet_until: QuietUntil | None = None
    working_days_only: WorkingDaysOnly
    told_by: NoticeWay


_TO_SUBSCRIBERS = (Delivery(SUBSCRIPTIONS, key="subscribers"),)
_TO_SUBSCRIPTION = (Delivery(SUBSCRIPTIONS, key="subscription"),)


class Subscribed(_Terms, family="alerts", zh="预警已订阅", en="Subscribed", also=_TO_SUBSCRIBERS):
    """Somebody is told of alerts from now on.

    Attributes:
        owner: The institution, or the court, whose person it is.
        role: In which the person asked; it says what may be seen.
    """

    subscribers: SubscribersId
    title: NoticeTitle
    owner: OwnerId
    person: OwnerPerson
    role: OwnerRole


class SubscriptionChanged(
    _Terms, family="alerts", zh="预警订阅已变更", en="Subscription changed", also=_TO_SUBSCRIBERS
):
    """The subscriber is told of other alerts, or otherwise, from now on."""

    subscribers: SubscribersId


class Unsubscribed(Event, family="alerts", zh="预警订阅已取消", en="Unsubscribed", also=_TO_SUBSCRIBERS):
    """The subscriber is told no more.

    Attributes:
        reason: `subscription.too_many` where there was no room for it, `subscription.unconfirmed` where
            nobody confirmed its address; empty where it was asked for.
    """

    subscribers: SubscribersId
    reason: ReasonCode | None = None


class ConfirmationAsked(Event, family="alerts", zh="订阅地址待确认", en="Address to be confirmed"):
    """A code goes to an address that nobody has confirmed; nothing else does before it has come back.

    Attributes:
        target_number: 1, 2, 3 … of the subscription's addresses.
        former: Whether one that was confirmed goes on being used until then.
        confirm_by: The first instant after the time for it.
    """

    target_number: AddressNumber
    former: FormerAddress
    confirm_by: ConfirmBy


class AddressConfirmed(Event, family="alerts", zh="订阅地址已确认", en="Address confirmed"):
    """The code came back: whoever subscribed reads what is sent there."""

    target_number: AddressNumber


class ConfirmationExpired(Event, family="alerts", zh="订阅地址逾期未确认", en="Address not confirmed"):
    """The code did not come back in time; the address that was used so far stays."""

    target_number: AddressNumber


class ConfirmAddress(Command, family="alerts", zh="确认订阅地址", en="Confirm an address", roles=_WHO):
    """Give back the code that came to a new address (subject: the subscription)."""

    code: Annotated[ConfirmationCode, NO_PERSON]


class SubscriptionTurnedAway(
    Event, family="alerts", zh="订阅名册已满", en="Turned away", also=_TO_SUBSCRIPTION
):
    """There is no room for one more subscription: of this person, or of all."""

    subscription: SubscriptionId
    reason: ReasonCode


class AlertReported(
    Event, family="alerts", version=2, zh="预警通报", en="Alert reported", also=_TO_SUBSCRIBERS
):
    """What happened to an alert goes to who asked for it (subject: the series, or the sum).

    Attributes:
        shares: Disputes of each institution in a sum over several: of these each is told its own alone.
    """

    subscribers: SubscribersId
    series: SeriesId
    institution: InstitutionId | None
    cause: Cause | None
    issue: Issue | None
    since: Since
    stage: AlertStage
    week: Week
    count: Count
    expected: Expected
    probability: Probability | None = None
    shares: Packed = ""


class AlertMatched(
    Event, family="alerts", version=2, zh="预警符合订阅", en="Alert matched", also=_TO_SUBSCRIPTION
):
    """An alert is one of those that a subscription asks for.

    Attributes:
        count: Of a sum over all institutions that is told to one of them, its own disputes alone.
        expected: ``None`` there.
    """

    subscription: SubscriptionId
    series: SeriesId
    institution: InstitutionId | None
    cause: Cause | None
    issue: Issue | None
    since: Since
    stage: AlertStage
    week: Week
    count: Count
    expected: Expected | None
    probability: Probability | None = None


class NoticeLine(Part):
    """What a notice says of one alert.

    Attributes:
        since: The week of the alert; with the series its identity.
        week: The week of which the count is.
        count: Of a sum over all institutions that is told to one of them, its own disputes alone.
        expected: ``None`` there.
    """

    series: SeriesId
    institution: InstitutionId | None
    cause: Cause | None
    issue: Issue | None
    since: Since
    stage: AlertStage
    week: Week
    count: Count
    expected: Expected | None
    probability: Probability | None = None


class NoticeDue(
    Event,
    family="alerts",
    version=2,
    zh="预警告知",
    en="Notice due",
    also=(Delivery(NOTICES, key="court"),),
):
    """A subscriber is told: on the topic that it reads, by a webhook, or by e-mail.

    Attributes:
        notice: 1, 2, 3 … of the subscription: the order in which its notices come.
        institution: Whose topic it stands on; ``None`` for none.
        court: Whose topic it stands on; empty for none.
        lines: The alerts, in the order in which they happened.
    """

    notice: NoticeNumber
    title: NoticeTitle
    institution: InstitutionId | None = None
    court: CourtOfNotice
    told_by: NoticeWay
    lines: Annotated[tuple[NoticeLine, ...], Words("预警", "Alerts"), INSTITUTION]
    zh: NoticeZh
    en: NoticeEn
