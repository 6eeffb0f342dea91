"""委派、委托: a complaint that was brought to the court is registered there, delegated, and then referred.

Before docketing it gets a 诉前调 number; after it, it has the number of its suit. A number stands for one
dispute: nothing is delegated before the number (``services/intake/numbers``) has said that no other has it.
Source: 法释〔2016〕14号 art 11; 法释〔2021〕23号 arts 10, 21(2) (as of 2022-01-01).
"""

from collections.abc import Iterable

from services.intake.case.referral import referral
from services.intake.case.state import (
    Dispute,
    case,
    is_clerk_of_court,
    not_merged,
    not_returned,
    not_withdrawn,
)
from services.intake.rules import Context
from shared.casework.case_numbers import CaseNumber, CaseNumberError, CaseType
from shared.casework.guards import Facts, authority, possible
from shared.casework.protocol import Refusal
from shared.contracts.delegation import (
    DelegateDispute,
    DisputeDelegated,
    NumberConfirmed,
    NumberGranted,
    NumberRefused,
    NumberReleased,
    NumberTaken,
    PreSuitRegistered,
    RegisterPreSuit,
    RegisterSuit,
    SuitRegistered,
)
from shared.contracts.kinds import Route, Way
from shared.contracts.message import Command, Event


@authority
def by_the_court(dispute: Dispute, facts: Facts[Context], _: Command | None) -> str | None:
    """A clerk of the court to which the complaint was brought."""
    return None if is_clerk_of_court(facts) else "actor.not_allowed"


@possible
def brought_to_the_court(dispute: Dispute, _: Facts[Context], __: Command | None) -> str | None:
    """What an institution applied for is not delegated by the court."""
    return None if dispute.way.by_the_court else "delegation.applied"


@possible
def before_docketing(dispute: Dispute, _: Facts[Context], __: Command | None) -> str | None:
    """A suit that is docketed has its number."""
    return "delegation.docketed" if dispute.way is Way.DOCKETED else None


@possible
def after_docketing(dispute: Dispute, _: Facts[Context], __: Command | None) -> str | None:
    """What is not docketed yet has no suit."""
    return None if dispute.way is Way.DOCKETED else "delegation.not_docketed"


@possible
def to_be_mediated(dispute: Dispute, _: Facts[Context], __: Command | None) -> str | None:
    """A dispute is delegated once, where screening proposes mediation."""
    if dispute.referred_to is not None:
        return "case.referred"
    return None if dispute.route is Route.MEDIATION else "case.not_for_mediation"


@possible
def a_number_of_this_court(_: Dispute, facts: Facts[Context], command: Command | None) -> Refusal | None:
    """Only the court gives a number: its 诉前调 one before docketing, the suit's own after it."""
    if not isinstance(command, RegisterPreSuit | RegisterSuit):
        return None
    before = isinstance(command, RegisterPreSuit)
    try:
        number = CaseNumber.parse(command.case_number)
    except CaseNumberError as error:
        return Refusal(error.code, error.en)
    court = facts.context.network.court
    if number.court_code != court.code:
        return Refusal("case_number.wrong_court", f"{number} is not of {court.code}.")
    if number.type_code is not (CaseType.PRE_SUIT_MEDIATION if before else CaseType.FIRST_INSTANCE):
        return Refusal(
            "case_number.wrong_type", f"{number} is no number of {'民诉前调' if before else '民初'}."
        )
    return None


@possible
def not_numbered(dispute: Dispute, facts: Facts[Context], command: Command | None) -> Refusal | None:
    """A dispute keeps its number once it is delegated with it; until then a slip of the pen is mended."""
    fixed = dispute.letter or not _are_numbers_once(dispute, facts)
    number = dispute.case_number if fixed else ""
    return Refusal("case_number.second", f"It is {number}.") if number else None


@possible
def registered_first(dispute: Dispute, _: Facts[Context], __: Command | None) -> str | None:
    """The number is given before the mediation begins."""
    return None if dispute.case_number else "delegation.not_registered"


@possible
def number_confirmed(dispute: Dispute, _: Facts[Context], __: Command | None) -> str | None:
    """It may be another dispute's number."""
    return "delegation.number_waits" if dispute.number_waits else None


def _canonical(text: str) -> str | None:
    try:
        return str(CaseNumber.parse(text))
    except CaseNumberError:
        return None


def _is_registered(dispute: Dispute, command: RegisterPreSuit, facts: Facts[Context]) -> bool:
    return dispute.pre_suit_number == _canonical(command.case_number)


