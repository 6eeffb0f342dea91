"""How alerts counts: a dispute in its week, the weeks of a shard, and all series of a week together."""

from typing import Annotated

from shared.contracts.fields import (
    INSIDE,
    INSTITUTION,
    ArchiveId,
    CaseId,
    Change,
    Count,
    Cutoff,
    Expected,
    FiledOn,
    GateId,
    GroupId,
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
    Product,
    Rate,
    ReasonCode,
    RegionCode,
    RulesVersion,
    SeriesId,
    ShardId,
    Since,
    Tested,
    UsualCount,
    Week,
    Weekday,
    WeekTotal,
)
from shared.contracts.found import Backlog, Found
from shared.contracts.kinds import Cause
from shared.contracts.message import Delivery, Event
from shared.contracts.topics import PANELS, SERIES
from shared.contracts.words import Words


class DisputeCounted(
    Event,
    family="alerts",
    version=2,
    zh="计入预警序列",
    en="Counted for alerts",
    also=(Delivery(PANELS, key="shard"),),
):
    """A registered dispute counts once, in the week of its filing.

    Attributes:
        shard: Which part of all counts it goes into; all issues of an institution and cause are in one.
        series: Id of the series (institution × cause × issue).
        week: Monday of the ISO week in which the dispute was filed.
        day: On which day of that week it came; ``None`` where it came in another, and in events of before.
    """

    shard: ShardId
    series: SeriesId
    institution: InstitutionId
    cause: Cause
    issue: Issue
    week: Week
    product: Product | None = None
    region: RegionCode | None = None
    day: Weekday | None = None


class DisputeUncounted(
    Event,
    family="alerts",
    version=2,
    zh="不再计入序列",
    en="Counted no more",
    also=(Delivery(PANELS, key="shard"),),
):
    """A dispute counts no more where it counted: it was merged into another one, or says something else now.

    Attributes:
        week: In which it was counted.
    """

    shard: ShardId
    series: SeriesId
    institution: InstitutionId
    cause: Cause
    issue: Issue
    week: Week
    product: Product | None = None
    region: RegionCode | None = None
    day: Weekday | None = None


class DisputeExcluded(Event, family="alerts", zh="不计入统计", en="Kept out of the counts"):
    """A registered dispute is in no series: its week or its institution cannot be right.

    Attributes:
        reason: `count.future`, `count.too_old`, `count.no_week` or `count.unknown_institution`.
    """

    reason: ReasonCode
    institution: InstitutionId
    week: Week


class DisputeSetAside(Event, family="alerts", zh="暂不计入序列", en="Set aside"):
    """A dispute whose issue is one too many of its institution and cause in one week (subject: the shard).

    Attributes:
        reason: `count.too_many_issues`.
        case: The dispute.
    """

    reason: ReasonCode
    series: SeriesId
    institution: InstitutionId
    cause: Cause
    week: Week
    case: CaseId = ""


class CountingStarted(
    Event, family="alerts", zh="开始统计", en="Counting started", also=(Delivery(PANELS, key="panel"),)
):
    """The first dispute of a shard.

    Attributes:
        week: Its week.
    """

    panel: PanelId
    week: Week


class PanelOpened(Event, family="alerts", zh="开始汇总判断", en="Panel opened"):
    """Weeks are judged from this one on.

    Attributes:
        partitions: How many partitions must have passed the end of a week before it is judged.
    """

    week: Week
    partitions: Number


class GateOpened(
    Event, family="alerts", zh="开始跟踪分区", en="Partition followed", also=(Delivery(PANELS, key="gate"),)
):
    """A partition is to say of each week, from this one on, that it has passed its end."""

    gate: GateId
    panel: PanelId
    partition: Number
    week: Week


class GateFollowed(Event, family="alerts", zh="分区时钟启动", en="Clock of a partition started"):
    """The clock of a partition runs (subject: the gate)."""

    panel: PanelId
    partition: Number
    week: Week


class PartitionPassed(
    Event,
    family="alerts",
    zh="分区已过周末",
    en="Partition past the week",
    also=(Delivery(PANELS, key="panel"),),
):
    """All that a partition knew of a week is counted: what it told before is on the topics before this."""

    panel: PanelId
    partition: Number
    week: Week


class WeekClosing(
    Event, family="alerts", zh="周统计截止", en="Week is closing", also=(Delivery(PANELS, key="shard"),)
):
    """Every partition has passed the end of the week: a shard is to say what it has counted."""

    shard: ShardId
    week: Week


class WeekCounted(
    Event, family="alerts", zh="周统计完成", en="Week counted", also=(Delivery(PANELS, key="archive"),)
):
    """What a shard has counted in a week that is over.

    Attributes:
        total: Disputes of the week in this shard.
        counts: Of each series that has any.
        days: The same by day: the number of the day stands behind the issue.
    """

    archive: ArchiveId
    week: Week
    total: Count
    counts: Packed = ""
    days: Packed = ""


