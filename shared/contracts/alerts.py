"""Alerts' language: what is said of a series that stands out, and what people answer."""

from typing import Annotated

from pydantic import Field

from shared.contracts.fields import (
    INSTITUTION,
    AnswerBy,
    AnswerProvisional,
    Bound,
    Count,
    DeadlineAfter,
    DeadlineBefore,
    Expected,
    High,
    InstitutionId,
    Issue,
    Low,
    Members,
    Method,
    NominalLevel,
    Others,
    Packed,
    Probability,
    Provisional,
    Rate,
    ReceivedOn,
    RulesVersion,
    Since,
    Tested,
    Timely,
    Week,
)
from shared.contracts.kinds import Cause, ContactMeans, Role
from shared.contracts.message import Command, Event
from shared.contracts.persons import NO_PERSON
from shared.contracts.words import Audience, Coded, Words


class FollowUp(Coded, zh="后续措施", en="Follow-up", seen_by=Audience.PARTY):
    """What was made of an alert."""

    SUGGESTION = "suggestion", "司法建议", "Judicial suggestion"
    MEETING = "meeting", "联席会议议题", "Item of the joint meeting"
    TRAINING = "training", "业务培训", "Training"


class AlertRaised(Event, family="alerts", version=3, zh="风险预警", en="Alert raised"):
    """潜在风险预警提示: of all series and sums of a week, this one stands out. It is raised once.

    A sum names not what it sums: an institution alone, a cause or its issue over all institutions.

    Attributes:
        week: The week that stood out first; with the series the alert's identity.
        expected: Disputes that a quiet week would have.
        bound: The count above which a week stands out at the nominal level.
        low: Nine in ten quiet weeks have this count or more.
        high: Nine in ten quiet weeks have this count or less.
        probability: Calibrated: of such a count or more in a quiet week.
        rate: The promised share of false ones among all alerts of a week; ``None`` where each series is
            judged alone.
        tested: Series that were judged together.
        level: The nominal level of the bound. It is no rate of false alarms.
        method: Name of the detector.
        answer_by: The first instant after the time for the institution's answer; ``None`` without a limit,
            and of a sum over all institutions.
        answer_provisional: A calendar that is still to come may move it.
        members: Series that a sum has this week, those with the most disputes first.
        others: How many more there are.
        shares: Disputes of each institution in a sum over several.
    """

    institution: InstitutionId | None
    cause: Cause | None
    issue: Issue | None
    week: Week
    count: Count
    expected: Expected
    bound: Bound
    low: Low
    high: High
    probability: Probability
    rate: Rate | None
    tested: Tested
    level: NominalLevel
    method: Method
    rules_version: RulesVersion
    answer_by: AnswerBy | None = None
    answer_provisional: AnswerProvisional = False
    members: Members = ()
    others: Others = 0
    shares: Packed = ""


class AlertLasted(Event, family="alerts", zh="预警持续", en="Alert lasts"):
    """A further week stands out; the alert is not raised again.

    Attributes:
        since: The week of the alert.
        shares: Disputes of each institution in a sum over several.
    """

    since: Since
    week: Week
    count: Count
    expected: Expected
    probability: Probability
    shares: Packed = ""


class AlertEnded(Event, family="alerts", zh="预警结束", en="Alert over"):
    """The series, or the sum, is as usual again.

    Attributes:
        since: The week of the alert.
        week: The last week that stood out.
    """

    since: Since
    week: Week


class CountCorrected(Event, family="alerts", zh="统计更正", en="Count corrected"):
    """A dispute of the week of an alert came late, or counts no more; the week's count is right again.

    Attributes:
        count: Disputes of the week now.
    """

    week: Week
    count: Count


class AlertAcknowledged(Event, family="alerts", zh="预警已阅", en="Alert acknowledged"):
    """The institution has seen an alert; the court, one over all institutions."""

    week: Week


AlertText = Annotated[
    str, Field(min_length=1, max_length=2000), Words("原因说明", "Explanation"), INSTITUTION
]
Reference = Annotated[str, Field(min_length=1, max_length=120), Words("编号", "Reference"), INSTITUTION]


class AlertExplained(Event, family="alerts", zh="预警已说明", en="Alert explained"):
    """The institution says where the disputes come from; the court, of an alert over all institutions.

    Attributes:
        timely: Whether that was before the end of the time for it; ``None`` where there is none.
        received_on: When it came, where the court's clerk recorded it by hand, and is the event's actor.
        means: How it came; likewise.
    """

    week: Week
    text: AlertText
    timely: Timely = None
    received_on: ReceivedOn | None = None
    means: ContactMeans | None = None


class AlertClockCorrected(Event, family="alerts", zh="预警答复期限核定", en="Time to explain corrected"):
    """The calendar is known, and the provisional limit of an alert is final or another."""

    week: Week
    before: DeadlineBefore
    after: DeadlineAfter
    provisional: Provisional


class AlertFollowedUp(Event, family="alerts", zh="预警已跟进", en="Alert followed up"):
    """Something was made of an alert.

    Attributes:
        reference: Its number elsewhere.
    """

    week: Week
    what: FollowUp
    reference: Reference


_ANSWERING = (Role.INSTITUTION_AGENT, Role.COURT_CLERK, Role.JUDGE)


class AcknowledgeAlert(Command, family="alerts", zh="阅示预警", en="Acknowledge an alert", roles=_ANSWERING):
    """Say that an alert was seen (subject: the series): its institution, or the court where it has none."""

    week: Week


class ExplainAlert(Command, family="alerts", zh="说明预警", en="Explain an alert", roles=_ANSWERING):
    """Say where the disputes of an alert come from (subject: the series): likewise."""

    week: Week
    text: Annotated[AlertText, NO_PERSON]


class RecordExplanation(
    Command, family="alerts", zh="代录预警说明", en="Record an explanation", roles=(Role.COURT_CLERK,)
):
    """Record where disputes come from, as a letter or a call said (subject: the series).

    Attributes:
        received_on: Not before the alert, and not ahead.
    """

    week: Week
    text: Annotated[AlertText, NO_PERSON]
    received_on: ReceivedOn
    means: ContactMeans


class FollowUpAlert(
    Command, family="alerts", zh="跟进预警", en="Follow up an alert", roles=(Role.COURT_CLERK,)
):
    """Say what was made of an alert (subject: the series)."""

    week: Week
    what: FollowUp
    reference: Annotated[Reference, NO_PERSON]