def _is_suit_registered(dispute: Dispute, command: RegisterSuit, facts: Facts[Context]) -> bool:
    same = dispute.suit_number == _canonical(command.case_number)
    return same and dispute.procedure is command.procedure


@case.on(
    RegisterPreSuit,
    by_the_court,
    not_merged,
    not_withdrawn,
    not_returned,
    brought_to_the_court,
    before_docketing,
    to_be_mediated,
    a_number_of_this_court,
    not_numbered,
    already=_is_registered,
)
def register_pre_suit(dispute: Dispute, command: RegisterPreSuit, facts: Facts[Context]) -> Iterable[Event]:
    """The number stands in its canonical form."""
    yield from _released(dispute)
    number = str(CaseNumber.parse(command.case_number))
    yield PreSuitRegistered(case_number=number, to_confirm=_are_numbers_once(dispute, facts))


@case.after(PreSuitRegistered)
def numbered(dispute: Dispute, event: PreSuitRegistered) -> Dispute:
    return dispute.but(pre_suit_number=event.case_number, number_waits=event.to_confirm)


@case.on(
    RegisterSuit,
    by_the_court,
    not_merged,
    not_withdrawn,
    not_returned,
    brought_to_the_court,
    after_docketing,
    to_be_mediated,
    a_number_of_this_court,
    not_numbered,
    already=_is_suit_registered,
)
def register_suit(dispute: Dispute, command: RegisterSuit, facts: Facts[Context]) -> Iterable[Event]:
    """The number stands in its canonical form; the procedure says how long the mediation may take."""
    yield from _released(dispute)
    yield SuitRegistered(
        case_number=str(CaseNumber.parse(command.case_number)),
        procedure=command.procedure,
        to_confirm=_are_numbers_once(dispute, facts),
    )


@case.after(SuitRegistered)
def in_suit(dispute: Dispute, event: SuitRegistered) -> Dispute:
    return dispute.but(
        suit_number=event.case_number, procedure=event.procedure, number_waits=event.to_confirm
    )


def _are_numbers_once(dispute: Dispute, facts: Facts[Context]) -> bool:
    return bool(facts.context.book.at(dispute.rules_version).numbers_once)


def _released(dispute: Dispute) -> Iterable[Event]:
    """Let go of the number that was registered before, by mistake."""
    if dispute.case_number:
        yield NumberReleased(case_number=dispute.case_number)


def _waits_for(dispute: Dispute, number: str) -> bool:
    return dispute.number_waits and number == dispute.case_number


@case.on(NumberGranted)
def take_number(dispute: Dispute, granted: NumberGranted, facts: Facts[Context]) -> Iterable[Event]:
    """It counts, and the dispute may be delegated with it."""
    if _waits_for(dispute, granted.case_number):
        yield NumberConfirmed(case_number=granted.case_number)


@case.after(NumberConfirmed)
def confirmed(dispute: Dispute, _: NumberConfirmed) -> Dispute:
    return dispute.but(number_waits=False)


@case.on(NumberTaken)
def lose_number(dispute: Dispute, taken: NumberTaken, facts: Facts[Context]) -> Iterable[Event]:
    """The court looks at its document, and registers the right one."""
    if _waits_for(dispute, taken.case_number):
        yield NumberRefused(case_number=taken.case_number, reason="case_number.taken")


def unnumbered(dispute: Dispute, _: NumberReleased | NumberRefused) -> Dispute:
    """It has none, until the right one is registered."""
    return dispute.but(number_waits=False, pre_suit_number="", suit_number="", procedure=None)


case.after(NumberReleased)(unnumbered)
case.after(NumberRefused)(unnumbered)


def _is_delegated(dispute: Dispute, command: DelegateDispute, facts: Facts[Context]) -> bool:
    return dispute.letter == command.letter


@case.on(
    DelegateDispute,
    by_the_court,
    not_merged,
    not_withdrawn,
    not_returned,
    brought_to_the_court,
    to_be_mediated,
    registered_first,
    number_confirmed,
    already=_is_delegated,
)
def delegate(dispute: Dispute, command: DelegateDispute, facts: Facts[Context]) -> Iterable[Event]:
    """It is referred with that, unless an explanation or an applicant's consent is missing."""
    event = DisputeDelegated(letter=command.letter)
    after = case.evolve(dispute, event, facts.at, facts.context)
    return [event, *referral(after, facts.context)]


@case.after(DisputeDelegated)
def delegated(dispute: Dispute, event: DisputeDelegated) -> Dispute:
    return dispute.but(letter=event.letter)
