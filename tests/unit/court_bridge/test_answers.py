"""What the court answers: every code handled; late, repeated and reordered are safe."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.court import (
    CaseDocketed,
    ConfirmationGranted,
    ConfirmationRefused,
    CourtAnswerRejected,
    FilingReviewed,
)
from shared.contracts.kinds import FilingKind, FilingStatus
from shared.contracts.message import Event, Message
from tests.support.spec import Given
from tests.unit.court_bridge.mother import (
    AMOUNT,
    C1,
    C2,
    CASE,
    CLERK,
    H1,
    NUMBER,
    RULES,
    SUIT_NUMBER,
    again,
    confirming,
    docketed,
    granted,
    handed_over,
    hear,
    refused,
    review,
    told,
)

ACCEPTED, REJECTED, RECEIVED = FilingStatus.ACCEPTED, FilingStatus.REJECTED, FilingStatus.RECEIVED
CANCELLED, PARTLY = FilingStatus.CANCELLED, FilingStatus.PARTIALLY_ACCEPTED
DOCKETED = CaseDocketed(filing=C1, kind=FilingKind.CONFIRMATION, case_number=NUMBER)
GRANTED = ConfirmationGranted(filing=C1, case_number=NUMBER, amount_fen=AMOUNT)


def reviewed(status: FilingStatus, filing: str = C1) -> FilingReviewed:
    return FilingReviewed(filing=filing, status=status, documents=())


def hear_all(case: Given, *answers: Message) -> tuple[Given, list[Event]]:
    events: list[Event] = []
    for answer in answers:
        case = hear(case, answer)
        events += case.events
    return case, events


def after(*answers: Message) -> Given:
    return hear_all(confirming(), *answers)[0]


def rejected(case: Given) -> str:
    assert [type(event) for event in case.events] == [CourtAnswerRejected], case.events
    event = case.events[0]
    assert isinstance(event, CourtAnswerRejected)
    return event.reason


# Review


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


# Docketing


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


# The ruling


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
