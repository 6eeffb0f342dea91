"""A mediator who disclosed an interest waits until every party agrees. Source: 法释〔2021〕23号 art 13(2)."""

import pytest

from shared.casework.protocol import Timed
from shared.contracts.agreements import (
    AgreementSigned,
    CountersignAgreement,
    DraftAgreement,
    SealAgreement,
    SignAgreement,
)
from shared.contracts.clocks import PauseGround, PauseMediation
from shared.contracts.confidence import ConcessionKept, KeepConcession, ReadConcessions
from shared.contracts.kinds import AgreementForm, End, LeaveReason, Party, Route
from shared.contracts.mediation import EndMediation, MediationEnded
from shared.contracts.message import Event
from shared.contracts.parties import LeaveMediation
from shared.contracts.quick_decisions import AcceptQuickDecision, GiveQuickDecision
from shared.contracts.recusal import (
    DecideRecusal,
    DiscloseInterest,
    InterestDisclosed,
    InterestGround,
    KeepMediator,
    MediatorKept,
    MediatorReplaced,
    RequestReplacement,
)
from shared.contracts.sessions import (
    Attendance,
    FactItem,
    IdentityCheck,
    RecordSession,
    RecordUndisputedFacts,
    ScheduleSession,
    SessionForm,
    SessionScheduled,
)
from shared.contracts.terms import DecisionReason
from tests.support.spec import Given, given
from tests.unit.mediation.mother import (
    AGENT,
    CLERK,
    DRAFTED,
    DUE,
    HELD,
    MET,
    OPENED,
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
DISCLOSED = Timed(at(3, 5, 17), InterestDisclosed(mediator="m01", ground=InterestGround.OTHER_RELATION))
FRI = at(3, 6)
BOTH = tuple(
    Attendance(party=party, checked=IdentityCheck.FACE_COMPARED, warned=True)
    for party in (Party.APPLICANT, Party.RESPONDENT)
)


def kept(*parties: Party) -> tuple[Timed, ...]:
    return tuple(Timed(at(3, 5, 18), MediatorKept(mediator="m01", party=party)) for party in parties)


def case(*past: Timed) -> Given:
    return given(STREAM, *past)


SESSION = ScheduleSession(session_at=at(3, 9), how=SessionForm.ONLINE, meeting_code="884-201-33")
QUICK = (Timed(HELD[0].at, OPENED.model_copy(update={"route": Route.QUICK_DECISION})), *HELD[1:])
DECISION = GiveQuickDecision(amount_fen=0, decision_reasons=(DecisionReason.NO_FAULT,))
CONCEDED = Timed(at(3, 5, 16), ConcessionKept(concession_number=1))
PLANNED = Timed(
    TUE,
    SessionScheduled(session=1, session_at=at(3, 5), how=SessionForm.ONLINE, meeting_code="884-201-33"),
)
HERS = [
    (MET, SESSION),
    ((*HELD, PLANNED), RecordSession(session=1, attendance=BOTH)),
    (MET, RecordUndisputedFacts(digest=TEXT, items=(FactItem.RATE,))),
    (MET, DraftAgreement(digest=TEXT, amount_fen=800_000)),
    (MET, EndMediation(end=End.LARGE_DIVERGENCE)),
    (MET, PauseMediation(ground=PauseGround.APPRAISAL)),
    (MET, KeepConcession(concession=boxed(1))),
    ((*MET, CONCEDED), ReadConcessions()),
    (DRAFTED, CountersignAgreement(digest=TEXT)),
    (QUICK, DECISION),
]


@pytest.mark.parametrize(("past", "act"), HERS, ids=[type(act).__name__ for _, act in HERS])
@pytest.mark.parametrize(
    "agreed", [(), (Party.APPLICANT,), (Party.RESPONDENT,)], ids=["nobody", "applicant", "respondent"]
)
def test_until_every_party_agrees_who_disclosed_does_nothing_that_rests_on_neutrality(past, act, agreed):
    case(*past, DISCLOSED, *kept(*agreed)).when(act, at=FRI, actor=mediator()).then_refused(
        "interest.not_waived"
    )


@pytest.mark.parametrize(("past", "act"), HERS, ids=[type(act).__name__ for _, act in HERS])
def test_once_every_party_agrees_the_mediator_goes_on(past, act):
    run = case(*past, DISCLOSED, *kept(Party.APPLICANT, Party.RESPONDENT)).when(act, at=FRI, actor=mediator())
    assert [type(one).__name__ for one in run.events] != ["CommandRefused"]
    assert run.events


def test_what_nobody_disclosed_stops_nothing():
    case(*MET).when(SESSION, at=FRI, actor=mediator()).then(
        SessionScheduled(session=2, session_at=at(3, 9), how=SessionForm.ONLINE, meeting_code="884-201-33")
    )


def test_no_agreement_takes_effect_under_a_mediator_to_whom_not_all_agreed():
    signed = Timed(TUE, AgreementSigned(party=Party.APPLICANT, digest=TEXT))
    last = SignAgreement(party=Party.RESPONDENT, digest=TEXT)
    waiting = case(*DRAFTED, signed, DISCLOSED, *kept(Party.RESPONDENT))
    waiting.when(last, at=FRI, actor=PARTY).then_refused("interest.not_waived")
    agreed = waiting.when(KeepMediator(), at=FRI, actor=AGENT).when(last, at=FRI, actor=PARTY)
    assert agreed.state.end is End.AGREEMENT


def test_the_seal_that_would_put_an_agreement_in_force_waits_as_well():
    form = AgreementForm.PEOPLES_MEDIATION
    drafted = DRAFTED[-1].event.model_copy(update={"form": form})
    case(*HELD, Timed(TUE, drafted), DISCLOSED).when(
        SealAgreement(digest=TEXT), at=FRI, actor=CLERK
    ).then_refused("interest.not_waived")


def test_a_quick_decision_waits_for_the_waiver_before_the_yes_and_lapses_as_before():
    given_ = case(*QUICK).when(DECISION, at=TUE, actor=mediator())
    told = given_.when(DiscloseInterest(ground=InterestGround.OTHER_RELATION), at=TUE, actor=mediator())
    yes = AcceptQuickDecision(digest=given_.state.quick.digest)
    told.when(yes, at=FRI, actor=PARTY).then_refused("interest.not_waived")
    both = told.when(KeepMediator(), at=FRI, actor=AGENT).when(KeepMediator(), at=FRI, actor=PARTY)
    assert both.when(yes, at=FRI, actor=PARTY).state.end is End.AGREEMENT
    lapsed = told.until(at(3, 12))
    assert lapsed.state.quick.over


def test_the_parties_may_leave_and_ask_for_another_mediator_all_the_while():
    waits = case(*MET, DISCLOSED)
    left = waits.when(LeaveMediation(reason=LeaveReason.UNWILLING), at=FRI, actor=PARTY)
    assert left.state.end is End.PARTY_UNWILLING
    replaced = waits.when(RequestReplacement(), at=FRI, actor=AGENT)
    assert isinstance(replaced.events[0], MediatorReplaced)


def test_the_next_mediator_has_no_interest_to_be_agreed_to():
    run = case(*MET, DISCLOSED).when(DecideRecusal(recused=True), at=FRI, actor=CLERK)
    assert run.state.recusal is None
    assert run.state.mediator is None


def test_the_clerk_who_has_no_interest_may_end_it():
    case(*MET, DISCLOSED).when(EndMediation(end=End.LARGE_DIVERGENCE), at=FRI, actor=CLERK).then(
        ended(End.LARGE_DIVERGENCE)
    )


def test_the_period_runs_on_since_the_law_stops_it_only_for_an_appraisal_or_a_check():
    run = case(*MET, DISCLOSED).until(DUE)
    over: list[Event] = [one for one in run.events if isinstance(one, MediationEnded)]
    assert over == [ended(End.EXPIRED)]
