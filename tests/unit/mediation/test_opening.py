"""A referral opens a mediation, if it was explained and the applicants agreed."""

from datetime import datetime

import pytest

from shared.casework.calendar import SHANGHAI
from shared.casework.protocol import Timed
from shared.contracts import earlier
from shared.contracts.kinds import DeclineReason, End, Party, Route
from shared.contracts.mediation import (
    AcceptAssignment,
    AssignmentAccepted,
    DeclineAssignment,
    DesignationOverdue,
)
from tests.support.spec import given
from tests.unit.mediation.mother import (
    ASKING,
    ASSIGNED,
    DESIGNATE_BY,
    DUE,
    MON,
    OPENED,
    ORGANISATION,
    REFERRED,
    TUE,
    at,
    designated,
    ended,
    made,
    mediator,
    place,
    referral,
    request,
    requested,
)
from tests.unit.mediation.mother import CASE as SUBJECT

CASE = made().case


def test_a_referral_opens_the_mediation_and_asks_for_a_mediator():
    given(CASE).when(referral(), at=MON).then(OPENED, requested())


def test_the_same_referral_again_changes_nothing():
    given(CASE, *REFERRED).when(referral(), at=TUE).then_nothing()


def test_a_referral_to_the_court_is_no_business_of_mediation():
    given(CASE).when(referral(to=Route.COURT, organisation=None), at=MON).then_nothing()


def test_nothing_opens_before_an_explanation():
    given(CASE).when(referral(explained=False), at=MON).then_refused("referral.not_explained")


@pytest.mark.parametrize("consents", [(), (Party.RESPONDENT,)])
def test_nothing_opens_without_the_applicants_consent(consents):
    given(CASE).when(referral(consents=consents), at=MON).then_refused("referral.consent_missing")


def test_one_sides_consent_is_enough_to_look_for_a_mediator():
    given(CASE).when(referral(consents=(Party.APPLICANT,)), at=MON).then(ASKING, requested())


def test_a_refused_referral_may_come_again_complete():
    given(CASE).when(referral(explained=False), at=MON).when(referral(), at=MON).then(OPENED, requested())


def test_a_referral_to_mediation_without_an_organisation_is_a_fault_not_a_refusal():
    with pytest.raises(ValueError, match="no organisation"):
        given(CASE).when(referral(organisation=None), at=MON)


@pytest.mark.parametrize(
    ("accepted", "due"),
    [
        # 30 days end on Sunday 2026-03-01, and Monday is the last day.
        (datetime(2026, 1, 30, 10, tzinfo=SHANGHAI), datetime(2026, 3, 3, tzinfo=SHANGHAI)),
        # 30 days end on 2026-02-19, in the Spring Festival: work begins again on the 24th.
        (datetime(2026, 1, 20, 23, 59, tzinfo=SHANGHAI), datetime(2026, 2, 25, tzinfo=SHANGHAI)),
        # 16:00 UTC is the next day in Beijing.
        (datetime.fromisoformat("2026-03-02T16:00:00+00:00"), DUE),
    ],
)
def test_the_period_is_counted_in_days_of_the_court_from_the_acceptance_on(accepted, due):
    case = given(CASE, *REFERRED, Timed(accepted, designated(by=due)))
    (taken,) = case.when(AcceptAssignment(), at=accepted, actor=mediator()).events
    assert isinstance(taken, AssignmentAccepted)
    assert (taken.limit_days, taken.due_at) == (30, due)


def test_a_case_that_only_waits_for_a_mediator_does_not_expire_and_alarms_once():
    overdue = DesignationOverdue(organisation=ORGANISATION, round=1, designate_by=DESIGNATE_BY)
    waits = given(CASE, *REFERRED).until(at(9, 1))
    waits.then(Timed(DESIGNATE_BY, overdue))
    waits.until(at(12, 1)).then_nothing()
    assert waits.state.end is None


def test_each_round_has_its_own_limit():
    second = given(CASE, *REFERRED).until(at(3, 6)).when(place(), at=at(3, 9))
    again = second.when(DeclineAssignment(reason=DeclineReason.OTHER), at=at(3, 10), actor=mediator())
    assert again.state.designate_by == at(3, 14, 0)
    (late,) = again.until(at(3, 14)).events
    assert isinstance(late, DesignationOverdue)
    assert late.round == 2


def test_a_designation_in_time_raises_no_alarm():
    taken = given(CASE, *ASSIGNED).when(AcceptAssignment(), at=at(3, 5), actor=mediator())
    taken.until(at(3, 20)).then_nothing()


def test_a_case_of_before_keeps_the_period_that_ran_from_its_referral():
    by_then = at(4, 2, 0)
    opening = earlier.MediationOpened(
        **OPENED.model_dump(exclude={"opened_at", "rules_version", "others", "consents", "way"}),
        accepted_at=MON,
        limit_days=30,
        due_at=by_then,
        rules_version="mediation-2022.1",
    )
    held = given(CASE, Timed(MON, opening), Timed(MON, request(SUBJECT)), Timed(MON, designated()))
    held.when(AcceptAssignment(), at=TUE, actor=mediator()).then(AssignmentAccepted(mediator="m01"))
    held.when(AcceptAssignment(), at=TUE, actor=mediator()).until(at(5, 1)).then(
        Timed(by_then, ended(End.EXPIRED))
    )
