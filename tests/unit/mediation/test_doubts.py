"""A mediation that may be false stops until somebody decides; nothing takes effect, and anybody may leave."""

import itertools

import pytest

from shared.casework.protocol import Timed
from shared.contracts.agreements import (
    AgreementDrafted,
    CountersignAgreement,
    DraftAgreement,
    SealAgreement,
    SignAgreement,
)
from shared.contracts.clocks import PauseGround, PeriodPaused, PeriodResumed, ResumeMediation
from shared.contracts.confidence import KeepConcession, LeaveOffer
from shared.contracts.doubts import (
    DecideFalseMediation,
    FalseConduct,
    FalseMediationDecided,
    FalseMediationReported,
    FalseMediationSign,
    FalseMediationSuspected,
    ReportFalseMediation,
)
from shared.contracts.duplicates import DisputesMerged, MergeUndone
from shared.contracts.envelope import Actor
from shared.contracts.kinds import End, LeaveReason, Party
from shared.contracts.mediation import EndMediation, MediationEnded
from shared.contracts.parties import LeaveMediation
from shared.contracts.sessions import (
    ConfirmFacts,
    FactItem,
    FactsUndisputed,
    RecordUndisputedFacts,
    ScheduleSession,
    SessionForm,
)
from tests.support.explore import explore
from tests.support.spec import Given, given
from tests.support.talks_walks import DOUBTS
from tests.unit.mediation.mother import (
    AGENT,
    ASSIGNED,
    CASE,
    CLERK,
    DRAFTED,
    DUE,
    HELD,
    MET,
    MON,
    OPENED,
    ORGANISATION,
    PARTY,
    TEXT,
    TUE,
    at,
    boxed,
    ended,
    made,
    mediator,
)

STREAM = made().case
M1 = mediator()
COURT = Actor("court", "p-court-1", "court_clerk")
OTHER_CLERK = Actor(ORGANISATION, "p-people-2", "organisation_clerk")
REPORT = ReportFalseMediation(conduct=(FalseConduct.COLLUSION, FalseConduct.INVENTED_FACTS))
FALSE, NOT_FALSE = (DecideFalseMediation(false_mediation=one) for one in (True, False))
CLAIM = 1_000_000
CHECK = PauseGround.FALSE_MEDIATION_CHECK
WEDNESDAY, FRIDAY = at(3, 4), at(3, 6)


def reported(past: tuple[Timed, ...] = DRAFTED) -> Given:
    return given(STREAM, *past).when(REPORT, at=WEDNESDAY, actor=M1)


# Signs -------------------------------------------------------------------------------------------


def draft(past: tuple[Timed, ...], amount_fen: int, when=TUE) -> tuple[FalseMediationSign, ...]:
    """The signs that a draft leads to."""
    case = given(STREAM, *past).when(DraftAgreement(digest=TEXT, amount_fen=amount_fen), at=when, actor=M1)
    assert isinstance(case.events[0], AgreementDrafted)
    return tuple(
        sign for one in case.events if isinstance(one, FalseMediationSuspected) for sign in one.signs
    )


AGREED_FACTS = (*MET, Timed(FRIDAY, FactsUndisputed(digest=TEXT, items=(FactItem.PRINCIPAL,))))


def test_three_signs_together_are_told():
    assert draft(HELD, CLAIM) == (
        FalseMediationSign.SETTLED_AT_ONCE,
        FalseMediationSign.WHOLE_CLAIM,
        FalseMediationSign.NO_SESSION,
    )


@pytest.mark.parametrize(
    ("past", "amount", "when"),
    [
        (HELD, CLAIM - 1, TUE),
        (HELD, CLAIM, at(3, 4, 9)),
        (MET, CLAIM, FRIDAY),
        (AGREED_FACTS, CLAIM, FRIDAY),
    ],
    ids=["less than the claim", "a day later", "after a session", "facts agreed, but not at once"],
)
def test_fewer_signs_are_not(past, amount, when):
    assert draft(past, amount, when) == ()


def test_the_last_minute_of_the_first_day_still_counts():
    assert len(draft(HELD, CLAIM, at(3, 4, 8, 59))) == 3


