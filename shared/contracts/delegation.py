"""委派: the court registers a complaint before docketing, and delegates it to a mediation organisation."""

from typing import Annotated

from shared.contracts.fields import INSIDE, CaseNumberText
from shared.contracts.kinds import Digest, Procedure, Role
from shared.contracts.message import Command, Event
from shared.contracts.persons import NO_PERSON
from shared.contracts.words import Words

LetterDigest = Annotated[Digest, Words("委派函摘要", "Digest of the letter of delegation"), INSIDE]


class PreSuitRegistered(Event, family="intake", zh="诉前调登记", en="Registered before docketing"):
    """The court registered the complaint and gave it a 诉前调 number, before the mediation begins.

    Attributes:
        case_number: In its canonical form; a suit that follows gets a number of its own.
    """

    case_number: CaseNumberText


class SuitRegistered(Event, family="intake", zh="已立案登记", en="Suit registered"):
    """The suit that the court has docketed already, and has a mediation tried in.

    Attributes:
        case_number: Of the suit, in its canonical form; the suit keeps it whatever comes of the mediation.
        procedure: It says how long the mediation may take. Source: 法释〔2021〕23号 art 24.
    """

    case_number: CaseNumberText
    procedure: Procedure


class DisputeDelegated(Event, family="intake", zh="委派调解", en="Dispute delegated"):
    """The court delegates the dispute, before docketing or after it.

    Source: 法释〔2016〕14号 art 11; 法释〔2021〕23号 art 10.
    """

    letter: LetterDigest


class MaterialsReceived(Event, family="mediation", zh="签收材料", en="Materials received"):
    """The organisation signed for the materials that the court delegated. Source: 法释〔2016〕14号 art 27."""


class RegisterPreSuit(
    Command, family="intake", zh="诉前调登记", en="Register before docketing", roles=(Role.COURT_CLERK,)
):
    """Register a complaint that was brought to the court, with the 诉前调 number that the court gave it."""

    case_number: Annotated[CaseNumberText, NO_PERSON]


class RegisterSuit(
    Command, family="intake", zh="已立案登记", en="Register a docketed suit", roles=(Role.COURT_CLERK,)
):
    """Register the suit that the court has docketed, before it delegates the dispute.

    Attributes:
        case_number: Of the suit.
        procedure: By which the court tries it.
    """

    case_number: Annotated[CaseNumberText, NO_PERSON]
    procedure: Procedure


class DelegateDispute(
    Command, family="intake", zh="委派调解", en="Delegate a dispute", roles=(Role.COURT_CLERK,)
):
    """Delegate a registered dispute to the organisation of its tier and cause.

    Attributes:
        letter: Digest of 委派函, the letter of delegation.
    """

    letter: LetterDigest


class ReceiveMaterials(
    Command, family="mediation", zh="签收材料", en="Sign for materials", roles=(Role.ORGANISATION_CLERK,)
):
    """Sign for the materials of a delegated dispute."""
