"""What is measured on public series: known outbreaks, injected surges, and labels that were renamed."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cli.evaluation.measures import detected, mean_of, probabilities
from cli.evaluation.reading import read
from cli.evaluation.simulate import Shape, surge
from cli.evaluation.studies import ALERT, Plan, found_row, share_row
from cli.evaluation.table import Table
from services.alerts.archive.judging import UNUSUAL
from services.alerts.detectors import (
    DETECTORS,
    SURVEILLANCE,
    Change,
    Method,
    Window,
    bridged,
    discoveries,
    flat_weeks,
    tempered,
)
from services.alerts.rules import ALERT_RULES, AlertRules
from shared.contracts.errors import SuyuanError

__all__ = [
    "Table",
    "alarms",
    "complaints",
    "every_renaming",
    "known_outbreaks",
    "raised_by",
    "read",
    "renamed",
    "same",
]

Row = Mapping[str, Any]
Mask = NDArray[np.bool_]

OUTBREAKS: Final = ("k1", "m2", "m3", "n2", "q2", "s1")
COMPLAINTS: Final = "cfpb/boa_weekly_counts_by_product.csv"
MONTHS: Final = "cfpb/monthly_counts_by_segment_2011_2026.csv"
MOST_COPIES: Final = 2_000
UNFINISHED: Final = 3
"""The last weeks of the complaints lack what was published later."""
LEAST_MEAN: Final = 1.0
LEAST_WEEKS: Final = 128
BEFORE: Final = 140
"""Weeks before the first judged one: two years and what the regression leaves out."""
RENAMED: Final = (date(2017, 4, 24), date(2023, 8, 24))
WIDER: Final = frozenset({(date(2017, 4, 24), "credit_reporting")})
"""What took in more under its new label, as its authority said: it begins anew."""


def known_outbreaks(plan: Plan, data: Path) -> Iterator[Row]:
    """Yield each marked outbreak of the surveillance series: found or missed, and how late."""
    for name in OUTBREAKS:
        with (data / "surveillance" / f"{name}.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        counts = np.array([[int(row["observed"]) for row in rows]], dtype=np.int32)
        marked = np.array([row["outbreak"] == "1" for row in rows])
        for detector in plan.detectors:
            p_values = plan.judged(detector, counts, range(len(rows)), since_first=False)[0]
            with np.errstate(invalid="ignore"):
                alerts = p_values <= ALERT
            usual = ~marked & ~np.isnan(p_values)
            for start, stop in _runs(marked):
                hit = np.flatnonzero(alerts[start:stop])
                judged = not np.isnan(p_values[start:stop]).all()
                yield {
                    "of": f"{name} from week {start + 1}",
                    "weeks": stop - start,
                    "cases": int(counts[0, start:stop].sum()),
                    "detector": detector,
                    "share": "found" if len(hit) else "missed" if judged else "not judged",
                    "delay": int(hit[0]) if len(hit) else None,
                    "false": float(alerts[usual].mean()) if usual.any() else None,
                }


def _runs(marked: Mask) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], marked.astype(np.int8), [0]])))
    return [(int(one), int(two)) for one, two in zip(edges[::2], edges[1::2], strict=True)]


def complaints(plan: Plan, table: Table) -> Iterator[Row]:
    """Yield how surges that are put into public series are found, by shape.

    Args:
        plan: `repeats` surges are put into each series, one at a time.
        table: of the series; those of less than a dispute a week are left out. The first `BEFORE` weeks,
            or the first half of a shorter table, are not judged.

    Raises:
        SuyuanError: ``evaluate.too_short``: fewer than `LEAST_WEEKS` weeks, or no series with enough.
    """
    counts = table.stacked()
    counts = counts[counts.mean(axis=1) >= LEAST_MEAN]
    weeks = counts.shape[1]
    # Of many series a copy each is enough, and a thousand columns do not take a day.
    copies = max(1, min(plan.repeats, MOST_COPIES // max(1, len(counts))))
    if weeks < LEAST_WEEKS or not len(counts):
        raise SuyuanError(
            code="evaluate.too_short",
            zh=f"至少需要 {LEAST_WEEKS} 周，且有平均每周不少于 1 件的序列。",
            en=f"At least {LEAST_WEEKS} weeks are needed, and a series with a dispute a week on average.",
        )
    since = min(BEFORE, weeks // 2)
    judged = range(since, weeks)
    for name in plan.detectors:
        quiet = probabilities(DETECTORS[name], counts, judged, table.first, plan.progress)
        with np.errstate(invalid="ignore"):
            own = np.less_equal(quiet, ALERT)
        told = raised_by(quiet, ALERT_RULES.now)
        rate, raised = mean_of(own.mean(axis=1)), mean_of(told.mean(axis=1))
        for number, shape in enumerate(Shape):
            made, surged = _injected(plan.seed + 400 + number, counts, judged, shape, copies)
            p_values = probabilities(DETECTORS[name], made, judged, table.first, plan.progress)
            with np.errstate(invalid="ignore"):
                found = detected(p_values <= ALERT, surged[:, since:])
            # What the series have of their own is the same in every copy.
            yield {
                "of": shape.value,
                "detector": name,
                **found_row(found),
                **share_row("false", rate),
                **share_row("raised", raised),
            }


def raised_by(p_values: NDArray[np.float64], rules: AlertRules) -> Mask:
    """Return in which weeks the service raises an alert of these series, all of them its panel.

    Args:
        p_values: shape (series, weeks).
        rules: in force: the promised rate, and how many calm weeks end an alert.
    """
    power, method = rules.tail_power or 1.0, Method(rules.dependence or Method.BY)
    made = np.zeros(p_values.shape, dtype=np.bool_)
    lasting, calm = np.zeros(len(made), dtype=np.bool_), np.zeros(len(made), dtype=np.int64)
    for week, now in enumerate(p_values.T):
        found = discoveries(tempered(now, power), rules.rate or ALERT, method)
        made[:, week] = found & ~lasting
        with np.errstate(invalid="ignore"):
            calm = np.where(now <= UNUSUAL, 0, calm + 1)
        lasting = (found | lasting) & (calm < (rules.calm_weeks or 1))
    return made


def _injected(
    seed: int, counts: NDArray[np.int32], judged: range, shape: Shape, repeats: int
) -> tuple[NDArray[np.int32], Mask]:
    """Return copies of the series with a surge of 2 to 10 deviations each, and where it is"""
    rng = np.random.default_rng(seed)
    made = np.repeat(counts, repeats, axis=0)
    surged = np.zeros(made.shape, dtype=np.bool_)
    for row in range(len(made)):
        start = int(rng.integers(judged.start, judged.stop - 8))
        usual = made[row, start - 52 : start]
        disputes = max(1, int(rng.poisson(rng.uniform(2, 10) * max(1.0, float(usual.std())))))
        added = surge(rng, shape, disputes, judged.stop - start)
        made[row, start:] += added.astype(np.int32)
        surged[row, start:] = added > 0
    return made, surged


def renamed(data: Path) -> Iterator[Row]:
    """Yield what two renamings would have raised by raw label, what is raised, and whether a surge still is.

    The public table of all complaints is monthly, so that C1 looks at the seven months before here. The month
    of the renaming has both names. A surge of as much again is put into the second month after it.
    """
    with (data / MONTHS).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    months = [row["month"] for row in rows]
    weeks = flat_weeks(date(2000, 1, 3), len(rows))
    for day in RENAMED:
        column = months.index(f"{day:%Y-%m}")
        from_then = weeks.first + timedelta(days=7 * column + 3)
        for label in (one for one in rows[0] if one != "month"):
            counts = np.array([int(row[label]) for row in rows], dtype=np.int32)
            surging = counts.copy()
            surging[column + 2] *= 2
            raw = _under_two_names(counts, column, day.day / 30.4)
            high = _under_two_names(surging, column, day.day / 30.4)
            change = Change(from_then, ("old",), ("new",), comparable=(day, label) not in WIDER)
            yield {
                "of": f"{day} {label}",
                "detector": "ears-c1",
                "raw": alarms(Window.of(raw["new"][None, :], weeks), column),
                "bridged": _of_both(raw, weeks, change, column),
                "surge": _of_both(high, weeks, change, column),
            }


def same(table: Table, day: date) -> Iterator[Row]:
    """Yield the same for weekly series whose labels are renamed on a day: C1 and the detector in force."""
    column = (day - table.first).days // 7
    weeks = flat_weeks(table.first, len(next(iter(table.counts.values()))))
    for label, counts in table.counts.items():
        if counts.mean() < LEAST_MEAN:
            continue
        surging = counts.copy()
        usual = counts[column - 52 : column]
        surging[column + 2] += round(6 * max(1.0, float(usual.std())))
        raw, high = _under_two_names(counts, column, 0.5), _under_two_names(surging, column, 0.5)
        change = Change(day, ("old",), ("new",))
        for name in ("ears-c1", SURVEILLANCE.name):
            yield {
                "of": f"{day} {label}",
                "detector": name,
                "raw": alarms(Window.of(raw["new"][None, :], weeks), column, name),
                "bridged": _of_both(raw, weeks, change, column, name),
                "surge": _of_both(high, weeks, change, column, name),
            }


def every_renaming(data: Path, table: Table, day: date) -> Iterator[Row]:
    """Yield both: the public renamings by month, and one that is made on a day in weekly series."""
    yield from renamed(data)
    yield from same(table, day)


def _under_two_names(counts: NDArray[np.int32], column: int, share: float) -> dict[str, NDArray[np.int32]]:
    old, new = counts.copy(), counts.copy()
    old[column + 1 :] = 0
    new[:column] = 0
    old[column] = round(float(counts[column]) * share)
    new[column] = counts[column] - old[column]
    return {"old": old, "new": new}


def _of_both(
    raw: Mapping[str, NDArray[np.int32]], weeks: Any, change: Change, column: int, name: str = "ears-c1"
) -> Sequence[int]:
    return alarms(bridged(raw, weeks, [change]).window, column, name)


def alarms(window: Window, column: int, name: str = "ears-c1", after: int = 4) -> list[int]:
    """Return which weeks from a column on alarm at a probability of 0.001, counted from 0 for that column."""
    found = []
    for back in range(after):
        p_value = DETECTORS[name].judge(window.until(column + back + 1)).p_value[0]
        if p_value <= 0.001:
            found.append(back)
    return found
