"""One ruling, also when it comes before the case number."""

import pytest

from shared.contracts.court import (
    ConfirmationRefused,
)
from tests.unit.court_bridge.mother import (
    ACCEPTED,
    C1,
    DOCKETED,
    GRANTED,
    H1,
    REJECTED,
    RULES,
    after,
    confirming,
    docketed,
    granted,
    handed_over,
    hear,
    refused,
    rejected,
    review,
)


def test_a_grant_has_number_and_amount() -> None:
    case = hear(after(review(ACCEPTED), docketed()), granted())
    case.then(GRANTED)
    hear(case, granted()).then_nothing()


def test_a_grant_before_the_number_waits_for_it() -> None:
    case = hear(confirming(), granted())
    case.then_nothing()
    hear(case, granted()).then_nothing()
    hear(case, docketed()).then(DOCKETED, GRANTED)


@pytest.mark.parametrize("ground", sorted(RULES.grounds))
def test_a_refusal_has_one_of_six_grounds(ground: str) -> None:
    case = hear(after(docketed()), refused(ground))
    case.then(ConfirmationRefused(filing=C1, ground=ground))
    hear(case, refused(ground)).then_nothing()


@pytest.mark.parametrize("ground", [None, "confirmation.dislike"])
def test_a_refusal_without_a_ground_of_the_law_is_kept_for_a_person(ground: str | None) -> None:
    assert rejected(hear(confirming(), refused(ground))) == "answer.no_ground"


def test_two_rulings_contradict_each_other() -> None:
    assert rejected(hear(after(docketed(), granted()), refused())) == "answer.contradicts"
    assert rejected(hear(after(granted()), refused())) == "answer.contradicts"
    assert rejected(hear(after(docketed(), refused()), granted())) == "answer.contradicts"
    assert rejected(hear(after(review(REJECTED)), granted())) == "answer.contradicts"


def test_a_handover_is_not_confirmed() -> None:
    assert rejected(hear(handed_over(), granted(H1))) == "answer.wrong_kind"
