"""How alerts judges groups of series: sums over an institution, a cause, or an issue of a cause."""

from typing import Annotated

from shared.contracts.elements import Part
from shared.contracts.fields import (
    INSIDE,
    Change,
    Count,
    Expected,
    GroupId,
    GroupsId,
    High,
    InstitutionId,
    Issue,
    Low,
    Members,
    Method,
    Number,
    Others,
    Packed,
    PanelId,
    Probability,
    Rate,
    RulesVersion,
    Since,
    Tested,
    Variance,
    Week,
)
from shared.contracts.kinds import Cause
from shared.contracts.message import Delivery, Event
from shared.contracts.topics import PANELS
from shared.contracts.words import Words


class WeekSummed(
    Event, family="alerts", zh="分片周件数", en="Week for the sums", also=(Delivery(PANELS, key="groups"),)
):
    """What a shard's week adds to the sums of groups of series.

    Attributes:
        number: Of the shard.
        counts: Of each series that has any, as they are judged: backlogs brought down.
    """

    groups: GroupsId
    number: Number
    week: Week
    counts: Packed = ""


class SumCorrected(
    Event, family="alerts", zh="合计更正", en="Sum corrected", also=(Delivery(PANELS, key="groups"),)
):
    """The sums of a week that is over change with one of its series.

    Attributes:
        number: Of the shard.
        change: By how much.
    """

    groups: GroupsId
    number: Number
    institution: InstitutionId
    cause: Cause
    issue: Issue
    week: Week
    change: Change


class GroupFound(Part):
    """A sum over series that is improbable in a quiet week; what is not named is summed.

    Attributes:
        members: Series that it sums this week, those with the most disputes first.
        others: How many more there are.
    """

    institution: InstitutionId | None
    cause: Cause | None
    issue: Issue | None
    count: Count
    expected: Expected
    bound: Annotated[float, Words("上界", "Bound"), INSIDE]
    low: Low
    high: High
    probability: Probability
    variance: Variance
    members: Members
    others: Others


class Overlap(Part):
    """Disputes of the week that two sums have in common.

    Attributes:
        one: Place of a sum in the list of those found.
        other: Place of another one.
    """

    one: Number
    other: Number
    count: Count


class GroupsJudged(
    Event, family="alerts", zh="合计已判断", en="Sums judged", also=(Delivery(PANELS, key="panel"),)
):
    """The week of every sum over series was judged: institution, cause, and cause with issue.

    Attributes:
        tested: Sums that were judged; one of a single series is none.
    """

    panel: PanelId
    week: Week
    tested: Tested
    found: Annotated[tuple[GroupFound, ...], Words("异常合计", "Sums found"), INSIDE] = ()
    overlaps: Annotated[tuple[Overlap, ...], Words("重叠", "Overlaps"), INSIDE] = ()


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
