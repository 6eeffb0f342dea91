"""A quick decision binds the institution by the consumer's yes, and nobody without it."""

from datetime import date, datetime, timedelta

import pytest

from services.mediation.handlers import handlers
from shared.casework.agreement_text import DECISION, TEMPLATES, Agreement, digest_of, text_of
from shared.casework.announced import with_years
from shared.casework.calendar import SHANGHAI
from shared.casework.protocol import Timed
from shared.contracts.agreements import (
    AgreementCompleted,
    AgreementEffective,
    AgreementSealed,
    DraftAgreement,
    SealAgreement,
    SignAgreement,
)
from shared.contracts.calendar_file import CalendarFile
from shared.contracts.doubts import DecideFalseMediation, FalseConduct, ReportFalseMediation
from shared.contracts.envelope import Actor
from shared.contracts.intake import ConsentGiven
from shared.contracts.kinds import AgreementForm, Cause, DeadlineKind, End, LeaveReason, Party, Route
from shared.contracts.mediation import AcceptAssignment, DeadlineCorrected, EndMediation, MediationEnded
from shared.contracts.parties import LeaveMediation
from shared.contracts.performance import InstalmentsScheduled
from shared.contracts.quick_decisions import (
    AcceptQuickDecision,
    GiveQuickDecision,
    QuickDecisionAccepted,
    QuickDecisionIssued,
    QuickDecisionRejected,
    RejectQuickDecision,
)
from shared.contracts.recusal import RequestReplacement
from shared.contracts.terms import DecisionReason, Instalment, Terms
from tests.support.calendars import known_until, notice
from tests.support.spec import Given, given
from tests.unit.mediation.mother import (
    AGENT,
    CASE,
    CLERK,
    HELD,
    MON,
    ORGANISATION,
    PARTY,
    TEXT,
    TUE,
    at,
    made,
    mediator,
    network,
    place,
    referral,
)

STREAM = made().case
CLAIM = 800_000
TERMS = Terms(payer=Party.APPLICANT, instalments=(Instalment(pay_on=date(2026, 3, 31), pay_fen=500_000),))
REASONS = (DecisionReason.NOT_PROMPTED, DecisionReason.EQUITY)
GIVE = GiveQuickDecision(amount_fen=500_000, decision_reasons=REASONS, terms=TERMS)
NOTHING = GiveQuickDecision(amount_fen=0, decision_reasons=(DecisionReason.NO_FAULT,))
ACCEPT_BY = at(3, 11, 0)
"""Five working days after TUE: Tuesday 10 March is the last day."""


def said(decision: GiveQuickDecision) -> Agreement:
    return Agreement(
        case=CASE,
        organisation=ORGANISATION,
        institution="ccb",
        cause=Cause.COMPLAINT,
        amount_fen=decision.amount_fen,
        form=AgreementForm.PLATFORM,
        terms=decision.terms,
        reasons=decision.decision_reasons,
    )


DIGEST = digest_of(said(GIVE), DECISION)
ISSUED = QuickDecisionIssued(
    digest=DIGEST,
    amount_fen=500_000,
    decision_reasons=REASONS,
    text_version=DECISION,
    accept_by=ACCEPT_BY,
    terms=TERMS,
)
ACCEPT = AcceptQuickDecision(digest=DIGEST)


def referred(stream=STREAM, when: datetime = MON) -> Given:
    """A complaint that came for a quick decision, with a mediator who accepted a day later."""
    to, consents = Route.QUICK_DECISION, (Party.APPLICANT,)
    asked = referral(to=to, cause=Cause.COMPLAINT, claim_fen=CLAIM, consents=consents)
    run = given(stream).when(asked, at=when).when(place(), at=when)
    return run.when(AcceptAssignment(), at=when + timedelta(days=1), actor=mediator())


def decided(command: GiveQuickDecision = GIVE) -> Given:
    return referred().when(command, at=TUE, actor=mediator())


def fresh(run: Given) -> Given:
    return Given(run.stream, run.state, CASE)


def test_the_mediator_decides_and_the_consumer_has_five_working_days():
    assert decided().events[-1] == ISSUED