class WeekCorrected(
    Event,
    family="alerts",
    zh="周统计更正",
    en="Closed week corrected",
    also=(Delivery(PANELS, key="archive"), Delivery(SERIES, key="series")),
):
    """A dispute of a week that is over came late, or counts no more, or counts elsewhere.

    Attributes:
        change: By how much the week's count is another.
    """

    archive: ArchiveId
    series: SeriesId
    institution: InstitutionId
    cause: Cause
    issue: Issue
    week: Week
    change: Change


class WeekJudged(
    Event, family="alerts", zh="分片已判断", en="Shard judged", also=(Delivery(PANELS, key="panel"),)
):
    """The week of every series of a shard was judged.

    Attributes:
        number: Of the shard.
        tested: Series that were judged.
        short: Series that are too short or too sparse to be judged.
        refused: Series that the archive has no room for.
        found: The improbable ones among them.
        backlogs: What is improbable only because one day was so full.
    """

    panel: PanelId
    number: Number
    week: Week
    tested: Tested
    short: Annotated[int, Words("过短或过稀的序列数", "Series too short or sparse"), INSIDE]
    refused: Annotated[int, Words("超出上限的序列数", "Series beyond the limit"), INSIDE]
    found: Annotated[tuple[Found, ...], Words("异常", "Found"), INSIDE] = ()
    backlogs: Annotated[tuple[Backlog, ...], Words("集中申报", "Backlogs"), INSIDE] = ()


class SurgeFound(
    Event,
    family="alerts",
    version=2,
    zh="发现异常增长",
    en="Surge found",
    also=(Delivery(SERIES, key="series"),),
):
    """Of all series and sums of a week, this one is told.

    What is not named is summed: an institution alone, a cause or its issue over all institutions.

    Attributes:
        series: Id of the series, or of the sum.
        tested: Series that were judged together.
        rate: The promised share of false ones among the series that are told; ``None`` where each is
            judged alone.
        members: Series that a sum has this week, those with the most disputes first.
        others: How many more there are.
        shares: Disputes of each institution in a sum over several.
    """

    series: SeriesId
    institution: InstitutionId | None
    cause: Cause | None
    issue: Issue | None
    week: Week
    count: Count
    expected: Expected
    bound: Annotated[float, Words("上界", "Bound"), INSIDE]
    low: Low
    high: High
    probability: Probability
    tested: Tested
    rate: Rate | None
    method: Method
    rules_version: RulesVersion
    members: Members = ()
    others: Others = 0
    shares: Packed = ""


class BacklogFound(Event, family="alerts", zh="集中申报", en="Backlog told apart"):
    """An institution filed on one day what had piled up: its counts are high, and no alert is raised.

    Attributes:
        issues: Which would have stood out as a surge.
        day: The day.
        count: Its filings.
        usual: What the week's other days lead one to expect of it.
        week_count: Filings of the whole week.
        probability: That any day of a week of so many filings is as full, as this institution files.
    """

    institution: InstitutionId
    cause: Cause
    issues: Annotated[tuple[Issue, ...], Words("争议事项", "Issues"), INSTITUTION]
    week: Week
    day: FiledOn
    count: Count
    usual: UsualCount
    week_count: WeekTotal
    probability: Probability
    rules_version: RulesVersion


class SurgeOver(
    Event, family="alerts", zh="异常增长结束", en="Surge over", also=(Delivery(SERIES, key="series"),)
):
    """A series or sum that was told is as usual again.

    Attributes:
        since: The week with which it began.
        week: The last week that stood out.
    """

    series: SeriesId
    since: Since
    week: Week


class PanelJudged(Event, family="alerts", zh="当周判断完成", en="All series judged"):
    """All series of a week were judged together.

    Attributes:
        cutoff: The largest probability that is told; -1 if none is.
        told: Series and sums that stood out and were not told before.
        lasting: Those that stand out still.
        calm: Those that stood out and are as usual this week.
        backlogs: Institutions and causes whose counts one full day explains.
        calm_groups: Sums among these, until they had alerts of their own.
    """

    week: Week
    tested: Tested
    cutoff: Cutoff
    told: Annotated[int, Words("新预警数", "New alerts"), INSIDE]
    lasting: Annotated[int, Words("持续预警数", "Lasting alerts"), INSIDE]
    calm: Annotated[tuple[SeriesId, ...], Words("恢复平常的序列", "Calm series"), INSIDE]
    rules_version: RulesVersion
    backlogs: Annotated[int, Words("集中申报数", "Backlogs"), INSIDE] = 0
    calm_groups: Annotated[tuple[GroupId, ...], Words("恢复平常的合计", "Calm groups"), INSIDE] = ()
