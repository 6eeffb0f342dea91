"""Which message leads to which of alerts' streams."""

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from services.alerts import store
from services.alerts.archive import Archive, archive
from services.alerts.case import Counted, case
from services.alerts.counts import Shard, counts
from services.alerts.gate import Gate, gate
from services.alerts.groups import Groups, groups
from services.alerts.panel import Panel, panel
from services.alerts.referral import Referral, referral
from services.alerts.rules import ALERT_RULES, AlertRules, Context
from services.alerts.series import Series, series
from services.alerts.subscribers import Subscribers, subscribers
from services.alerts.subscription import Subscription, subscription
from shared.casework.case_ids import (
    GATE_PREFIX,
    is_case_id,
    is_referral_id,
    is_series_id,
    is_subscription_id,
)
from shared.casework.completeness import complete
from shared.casework.protocol import Received, Rejected, Routed, Stream
from shared.casework.rulebook import RuleBook
from shared.contracts import earlier
from shared.contracts.common import AdvanceClock
from shared.contracts.counts import (
    CountingStarted,
    DisputeCounted,
    DisputeUncounted,
    GateOpened,
    PartitionPassed,
    SurgeFound,
    SurgeOver,
    WeekClosing,
    WeekCorrected,
    WeekCounted,
    WeekJudged,
)
from shared.contracts.flows import read_by
from shared.contracts.groups import CountOfSumCorrected, GroupsJudged, SumCorrected, WeekSummed
from shared.contracts.referrals import AlertReferred, ReferralReplaces
from shared.contracts.subscriptions import (
    AlertMatched,
    AlertReported,
    Subscribed,
    SubscriptionChanged,
    SubscriptionTurnedAway,
    Unsubscribed,
)
from shared.contracts.topics import EVENT_TOPICS, PANELS, SERIES, SUBSCRIPTIONS, commands_topic

TABLES: Final = (case, counts, archive, panel, gate, groups, series, subscribers, subscription, referral)
CASES: Final = tuple(EVENT_TOPICS[one] for one in ("intake", "mediation", "court_bridge"))
COMMANDS: Final = commands_topic("alerts")
TOPICS: Final = read_by("alerts")
complete(
    "alerts",
    *TABLES,
    topics=TOPICS,
    elsewhere=(
        earlier.AlertRaised,
        earlier.DisputeCounted,
        earlier.DisputeUncounted,
        earlier.SeriesResumed,
        earlier.SeriesStarted,
        earlier.WeekClosed,
    ),
)


@dataclass(frozen=True, slots=True)
class Handlers:
    """The streams with their rules bound, and the way to them."""

    case: Stream[Counted]
    counts: Stream[Shard]
    archive: Stream[Archive]
    panel: Stream[Panel]
    gate: Stream[Gate]
    groups: Stream[Groups]
    series: Stream[Series]
    subscribers: Stream[Subscribers]
    subscription: Stream[Subscription]
    referral: Stream[Referral]

    @property
    def streams(self) -> tuple[Stream[Any], ...]:
        """All of them."""
        counting = (self.case, self.counts, self.archive, self.panel, self.gate, self.groups)
        return (*counting, self.series, self.subscribers, self.subscription, self.referral)

    def route(self, topic: str, key: str, message: Received, /) -> Routed | None:
        """Lead every event of a dispute to its case, and what the streams tell each other to its receiver.

        Also what changes nothing here is led to its case, so that its number counts: a registration
        that is not the first event of its case would wait for ever otherwise.

        Raises:
            Rejected: ``series.unknown``: a command is about something that is no series.
        """
        looks = isinstance(message.body, AdvanceClock)
        if topic in CASES or (topic == COMMANDS and not looks and is_case_id(message.subject)):
            return Routed(self.case, message) if is_case_id(message.subject) else None
        if topic in (SERIES, PANELS, SUBSCRIPTIONS):
            return self._delivered(topic, message)
        if is_series_id(message.subject):
            return Routed(self.series, message)
        if is_subscription_id(message.subject):
            return Routed(self.subscription, message)
        if is_referral_id(message.subject):
            return Routed(self.referral, message)
        if looks and message.subject.startswith(GATE_PREFIX):
            return Routed(self.gate, message)
        if topic == COMMANDS and not looks:
            raise Rejected("series.unknown", f"{message.subject} is no series. Send the command with its id.")
        return None

    def _delivered(self, topic: str, message: Received) -> Routed | None:
        """Return where an event of one of our own streams leads; it names its receiver."""
        body = message.body
        if topic == SERIES:
            return self._to_series_or_referral(message)
        match body:
            case DisputeCounted() | DisputeUncounted() | WeekClosing():
                return Routed(self.counts, message.about(body.shard))
            case WeekCounted() | WeekCorrected():
                return Routed(self.archive, message.about(body.archive))
            case CountingStarted() | PartitionPassed() | WeekJudged() | GroupsJudged():
                return Routed(self.panel, message.about(body.panel))
            case WeekSummed() | SumCorrected():
                return Routed(self.groups, message.about(body.groups))
            case GateOpened():
                return Routed(self.gate, message.about(body.gate))
            case Subscribed() | SubscriptionChanged() | Unsubscribed() | AlertReported():
                return Routed(self.subscribers, message.about(body.subscribers))
            case AlertMatched() | SubscriptionTurnedAway():
                return Routed(self.subscription, message.about(body.subscription))
            case _:
                return None

    def _to_series_or_referral(self, message: Received) -> Routed | None:
        match message.body:
            case SurgeFound() | SurgeOver() | WeekCorrected() | CountOfSumCorrected():
                return Routed(self.series, message.about(message.body.series))
            case AlertReferred(referral=receiver) | ReferralReplaces(replaces=receiver):
                return Routed(self.referral, message.about(receiver))
            case _:
                return None


def handlers(book: RuleBook[AlertRules] = ALERT_RULES, context: Context | None = None) -> Handlers:
    """Bind the rules.

    Args:
        book: Limits of the alarm by version.
        context: Rules with institutions, gates and calendar; ``None`` for the limits alone.
    """
    bound = context or Context(book)
    return Handlers(
        case=case.bind(bound, store.case_rows),
        counts=counts.bind(bound, store.count_rows),
        archive=archive.bind(bound, store.archive_rows),
        panel=panel.bind(bound, store.panel_rows),
        gate=gate.bind(bound),
        groups=groups.bind(bound),
        series=series.bind(bound, store.series_rows),
        subscribers=subscribers.bind(bound),
        subscription=subscription.bind(bound, partial(store.subscription_rows, bound.codes)),
        referral=referral.bind(bound, store.referral_rows),
    )
