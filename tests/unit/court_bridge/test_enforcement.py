"""A default opens the enforcement of a confirmed agreement, and a suit on any other.

Source: 民事诉讼法 (2023) arts 206, 250; 人民调解法 arts 32, 33.
"""

from datetime import date, datetime

import pytest

from services.court_bridge.rules import BOOK
from shared.casework.calendar import SHANGHAI
from shared.contracts.court import ConfirmationGranted
from shared.contracts.performance import (
    AgreementPerformed,
    DefaultLifted,
    EnforcementClosed,
    EnforcementOpened,
    ObjectionSettled,
    RepaymentRecorded,
    SuitOnAgreementOpened,
)
from shared.contracts.reasons import REASONS
from tests.unit.court_bridge.mother import (
    AMOUNT,
    DEFAULTED,
    DOCKETED,
    GRANTED,
    confirming,
    docketed,
    granted,
    hear,
    hear_all,
    refused,
)

ENFORCEMENT = EnforcementOpened(
    due_fen=AMOUNT, open_fen=AMOUNT, enforce_by=datetime(2026, 3, 3, tzinfo=SHANGHAI)
)
SUIT = SuitOnAgreementOpened(due_fen=AMOUNT, open_fen=AMOUNT, reason="enforcement.not_confirmed")


def test_a_confirmed_agreement_is_enforced_within_two_years_of_the_last_instalments_day():
    _, events = hear_all(confirming(), docketed(), granted(), DEFAULTED)
    assert events[-2:] == [GRANTED, ENFORCEMENT]


def test_where_the_calendar_of_that_day_is_not_known_it_is_provisional():
    later = DEFAULTED.model_copy(update={"last_pay_by": datetime(2030, 3, 2, tzinfo=SHANGHAI)})
    _, events = hear_all(confirming(), docketed(), granted(), later)
    assert events[-1].enforce_by == datetime(2032, 3, 2, tzinfo=SHANGHAI)
    assert events[-1].provisional


@pytest.mark.parametrize("answers", [(), (docketed(),), (docketed(), refused())])
def test_what_is_not_confirmed_leads_to_a_suit_and_the_reason_says_what_may_be_done(answers):
    case, _ = hear_all(confirming(), *answers)
    assert hear(case, DEFAULTED).events == [SUIT]
    assert "sue" in REASONS[SUIT.reason].en


@pytest.mark.parametrize("order", [(docketed(), granted()), (granted(), docketed())])
def test_a_confirmation_after_the_default_opens_the_enforcement_then(order):
    case = hear(confirming(), DEFAULTED)
    case, events = hear_all(case, *order)
    assert events == [DOCKETED, GRANTED, ENFORCEMENT]


def paid(open_fen: int) -> RepaymentRecorded:
    return RepaymentRecorded(
        payment="ab" * 32, paid_on=date(2026, 3, 2), paid_fen=1_000, counted_fen=1_000, open_fen=open_fen
    )


UNDONE = ObjectionSettled(payment="ab" * 32, counted_fen=0, open_fen=1_000)


@pytest.mark.parametrize(
    ("since", "left"),
    [
        ((paid(AMOUNT - 1_000),), AMOUNT - 1_000),
        ((paid(0), AgreementPerformed()), None),
        ((paid(0), AgreementPerformed(), UNDONE), 1_000),
    ],
)
def test_what_was_paid_between_default_and_confirmation_is_not_enforced(since, left):
    case, _ = hear_all(confirming(), DEFAULTED, *since)
    _, events = hear_all(case, docketed(), granted())
    opened = [one for one in events if isinstance(one, EnforcementOpened)]
    expected = [] if left is None else [ENFORCEMENT.model_copy(update={"due_fen": left, "open_fen": left})]
    assert opened == expected


def test_without_a_default_a_confirmation_opens_nothing():
    _, events = hear_all(confirming(), docketed(), granted())
    assert isinstance(events[-1], ConfirmationGranted)


def test_the_two_years_are_data_that_nobody_may_change():
    assert BOOK.now.enforcement_months == 24
    assert BOOK.at("court-2026.1").enforcement_months is None


LIFTED = DefaultLifted(open_fen=0)


@pytest.mark.parametrize("answers", [(), (docketed(), granted())])
def test_a_default_that_was_none_closes_what_it_had_opened(answers):
    case, _ = hear_all(confirming(), *answers, DEFAULTED)
    closed = hear(case, LIFTED)
    assert closed.events == [EnforcementClosed(open_fen=0)]
    assert hear(closed, LIFTED).events == []


def test_a_confirmation_after_a_lifted_default_opens_nothing():
    case, _ = hear_all(confirming(), DEFAULTED, LIFTED)
    _, events = hear_all(case, docketed(), granted())
    assert events == [DOCKETED, GRANTED]
