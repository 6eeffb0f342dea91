"""What mediation says of its talks: the parties meet, and agree on facts; a mediation that may be false."""

from datetime import timedelta

from shared.contracts.agreements import DraftAgreement
from shared.contracts.doubts import DecideFalseMediation, FalseConduct, ReportFalseMediation
from shared.contracts.envelope import Actor
from shared.contracts.intake import DisputeReferred
from shared.contracts.kinds import Party
from shared.contracts.message import Message
from shared.contracts.sessions import (
    Attendance,
    CancelReason,
    CancelSession,
    ConfirmFacts,
    ConfirmServiceAddress,
    FactItem,
    IdentityCheck,
    RecordSession,
    RecordUndisputedFacts,
    ScheduleSession,
    SessionForm,
)
from tests.support.performance_story import Told
from tests.unit.mediation.mother import AGENT, CLERK, TEXT, mediator

_ATTENDED = (
    Attendance(party=Party.APPLICANT, checked=IdentityCheck.DOCUMENT_COMPARED, warned=True),
    Attendance(party=Party.RESPONDENT, checked=IdentityCheck.FACE_COMPARED, warned=True),
)


def met(story: Told, respondent: Actor) -> Told:
    """The parties meet, and agree on the facts and on nothing else."""
    for hours in (24, 48):
        session_at = story.now + timedelta(hours=hours)
        announced = ScheduleSession(session_at=session_at, how=SessionForm.ONLINE, meeting_code="884-201-33")
        story.do(announced, mediator())
        if hours == 24:
            story.do(CancelSession(session=1, reason=CancelReason.PARTY_PREVENTED), mediator())
    story.do(RecordSession(session=2, attendance=_ATTENDED), mediator(), timedelta(hours=50))
    story.do(ConfirmServiceAddress(digest=TEXT, electronic=True), respondent)
    items = (FactItem.CONTRACT, FactItem.PRINCIPAL, FactItem.OVERDUE_SINCE)
    story.do(RecordUndisputedFacts(digest=TEXT, items=items), mediator())
    story.do(ConfirmFacts(digest=TEXT), AGENT)
    story.do(ConfirmFacts(digest=TEXT), respondent)
    return story


def doubted(story: Told, referral: Message) -> Told:
    """Settled at once for the whole claim; reported as false, cleared, reported again and found to be so."""
    assert isinstance(referral, DisputeReferred)
    story.do(DraftAgreement(digest=TEXT, amount_fen=referral.claim_fen), mediator())
    for false in (False, True):
        story.do(ReportFalseMediation(conduct=(FalseConduct.COLLUSION,)), mediator())
        story.do(DecideFalseMediation(false_mediation=false), CLERK)
    return story