def test_the_same_signs_are_told_once():
    told = given(STREAM, *HELD).when(DraftAgreement(digest=TEXT, amount_fen=CLAIM), at=TUE, actor=M1)
    again = told.when(DraftAgreement(digest="c" * 64, amount_fen=CLAIM), at=TUE, actor=M1)
    assert [type(event) for event in again.events] == [AgreementDrafted]


def test_a_case_of_an_earlier_version_has_no_signs():
    opened = Timed(MON, OPENED.model_copy(update={"rules_version": "mediation-2026.2"}))
    assert draft((opened, *HELD[1:]), CLAIM) == ()


def test_signs_alone_stop_nothing():
    told = given(STREAM, *HELD).when(DraftAgreement(digest=TEXT, amount_fen=CLAIM), at=TUE, actor=M1)
    signed = told
    for party, actor in ((Party.APPLICANT, AGENT), (Party.RESPONDENT, PARTY)):
        signed = signed.when(SignAgreement(party=party, digest=TEXT), at=TUE, actor=actor)
    assert signed.state.end is End.AGREEMENT


# Reported ----------------------------------------------------------------------------------------


def test_a_report_suspends_the_mediation_and_stops_its_clock():
    case = reported()
    told = FalseMediationReported(conduct=REPORT.conduct, reported_by=str(M1))
    case.then(told, PeriodPaused(ground=CHECK, left_days=29))
    case.when(REPORT, at=WEDNESDAY, actor=M1).then_nothing()
    assert case.until(at(6, 1)).state.end is None


@pytest.mark.parametrize(
    ("command", "actor"),
    [
        (DraftAgreement(digest="c" * 64, amount_fen=5), M1),
        (SignAgreement(party=Party.APPLICANT, digest=TEXT), AGENT),
        (SignAgreement(party=Party.RESPONDENT, digest=TEXT), PARTY),
        (CountersignAgreement(digest=TEXT), M1),
        (SealAgreement(digest=TEXT), CLERK),
        (EndMediation(end=End.OTHER), M1),
        (EndMediation(end=End.LARGE_DIVERGENCE), CLERK),
        (LeaveOffer(offer=boxed(5)), AGENT),
        (KeepConcession(concession=boxed(5)), PARTY),
        (ScheduleSession(session_at=FRIDAY, how=SessionForm.ONLINE, meeting_code="884-201"), M1),
        (ReportFalseMediation(conduct=(FalseConduct.FORGED_EVIDENCE,)), CLERK),
    ],
    ids=lambda one: type(one).__name__,
)
def test_nothing_is_negotiated_signed_or_ended_meanwhile(command, actor):
    reported().when(command, at=WEDNESDAY, actor=actor).then_refused("doubt.suspended")


def test_no_facts_are_recorded_or_confirmed_meanwhile():
    facts = RecordUndisputedFacts(digest=TEXT, items=(FactItem.PRINCIPAL,))
    met = given(STREAM, *MET).when(REPORT, at=FRIDAY, actor=M1)
    met.when(facts, at=FRIDAY, actor=M1).then_refused("doubt.suspended")
    begun = given(STREAM, *MET).when(facts, at=FRIDAY, actor=M1).when(REPORT, at=FRIDAY, actor=CLERK)
    begun.when(ConfirmFacts(digest=TEXT), at=FRIDAY, actor=PARTY).then_refused("doubt.suspended")


def test_the_check_is_not_lifted_by_resuming_the_clock():
    resume = ResumeMediation(ground=CHECK)
    reported().when(resume, at=WEDNESDAY, actor=CLERK).then_refused("pause.by_check")


@pytest.mark.parametrize(
    ("past", "actor", "reason"),
    [
        (HELD, PARTY, "actor.not_allowed"),
        (HELD, AGENT, "actor.not_allowed"),
        (HELD, mediator("m02"), "assignment.not_held"),
        (HELD, Actor("banking-mediation", "p-1", "organisation_clerk"), "actor.not_allowed"),
        (ASSIGNED, M1, "period.not_begun"),
        (ASSIGNED, CLERK, "period.not_begun"),
    ],
)
def test_who_does_not_report(past, actor, reason):
    given(STREAM, *past).when(REPORT, at=TUE, actor=actor).then_refused(reason)


