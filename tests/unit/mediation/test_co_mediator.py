"""Two mediators for a heavy case: one presides, the other mediates beside."""

from typing import Any

import pytest

from shared.casework.protocol import Timed
from shared.contracts.agreements import (
    AgreementCompleted,
    AgreementCountersigned,
    AgreementEffective,
    CountersignAgreement,
    DraftAgreement,
    SealAgreement,
    SignAgreement,
)
from shared.contracts.co_mediators import (
    AskForCoMediator,
    ChoosePresiding,
    CoMediatorAccepted,
    CoMediatorAsked,
    CoMediatorDesignated,
    CoMediatorLeft,
    CoMediatorRequested,
    Departure,
    PresidingChosen,
    PresidingNamed,
    TeamGround,
)
from shared.contracts.envelope import Actor
from shared.contracts.kinds import (
    AgreementForm,
    Cause,
    ContactMeans,
    DeclineReason,
    End,
    Language,
    Party,
    Tier,
)
from shared.contracts.mediation import (
    AcceptAssignment,
    DeclineAssignment,
    DesignationQueued,
    DesignationRequested,
    EndMediation,
    MediationEnded,
    PlaceTaken,
)
from shared.contracts.parties import ContactRecorded, RecordContact
from shared.contracts.recusal import (
    AskForLanguage,
    DecideRecusal,
    DiscloseInterest,
    InterestDisclosed,
    InterestGround,
    KeepMediator,
    MediatorKept,
    RecusalDecided,
    RequestRecusal,
    RequestReplacement,
)
from shared.contracts.transfers import CaseTransferred, TransferGround
from tests.support.spec import Given, given
from tests.unit.mediation.mother import (
    ACCEPTED,
    AGENT,
    ASSIGNED,
    CASE,
    CLERK,
    MON,
    OPENED,
    ORGANISATION,
    OTHER,
    PARTY,
    TEXT,
    TUE,
    WHY,
    at,
    made,
    mediator,
    requested,
)

STREAM = made().case
M1, M2 = mediator("m01"), mediator("m02")
WED = at(3, 4)
CO_ANSWER_BY = at(3, 7, 0)
"""Three working days after Tuesday: Friday is the last day."""
COMPLEX = OPENED.model_copy(update={"tier": Tier.COMPLEX})


def asks(round: int = 1, *excluded: str, why: TeamGround = TeamGround.DIFFICULT) -> CoMediatorRequested:
    return CoMediatorRequested(
        organisation=ORGANISATION,
        case=CASE,
        round=round,
        cause=Cause.CREDIT_CARD,
        excluded=excluded,
        team_ground=why,
        institution="ccb",
    )


def second_seat(who: str = "m02", round: int = 1) -> PlaceTaken:
    return PlaceTaken(case=CASE, mediator=who, round=round, why=WHY, second=True)


def co_designated(who: str = "m02", round: int = 1) -> CoMediatorDesignated:
    return CoMediatorDesignated(
        organisation=ORGANISATION, mediator=who, round=round, answer_by=CO_ANSWER_BY, why=WHY
    )


def left(departure: Departure, who: str = "m02", round: int = 1, **other: Any) -> CoMediatorLeft:
    return CoMediatorLeft(
        organisation=ORGANISATION, case=CASE, mediator=who, round=round, departure=departure, **other
    )


HEAVY = (Timed(MON, COMPLEX), *ASSIGNED[1:], Timed(TUE, ACCEPTED), Timed(TUE, asks()))
NAMED = (*HEAVY, Timed(TUE, co_designated()))
TWO = (*NAMED, Timed(TUE, CoMediatorAccepted(mediator="m02")))


def does(run: Given, *acts: tuple[Any, Actor]) -> Given:
    for body, actor in acts:
        run = run.when(body, at=WED, actor=actor)
    return run


# Whether there is to be one ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"tier": Tier.COMPLEX}, TeamGround.DIFFICULT),
        ({"claim_fen": 500_000_000}, TeamGround.MAJOR),
        (
            {"others": (Party.RESPONDENT_2, Party.RESPONDENT_3, Party.APPLICANT_2), "consents": None},
            TeamGround.MANY_PARTIES,
        ),
        ({"tier": Tier.ORDINARY, "claim_fen": 499_999_999}, None),
        ({"others": (Party.RESPONDENT_2, Party.RESPONDENT_3), "consents": None}, None),
        ({"tier": Tier.COMPLEX, "rules_version": "mediation-2026.2"}, None),
    ],
)
def test_a_heavy_case_asks_for_a_second_mediator_once_one_presides(change, why):
    past = (Timed(MON, OPENED.model_copy(update=change)), *ASSIGNED[1:])
    events = given(STREAM, *past).when(AcceptAssignment(), at=TUE, actor=M1).events
    assert events[1:] == ([] if why is None else [asks(why=why)])


