"""The stream gives the published values of EARS C1 for a real series, week by week."""

import csv
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from shared.casework.calendar import SHANGHAI
from shared.contracts.alerts import AlertRaised, WeekClosed
from tests.unit.alerts.mother import Run, counted, made

DATA = Path(__file__).parents[2] / "data"


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _fed(until: date, **limits) -> Run:
    """Feed the disputes of each week in its own week, then let the last one close."""
    run = Run(made(**limits).series)
    for row in _rows("epysurv/salmonella_train.csv") + _rows("epysurv/EarsC1_pred.csv"):
        monday = date.fromisoformat(row[""])
        if monday > until:
            break
        for minute in range(int(row["n_cases"])):
            at = datetime.combine(monday, time(9), SHANGHAI) + timedelta(minutes=minute)
            run.hear(counted(monday), at)
    return run.at(datetime.combine(until, time.min, SHANGHAI) + timedelta(days=7))


@pytest.fixture(scope="module")
def golden() -> list[dict[str, str]]:
    return _rows("surveillance/ears_c1_salmnewport_2011_golden.csv")


def test_bounds_and_alarms_of_2011_are_the_published_ones(golden):
    run = _fed(date(2011, 12, 26), alpha=0.05, min_count=1)
    closed = {t.event.week: t.event for t in run.timed if isinstance(t.event, WeekClosed)}
    raised = {t.event.week for t in run.timed if isinstance(t.event, AlertRaised)}
    assert len(golden) == 52
    for row in golden:
        monday = date.fromisoformat(row["week_start"])
        assert closed[monday].count == int(row["observed"])
        assert closed[monday].bound == pytest.approx(float(row["c1_upperbound"]), rel=0, abs=1e-6)
        assert (monday in raised) is (row["alarm"] == "1")


def test_alarms_of_2011_and_2012_are_those_of_epysurv():
    run = _fed(date(2012, 12, 31), alpha=0.001, min_count=1)
    raised = {t.event.week.isoformat() for t in run.timed if isinstance(t.event, AlertRaised)}
    judged = _rows("epysurv/EarsC1_pred.csv")
    assert {row[""] for row in judged if row["alarm"] == "1"} == {w for w in raised if w >= judged[0][""]}


def test_counts_equal_a_recount():
    run = _fed(date(2012, 12, 31))
    weeks = _rows("epysurv/salmonella_train.csv") + _rows("epysurv/EarsC1_pred.csv")
    assert run.state is not None
    assert sum(run.state.closed) == sum(int(row["n_cases"]) for row in weeks) == 1272
    rows = {row["week"]: row["count"] for (name, _), row in run.rows.items() if name == "weekly_counts"}
    assert rows == {row[""]: int(row["n_cases"]) for row in weeks if row["n_cases"] != "0"}
