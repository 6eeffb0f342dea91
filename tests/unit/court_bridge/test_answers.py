"""What the court answers: late, repeated and reordered are safe."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.court import (
    CaseDocketed,
    ConfirmationGranted,
    ConfirmationRefused,
    CourtAnswerRejected,
)
from shared.contracts.kinds import FilingStatus
from shared.contracts.message import Message
from tests.unit.court_bridge.mother import (
    ACCEPTED,
    AMOUNT,
    C2,
    CASE,
    CLERK,
    DOCKETED,
    GRANTED,
    H1,
    NUMBER,
    REJECTED,
    after,
    again,
    confirming,
    docketed,
    granted,
    hear,
    hear_all,
    refused,
    rejected,
    review,
    reviewed,
    told,
)

# Which filing, and who says so


@pytest.mark.parametrize(
    "filing", [C2, H1, f"{CASE}-c0", f"{CASE}-c01", f"{CASE}-c１", f"{CASE}-c1x", "sy1another-c1", "none"]
)
@pytest.mark.parametrize("answer", [review(ACCEPTED), docketed(), granted(), refused()])
def test_an_answer_about_no_filing_is_kept_for_a_person(answer: Message, filing: str) -> None:
    assert rejected(hear(confirming(), answer.model_copy(update={"filing": filing}))) == "filing.unknown"


def test_an_answer_about_a_case_that_nobody_knows_is_kept_for_a_person() -> None:
    assert rejected(hear(told(), docketed())) == "filing.unknown"


def test_only_this_court_answers() -> None:
    case = hear(confirming(), granted(), source="/courts/another")
    assert rejected(case) == "answer.wrong_court"
    hear(case, docketed()).then(DOCKETED)


def test_an_answer_to_a_filing_that_was_made_again() -> None:
    case = hear(after(review(REJECTED)), again(), actor=CLERK)
    hear(case, review(REJECTED)).then_nothing()
    assert rejected(hear(case, review(ACCEPTED))) == "filing.superseded"
    assert rejected(hear(case, docketed())) == "filing.superseded"
    hear(case, review(ACCEPTED, C2)).then(reviewed(ACCEPTED, C2))


# Any order, any repetition


@pytest.mark.parametrize("order", list(permutations([review(ACCEPTED), docketed(), granted()])))
def test_in_whatever_order_they_come_the_same_is_recorded(order: tuple[Message, ...]) -> None:
    _, events = hear_all(confirming(), *order)
    assert sorted(map(repr, events)) == sorted(map(repr, [reviewed(ACCEPTED), DOCKETED, GRANTED]))


_ANSWERS: list[Message] = [
    *(review(status) for status in FilingStatus),
    docketed(),
    docketed(NUMBER.replace("7号", "8号")),
    docketed("（2026）京0107诉前调确7号"),
    granted(),
    refused(),
    refused(None),
]


@settings(max_examples=300)
@given(st.lists(st.sampled_from(_ANSWERS), max_size=12))
def test_whatever_comes_a_case_has_one_number_and_one_ruling(answers: list[Message]) -> None:
    case, events = hear_all(confirming(), *answers)
    assert sum(isinstance(event, CaseDocketed) for event in events) <= 1
    assert sum(isinstance(event, ConfirmationGranted | ConfirmationRefused) for event in events) <= 1
    for event in events:
        if isinstance(event, ConfirmationGranted):
            assert event.amount_fen == AMOUNT
            docket = next(e for e in events if isinstance(e, CaseDocketed))
            assert event.case_number == docket.case_number
    for answer in answers:
        # What was taken once is never taken again.
        assert all(isinstance(event, CourtAnswerRejected) for event in hear(case, answer).events)
