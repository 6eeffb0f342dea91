"""A complaint that was brought to the court is registered there and delegated before it is referred."""

import pytest

from services.intake.handlers import case_stream
from services.intake.rules import BOOK
from shared.casework.rulebook import RuleBook
from shared.contracts.delegation import (
    DelegateDispute,
    DisputeDelegated,
    NumberConfirmed,
    NumberGranted,
    PreSuitRegistered,
    RegisterPreSuit,
    RegisterSuit,
    SuitRegistered,
)
from shared.contracts.envelope import Actor
from shared.contracts.intake import DisputeReferred
from shared.contracts.kinds import Procedure, Route, Way
from shared.contracts.message import Command
from tests.support.spec import Given, given
from tests.unit.intake.mother import (
    ALL_STEPS,
    BANK,
    CASE,
    CLERK,
    COURT_CLERK,
    EXPLAIN,
    EXPLAINED,
    MON,
    NETWORK,
    STREAM,
    TUE,
    card,
    new,
    referred,
    taken,
    unexplained,
)

NUMBER = "（2026）京0106民诉前调801号"
LETTER = "f" * 64
REGISTER = RegisterPreSuit(case_number="(2026) 京0106民诉前调801号")
DELEGATE = DelegateDispute(letter=LETTER)
SUIT = "（2026）京0106民初801号"
IN_SUIT = RegisterSuit(case_number="(2026) 京0106民初801号", procedure=Procedure.SUMMARY)
COMPLAINT = taken(card(way=Way.DELEGATED, prior=ALL_STEPS))


def brought() -> Given:
    """A complaint that was brought to the court, explained and screened."""
    events = new().when(COMPLAINT, at=MON).events
    return given(STREAM, *((event, MON) for event in events), subject=CASE)


def in_a_suit() -> Given:
    """A dispute whose suit the court has docketed."""
    events = new().when(taken(card(way=Way.DOCKETED, prior=ALL_STEPS)), at=MON).events
    return given(STREAM, *((event, MON) for event in events), subject=CASE)


def granted(case: Given, number: str = NUMBER) -> Given:
    """The number has said that no other dispute has it."""
    return case.when(NumberGranted(case=CASE, case_number=number), at=TUE)


def test_a_docketed_suit_is_referred_with_its_number_and_its_procedure() -> None:
    numbered = in_a_suit().when(IN_SUIT, at=TUE, actor=COURT_CLERK)
    numbered.then(SuitRegistered(case_number=SUIT, procedure=Procedure.SUMMARY, to_confirm=True))
    numbered = granted(numbered, SUIT).then(NumberConfirmed(case_number=SUIT))
    told = {
        "way": Way.DOCKETED,
        "suit_number": SUIT,
        "procedure": Procedure.SUMMARY,
        "letter": LETTER,
        "to": Route.MEDIATION,
    }
    numbered.when(DELEGATE, at=TUE, actor=COURT_CLERK).then(
        DisputeDelegated(letter=LETTER), referred().model_copy(update=told)
    )
    numbered.when(IN_SUIT, at=TUE, actor=COURT_CLERK).then_nothing()


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (DELEGATE, "delegation.not_registered"),
        (REGISTER, "delegation.docketed"),
        (IN_SUIT.model_copy(update={"case_number": NUMBER}), "case_number.wrong_type"),
        (IN_SUIT.model_copy(update={"case_number": "（2026）粤0604民初1号"}), "case_number.wrong_court"),
    ],
)
def test_a_docketed_suit_gets_no_number_before_docketing(command: Command, reason: str) -> None:
    in_a_suit().when(command, at=TUE, actor=COURT_CLERK).then_refused(reason)


def test_a_suit_that_is_delegated_keeps_its_number_and_its_procedure() -> None:
    numbered = granted(in_a_suit().when(IN_SUIT, at=TUE, actor=COURT_CLERK), SUIT)
    other = IN_SUIT.model_copy(update={"procedure": Procedure.ORDINARY})
    waits = numbered.when(DELEGATE, at=TUE, actor=COURT_CLERK)
    waits.when(other, at=TUE, actor=COURT_CLERK).then_refused("case.referred")


def test_what_is_not_docketed_has_no_suit() -> None:
    brought().when(IN_SUIT, at=TUE, actor=COURT_CLERK).then_refused("delegation.not_docketed")


