"""The streams give the published values of EARS C1 for a real series, fed dispute by dispute."""

import csv
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from services.alerts.archive.judging import detector_of
from services.alerts.archive.looking import look
from services.alerts.rules import AlertRules, Context
from services.alerts.rules.shards import archive_id, shard_of
from shared.casework.calendar import SHANGHAI
from shared.casework.rulebook import RuleBook
from shared.contracts.counts import SurgeFound
from tests.unit.alerts.mother import GATES, NO_HOLIDAYS, SERIES, World, made

DATA = Path(__file__).parents[2] / "data"
ARCHIVE = archive_id(shard_of("ccb", "credit_card"))


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _fed(until: date, **limits: float) -> World:
    """Feed the disputes of each week in its own week, then let the last one close."""
    world = World(made(**limits))
    for row in _rows("epysurv/salmonella_train.csv") + _rows("epysurv/EarsC1_pred.csv"):
        monday = date.fromisoformat(row[""])
        if monday > until:
            break
        for minute in range(int(row["n_cases"])):
            at = datetime.combine(monday, time(9), SHANGHAI) + timedelta(minutes=minute)
            world.file(1, 0, week=monday, at=at)
    world.settle()
    for gate in GATES:
        world._advance(gate, datetime.combine(until, time.min, SHANGHAI) + timedelta(days=7))
    return world.settle()


def test_bounds_and_alarms_of_2011_are_the_published_ones() -> None:
    golden = _rows("surveillance/ears_c1_salmnewport_2011_golden.csv")
    assert len(golden) == 52
    world = _fed(date(2011, 12, 26), alpha=0.05, min_count=1)
    stood_out = {one.week: one for one in world.events(SurgeFound)}
    archive = world.states[ARCHIVE]
    rules = AlertRules(version="test.1", alpha=0.05)
    context = Context(RuleBook({"test.1": rules}, current="test.1"), calendar=NO_HOLIDAYS)
    for row in golden:
        monday = date.fromisoformat(row["week_start"])
        column = archive.column(monday)
        then = archive.but(counts=archive.counts[:, : column + 1])
        window = look(then, context, detector_of(rules)).window
        judgement = detector_of(rules).judge(window)
        assert window.observed[0] == int(row["observed"])
        assert judgement.threshold[0] == pytest.approx(float(row["c1_upperbound"]), rel=0, abs=1e-6)
        assert (monday in stood_out) is (row["alarm"] == "1")
        if monday in stood_out:
            assert stood_out[monday].bound == pytest.approx(float(row["c1_upperbound"]), rel=0, abs=1e-6)


def test_alarms_of_2011_and_2012_are_those_of_epysurv() -> None:
    world = _fed(date(2012, 12, 31), alpha=0.001, min_count=1)
    stood_out = {one.week.isoformat() for one in world.events(SurgeFound)}
    judged = _rows("epysurv/EarsC1_pred.csv")
    assert {row[""] for row in judged if row["alarm"] == "1"} == {w for w in stood_out if w >= judged[0][""]}


def test_counts_equal_a_recount() -> None:
    world = _fed(date(2012, 12, 31))
    weeks = _rows("epysurv/salmonella_train.csv") + _rows("epysurv/EarsC1_pred.csv")
    assert int(world.states[ARCHIVE].counts.sum()) == sum(int(row["n_cases"]) for row in weeks) == 1272
    assert world.counts() == {
        (SERIES, row[""]): int(row["n_cases"]) for row in weeks if row["n_cases"] != "0"
    }