def test_a_party_that_asks_gets_a_second_mediator_whatever_the_case():
    run = given(STREAM, *ASSIGNED).when(AskForCoMediator(), at=MON, actor=PARTY).then(CoMediatorAsked())
    run.when(AskForCoMediator(), at=MON, actor=AGENT).then_nothing()
    accepted = run.when(AcceptAssignment(), at=TUE, actor=M1)
    assert accepted.events[1:] == [asks(why=TeamGround.ASKED)]
    held = (*ASSIGNED, Timed(TUE, ACCEPTED))
    given(STREAM, *held).when(AskForCoMediator(), at=TUE, actor=AGENT).then(
        CoMediatorAsked(), asks(why=TeamGround.ASKED)
    )
    given(STREAM, *HEAVY).when(AskForCoMediator(), at=TUE, actor=AGENT).then_nothing()


def test_a_mediator_who_takes_over_finds_the_second_one_there():
    vacant = does(given(STREAM, *TWO), (RequestReplacement(), PARTY))
    (_, again) = vacant.events
    assert isinstance(again, DesignationRequested)
    assert again.excluded == ("m01",)
    run = vacant.when(PlaceTaken(case=CASE, mediator="m03", round=2, why=WHY), at=WED)
    accepted = run.when(AcceptAssignment(), at=WED, actor=mediator("m03"))
    assert len(accepted.events) == 1
    assert (accepted.state.mediator, accepted.state.co.mediator) == ("m03", "m02")


# Designated, accepts ----------------------------------------------------------------------------


def test_a_seat_for_the_second_is_designated_and_begins_no_period():
    run = given(STREAM, *HEAVY).when(second_seat(), at=TUE).then(co_designated())
    run.when(second_seat(), at=TUE).then_nothing()
    accepted = run.when(AcceptAssignment(), at=WED, actor=M2).then(CoMediatorAccepted(mediator="m02"))
    accepted.when(AcceptAssignment(), at=WED, actor=M2).then_nothing()
    assert accepted.state.due_at == ACCEPTED.due_at


@pytest.mark.parametrize("who", ["m01", "m03"])
def test_a_seat_of_who_presides_or_left_goes_back_and_another_is_asked_for(who):
    gone = left(Departure.DECLINED, "m03", reason="other")
    past = (*HEAVY, Timed(TUE, co_designated("m03")), Timed(TUE, gone), Timed(TUE, asks(2, "m03")))
    given(STREAM, *past).when(second_seat(who, 2), at=TUE).then(
        left(Departure.NOT_NEEDED, who, 2), asks(3, "m03")
    )


def test_a_seat_that_nobody_waits_for_goes_back():
    given(STREAM, *NAMED).when(second_seat("m03", 2), at=TUE).then(left(Departure.NOT_NEEDED, "m03", 2))
    ended = does(given(STREAM, *HEAVY), (EndMediation(end=End.OTHER), CLERK))
    ended.when(second_seat(), at=WED).then(left(Departure.NOT_NEEDED))
    passed = CaseTransferred(
        organisation=ORGANISATION, case=CASE, round=1, receiver=OTHER, ground=TransferGround.COURT
    )
    given(STREAM, *HEAVY, Timed(TUE, passed)).when(second_seat(), at=WED).then(
        left(Departure.NOT_NEEDED).model_copy(update={"organisation": OTHER})
    )


def test_a_queue_for_a_second_mediator_sends_no_case_elsewhere():
    waits = DesignationQueued(
        case=CASE, round=1, cause=Cause.CREDIT_CARD, excluded=(), waiting=9999, eligible=0, second=True
    )
    given(STREAM, Timed(MON, COMPLEX), Timed(MON, requested())).when(waits, at=MON).then_nothing()


def test_a_language_that_is_asked_for_holds_for_the_second_one_as_well():
    asked = given(STREAM, *HEAVY).when(AskForLanguage(language=Language.TIBETAN), at=TUE, actor=PARTY)
    assert asked.events[1:] == [asks(2).model_copy(update={"language": Language.TIBETAN})]


# What the second one may do ---------------------------------------------------------------------

CONTACT = RecordContact(party=Party.RESPONDENT, means=ContactMeans.PHONE, reached=True)


def test_the_second_one_seeks_parties_once_accepted():
    recorded = ContactRecorded(party=Party.RESPONDENT, means=ContactMeans.PHONE, reached=True)
    given(STREAM, *TWO).when(CONTACT, at=WED, actor=M2).then(recorded)
    given(STREAM, *NAMED).when(CONTACT, at=WED, actor=M2).then_refused("assignment.not_accepted")


