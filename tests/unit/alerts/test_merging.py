"""A dispute that came twice counts once; an undone merge is counted again."""

from services.alerts.store import WEEKLY_COUNTS
from shared.contracts.alerts import CountCorrected, DisputeUncounted
from shared.contracts.message import Event
from tests.support.contract import example
from tests.support.duplicate_walks import OTHER, merged, undone
from tests.support.spec import Given, given
from tests.unit.alerts.mother import SERIES, Run, counted, in_week, made, week

MADE = made(alpha=0.05)
REGISTERED = example("intake", "alerts", "dispute_registered")
CASE = REGISTERED.subject
MERGED, UNDONE = merged(CASE, OTHER), undone(CASE, OTHER)
LESS = DisputeUncounted(series=SERIES, week=week(0))


def registered() -> Given:
    return given(MADE.case, subject=CASE).when(REGISTERED.body, at=REGISTERED.at)


def test_a_merged_dispute_is_uncounted_in_its_week_and_an_undone_one_counted_there_again() -> None:
    (first,) = registered().events
    gone = registered().when(MERGED, at=REGISTERED.at)
    (less,) = gone.events
    assert isinstance(less, DisputeUncounted)
    assert (less.series, less.week) == (first.series, first.week)  # type: ignore[attr-defined]
    gone.when(MERGED, at=REGISTERED.at).then_nothing()
    back = gone.when(UNDONE, at=REGISTERED.at)
    back.then(first)
    back.when(UNDONE, at=REGISTERED.at).then_nothing()


def test_a_dispute_that_was_counted_before_this_was_known_stays_counted() -> None:
    before = registered().state.but(first=None)
    given_before = Given(MADE.case, before, CASE)
    given_before.when(MERGED, at=REGISTERED.at).then_nothing()


def counts(run: Run) -> list[int]:
    rows = [row for (collection, _), row in run.rows.items() if collection == WEEKLY_COUNTS]
    return [row["count"] for row in rows]


def heard(*bodies: Event, weeks_later: int = 0) -> Run:
    run = Run(MADE.series)
    for body in bodies:
        run.hear(body, in_week(weeks_later if isinstance(body, DisputeUncounted) else 0))
    return run


def test_an_open_week_counts_one_less() -> None:
    run = heard(counted(0), counted(0), LESS)
    assert run.state.count(week(0)) == 1
    assert counts(run) == [1]


def test_a_closed_week_is_corrected() -> None:
    run = heard(counted(0), counted(0), LESS, weeks_later=1)
    assert run.timed[-1].event == CountCorrected(week=week(0), count=1)
    assert run.state.count(week(0)) == 1
    assert counts(run) == [1]


def test_no_week_counts_less_than_nothing() -> None:
    run = heard(counted(0), LESS, LESS)
    assert run.state.count(week(0)) == 0
    late = heard(counted(0), LESS, LESS, weeks_later=1)
    assert [one.event for one in late.timed if isinstance(one.event, CountCorrected)] == [
        CountCorrected(week=week(0), count=0)
    ]


def test_a_series_that_nobody_knows_has_nothing_to_uncount() -> None:
    run = Run(MADE.series)
    assert run.hear(LESS, in_week(0)) == []
    assert (run.state, run.rows) == (None, {})
