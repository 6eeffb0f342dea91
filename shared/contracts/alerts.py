"""Alerts' language: counts by series, and alerts."""

from shared.contracts.fields import (
    Alpha,
    Bound,
    Count,
    EmptyWeeks,
    Expected,
    InstitutionId,
    Issue,
    Method,
    RulesVersion,
    SeriesId,
    Week,
)
from shared.contracts.kinds import Cause, Role
from shared.contracts.message import Command, Delivery, Event
from shared.contracts.topics import SERIES


class DisputeCounted(
    Event, family="alerts", zh="计入预警序列", en="Counted for alerts", also=(Delivery(SERIES, key="series"),)
):
    """A registered dispute counts once in its series.

    Attributes:
        series: Id of the series (institution × cause × issue).
        week: Monday of the ISO week in which the dispute was filed.
    """

    series: SeriesId
    institution: InstitutionId
    cause: Cause
    issue: Issue
    week: Week


class DisputeUncounted(
    Event, family="alerts", zh="不再计入序列", en="Counted no more", also=(Delivery(SERIES, key="series"),)
):
    """The dispute was merged into another one, which counts for both.

    Attributes:
        week: In which it was counted.
    """

    series: SeriesId
    week: Week


class SeriesStarted(Event, family="alerts", zh="预警序列开始", en="Series started"):
    """The first dispute of a series."""

    institution: InstitutionId
    cause: Cause
    issue: Issue
    week: Week
    rules_version: RulesVersion


class WeekClosed(Event, family="alerts", zh="周统计完成", en="Week closed"):
    """A week of a series is complete.

    Attributes:
        count: Disputes of the week.
        bound: Upper bound that the count was held against; ``None`` while the baseline is too short.
    """

    week: Week
    count: Count
    bound: Bound | None


class SeriesResumed(Event, family="alerts", zh="预警序列恢复", en="Series resumed"):
    """A dispute came after a rest: the weeks in between had none and were not closed one by one.

    Attributes:
        week: Monday of the first of these weeks.
        empty_weeks: How many they are.
    """

    week: Week
    empty_weeks: EmptyWeeks


class AlertRaised(Event, family="alerts", zh="风险预警", en="Alert raised"):
    """潜在风险预警提示: a week's count is above its bound.

    Attributes:
        expected: Mean of the baseline.
        bound: Upper bound.
        alpha: Stated false-alarm probability of one week.
        method: ``ears-c1``.
    """

    institution: InstitutionId
    cause: Cause
    issue: Issue
    week: Week
    count: Count
    expected: Expected
    bound: Bound
    alpha: Alpha
    method: Method
    rules_version: RulesVersion


class CountCorrected(Event, family="alerts", zh="统计更正", en="Count corrected"):
    """A dispute of an already closed week came late, or counts no more; the week's count is right again.

    Attributes:
        count: Disputes of the week now.
    """

    week: Week
    count: Count


class AlertAcknowledged(Event, family="alerts", zh="预警已阅", en="Alert acknowledged"):
    """The institution has seen an alert."""

    week: Week


class AcknowledgeAlert(
    Command, family="alerts", zh="阅示预警", en="Acknowledge an alert", roles=(Role.INSTITUTION_AGENT,)
):
    """Say that an alert was seen (subject: the series)."""

    week: Week