@pytest.mark.parametrize(
    "body", [DraftAgreement(digest=TEXT, amount_fen=1), EndMediation(end=End.OTHER)], ids=repr
)
def test_only_who_presides_drafts_and_ends(body):
    given(STREAM, *TWO).when(body, at=WED, actor=M2).then_refused("assignment.not_held")
    assert given(STREAM, *TWO).when(body, at=WED, actor=M1).events


def _signed(form: AgreementForm) -> Given:
    return does(
        given(STREAM, *TWO),
        (DraftAgreement(digest=TEXT, amount_fen=1, form=form), M1),
        (SealAgreement(digest=TEXT), CLERK),
        (SignAgreement(party=Party.APPLICANT, digest=TEXT), AGENT),
        (SignAgreement(party=Party.RESPONDENT, digest=TEXT), PARTY),
    )


@pytest.mark.parametrize(("first", "last"), [(M1, M2), (M2, M1)], ids=["presiding", "second"])
def test_an_agreement_is_complete_with_the_signatures_of_both_mediators_in_any_order(first, last):
    signed, sign = _signed(AgreementForm.PLATFORM), CountersignAgreement(digest=TEXT)
    assert signed.events[1] == AgreementEffective(digest=TEXT, amount_fen=1, complete=False)
    one = does(signed, (sign, first)).then(AgreementCountersigned(mediator=first.person, digest=TEXT))
    does(one, (sign, first)).then_nothing()
    does(one, (sign, last)).then(
        AgreementCountersigned(mediator=last.person, digest=TEXT), AgreementCompleted(digest=TEXT)
    )


def test_a_peoples_mediation_agreement_binds_with_both_and_a_new_draft_asks_both_again():
    one = does(_signed(AgreementForm.PEOPLES_MEDIATION), (CountersignAgreement(digest=TEXT), M2))
    assert one.state.end is None
    again = does(one, (DraftAgreement(digest="b" * 64, amount_fen=1), M1))
    assert not again.state.co.countersigned
    both = does(one, (CountersignAgreement(digest=TEXT), M1))
    assert both.state.end is End.AGREEMENT
    (ended,) = [event for event in both.events if isinstance(event, MediationEnded)]
    assert (ended.mediator, ended.co_mediator) == ("m01", "m02")


def test_who_has_not_accepted_as_second_keeps_no_agreement_from_being_complete():
    alone = does(
        given(STREAM, *NAMED),
        (DraftAgreement(digest=TEXT, amount_fen=1), M1),
        (CountersignAgreement(digest=TEXT), M1),
        (SealAgreement(digest=TEXT), CLERK),
        (SignAgreement(party=Party.APPLICANT, digest=TEXT), AGENT),
        (SignAgreement(party=Party.RESPONDENT, digest=TEXT), PARTY),
    )
    assert alone.state.complete


# Leaves -----------------------------------------------------------------------------------------


def test_who_declines_to_be_second_is_followed_by_another():
    decline = DeclineAssignment(reason=DeclineReason.NOT_MY_FIELD)
    run = given(STREAM, *NAMED).when(decline, at=TUE, actor=M2)
    run.then(left(Departure.DECLINED, reason="not_my_field"), asks(2, "m02"))
    run.when(decline, at=TUE, actor=M2).then_nothing()
    given(STREAM, *TWO).when(decline, at=TUE, actor=M2).then_refused("assignment.already_accepted")


def test_silence_of_the_second_lapses_and_the_mediation_goes_on():
    run = given(STREAM, *NAMED).until(at(3, 20))
    run.then(Timed(CO_ANSWER_BY, left(Departure.LAPSED)), Timed(CO_ANSWER_BY, asks(2, "m02")))
    assert (run.state.mediator, run.state.accepted, run.state.end) == ("m01", True, None)


def test_who_left_as_second_is_not_designated_to_preside():
    declined = does(given(STREAM, *NAMED), (DeclineAssignment(reason=DeclineReason.OTHER), M2))
    (_, again) = does(declined, (RequestReplacement(), PARTY)).events
    assert isinstance(again, DesignationRequested)
    assert again.excluded == ("m02", "m01")
    does(declined, (RequestReplacement(choice="m02"), PARTY)).then_refused("mediator.had_before")


GROUND = InterestGround.INTEREST_IN_DISPUTE


