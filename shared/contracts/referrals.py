"""The language of systemic issues: alerts referred to somebody who can do more than one case asks for.

Source: practice of the platform, after the systemic issues of ombudsmen (AFCA Rules A.17: an issue that
affects others than who complained is taken up with the firm, and reported to the regulator).
"""

from typing import Annotated

from pydantic import Field

from shared.contracts.fields import (
    INSTITUTION,
    REFERENCE,
    AnswerBy,
    AnswerProvisional,
    Count,
    DeadlineAfter,
    DeadlineBefore,
    InstitutionId,
    Issue,
    Provisional,
    ReasonCode,
    ReceivedOn,
    RulesVersion,
    SeriesId,
    Text,
    Timely,
    Week,
)
from shared.contracts.kinds import Cause, ContactMeans, Role, Slug
from shared.contracts.message import Command, Delivery, Event
from shared.contracts.persons import NO_ID_NUMBER, NO_PERSON
from shared.contracts.topics import SERIES
from shared.contracts.words import Coded, Words

COURT = (Role.COURT_CLERK, Role.JUDGE)
"""Who refers, extends and withdraws."""
ANSWERING = (Role.INSTITUTION_AGENT, Role.RECIPIENT_AGENT)
"""Who speaks for a recipient."""
REFERRAL_ID = r"^rf1[a-z2-7]{32}$"


class RecipientKind(Coded, zh="受移送单位类别", en="Kind of recipient", seen_by=INSTITUTION):
    """To whom a systemic issue is referred."""

    INSTITUTION = "institution", "金融机构", "Institution"
    REGULATOR = "regulator", "监管部门", "Regulator"
    ASSOCIATION = "association", "行业协会", "Association"
    COMMITTEE = "committee", "内设机构", "Internal committee"


class ReferralOutcome(Coded, zh="处理结果", en="Outcome of the referral", seen_by=INSTITUTION):
    """What a recipient answers."""

    ACCEPTED = "accepted", "采纳并采取措施", "Accepted, with measures"
    PARTLY = "partly", "部分采纳", "Accepted in part"
    REJECTED = "rejected", "不采纳", "Rejected"


Recipient = Annotated[Slug, Words("受移送单位", "Recipient"), INSTITUTION]
Matter = Annotated[
    str, Field(min_length=1, max_length=64, pattern=REFERENCE), Words("事项编号", "Matter"), INSTITUTION
]
"""Names a referral with its recipient; alerts that are referred under the same belong together."""
Question = Annotated[
    str, Field(min_length=1, max_length=2000), Words("移送事由", "What is asked"), INSTITUTION
]
ReferralId = Annotated[Text, Words("系统性问题移送", "Referral of a systemic issue"), INSTITUTION]
ReplacedId = Annotated[Text, Words("所替代的移送", "Referral that it replaces"), INSTITUTION]
Measures = Annotated[str, Field(max_length=4000), Words("采取的措施", "Measures"), INSTITUTION]
Grounds = Annotated[str, Field(max_length=4000), Words("不采纳的理由", "Grounds of rejection"), INSTITUTION]
Remark = Annotated[str, Field(min_length=1, max_length=500), Words("说明", "Remark"), INSTITUTION]


class AlertReferred(
    Event,
    family="alerts",
    version=2,
    zh="预警已移送",
    en="Alert referred",
    also=(Delivery(SERIES, key="referral"),),
):
    """The court refers an alert; what becomes of it does not hang on whether the alert lasts.

    Attributes:
        referral: That it belongs to.
        replaces: The referral that this one takes the place of; empty for none.
        count: Disputes of the week of the alert.
    """

    referral: ReferralId
    recipient: Recipient
    recipient_kind: RecipientKind
    matter: Matter
    question: Question
    replaces: ReplacedId
    institution: InstitutionId | None
    cause: Cause | None
    issue: Issue | None
    week: Week
    count: Count


class ReferralOpened(Event, family="alerts", zh="系统性问题已移送", en="Referral opened"):
    """A systemic issue lies with its recipient; the time for an answer runs.

    Attributes:
        answer_by: The first instant after the time for it; ``None`` without a limit in the rules.
        answer_provisional: A calendar that is still to come may move it.
    """

    recipient: Recipient
    recipient_kind: RecipientKind
    matter: Matter
    question: Question
    answer_by: AnswerBy | None
    answer_provisional: AnswerProvisional
    rules_version: RulesVersion


class AlertJoined(Event, family="alerts", version=2, zh="预警并入移送", en="Alert joined a referral"):
    """An alert belongs to the referral: the first with its opening, others while it waits for its answer."""

    series: SeriesId
    institution: InstitutionId | None
    cause: Cause | None
    issue: Issue | None
    week: Week
    count: Count


