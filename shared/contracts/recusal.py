"""The language of who mediates a case: wishes of the parties, disclosure, recusal, replacement."""

from typing import Annotated, Final

from shared.contracts.asked import WAIVER
from shared.contracts.fields import PARTY, CaseId, LanguageWanted, MediatorId, OrganisationId, Round
from shared.contracts.kinds import Party, Role
from shared.contracts.message import Command, Delivery, Event
from shared.contracts.topics import ROSTERS
from shared.contracts.words import Audience, Coded, Words

_TO_ROSTER: Final = (Delivery(ROSTERS, key="organisation"),)
_PARTIES: Final = (Role.INSTITUTION_AGENT, Role.PARTY)


class InterestGround(Coded, zh="理由", en="Ground", seen_by=Audience.PARTY):
    """What may keep a mediator from being impartial. Source: 法释〔2021〕23号 art 13."""

    PARTY_OR_RELATIVE = "party_or_relative", "是当事人或者其代理人的近亲属", "A party, or a near relative"
    INTEREST_IN_DISPUTE = "interest_in_dispute", "与纠纷有利害关系", "An interest in the dispute"
    OTHER_RELATION = "other_relation", "其他可能影响公正的关系", "Another relation that may impair fairness"


Recuse = Annotated[bool, Words("予以回避", "Recused"), PARTY]
About = Annotated[MediatorId, Words("所指调解员", "About which mediator"), PARTY]
Choice = Annotated[MediatorId, Words("自行选择的调解员", "Own choice"), PARTY]


class LanguageAsked(Event, family="mediation", zh="提出语言需求", en="Language asked for"):
    """The mediation is to be held in this language. Source: 民事诉讼法 (2023) art 11."""

    language: LanguageWanted


class AskForLanguage(
    Command,
    family="mediation",
    zh="申请使用语言",
    en="Ask for a language",
    roles=(Role.INSTITUTION_AGENT, Role.PARTY, Role.ORGANISATION_CLERK),
):
    """Ask that the mediation be held in a language; who does not speak it is not designated from then on."""

    language: LanguageWanted


class InterestDisclosed(Event, family="mediation", zh="调解员披露", en="Interest disclosed", asks=WAIVER):
    """The mediator discloses what may impair fairness. Source: 法释〔2021〕23号 art 13."""

    mediator: MediatorId
    ground: InterestGround


class RecusalRequested(Event, family="mediation", zh="申请回避", en="Recusal requested"):
    """A party asks that the mediator be recused. Source: 法释〔2016〕14号 art 15."""

    mediator: MediatorId
    party: Party
    ground: InterestGround


class MediatorKept(Event, family="mediation", zh="同意继续由其调解", en="Mediator kept"):
    """A party that knows of the interest agrees to go on. Source: 法释〔2021〕23号 art 13."""

    mediator: MediatorId
    party: Party


class RecusalDecided(Event, family="mediation", zh="回避决定", en="Recusal decided", also=_TO_ROSTER):
    """The organisation decides; who is recused is never designated for the case again.

    Source: 法释〔2016〕14号 arts 15, 16.
    """

    organisation: OrganisationId
    case: CaseId
    mediator: MediatorId
    round: Round
    recused: Recuse


class MediatorReplaced(Event, family="mediation", zh="更换调解员", en="Mediator replaced", also=_TO_ROSTER):
    """A party asked for another mediator. Source: 法释〔2021〕23号 art 14."""

    organisation: OrganisationId
    case: CaseId
    mediator: MediatorId
    round: Round
    party: Party


class DiscloseInterest(
    Command, family="mediation", zh="披露利害关系", en="Disclose an interest", roles=(Role.MEDIATOR,)
):
    """Tell the parties and the organisation what may impair fairness, before or after accepting."""

    ground: InterestGround


class RequestRecusal(Command, family="mediation", zh="申请回避", en="Request a recusal", roles=_PARTIES):
    """Ask as a party that the mediator be recused; the organisation decides.

    Attributes:
        mediator: Which of two; ``None`` for who presides.
    """

    ground: InterestGround
    mediator: About | None = None


class KeepMediator(
    Command, family="mediation", zh="同意继续由其调解", en="Keep the mediator", roles=_PARTIES
):
    """Agree as a party to go on with a mediator who has disclosed an interest.

    Attributes:
        mediator: Which of two; ``None`` for who presides.
    """

    mediator: About | None = None


class DecideRecusal(
    Command, family="mediation", zh="决定回避", en="Decide a recusal", roles=(Role.ORGANISATION_CLERK,)
):
    """Recuse the mediator, or not; not, after a disclosure, only where every party agrees to go on.

    Attributes:
        mediator: Which of two; ``None`` for who presides.
    """

    recused: Recuse
    mediator: About | None = None


class RequestReplacement(
    Command, family="mediation", zh="申请更换调解员", en="Request another mediator", roles=_PARTIES
):
    """Have the mediator replaced; the second time name one yourself, or the mediation ends as refused.

    Attributes:
        mediator: Which of two; ``None`` for who presides.
        choice: The mediator whom the party chooses; gets the case where no rule speaks against it.
    """

    choice: Choice | None = None
    mediator: About | None = None