def test_the_consumers_yes_binds_both_sides_without_the_institutions_signature():
    run = fresh(decided()).when(ACCEPT, at=TUE, actor=PARTY)
    run.then(
        QuickDecisionAccepted(digest=DIGEST),
        AgreementEffective(digest=DIGEST, amount_fen=500_000, complete=False, by_decision=True),
        MediationEnded(
            organisation=ORGANISATION,
            institution="ccb",
            case=CASE,
            cause=Cause.COMPLAINT,
            end=End.AGREEMENT,
            mediator="m01",
            claim_fen=CLAIM,
            settled_fen=CLAIM,
            agreed_fen=500_000,
        ),
        *run.events[3:],
    )
    assert [type(event) for event in run.events[3:]] == [InstalmentsScheduled]
    fresh(run).when(ACCEPT, at=TUE, actor=PARTY).then_nothing()


def test_the_seal_completes_it_for_the_court():
    run = fresh(decided()).when(ACCEPT, at=TUE, actor=PARTY)
    fresh(run).when(SealAgreement(digest=DIGEST), at=TUE, actor=CLERK).then(
        AgreementSealed(digest=DIGEST), AgreementCompleted(digest=DIGEST)
    )


@pytest.mark.parametrize(
    "actor",
    [
        AGENT,
        mediator(),
        CLERK,
        Actor("sy1other", "", "party"),
        Actor(CASE, "respondent-2", "party"),
        Actor(CASE, "applicant", "party"),
    ],
)
@pytest.mark.parametrize("body", [ACCEPT, RejectQuickDecision()])
def test_nobody_but_the_consumer_answers(actor, body):
    fresh(decided()).when(body, at=TUE, actor=actor).then_refused("actor.not_allowed")


def test_another_respondent_of_the_case_is_not_the_consumer_who_answers():
    others = (Party.RESPONDENT_2,)
    run = decided()
    run = Given(STREAM, run.state.but(others=others), CASE)
    run.when(ACCEPT, at=TUE, actor=Actor(CASE, "respondent-2", "party")).then_refused("actor.not_allowed")


def test_on_a_no_nobody_is_bound_and_the_mediation_goes_on():
    run = fresh(decided()).when(RejectQuickDecision(), at=TUE, actor=PARTY).then(QuickDecisionRejected())
    fresh(run).when(RejectQuickDecision(), at=TUE, actor=PARTY).then_nothing()
    fresh(run).when(ACCEPT, at=TUE, actor=PARTY).then_refused("decision.none")
    fresh(run).when(GIVE, at=TUE, actor=mediator()).then_refused("decision.not_asked")
    draft = DraftAgreement(amount_fen=500_000, terms=TERMS)
    fresh(run).when(draft, at=TUE, actor=mediator()).then_refused("consent.missing")
    agreed = fresh(run).when(ConsentGiven(party=Party.RESPONDENT), at=TUE)
    drafted = agreed.when(draft, at=TUE, actor=mediator())
    assert drafted.state.digest is not None


def test_silence_is_a_no_at_the_limit_and_a_yes_at_that_instant_is_late():
    run = fresh(decided()).until(ACCEPT_BY - timedelta(seconds=1))
    late = fresh(run).when(ACCEPT, at=ACCEPT_BY, actor=PARTY)
    assert late.new[0] == Timed(ACCEPT_BY, QuickDecisionRejected(lapsed=True))
    assert late.events[1].reason == "decision.none"
    last = fresh(decided()).when(ACCEPT, at=ACCEPT_BY - timedelta(seconds=1), actor=PARTY)
    assert last.state.end is End.AGREEMENT


def test_until_the_consumer_says_no_nothing_is_drafted_or_signed():
    for run in (referred().when(ConsentGiven(party=Party.RESPONDENT), at=TUE), decided()):
        draft = DraftAgreement(digest=TEXT, amount_fen=1)
        fresh(run).when(draft, at=TUE, actor=mediator()).then_refused("decision.decides")
        sign = SignAgreement(party=Party.RESPONDENT, digest=DIGEST)
        fresh(run).when(sign, at=TUE, actor=PARTY).then_refused("agreement.none")


