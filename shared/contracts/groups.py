"""How alerts judges groups of series: sums over an institution, a cause, or an issue of a cause."""

from typing import Annotated

from shared.contracts.elements import Part
from shared.contracts.fields import (
    INSIDE,
    Change,
    Count,
    Expected,
    GroupsId,
    High,
    InstitutionId,
    Issue,
    Low,
    Members,
    Number,
    Others,
    Packed,
    PanelId,
    Probability,
    SeriesId,
    Tested,
    Variance,
    Week,
)
from shared.contracts.kinds import Cause
from shared.contracts.message import Delivery, Event
from shared.contracts.topics import PANELS, SERIES
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
        shares: Disputes of each institution, of a sum over several.
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
    shares: Packed = ""


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


class CountOfSumCorrected(
    Event,
    family="alerts",
    zh="合计件数更正",
    en="Count of a sum corrected",
    also=(Delivery(SERIES, key="series"),),
):
    """A week of a sum that is over has another count: an alert of it says so.

    Attributes:
        series: Id of the sum.
        change: By how much.
    """

    series: SeriesId
    week: Week
    change: Change
