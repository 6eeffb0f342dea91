"""Disclosure, recusal and replacement of a mediator."""

import pytest

from shared.casework.protocol import Timed
from shared.contracts.envelope import Actor
from shared.contracts.kinds import End, Party
from shared.contracts.mediation import (
    AcceptAssignment,
    AssignmentAccepted,
    DesignationDropped,
    DesignationRequested,
    PlaceFreed,
    PlaceTaken,
)
from shared.contracts.message import Command
from shared.contracts.recusal import (
    DecideRecusal,
    DiscloseInterest,
    InterestDisclosed,
    InterestGround,
    KeepMediator,
    MediatorKept,
    MediatorReplaced,
    RecusalDecided,
    RecusalRequested,
    RequestRecusal,
    RequestReplacement,
)
from tests.support.spec import Given, given
from tests.unit.mediation.mother import (
    AGENT,
    ASSIGNED,
    CASE,
    CLERK,
    DRAFTED,
    DUE,
    HELD,
    MON,
    ORGANISATION,
    PARTY,
    REFERRED,
    TUE,
    at,
    designated,
    ended,
    made,
    mediator,
    place,
    request,
    requested,
)

STREAM = made().case
GROUND = InterestGround.INTEREST_IN_DISPUTE
WED = at(3, 4)
AGAIN = requested(2, "m01", by=at(3, 9, 0))
"""Asked for on Wednesday: Friday is the third working day after, Saturday the limit rolled to Monday."""
M1 = mediator("m01")


def decided(recused: bool, who: str = "m01", round: int = 1) -> RecusalDecided:
    return RecusalDecided(organisation=ORGANISATION, case=CASE, mediator=who, round=round, recused=recused)


def replaced(who: str = "m01", round: int = 1, party: Party = Party.RESPONDENT) -> MediatorReplaced:
    return MediatorReplaced(organisation=ORGANISATION, case=CASE, mediator=who, round=round, party=party)


def does(run: Given, *acts: tuple[Command, Actor]) -> Given:
    for body, actor in acts:
        run = run.when(body, at=WED, actor=actor)
    return run


def test_a_mediator_discloses_before_or_after_accepting_and_once():
    for past in (ASSIGNED, HELD):
        run = does(given(STREAM, *past), (DiscloseInterest(ground=GROUND), M1))
        run.then(InterestDisclosed(mediator="m01", ground=GROUND))
        does(run, (DiscloseInterest(ground=GROUND), M1)).then_nothing()
    does(given(STREAM, *HELD), (DiscloseInterest(ground=GROUND), mediator("m02"))).then_refused(
        "assignment.not_held"
    )


def test_the_organisation_recuses_and_the_case_asks_for_another_mediator():
    run = does(given(STREAM, *HELD), (RequestRecusal(ground=GROUND), PARTY))
    run.then(RecusalRequested(mediator="m01", party=Party.RESPONDENT, ground=GROUND))
    does(run, (RequestRecusal(ground=GROUND), AGENT)).then_nothing()
    run = does(run, (DecideRecusal(recused=True), CLERK))
    said, again = run.events
    assert said == decided(True)
    assert isinstance(again, DesignationRequested)
    assert (again.round, again.excluded) == (2, ("m01",))
    does(run, (DecideRecusal(recused=True), CLERK)).then_refused("recusal.none")


def test_the_organisation_may_leave_the_mediator_whom_a_party_objects_to():
    run = does(
        given(STREAM, *HELD), (RequestRecusal(ground=GROUND), AGENT), (DecideRecusal(recused=False), CLERK)
    ).then(decided(False))
    assert (run.state.mediator, run.state.accepted) == ("m01", True)


def test_a_disclosed_interest_recuses_unless_every_party_agrees_to_go_on():
    no = (DecideRecusal(recused=False), CLERK)
    run = does(given(STREAM, *HELD), (DiscloseInterest(ground=GROUND), M1))
    does(run, no).then_refused("recusal.not_waived")
    run = does(run, (KeepMediator(), PARTY)).then(MediatorKept(mediator="m01", party=Party.RESPONDENT))
    does(run, (KeepMediator(), PARTY)).then_nothing()
    does(run, no).then_refused("recusal.not_waived")
    does(run, (KeepMediator(), AGENT), no).then(decided(False))


def test_who_agreed_to_one_interest_has_not_agreed_to_another():
    run = does(
        given(STREAM, *HELD),
        (DiscloseInterest(ground=GROUND), M1),
        (KeepMediator(), PARTY),
        (KeepMediator(), AGENT),
        (DiscloseInterest(ground=InterestGround.PARTY_OR_RELATIVE), M1),
    )
    does(run, (DecideRecusal(recused=False), CLERK)).then_refused("recusal.not_waived")


def test_nobody_agrees_to_what_was_not_disclosed():
    run = does(given(STREAM, *HELD), (RequestRecusal(ground=GROUND), AGENT))
    does(run, (KeepMediator(), PARTY)).then_refused("recusal.none")
    does(given(STREAM, *HELD), (DecideRecusal(recused=True), CLERK)).then_refused("recusal.none")


