"""The language of the choice: parties that all agreed to mediation choose a mediator together.

Source: 法释〔2021〕23号 art 10; 法释〔2016〕14号 art 12.
"""

from typing import Annotated, Final

from shared.contracts.asked import CHOICE
from shared.contracts.fields import PARTY, AllAgreedAt, CaseId, MediatorId, OpenedAt
from shared.contracts.kinds import Party, Role
from shared.contracts.message import Command, Event
from shared.contracts.words import Coded, Words

_PARTIES: Final = (Role.INSTITUTION_AGENT, Role.PARTY)

ChooseBy = Annotated[OpenedAt, Words("选定期限", "Choose by"), PARTY]
ChooseProvisional = Annotated[bool, Words("选定期限暂定", "Choose-by date provisional"), PARTY]


class ChoiceOutcome(Coded, zh="选择结果", en="Outcome of the choice", seen_by=PARTY):
    """How the time to choose together ended. Source: 法释〔2021〕23号 art 10."""

    CHOSEN = "chosen", "共同选定", "Chosen together"
    LEFT = "left", "同意由法院指定", "Left to the court"
    NOT_CHOSEN = "not_chosen", "期满未能共同选定", "Not chosen in time"


class ChoiceOpened(Event, family="mediation", zh="开始共同选择", en="Choice opened", asks=CHOICE):
    """All parties agreed to mediation: they may choose a mediator together.

    Attributes:
        all_agreed_at: When the last of them agreed, from which the time runs; ``None`` in events of before,
            where it ran from the referral.
        choose_by: The instant at which the court designates where they have not.
        choose_provisional: A calendar that is still to come may move it; DeadlineCorrected then says so.
    """

    case: CaseId
    choose_by: ChooseBy
    choose_provisional: ChooseProvisional = False
    all_agreed_at: AllAgreedAt | None = None


class MediatorNamed(Event, family="mediation", zh="提出人选", en="Mediator named"):
    """A party names the mediator whom it wants; its last word counts."""

    party: Party
    mediator: MediatorId


class ChoiceLeft(Event, family="mediation", zh="同意法院指定", en="Choice left to the court"):
    """A party leaves it to the court to designate."""

    party: Party


class ChoiceEnded(Event, family="mediation", zh="选择结束", en="Choice ended"):
    """A mediator is asked for now: the one whom all named, or anybody.

    Attributes:
        mediator: Whom all named; ``None`` for nobody.
    """

    outcome: ChoiceOutcome
    mediator: MediatorId | None = None


class ChooseMediator(Command, family="mediation", zh="选择调解员", en="Choose a mediator", roles=_PARTIES):
    """Name as a party the mediator whom you want; once all name the same one, she is asked for.

    Attributes:
        mediator: Gets the case if free, and no rule speaks against it.
    """

    mediator: MediatorId


class LeaveChoice(
    Command, family="mediation", zh="同意由法院指定", en="Let the court designate", roles=_PARTIES
):
    """Agree as a party that the court designates; once all do, the time to choose ends."""
