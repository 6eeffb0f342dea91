"""A case number stands for one dispute: the second is refused, and nothing is referred meanwhile.

Source: 法〔2015〕137号.
"""

from datetime import timedelta

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from services.intake.handlers import case_stream
from services.intake.rules import BOOK
from shared.casework.rulebook import RuleBook
from shared.contracts.common import CommandRefused
from shared.contracts.delegation import (
    DelegateDispute,
    NumberConfirmed,
    NumberGranted,
    NumberRefused,
    NumberTaken,
    PreSuitRegistered,
    RegisterPreSuit,
    RegisterSuit,
)
from shared.contracts.intake import DisputeReferred
from shared.contracts.kinds import LeaveReason, Procedure, Way
from shared.contracts.message import Event
from shared.contracts.parties import WithdrawDispute
from tests.support.cases import case_id
from tests.support.matching_world import World
from tests.support.spec import given
from tests.unit.intake.mother import (
    ALL_STEPS,
    BANK,
    CASE,
    COURT_CLERK,
    MON,
    NETWORK,
    STREAM,
    TUE,
    card,
    taken,
)

NUMBER, OTHER = "（2026）京0106民诉前调801号", "（2026）京0106民诉前调802号"
SUIT = "（2026）京0106民初801号"
REGISTER, DELEGATE = RegisterPreSuit(case_number=NUMBER), DelegateDispute(letter="f" * 64)
FIRST, SECOND = (case_id("ccb", one) for one in ("CC-1", "CC-2"))


def world(way: Way = Way.DELEGATED, *, repeats: bool = False) -> World:
    """Two complaints that were brought to the court, of two people."""
    out = World(repeats=repeats)
    for number, reference in enumerate(("CC-1", "CC-2")):
        party = {"id_number": f"SAMPLE-{number}"}
        filing = card(reference=reference, way=way, prior=ALL_STEPS)
        assert filing.party is not None
        out.file(filing.model_copy(update={"party": filing.party.model_copy(update=party)}))
    return out


def kinds(events: list[Event]) -> list[str]:
    return [type(one).__name__ for one in events]


def test_the_first_has_the_number_and_is_referred_with_it() -> None:
    both = world()
    said = both.do(REGISTER, FIRST, COURT_CLERK)
    assert kinds(said) == ["PreSuitRegistered", "NumberGranted", "NumberConfirmed"]
    referred = both.do(DELEGATE, FIRST, COURT_CLERK)[-1]
    assert isinstance(referred, DisputeReferred)
    assert referred.pre_suit_number == NUMBER


@pytest.mark.parametrize("written", [NUMBER, "(2026) 京0106民诉前调801号"])
def test_the_second_is_refused_and_not_referred_however_it_is_written(written: str) -> None:
    both = world()
    both.do(REGISTER, FIRST, COURT_CLERK)
    said = both.do(RegisterPreSuit(case_number=written), SECOND, COURT_CLERK)
    assert kinds(said) == ["PreSuitRegistered", "NumberTaken", "NumberRefused"]
    assert said[-1] == NumberRefused(case_number=NUMBER, reason="case_number.taken")
    (refusal,) = both.do(DELEGATE, SECOND, COURT_CLERK)
    assert isinstance(refusal, CommandRefused)
    assert refusal.reason == "delegation.not_registered"


def test_with_the_right_number_the_second_goes_on() -> None:
    both = world()
    both.do(REGISTER, FIRST, COURT_CLERK)
    both.do(REGISTER, SECOND, COURT_CLERK)
    assert kinds(both.do(RegisterPreSuit(case_number=OTHER), SECOND, COURT_CLERK))[-1] == "NumberConfirmed"
    assert isinstance(both.do(DELEGATE, SECOND, COURT_CLERK)[-1], DisputeReferred)


def test_a_number_registered_by_mistake_is_corrected_and_goes_to_the_dispute_whose_it_is() -> None:
    both = world()
    both.do(REGISTER, FIRST, COURT_CLERK)  # The clerk meant the second.
    assert kinds(both.do(REGISTER, SECOND, COURT_CLERK))[-1] == "NumberRefused"
    corrected = both.do(RegisterPreSuit(case_number=OTHER), FIRST, COURT_CLERK)
    assert kinds(corrected) == ["NumberReleased", "PreSuitRegistered", "NumberGranted", "NumberConfirmed"]
    assert kinds(both.do(REGISTER, SECOND, COURT_CLERK))[-1] == "NumberConfirmed"
    assert isinstance(both.do(DELEGATE, FIRST, COURT_CLERK)[-1], DisputeReferred)
    assert isinstance(both.do(DELEGATE, SECOND, COURT_CLERK)[-1], DisputeReferred)


def test_another_procedure_of_the_same_suit_is_a_correction_too() -> None:
    both = world(Way.DOCKETED)
    both.do(RegisterSuit(case_number=SUIT, procedure=Procedure.SUMMARY), FIRST, COURT_CLERK)
    both.do(RegisterSuit(case_number=SUIT, procedure=Procedure.ORDINARY), FIRST, COURT_CLERK)
    state = both.states[FIRST]
    assert (state.suit_number, state.procedure, state.number_waits) == (SUIT, Procedure.ORDINARY, False)


