"""The language of a second mediator, who mediates a heavy case beside the one who presides."""

from typing import Annotated, Final

from shared.contracts.fields import (
    PARTY,
    AnswerBy,
    AnswerProvisional,
    CaseId,
    Excluded,
    InstitutionId,
    LanguageWanted,
    MediatorId,
    OrganisationId,
    ReasonCode,
    Round,
)
from shared.contracts.kinds import Cause, Party, Role
from shared.contracts.mediation import Chosen, LeftOuts, Scores
from shared.contracts.message import Command, Delivery, Event
from shared.contracts.topics import ROSTERS
from shared.contracts.words import Audience, Coded, Words

_TO_ROSTER: Final = (Delivery(ROSTERS, key="organisation"),)


class TeamGround(Coded, zh="两人调解理由", en="Why two mediate", seen_by=Audience.PARTY):
    """Why two mediators mediate. Source: 法释〔2021〕23号 art 11; 法释〔2016〕14号 art 13."""

    DIFFICULT = "difficult", "疑难复杂", "Difficult and complex"
    MAJOR = "major", "标的重大", "A major claim"
    MANY_PARTIES = "many_parties", "当事人众多", "Many parties"
    ASKED = "asked", "当事人要求", "A party asked"


class Departure(Coded, zh="退出情形", en="How it came", seen_by=Audience.PARTY):
    """How a co-mediator comes not to mediate a case, or no longer."""

    DECLINED = "declined", "谢绝指定", "Declined"
    LAPSED = "lapsed", "逾期未答复", "Did not answer in time"
    RECUSED = "recused", "回避", "Recused"
    REPLACED = "replaced", "被更换", "Replaced"
    NOT_NEEDED = "not_needed", "不再需要", "Not needed any more"


Beside = Annotated[MediatorId, Words("协同调解员", "Beside"), PARTY]
Why = Annotated[TeamGround, Words("两人调解理由", "Why two mediate"), PARTY]


class CoMediatorAsked(Event, family="mediation", zh="要求两人调解", en="Two mediators asked for"):
    """A party wants two mediators; whether there is a second one hangs on the roster."""


class CoMediatorRequested(
    Event, family="mediation", zh="请求指定协同调解员", en="Co-mediator requested", also=_TO_ROSTER
):
    """The case asks its organisation's roster for a second mediator, and goes on with one until there is one.

    Source: 法释〔2021〕23号 art 11.
    """

    organisation: OrganisationId
    case: CaseId
    round: Round
    cause: Cause
    excluded: Excluded
    team_ground: Why
    institution: InstitutionId | None = None
    language: LanguageWanted | None = None
    chosen: Chosen | None = None


class CoMediatorDesignated(Event, family="mediation", zh="指定协同调解员", en="Co-mediator designated"):
    """A second mediator is designated. Source: 法释〔2021〕23号 arts 11, 12.

    Attributes:
        answer_by: The instant from which on an answer is late.
        answer_provisional: A calendar that is still to come may move it.
    """

    organisation: OrganisationId
    mediator: MediatorId
    round: Round
    answer_by: AnswerBy
    why: Scores
    answer_provisional: AnswerProvisional = False
    left_out: LeftOuts = ()


class CoMediatorAccepted(Event, family="mediation", zh="协同调解员接受指定", en="Co-mediator accepted"):
    """The second mediator mediates as well; the period ran before. Source: 法释〔2021〕23号 art 12."""

    mediator: MediatorId


class CoMediatorLeft(Event, family="mediation", zh="协同调解员退出", en="Co-mediator left", also=_TO_ROSTER):
    """The second mediator's seat is free; who left is not designated for the case again.

    Attributes:
        reason: Of who declined; ``None`` otherwise.
        party: At whose request the mediator was replaced; ``None`` otherwise.
    """

    organisation: OrganisationId
    case: CaseId
    mediator: MediatorId
    round: Round
    departure: Departure
    reason: ReasonCode | None = None
    party: Party | None = None


class PresidingNamed(Event, family="mediation", zh="提名主持调解员", en="Presiding mediator named"):
    """A party says which of the two mediators is to preside. Source: 法释〔2021〕23号 art 11."""

    mediator: MediatorId
    party: Party


class PresidingChosen(
    Event, family="mediation", zh="选定主持调解员", en="Presiding mediator chosen", also=_TO_ROSTER
):
    """All parties chose who presides; the other one mediates beside. Source: 法释〔2021〕23号 art 11."""

    organisation: OrganisationId
    case: CaseId
    mediator: MediatorId
    beside: Beside


class SeatsExchanged(Event, family="mediation", zh="席位互换", en="Seats exchanged"):
    """The two mediators of a case have each other's seat on the roster."""

    case: CaseId
    mediator: MediatorId
    beside: Beside


class AskForCoMediator(
    Command,
    family="mediation",
    zh="要求两人调解",
    en="Ask for two mediators",
    roles=(Role.INSTITUTION_AGENT, Role.PARTY),
):
    """Ask as a party that two mediators mediate; one of them presides."""


class ChoosePresiding(
    Command,
    family="mediation",
    zh="选定主持调解员",
    en="Choose who presides",
    roles=(Role.INSTITUTION_AGENT, Role.PARTY),
):
    """Say as a party which of two mediators is to preside; once all say the same, that one does."""

    mediator: MediatorId
