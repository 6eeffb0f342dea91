"""A dispute at intake: the right events, the refusal, the silence."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from services.intake.handlers import case_stream
from services.intake.rules import BOOK
from services.intake.rules.content import content_digest
from shared.casework.calendar import SHANGHAI
from shared.casework.rulebook import RuleBook
from shared.contracts.common import AdvanceClock, CommandRefused
from shared.contracts.envelope import Actor
from shared.contracts.intake import (
    ConsentGiven,
    ConsentRefused,
    DisputeReferred,
    DisputeRegistered,
    DisputeScreened,
    ExplanationGiven,
    FilingAmended,
    FilingReturned,
    GiveConsent,
    GiveExplanation,
    PersonalDataRead,
    PriorSteps,
    ReadPersonalData,
    RefuseConsent,
    ReturnReason,
)
from shared.contracts.kinds import Cause, Party, Route, Tier
from shared.contracts.message import Event, Message
from tests.support.spec import Given, given
from tests.unit.intake.mother import (
    ALL_STEPS,
    BANK,
    CASE,
    CLERK,
    COURT_CLERK,
    MON,
    NETWORK,
    OPERATOR,
    OTHER_BANK,
    OTHER_CLERK,
    RESPONDENT,
    STREAM,
    TUE,
    card,
    complaint,
    taken,
)

APPLICANT, OPPONENT = Party.APPLICANT, Party.RESPONDENT
EXPLAIN = GiveExplanation(content_version="rights-2025.1", channel="phone")
EXPLAINED = ExplanationGiven(content_version="rights-2025.1", channel="phone")
FULL = taken(card())
BARE = taken(card(prior=PriorSteps()))
BROKEN = taken(card(claim_fen=1))
MENDED = taken(card(amends=True))

REGISTERED = DisputeRegistered(
    institution="ccb",
    reference_digest="2e838f2c14c1d4d4a8f0ee2b2b1c35d2c28dd07ea3dbb6bb5b1ae2a2b7f4b6a3",
    cause=Cause.CREDIT_CARD,
    issue="逾期未还",
    product="龙卡",
    claim_fen=2_400_000,
    party_token=FULL.party_token,
    masked_name="张*三",
    week=date(2026, 3, 2),
    rules_version=BOOK.current,
)
SCREENED = DisputeScreened(
    tier=Tier.SIMPLE,
    route=Route.MEDIATION,
    rules=("SCR-001", "SCR-100"),
    decided_by="SCR-100",
    rules_version=BOOK.current,
)
RETURNED = FilingReturned(
    reasons=(ReturnReason(code="amount.mismatch", field="claim_fen"),),
    content_digest=content_digest(BROKEN),
    rules_version=BOOK.current,
)


def referred(
    to: Route = Route.MEDIATION,
    *,
    explained: bool = True,
    consents: tuple[Party, ...] = (APPLICANT, OPPONENT),
) -> DisputeReferred:
    return DisputeReferred(
        to=to,
        organisation="people-mediation" if to is Route.MEDIATION else None,
        institution="ccb",
        cause=Cause.CREDIT_CARD,
        tier=Tier.SIMPLE,
        claim_fen=2_400_000,
        explained=explained,
        consents=consents,
    )


def filed() -> Given:
    """A dispute that is screened; the bank agrees, nothing else is done."""
    return given(
        STREAM, (REGISTERED, MON), (SCREENED, MON), (ConsentGiven(party=APPLICANT), MON), subject=CASE
    )


def explained() -> Given:
    return given(
        STREAM,
        (REGISTERED, MON),
        (SCREENED, MON),
        (EXPLAINED, MON),
        (ConsentGiven(party=APPLICANT), MON),
        subject=CASE,
    )


def returned() -> Given:
    return given(STREAM, (REGISTERED, MON), (RETURNED, MON), subject=CASE)


def gone() -> Given:
    """A dispute that is with mediation."""
    return given(STREAM, *((event, MON) for event in new().when(FULL, at=MON).events), subject=CASE)


def new() -> Given:
    return given(STREAM, subject=CASE)


# Filing


def test_a_complete_filing_is_registered_screened_and_referred_at_once() -> None:
    events = new().when(FULL, at=MON).events
    first = events[0]
    assert isinstance(first, DisputeRegistered)
    new().when(FULL, at=MON).then(
        REGISTERED.model_copy(update={"reference_digest": first.reference_digest}),
        SCREENED,
        ExplanationGiven(content_version="rights-2025.1", channel="app"),
        ConsentGiven(party=APPLICANT),
        ConsentGiven(party=OPPONENT),
        referred(),
    )


def test_the_same_dispute_again_is_registered_once() -> None:
    gone().when(FULL, at=TUE).then_nothing()
    filed().when(BARE, at=TUE).then_nothing()


def test_the_same_dispute_with_other_content_is_registered_once() -> None:
    filed().when(FULL, at=TUE).then_nothing()
    filed().when(MENDED, at=TUE).then_nothing()


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


def test_a_returned_filing_that_is_no_amendment_changes_nothing() -> None:
    returned().when(FULL, at=TUE).then_nothing()


def test_an_amendment_that_says_the_same_changes_nothing() -> None:
    returned().when(taken(card(claim_fen=1, amends=True)), at=TUE).then_nothing()


def test_an_amendment_with_another_fault_is_returned_again_once() -> None:
    worse = taken(card(claim_fen=2, amends=True))
    again = returned().when(worse, at=TUE)
    assert [type(e) for e in again.events] == [FilingAmended, FilingReturned]
    Given(STREAM, again.state, CASE).when(worse, at=TUE).then_nothing()


def test_an_amendment_is_judged_by_the_rules_under_which_the_case_started() -> None:
    later = replace(BOOK.now, version="intake-2099.1", elements=replace(BOOK.now.elements, parts={}))
    stream = case_stream(NETWORK, RuleBook({**BOOK.versions, later.version: later}, later.version))
    again = Given(stream, returned().state, CASE).when(taken(card(claim_fen=3, amends=True)), at=TUE)
    assert [type(e) for e in again.events] == [FilingAmended, FilingReturned]


# Explanation


def test_an_explanation_is_recorded() -> None:
    filed().when(EXPLAIN, at=TUE, actor=CLERK).then(EXPLAINED)
    filed().when(EXPLAIN, at=TUE, actor=COURT_CLERK).then(EXPLAINED)
    filed().when(EXPLAIN, at=TUE, actor=BANK).then(EXPLAINED)


def test_the_last_missing_step_refers() -> None:
    given(
        STREAM,
        (REGISTERED, MON),
        (SCREENED, MON),
        (ConsentGiven(party=APPLICANT), MON),
        (ConsentGiven(party=OPPONENT), MON),
        subject=CASE,
    ).when(EXPLAIN, at=TUE, actor=CLERK).then(EXPLAINED, referred())


def test_the_same_explanation_again_changes_nothing() -> None:
    explained().when(EXPLAIN, at=TUE, actor=CLERK).then_nothing()


@pytest.mark.parametrize("actor", [OTHER_BANK, OTHER_CLERK, OPERATOR, RESPONDENT, Actor("system")])
def test_only_those_of_the_case_explain(actor: Actor) -> None:
    filed().when(EXPLAIN, at=TUE, actor=actor).then_refused("actor.not_allowed")


def test_a_returned_filing_is_amended_first() -> None:
    returned().when(EXPLAIN, at=TUE, actor=BANK).then_refused("filing.returned")
    returned().when(GiveConsent(party=APPLICANT), at=TUE, actor=BANK).then_refused("filing.returned")
    returned().when(RefuseConsent(party=APPLICANT), at=TUE, actor=BANK).then_refused("filing.returned")


@pytest.mark.parametrize(
    "command",
    [EXPLAIN, GiveConsent(party=OPPONENT), RefuseConsent(party=OPPONENT), ReadPersonalData(purpose="调解")],
)
def test_a_request_about_nothing_is_refused(command: Message) -> None:
    new().when(command, at=TUE, actor=CLERK).then_refused("case.unknown")


# Consent


def test_the_second_consent_refers_an_explained_dispute() -> None:
    explained().when(GiveConsent(party=OPPONENT), at=TUE, actor=RESPONDENT).then(
        ConsentGiven(party=OPPONENT), referred()
    )


def test_consent_before_the_explanation_is_recorded_but_does_not_refer() -> None:
    filed().when(GiveConsent(party=OPPONENT), at=TUE, actor=CLERK).then(ConsentGiven(party=OPPONENT))


def test_consent_again_changes_nothing() -> None:
    filed().when(GiveConsent(party=APPLICANT), at=TUE, actor=BANK).then_nothing()
    gone().when(GiveConsent(party=OPPONENT), at=TUE, actor=CLERK).then_nothing()


@pytest.mark.parametrize(
    ("party", "actor"),
    [
        (OPPONENT, BANK),
        (APPLICANT, OTHER_BANK),
        (APPLICANT, RESPONDENT),
        (OPPONENT, Actor("sy1other", "", "party")),
        (OPPONENT, Actor("parties", FULL.party_token, "party")),
        (OPPONENT, OTHER_CLERK),
        (OPPONENT, COURT_CLERK),
    ],
)
def test_nobody_consents_for_somebody_else(party: Party, actor: Actor) -> None:
    explained().when(GiveConsent(party=party), at=TUE, actor=actor).then_refused("actor.not_allowed")
    explained().when(RefuseConsent(party=party), at=TUE, actor=actor).then_refused("actor.not_allowed")


def test_a_refusal_of_mediation_goes_to_the_court() -> None:
    explained().when(RefuseConsent(party=OPPONENT), at=TUE, actor=RESPONDENT).then(
        ConsentRefused(party=OPPONENT), referred(Route.COURT, consents=(APPLICANT,))
    )


def test_consent_can_be_taken_back_before_the_referral() -> None:
    filed().when(RefuseConsent(party=APPLICANT), at=TUE, actor=BANK).then(
        ConsentRefused(party=APPLICANT), referred(Route.COURT, explained=False, consents=())
    )


def test_a_refusal_again_changes_nothing() -> None:
    given(
        STREAM,
        (REGISTERED, MON),
        (SCREENED, MON),
        (ConsentRefused(party=OPPONENT), MON),
        (referred(Route.COURT, consents=(APPLICANT,)), MON),
        subject=CASE,
    ).when(RefuseConsent(party=OPPONENT), at=TUE, actor=CLERK).then_nothing()


def test_what_is_with_mediation_is_refused_there() -> None:
    gone().when(RefuseConsent(party=OPPONENT), at=TUE, actor=CLERK).then_refused("case.referred")


def test_consent_comes_too_late_once_the_dispute_is_with_the_court() -> None:
    given(
        STREAM,
        (REGISTERED, MON),
        (SCREENED, MON),
        (ConsentRefused(party=OPPONENT), MON),
        (referred(Route.COURT, consents=()), MON),
        subject=CASE,
    ).when(GiveConsent(party=OPPONENT), at=TUE, actor=CLERK).then_refused("case.referred")


def test_no_consent_is_asked_for_guidance() -> None:
    past = new().when(taken(complaint()), at=MON).events
    clerk = given(STREAM, *((event, MON) for event in past), subject=CASE)
    clerk.when(GiveConsent(party=OPPONENT), at=TUE, actor=CLERK).then_refused("case.not_for_mediation")


# Reading personal data


@pytest.mark.parametrize("actor", [CLERK, COURT_CLERK, OPERATOR])
def test_a_reading_is_recorded_with_its_purpose(actor: Actor) -> None:
    filed().when(ReadPersonalData(purpose="电话联系"), at=TUE, actor=actor).then(
        PersonalDataRead(reader=str(actor), purpose="电话联系")
    )


@pytest.mark.parametrize("actor", [BANK, OTHER_CLERK, RESPONDENT, Actor("system")])
def test_nobody_else_reads(actor: Actor) -> None:
    filed().when(ReadPersonalData(purpose="电话联系"), at=TUE, actor=actor).then_refused("actor.not_allowed")


def test_nobody_reads_without_a_purpose() -> None:
    filed().when(ReadPersonalData(purpose="  "), at=TUE, actor=CLERK).then_refused("personal_data.no_purpose")


def test_there_is_nothing_to_read_where_no_party_was_named() -> None:
    past = new().when(taken(complaint()), at=MON).events
    case = given(STREAM, *((event, MON) for event in past), subject=CASE)
    case.when(ReadPersonalData(purpose="回访"), at=TUE, actor=OPERATOR).then_refused("personal_data.none")


def test_an_unknown_request_is_refused() -> None:
    filed().when(AdvanceClock(), at=TUE, actor=OPERATOR).then_refused("command.unexpected")
    filed().when(card(), at=TUE, actor=BANK).then_refused("command.unexpected")


# Invariants

_MESSAGES: list[tuple[Message, Actor]] = [
    (FULL, BANK),
    (BARE, BANK),
    (BROKEN, BANK),
    (MENDED, BANK),
    (taken(card(prior=PriorSteps(respondent_consent=True), amends=True)), BANK),
    (EXPLAIN, CLERK),
    (GiveConsent(party=APPLICANT), BANK),
    (GiveConsent(party=OPPONENT), RESPONDENT),
    (RefuseConsent(party=OPPONENT), RESPONDENT),
    (RefuseConsent(party=APPLICANT), CLERK),
]


@settings(max_examples=300)
@for_all(st.lists(st.sampled_from(_MESSAGES), max_size=14))
def test_whatever_comes_registered_once_referred_once_and_never_unasked(
    messages: list[tuple[Message, Actor]],
) -> None:
    case = new()
    events: list[Event] = []
    for body, actor in messages:
        case = Given(STREAM, case.state, CASE).when(body, at=MON, actor=actor)
        events += case.events
        repeat = Given(STREAM, case.state, CASE).when(body, at=MON, actor=actor).events
        assert all(isinstance(event, CommandRefused) for event in repeat)
    assert sum(isinstance(e, DisputeRegistered) for e in events) <= 1
    referrals = [e for e in events if isinstance(e, DisputeReferred)]
    assert len(referrals) <= 1
    for one in referrals:
        if one.to is Route.MEDIATION:
            before = events[: events.index(one)]
            assert any(isinstance(e, ExplanationGiven) for e in before)
            for party in Party:
                consents = [
                    e for e in before if isinstance(e, ConsentGiven | ConsentRefused) and e.party is party
                ]
                assert isinstance(consents[-1], ConsentGiven)
