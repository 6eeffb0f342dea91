"""A referral opens a mediation, if it was explained and all agreed."""

from datetime import datetime

import pytest

from shared.casework.calendar import SHANGHAI
from shared.contracts.intake import ConsentRefused
from shared.contracts.kinds import End, Party, Route
from shared.contracts.mediation import MediationOpened
from tests.support.spec import given
from tests.unit.mediation.mother import (
    DUE,
    HELD,
    MON,
    OPENED,
    REFERRED,
    TUE,
    ended,
    made,
    referral,
    requested,
)

CASE = made().case


def test_a_referral_opens_the_mediation_and_asks_for_a_mediator():
    given(CASE).when(referral(), at=MON).then(OPENED, requested())


def test_the_same_referral_again_changes_nothing():
    given(CASE, *REFERRED).when(referral(), at=TUE).then_nothing()


def test_a_referral_to_the_court_is_no_business_of_mediation():
    given(CASE).when(referral(to=Route.COURT, organisation=None), at=MON).then_nothing()


def test_nothing_opens_before_an_explanation():
    given(CASE).when(referral(explained=False), at=MON).then_refused("referral.not_explained")


@pytest.mark.parametrize("consents", [(), (Party.APPLICANT,), (Party.RESPONDENT,)])
def test_nothing_opens_without_the_consent_of_all(consents):
    given(CASE).when(referral(consents=consents), at=MON).then_refused("referral.consent_missing")


def test_a_refused_referral_may_come_again_complete():
    given(CASE).when(referral(explained=False), at=MON).when(referral(), at=MON).then(OPENED, requested())


def test_a_referral_to_mediation_without_an_organisation_is_a_fault_not_a_refusal():
    with pytest.raises(ValueError, match="no organisation"):
        given(CASE).when(referral(organisation=None), at=MON)


@pytest.mark.parametrize(
    ("accepted", "due"),
    [
        # 30 days end on Sunday 2026-03-01, and Monday is the last day.
        (datetime(2026, 1, 30, 10, tzinfo=SHANGHAI), datetime(2026, 3, 3, tzinfo=SHANGHAI)),
        # 30 days end on 2026-02-19, in the Spring Festival: work begins again on the 24th.
        (datetime(2026, 1, 20, 23, 59, tzinfo=SHANGHAI), datetime(2026, 2, 25, tzinfo=SHANGHAI)),
        # 16:00 UTC is the next day in Beijing.
        (datetime.fromisoformat("2026-03-01T16:00:00+00:00"), DUE),
    ],
)
def test_the_period_is_counted_in_days_of_the_court(accepted, due):
    opened = given(CASE).when(referral(), at=accepted).events[0]
    assert isinstance(opened, MediationOpened)
    assert opened.due_at == due


def test_a_party_that_no_longer_agrees_ends_the_mediation():
    given(CASE, *HELD).when(ConsentRefused(party=Party.RESPONDENT), at=TUE).then(ended(End.PARTY_UNWILLING))


def test_a_party_that_refuses_before_the_referral_is_no_business_of_mediation():
    given(CASE).when(ConsentRefused(party=Party.RESPONDENT), at=MON).then_nothing()
