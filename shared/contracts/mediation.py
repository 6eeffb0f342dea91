"""Mediation's language: opening, designation, agreement, the eight ends; and the rosters'."""

from datetime import date
from typing import Annotated

from pydantic import Field

from shared.contracts.agents import Agents
from shared.contracts.asked import CONSENT
from shared.contracts.fields import (
    INSIDE,
    AgreedFen,
    AnswerBy,
    AnswerProvisional,
    AskBy,
    AskedParties,
    AskProvisional,
    CaseId,
    CaseNumberText,
    ClaimFen,
    Consents,
    DeadlineAfter,
    DeadlineBefore,
    DesignateBy,
    DesignateProvisional,
    DueAt,
    DueProvisional,
    Eligible,
    Excluded,
    InstitutionId,
    LanguageWanted,
    LimitDays,
    MediatorId,
    MergedInto,
    OpenedAt,
    OrganisationId,
    OtherParties,
    Provisional,
    ReasonCode,
    Round,
    RuleId,
    RulesVersion,
    SettledFen,
    Waiting,
)
from shared.contracts.kinds import (
    Cause,
    DeadlineKind,
    DeclineReason,
    End,
    Label,
    Procedure,
    Role,
    Route,
    Tier,
    Way,
)
from shared.contracts.message import Command, Delivery, Event, Message
from shared.contracts.persons import NO_PERSON
from shared.contracts.topics import DESIGNATIONS, ENDS, ROSTERS
from shared.contracts.words import Audience, Unit, Words

_TO_ROSTER = (Delivery(ROSTERS, key="organisation"),)
_TO_CASE = (Delivery(DESIGNATIONS, key="case"),)
_TO_INTAKE = (Delivery(ENDS),)

AvailableFrom = Annotated[date, Words("可受案起始日", "Available from"), Audience.INSTITUTION]
AvailableDays = Annotated[
    int, Field(ge=1, le=366), Words("可受案天数", "Days available"), Unit.DAYS, Audience.INSTITUTION
]
AvailabilityNote = Annotated[Label, Words("可受案备注", "Availability note"), INSIDE]


class Score(Message):
    """Why a mediator was or was not chosen; the lowest score wins.

    Attributes:
        places: Cases that the mediator held at the moment of choosing.
        assigned: Seats that the mediator was ever given on this roster.
        weight: Share relative to the colleagues.
        score: ``(assigned + started + 1) / weight``.
        started: What the mediator is counted to have had besides, so as to stand at the level of the others.
    """

    mediator: Annotated[MediatorId, INSIDE]
    places: Annotated[int, Words("在办案件数", "Cases held"), INSIDE]
    assigned: Annotated[int, Words("累计指定数", "Ever designated"), INSIDE]
    weight: Annotated[float, Words("权重", "Weight"), INSIDE]
    score: Annotated[float, Words("得分", "Score"), INSIDE]
    started: Annotated[int, Words("起点件数", "Started at"), INSIDE] = 0


class LeftOut(Message):
    """A mediator of the cause who may not take the case, and the rule that says so."""

    mediator: Annotated[MediatorId, INSIDE]
    rule: RuleId


Chosen = Annotated[MediatorId, Words("当事人选定", "Chosen by the parties"), Audience.PARTY]
Second = Annotated[bool, Words("协同调解员席位", "Second mediator's seat"), Audience.PARTY]
LeftOuts = Annotated[tuple[LeftOut, ...], Words("排除人员", "Left out"), INSIDE]
Scores = Annotated[tuple[Score, ...], Words("指定依据", "How mediators compared"), INSIDE]


class MediationOpened(Event, family="mediation", version=2, zh="调解受理", en="Mediation opened"):
    """The platform took the referral; a mediator is looked for. The period runs from AssignmentAccepted.

    Attributes:
        others: The parties beside the institution and the main respondent.
        consents: Who had agreed by then; ``None`` in events of before, where all had.
        way: How it came; events of before lack it, and were delegated by the court.
        route: Whether it came for a quick decision; events of before lack it, and came for mediation.
        agents: Whom parties entrusted before.
        suit_number: Number of the suit in which the court has a mediation tried; ``None`` before docketing.
        procedure: By which it tries that suit; it says how long the mediation may take.
    """

    organisation: OrganisationId
    institution: InstitutionId
    cause: Cause
    tier: Tier
    claim_fen: ClaimFen
    opened_at: OpenedAt
    rules_version: RulesVersion
    others: OtherParties = ()
    consents: Consents | None = None
    way: Way = Way.DELEGATED
    agents: Agents = ()
    route: Route = Route.MEDIATION
    suit_number: CaseNumberText | None = None
    procedure: Procedure | None = None


