"""What one organisation cannot serve passes to another: by rule once, by the court at any time."""

from dataclasses import replace

import pytest

from services.mediation.handlers import handlers
from services.mediation.rules import CASE_RULES
from shared.casework.protocol import Timed
from shared.casework.rulebook import RuleBook
from shared.contracts.delegation import MaterialsReceived
from shared.contracts.envelope import Actor
from shared.contracts.kinds import Cause, End, Way
from shared.contracts.mediation import (
    AcceptAssignment,
    DesignationOverdue,
    DesignationQueued,
    DesignationRequested,
    DesignationWithdrawn,
    EndMediation,
    PlaceFreed,
    PlaceTaken,
)
from shared.contracts.transfers import CaseTransferred, TransferCase, TransferGround
from tests.support.spec import given
from tests.unit.mediation.mother import (
    ACCEPTED,
    CASE,
    CLERK,
    DESIGNATE_BY,
    DRAFTED,
    MON,
    OPENED,
    ORGANISATION,
    OTHER,
    QUIET,
    TUE,
    at,
    designated,
    made,
    mediator,
    referral,
    request,
    requested,
    two_organisations,
)

NETWORK = two_organisations(({"id": "m01", "capacity": 1},), ({"id": "m11", "capacity": 1},))
NOW = CASE_RULES.now
RULES = RuleBook({NOW.version: replace(NOW, overflow_queue=2, ladder=None)}, current=NOW.version)
HANDLERS = handlers(NETWORK, RULES)
STREAM = HANDLERS.case
COURT = Actor("court", "p-court-1", "court_clerk")
APPLIED = OPENED.model_copy(update={"way": Way.APPLIED})
WAITING = (Timed(MON, APPLIED), Timed(MON, requested()))
AGAIN = at(3, 12, 0)
"""Three working days after Friday 6 March, when the first organisation's time is over."""


def transferred(
    ground: TransferGround, to: str = OTHER, round: int = 1, organisation: str = ORGANISATION
) -> CaseTransferred:
    return CaseTransferred(organisation=organisation, case=CASE, round=round, receiver=to, ground=ground)


def asks(round: int = 2, by=DESIGNATE_BY, organisation: str = OTHER) -> DesignationRequested:
    return requested(round, by=by).model_copy(update={"organisation": organisation})


def queued(waiting: int, eligible: int = 1, round: int = 1) -> DesignationQueued:
    return DesignationQueued(
        case=CASE, round=round, cause=Cause.CREDIT_CARD, excluded=(), waiting=waiting, eligible=eligible
    )


def test_a_case_for_which_nobody_is_designated_in_time_passes_to_the_other_organisation_once():
    overdue = DesignationOverdue(organisation=ORGANISATION, round=1, designate_by=DESIGNATE_BY)
    second = DesignationOverdue(organisation=OTHER, round=2, designate_by=AGAIN)
    given(STREAM, *WAITING).until(at(4, 1)).then(
        Timed(DESIGNATE_BY, overdue),
        Timed(DESIGNATE_BY, transferred(TransferGround.OVERDUE)),
        Timed(DESIGNATE_BY, asks(by=AGAIN)),
        Timed(AGAIN, second),
    )


def test_a_queue_over_the_limit_sends_the_case_on_and_one_at_the_limit_does_not():
    given(STREAM, *WAITING).when(queued(2), at=MON).then_nothing()
    given(STREAM, *WAITING).when(queued(3), at=MON).then(transferred(TransferGround.QUEUE_TOO_LONG), asks())


def test_a_case_that_nobody_may_take_is_sent_on_at_once():
    given(STREAM, *WAITING).when(queued(1, eligible=0), at=MON).then(
        transferred(TransferGround.NOBODY_ELIGIBLE), asks()
    )


def test_what_a_queue_said_of_an_earlier_round_sends_nothing_on():
    given(STREAM, *WAITING, Timed(MON, requested(2))).when(queued(9), at=MON).then_nothing()
    given(STREAM, *WAITING, Timed(MON, designated())).when(queued(9), at=MON).then_nothing()


def test_who_left_the_case_stays_left_out_at_the_other_organisation():
    past = (*WAITING, Timed(MON, requested(2, "m01")))
    (_, request_) = given(STREAM, *past).when(queued(9, round=2), at=MON).events
    assert isinstance(request_, DesignationRequested)
    assert (request_.organisation, request_.round, request_.excluded) == (OTHER, 3, ("m01",))


def test_a_delegated_case_stays_with_the_organisation_that_the_court_named():
    past = (Timed(MON, OPENED), *WAITING[1:])
    given(STREAM, *past).when(queued(9), at=MON).then_nothing()
    run = given(STREAM, *past).until(at(4, 1))
    assert [type(event) for event in run.events] == [DesignationOverdue]


def test_a_case_of_earlier_rules_and_a_network_with_one_organisation_only_alarm():
    old = APPLIED.model_copy(update={"rules_version": "mediation-2026.2"})
    for stream, opened in ((handlers(NETWORK, QUIET).case, old), (made().case, APPLIED)):
        run = given(stream, Timed(MON, opened), *WAITING[1:])
        run.when(queued(9999), at=MON).then_nothing()
        assert [type(event) for event in run.until(at(4, 1)).events] == [DesignationOverdue]


