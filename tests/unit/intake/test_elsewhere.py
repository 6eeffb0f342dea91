"""What mediation and the court tell intake of a case: how long its raw data are kept hangs on it."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations

import pytest

from services.intake.handlers import case_stream, router
from shared.casework.protocol import Timed
from shared.contracts.court import (
    CaseDocketed,
    ConfirmationApplied,
    ConfirmationGranted,
    ConfirmationLapsed,
    ConfirmationOpened,
    HandoverPrepared,
)
from shared.contracts.duplicates import MediationReopened
from shared.contracts.kinds import Cause, End, FilingKind
from shared.contracts.mediation import MediationEnded
from shared.contracts.message import Event
from shared.contracts.privacy import ErasePersonalData, ErasureGround
from shared.contracts.retention import ApproveDisposal, RetentionEnded
from tests.support.spec import Given
from tests.unit.intake.mother import CASE, COURT_CLERK, NETWORK, OPERATOR, gone, received

END = datetime.fromisoformat("2026-05-04T10:00:00+08:00")
DAYS = 180
ASK = ErasePersonalData(ground=ErasureGround.NOT_NEEDED)
ENDED = MediationEnded(
    organisation="people-mediation",
    institution="ccb",
    case=CASE,
    cause=Cause.CREDIT_CARD,
    end=End.AGREEMENT,
    mediator="m01",
    claim_fen=2_400_000,
    settled_fen=2_400_000,
)
OPENED = ConfirmationOpened.model_construct(institution="ccb", apply_by=END + timedelta(days=30))
APPLIED = ConfirmationApplied(amount_fen=2_400_000)
CONFIRMED = "（2026）京0106诉前调确1号"
GRANTED = ConfirmationGranted(filing="filing-1", case_number=CONFIRMED, amount_fen=2_400_000)
PREPARED = HandoverPrepared(documents=(), end="no_agreement")
REOPENED = MediationReopened(organisation="people-mediation")


def names(told: object) -> str:
    """Return the name of a case of a test."""
    return "+".join(type(one).__name__ for one in told) if isinstance(told, tuple) else str(told)


def docketed(kind: FilingKind) -> CaseDocketed:
    return CaseDocketed(filing="filing-1", kind=kind, case_number="（2026）京0106民初1号")


def after(*told: Event, days: int = 1) -> Given:
    """Return a dispute of which this was told, one a day."""
    case = gone()
    for number, event in enumerate(told):
        case = case.when(event, at=END + timedelta(days=number * days))
    return case


def is_open(case: Given) -> bool:
    """Tell whether a request to dispose of it is refused since somebody may still act on it."""
    asked = case.when(ASK, at=END + timedelta(days=40), actor=OPERATOR)
    return getattr(asked.new[-1].event, "reason", "") == "personal_data.case_open"


@pytest.mark.parametrize(
    ("told", "open_"),
    [
        ((), True),
        ((ENDED,), False),
        ((ENDED, REOPENED), True),
        ((ENDED, REOPENED, ENDED), False),
        ((ENDED, OPENED), True),
        ((ENDED, OPENED, ConfirmationLapsed.model_construct()), False),
        ((ENDED, OPENED, APPLIED), True),
        ((ENDED, OPENED, APPLIED, docketed(FilingKind.CONFIRMATION)), True),
        ((ENDED, OPENED, APPLIED, docketed(FilingKind.CONFIRMATION), GRANTED), False),
        ((ENDED, PREPARED), True),
        ((ENDED, PREPARED, docketed(FilingKind.HANDOVER)), False),
    ],
    ids=names,
)
def test_a_case_is_disposed_of_only_when_nobody_acts_on_it_anywhere(
    told: tuple[Event, ...], open_: bool
) -> None:
    assert is_open(after(*told)) is open_


def test_the_time_for_keeping_runs_from_the_last_end() -> None:
    once = after(ENDED)
    over = Timed(END + timedelta(days=DAYS), RetentionEnded(kept_days=DAYS))
    once.until(END + timedelta(days=DAYS)).then(over)
    twice = after(ENDED, APPLIED, GRANTED, days=20)
    twice.until(END + timedelta(days=DAYS)).then_nothing()
    last = END + timedelta(days=40 + DAYS)
    twice.until(last).then(Timed(last, RetentionEnded(kept_days=DAYS)))


def test_what_goes_on_stops_the_time_and_a_request_that_was_there_is_not_approved() -> None:
    after(ENDED, APPLIED).until(END + timedelta(days=900)).then_nothing()
    asked = after(ENDED).when(ASK, at=END + timedelta(days=1), actor=OPERATOR)
    again = asked.when(REOPENED, at=END + timedelta(days=2))
    again.when(ApproveDisposal(), at=END + timedelta(days=3), actor=COURT_CLERK).then_refused(
        "personal_data.case_open"
    )


@pytest.mark.parametrize("order", list(permutations((ENDED, APPLIED, GRANTED))), ids=names)
def test_in_whatever_order_two_services_are_heard_the_latest_counts(order: tuple[Event, ...]) -> None:
    """Mediation and the court publish apart; what came of one instant is told at the time of its cause."""
    times = {ENDED: END, APPLIED: END, GRANTED: END + timedelta(days=9)}
    case = gone()
    for event in order:
        case = case.when(event, at=times[event])
    assert case.state.keeping.over_since == times[GRANTED]


def test_the_court_has_the_last_word_at_one_instant() -> None:
    for order in ((ENDED, APPLIED), (APPLIED, ENDED)):
        case = gone()
        for event in order:
            case = case.when(event, at=END)
        assert is_open(case)


def test_what_is_told_leads_to_the_case_and_of_an_unknown_one_to_nothing() -> None:
    stream = case_stream(NETWORK)
    route = router(NETWORK, stream, b"k" * 32, lambda _, __: {})
    routed = route("intake.ends", CASE, received(ENDED))
    assert routed is not None
    assert (routed.stream, routed.message.subject) == (stream, CASE)
    assert stream.absorb is not None
    assert stream.absorb(None, received(ENDED)) is None
    assert list(stream.decide(None, received(ENDED))) == []