def test_the_second_one_who_discloses_is_recused_unless_all_agree():
    run = given(STREAM, *TWO).when(DiscloseInterest(ground=GROUND), at=WED, actor=M2)
    run.then(InterestDisclosed(mediator="m02", ground=GROUND))
    does(run, (DecideRecusal(recused=True), CLERK)).then_refused("recusal.none")
    does(run, (DecideRecusal(recused=False, mediator="m02"), CLERK)).then_refused("recusal.not_waived")
    does(run, (DecideRecusal(recused=True, mediator="m02"), CLERK)).then(
        left(Departure.RECUSED), asks(2, "m02")
    )
    kept = does(run, (KeepMediator(mediator="m02"), PARTY))
    kept.then(MediatorKept(mediator="m02", party=Party.RESPONDENT))
    stays = does(
        kept, (KeepMediator(mediator="m02"), AGENT), (DecideRecusal(recused=False, mediator="m02"), CLERK)
    )
    stays.then(RecusalDecided(organisation=ORGANISATION, case=CASE, mediator="m02", round=1, recused=False))
    assert (stays.state.co.mediator, stays.state.co.recusal) == ("m02", None)


def test_what_is_to_be_decided_of_one_is_not_decided_of_the_other():
    both = does(
        given(STREAM, *TWO),
        (RequestRecusal(ground=GROUND), PARTY),
        (RequestRecusal(ground=GROUND, mediator="m02"), PARTY),
        (DecideRecusal(recused=False, mediator="m02"), CLERK),
    )
    assert both.state.recusal is not None
    assert both.state.co.recusal is None
    replaced = does(both, (DecideRecusal(recused=True), CLERK))
    assert (replaced.state.mediator, replaced.state.co.mediator) == (None, "m02")


def test_a_party_has_the_second_one_replaced_and_then_goes_on_with_one():
    run = does(given(STREAM, *TWO), (RequestReplacement(mediator="m02"), PARTY))
    run.then(left(Departure.REPLACED, party=Party.RESPONDENT), asks(2, "m02"))
    another = does(run.when(second_seat("m03", 2), at=WED), (RequestReplacement(mediator="m03"), PARTY))
    another.then(left(Departure.REPLACED, "m03", 2, party=Party.RESPONDENT))
    assert another.state.end is None
    does(run, (RequestReplacement(mediator="m02"), PARTY)).then_refused("mediator.none_yet")


# Who presides -----------------------------------------------------------------------------------

M2_PRESIDES = ChoosePresiding(mediator="m02")
CHOSEN = PresidingChosen(organisation=ORGANISATION, case=CASE, mediator="m02", beside="m01")


def test_the_parties_choose_together_who_presides():
    one = does(given(STREAM, *TWO), (M2_PRESIDES, PARTY))
    one.then(PresidingNamed(mediator="m02", party=Party.RESPONDENT))
    does(one, (M2_PRESIDES, PARTY)).then_nothing()
    chosen = does(one, (M2_PRESIDES, AGENT))
    chosen.then(PresidingNamed(mediator="m02", party=Party.APPLICANT), CHOSEN)
    assert (chosen.state.mediator, chosen.state.co.mediator) == ("m02", "m01")
    assert does(chosen, (DraftAgreement(digest=TEXT, amount_fen=1), M2)).events
    does(chosen, (DraftAgreement(digest=TEXT, amount_fen=1), M1)).then_refused("assignment.not_held")


def test_parties_that_name_different_ones_leave_it_as_it_was_designated():
    run = does(
        given(STREAM, *TWO),
        (ChoosePresiding(mediator="m01"), PARTY),
        (M2_PRESIDES, AGENT),
        (M2_PRESIDES, PARTY),
    )
    assert run.events[-1] == CHOSEN
    same = does(given(STREAM, *TWO), *((ChoosePresiding(mediator="m01"), one) for one in (PARTY, AGENT)))
    assert same.state.mediator == "m01"
    assert CHOSEN not in same.events


def test_only_of_two_who_accepted_one_is_chosen():
    given(STREAM, *NAMED).when(M2_PRESIDES, at=WED, actor=PARTY).then_refused("mediator.not_of_two")
    other = ChoosePresiding(mediator="m03")
    given(STREAM, *TWO).when(other, at=WED, actor=PARTY).then_refused("mediator.not_of_two")
    given(STREAM, *TWO).when(M2_PRESIDES, at=WED, actor=M2).then_refused("actor.not_allowed")


def test_what_is_to_be_decided_goes_with_the_person_and_each_gives_the_own_seat_back():
    run = does(
        given(STREAM, *TWO),
        (RequestRecusal(ground=GROUND), PARTY),
        (M2_PRESIDES, PARTY),
        (M2_PRESIDES, AGENT),
    )
    does(run, (DecideRecusal(recused=True), CLERK)).then_refused("recusal.none")
    does(run, (DecideRecusal(recused=True, mediator="m01"), CLERK)).then(
        left(Departure.RECUSED, "m01"), asks(2, "m01")
    )