# Decided -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("actor", [CLERK, COURT])
def test_a_false_mediation_ends_without_an_agreement(actor):
    case = reported().when(FALSE, at=FRIDAY, actor=actor)
    case.then(FalseMediationDecided(false_mediation=True), ended(End.OTHER))
    case.when(FALSE, at=FRIDAY, actor=actor).then_nothing()
    case.when(SignAgreement(party=Party.APPLICANT, digest=TEXT), at=FRIDAY, actor=AGENT).then_refused(
        "case.closed"
    )


def test_without_ground_it_goes_on_with_the_days_that_were_left():
    case = reported().when(NOT_FALSE, at=at(3, 16), actor=COURT)
    decided, resumed = case.events
    assert decided == FalseMediationDecided(false_mediation=False)
    assert isinstance(resumed, PeriodResumed)
    assert (resumed.ground, resumed.limit_days, resumed.due_at) == (CHECK, 29, at(4, 15, 0))
    assert resumed.due_at > DUE
    signed = case
    for party, actor in ((Party.APPLICANT, AGENT), (Party.RESPONDENT, PARTY)):
        signed = signed.when(SignAgreement(party=party, digest=TEXT), at=at(3, 17), actor=actor)
    assert signed.state.end is End.AGREEMENT


def test_it_may_be_reported_again_after_it_was_cleared():
    cleared = reported().when(NOT_FALSE, at=FRIDAY, actor=CLERK)
    assert cleared.when(REPORT, at=FRIDAY, actor=M1).state.talks.suspended


def test_nobody_decides_about_a_report_of_ones_own():
    case = given(STREAM, *HELD).when(REPORT, at=WEDNESDAY, actor=CLERK)
    case.when(FALSE, at=FRIDAY, actor=CLERK).then_refused("doubt.own_report")
    case.when(NOT_FALSE, at=FRIDAY, actor=CLERK).then_refused("doubt.own_report")
    assert case.when(FALSE, at=FRIDAY, actor=OTHER_CLERK).state.end is End.OTHER


def test_a_party_leaves_all_the_same_and_the_report_is_decided_all_the_same():
    leave = LeaveMediation(reason=LeaveReason.UNWILLING)
    left = reported().when(leave, at=FRIDAY, actor=PARTY)
    assert left.state.end is End.PARTY_UNWILLING
    case = left.when(FALSE, at=FRIDAY, actor=COURT)
    case.then(FalseMediationDecided(false_mediation=True))
    assert case.state.end is End.PARTY_UNWILLING


def test_what_cannot_be_decided():
    given(STREAM, *HELD).when(FALSE, at=TUE, actor=COURT).then_refused("doubt.none")
    for actor in (M1, PARTY, AGENT):
        reported().when(FALSE, at=FRIDAY, actor=actor).then_refused("actor.not_allowed")
    stranger = Actor("banking-mediation", "p-1", "organisation_clerk")
    reported().when(FALSE, at=FRIDAY, actor=stranger).then_refused("actor.not_allowed")


def test_in_no_phase_does_an_agreement_take_effect_while_a_report_is_to_be_decided():
    phases = [here for here in explore(DOUBTS).reached.values() if here.state is not None]
    suspended = [here for here in phases if here.state.talks.suspended and here.state.end is None]
    assert len(suspended) > 2
    for here, sample in itertools.product(suspended, CASE_SAMPLES):
        events = DOUBTS.answer(here, sample).events
        assert not any(isinstance(one, MediationEnded) and one.end is End.AGREEMENT for one in events)
        assert CHECK in here.state.clock.pauses


CASE_SAMPLES = [
    sample
    for here in explore(DOUBTS).reached.values()
    if here.state is not None and here.state.digest is not None
    for sample in DOUBTS.may_come(here)
]


def test_a_mediation_that_is_reopened_begins_without_a_report_to_decide():
    about = {"case": CASE, "kept": "sy1kept", "party_token": "t"}
    merged = DisputesMerged(**about, automatic=True, rules=("MAT-001",), rules_version="intake-2026.4")
    over = reported().when(merged, at=FRIDAY)
    assert over.state.end is End.OTHER
    again = over.when(MergeUndone(**about), at=FRIDAY)
    assert again.state.end is None
    assert not again.state.talks.suspended
    again.when(FALSE, at=FRIDAY, actor=COURT).then_refused("doubt.none")