@pytest.mark.parametrize(
    ("command", "actor", "reason"),
    [
        (GIVE, CLERK, "actor.not_allowed"),
        (GIVE, mediator("m02"), "assignment.not_held"),
        (GIVE.model_copy(update={"amount_fen": CLAIM + 1}), mediator(), "agreement.above_claim"),
        (GIVE.model_copy(update={"terms": None}), mediator(), "decision.no_terms"),
        (GIVE.model_copy(update={"amount_fen": 1}), mediator(), "terms.sum_differs"),
        (ACCEPT, PARTY, "decision.none"),
        (RejectQuickDecision(), PARTY, "decision.none"),
    ],
)
def test_what_cannot_be_decided_or_answered(command, actor, reason):
    fresh(referred()).when(command, at=TUE, actor=actor).then_refused(reason)


def test_a_decision_is_given_once_and_accepted_by_its_digest():
    fresh(decided()).when(NOTHING, at=TUE, actor=mediator()).then_refused("decision.given")
    other = AcceptQuickDecision(digest=TEXT)
    fresh(decided()).when(other, at=TUE, actor=PARTY).then_refused("decision.other_digest")


def test_a_case_that_came_for_mediation_takes_no_decision():
    run = given(STREAM, *HELD)
    fresh(run).when(GIVE, at=TUE, actor=mediator()).then_refused("decision.not_asked")


def test_a_decision_that_gives_nothing_has_no_terms_and_no_clock_after_it():
    run = decided(NOTHING)
    yes = AcceptQuickDecision(digest=digest_of(said(NOTHING), DECISION))
    run = fresh(run).when(yes, at=TUE, actor=PARTY)
    assert [type(event) for event in run.events] == [
        QuickDecisionAccepted,
        AgreementEffective,
        MediationEnded,
    ]
    assert STREAM.due(run.state) is None


def test_too_near_to_the_end_of_the_period_there_is_no_time_left_to_think():
    due = referred().state.due_at
    for days, given_ in ((9, True), (2, False)):
        run = fresh(referred()).when(NOTHING, at=due - timedelta(days=days), actor=mediator())
        assert isinstance(run.events[-1], QuickDecisionIssued) is given_
    assert run.events[-1].reason == "decision.too_late"


def test_a_mediator_who_is_replaced_takes_her_decision_along():
    run = fresh(decided()).when(RequestReplacement(), at=TUE, actor=PARTY)
    fresh(run).when(ACCEPT, at=TUE, actor=PARTY).then_refused("decision.none")
    run = run.when(place("m02", 2), at=TUE).when(AcceptAssignment(), at=TUE, actor=mediator("m02"))
    assert isinstance(run.when(GIVE, at=TUE, actor=mediator("m02")).events[-1], QuickDecisionIssued)


@pytest.mark.parametrize("actor", [mediator(), CLERK], ids=lambda one: one.role)
@pytest.mark.parametrize("end", [End.OTHER, End.PARTY_UNWILLING])
def test_while_the_consumer_thinks_nobody_but_a_party_ends_it(end, actor):
    run = fresh(decided()).when(EndMediation(end=end), at=TUE, actor=actor)
    run.then_refused("decision.waits")
    assert isinstance(fresh(decided()).when(ACCEPT, at=TUE, actor=PARTY).events[0], QuickDecisionAccepted)
    said_no = fresh(decided()).when(RejectQuickDecision(), at=TUE, actor=PARTY)
    assert fresh(said_no).when(EndMediation(end=end), at=TUE, actor=actor).state.end is end


def test_while_a_false_mediation_is_suspected_nothing_is_decided_or_accepted():
    report = ReportFalseMediation(conduct=(FalseConduct.COLLUSION,))
    for run, body, actor in ((referred(), GIVE, mediator()), (decided(), ACCEPT, PARTY)):
        doubted = fresh(run).when(report, at=TUE, actor=mediator())
        fresh(doubted).when(body, at=TUE, actor=actor).then_refused("doubt.suspended")