def test_the_court_transfers_a_case_at_any_time_and_what_was_drafted_is_void():
    past = (DRAFTED[0], Timed(MON, MaterialsReceived()), *DRAFTED[1:])
    run = given(STREAM, *past).when(TransferCase(receiver=OTHER), at=at(3, 4), actor=COURT)
    run.then(transferred(TransferGround.COURT), asks(by=at(3, 10, 0)))
    state = run.state
    assert (state.organisation, state.mediator, state.accepted, state.digest) == (OTHER, None, False, None)
    assert state.due_at == ACCEPTED.due_at, "the period runs on"
    assert not state.materials_received, "the new organisation signs for them itself"


def test_the_court_transfers_a_case_while_the_parties_may_still_choose():
    opening = given(STREAM).when(referral(way=Way.APPLIED), at=MON)
    assert opening.state.round == 0
    run = opening.when(TransferCase(receiver=OTHER), at=MON, actor=COURT)
    assert run.events[0] == transferred(TransferGround.COURT)
    assert (run.state.organisation, run.state.round) == (OTHER, 1)


def test_after_a_transfer_the_new_organisation_acts_and_the_old_one_no_longer():
    run = given(STREAM, *WAITING, Timed(MON, transferred(TransferGround.COURT)), Timed(MON, asks()))
    other = Actor(OTHER, "p-bank-1", "organisation_clerk")
    run.when(EndMediation(end=End.OTHER), at=TUE, actor=CLERK).then_refused("actor.not_allowed")
    ended = run.when(EndMediation(end=End.OTHER), at=TUE, actor=other).events[0]
    assert getattr(ended, "organisation", "") == OTHER


def test_a_mediator_of_the_new_organisation_accepts():
    seat = Timed(MON, designated("m11", 2).model_copy(update={"organisation": OTHER}))
    past = (*WAITING, Timed(MON, transferred(TransferGround.COURT)), Timed(MON, asks()), seat)
    given(STREAM, *past).when(AcceptAssignment(), at=TUE, actor=mediator("m11")).then_refused(
        "assignment.not_held"
    )
    run = given(STREAM, *past).when(AcceptAssignment(), at=TUE, actor=mediator("m11", OTHER))
    assert run.state.accepted


def test_the_court_may_send_a_case_back_and_to_where_it_is_changes_nothing():
    there = given(STREAM, *WAITING).when(TransferCase(receiver=OTHER), at=MON, actor=COURT)
    there.when(TransferCase(receiver=OTHER), at=MON, actor=COURT).then_nothing()
    back = there.when(TransferCase(receiver=ORGANISATION), at=MON, actor=COURT)
    back.then(transferred(TransferGround.COURT, ORGANISATION, 2, OTHER), asks(3, organisation=ORGANISATION))


@pytest.mark.parametrize(
    ("actor", "to", "reason"),
    [
        (CLERK, OTHER, "actor.not_allowed"),
        (COURT, "nobody", "transfer.nowhere"),
        (COURT, "court", "transfer.nowhere"),
    ],
)
def test_nobody_else_transfers_a_case_and_nowhere_else(actor, to, reason):
    given(STREAM, *WAITING).when(TransferCase(receiver=to), at=MON, actor=actor).then_refused(reason)


def test_an_organisation_that_does_not_take_the_cause_gets_no_case_of_it():
    network = NETWORK.model_dump(mode="json")
    line = {"organisation": ORGANISATION, "tiers": ["simple", "ordinary", "complex"]}
    lines = [
        {**line, "causes": ["credit_card", "loan", "finance_lease"]},
        {**line, "causes": ["complaint"], "organisation": OTHER},
    ]
    stream = handlers(type(NETWORK).model_validate({**network, "routing": lines}), RULES).case
    given(stream, *WAITING).when(queued(9), at=MON).then_nothing()
    given(stream, *WAITING).when(TransferCase(receiver=OTHER), at=MON, actor=COURT).then_refused(
        "transfer.nowhere"
    )


# The roster -------------------------------------------------------------------------------------


def roster(*bodies):
    run = given(HANDLERS.roster, subject=ORGANISATION)
    for body in bodies:
        run = run.when(body, at=MON)
    return run


def test_a_case_that_passes_on_leaves_the_queue_once():
    passed = transferred(TransferGround.QUEUE_TOO_LONG)
    run = roster(request("a"), request(CASE), passed).then(DesignationWithdrawn(case=CASE, round=1))
    run.when(passed, at=MON).then_nothing()


def test_a_case_that_passes_on_gives_its_seat_back_and_the_next_one_gets_it():
    run = roster(request(CASE), request("b"), transferred(TransferGround.COURT))
    free, taken = run.events
    assert free == PlaceFreed(case=CASE, mediator="m01")
    assert isinstance(taken, PlaceTaken)
    assert taken.case == "b"


def test_a_transfer_of_an_earlier_stay_frees_no_seat_of_a_later_one():
    roster(request(CASE, 3), transferred(TransferGround.COURT)).then_nothing()
