"""Parties that all agreed choose a mediator together, or the court designates (法释〔2021〕23号 art 10)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.mediation.handlers import handlers
from services.mediation.rules import CASE_RULES
from shared.casework.announced import with_years
from shared.casework.calendar import SHANGHAI, end_of_day
from shared.casework.protocol import Timed
from shared.contracts.calendar_file import CalendarFile
from shared.contracts.choices import (
    ChoiceEnded,
    ChoiceLeft,
    ChoiceOpened,
    ChoiceOutcome,
    ChooseMediator,
    LeaveChoice,
    MediatorNamed,
)
from shared.contracts.envelope import Actor
from shared.contracts.intake import ConsentRefused
from shared.contracts.kinds import DeadlineKind, End, Language, LeaveReason, Party
from shared.contracts.mediation import DeadlineCorrected, DesignationRequested, PlaceTaken
from shared.contracts.parties import LeaveMediation
from shared.contracts.recusal import AskForLanguage, LanguageAsked
from tests.support.calendars import known_until, notice
from tests.support.spec import Given, given
from tests.unit.mediation.mother import (
    AGENT,
    ASKING,
    CASE,
    CHOICE,
    CHOOSING,
    CLERK,
    MON,
    OPENED,
    PARTY,
    TUE,
    at,
    made,
    mediator,
    network,
    place,
    referral,
    requested,
)

STREAM = handlers(network(), CHOOSING).case
M2 = ChooseMediator(mediator="m02")
ENDS = at(3, 5, 0)
"""Two working days after Monday: Wednesday is the last day."""


def choosing() -> Given:
    return given(STREAM, subject=CASE).when(referral(), at=MON).then(OPENED, CHOICE)


def of(outcome: ChoiceOutcome, who: str | None = None) -> tuple[ChoiceEnded, DesignationRequested]:
    """The end of the choice, and the request: late from Friday on, three working days after the referral."""
    return ChoiceEnded(outcome=outcome, mediator=who), requested().model_copy(update={"chosen": who})


def test_whom_all_name_is_asked_for():
    one = choosing().when(M2, at=TUE, actor=AGENT)
    one.then(MediatorNamed(party=Party.APPLICANT, mediator="m02"))
    both = one.when(M2, at=TUE, actor=PARTY)
    both.then(MediatorNamed(party=Party.RESPONDENT, mediator="m02"), *of(ChoiceOutcome.CHOSEN, "m02"))
    both.until(at(3, 5, 23)).then_nothing()


def test_the_roster_gives_the_one_who_was_chosen():
    asked = of(ChoiceOutcome.CHOSEN, "m02")[1]
    *_, seat = given(made().roster, subject="people-mediation").when(asked, at=TUE).events
    assert isinstance(seat, PlaceTaken)
    assert seat.mediator == "m02", "by the shares it would be m01"


def test_who_names_another_one_has_not_chosen_until_they_agree():
    both = choosing().when(M2, at=TUE, actor=AGENT).when(ChooseMediator(mediator="m03"), at=TUE, actor=PARTY)
    both.then(MediatorNamed(party=Party.RESPONDENT, mediator="m03"))
    again = both.when(ChooseMediator(mediator="m03"), at=TUE, actor=AGENT)
    again.then(MediatorNamed(party=Party.APPLICANT, mediator="m03"), *of(ChoiceOutcome.CHOSEN, "m03"))


def test_at_the_end_of_the_time_the_court_designates():
    one = choosing().when(M2, at=TUE, actor=AGENT)
    one.until(ENDS - timedelta(seconds=1)).then_nothing()
    closed = one.until(at(3, 9))
    assert closed.new[:2] == [Timed(ENDS, event) for event in of(ChoiceOutcome.NOT_CHOSEN)]


def test_the_designation_is_due_within_its_own_limit_of_the_application():
    closed = choosing().until(ENDS)
    assert closed.state.designate_by == at(3, 6, 0)
    assert closed.state.requested_at == ENDS


def test_once_all_leave_it_to_the_court_nobody_waits():
    one = choosing().when(LeaveChoice(), at=MON, actor=PARTY).then(ChoiceLeft(party=Party.RESPONDENT))
    one.when(LeaveChoice(), at=MON, actor=AGENT).then(
        ChoiceLeft(party=Party.APPLICANT), *of(ChoiceOutcome.LEFT)
    )


def test_who_left_it_to_the_court_may_still_name_somebody_and_the_other_way_round():
    left = choosing().when(LeaveChoice(), at=MON, actor=PARTY).when(M2, at=MON, actor=PARTY)
    assert (left.state.choice.named, left.state.choice.left) == ({Party.RESPONDENT: "m02"}, ())
    back = left.when(LeaveChoice(), at=MON, actor=PARTY)
    assert (back.state.choice.named, back.state.choice.left) == ({}, (Party.RESPONDENT,))


@pytest.mark.parametrize("body", [M2, LeaveChoice()])
def test_what_a_party_says_twice_changes_nothing_also_when_the_time_is_over(body):
    said = choosing().when(body, at=TUE, actor=AGENT)
    said.when(body, at=TUE, actor=AGENT).then_nothing()
    over = said.when(body, at=TUE, actor=PARTY)
    over.when(body, at=TUE, actor=PARTY).then_nothing()


def test_a_one_sided_application_knows_no_choice():
    asked = given(STREAM, subject=CASE).when(referral(consents=(Party.APPLICANT,)), at=MON)
    asked.then(ASKING, requested())
    asked.when(M2, at=TUE, actor=AGENT).then_refused("choice.closed")


def test_nobody_chooses_after_the_time():
    closed = choosing().until(ENDS)
    closed.when(M2, at=at(3, 5), actor=AGENT).then_refused("choice.closed")


def test_with_a_guarantor_three_have_to_choose():
    all_three = (Party.APPLICANT, Party.RESPONDENT, Party.RESPONDENT_2)
    case = given(STREAM, subject=CASE).when(
        referral(others=(Party.RESPONDENT_2,), consents=all_three), at=MON
    )
    two = case.when(M2, at=TUE, actor=AGENT).when(M2, at=TUE, actor=PARTY)
    two.then(MediatorNamed(party=Party.RESPONDENT, mediator="m02"))
    three = two.when(M2, at=TUE, actor=Actor(CASE, "respondent-2", "party"))
    assert [type(event) for event in three.events] == [MediatorNamed, ChoiceEnded, DesignationRequested]


@pytest.mark.parametrize("actor", [CLERK, mediator(), Actor("abc", "p-1", "institution_agent")])
def test_only_parties_choose(actor):
    choosing().when(M2, at=TUE, actor=actor).then_refused("actor.not_allowed")


def test_a_language_that_is_asked_for_meanwhile_asks_for_nobody_yet():
    asked = choosing().when(AskForLanguage(language=Language.TIBETAN), at=TUE, actor=PARTY)
    asked.then(LanguageAsked(language=Language.TIBETAN))
    (_, request) = asked.until(ENDS).events
    assert isinstance(request, DesignationRequested)
    assert request.language is Language.TIBETAN


def test_each_party_can_leave_meanwhile():
    for actor in (AGENT, PARTY):
        left = choosing().when(LeaveMediation(reason=LeaveReason.UNWILLING), at=TUE, actor=actor)
        assert left.state.end is End.PARTY_UNWILLING
        left.until(at(9, 1)).then_nothing()
    refused = choosing().when(ConsentRefused(party=Party.RESPONDENT), at=TUE)
    assert refused.state.end is End.PARTY_UNWILLING


def test_a_seat_that_nobody_asked_for_is_given_back():
    assert [type(event).__name__ for event in choosing().when(place(), at=TUE).events] == [
        "DesignationDropped"
    ]


def test_under_earlier_rules_a_mediator_is_asked_for_at_once():
    earlier = replace(CASE_RULES, current="mediation-2026.2")
    stream = handlers(network(), earlier).case
    (_, request) = given(stream, subject=CASE).when(referral(), at=MON).events
    assert isinstance(request, DesignationRequested)


def test_a_choice_over_the_turn_of_the_year_is_provisional_and_put_right():
    start = MON.replace(year=2026, month=12, day=30)
    case = given(handlers(network(), CHOOSING, calendar=known_until(2026)).case, subject=CASE).when(
        referral(), at=start
    )
    by = end_of_day(date(2027, 1, 4))  # Thursday, and Monday after New Year's day and the weekend
    assert case.events[1] == ChoiceOpened(case=CASE, choose_by=by, choose_provisional=True)
    file = CalendarFile.model_validate(notice(2027, off=["2027-01-04"]))
    known = handlers(network(), CHOOSING, calendar=with_years(known_until(2026), [file])).case
    looked = Given(known, case.state, CASE).until(start + timedelta(hours=1))
    looked.then(
        DeadlineCorrected(deadline=DeadlineKind.CHOICE, before=by, after=end_of_day(date(2027, 1, 5)))
    )
    closed = looked.until(end_of_day(date(2027, 1, 5)))
    assert closed.state.designate_by == end_of_day(date(2027, 1, 6))


def test_a_designation_after_a_choice_is_put_right_from_the_application():
    start = MON.replace(year=2026, month=12, day=30)
    before = handlers(network(), CHOOSING, calendar=known_until(2026)).case
    closed = given(before, subject=CASE).when(referral(), at=start).until(end_of_day(date(2027, 1, 4)))
    assert closed.state.designate_by == end_of_day(date(2027, 1, 5))
    assert closed.state.designate_provisional
    file = CalendarFile.model_validate(notice(2027, off=["2027-01-05"]))
    known = handlers(network(), CHOOSING, calendar=with_years(known_until(2026), [file])).case
    looked = Given(known, closed.state, CASE).until(end_of_day(date(2027, 1, 4)) + timedelta(hours=9))
    looked.then(
        DeadlineCorrected(
            deadline=DeadlineKind.DESIGNATION,
            before=end_of_day(date(2027, 1, 5)),
            after=end_of_day(date(2027, 1, 6)),
        )
    )


@pytest.mark.parametrize(
    ("opened", "last"),
    [
        # Friday before the Spring Festival: Saturday 14 February is worked, then off until the 23rd.
        (date(2026, 2, 13), date(2026, 2, 24)),
        # The day before National Day; the first working days after it are 8 and 9 October.
        (date(2026, 9, 30), date(2026, 10, 9)),
    ],
)
def test_golden_days_of_the_choice(opened, last):
    when = MON.astimezone(SHANGHAI).replace(year=opened.year, month=opened.month, day=opened.day)
    case = given(STREAM, subject=CASE).when(referral(), at=when)
    assert case.state.choice.choose_by == end_of_day(last)


# The time runs from when all had agreed -----------------------------------------------------------


@pytest.mark.parametrize(
    ("agreed_at", "choose_by"),
    [
        (MON, ENDS),
        (at(2, 27, 15), at(3, 3, 0)),  # Friday: that Saturday is worked, and Monday
        (at(2, 28, 15), at(3, 4, 0)),  # Saturday, worked or not, is the day that does not count
    ],
)
def test_the_time_to_choose_runs_from_when_the_last_party_agreed(agreed_at, choose_by):
    run = given(STREAM, subject=CASE).when(referral(all_agreed_at=agreed_at), at=MON)
    run.then(OPENED, CHOICE.model_copy(update={"choose_by": choose_by, "all_agreed_at": agreed_at}))
    closed = run.until(choose_by)
    assert closed.new[0] == Timed(choose_by, ChoiceEnded(outcome=ChoiceOutcome.NOT_CHOSEN, mediator=None))
    assert closed.state.designate_by == at(3, 6, 0), "three working days of the application all the same"


def test_what_of_it_was_over_before_the_referral_is_not_given_again():
    run = given(STREAM, subject=CASE).when(referral(all_agreed_at=at(2, 24)), at=MON)
    run.then(OPENED, requested())
    run.when(M2, at=MON, actor=PARTY).then_refused("choice.closed")


def test_a_calendar_puts_the_end_right_from_when_all_had_agreed():
    before, after = at(12, 30, 9), at(12, 31, 9)
    unknown = handlers(network(), CHOOSING, calendar=known_until(2026)).case
    known = with_years(known_until(2026), [CalendarFile.model_validate(notice(2027, off=["2027-01-04"]))])
    run = given(unknown, subject=CASE).when(referral(all_agreed_at=before), at=after)
    assert run.state.choice.choose_provisional
    right = handlers(network(), CHOOSING, calendar=known).case
    corrected = Given(right, run.state, CASE).until(after + timedelta(hours=1))
    assert corrected.state.choice.choose_by == known.after_working_days(before, 2).at
