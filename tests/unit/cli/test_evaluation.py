"""What is measured of the detectors is measured rightly, and comes again with its seed."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from cli.evaluation.measures import detected, mean_of, share_of
from cli.evaluation.public import known_outbreaks, raised_by, read, renamed
from cli.evaluation.simulate import SCENARIOS, WEEKS, Shape, counts_of, simulated, surge
from cli.evaluation.stress import KINDS, quiet
from cli.evaluation.studies import Plan, discovered, sizes
from services.alerts.rules import ALERT_RULES
from shared.contracts.errors import SuyuanError
from tests.support.cli import suyuan

DATA = Path(__file__).parents[2] / "data"


def test_the_interval_of_a_share_is_wilsons():
    share = share_of(np.array([True] * 8 + [False] * 2))
    assert (share.value, share.of) == (0.8, 10)
    assert (share.low, share.high) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert share_of(np.zeros(20, dtype=bool)).low == 0.0
    assert np.isnan(share_of(np.zeros(0, dtype=bool)).value)


def test_the_interval_of_a_rate_is_that_of_the_series():
    rate = mean_of(np.array([0.0, 0.1, 0.2, 0.1, np.nan]))
    assert (rate.value, rate.of) == (pytest.approx(0.1), 4)
    assert rate.high - rate.value == pytest.approx(1.959964 * np.std([0.0, 0.1, 0.2, 0.1], ddof=1) / 2)


def test_a_surge_is_found_by_an_alert_in_one_of_its_weeks():
    surged = np.zeros((4, 10), dtype=bool)
    surged[0, 3:6] = surged[1, 3:6] = surged[2, 3:6] = True
    alerts = np.zeros((4, 10), dtype=bool)
    alerts[0, 5] = True
    alerts[1, 2] = alerts[1, 6] = True
    alerts[3, 0] = True
    found = detected(alerts, surged)
    assert (found.sensitivity.value, found.sensitivity.of) == (pytest.approx(1 / 3), 3)
    assert found.delay.value == 2.0
    # The alert right after the surge is neither found nor false: 1 of 6, 0 of 6, 0 of 6 and 1 of 10 weeks.
    assert found.false.value == pytest.approx((0 + 1 / 6 + 0 + 1 / 10) / 4)


def test_simulated_series_come_again_with_their_seed_and_only_with_it():
    one, same, other = simulated(7, 1, (5.0,)), simulated(7, 1, (5.0,)), simulated(8, 1, (5.0,))
    assert (one.counts == same.counts).all()
    assert (one.counts != other.counts).any()
    assert one.counts.shape == (len(SCENARIOS), WEEKS) == (42, 624)
    assert not one.surged[:, : WEEKS - 49].any()
    assert one.surged.any(axis=1).mean() > 0.9


def test_counts_have_the_mean_and_the_variance_of_their_scenario():
    drawn = counts_of(np.random.default_rng(1), np.full(200_000, 4.0), 3.0)
    assert drawn.mean() == pytest.approx(4.0, rel=0.02)
    assert drawn.var() == pytest.approx(12.0, rel=0.03)


@pytest.mark.parametrize(("shape", "weeks"), [(Shape.SPIKE, 1), (Shape.RAMP, 6), (Shape.STEP, 8)])
def test_a_surge_has_its_shape(shape, weeks):
    made = surge(np.random.default_rng(1), shape, 6_000, 20)
    assert made.sum() == 6_000
    assert np.flatnonzero(made).tolist() == list(range(weeks))
    if shape is Shape.RAMP:
        assert (np.diff(made[:6]) > 0).all()


def test_a_surge_of_a_great_many_has_the_shape_of_a_small_one():
    many = surge(np.random.default_rng(1), Shape.LOGNORMAL, 3_000_000, 20)
    few = surge(np.random.default_rng(1), Shape.LOGNORMAL, 100_000, 20)
    assert (many == 30 * few).all()


@pytest.mark.parametrize("kind", KINDS)
def test_series_of_each_kind_come_again_with_their_seed_and_are_counts(kind):
    one, same = quiet(kind, 5, 12), quiet(kind, 5, 12)
    assert (one == same).all()
    assert one.shape == (12, WEEKS)
    assert (one >= 0).all()
    assert one[:, -40:].any()


def test_each_marked_outbreak_of_the_public_series_has_an_outcome():
    rows = list(known_outbreaks(Plan(1, 1, ("surveillance-2",)), DATA))
    assert [row["of"].split()[0] for row in rows] == ["k1", "m2", "m3", "n2", "q2", "s1"]
    assert {row["share"] for row in rows} <= {"found", "missed", "not judged"}
    # Missed: two cases in two weeks (n2), and eight in five weeks after none (q2).
    assert [row["share"] == "found" for row in rows] == [True, True, True, False, False, True]
    assert sum(row["cases"] for row in rows) == 210 + 145 + 347 + 2 + 8 + 350


def test_a_public_renaming_alarms_by_raw_label_and_a_surge_beside_it_alarms_after_it():
    rows = list(renamed(DATA))
    assert len(rows) == 12
    assert all(0 in row["raw"] for row in rows)
    assert not any(0 in row["bridged"] for row in rows)
    quiet = [row for row in rows if not row["bridged"]]
    assert len(quiet) == 11, "student loans truly tripled in autumn 2023"
    assert sum(2 in row["surge"] for row in quiet) == 9


def test_false_discoveries_are_counted_by_week_and_in_all():
    rows = list(discovered(Plan(5, 1, ()), "ears-c1", 2, 300, (0.1,)))
    ways = ("Benjamini-Hochberg", "Benjamini-Yekutieli", "in force", "batched", "LORD++", "SAFFRON")
    assert [row["of"] for row in rows] == [f"{way} 0.1{how}" for how in ("", ", dependent") for way in ways]
    assert all(0.0 <= row["false"] <= 1.0 and 0.0 <= row["overall"] <= 1.0 for row in rows)
    assert rows[1]["share"] <= rows[0]["share"]


def _table(folder: Path, weeks: int, gap: int | None = None) -> Path:
    path = folder / "own.csv"
    days = [date(2020, 1, 6) + timedelta(weeks=week) for week in range(weeks) if week != gap]
    lines = [f"{day},{3 + day.day % 4},{day.month}" for day in days]
    path.write_text("\n".join(["week_start,loans,cards", *lines]) + "\n", "utf-8")
    return path


def test_own_series_are_read_with_their_weeks(tmp_path):
    table = read(_table(tmp_path, 150))
    assert table.first == date(2020, 1, 6)
    assert list(table.counts) == ["loans", "cards"]
    assert table.cut(3).stacked().shape == (2, 147)


@pytest.mark.parametrize(("weeks", "gap", "code"), [(150, 70, "not_weekly"), (90, None, "too_short")])
def test_series_with_a_gap_or_too_short_are_refused(tmp_path, weeks, gap, code):
    done = suyuan("alerts", "evaluate", str(_table(tmp_path, weeks, gap)), "--runs", "1", "--json")
    assert done.code == 1
    assert done.json["error"] == f"evaluate.{code}"


ODD = {
    "mark": ("week_start,贷款,cards\n", ",", "utf-8-sig"),
    "chinese": ("week_start,贷款,cards\n", ",", "gbk"),
    "semicolons": ("week_start;贷款;cards\n", ";", "utf-8"),
    "tabs": ("week_start\t贷款\tcards\n", "\t", "utf-16"),
}


@pytest.mark.parametrize("odd", ODD)
def test_series_are_read_as_spreadsheets_write_them(tmp_path, odd):
    header, between, encoding = ODD[odd]
    days = [date(2020, 1, 7) + timedelta(weeks=week) for week in (2, 0, 1)]
    lines = [between.join((f"{day:%Y/%m/%d}", str(at), "3.0")) for at, day in enumerate(days)]
    (tmp_path / "own.csv").write_text(header + "\n".join([*lines, between * 2]), encoding)
    table = read(tmp_path / "own.csv")
    assert table.first == date(2020, 1, 6), "a Tuesday stands for its Monday"
    assert {name: one.tolist() for name, one in table.counts.items()} == {
        "贷款": [1, 2, 0],
        "cards": [3, 3, 3],
    }


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("", "not_weekly", "no column week_start"),
        ("a,b\n1,2\n", "not_weekly", "its columns: a, b"),
        ("week_start,a\n", "not_weekly", "no rows"),
        ("week_start,a\nsoon,1\n", "not_weekly", "line 2 soon"),
        ("week_start,a\n2020-01-06,1\n2020-01-08,1\n", "not_weekly", "2020-01-06 twice"),
        ("week_start,a\n2020-01-06,1\n2020-01-20,1\n", "not_weekly", "week of 2020-01-13"),
        ("week_start\n2020-01-06\n", "no_series", "column for each series"),
        ("week_start,a,a\n2020-01-06,1,1\n", "no_series", "name of its own"),
        ("week_start,a\n2020-01-06,-1\n", "not_a_count", "line 2, column a: -1"),
        ("week_start,a\n2020-01-06,1.5\n", "not_a_count", "1.5"),
        ("week_start,a\n2020-01-06,1000000000\n", "not_a_count", "1000000000"),
        ("week_start,a\n2020-01-06,nan\n", "not_a_count", "nan"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_place(tmp_path, text, code, says):
    (tmp_path / "own.csv").write_text(text, "utf-8")
    with pytest.raises(SuyuanError) as refused:
        read(tmp_path / "own.csv")
    assert refused.value.code == f"evaluate.{code}"
    assert says in refused.value.en


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SuyuanError, match="no file"):
        read(tmp_path / "none.csv")


def test_the_command_gives_the_same_figures_for_the_same_seed():
    done = suyuan("alerts", "evaluate", "--study", "sizes", "--runs", "1", "--seed", "3", "--json")
    assert done.code == 0
    assert done.json == {
        "seed": 3,
        "runs": 1,
        "studies": {"sizes": list(sizes(Plan(3, 1, ()), "surveillance-2"))},
    }


def test_the_command_prints_tables_for_people_and_for_the_page():
    drawn = suyuan("alerts", "evaluate", "--study", "renamed", "--runs", "1", env={"LC_ALL": "C.UTF-8"})
    assert "2017-04-24 mortgage" in drawn.out
    page = suyuan("alerts", "evaluate", "--study", "renamed", "--runs", "1", "--markdown")
    assert "| ears-c1 | 0 | - | 2 | 2017-04-24 mortgage |" in page.out


def test_a_study_that_there_is_not_is_wrong_use():
    done = suyuan("alerts", "evaluate", "--study", "magic", "--json")
    assert (done.code, done.json["error"]) == (2, "evaluate.no_study")


def test_an_alert_of_a_public_series_is_raised_once_while_it_lasts():
    rules = ALERT_RULES.now.model_copy(update={"calm_weeks": 2})
    usual, high, odd = 0.6, 1e-9, 0.04
    weeks = [usual, high, high, odd, high, usual, usual, high, usual, high, float("nan"), usual, high]
    made = raised_by(np.array([weeks, [usual] * len(weeks)]), rules)
    assert np.flatnonzero(made[0]).tolist() == [1, 7, 12]
    assert not made[1].any()
