"""How the streams of subscriptions are explored."""

from collections.abc import Iterable

from services.alerts.rules.confirming import Codes
from services.alerts.subscription import Subscription
from shared.casework.case_ids import SUBSCRIBERS, subscription_id
from shared.contracts.kinds import Cause
from shared.contracts.subscriptions import (
    AlertMatched,
    AlertReported,
    AlertStage,
    Cadence,
    ChangeSubscription,
    ConfirmAddress,
    NoticeWay,
    Subscribe,
    Subscribed,
    SubscriptionTurnedAway,
    Unsubscribe,
    Unsubscribed,
)
from tests.support.explore import Reached, Sample, Walk, everybody
from tests.unit.alerts import mother as series

_NAME = "surges"
_MINE = subscription_id("ccb", "p-1", _NAME)
_OWN = everybody(("ccb", "abc"), ("p-1",))
_AGENT = next(one for one in _OWN if (one.organisation, one.role) == ("ccb", "institution_agent"))


def _report(stage: AlertStage, n: int) -> dict[str, object]:
    return {
        "series": series.SERIES,
        "institution": "ccb",
        "cause": Cause.CREDIT_CARD,
        "issue": series.ISSUE,
        "since": series.week(n),
        "stage": stage,
        "week": series.week(n),
        "count": 12,
        "expected": 3.0,
    }


def _subscription_hears(reached: Reached) -> Iterable[Sample]:
    """What a subscription hears: its subscriber, alerts that match, no room."""
    yield Sample(Subscribe(title=_NAME), _AGENT)
    yield Sample(Subscribe(title=_NAME, cadence=Cadence.WEEKLY), _AGENT)
    yield Sample(ChangeSubscription(cadence=Cadence.WEEKLY), _AGENT)
    address = {"told_by": NoticeWay.WEBHOOK, "target": "https://hooks.example.com/a"}
    yield Sample(ChangeSubscription(**address), _AGENT)
    addresses = 0 if reached.state is None else reached.state.addresses
    yield Sample(ConfirmAddress(code=Codes().of(_MINE, addresses)), _AGENT)
    yield Sample(Unsubscribe(), _AGENT)
    for stage in AlertStage:
        yield Sample(AlertMatched.model_validate({"subscription": _MINE, **_report(stage, 0)}))
    yield Sample(SubscriptionTurnedAway(subscription=_MINE, reason="subscription.too_many"))


def _subscription_label(state: Subscription | None) -> str:
    if state is None:
        return ""
    if not state.open:
        return "已取消 ended"
    if state.confirming:
        return "地址待确认 address unconfirmed"
    return "待告知 notice waits" if state.waiting else "已订阅 subscribed"


SUBSCRIPTION = Walk(
    "预警订阅 · a subscription of alerts",
    series.made().subscription,
    _MINE,
    series.in_week(0),
    _subscription_hears,
    _OWN,
    lambda state: (
        state.open,
        (state.wish.cadence, state.wish.told_by),
        (state.address is None, bool(state.confirming), bool(state.addresses)),
        len(state.waiting),
        tuple((name, one.since, one.over) for name, one in sorted(state.told.items())),
    ),
    _subscription_label,
)


def _list_hears(reached: Reached) -> Iterable[Sample]:
    """What the list of subscribers hears."""
    terms = {"least_count": 1, "least_times": 1.0, "cadence": Cadence.AT_ONCE, "tell_at": "09:00"}
    yield Sample(
        Subscribed(
            subscribers=SUBSCRIBERS,
            title=_NAME,
            owner="ccb",
            person="p-1",
            role="institution_agent",
            weekday=1,
            working_days_only=False,
            told_by=NoticeWay.TOPIC,
            **terms,
        )
    )
    yield Sample(Unsubscribed(subscribers=SUBSCRIBERS))
    yield Sample(AlertReported.model_validate({"subscribers": SUBSCRIBERS, **_report(AlertStage.RAISED, 0)}))


LIST = Walk(
    "订阅名册 · the list of subscribers",
    series.made().subscribers,
    SUBSCRIBERS,
    series.in_week(0),
    _list_hears,
    (),
    lambda state: len(state.asked),
    lambda state: "" if state is None else "有订阅 somebody is told" if state.asked else "无订阅 nobody",
)
