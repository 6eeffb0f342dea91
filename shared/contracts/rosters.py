"""The language of a roster: who stands on it, from which level on cases are shared, and who complains."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from shared.contracts.fields import INSIDE, PARTY, InstitutionId, MediatorId
from shared.contracts.kinds import Cause, Label, Language, Role
from shared.contracts.message import Command, Event, Message
from shared.contracts.persons import NO_PERSON
from shared.contracts.words import Audience, Coded, Words


class SuspensionGround(Coded, zh="理由", en="Ground", seen_by=Audience.INSTITUTION):
    """Why a mediator is given no cases for a while."""

    LEAVE = "leave", "请假", "Leave"
    TRAINING_DUE = "training_due", "培训到期", "Training due"
    COMPLAINT = "complaint", "投诉核查", "Complaint under inquiry"
    DISMISSAL = "dismissal", "解聘待结案", "Dismissed, and still holds cases"
    OTHER = "other", "其他", "Other"


class RemovalGround(Coded, zh="理由", en="Ground", seen_by=Audience.INSTITUTION):
    """Why a mediator stands on the roster no more."""

    RESIGNED = "resigned", "辞任", "Resigned"
    TERM_OVER = "term_over", "聘期届满", "Term over"
    DISMISSED = "dismissed", "解聘", "Dismissed"
    OTHER = "other", "其他", "Other"


class OrganisationGround(Coded, zh="理由", en="Ground", seen_by=Audience.INSTITUTION):
    """Why an organisation takes no cases for a while."""

    OWN_REQUEST = "own_request", "自行申请", "Its own request"
    ASSESSMENT = "assessment", "评估不合格", "Failed its assessment"
    INQUIRY = "inquiry", "投诉核查", "Under inquiry"
    OTHER = "other", "其他", "Other"


WEIGHT, CAPACITY = Words("权重", "Weight"), Words("额定件数", "Capacity")
Weight = Annotated[int, Field(ge=1, le=1000), WEIGHT, INSIDE]
Capacity = Annotated[int, Field(ge=1, le=100_000), CAPACITY, INSIDE]
Started = Annotated[int, Words("起点件数", "Started at"), INSIDE]
MediatorName = Annotated[Label, NO_PERSON, Words("显示姓名", "Shown as"), PARTY]
Specialities = Annotated[
    tuple[Cause, ...], Field(min_length=1, max_length=len(Cause)), Words("专长案由", "Specialities"), PARTY
]
Languages = Annotated[
    tuple[Language, ...], Field(min_length=1, max_length=len(Language)), Words("语言", "Languages"), PARTY
]
Interests = Annotated[
    tuple[InstitutionId, ...], Field(max_length=100), Words("披露的利害机构", "Interests disclosed"), PARTY
]
TrainedOn = Annotated[date, Words("培训日期", "Trained on"), Audience.INSTITUTION]
TrainedUntil = Annotated[datetime, Words("培训有效期至", "Trained until"), Audience.INSTITUTION]
Trained = Annotated[bool, Words("已培训", "Trained"), Audience.INSTITUTION]

_ROSTER_CLERKS = (Role.ORGANISATION_CLERK, Role.COURT_CLERK)


class Listed(Message):
    """A mediator who takes part in the shares from now on.

    Attributes:
        weight: Share relative to the colleagues.
        capacity: The most cases held at one time.
        started: What is added to the seats ever given, so that the mediator stands at the level of the
            others; below 0 where the weight was lowered.
    """

    mediator: Annotated[MediatorId, INSIDE]
    weight: Annotated[int, WEIGHT, INSIDE]
    capacity: Annotated[int, CAPACITY, INSIDE]
    started: Started


class RosterChanged(Event, family="mediation", zh="名册变更", en="Roster changed"):
    """Somebody joined or left, or has another weight or capacity; the first one names everybody.

    Attributes:
        listed: Who joined or changed.
        left: Who takes part no longer; seats that they hold stay theirs.
    """

    listed: Annotated[tuple[Listed, ...], Words("入册", "Listed"), INSIDE]
    left: Annotated[tuple[MediatorId, ...], Words("离册", "Left"), INSIDE] = ()


class MediatorEntry(Message):
    """What the register says of a mediator.

    Attributes:
        specialities: Causes that the mediator takes.
        weight: Share relative to the colleagues.
        capacity: The most cases held at one time.
        trained: Only who was trained is listed (法释〔2016〕14号 art 7).
        trained_on: When; ``None`` for those of the network file, whom the court had registered before.
        languages: In which the mediator can mediate.
        interests: Institutions with which the mediator has an interest; none of their cases is given.
    """

    mediator: MediatorId
    shown_as: MediatorName
    specialities: Specialities
    weight: Weight
    capacity: Capacity
    trained: Trained
    trained_on: TrainedOn | None = None
    languages: Languages = (Language.MANDARIN,)
    interests: Interests = ()


Entry = Annotated[MediatorEntry, Words("登记", "Register entry"), PARTY]


class MediatorAdded(Event, family="mediation", zh="调解员入册", en="Mediator added"):
    """A mediator stands in the register. Source: 法释〔2016〕14号 arts 6, 7."""

    entry: Entry


class MediatorChanged(Event, family="mediation", zh="调解员登记变更", en="Mediator changed"):
    """The register says something else of a mediator; the whole entry. Source: 法释〔2016〕14号 art 10."""

    entry: Entry


class MediatorSuspended(Event, family="mediation", zh="调解员停派", en="Mediator suspended"):
    """A mediator is given no cases until resumed; those held stay."""

    mediator: MediatorId
    ground: SuspensionGround


class MediatorResumed(Event, family="mediation", zh="调解员恢复", en="Mediator resumed"):
    """A suspended mediator is given cases again, from the level of the others on."""

    mediator: MediatorId


class MediatorRemoved(Event, family="mediation", zh="调解员出册", en="Mediator removed"):
    """A mediator stands on the roster no more; its file stays. Source: 法释〔2016〕14号 art 10."""

    mediator: MediatorId
    ground: RemovalGround


class TrainingDueSoon(Event, family="mediation", zh="培训将到期", en="Training due soon"):
    """A mediator has to be trained again: an alarm. Source: 法释〔2016〕14号 art 7.

    Attributes:
        trained_until: From this instant on the mediator is given no cases.
    """

    mediator: MediatorId
    trained_on: TrainedOn
    trained_until: TrainedUntil


class OrganisationSuspended(Event, family="mediation", zh="调解组织停止受案", en="Organisation suspended"):
    """An organisation takes no cases until resumed; those that it holds stay.

    Source: 法释〔2016〕14号 art 10.
    """

    ground: OrganisationGround


class OrganisationResumed(Event, family="mediation", zh="调解组织恢复受案", en="Organisation resumed"):
    """A suspended organisation takes cases again. Source: 法释〔2016〕14号 art 10."""


class AddMediator(Command, family="mediation", zh="登记调解员", en="Add a mediator", roles=_ROSTER_CLERKS):
    """Enter a mediator in the register of an organisation; about a roster.

    Attributes:
        trained_on: Without it the mediator stands in the register, and is not listed until trained.
    """

    mediator: MediatorId
    shown_as: MediatorName
    specialities: Specialities
    weight: Weight
    capacity: Capacity
    trained_on: TrainedOn | None = None
    languages: Languages = (Language.MANDARIN,)
    interests: Interests = ()


class ChangeMediator(
    Command, family="mediation", zh="变更调解员登记", en="Change a mediator", roles=_ROSTER_CLERKS
):
    """Change what the register says of a mediator; what is left out stays.

    Attributes:
        interests: All of them, in place of those before.
        no_interests: Take out all interests.
    """

    mediator: MediatorId
    shown_as: MediatorName | None = None
    specialities: Specialities | None = None
    weight: Weight | None = None
    capacity: Capacity | None = None
    trained_on: TrainedOn | None = None
    languages: Languages | None = None
    interests: Interests | None = None
    no_interests: Annotated[bool, Words("撤销全部利害披露", "No interests any more"), INSIDE] = False


class SuspendMediator(
    Command, family="mediation", zh="停派调解员", en="Suspend a mediator", roles=_ROSTER_CLERKS
):
    """Suspend a mediator: no more cases until resumed; those held stay."""

    mediator: MediatorId
    ground: SuspensionGround


class ResumeMediator(
    Command, family="mediation", zh="恢复调解员", en="Resume a mediator", roles=_ROSTER_CLERKS
):
    """End a suspension: the mediator is given cases again."""

    mediator: MediatorId


class RemoveMediator(
    Command, family="mediation", zh="调解员除名", en="Remove a mediator", roles=_ROSTER_CLERKS
):
    """Take a mediator who holds no case from the roster; the performance file stays."""

    mediator: MediatorId
    ground: RemovalGround


class SuspendOrganisation(
    Command,
    family="mediation",
    zh="停止调解组织受案",
    en="Suspend an organisation",
    roles=(Role.COURT_CLERK,),
):
    """Let an organisation take no more cases until resumed; about its roster."""

    ground: OrganisationGround


class ResumeOrganisation(
    Command,
    family="mediation",
    zh="恢复调解组织受案",
    en="Resume an organisation",
    roles=(Role.COURT_CLERK,),
):
    """End a suspension: the organisation takes cases again."""
