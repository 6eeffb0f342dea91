"""An answer that came by letter or phone counts for the day it came, and shows that it was recorded."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from services.alerts.rules.by_hand import timely_on, wrong_day
from services.alerts.rules.league import Timeliness, timeliness
from services.alerts.store import REQUESTS
from shared.casework.calendar import SHANGHAI, end_of_day, local_day
from shared.contracts.agreements import AgreementDrafted, AgreementSigned
from shared.contracts.alerts import AlertExplained, ExplainAlert, RecordExplanation
from shared.contracts.common import CommandRefused
from shared.contracts.duplicates import DisputesMerged
from shared.contracts.envelope import Actor
from shared.contracts.kinds import ContactMeans, Party
from shared.contracts.message import Event
from shared.contracts.referrals import RecordReferralAnswer, ReferralAnswered, ReferralOutcome
from shared.contracts.requests import InstitutionAnswered, RecordAnswer
from tests.support.cases import case_id
from tests.support.duplicate_walks import OTHER, merged
from tests.unit.alerts.mother import (
    AGENT,
    CLERK,
    REFERRAL,
    SERIES,
    World,
    in_week,
    made,
    refer,
    registered,
    week,
)

CASE = case_id("ccb", "R-1")
ASKED = datetime(2026, 3, 4, 10, tzinfo=SHANGHAI)
"""A Wednesday; five working days later it is 11 March."""
LAST = date(2026, 3, 11)
NOW = datetime(2026, 4, 1, 10, tzinfo=SHANGHAI)
DIGEST = "0" * 64


def asked() -> World:
    world = World(made(request_days=5, answer_days=5, referral_days=5))
    world.hear(CASE, registered(0), in_week(0))
    world.hear(CASE, AgreementDrafted(digest=DIGEST, amount_fen=1), ASKED)
    return world


def letter(day: date, request: str = "signature-1") -> RecordAnswer:
    return RecordAnswer(request=request, received_on=day, means=ContactMeans.POST)


def record(world: World, day: date, at: datetime = NOW, who: Actor = CLERK, **more: str) -> Event | None:
    said = world.command(letter(day, **more), CASE, who, at)
    return said[-1] if said else None


@pytest.mark.parametrize(("day", "timely"), [(LAST, True), (LAST + timedelta(days=1), False)])
def test_a_letter_counts_for_the_day_it_came_whenever_it_is_recorded(day: date, timely: bool) -> None:
    world = asked()
    answered = InstitutionAnswered(
        request="signature-1", timely=timely, received_on=day, means=ContactMeans.POST
    )
    assert record(world, day) == answered
    assert record(world, day) is None
    ((_, row),) = world.rows[REQUESTS].items()
    assert (row["received_on"], row["means"]) == (day.isoformat(), "post")
    assert timeliness(row, NOW) is (Timeliness.TIMELY if timely else Timeliness.LATE)


@pytest.mark.parametrize(
    ("day", "request_", "reason"),
    [
        (NOW.date() + timedelta(days=1), "signature-1", "answer.in_future"),
        (ASKED.date() - timedelta(days=1), "signature-1", "answer.before_request"),
        (LAST, "signature-2", "answer.no_request"),
        (LAST, "consent-1", "answer.no_request"),
    ],
)
def test_what_cannot_be_is_refused(day: date, request_: str, reason: str) -> None:
    refused = record(asked(), day, request=request_)
    assert isinstance(refused, CommandRefused)
    assert refused.reason == reason


def test_the_day_of_the_request_and_today_can_be() -> None:
    assert isinstance(record(asked(), ASKED.date()), InstitutionAnswered)
    assert isinstance(record(asked(), NOW.date()), InstitutionAnswered)


def test_nobody_but_the_courts_clerk_records() -> None:
    refused = record(asked(), LAST, who=AGENT)
    assert isinstance(refused, CommandRefused)
    assert refused.reason == "actor.not_allowed"


def test_a_letter_in_time_makes_up_for_a_late_answer_on_the_platform_and_not_the_other_way() -> None:
    world = asked()
    world.hear(CASE, AgreementSigned(party=Party.APPLICANT, digest=DIGEST), NOW - timedelta(days=1))
    assert world.events(InstitutionAnswered)[-1].timely is False
    assert isinstance(record(world, LAST), InstitutionAnswered)
    refused = record(world, LAST + timedelta(days=1))
    assert isinstance(refused, CommandRefused)
    assert refused.reason == "answer.given"


def test_of_a_request_that_was_dropped_only_a_letter_from_before_counts() -> None:
    world = asked()
    end = end_of_day(LAST) + timedelta(hours=9)
    body: DisputesMerged = merged(CASE, OTHER)
    world.hear(CASE, body, end)
    refused = record(world, end.date() + timedelta(days=1))
    assert isinstance(refused, CommandRefused)
    assert refused.reason == "answer.not_awaited"
    found = record(world, LAST)
    assert isinstance(found, InstitutionAnswered)
    assert found.timely is True


def raised() -> World:
    world = asked()
    for n, count in enumerate((3, 2, 4, 3, 3, 2, 4, 12)):
        world.file(count, n)
    return world.pass_to(8)


def test_an_explanation_and_the_answer_to_a_referral_are_recorded_likewise() -> None:
    world, at = raised(), in_week(12)
    last = date(2026, 5, 4)
    explained = RecordExplanation(week=week(7), text="新收费标准", received_on=last, means=ContactMeans.PHONE)
    (event,) = world.command(explained, SERIES, CLERK, at)
    assert isinstance(event, AlertExplained)
    assert (event.timely, event.received_on, event.means) == (True, last, ContactMeans.PHONE)
    (late,) = world.command(explained.model_copy(update={"received_on": at.date()}), SERIES, CLERK, at)
    assert isinstance(late, CommandRefused)
    assert late.reason == "answer.given"
    world.command(refer(7), SERIES, CLERK, in_week(8, 1))
    world.settle()
    answer = RecordReferralAnswer(
        referral_outcome=ReferralOutcome.ACCEPTED, measures="修订", received_on=last, means=ContactMeans.POST
    )
    early = answer.model_copy(update={"received_on": date(2026, 4, 27)})
    assert world.command(early, REFERRAL, CLERK, at)[-1].reason == "answer.before_request"  # type: ignore[attr-defined]
    found = world.command(answer, REFERRAL, CLERK, at)[-1]
    assert isinstance(found, ReferralAnswered)
    assert (found.timely, found.received_on) == (True, last)
    assert ExplainAlert


MOMENTS = st.integers(0, 60 * 24 * 400).map(
    lambda minute: datetime(2026, 1, 1, tzinfo=SHANGHAI) + timedelta(minutes=minute)
)


@examples(MOMENTS, MOMENTS, st.integers(-400, 800), st.integers(0, 60))
def test_a_recorded_day_lies_between_request_and_record_and_is_timely_as_an_act_on_that_day(
    asked_at: datetime, now: datetime, offset: int, days: int
) -> None:
    day = date(2026, 1, 1) + timedelta(days=offset)
    possible = local_day(asked_at) <= day <= local_day(now)
    assert (wrong_day(day, asked_at, now) is None) == possible
    limit = end_of_day(local_day(asked_at) + timedelta(days=days))
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)
    assert timely_on(day, limit) == (noon < limit)
    assert timely_on(day, None) is None
