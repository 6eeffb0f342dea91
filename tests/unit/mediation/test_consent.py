"""One side is enough to designate; all must agree before anything is negotiated.

Source: 法释〔2021〕23号 arts 10, 15.
"""

import pytest

from shared.casework.protocol import Timed
from shared.contracts.agreements import DraftAgreement
from shared.contracts.intake import ConsentGiven, ConsentRefused
from shared.contracts.kinds import End, Party
from shared.contracts.mediation import AcceptAssignment, AssignmentAccepted, EndMediation
from shared.contracts.parties import ConsentReceived, InquiryOverdue
from tests.support.spec import given
from tests.unit.mediation.mother import (
    ASK_BY,
    ASKED,
    ASSIGNED,
    DRAFTED,
    HELD,
    MON,
    ORGANISATION,
    TEXT,
    TUE,
    at,
    designated,
    ended,
    made,
    mediator,
)

CASE = made().case
AGREES = ConsentGiven(party=Party.RESPONDENT)
OVERDUE = InquiryOverdue(organisation=ORGANISATION, ask_by=ASK_BY, parties=(Party.RESPONDENT,))


def test_with_the_acceptance_the_others_are_to_be_asked_within_three_working_days():
    run = given(CASE, ASKED[0], *ASSIGNED[1:]).when(AcceptAssignment(), at=TUE, actor=mediator())
    (accepted,) = run.events
    assert isinstance(accepted, AssignmentAccepted)
    assert accepted.ask_by == ASK_BY


def test_across_the_national_day_the_three_working_days_end_in_the_next_week():
    """1 to 7 October are off and 10 October 2026 is worked: 30 September, then the 8th, 9th and 10th."""
    eve = at(9, 30)
    run = given(CASE, ASKED[0], *ASSIGNED[1:-1], Timed(eve, designated(by=at(10, 11))))
    (accepted,) = run.when(AcceptAssignment(), at=eve, actor=mediator()).events
    assert accepted.ask_by == at(10, 11, 0)


def test_where_all_agree_nobody_is_asked():
    (accepted,) = given(CASE, *ASSIGNED).when(AcceptAssignment(), at=TUE, actor=mediator()).events
    assert accepted.ask_by is None


def test_a_consent_is_taken_once_and_opens_the_way_to_a_draft():
    agreed = given(CASE, *ASKED).when(AGREES, at=TUE).then(ConsentReceived(party=Party.RESPONDENT))
    agreed.when(AGREES, at=TUE).then_nothing()
    draft = DraftAgreement(digest=TEXT, amount_fen=800_000)
    assert agreed.when(draft, at=TUE, actor=mediator()).state.digest == TEXT
    agreed.until(at(3, 20)).then_nothing()


def test_a_consent_before_the_acceptance_counts_as_well():
    agreed = given(CASE, ASKED[0], *ASSIGNED[1:]).when(AGREES, at=MON)
    (accepted,) = agreed.when(AcceptAssignment(), at=TUE, actor=mediator()).events
    assert accepted.ask_by is None


def test_who_does_not_answer_in_time_raises_an_alarm_and_may_still_agree():
    late = given(CASE, *ASKED).until(at(3, 9))
    late.then(Timed(ASK_BY, OVERDUE))
    late.until(at(3, 20)).then_nothing()
    late.when(AGREES, at=at(3, 9)).then(ConsentReceived(party=Party.RESPONDENT))


@pytest.mark.parametrize("past", [ASKED, ASKED[:3], HELD, DRAFTED])
def test_one_refusal_ends_the_mediation_in_every_phase(past):
    run = given(CASE, *past).when(ConsentRefused(party=Party.RESPONDENT), at=TUE)
    assert run.state.end is End.PARTY_UNWILLING
    run.when(AGREES, at=TUE).then_nothing()


def test_a_party_that_refuses_before_the_referral_is_no_business_of_mediation():
    given(CASE).when(ConsentRefused(party=Party.RESPONDENT), at=MON).then_nothing()
    given(CASE).when(AGREES, at=MON).then_nothing()


def test_positions_diverge_only_where_all_agreed_to_talk():
    diverge = EndMediation(end=End.LARGE_DIVERGENCE)
    given(CASE, *ASKED).when(diverge, at=TUE, actor=mediator()).then_refused("end.not_all_agreed")
    given(CASE, *HELD).when(diverge, at=TUE, actor=mediator()).then(ended(End.LARGE_DIVERGENCE))


def test_every_party_is_asked_and_the_last_one_opens_the_way():
    others = (Party.RESPONDENT_2,)
    past = (Timed(MON, ASKED[0].event.model_copy(update={"others": others})), *ASKED[1:])
    run = given(CASE, *past).when(AGREES, at=TUE)
    assert run.state.unasked == others
    assert run.when(ConsentGiven(party=Party.RESPONDENT_2), at=TUE).state.unasked == ()
