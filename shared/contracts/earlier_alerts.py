"""Earlier versions of what alerts says: of series alone, before sums over several had alerts with a life.

Each is read as today's, which says the same and more (``Message.today``).
"""

from typing import Annotated

from shared.contracts import alerts, counts, referrals, subscriptions
from shared.contracts.fields import (
    INSTITUTION,
    Count,
    Expected,
    GroupId,
    High,
    InstitutionId,
    Issue,
    Low,
    Members,
    Method,
    Others,
    Probability,
    Rate,
    RulesVersion,
    Since,
    Tested,
    Week,
)
from shared.contracts.kinds import Cause
from shared.contracts.message import Delivery, Event
from shared.contracts.topics import NOTICES, SERIES, SUBSCRIPTIONS
from shared.contracts.words import Words

_SURGE = (Delivery(SERIES, key="series"),)
_REPORT = (Delivery(SUBSCRIPTIONS, key="subscribers"),)
_MATCH = (Delivery(SUBSCRIPTIONS, key="subscription"),)
_REFERRED = (Delivery(SERIES, key="referral"),)
_NOTICE = (Delivery(NOTICES, key="court"),)


class SurgeFound(counts.SurgeFound, version=1, zh="发现异常增长", en="Surge found", also=_SURGE):
    """Of all series of a week, this one is told."""

    institution: InstitutionId
    cause: Cause
    issue: Issue


class AlertRaised(alerts.AlertRaised, version=2, zh="风险预警", en="Alert raised"):
    """潜在风险预警提示: of all series of a week, this one stands out. It is raised once while it lasts."""

    institution: InstitutionId
    cause: Cause
    issue: Issue


class AlertReported(subscriptions.AlertReported, version=1, zh="预警通报", en="Alert reported", also=_REPORT):
    """What happened to an alert goes to who asked for it (subject: the series)."""

    institution: InstitutionId
    cause: Cause
    issue: Issue


class AlertMatched(subscriptions.AlertMatched, version=1, zh="预警符合订阅", en="Alert matched", also=_MATCH):
    """An alert is one of those that a subscription asks for."""

    institution: InstitutionId
    cause: Cause
    issue: Issue
    expected: Expected


class NoticeLine(subscriptions.NoticeLine):
    """What a notice says of one alert."""

    institution: InstitutionId
    cause: Cause
    issue: Issue
    expected: Expected


class NoticeDue(subscriptions.NoticeDue, version=1, zh="预警告知", en="Notice due", also=_NOTICE):
    """A subscriber is told: on the topic that it reads, by a webhook, or by e-mail."""

    lines: Annotated[tuple[NoticeLine, ...], Words("预警", "Alerts"), INSTITUTION]


class AlertReferred(referrals.AlertReferred, version=1, zh="预警已移送", en="Alert referred", also=_REFERRED):
    """The court refers an alert; what becomes of it does not hang on whether the alert lasts."""

    institution: InstitutionId
    cause: Cause
    issue: Issue


class AlertJoined(referrals.AlertJoined, version=1, zh="预警并入移送", en="Alert joined a referral"):
    """An alert belongs to the referral: the first with its opening, others while it waits for its answer."""

    institution: InstitutionId
    cause: Cause
    issue: Issue


class GroupAlertRaised(Event, family="alerts", zh="系统性风险预警", en="Group alert raised"):
    """Many series rise together: it is told once, at the group, and not by each of them.

    What is not named is summed: an institution alone, a cause or its issue over all institutions.

    Attributes:
        group: The group's id.
        members: Series that it sums this week, those with the most disputes first.
        others: How many more there are.
        rate: The promised share of false ones among all alerts of the week.
        tested: Series and sums that were judged together.
    """

    group: GroupId
    institution: InstitutionId | None
    cause: Cause | None
    issue: Issue | None
    week: Week
    count: Count
    expected: Expected
    low: Low
    high: High
    probability: Probability
    members: Members
    others: Others
    rate: Rate | None
    tested: Tested
    method: Method
    rules_version: RulesVersion


class GroupAlertLasted(Event, family="alerts", zh="系统性预警持续", en="Group alert lasts"):
    """A further week stands out.

    Attributes:
        since: The week of the alert.
    """

    group: GroupId
    since: Since
    week: Week
    count: Count
    expected: Expected
    probability: Probability


class GroupAlertEnded(Event, family="alerts", zh="系统性预警结束", en="Group alert over"):
    """The group is as usual again.

    Attributes:
        since: The week of the alert.
        week: The last week that stood out.
    """

    group: GroupId
    since: Since
    week: Week
