"""What intake says is understood; what others build on is said. Examples in tests/contract."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.mediation.case import Mediation
from services.mediation.handlers import handlers
from shared.casework.calendar import SHANGHAI
from shared.casework.protocol import Received
from shared.contracts import earlier
from shared.contracts.agreements import CountersignAgreement, DraftAgreement, SealAgreement, SignAgreement
from shared.contracts.choices import ChooseMediator
from shared.contracts.clocks import (
    AgreeExtension,
    PauseGround,
    PauseMediation,
    ProposeExtension,
    ResumeMediation,
)
from shared.contracts.co_mediators import CoMediatorLeft, CoMediatorRequested, PresidingChosen
from shared.contracts.complaints import (
    ComplaintDecided,
)
from shared.contracts.delegation import ReceiveMaterials
from shared.contracts.envelope import Actor
from shared.contracts.intake import DisputeReferred
from shared.contracts.kinds import (
    ContactMeans,
    DeadlineKind,
    DeclineReason,
    End,
    LeaveReason,
    Party,
    Way,
)
from shared.contracts.mediation import (
    AcceptAssignment,
    AssignmentDeclined,
    DeadlineCorrected,
    DeclineAssignment,
    DesignationQueued,
    DesignationRequested,
    EndMediation,
    MediationEnded,
    MediationOpened,
    PlaceTaken,
)
from shared.contracts.parties import LeaveMediation, RecordContact
from shared.contracts.transfers import CaseTransferred
from tests.support import merging_story, performance_story, talks_story
from tests.support.calendars import known_until
from tests.support.contract import example, names, same_as_example, written
from tests.support.mediation_story import HANDLERS, REFERRED, Story, complained, transferred, two
from tests.unit.mediation.mother import (
    AGENT,
    CHOOSING,
    CLERK,
    ORGANISATION,
    QUIET,
    TEXT,
    mediator,
    network,
)

CONSENT = example("intake", "mediation", "consent_given")


def _agreed() -> Story:
    story = Story()
    story.hear("intake.events", REFERRED.subject, REFERRED)
    story.do(DeclineAssignment(reason=DeclineReason.CONFLICT_OF_INTEREST), mediator("m01"))
    story.until(story.now + timedelta(days=5))
    story.do(AcceptAssignment(), mediator("m03"))
    story.hear("intake.events", REFERRED.subject, replace(CONSENT, at=story.now))
    story.do(DraftAgreement(digest=TEXT, amount_fen=1_800_000), mediator("m03"))
    story.do(SignAgreement(party=Party.APPLICANT, digest=TEXT), AGENT)
    story.do(SealAgreement(digest=TEXT), CLERK)
    respondent = Actor(REFERRED.subject, "", "party")
    story.do(SignAgreement(party=Party.RESPONDENT, digest=TEXT), respondent)
    story.do(CountersignAgreement(digest=TEXT), mediator("m03"))
    return story


def _failed() -> Story:
    story = Story()
    story.hear("intake.events", REFERRED.subject, REFERRED)
    story.do(AcceptAssignment(), mediator("m01"))
    story.do(EndMediation(end=End.PARTY_UNWILLING), mediator("m01"))
    return story


def _left() -> Story:
    """The respondent is asked, does not answer in time, and leaves."""
    story = Story()
    story.hear("intake.events", REFERRED.subject, REFERRED)
    story.do(AcceptAssignment(), mediator("m01"))
    story.until(story.now + timedelta(days=7))
    story.do(RecordContact(party=Party.RESPONDENT, means=ContactMeans.SMS, reached=True), mediator("m01"))
    story.do(LeaveMediation(reason=LeaveReason.UNWILLING), Actor(REFERRED.subject, "", "party"))
    return story


def _delegated() -> Story:
    """The court delegated it, and the organisation signs for the materials."""
    story = Story()
    assert isinstance(REFERRED.body, DisputeReferred)
    delegated = replace(REFERRED, body=REFERRED.body.model_copy(update={"way": Way.DELEGATED}))
    story.hear("intake.events", REFERRED.subject, delegated)
    story.do(ReceiveMaterials(), CLERK)
    return story


def _talking() -> Story:
    """A mediator has accepted, and all agree."""
    story = Story()
    story.hear("intake.events", REFERRED.subject, REFERRED)
    story.do(AcceptAssignment(), mediator("m01"))
    story.hear("intake.events", REFERRED.subject, replace(CONSENT, at=story.now))
    return story


def _chosen() -> Story:
    """Both sides agreed before the referral, and choose the mediator together."""
    story = Story(handlers(network(), CHOOSING))
    assert isinstance(REFERRED.body, DisputeReferred)
    both = (Party.APPLICANT, Party.RESPONDENT)
    agreed = replace(REFERRED, body=REFERRED.body.model_copy(update={"consents": both}))
    story.hear("intake.events", REFERRED.subject, agreed)
    story.do(ChooseMediator(mediator="m02"), AGENT)
    story.do(ChooseMediator(mediator="m02"), Actor(REFERRED.subject, "", "party"))
    return story


def _prolonged() -> Story:
    """The period stands while an appraisal runs, and all agree to a longer one."""
    story = _talking()
    story.do(PauseMediation(ground=PauseGround.APPRAISAL), mediator("m01"))
    story.do(ResumeMediation(ground=PauseGround.APPRAISAL), mediator("m01"), after=timedelta(days=9))
    story.do(ProposeExtension(days=15), AGENT)
    story.do(AgreeExtension(days=15), Actor(REFERRED.subject, "", "party"))
    return story


def _waiting() -> Story:
    """All mediators decline, and the case waits for a change of the roster."""
    story = Story()
    story.hear("intake.events", REFERRED.subject, REFERRED)
    for _ in range(3):
        state = story.states[REFERRED.subject]
        assert isinstance(state, Mediation)
        assert state.mediator is not None
        story.do(DeclineAssignment(reason=DeclineReason.CONFLICT_OF_INTEREST), mediator(state.mediator))
    story.until(story.now + timedelta(days=7))
    return story


def _provisional() -> Story:
    """A mediation of the last days of 2025, before and after the notice for 2026 came."""
    story = Story(handlers(network(), QUIET, calendar=known_until(2025)))
    at = datetime(2025, 12, 29, 9, 30, tzinfo=SHANGHAI)
    story.now = at
    story.hear("intake.events", REFERRED.subject, replace(REFERRED, at=at))
    story.do(AcceptAssignment(), mediator("m01"))
    story.handlers = HANDLERS
    story.until(at + timedelta(hours=2))
    return story


def _opened_before() -> Received:
    """The same case as the first version said it."""
    (said, *_) = _failed().said
    assert isinstance(said.body, MediationOpened)
    body = earlier.MediationOpened(
        **said.body.model_dump(exclude={"opened_at", "rules_version", "others", "consents", "way"}),
        accepted_at=said.at,
        limit_days=30,
        due_at=datetime(2026, 4, 3, tzinfo=SHANGHAI),
        rules_version="mediation-2022.1",
    )
    return replace(said, body=body)


def _told() -> dict[str, dict]:
    """The first of each kind of event in the two stories, by the name of its example."""
    out = {"mediation_opened_before": written(_opened_before())}
    for said in _failed().said:
        if isinstance(said.body, MediationEnded):
            out["mediation_ended_unwilling"] = written(said)
    out |= {name: written(said) for name, said in merging_story.said(HANDLERS, REFERRED).items()}
    for said in _provisional().said:
        if isinstance(said.body, DeadlineCorrected) and said.body.deadline is DeadlineKind.PERIOD:
            out["deadline_corrected"] = written(said)
    respondent = Actor(REFERRED.subject, "", "party")
    followed = tuple(performance_story.stories(_talking, respondent))
    out["agreement_drafted_with_terms"] = written(performance_story.drafted(followed[0]))
    stories = (
        _agreed(),
        _waiting(),
        _left(),
        _delegated(),
        talks_story.met(_talking(), Actor(REFERRED.subject, "", "party")),
        transferred(),
        two(),
        complained(),
        _prolonged(),
        _chosen(),
        *followed,
        talks_story.doubted(_talking(), REFERRED.body),
        *performance_story.decisions(Story, REFERRED, respondent),
    )
    for said in (said for story in stories for said in story.said):
        out.setdefault(said.body.wire_type.split(".")[2].replace("-", "_"), written(said))
    return out


FOR = {
    "court_bridge": (
        "agreement_completed",
        "agreement_defaulted",
        "agreement_effective",
        "agreement_performed",
        "case_transferred",
        "default_lifted",
        "facts_undisputed",
        "mediation_ended",
        "mediation_ended_merged",
        "mediation_ended_unwilling",
        "objection_settled",
        "repayment_recorded",
    ),
    "portal": (
        "agreement_completed",
        "agreement_countersigned",
        "agreement_defaulted",
        "agreement_drafted",
        "agreement_drafted_with_terms",
        "agreement_effective",
        "agreement_performed",
        "agreement_sealed",
        "agreement_signed",
        "assignment_accepted",
        "assignment_declined",
        "assignment_lapsed",
        "case_transferred",
        "co_mediator_accepted",
        "co_mediator_designated",
        "co_mediator_left",
        "co_mediator_requested",
        "complaint_decided",
        "consent_received",
        "contact_recorded",
        "deadline_corrected",
        "default_lifted",
        "designation_overdue",
        "inquiry_overdue",
        "instalment_missed",
        "instalments_scheduled",
        "materials_received",
        "mediation_ended",
        "mediation_ended_merged",
        "mediation_ended_unwilling",
        "mediation_opened",
        "mediation_opened_before",
        "mediation_reopened",
        "mediator_complained_of",
        "mediator_designated",
        "objection_settled",
        "party_left",
        "period_extended",
        "period_paused",
        "period_resumed",
        "place_freed",
        "place_taken",
        "presiding_chosen",
        "quick_decision_accepted",
        "quick_decision_issued",
        "quick_decision_rejected",
        "repayment_disputed",
        "repayment_recorded",
    ),
    "mediation": (
        "assignment_declined",
        "case_transferred",
        "co_mediator_left",
        "co_mediator_requested",
        "complaint_decided",
        "designation_queued",
        "designation_requested",
        "mediation_ended",
        "place_taken",
        "presiding_chosen",
    ),
}


@pytest.mark.parametrize("consumer", FOR)
def test_there_is_an_example_for_each_event_that_a_consumer_builds_on(consumer):
    assert names("mediation", consumer) == sorted(FOR[consumer])


@pytest.mark.parametrize(("consumer", "name"), [(who, name) for who, all_ in FOR.items() for name in all_])
def test_mediation_says_exactly_the_example(consumer, name):
    same_as_example("mediation", consumer, name, _told()[name])


def test_the_story_ends_with_the_figure_that_everybody_reports():
    last = [said.body for said in _agreed().said if isinstance(said.body, MediationEnded)]
    assert [(end.end, end.settled_fen, end.agreed_fen) for end in last] == [
        (End.AGREEMENT, REFERRED.body.claim_fen, 1_800_000)
    ]


@pytest.mark.parametrize("name", names("intake", "mediation"))
def test_every_example_of_intake_is_understood(name):
    received = example("intake", "mediation", name)
    routed = HANDLERS.route("intake.events", received.subject, received)
    assert routed is not None
    events = routed.stream.decide(None, routed.message)
    assert bool(events) == (name == "dispute_referred")


@pytest.mark.parametrize(
    ("name", "topic"),
    [
        ("designation_requested", "mediation.rosters"),
        ("assignment_declined", "mediation.rosters"),
        ("mediation_ended", "mediation.rosters"),
        ("place_taken", "mediation.designations"),
        ("case_transferred", "mediation.rosters"),
        ("co_mediator_requested", "mediation.rosters"),
        ("co_mediator_left", "mediation.rosters"),
        ("complaint_decided", "mediation.rosters"),
        ("presiding_chosen", "mediation.rosters"),
        ("designation_queued", "mediation.designations"),
    ],
)
def test_what_case_and_roster_say_to_each_other_is_understood(name, topic):
    received = example("mediation", "mediation", name)
    body = received.body
    known = DesignationRequested | AssignmentDeclined | MediationEnded | CaseTransferred
    known |= CoMediatorRequested | CoMediatorLeft | ComplaintDecided | PresidingChosen
    assert isinstance(body, known | PlaceTaken | DesignationQueued)
    key = body.case if topic == "mediation.designations" else ORGANISATION
    routed = HANDLERS.route(topic, key, received)
    assert routed is not None
    assert routed.message.subject == key
