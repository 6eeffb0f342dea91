"""A filing is registered once, and returned or screened."""

from dataclasses import replace
from datetime import date, datetime

from services.intake.handlers import case_stream
from services.intake.rules import BOOK
from shared.casework.calendar import SHANGHAI
from shared.casework.rulebook import RuleBook
from shared.contracts.intake import (
    ConsentGiven,
    DisputeReferred,
    DisputeRegistered,
    DisputeScreened,
    ExplanationGiven,
    FilingAmended,
    FilingNotTaken,
    FilingReturned,
    PriorSteps,
)
from shared.contracts.kinds import Cause, Route
from tests.support.spec import Given, given
from tests.unit.intake.mother import (
    ALL_STEPS,
    APPLICANT,
    BARE,
    BROKEN,
    CASE,
    FULL,
    MENDED,
    MON,
    NETWORK,
    OPPONENT,
    REGISTERED,
    RETURNED,
    SCREENED,
    STREAM,
    TUE,
    card,
    complaint,
    filed,
    gone,
    new,
    referred,
    returned,
    taken,
)

UNCHANGED = FilingNotTaken(reason="filing.unchanged")
TOO_LATE = FilingNotTaken(reason="filing.too_late")


def test_a_complete_filing_is_registered_screened_and_referred_at_once() -> None:
    events = new().when(FULL, at=MON).events
    assert isinstance(events[0], DisputeRegistered)
    new().when(FULL, at=MON).then(
        REGISTERED,
        SCREENED,
        ExplanationGiven(content_version="rights-2025.1", channel="app"),
        ConsentGiven(party=APPLICANT),
        ConsentGiven(party=OPPONENT),
        referred(),
    )


def test_the_same_dispute_again_is_registered_once() -> None:
    gone().when(FULL, at=TUE).then(UNCHANGED)
    filed().when(BARE, at=TUE).then(UNCHANGED)


def test_the_same_dispute_with_other_content_is_registered_once() -> None:
    filed().when(FULL, at=TUE).then(UNCHANGED)


def test_an_amendment_of_what_is_not_returned_comes_too_late() -> None:
    filed().when(MENDED, at=TUE).then(TOO_LATE)
    gone().when(MENDED, at=TUE).then(TOO_LATE)


def test_a_filing_that_contradicts_itself_is_registered_and_returned() -> None:
    events = new().when(BROKEN, at=MON).events
    assert [type(e) for e in events] == [DisputeRegistered, FilingReturned]
    assert events[1] == RETURNED


def test_a_filing_without_prior_steps_waits_for_them() -> None:
    events = new().when(BARE, at=MON).events
    assert events[1:] == [SCREENED, ConsentGiven(party=APPLICANT)]


def test_consent_without_explanation_does_not_refer() -> None:
    filing = taken(card(prior=PriorSteps(respondent_consent=True)))
    assert DisputeReferred not in map(type, new().when(filing, at=MON).events)


def test_a_complaint_is_guided_and_never_referred() -> None:
    events = new().when(taken(complaint(prior=ALL_STEPS)), at=MON).events
    assert [type(e) for e in events] == [DisputeRegistered, DisputeScreened, ExplanationGiven]
    assert isinstance(events[1], DisputeScreened)
    assert events[1].route is Route.GUIDANCE


def test_a_party_on_the_negative_list_is_referred_to_the_court_at_once() -> None:
    rules = BOOK.now
    limits = replace(rules.screening.limits, negative_list=frozenset({FULL.party_token}))
    strict = replace(rules, screening=replace(rules.screening, limits=limits))
    stream = case_stream(NETWORK, RuleBook({rules.version: strict}, rules.version))
    events = given(stream, subject=CASE).when(BARE, at=MON).events
    assert events[-1] == referred(Route.COURT, explained=False, consents=())


def test_the_week_begins_on_monday_where_the_court_sits() -> None:
    sunday_night = datetime(2026, 3, 1, 23, 59, tzinfo=SHANGHAI)
    weeks = [new().when(FULL, at=at).events[0] for at in (sunday_night, MON)]
    assert [event.week for event in weeks if isinstance(event, DisputeRegistered)] == [
        date(2026, 2, 23),
        date(2026, 3, 2),
    ]


# Amending


def test_an_amendment_of_a_returned_filing_is_screened() -> None:
    amended = FilingAmended(
        cause=Cause.CREDIT_CARD,
        issue="逾期未还",
        product="龙卡",
        claim_fen=2_400_000,
        party_token=FULL.party_token,
        masked_name="张*三",
    )
    assert returned().when(MENDED, at=TUE).events[:2] == [amended, SCREENED]
    assert returned().when(MENDED, at=TUE).events[-1] == referred()


def test_a_corrected_filing_that_does_not_say_so_is_told_what_it_lacks() -> None:
    returned().when(FULL, at=TUE).then(FilingNotTaken(reason="filing.not_amended"))


def test_a_returned_filing_with_the_same_content_changes_nothing() -> None:
    returned().when(BROKEN, at=TUE).then(UNCHANGED)
    returned().when(taken(card(claim_fen=1, amends=True)), at=TUE).then(UNCHANGED)


def test_a_filing_that_is_not_taken_leaves_the_dispute_as_it_is() -> None:
    for before in (returned(), filed(), gone()):
        for filing in (FULL, BROKEN):
            assert before.when(filing, at=TUE).state == before.state


def test_an_amendment_with_another_fault_is_returned_again_once() -> None:
    worse = taken(card(claim_fen=2, amends=True))
    again = returned().when(worse, at=TUE)
    assert [type(e) for e in again.events] == [FilingAmended, FilingReturned]
    Given(STREAM, again.state, CASE).when(worse, at=TUE).then(UNCHANGED)


def test_an_amendment_is_judged_by_the_rules_under_which_the_case_started() -> None:
    later = replace(BOOK.now, version="intake-2099.1", elements=replace(BOOK.now.elements, parts={}))
    stream = case_stream(NETWORK, RuleBook({**BOOK.versions, later.version: later}, later.version))
    again = Given(stream, returned().state, CASE).when(taken(card(claim_fen=3, amends=True)), at=TUE)
    assert [type(e) for e in again.events] == [FilingAmended, FilingReturned]