def test_a_recusal_that_was_asked_for_falls_with_the_mediator_who_leaves_otherwise():
    run = does(given(STREAM, *ASSIGNED), (RequestRecusal(ground=GROUND), AGENT))
    run = run.until(at(3, 6, 1)).when(place("m02", 2), at=at(3, 6, 2))
    assert run.state.mediator == "m02"
    run.when(DecideRecusal(recused=True), at=at(3, 6, 3), actor=CLERK).then_refused("recusal.none")


@pytest.mark.parametrize(
    ("command", "actor", "why"),
    [
        (RequestRecusal(ground=GROUND), Actor("abc", "p-1", "institution_agent"), "actor.not_allowed"),
        (RequestRecusal(ground=GROUND), Actor("sy1other", "", "party"), "actor.not_allowed"),
        (RequestReplacement(), Actor("sy1other", "", "party"), "actor.not_allowed"),
        (DecideRecusal(recused=True), Actor("another", "c-1", "organisation_clerk"), "actor.not_allowed"),
        (RequestReplacement(choice="m01"), PARTY, "mediator.had_before"),
    ],
)
def test_who_has_no_part_and_what_cannot_be_is_refused(command, actor, why):
    run = does(given(STREAM, *HELD), (RequestRecusal(ground=GROUND), AGENT))
    does(run, (command, actor)).then_refused(why)


def test_there_is_nobody_to_object_to_before_the_designation():
    for body in (RequestRecusal(ground=GROUND), RequestReplacement()):
        given(STREAM, *REFERRED).when(body, at=MON, actor=PARTY).then_refused("mediator.none_yet")


def test_a_party_has_the_mediator_replaced_and_the_draft_is_void():
    run = does(given(STREAM, *DRAFTED), (RequestReplacement(), PARTY))
    said, again = run.events
    assert said == replaced()
    assert isinstance(again, DesignationRequested)
    assert (again.round, again.excluded, again.chosen) == (2, ("m01",), None)
    assert (run.state.mediator, run.state.digest, run.state.signed) == (None, None, ())


def test_a_party_that_refuses_again_and_will_not_choose_has_refused_mediation():
    second = (*HELD, Timed(TUE, replaced()), Timed(TUE, AGAIN), Timed(TUE, designated("m02", 2)))
    does(given(STREAM, *second), (RequestReplacement(), PARTY)).then(ended(End.PARTY_UNWILLING, "m02"))
    chosen = does(given(STREAM, *second), (RequestReplacement(choice="m03"), PARTY)).events[1]
    assert isinstance(chosen, DesignationRequested)
    assert (chosen.excluded, chosen.chosen) == (("m01", "m02"), "m03")


def test_each_party_has_one_replacement_of_its_own():
    second = (*HELD, Timed(TUE, replaced()), Timed(TUE, AGAIN), Timed(TUE, designated("m02", 2)))
    run = does(given(STREAM, *second), (RequestReplacement(), AGENT))
    assert run.events[0] == replaced("m02", 2, Party.APPLICANT)


def test_the_period_that_the_first_acceptance_began_runs_on_with_the_next_mediator():
    run = does(given(STREAM, *HELD), (RequestReplacement(), PARTY))
    run = run.when(place("m02", 2), at=at(3, 5)).when(AcceptAssignment(), at=at(3, 6), actor=mediator("m02"))
    run.then(AssignmentAccepted(mediator="m02"))
    assert run.state.due_at == DUE
    assert [timed.event for timed in STREAM.advance(run.state, DUE)] == [ended(End.EXPIRED, "m02")]


def test_who_was_recused_is_given_back_if_the_roster_sends_her_again_and_another_is_asked_for():
    run = does(
        given(STREAM, *HELD), (RequestRecusal(ground=GROUND), PARTY), (DecideRecusal(recused=True), CLERK)
    )
    run.when(place("m01", 2), at=WED).then(
        DesignationDropped(organisation=ORGANISATION, case=CASE, mediator="m01", round=2),
        requested(3, "m01", by=at(3, 10, 0)),
    )


def test_the_roster_gets_the_seat_back_of_who_is_recused_or_replaced_and_of_nobody_else():
    run = given(made({"id": "m01", "capacity": 1}).roster, subject=ORGANISATION)
    run = run.when(request(CASE), at=MON)
    run.when(decided(False), at=MON).then_nothing()
    for said in (decided(True), replaced()):
        run.when(said, at=MON).then(PlaceFreed(case=CASE, mediator="m01"))


def test_whom_a_party_chose_comes_first_if_free_and_allowed():
    stream = made({"id": "m01", "weight": 9}, {"id": "m02", "capacity": 1}).roster
    asks = request("a", 2, "m03").model_copy(update={"chosen": "m02"})
    run = given(stream, subject=ORGANISATION).when(asks, at=MON)
    assert [(e.mediator, [s.mediator for s in e.why]) for e in run.events if isinstance(e, PlaceTaken)] == [
        ("m02", ["m02", "m01"])
    ]
    full = run.when(asks.model_copy(update={"case": "b"}), at=MON).events
    assert [e.mediator for e in full if isinstance(e, PlaceTaken)] == ["m01"]
    barred = request("c", 2, "m02").model_copy(update={"chosen": "m02"})
    run = given(stream, subject=ORGANISATION).when(barred, at=MON)
    assert [e.mediator for e in run.events if isinstance(e, PlaceTaken)] == ["m01"]
