"""The right to sue beside the mediation: its last day, what interrupts it, and the alarm before it.

Source: 民法典 arts 188, 189, 192, 195, 202; 法释〔2021〕10号 art 3; 法释〔2020〕17号 arts 10-12.
"""

from datetime import date, datetime, timedelta

import pytest

from services.intake.rules.limitation import LIMITATION_2026, limitation_of
from shared.casework.calendar import SHANGHAI
from shared.casework.protocol import Timed
from shared.contracts.delegation import RegisterPreSuit, RegisterSuit
from shared.contracts.elements import ComplaintElements, Elements
from shared.contracts.intake import FilingReturned, PriorSteps, RefuseConsent
from shared.contracts.kinds import LeaveReason, Party, Procedure, Route, Way
from shared.contracts.limitation import InterruptingAct, Limitation, LimitationNear
from shared.contracts.parties import WithdrawDispute
from tests.support.spec import Given, given
from tests.unit.intake.mother import (
    BANK,
    CARD,
    CASE,
    COURT_CLERK,
    LOAN,
    MON,
    REGISTERED,
    RENT,
    RESPONDENT,
    STREAM,
    TERMINATION,
    TUE,
    card,
    taken,
)

TODAY = date(2026, 3, 2)
DEMAND, PAYMENT = InterruptingAct.DEMAND, InterruptingAct.PART_PAYMENT


def card_of(**changes: object) -> Elements:
    return Elements(credit_card=CARD.model_copy(update=changes))


def loan_of(**changes: object) -> Elements:
    return Elements(loan=LOAN.model_copy(update=changes))


def rent_of(**changes: object) -> Elements:
    return Elements(finance_lease=RENT.model_copy(update=changes))


GOLDEN = {
    "a card since it is overdue": (card_of(), date(2025, 6, 1), None, date(2028, 6, 1)),
    "a demand begins it anew": (
        card_of(collected_on=date(2025, 12, 24)), date(2025, 6, 1), DEMAND, date(2028, 12, 24),
    ),
    "of several acts the last": (
        card_of(collected_on=date(2025, 8, 1), last_repaid_on=date(2026, 1, 5)),
        date(2025, 6, 1), PAYMENT, date(2029, 1, 5),
    ),
    "a payment before it was overdue is none": (
        card_of(last_repaid_on=date(2025, 4, 1)), date(2025, 6, 1), None, date(2028, 6, 1),
    ),
    "29 February has no corresponding day": (
        card_of(overdue_since=date(2024, 2, 29)), date(2024, 2, 29), None, date(2027, 2, 28),
    ),
    "a loan in instalments since the last one": (
        loan_of(due_on=date(2030, 1, 5)), date(2030, 1, 5), None, date(2033, 1, 5),
    ),
    "a loan that was called since then": (
        loan_of(due_on=date(2030, 1, 5), accelerated=True, accelerated_on=date(2025, 9, 9)),
        date(2025, 9, 9), None, date(2028, 9, 9),
    ),
    "rent since the last of it": (
        rent_of(overdue_since=date(2025, 3, 3), lease_until=date(2027, 7, 7)),
        date(2027, 7, 7), None, date(2030, 7, 7),
    ),
    "rent that was called since the demand": (
        rent_of(acceleration_clause=True, demanded_on=date(2026, 1, 5), lease_until=date(2027, 7, 7)),
        date(2026, 1, 5), None, date(2029, 1, 5),
    ),
    "a terminated lease since the termination": (
        Elements(finance_lease=TERMINATION), date(2026, 2, 5), None, date(2029, 2, 5),
    ),
}  # fmt: skip


@pytest.mark.parametrize("of", GOLDEN)
def test_golden_days(of: str) -> None:
    elements, began, act, last = GOLDEN[of]
    found = limitation_of(elements, LIMITATION_2026, TODAY)
    assert found is not None
    assert (found.began_on, found.interrupted_by, found.sue_by, found.passed) == (began, act, last, False)


@pytest.mark.parametrize(
    "elements", [Elements(complaint=ComplaintElements()), rent_of(), card_of(overdue_since=None)]
)
def test_what_tells_no_beginning_has_no_last_day(elements: Elements) -> None:
    assert limitation_of(elements, LIMITATION_2026, TODAY) is None


def test_what_is_dated_behind_the_filing_interrupts_nothing() -> None:
    elements = card_of(preserved_on=TODAY + timedelta(days=1))
    found = limitation_of(elements, LIMITATION_2026, TODAY)
    assert found is not None
    assert found.interrupted_by is None


# Beside a dispute that waits ----------------------------------------------------------------------

RETURNED = taken(card(claim_fen=1, elements=card_of(overdue_since=date(2023, 7, 1))))
"""A filing that is not the sum of its parts, about a card of which the time ends with 1 July 2026."""
ALARM_AT = datetime(2026, 5, 2, tzinfo=SHANGHAI)
"""Sixty days before."""
NEAR = LimitationNear(institution="ccb", sue_by=date(2026, 7, 1))


def waiting() -> Given:
    case = given(STREAM, subject=CASE).when(RETURNED, at=MON, actor=BANK)
    assert [type(event) for event in case.events[1:2]] == [FilingReturned]
    return case


def _alarms(case: Given) -> int:
    return sum(isinstance(event, LimitationNear) for event in case.events)


def test_a_registration_tells_the_limitation() -> None:
    assert waiting().events[0].limitation == Limitation(began_on=date(2023, 7, 1), sue_by=date(2026, 7, 1))


