"""A review is recorded once; a second opinion is kept for a person."""

import pytest

from shared.contracts.kinds import FilingStatus
from tests.unit.court_bridge.mother import (
    ACCEPTED,
    CANCELLED,
    PARTLY,
    RECEIVED,
    REJECTED,
    after,
    confirming,
    docketed,
    hear,
    rejected,
    review,
    reviewed,
)


@pytest.mark.parametrize("status", list(FilingStatus))
def test_every_status_of_a_review_is_recorded_once(status: FilingStatus) -> None:
    case = hear(confirming(), review(status))
    case.then(reviewed(status))
    hear(case, review(status)).then_nothing()


def test_what_was_received_is_decided_later() -> None:
    hear(after(review(RECEIVED)), review(ACCEPTED)).then(reviewed(ACCEPTED))


def test_a_receipt_that_comes_late_is_no_news() -> None:
    hear(after(review(ACCEPTED)), review(RECEIVED)).then_nothing()


def test_a_second_opinion_is_kept_for_a_person() -> None:
    assert rejected(hear(after(review(ACCEPTED)), review(REJECTED))) == "answer.contradicts"
    assert rejected(hear(after(review(REJECTED)), review(ACCEPTED))) == "answer.contradicts"
    assert rejected(hear(after(review(PARTLY)), review(CANCELLED))) == "answer.contradicts"


def test_a_review_after_the_docketing_is_recorded_if_it_fits() -> None:
    hear(after(docketed()), review(ACCEPTED)).then(reviewed(ACCEPTED))
    assert rejected(hear(after(docketed()), review(REJECTED))) == "answer.contradicts"
