"""After a failed mediation the time to sue begins anew, and nobody misses its end (民法典 arts 188, 195)."""

from datetime import date, datetime, timedelta

import pytest

from services.court_bridge.handlers import case_stream
from services.court_bridge.rules import BOOK
from shared.casework.calendar import SHANGHAI
from shared.casework.protocol import Timed
from shared.casework.rulebook import RuleBook
from shared.contracts.court import ChooseSuit
from shared.contracts.kinds import DocumentType, End, FilingKind, FilingStatus
from shared.contracts.limitation import SuitTimeNear
from tests.support.spec import Given, given
from tests.unit.court_bridge.mother import (
    AGENT,
    AGREED,
    CASE,
    CLERK,
    EFFECTIVE,
    FAILED,
    FAILED_APPLIED,
    H1,
    LATER,
    MON,
    NETWORK,
    OPENED,
    RULES,
    STREAM,
    SUIT_NUMBER,
    again,
    docketed,
    ended,
    hear,
    review,
    told,
)

ALARM_AT = datetime(2029, 1, 1, tzinfo=SHANGHAI)
"""Sixty days before 2 March 2029, three years from the end of the mediation."""
NEAR = Timed(ALARM_AT, SuitTimeNear(institution="ccb", sue_by=date(2029, 3, 2)))
FAR = datetime(2035, 1, 1, tzinfo=SHANGHAI)


def later(case: Given) -> Given:
    return Given(STREAM, case.state, CASE).until(FAR)


def test_who_applied_and_does_not_sue_is_alarmed_in_time_and_once():
    case = told(OPENED, FAILED_APPLIED)
    case.until(ALARM_AT - timedelta(seconds=1)).then_nothing()
    alarmed = later(case).then(NEAR)
    later(alarmed).then_nothing()
    # The suit can be chosen all the same, before and after it.
    assert Given(STREAM, alarmed.state, CASE).when(ChooseSuit(), at=FAR, actor=AGENT).events


def test_who_sues_is_not_alarmed():
    later(hear(told(OPENED, FAILED_APPLIED), ChooseSuit(), actor=AGENT)).then_nothing()
    later(told(OPENED, FAILED)).then_nothing()


def test_a_suit_that_the_court_turned_down_is_alarmed_again_unless_it_is_filed_once_more():
    turned_down = hear(told(OPENED, FAILED), review(FilingStatus.REJECTED, H1))
    later(turned_down).then(NEAR)
    fitting = [one for one in DocumentType if one not in RULES.barred[FilingKind.HANDOVER]]
    filed = turned_down.when(again(*fitting, kind=FilingKind.HANDOVER), at=LATER, actor=CLERK)
    later(filed).then_nothing()
    later(hear(told(OPENED, FAILED), docketed(SUIT_NUMBER, H1))).then_nothing()


def test_a_bundle_that_lacks_a_document_is_alarmed():
    later(told(FAILED)).then(NEAR)  # without the opening the applicant's papers are missing


@pytest.mark.parametrize("messages", [(EFFECTIVE, AGREED), (ended(End.SETTLED_OR_WITHDRAWN),)])
def test_after_an_agreement_or_a_settlement_nobody_sues(messages):
    assert not [one for one in later(told(OPENED, *messages)).events if isinstance(one, SuitTimeNear)]


def test_a_case_of_earlier_rules_is_not_watched():
    old = RuleBook(BOOK.versions, current="court-2026.1")
    case = given(case_stream(NETWORK, old), subject=CASE).when(OPENED, at=MON).when(FAILED_APPLIED, at=MON)
    assert case.events[0].sue_by is None
    case.until(FAR).then_nothing()
