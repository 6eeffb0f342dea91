"""委派: the court registers a complaint before docketing, and delegates it to a mediation organisation."""

from typing import Annotated, Final

from shared.contracts.fields import INSIDE, PARTY, CaseId, CaseNumberText, ReasonCode
from shared.contracts.kinds import Digest, Procedure, Role
from shared.contracts.message import Command, Delivery, Event
from shared.contracts.persons import NO_PERSON
from shared.contracts.topics import MATCHES, MERGES
from shared.contracts.words import Words

LetterDigest = Annotated[Digest, Words("委派函摘要", "Digest of the letter of delegation"), INSIDE]

ToConfirm = Annotated[bool, Words("待核验", "To be confirmed"), PARTY]
_TO_NUMBER: Final = (Delivery(MATCHES, key="case_number"),)
_TO_CASE: Final = (Delivery(MERGES, key="case"),)


class PreSuitRegistered(
    Event, family="intake", zh="诉前调登记", en="Registered before docketing", also=_TO_NUMBER
):
    """The court registered the complaint and gave it a 诉前调 number, before the mediation begins.

    Attributes:
        case_number: In its canonical form; a suit that follows gets a number of its own.
        to_confirm: Nothing is delegated with it before NumberConfirmed says that no other dispute has it (or
            NumberRefused, that one has); events of before lack it, and counted at once.
    """

    case_number: CaseNumberText
    to_confirm: ToConfirm = False


class SuitRegistered(Event, family="intake", zh="已立案登记", en="Suit registered", also=_TO_NUMBER):
    """The suit that the court has docketed already, and has a mediation tried in.

    Attributes:
        case_number: Of the suit, in its canonical form; the suit keeps it whatever comes of the mediation.
        procedure: It says how long the mediation may take. Source: 法释〔2021〕23号 art 24.
        to_confirm: As of PreSuitRegistered.
    """

    case_number: CaseNumberText
    procedure: Procedure
    to_confirm: ToConfirm = False


class NumberGranted(Event, family="intake", zh="案号可用", en="Number granted", also=_TO_CASE):
    """No other dispute has the case number: it stands for this one from now on.

    Attributes:
        case: Of which dispute.
    """

    case: CaseId
    case_number: CaseNumberText


class NumberTaken(Event, family="intake", zh="案号已被占用", en="Number taken", also=_TO_CASE):
    """Another dispute has the case number.

    Attributes:
        case: The dispute that asked for it, too.
    """

    case: CaseId
    case_number: CaseNumberText


class NumberConfirmed(Event, family="intake", zh="案号核验", en="Number confirmed"):
    """The number that the dispute was registered with is no other's, and counts."""

    case_number: CaseNumberText


class NumberRefused(Event, family="intake", zh="案号不予登记", en="Number refused"):
    """The number that the dispute was registered with is another's: the registration is void."""

    case_number: CaseNumberText
    reason: ReasonCode


class NumberReleased(Event, family="intake", zh="案号更正释放", en="Number released", also=_TO_NUMBER):
    """The dispute was registered with a number that is not its own; another one may have it."""

    case_number: CaseNumberText


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
