"""Any party leaves in one step, from every state before the agreement is in force (人民调解法 art 23)."""

import pytest

from shared.casework.protocol import Timed
from shared.contracts.agreements import AgreementSealed, AgreementSigned, SignAgreement
from shared.contracts.envelope import Actor
from shared.contracts.kinds import End, LeaveReason, Party
from shared.contracts.parties import LeaveMediation, PartyLeft
from tests.support.spec import given
from tests.unit.mediation.mother import (
    AGENT,
    ASKED,
    ASSIGNED,
    CASE,
    CLERK,
    DRAFTED,
    HELD,
    PARTY,
    REFERRED,
    TEXT,
    TUE,
    ended,
    made,
    mediator,
)

STREAM = made().case
SIGNED = (
    *DRAFTED,
    Timed(TUE, AgreementSigned(party=Party.APPLICANT, digest=TEXT)),
    Timed(TUE, AgreementSealed(digest=TEXT)),
)
PHASES = {
    "waits": (REFERRED, None),
    "designated": (ASSIGNED, "m01"),
    "asked": (ASKED, "m01"),
    "accepted": (HELD, "m01"),
    "drafted": (DRAFTED, "m01"),
    "signed by one and sealed": (SIGNED, "m01"),
}


def leave(reason: LeaveReason = LeaveReason.UNWILLING) -> LeaveMediation:
    return LeaveMediation(reason=reason)


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize(("actor", "party"), [(AGENT, Party.APPLICANT), (PARTY, Party.RESPONDENT)])
def test_each_party_leaves_at_any_time_in_one_step(phase, actor, party):
    past, holder = PHASES[phase]
    left = given(STREAM, *past).when(leave(), at=TUE, actor=actor)
    left.then(PartyLeft(party=party, reason=LeaveReason.UNWILLING), ended(End.PARTY_UNWILLING, holder))
    left.when(leave(), at=TUE, actor=actor).then_nothing()


@pytest.mark.parametrize("reason", [LeaveReason.PAID, LeaveReason.SETTLED, LeaveReason.WITHDRAWN])
@pytest.mark.parametrize("phase", PHASES)
def test_a_bank_that_was_paid_withdraws_and_the_case_goes_to_no_court(reason, phase):
    past, holder = PHASES[phase]
    given(STREAM, *past).when(leave(reason), at=TUE, actor=AGENT).then(
        PartyLeft(party=Party.APPLICANT, reason=reason), ended(End.SETTLED_OR_WITHDRAWN, holder)
    )
    given(STREAM, *past).when(leave(reason), at=TUE, actor=PARTY).then_refused("leave.not_applicant")


def test_nobody_leaves_an_agreement_in_force():
    both = (*DRAFTED, *SIGNED[-2:-1])
    sign = SignAgreement(party=Party.RESPONDENT, digest=TEXT)
    bound = given(STREAM, *both).when(sign, at=TUE, actor=PARTY)
    bound.when(leave(), at=TUE, actor=PARTY).then_refused("case.closed")


@pytest.mark.parametrize(
    "actor",
    [
        Actor("abc", "p-abc-1", "institution_agent"),
        Actor("sy1other", "", "party"),
        Actor(CASE, "respondent-2", "party"),
        mediator(),
        CLERK,
    ],
)
def test_nobody_leaves_for_another(actor):
    given(STREAM, *HELD).when(leave(), at=TUE, actor=actor).then_refused("actor.not_allowed")
