"""Weekly counts that the tests of detectors read or make."""

import csv
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.alerts.detectors import Window, flat_weeks

DATA = Path(__file__).parents[1] / "data"
MONDAY = date(2024, 1, 1)


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a data file."""
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def salmonella() -> NDArray[np.int32]:
    """Return the 470 weeks of epysurv's series: 365 to train on, 105 to judge."""
    weeks = rows("epysurv/salmonella_train.csv") + rows("epysurv/EarsC1_pred.csv")
    return np.array([int(one["n_cases"]) for one in weeks], dtype=np.int32)


def window(*series: list[int], begins: list[int] | None = None) -> Window:
    """Return a window of series of one length."""
    made = Window.of(list(series), flat_weeks(MONDAY, len(series[0])))
    return made if begins is None else Window(made.counts, np.array(begins, dtype=np.int32), made.weeks)


def weekly_windows(counts: NDArray[np.int32], judged: range) -> list[Window]:
    """Return a window of one series up to each of the judged weeks."""
    whole = Window.of(counts[None, :], flat_weeks(date(2004, 1, 5), len(counts)))
    return [whole.until(week + 1) for week in judged]


def noisy(
    weeks: int, mean: float, seed: int, phi: float = 1.0, series: int | None = None
) -> NDArray[np.int32]:
    """Return quiet counts of a steady mean, shape (weeks,) or (series, weeks); variance ``phi * mean``."""
    rng = np.random.default_rng(seed)
    shape = (weeks,) if series is None else (series, weeks)
    if phi > 1.0:
        return rng.negative_binomial(mean / (phi - 1.0), 1.0 / phi, shape).astype(np.int32)
    return rng.poisson(mean, shape).astype(np.int32)