def test_it_waits_for_the_court_and_is_referred_with_number_and_letter() -> None:
    numbered = brought().when(REGISTER, at=TUE, actor=COURT_CLERK)
    numbered.then(PreSuitRegistered(case_number=NUMBER, to_confirm=True))
    numbered = granted(numbered)
    told = {"way": Way.DELEGATED, "pre_suit_number": NUMBER, "letter": LETTER}
    numbered.when(DELEGATE, at=TUE, actor=COURT_CLERK).then(
        DisputeDelegated(letter=LETTER), referred().model_copy(update=told)
    )


def test_nothing_is_referred_before_the_court_delegates() -> None:
    events = new().when(COMPLAINT, at=MON).events
    assert not any(isinstance(event, DisputeReferred) for event in events)


def test_a_delegation_before_the_explanation_waits_for_it() -> None:
    unsaid = taken(card(way=Way.DELEGATED, prior=ALL_STEPS.model_copy(update={"explanation": None})))
    case = granted(new().when(unsaid, at=MON).when(REGISTER, at=TUE, actor=COURT_CLERK))
    case = case.when(DELEGATE, at=TUE, actor=COURT_CLERK).then(DisputeDelegated(letter=LETTER))
    events = case.when(EXPLAIN, at=TUE, actor=BANK).events
    assert events[0] == EXPLAINED
    assert isinstance(events[1], DisputeReferred)


def test_each_step_again_changes_nothing() -> None:
    case = brought().when(REGISTER, at=TUE, actor=COURT_CLERK)
    other_spelling = RegisterPreSuit(case_number=NUMBER)
    case = granted(case.when(other_spelling, at=TUE, actor=COURT_CLERK).then_nothing())
    case.when(DELEGATE, at=TUE, actor=COURT_CLERK).when(DELEGATE, at=TUE, actor=COURT_CLERK).then_nothing()


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("（2026）粤0604民诉前调1号", "case_number.wrong_court"),
        ("（2026）京0106民初1号", "case_number.wrong_type"),
        ("（2026）京0106民终1号", "case_number.unknown_type"),
        ("eight hundred and one", "case_number.malformed"),
    ],
)
def test_what_is_no_pre_suit_number_of_this_court_is_refused(number: str, reason: str) -> None:
    brought().when(RegisterPreSuit(case_number=number), at=TUE, actor=COURT_CLERK).then_refused(reason)


def test_a_dispute_keeps_the_number_that_it_was_delegated_with() -> None:
    unsaid = taken(card(way=Way.DELEGATED, prior=ALL_STEPS.model_copy(update={"explanation": None})))
    numbered = granted(new().when(unsaid, at=MON).when(REGISTER, at=TUE, actor=COURT_CLERK))
    numbered = numbered.when(DELEGATE, at=TUE, actor=COURT_CLERK)
    second = RegisterPreSuit(case_number="（2026）京0106民诉前调802号")
    numbered.when(second, at=TUE, actor=COURT_CLERK).then_refused("case_number.second")


def test_the_number_is_given_before_the_delegation() -> None:
    brought().when(DELEGATE, at=TUE, actor=COURT_CLERK).then_refused("delegation.not_registered")


def test_what_the_institution_applied_for_is_not_delegated() -> None:
    unexplained().when(REGISTER, at=TUE, actor=COURT_CLERK).then_refused("delegation.applied")
    unexplained().when(DELEGATE, at=TUE, actor=COURT_CLERK).then_refused("delegation.applied")


@pytest.mark.parametrize("actor", [BANK, CLERK, Actor("other-court", "p-1", "court_clerk")])
def test_only_the_court_registers_and_delegates(actor: Actor) -> None:
    brought().when(REGISTER, at=TUE, actor=actor).then_refused("actor.not_allowed")
    brought().when(DELEGATE, at=TUE, actor=actor).then_refused("actor.not_allowed")


def test_a_dispute_of_an_earlier_version_is_referred_without_waiting() -> None:
    earlier = case_stream(NETWORK, RuleBook(BOOK.versions, "intake-2026.2"))
    assert isinstance(given(earlier, subject=CASE).when(COMPLAINT, at=MON).events[-1], DisputeReferred)
