"""Earlier versions of messages: nobody sends them any more, and every reader still takes them.

They stand in topics and histories for years. A class here bears the name of today's and an older version.
"""

from shared.contracts.fields import (
    AcceptedAt,
    Alpha,
    Bound,
    ClaimFen,
    Count,
    DueAt,
    DueProvisional,
    EmptyWeeks,
    Expected,
    InstitutionId,
    Issue,
    LimitDays,
    Method,
    OrganisationId,
    RulesVersion,
    SeriesId,
    Week,
)
from shared.contracts.kinds import Cause, Tier
from shared.contracts.message import Delivery, Event
from shared.contracts.topics import SERIES


class MediationOpened(Event, family="mediation", zh="调解受理", en="Mediation opened"):
    """受理 as it was until version 2: the period ran from the referral.

    Attributes:
        accepted_at: Start point of the period.
        due_at: The instant at which the period is over.
        due_provisional: A calendar that is still to come may move it; DeadlineCorrected then says so.
    """

    organisation: OrganisationId
    institution: InstitutionId
    cause: Cause
    tier: Tier
    claim_fen: ClaimFen
    accepted_at: AcceptedAt
    limit_days: LimitDays
    due_at: DueAt
    rules_version: RulesVersion
    due_provisional: DueProvisional = False


class DisputeCounted(
    Event, family="alerts", zh="计入预警序列", en="Counted for alerts", also=(Delivery(SERIES, key="series"),)
):
    """A registered dispute counts once in its series, as until version 2: without product and region."""

    series: SeriesId
    institution: InstitutionId
    cause: Cause
    issue: Issue
    week: Week


class DisputeUncounted(
    Event, family="alerts", zh="不再计入序列", en="Counted no more", also=(Delivery(SERIES, key="series"),)
):
    """The dispute was merged into another one, which counts for both."""

    series: SeriesId
    week: Week


class SeriesStarted(Event, family="alerts", zh="预警序列开始", en="Series started"):
    """The first dispute of a series, while each series closed its own weeks."""

    institution: InstitutionId
    cause: Cause
    issue: Issue
    week: Week
    rules_version: RulesVersion


class WeekClosed(Event, family="alerts", zh="序列周统计完成", en="Week of a series closed"):
    """A week of a series is complete, while each series closed its own weeks.

    Attributes:
        bound: Upper bound that the count was held against; ``None`` while the baseline is too short.
    """

    week: Week
    count: Count
    bound: Bound | None


class SeriesResumed(Event, family="alerts", zh="预警序列恢复", en="Series resumed"):
    """A dispute came after a rest: the weeks in between had none and were not closed one by one."""

    week: Week
    empty_weeks: EmptyWeeks


class AlertRaised(Event, family="alerts", zh="风险预警", en="Alert raised"):
    """潜在风险预警提示 as it was until version 2: one for each week above its bound.

    Attributes:
        alpha: The nominal level. It is no rate of false alarms.
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
