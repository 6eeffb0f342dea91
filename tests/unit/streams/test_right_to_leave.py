"""Nobody is kept in a mediation: every party can leave from every state that can be reached.

Source: 人民调解法 art 23(2); 法释〔2021〕23号 arts 4, 15, 25.
"""

import pytest

from shared.casework.protocol import Timed
from shared.contracts.common import CommandRefused
from shared.contracts.intake import GiveConsent, RefuseConsent
from shared.contracts.kinds import LeaveReason, Party, Route
from shared.contracts.mediation import MediationEnded
from shared.contracts.parties import DisputeWithdrawn, LeaveMediation, WithdrawDispute
from tests.support.choice_walks import CHOICE
from tests.support.clock_walks import CLOCK
from tests.support.duplicate_walks import DUPLICATE, MERGED_MEDIATION, OTHER
from tests.support.explore import STEP, Reached, Sample, explore
from tests.support.mediation_walks import CASE
from tests.support.performance_walks import PERFORMANCE
from tests.support.quick_decision_walks import QUICK
from tests.support.roster_walks import TEAM, TRANSFER
from tests.support.talks_walks import CONFIDENCE, DOUBTS, TALKS
from tests.support.walks import INTAKE
from tests.unit.intake import mother as intake
from tests.unit.mediation import mother as mediation

MEDIATIONS = [
    (walk, here)
    for walk in (CASE, CLOCK, CHOICE, PERFORMANCE, QUICK, TALKS, CONFIDENCE, DOUBTS, MERGED_MEDIATION)
    for here in explore(walk).reached.values()
    if here.state is not None
]
DISPUTES = [here for here in explore(INTAKE).reached.values() if here.state is not None]


def events(answer: object) -> list[object]:
    found = getattr(answer, "events", ())
    return [one.event if isinstance(one, Timed) else one for one in found]


@pytest.mark.parametrize("actor", [mediation.AGENT, mediation.PARTY], ids=lambda one: one.role)
def test_each_party_can_end_every_mediation_that_is_open(actor):
    leave = Sample(LeaveMediation(reason=LeaveReason.UNWILLING), actor)
    open_ = [(walk, here) for walk, here in MEDIATIONS if here.state.end is None]
    assert len(open_) > 40
    for walk, here in open_:
        answer = walk.answer(here, leave)
        if actor is mediation.AGENT and walk.later(here, here.at + STEP).quick.waits:
            continue  # the next test
        # An hour passes before the answer, and the period may be over by then.
        assert answer.after.end is not None, here
        assert bool(answer.refused) is (walk.later(here, here.at + STEP).end is not None)


def test_a_member_keeps_its_undertaking_while_the_consumer_thinks_and_is_free_after_that_time():
    leave = Sample(LeaveMediation(reason=LeaveReason.UNWILLING), mediation.AGENT)
    bound = [here for here in explore(QUICK).reached.values() if here.state and here.state.quick.waits]
    assert bound
    for here in bound:
        later = QUICK.later(here, here.at + STEP)
        if not later.quick.waits or later.end is not None:
            continue
        assert QUICK.answer(here, leave).refused == "decision.undertaken", here
        assert here.state.quick.accept_by is not None
        silent = QUICK.later(here, here.state.quick.accept_by)
        if silent.end is None:
            freed = Reached(silent, here.state.quick.accept_by, here.path)
            assert QUICK.answer(freed, leave).after.end is not None, here


@pytest.mark.parametrize("walk", [TRANSFER, TEAM], ids=lambda one: one.title)
def test_each_party_can_end_a_mediation_that_passes_on_or_has_two_mediators(walk):
    open_ = [here for here in explore(walk).reached.values() if here.state and here.state.end is None]
    assert len(open_) > 5
    for here in open_:
        for actor in (mediation.AGENT, mediation.PARTY):
            answer = walk.answer(here, Sample(LeaveMediation(reason=LeaveReason.UNWILLING), actor))
            assert answer.after.end is not None, here


def test_an_end_is_an_end():
    leave = Sample(LeaveMediation(reason=LeaveReason.UNWILLING), mediation.PARTY)
    over = [(walk, here) for walk, here in MEDIATIONS if here.state.end is not None]
    assert over
    for walk, here in over:
        assert not any(isinstance(event, MediationEnded) for event in events(walk.answer(here, leave)))


def undecided(here: Reached) -> bool:
    return here.state.referred_to is None and here.state.status != "withdrawn"


def test_before_the_referral_the_institution_can_take_every_dispute_back():
    back = Sample(WithdrawDispute(reason=LeaveReason.PAID), intake.BANK)
    waiting = [here for here in DISPUTES if undecided(here)]
    assert len(waiting) > 5
    for here in waiting:
        assert isinstance(events(INTAKE.answer(here, back))[0], DisputeWithdrawn), here


def test_before_the_referral_the_respondent_can_refuse_every_mediation():
    refuse = Sample(RefuseConsent(party=Party.RESPONDENT), intake.RESPONDENT)
    asked = [
        here
        for here in DISPUTES
        if undecided(here) and here.state.status == "screened" and here.state.route is Route.MEDIATION
    ]
    assert len(asked) > 5
    for here in asked:
        assert not INTAKE.answer(here, refuse).refused, here


def test_nobody_is_asked_again_after_a_refusal():
    agree = Sample(GiveConsent(party=Party.RESPONDENT), intake.RESPONDENT)
    refused = [here for here in DISPUTES if Party.RESPONDENT in here.state.refused]
    assert refused
    for here in refused:
        assert INTAKE.answer(here, agree).refused, here


def test_a_dispute_that_may_be_a_duplicate_can_be_taken_back_and_a_merged_one_says_where_to():
    back = Sample(WithdrawDispute(reason=LeaveReason.PAID), intake.BANK)
    merged = 0
    for here in explore(DUPLICATE).reached.values():
        if here.state is None or not undecided(here):
            continue
        answer = DUPLICATE.answer(here, back)
        if here.state.merger.into:
            merged += 1
            (refusal,) = answer.events
            assert answer.refused == "case.merged"
            assert isinstance(refusal, CommandRefused)
            assert OTHER in refusal.detail
        else:
            assert isinstance(events(answer)[0], DisputeWithdrawn), here
    assert merged