REVOKING = [
    LeaveMediation(reason=LeaveReason.UNWILLING),
    LeaveMediation(reason=LeaveReason.WITHDRAWN),
    LeaveMediation(reason=LeaveReason.PAID),
    RequestReplacement(),
    RequestReplacement(choice="m03"),
]


@pytest.mark.parametrize("act", REVOKING, ids=repr)
def test_the_institution_takes_its_undertaking_back_neither_by_leaving_nor_by_another_mediator(act):
    fresh(decided()).when(act, at=TUE, actor=AGENT).then_refused("decision.undertaken")
    assert fresh(decided()).when(ACCEPT, at=TUE, actor=PARTY).state.end is End.AGREEMENT


@pytest.mark.parametrize("act", REVOKING, ids=repr)
def test_before_the_decision_and_after_a_no_or_silence_the_institution_is_as_free_as_anybody(act):
    said_no = fresh(decided()).when(RejectQuickDecision(), at=TUE, actor=PARTY)
    silent = fresh(decided()).until(at(3, 20))
    for run in (referred(), said_no, silent):
        done = fresh(run).when(act, at=at(3, 20), actor=AGENT)
        assert "CommandRefused" not in [type(one).__name__ for one in done.events]
        assert done.events


@pytest.mark.parametrize("actor", [PARTY], ids=lambda one: one.role)
def test_the_consumer_may_leave_before_the_yes_and_nobody_after_it(actor):
    leave = LeaveMediation(reason=LeaveReason.UNWILLING)
    left = fresh(decided()).when(leave, at=TUE, actor=actor)
    assert left.state.end is End.PARTY_UNWILLING
    fresh(left).when(ACCEPT, at=TUE, actor=PARTY).then_refused("case.closed")
    bound = fresh(decided()).when(ACCEPT, at=TUE, actor=PARTY)
    for one in (actor, AGENT):
        fresh(bound).when(leave, at=TUE, actor=one).then_refused("case.closed")


def test_the_time_to_accept_is_provisional_where_the_calendar_is_and_put_right():
    start = datetime(2026, 12, 28, 10, tzinfo=SHANGHAI)
    before = handlers(network(), calendar=known_until(2026)).case
    later = GIVE.model_copy(
        update={
            "terms": Terms(
                payer=Party.APPLICANT, instalments=(Instalment(pay_on=date(2027, 3, 1), pay_fen=500_000),)
            )
        }
    )
    run = referred(before, start).when(later, at=start + timedelta(days=1), actor=mediator())
    issued = run.events[-1]
    assert (issued.accept_by, issued.accept_provisional) == (datetime(2027, 1, 7, tzinfo=SHANGHAI), True)
    known = with_years(known_until(2026), [CalendarFile.model_validate(notice(2027, off=["2027-01-04"]))])
    after = handlers(network(), calendar=known).case
    run = Given(after, run.state, CASE).until(start + timedelta(days=2))
    corrected = [one for one in run.events if isinstance(one, DeadlineCorrected)]
    assert (DeadlineKind.DECISION, datetime(2027, 1, 8, tzinfo=SHANGHAI)) in [
        (one.deadline, one.after) for one in corrected
    ]


def test_the_text_says_what_was_decided_and_that_only_the_yes_puts_it_in_force():
    text = text_of(said(GIVE), DECISION)
    assert text.startswith("小额纠纷快速裁决书\n")
    assert "裁决理由：息费条款未提示说明、公平合理补偿。" in text
    assert "申请人向被申请人支付人民币 5,000.00 元，分 1 期：" in text
    assert "消费者不接受或者逾期未答复的，对任何一方均无约束力" in text
    assert "双方互不给付。" in text_of(said(NOTHING), DECISION)
    assert TEMPLATES[DECISION].since


def test_a_decision_can_be_accepted_once_the_report_is_cleared():
    report = ReportFalseMediation(conduct=(FalseConduct.COLLUSION,))
    doubted = fresh(decided()).when(report, at=TUE, actor=mediator())
    cleared = doubted.when(DecideFalseMediation(false_mediation=False), at=TUE, actor=CLERK)
    assert cleared.when(ACCEPT, at=TUE, actor=PARTY).state.end is End.AGREEMENT
