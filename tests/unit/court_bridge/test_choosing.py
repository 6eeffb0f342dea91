"""What waits before it goes to the court: a suit for the institution's word, an agreement for its seal.

Source: 法释〔2021〕23号 arts 19, 21.
"""

from datetime import date

import pytest

from shared.contracts.court import (
    ChooseSuit,
    ConfirmationApplied,
    ConfirmationLapsed,
    ConfirmationRequested,
    ConfirmationTimeNear,
    FilingSubmitted,
    HandoverPrepared,
    SuitChosen,
    SuitSuggested,
)
from shared.contracts.envelope import Actor
from shared.contracts.kinds import DocumentType, End, FilingKind
from tests.unit.court_bridge.mother import (
    AGENT,
    AGREED,
    BINDING,
    CLERK,
    COMPLETED,
    DAY_31,
    EFFECTIVE,
    FAILED,
    FAILED_APPLIED,
    LATER,
    OPENED,
    again,
    ended,
    hear,
    joined,
    told,
)

CHOOSE = ChooseSuit()


def kinds(case):
    return [type(event) for event in case.events]


def test_a_mediation_that_was_applied_for_is_handed_over_only_if_the_institution_sues():
    failed = told(OPENED, FAILED_APPLIED)
    by = date(2029, 3, 2)  # three years from the end of the mediation
    failed.then(SuitSuggested(institution="ccb", end=End.LARGE_DIVERGENCE, sue_by=by))
    chosen = failed.when(CHOOSE, at=LATER, actor=AGENT)
    assert kinds(chosen) == [SuitChosen, HandoverPrepared, FilingSubmitted]
    chosen.when(CHOOSE, at=LATER, actor=AGENT).then_nothing()


def test_a_delegated_one_is_docketed_whatever_the_institution_says():
    failed = told(OPENED, FAILED)
    assert kinds(failed) == [HandoverPrepared, FilingSubmitted]
    failed.when(CHOOSE, at=LATER, actor=AGENT).then_refused("suit.nothing_to_choose")


@pytest.mark.parametrize("actor", [Actor("abc", "p-abc-1", "institution_agent"), CLERK])
def test_nobody_else_chooses(actor):
    told(OPENED, FAILED_APPLIED).when(CHOOSE, at=LATER, actor=actor).then_refused("actor.not_allowed")


def test_there_is_nothing_to_choose_before_the_end_or_after_a_settlement():
    told(OPENED).when(CHOOSE, at=LATER, actor=AGENT).then_refused("mediation.not_ended")
    settled = told(OPENED, ended(End.SETTLED_OR_WITHDRAWN))
    settled.when(CHOOSE, at=LATER, actor=AGENT).then_refused("suit.nothing_to_choose")


def test_the_organisation_cannot_hand_it_over_in_the_institutions_place():
    submit = again(*DocumentType, kind=FilingKind.HANDOVER)
    told(OPENED, FAILED_APPLIED).when(submit, at=LATER, actor=CLERK).then_refused("suit.not_chosen")


def test_an_agreement_goes_to_the_court_once_it_is_complete():
    binding = joined(told(OPENED, BINDING, AGREED))
    assert kinds(binding) == [ConfirmationRequested]
    assert kinds(hear(binding, COMPLETED)) == [ConfirmationApplied, FilingSubmitted]
    assert kinds(hear(hear(binding, COMPLETED), COMPLETED)) == []


def test_an_agreement_that_is_complete_goes_with_the_last_partys_application():
    complete = told(OPENED, EFFECTIVE, AGREED)
    assert kinds(joined(complete)) == [ConfirmationRequested, ConfirmationApplied, FilingSubmitted]


def test_nobody_applies_for_an_agreement_without_seal():
    binding = told(OPENED, BINDING, AGREED)
    binding.when(again(), at=LATER, actor=CLERK).then_refused("agreement.incomplete")


def test_the_thirty_days_run_from_the_effect_and_not_from_the_seal():
    near, lapsed = hear(joined(told(OPENED, BINDING, AGREED)), COMPLETED, at=DAY_31).events
    assert isinstance(near, ConfirmationTimeNear)
    assert isinstance(lapsed, ConfirmationLapsed)
    assert lapsed.apply_by == DAY_31