def test_what_waits_at_intake_is_alarmed_in_time_and_once() -> None:
    case = waiting()
    case.until(ALARM_AT - timedelta(seconds=1)).then_nothing()
    case.until(datetime(2026, 8, 1, tzinfo=SHANGHAI)).then(Timed(ALARM_AT, NEAR))
    assert _alarms(case.until(datetime(2030, 1, 1, tzinfo=SHANGHAI))) == 1


def test_what_comes_late_is_alarmed_at_once() -> None:
    late = datetime(2026, 6, 15, 9, tzinfo=SHANGHAI)
    case = given(STREAM, subject=CASE).when(RETURNED, at=late, actor=BANK)
    case.until(late + timedelta(hours=1)).then(Timed(late, NEAR))


def test_a_claim_whose_time_has_passed_is_taken_and_said_to_be_so() -> None:
    old = taken(card(elements=card_of(overdue_since=date(2022, 1, 10))))
    case = given(STREAM, subject=CASE).when(old, at=MON, actor=BANK)
    assert case.events[0].limitation == Limitation(
        began_on=date(2022, 1, 10), sue_by=date(2025, 1, 10), passed=True
    )
    assert type(case.events[1]).__name__ == "DisputeScreened", "limitation is the debtor's defence"
    waits = given(STREAM, subject=CASE).when(
        taken(card(claim_fen=1, elements=old.elements)), at=MON, actor=BANK
    )
    assert _alarms(waits.until(datetime(2030, 1, 1, tzinfo=SHANGHAI))) == 0


def test_a_referral_ends_the_watch_and_so_does_a_withdrawal() -> None:
    whole = taken(card(elements=RETURNED.elements))
    referred = given(STREAM, subject=CASE).when(whole, at=MON, actor=BANK)
    assert referred.state.referred_to is not None
    referred.until(datetime(2030, 1, 1, tzinfo=SHANGHAI)).then_nothing()
    back = waiting().when(WithdrawDispute(reason=LeaveReason.PAID), at=TUE, actor=BANK)
    assert _alarms(back.until(datetime(2030, 1, 1, tzinfo=SHANGHAI))) == 0


@pytest.mark.parametrize("way", [Way.APPLIED, Way.DELEGATED, Way.DOCKETED])
def test_a_suit_of_which_only_the_institution_speaks_stops_no_watch(
    way,
) -> None:
    """法释〔2020〕17号 art 10: the complaint that is brought interrupts, and the court knows of it."""
    filing = taken(card(elements=RETURNED.elements, way=way, prior=PriorSteps()))
    waits = given(STREAM, subject=CASE).when(filing, at=MON, actor=BANK)
    Given(STREAM, waits.state, CASE).until(ALARM_AT).then(Timed(ALARM_AT, NEAR))
    if way is Way.DOCKETED:
        suit = RegisterSuit(case_number="（2026）京0106民初801号", procedure=Procedure.SUMMARY)
        named = Given(STREAM, waits.state, CASE).when(suit, at=TUE, actor=COURT_CLERK)
        Given(STREAM, named.state, CASE).until(ALARM_AT).then_nothing()


def test_who_is_sent_to_the_court_has_not_sued_yet_and_is_still_alarmed() -> None:
    filing = taken(card(elements=RETURNED.elements, prior=PriorSteps()))
    refused = given(STREAM, subject=CASE).when(filing, at=MON, actor=BANK)
    refused = refused.when(RefuseConsent(party=Party.RESPONDENT), at=TUE, actor=RESPONDENT)
    assert refused.state.referred_to is Route.COURT
    Given(STREAM, refused.state, CASE).until(ALARM_AT).then(Timed(ALARM_AT, NEAR))


def test_what_the_court_has_under_its_number_is_watched_no_more_once_it_is_referred_back() -> None:
    filing = taken(card(elements=RETURNED.elements, way=Way.DELEGATED, prior=PriorSteps()))
    brought = given(STREAM, subject=CASE).when(filing, at=MON, actor=BANK)
    number = RegisterPreSuit(case_number="（2026）京0106民诉前调801号")
    refused = brought.when(number, at=TUE, actor=COURT_CLERK)
    refused = refused.when(RefuseConsent(party=Party.RESPONDENT), at=TUE, actor=RESPONDENT)
    Given(STREAM, refused.state, CASE).until(ALARM_AT).then_nothing()


def test_an_amendment_with_a_later_demand_moves_the_alarm() -> None:
    demanded = card_of(overdue_since=date(2023, 7, 1), collected_on=date(2026, 3, 1))
    mended = taken(card(amends=True, way=Way.DELEGATED, elements=demanded))
    first = RETURNED.model_copy(update={"way": Way.DELEGATED})
    waits = given(STREAM, subject=CASE).when(first, at=MON, actor=BANK)
    case = waits.when(mended, at=TUE, actor=BANK)
    assert case.events[0].limitation.sue_by == date(2029, 3, 1)
    assert Party.APPLICANT in case.state.consents
    case.until(datetime(2028, 1, 1, tzinfo=SHANGHAI)).then_nothing()
    case.until(datetime(2029, 1, 1, tzinfo=SHANGHAI)).then(
        Timed(datetime(2028, 12, 31, tzinfo=SHANGHAI), NEAR.model_copy(update={"sue_by": date(2029, 3, 1)}))
    )


def test_a_case_of_earlier_rules_is_not_watched() -> None:
    old = REGISTERED.model_copy(update={"rules_version": "intake-2026.3", "limitation": None})
    given(STREAM, Timed(MON, old)).until(datetime(2035, 1, 1, tzinfo=SHANGHAI)).then_nothing()