def test_a_suits_number_is_one_suits() -> None:
    both = world(Way.DOCKETED)
    register = RegisterSuit(case_number=SUIT, procedure=Procedure.SUMMARY)
    both.do(register, FIRST, COURT_CLERK)
    assert kinds(both.do(register, SECOND, COURT_CLERK))[-1] == "NumberRefused"
    assert both.states[SECOND].procedure is None


@for_all(st.lists(st.sampled_from([FIRST, SECOND]), min_size=1, max_size=6), st.booleans())
def test_whoever_asks_how_often_in_whatever_order_one_dispute_has_it(order: list[str], repeats: bool) -> None:
    both = world(repeats=repeats)
    for case in order:
        both.do(REGISTER, case, COURT_CLERK)
    have = [one for one in (FIRST, SECOND) if both.states[one].pre_suit_number == NUMBER]
    assert have == [order[0]]
    assert not both.states[order[0]].number_waits


_NUMBERS = st.sampled_from([NUMBER, OTHER])


@for_all(st.lists(st.tuples(st.sampled_from([FIRST, SECOND]), _NUMBERS), max_size=8), st.booleans())
def test_however_numbers_are_registered_and_corrected_no_two_disputes_have_one(
    order: list[tuple[str, str]], repeats: bool
) -> None:
    both = world(repeats=repeats)
    for case, number in order:
        both.do(RegisterPreSuit(case_number=number), case, COURT_CLERK)
    have = [both.states[one].pre_suit_number for one in (FIRST, SECOND)]
    assert have[0] != have[1] or not have[0]
    assert not any(both.states[one].number_waits for one in (FIRST, SECOND))


# One dispute -------------------------------------------------------------------------------------


def brought(stream=STREAM):
    filing = taken(card(way=Way.DELEGATED, prior=ALL_STEPS))
    events = given(stream, subject=CASE).when(filing, at=MON).events
    return given(stream, *((event, MON) for event in events), subject=CASE)


def test_nothing_is_delegated_before_the_answer() -> None:
    waits = brought().when(REGISTER, at=TUE, actor=COURT_CLERK)
    (refusal,) = waits.when(DELEGATE, at=TUE, actor=COURT_CLERK).events
    assert isinstance(refusal, CommandRefused)
    assert refusal.reason == "delegation.number_waits"
    answered = waits.when(NumberGranted(case=CASE, case_number=NUMBER), at=TUE)
    answered.then(NumberConfirmed(case_number=NUMBER))
    answered.when(NumberGranted(case=CASE, case_number=NUMBER), at=TUE).then_nothing()
    events = answered.when(DELEGATE, at=TUE, actor=COURT_CLERK).events
    assert kinds(list(events)) == ["DisputeDelegated", "DisputeReferred"]


def test_a_number_that_is_anothers_is_void() -> None:
    waits = brought().when(REGISTER, at=TUE, actor=COURT_CLERK)
    lost = waits.when(NumberTaken(case=CASE, case_number=NUMBER), at=TUE)
    lost.then(NumberRefused(case_number=NUMBER, reason="case_number.taken"))
    assert (lost.state.pre_suit_number, lost.state.number_waits) == ("", False)
    lost.when(NumberTaken(case=CASE, case_number=NUMBER), at=TUE).then_nothing()


def test_once_it_is_delegated_a_dispute_keeps_its_number() -> None:
    waits = brought().when(REGISTER, at=TUE, actor=COURT_CLERK)
    answered = waits.when(NumberGranted(case=CASE, case_number=NUMBER), at=TUE)
    done = answered.when(DELEGATE, at=TUE, actor=COURT_CLERK)
    (refusal,) = done.when(RegisterPreSuit(case_number=OTHER), at=TUE, actor=COURT_CLERK).events
    assert isinstance(refusal, CommandRefused)
    assert refusal.reason in ("case_number.second", "case.referred")


def test_an_answer_about_a_number_that_it_does_not_wait_for_changes_nothing() -> None:
    waits = brought().when(REGISTER, at=TUE, actor=COURT_CLERK)
    for answer in (NumberGranted, NumberTaken):
        waits.when(answer(case=CASE, case_number=OTHER), at=TUE).then_nothing()
    brought().when(NumberTaken(case=CASE, case_number=NUMBER), at=TUE).then_nothing()


def test_a_dispute_that_is_withdrawn_meanwhile_is_not_referred() -> None:
    waits = brought().when(REGISTER, at=TUE, actor=COURT_CLERK)
    gone = waits.when(WithdrawDispute(reason=LeaveReason.PAID), at=TUE, actor=BANK)
    gone.when(NumberGranted(case=CASE, case_number=NUMBER), at=TUE + timedelta(hours=1)).then(
        NumberConfirmed(case_number=NUMBER)
    )


def test_a_dispute_of_earlier_rules_is_referred_at_once() -> None:
    before = case_stream(NETWORK, RuleBook(BOOK.versions, "intake-2026.4"))
    numbered = brought(before).when(REGISTER, at=TUE, actor=COURT_CLERK)
    numbered.then(PreSuitRegistered(case_number=NUMBER))
    assert isinstance(numbered.when(DELEGATE, at=TUE, actor=COURT_CLERK).events[-1], DisputeReferred)