class AlertNotJoined(Event, family="alerts", zh="预警未并入移送", en="Alert not joined"):
    """An alert came too late for the referral, and has to be referred under another matter."""

    series: SeriesId
    week: Week
    reason: ReasonCode


class ReferralReplaces(
    Event,
    family="alerts",
    zh="替代先前移送",
    en="Referral replaces another",
    also=(Delivery(SERIES, key="replaces"),),
):
    """The referral takes the place of an earlier one."""

    referral: ReferralId
    replaces: ReplacedId


class ReferralAcknowledged(Event, family="alerts", zh="移送已签收", en="Referral acknowledged"):
    """The recipient has seen it."""


class ReferralDue(Event, family="alerts", zh="移送答复期限将至", en="Answer to a referral soon due"):
    """An alarm before the last day."""

    answer_by: AnswerBy


class ReferralMissed(Event, family="alerts", zh="移送逾期未答复", en="Referral not answered in time"):
    """The last day has passed without an answer; one that still comes is late."""

    answer_by: AnswerBy


class ReferralExtended(Event, family="alerts", zh="移送答复期限已延长", en="Time for an answer extended"):
    """The recipient has more time, once."""

    remark: Remark
    answer_by: AnswerBy
    answer_provisional: AnswerProvisional


class ReferralClockCorrected(Event, family="alerts", zh="移送答复期限核定", en="Answer date corrected"):
    """The calendar is known, and the provisional limit is final or another."""

    before: DeadlineBefore
    after: DeadlineAfter
    provisional: Provisional


class ReferralAnswered(Event, family="alerts", zh="移送已答复", en="Referral answered"):
    """The recipient says what it makes of it.

    Attributes:
        measures: What it does; empty where it rejects.
        grounds: Why it does not; empty where it accepts.
        timely: Whether it answers before the end of the time; ``None`` without a limit.
        received_on: When it came, where the court's clerk recorded it by hand, and is the event's actor.
        means: How it came; likewise.
    """

    referral_outcome: ReferralOutcome
    measures: Measures
    grounds: Grounds
    timely: Timely
    received_on: ReceivedOn | None = None
    means: ContactMeans | None = None


class ReferralWithdrawn(Event, family="alerts", zh="移送已撤回", en="Referral withdrawn"):
    """The court wants no answer any more."""

    remark: Remark


class ReferralSuperseded(Event, family="alerts", zh="移送已被替代", en="Referral superseded"):
    """Another referral has taken its place; its answer is the other's."""

    referral: ReferralId


class ReferAlert(Command, family="alerts", zh="移送预警", en="Refer an alert", roles=COURT):
    """Refer an alert as a systemic issue (subject: the series); others under the same matter join it.

    Attributes:
        replaces: The referral whose place this one takes; empty for none.
    """

    week: Week
    recipient: Annotated[Recipient, NO_ID_NUMBER]
    matter: Annotated[Matter, NO_ID_NUMBER]
    question: Annotated[Question, NO_PERSON]
    replaces: Annotated[ReplacedId, Field(pattern=rf"^$|{REFERRAL_ID}"), NO_ID_NUMBER] = ""


class AcknowledgeReferral(
    Command, family="alerts", zh="签收移送", en="Acknowledge a referral", roles=ANSWERING
):
    """Say that it was seen (subject: the referral)."""


class AnswerReferral(Command, family="alerts", zh="答复移送", en="Answer a referral", roles=ANSWERING):
    """Say what becomes of it (subject: the referral): measures, grounds, or both where it is in part."""

    referral_outcome: ReferralOutcome
    measures: Annotated[Measures, NO_PERSON] = ""
    grounds: Annotated[Grounds, NO_PERSON] = ""


class RecordReferralAnswer(
    Command, family="alerts", zh="代录移送答复", en="Record a referral's answer", roles=(Role.COURT_CLERK,)
):
    """Record an answer that came by letter or phone (subject: the referral); it counts for the day it came.

    Attributes:
        received_on: Not before the referral, and not ahead.
    """

    referral_outcome: ReferralOutcome
    measures: Annotated[Measures, NO_PERSON] = ""
    grounds: Annotated[Grounds, NO_PERSON] = ""
    received_on: ReceivedOn
    means: ContactMeans


class ExtendReferral(
    Command, family="alerts", zh="延长移送答复期限", en="Extend the time for an answer", roles=COURT
):
    """Extend the recipient's time, once and before the last day has passed (subject: the referral)."""

    remark: Annotated[Remark, NO_PERSON]


class WithdrawReferral(Command, family="alerts", zh="撤回移送", en="Withdraw a referral", roles=COURT):
    """Take a referral back (subject: the referral)."""

    remark: Annotated[Remark, NO_PERSON]
