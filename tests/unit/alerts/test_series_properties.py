"""Whatever the order: counts equal a recount, rows equal the state, and cuts in time change nothing."""

from collections import Counter
from datetime import date

from hypothesis import given as examples
from hypothesis import strategies as st

from services.alerts.store import ALERTS, WEEKLY_COUNTS
from shared.contracts.alerts import AlertRaised
from tests.unit.alerts.mother import Run, counted, in_week, made, week

STREAM = made(alpha=0.05, min_count=1).series
ARRIVALS = st.lists(
    st.tuples(
        st.integers(0, 40),  # the week in which it is heard of
        st.one_of(st.just(0), st.integers(0, 12)),  # how many weeks late
        st.booleans(),  # whether somebody looks at the clock before
    ),
    max_size=60,
)


@examples(ARRIVALS)
def test_counts_equal_a_recount_and_rows_equal_the_state(arrivals):
    run, recount = Run(STREAM), Counter[int]()
    for heard, late, look in sorted(arrivals, key=lambda arrival: arrival[0]):
        if look:
            run.at(in_week(heard, 0.5))
        run.hear(counted(heard - late), in_week(heard))
        recount[heard - late] += 1
    state = run.state
    if state is None:
        return
    assert {n: state.count(week(n)) for n in recount} == dict(recount)
    assert sum(state.closed) + sum(state.open.values()) == recount.total()
    rows = {row["week"]: row["count"] for (name, _), row in run.rows.items() if name == WEEKLY_COUNTS}
    assert rows == {week(n).isoformat(): count for n, count in recount.items()}
    raised = [timed.event.week for timed in run.timed if isinstance(timed.event, AlertRaised)]
    assert len(raised) == len(set(raised)), "two alerts for one week"
    alerts = {row["week"]: row for (name, _), row in run.rows.items() if name == ALERTS}
    assert alerts.keys() == state.alerts.keys() == {day.isoformat() for day in raised}
    assert all(row["count"] == state.count(date.fromisoformat(day)) for day, row in alerts.items())


@examples(st.lists(st.integers(0, 40), max_size=40), st.lists(st.integers(0, 60), max_size=10))
def test_looking_at_the_clock_in_between_changes_no_event(weeks, looks):
    """A series that is looked at closes what is due, one that is not catches up: the same events."""
    plain, looked = Run(STREAM), Run(STREAM)
    for n in sorted(weeks):
        plain.hear(counted(n), in_week(n))
    steps = sorted([(n, True) for n in weeks] + [(n, False) for n in looks if n <= max(weeks, default=0)])
    for n, hears in steps:
        if hears:
            looked.hear(counted(n), in_week(n))
        else:
            looked.at(in_week(n, 0.5))
    assert looked.at(in_week(100)).timed == plain.at(in_week(100)).timed