class DesignationRequested(
    Event, family="mediation", zh="请求指定调解员", en="Designation requested", also=_TO_ROSTER
):
    """The case asks its organisation's roster for a mediator.

    Attributes:
        designate_by: From this instant on the designation is late (法释〔2021〕23号 art 10); ``None`` under
            rules that know no such limit.
        designate_provisional: A calendar that is still to come may move it.
        institution: Whose case it is; who disclosed an interest with it is left out.
        language: In which the mediation is to be held; ``None`` where nobody asked for one.
        chosen: Whom the parties chose; gets the case if free, and no rule speaks against it.
    """

    organisation: OrganisationId
    case: CaseId
    round: Round
    cause: Cause
    excluded: Excluded
    designate_by: DesignateBy | None = None
    designate_provisional: DesignateProvisional = False
    institution: InstitutionId | None = None
    language: LanguageWanted | None = None
    chosen: Chosen | None = None


class DesignationOverdue(Event, family="mediation", zh="指定逾期", en="Designation overdue"):
    """Nobody was designated in time: an alarm, and no end. Source: 法释〔2021〕23号 arts 10, 24."""

    organisation: OrganisationId
    round: Round
    designate_by: DesignateBy


class MediatorDesignated(Event, family="mediation", zh="指定调解员", en="Mediator designated"):
    """指定调解员. Source: 法释〔2021〕23号 art 10.

    Attributes:
        answer_by: The instant from which on an answer is late.
        answer_provisional: A calendar that is still to come may move it; DeadlineCorrected then says so.
    """

    organisation: OrganisationId
    mediator: MediatorId
    round: Round
    answer_by: AnswerBy
    why: Scores
    answer_provisional: AnswerProvisional = False
    left_out: LeftOuts = ()


class DeadlineCorrected(Event, family="mediation", zh="期限核定", en="Deadline corrected"):
    """期限核定: a calendar that was not there before says when a provisional deadline really ends.

    Attributes:
        deadline: ``period`` is ``due_at`` of the case, ``answer`` is ``answer_by`` of the designation,
            ``designation`` is ``designate_by`` of the request for it, ``inquiry`` is ``ask_by`` of the
            acceptance, ``choice`` is ``choose_by`` of the choice.
        before: The provisional deadline.
        after: The deadline from now on; the same where the provisional one was right, or stands.
        provisional: Yet another calendar may move it.
    """

    deadline: DeadlineKind
    before: DeadlineBefore
    after: DeadlineAfter
    provisional: Provisional = False


class AssignmentAccepted(
    Event, family="mediation", zh="调解员接受指定", en="Designation accepted", asks=CONSENT
):
    """The designated mediator takes the case, and the period begins. Source: 法释〔2021〕23号 arts 12, 24.

    Attributes:
        limit_days: Length of the period; ``None`` where it ran from the referral.
        due_at: The instant at which the period is over; ``None`` likewise.
        due_provisional: A calendar that is still to come may move it; DeadlineCorrected then says so.
        ask_by: From this instant on, asking the other parties is late (art 15); ``None`` where all agree.
        ask_provisional: As ``due_provisional``.
        procedure: Of the suit in which the court has the mediation tried, and by which the period is as long;
            ``None`` before docketing.
    """

    mediator: MediatorId
    limit_days: LimitDays | None = None
    due_at: DueAt | None = None
    due_provisional: DueProvisional = False
    ask_by: AskBy | None = None
    ask_provisional: AskProvisional = False
    procedure: Procedure | None = None
    asked: AskedParties = ()


class AssignmentDeclined(
    Event, family="mediation", zh="调解员谢绝指定", en="Designation declined", also=_TO_ROSTER
):
    """The designated mediator declines with a reason; another is designated."""

    organisation: OrganisationId
    case: CaseId
    mediator: MediatorId
    round: Round
    reason: ReasonCode


class AssignmentLapsed(
    Event, family="mediation", zh="指定逾期未答复", en="Designation lapsed", also=_TO_ROSTER
):
    """The designated mediator did not answer in time; another is designated."""

    organisation: OrganisationId
    case: CaseId
    mediator: MediatorId
    round: Round


