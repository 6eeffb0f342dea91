"""Answers in time: the limit to the instant, intervals, and a funnel that shames nobody for noise."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from services.alerts.rules.league import Standing, Timeliness, league, timeliness, wilson
from services.alerts.store import ALERTS
from shared.casework.calendar import SHANGHAI, Calendar
from shared.contracts.alerts import AlertExplained, AlertRaised, ExplainAlert
from tests.support.spec import Given, given
from tests.unit.alerts.mother import AGENT, SERIES, in_week, made, surge, week

NOW = datetime(2026, 6, 1, tzinfo=SHANGHAI)
STREAM = made(answer_days=10).series
LIMIT = datetime(2026, 3, 24, tzinfo=SHANGHAI)
"""Ten working days after Monday, 9 March 2026: the first instant after Monday, 23 March."""


def raised(stream: Any = STREAM) -> Given:
    return given(stream, subject=SERIES).when(surge(), at=in_week(1, 0))


def explained(at: datetime) -> AlertExplained:
    return raised().when(ExplainAlert(week=week(0), text="x"), at=at, actor=AGENT).events[-1]  # type: ignore[return-value]


def test_an_alert_names_the_end_of_the_time_for_its_answer() -> None:
    event, _ = raised().events
    assert isinstance(event, AlertRaised)
    assert event.answer_by == LIMIT


def test_without_a_limit_in_the_rules_there_is_none() -> None:
    event, _ = raised(made().series).events
    assert isinstance(event, AlertRaised)
    assert event.answer_by is None
    late = raised(made().series).when(ExplainAlert(week=week(0), text="x"), at=in_week(9), actor=AGENT)
    assert late.events[-1].timely is None  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("at", "timely"),
    [(LIMIT - timedelta(microseconds=1), True), (LIMIT, False), (LIMIT + timedelta(days=30), False)],
)
def test_the_flag_is_right_at_the_edge_of_the_last_day(at: datetime, timely: bool) -> None:
    assert explained(at).timely is timely


def test_a_second_explanation_makes_no_late_answer_timely_nor_a_timely_one_late() -> None:
    first = raised().when(ExplainAlert(week=week(0), text="x"), at=in_week(1, 3), actor=AGENT)
    second = first.when(ExplainAlert(week=week(0), text="y"), at=in_week(30), actor=AGENT)
    assert second.state.alerts[week(0).isoformat()].timely is True


def test_holidays_and_make_up_days_count() -> None:
    """Two days off, one of them made up for on a Saturday: the limit moves by one working day."""
    from services.alerts.handlers import handlers
    from services.alerts.rules import AlertRules, Context
    from shared.casework.rulebook import RuleBook

    days = [date(2026, 3, one) for one in (12, 13, 14)]
    calendar = Calendar(range(2026, 2027), frozenset(days[:2]), frozenset(days[2:]))
    rules = AlertRules(version="test.1", answer_days=10)
    book = RuleBook({"test.1": rules}, current="test.1")
    stream = handlers(context=Context(book, calendar=calendar)).series
    event, _ = raised(stream).events
    assert event.answer_by == LIMIT + timedelta(days=1)  # type: ignore[attr-defined]


def row(institution: str, **more: Any) -> dict[str, Any]:
    return {"institution": institution, "answer_by": LIMIT.isoformat(), "timely": None, **more}


def test_an_unanswered_alert_is_open_until_its_limit_and_overdue_from_it_on() -> None:
    assert timeliness(row("ccb"), LIMIT - timedelta(microseconds=1)) is Timeliness.OPEN
    assert timeliness(row("ccb"), LIMIT) is Timeliness.OVERDUE
    assert timeliness(row("ccb", answer_by=""), NOW) is Timeliness.NO_LIMIT


def test_the_row_of_an_alert_has_its_limit_and_its_flag() -> None:
    from shared.casework.protocol import Change, Timed

    done = raised().when(ExplainAlert(week=week(0), text="x"), at=in_week(1, 3), actor=AGENT)
    change = Change(None, SERIES, None, done.state, [Timed(in_week(1, 3), done.events[-1])], "t:0")
    assert STREAM.rows is not None
    (put,) = STREAM.rows(change)
    assert put.collection == ALERTS
    assert (put.document["answer_by"], put.document["timely"]) == (LIMIT.isoformat(), True)


def test_a_small_institution_is_not_shamed_by_noise_and_a_large_one_is_found() -> None:
    rows = [row("small", timely=False), row("small", timely=True)]
    rows += [row("large", timely=number % 2 == 0) for number in range(100)]
    rows += [row("other", timely=number % 20 != 0) for number in range(400)]
    lines = {one.institution: one for one in league(rows, NOW)}
    assert lines["small"].standing is Standing.USUAL
    assert lines["large"].standing is Standing.FAR_BELOW
    assert lines["other"].standing is Standing.ABOVE
    assert lines["small"].share == lines["large"].share == 0.5


def test_what_is_not_decided_is_in_no_share() -> None:
    (line,) = league(
        [row("ccb"), row("ccb", timely=True), row("ccb", answer_by="")], LIMIT - timedelta(days=1)
    )
    assert (line.requests, line.timely, line.open, line.share) == (2, 1, 1, 1.0)


def test_the_interval_is_wilsons() -> None:
    low, high = wilson(81, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)  # Newcombe 1998, table I


@examples(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_its_share(counted: tuple[int, int]) -> None:
    low, high = wilson(*counted)
    assert 0.0 <= low <= counted[0] / counted[1] + 1e-12
    assert counted[0] / counted[1] - 1e-12 <= high <= 1.0
