"""A filing is registered once, and returned or screened."""

import json
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from services.intake.case import Filing
from services.intake.case.state import Status
from services.intake.handlers import case_stream
from services.intake.rules import BOOK
from services.intake.rules.content import content_digest
from shared.casework.calendar import SHANGHAI
from shared.casework.rulebook import RuleBook
from shared.contracts.claims import Forum
from shared.contracts.duplicates import MatchingStopped
from shared.contracts.elements import CreditCardElements, Elements
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
from shared.contracts.kinds import Cause, Party, ReturnGround, Route, Tier
from shared.network.schema import Network
from tests.support.spec import Given, given
from tests.unit.intake.mother import (
    ALL_STEPS,
    APPLICANT,
    BARE,
    BROKEN,
    CARD,
    CASE,
    FULL,
    LIMITATION,
    LOAN,
    MENDED,
    MON,
    NETWORK,
    PRIOR_EXPLAINED,
    REGISTERED,
    RETURNED,
    RULES,
    SCREENED,
    STREAM,
    TUE,
    ZHANG,
    card,
    complaint,
    explained,
    filed,
    gone,
    loan,
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
        PRIOR_EXPLAINED,
        ConsentGiven(party=APPLICANT),
        referred(),
    )


def test_the_same_dispute_again_is_registered_once() -> None:
    gone().when(FULL, at=TUE).then(UNCHANGED)
    filed().when(BARE, at=TUE).then(UNCHANGED)


def test_the_same_dispute_with_other_content_is_registered_once() -> None:
    filed().when(FULL, at=TUE).then(UNCHANGED)


def test_an_amendment_of_what_is_referred_comes_too_late() -> None:
    gone().when(MENDED, at=TUE).then(TOO_LATE)
    assert gone().when(taken(card(claim_fen=1, amends=True)), at=TUE).events == [TOO_LATE]


def test_a_filing_that_contradicts_itself_is_registered_and_returned() -> None:
    events = new().when(BROKEN, at=MON).events
    assert [type(e) for e in events] == [DisputeRegistered, FilingReturned, MatchingStopped]
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
        party_token=FULL.told_token,
        masked_name="张*三",
        content_digest=content_digest(MENDED),
        institution="ccb",
        limitation=LIMITATION,
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
    assert [type(e) for e in again.events] == [FilingAmended, FilingReturned, MatchingStopped]
    Given(STREAM, again.state, CASE).when(worse, at=TUE).then(UNCHANGED)


def test_an_amendment_is_judged_by_the_rules_under_which_the_case_started() -> None:
    later = replace(BOOK.now, version="intake-2099.1", elements=replace(BOOK.now.elements, parts={}))
    stream = case_stream(NETWORK, RuleBook({**BOOK.versions, later.version: later}, later.version))
    again = Given(stream, returned().state, CASE).when(taken(card(claim_fen=3, amends=True)), at=TUE)
    assert [type(e) for e in again.events] == [FilingAmended, FilingReturned, MatchingStopped]


# Amending what is screened and not yet referred

LESS = CARD.model_copy(update={"penalty_fen": 0})
MORE = CARD.model_copy(update={"penalty_fen": 30_000_000})


SMALL = LOAN.model_copy(update={"principal_fen": 400_000})


def amending(block: CreditCardElements, claim_fen: int, **changes: Any) -> Filing:
    elements = Elements(credit_card=block)
    bare: dict[str, Any] = {"prior": PriorSteps(), "elements": elements, "claim_fen": claim_fen}
    return taken(card(**{**bare, **changes}, amends=True))


LOWER = amending(LESS, 2_300_000)
HIGHER = amending(MORE, 32_300_000)


def asked() -> Given:
    """A dispute whose respondent agrees; the explanation is missing."""
    return given(
        STREAM,
        *((event, MON) for event in (REGISTERED, SCREENED, ConsentGiven(party=APPLICANT))),
        (ConsentGiven(party=Party.RESPONDENT), MON),
        subject=CASE,
    )


def test_a_dispute_that_is_not_referred_is_amended_and_screened_anew() -> None:
    events = filed().when(HIGHER, at=TUE).events
    assert [type(event) for event in events] == [FilingAmended, DisputeScreened]
    amended, screened = events
    assert isinstance(amended, FilingAmended)
    assert isinstance(screened, DisputeScreened)
    assert (amended.claim_fen, amended.content_digest) == (32_300_000, content_digest(HIGHER))
    assert (screened.tier, screened.rules[0]) == (Tier.ORDINARY, "SCR-005")


def test_the_same_amendment_again_changes_nothing() -> None:
    after = filed().when(LOWER, at=TUE)
    Given(STREAM, after.state, CASE).when(LOWER, at=TUE).then(UNCHANGED)
    first = new().when(LOWER, at=MON)
    Given(STREAM, first.state, CASE).when(LOWER, at=TUE).then(UNCHANGED)