class DesignationDropped(Event, family="mediation", zh="放弃名额", en="Designation dropped", also=_TO_ROSTER):
    """A mediator came for a case that no longer needs one; the roster gets the seat back."""

    organisation: OrganisationId
    case: CaseId
    mediator: MediatorId
    round: Round


class MediationEnded(
    Event, family="mediation", zh="调解结束", en="Mediation ended", also=(*_TO_ROSTER, *_TO_INTAKE)
):
    """The mediation is over, with one of the eight coded ends.

    Attributes:
        mediator: Who held the case; ``None`` if nobody did.
        co_mediator: Who mediated beside; ``None`` for nobody.
        settled_fen: 化解标的额, the claim of a dispute that was settled; 0 unless the end is an agreement.
        agreed_fen: What the agreement is for; 0 unless the end is one. Events of before lack it, and
            name it as ``settled_fen``.
        way: How the dispute came; events of before lack it, and were delegated by the court.
        merged_into: The dispute came twice and goes on under this id, so nothing follows the end;
            ``None`` for every other end.
    """

    organisation: OrganisationId
    institution: InstitutionId
    case: CaseId
    cause: Cause
    end: End
    mediator: MediatorId | None
    claim_fen: ClaimFen
    settled_fen: SettledFen
    agreed_fen: AgreedFen = 0
    way: Way = Way.DELEGATED
    co_mediator: MediatorId | None = None
    merged_into: MergedInto | None = None

    @property
    def agreement_fen(self) -> int:
        """What the agreement is for, fen, also where an event of before names it as the settled amount."""
        return self.agreed_fen or self.settled_fen


class PlaceTaken(Event, family="mediation", zh="占用名额", en="Seat taken", also=_TO_CASE):
    """The roster gives a case a mediator.

    Attributes:
        second: Beside the one who presides.
    """

    case: CaseId
    mediator: MediatorId
    round: Round
    why: Scores
    left_out: LeftOuts = ()
    second: Second = False


class PlaceFreed(Event, family="mediation", zh="释放名额", en="Seat freed"):
    """A mediator has a free seat again."""

    case: CaseId
    mediator: MediatorId


class DesignationQueued(
    Event, family="mediation", zh="等待调解员", en="Waiting for a mediator", also=_TO_CASE
):
    """No mediator who may take the case has a free seat; it waits in the roster.

    Attributes:
        waiting: Cases that wait in this roster, this one included.
        eligible: Mediators who may take the case once they have a seat; at 0 only a change of the
            roster helps.
        designate_by: The case's limit; who is due first is served first.
        second: It waits for a second mediator, behind all that have none.
    """

    case: CaseId
    round: Round
    cause: Cause
    excluded: Excluded
    waiting: Waiting
    eligible: Eligible
    designate_by: DesignateBy | None = None
    institution: InstitutionId | None = None
    language: LanguageWanted | None = None
    left_out: LeftOuts = ()
    chosen: Chosen | None = None
    second: Second = False


class AvailabilityNoted(Event, family="mediation", zh="已告知可受案时间", en="Availability noted"):
    """A mediator's latest word to the organisation; whom the roster chooses does not hang on it."""

    mediator: MediatorId
    available_from: AvailableFrom
    available_days: AvailableDays
    note: AvailabilityNote | None = None


class DesignationWithdrawn(Event, family="mediation", zh="撤回等待", en="Waiting withdrawn"):
    """A case ended while it waited, or passed on; it leaves the roster's queue."""

    case: CaseId
    round: Round
    second: Second = False


class AcceptAssignment(
    Command, family="mediation", zh="接受指定", en="Accept a designation", roles=(Role.MEDIATOR,)
):
    """Take the case."""


class DeclineAssignment(
    Command, family="mediation", zh="谢绝指定", en="Decline a designation", roles=(Role.MEDIATOR,)
):
    """Decline the case, with a reason."""

    reason: DeclineReason


class NoteAvailability(
    Command, family="mediation", zh="告知可受案时间", en="Note one's availability", roles=(Role.MEDIATOR,)
):
    """Tell the organisation from when on, and for how many days, one can take cases; about a roster."""

    available_from: AvailableFrom
    available_days: AvailableDays
    note: Annotated[AvailabilityNote, NO_PERSON] | None = None


class EndMediation(
    Command,
    family="mediation",
    zh="结束调解",
    en="End a mediation",
    roles=(
        Role.MEDIATOR,
        Role.ORGANISATION_CLERK,
    ),
):
    """End the mediation without an agreement, with one of the other coded ends."""

    end: End
