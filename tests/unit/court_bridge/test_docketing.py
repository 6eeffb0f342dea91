"""A case gets one number, in its canonical form."""

import pytest

from shared.contracts.court import (
    CaseDocketed,
    CourtAnswerRejected,
)
from shared.contracts.kinds import FilingKind
from tests.unit.court_bridge.mother import (
    ACCEPTED,
    CANCELLED,
    DOCKETED,
    H1,
    NUMBER,
    REJECTED,
    SUIT_NUMBER,
    after,
    confirming,
    docketed,
    handed_over,
    hear,
    rejected,
    review,
)


def test_the_court_gives_the_case_its_number() -> None:
    hear(after(review(ACCEPTED)), docketed()).then(DOCKETED)


def test_a_number_is_kept_in_its_canonical_form() -> None:
    hear(confirming(), docketed("(2026) 京0106诉前调确7号")).then(DOCKETED)
    hear(after(docketed()), docketed("(2026)京0106诉前调确7号")).then_nothing()


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("号号号号号号号号", "case_number.malformed"),
        ("（2026）京0106刑初7号", "case_number.unknown_type"),
        ("（2026）京0107诉前调确7号", "case_number.wrong_court"),
        (SUIT_NUMBER, "case_number.wrong_type"),
    ],
)
def test_a_number_that_cannot_be_is_kept_for_a_person(number: str, reason: str) -> None:
    assert rejected(hear(confirming(), docketed(number))) == reason


def test_a_handover_gets_the_number_of_a_suit() -> None:
    hear(handed_over(), docketed(SUIT_NUMBER, H1)).then(
        CaseDocketed(filing=H1, kind=FilingKind.HANDOVER, case_number=SUIT_NUMBER)
    )
    assert rejected(hear(handed_over(), docketed(NUMBER, H1))) == "case_number.wrong_type"


def test_a_case_has_one_number() -> None:
    second = docketed(NUMBER.replace("7号", "8号"))
    assert rejected(hear(after(docketed()), second)) == "case_number.second"
    hear(after(docketed()), docketed()).then_nothing()


def test_what_was_turned_down_gets_no_number() -> None:
    assert rejected(hear(after(review(REJECTED)), docketed())) == "answer.contradicts"
    assert rejected(hear(after(review(CANCELLED)), docketed())) == "answer.contradicts"


def test_a_suit_never_gets_the_number_of_the_mediation_before_it():
    refused = hear(handed_over(), docketed("（2026）京0106民诉前调801号", H1))
    (answer,) = refused.events
    assert isinstance(answer, CourtAnswerRejected)
    assert answer.reason == "case_number.wrong_type"
