"""What mediation says of an agreement with terms: made, disputed and performed, or broken."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from shared.casework.protocol import Received
from shared.contracts.agreements import AgreementDrafted, DraftAgreement, SignAgreement
from shared.contracts.envelope import Actor
from shared.contracts.intake import DisputeReferred
from shared.contracts.kinds import Cause, Party, Route
from shared.contracts.mediation import AcceptAssignment
from shared.contracts.message import Message
from shared.contracts.performance import Objection, ObjectRepayment, RecordRepayment, SettleObjection
from shared.contracts.quick_decisions import (
    AcceptQuickDecision,
    GiveQuickDecision,
    QuickDecisionIssued,
    RejectQuickDecision,
)
from shared.contracts.terms import DecisionReason, Instalment, Terms
from tests.unit.mediation.mother import AGENT, CLERK, mediator


class Told(Protocol):
    """A case whose events are kept."""

    now: datetime
    said: list[Received]

    def hear(self, topic: str, key: str, message: Received) -> None:
        """Let a message come."""

    def do(self, body: Message, actor: Actor, after: timedelta = ...) -> None:
        """Let somebody act."""

    def until(self, to: datetime) -> None:
        """Let time pass."""


def stories(talking: Callable[[], Told], respondent: Actor) -> Iterator[Told]:
    """Yield a case whose agreement is performed, and one whose is not.

    Args:
        talking: Makes a case that a mediator has accepted, and to which all agree.
        respondent: Who signs for the respondent.
    """
    performed, broken = (_in_force(talking(), respondent) for _ in range(2))
    performed.do(_payment("a", performed.now), AGENT, timedelta(days=1))
    performed.do(ObjectRepayment(payment="a" * 64, objection=Objection.OTHER_DAY), respondent)
    performed.do(SettleObjection(payment="a" * 64, counts=True), CLERK)
    performed.do(_payment("b", performed.now), AGENT)
    yield performed
    in_time = broken.now
    broken.until(broken.now + timedelta(days=90))
    for digit in "cd":  # made in time, and recorded long after it
        broken.do(_payment(digit, in_time), AGENT)
    yield broken


def decisions(new: Callable[[], Told], referred: Received, consumer: Actor) -> Iterator[Told]:
    """Yield a case whose quick decision the consumer accepts, and one where it is rejected.

    Args:
        new: Makes a story without a beginning.
        referred: A referral for mediation, which comes for a quick decision instead.
        consumer: Who answers.
    """
    assert isinstance(referred.body, DisputeReferred)
    quick = referred.body.model_copy(update={"to": Route.QUICK_DECISION, "cause": Cause.COMPLAINT})
    accepted, rejected = new(), new()
    for story in (accepted, rejected):
        story.hear("intake.events", referred.subject, replace(referred, body=quick))
        story.do(AcceptAssignment(), mediator("m01"))
        plan = (Instalment(pay_on=story.now.date() + timedelta(days=20), pay_fen=900_000),)
        terms = Terms(payer=Party.APPLICANT, instalments=plan)
        reasons = (DecisionReason.NOT_PROMPTED,)
        story.do(
            GiveQuickDecision(amount_fen=900_000, decision_reasons=reasons, terms=terms), mediator("m01")
        )
    issued = next(one.body for one in accepted.said if isinstance(one.body, QuickDecisionIssued))
    accepted.do(AcceptQuickDecision(digest=issued.digest), consumer)
    yield accepted
    rejected.do(RejectQuickDecision(), consumer)
    yield rejected


def drafted(story: Told) -> Received:
    """Return the draft of a story."""
    return next(said for said in story.said if isinstance(said.body, AgreementDrafted))


def _in_force(story: Told, respondent: Actor) -> Told:
    first = story.now.date() + timedelta(days=20)
    days = (first, first + timedelta(days=30))
    plan = tuple(Instalment(pay_on=day, pay_fen=900_000) for day in days)
    terms = Terms(payer=Party.RESPONDENT, instalments=plan)
    story.do(DraftAgreement(amount_fen=1_800_000, terms=terms), mediator("m01"))
    body = drafted(story).body
    assert isinstance(body, AgreementDrafted)
    story.do(SignAgreement(party=Party.APPLICANT, digest=body.digest), AGENT)
    story.do(SignAgreement(party=Party.RESPONDENT, digest=body.digest), respondent)
    return story


def _payment(digit: str, at: datetime) -> RecordRepayment:
    return RecordRepayment(payment=digit * 64, paid_on=at.date(), paid_fen=900_000)