def test_who_agreed_is_asked_again_only_where_it_is_about_more_or_another_matter() -> None:
    assert asked().when(LOWER, at=TUE).state.respondent_agrees
    assert not asked().when(HIGHER, at=TUE).state.respondent_agrees
    bare: dict[str, Any] = {"prior": PriorSteps(), "elements": Elements(loan=SMALL)}
    other = taken(loan(claim_fen=2_400_000, **bare, amends=True))
    assert not asked().when(other, at=TUE).state.respondent_agrees


def test_to_another_person_everything_is_explained_anew() -> None:
    somebody = ZHANG.model_copy(update={"id_number": "110101199001019999"})
    after = explained().when(amending(LESS, 2_300_000, party=somebody), at=TUE)
    assert after.state.explanation == ""
    assert explained().when(LOWER, at=TUE).state.explanation != ""


def test_an_amendment_with_what_was_missing_refers_the_dispute() -> None:
    assert asked().when(amending(LESS, 2_300_000, prior=ALL_STEPS), at=TUE).events[2:] == [
        PRIOR_EXPLAINED,
        referred(claim_fen=2_300_000, consents=(APPLICANT, Party.RESPONDENT)).model_copy(
            update={"all_agreed_at": MON}
        ),
    ]


def test_a_faulty_amendment_is_told_all_its_faults_and_what_was_filed_stands() -> None:
    faulty = amending(LESS, 5)
    told = filed().when(faulty, at=TUE)
    reasons = (RULES.elements.reason("amount.mismatch", "claim_fen"),)
    told.then(FilingNotTaken(reason="filing.amendment_faulty", reasons=reasons))
    assert told.state == filed().state


def test_an_amendment_may_move_a_dispute_to_the_court() -> None:
    rules = BOOK.now
    limits = replace(rules.screening.limits, negative_list=frozenset({FULL.party_token}))
    strict = replace(rules, screening=replace(rules.screening, limits=limits))
    stream = case_stream(NETWORK, RuleBook({rules.version: strict}, rules.version))
    events = Given(stream, filed().state, CASE).when(LOWER, at=TUE).events
    assert isinstance(events[-1], DisputeReferred)
    assert events[-1].to is Route.COURT


def test_amendments_of_before_fold_as_before() -> None:
    old = FilingAmended(
        cause=Cause.CREDIT_CARD,
        issue="逾期未还",
        product=None,
        claim_fen=1,
        party_token=FULL.told_token,
        masked_name="",
    )
    state = given(STREAM, (REGISTERED, MON), (RETURNED, MON), (old, TUE), subject=CASE).state
    assert (state.claim_fen, state.amended_digest, state.status) == (1, "", Status.RETURNED)


# Where it goes


def card_that(**elements: Any) -> Filing:
    return taken(card(elements=Elements(credit_card=CARD.model_copy(update=elements))))


def test_a_return_on_a_ground_of_the_law_tells_the_rules_that_spoke() -> None:
    [_, told, _] = new().when(card_that(forum=Forum.ARBITRATION), at=MON).events
    assert isinstance(told, FilingReturned)
    assert (told.rules, told.decided_by) == (("SCR-004", "SCR-070", "SCR-100"), "SCR-070")
    assert [one.rests_on for one in told.reasons] == [ReturnGround.NOT_FOR_COURTS]


def test_a_request_to_complete_screens_nothing_yet() -> None:
    [_, told, _] = new().when(BROKEN, at=MON).events
    assert isinstance(told, FilingReturned)
    assert (told.rules, told.decided_by) == ((), "")


def test_what_the_court_mediates_itself_is_referred_to_it_at_once() -> None:
    events = new().when(card_that(earlier_default=True), at=MON).events
    assert events[1].model_dump()["organisation"] is None
    last = events[-1]
    assert isinstance(last, DisputeReferred)
    assert (last.to, last.organisation) == (Route.COURT_MEDIATION, None)


def test_a_quick_decision_takes_the_way_of_a_mediation() -> None:
    filing = taken(complaint(claim_fen=500_000, party=ZHANG, prior=ALL_STEPS))
    events = new().when(filing, at=MON).events
    screened, last = events[1], events[-1]
    assert isinstance(screened, DisputeScreened)
    assert isinstance(last, DisputeReferred)
    assert (screened.route, screened.organisation) == (Route.QUICK_DECISION, "people-mediation")
    assert (last.to, last.organisation) == (Route.QUICK_DECISION, "people-mediation")


def test_under_earlier_rules_it_was_referred_for_mediation() -> None:
    stream = case_stream(NETWORK, replace(BOOK, current="intake-2026.3"))
    filing = taken(complaint(claim_fen=500_000, party=ZHANG, prior=ALL_STEPS))
    last = given(stream, subject=CASE).when(filing, at=MON).events[-1]
    assert isinstance(last, DisputeReferred)
    assert (last.to, last.organisation) == (Route.MEDIATION, "people-mediation")


def test_who_is_on_the_negative_list_of_the_network_file_goes_to_the_court() -> None:
    named = {**NETWORK.model_dump(mode="json"), "negative_list": [FULL.party_token]}
    stream = case_stream(Network.model_validate_json(json.dumps(named)))
    last = given(stream, subject=CASE).when(FULL, at=MON).events[-1]
    assert isinstance(last, DisputeReferred)
    assert last.to is Route.COURT
