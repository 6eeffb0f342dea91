"""How long it takes to judge: a week of many series, and many series over all weeks of ten years.

No broker and no database: arrays in, arrays out. Both parts are shared out over two processes, as a service
with two cores would do it.
"""

import os
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from typing import Any, Final

import numpy as np

from services.alerts.detectors import DETECTORS, Status, Window, discoveries, flat_weeks

WEEKS: Final = 520
PART: Final = 1_000
PROCESSES: Final = 2


def run(series: int, judged: int, seed: int = 1) -> dict[str, Any]:
    """Measure both parts; return seconds, series and detectors.

    Args:
        series: of the re-evaluation, all weeks each.
        judged: series of the single week.
        seed: of the counts.
    """
    # Libraries of linear algebra would start a thread a core in each process.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    made: dict[str, Any] = {"series": series, "weeks": WEEKS, "judged": judged}
    with ProcessPoolExecutor(PROCESSES) as pool:
        for name in ("ears-c1", "surveillance"):
            began = time.monotonic()
            jobs = [(name, seed + part, PART, 1) for part in range(-(-judged // PART))]
            answers = sum(pool.map(_judged, jobs))
            made[f"{name}/week_s"] = time.monotonic() - began
            began = time.monotonic()
            jobs = [(name, seed + part, PART, WEEKS) for part in range(-(-series // PART))]
            answers += sum(pool.map(_judged, jobs))
            made[f"{name}/reevaluation_s"] = time.monotonic() - began
            made[f"{name}/answers"] = answers
    return made


def _judged(job: tuple[str, int, int, int]) -> int:
    """Judge the last weeks of some series; return how many series and weeks were answered."""
    name, seed, series, weeks = job
    rng = np.random.default_rng(seed)
    mean = np.exp(rng.normal(0.5, 1.2, (series, 1)))
    counts = rng.negative_binomial(2.0 * mean, 1.0 / 1.5, (series, WEEKS)).astype(np.int32)
    whole, detector = Window.of(counts, flat_weeks(date(2015, 1, 5), WEEKS)), DETECTORS[name]
    answered = 0
    for week in range(WEEKS - weeks, WEEKS):
        judged = detector.judge(whole.until(week + 1))
        discoveries(judged.p_value, 0.1)
        answered += int((judged.status == Status.JUDGED).sum())
    return answered


def lines(figures: dict[str, Any]) -> list[str]:
    """Return the figures as lines for people."""
    week, years = f"a week of {figures['judged']:,} series", f"{figures['series']:,} series over ten years"
    made = []
    for name in ("ears-c1", "surveillance"):
        one, all_of_them = figures[f"{name}/week_s"], figures[f"{name}/reevaluation_s"]
        made.append(f"{name:14} {week} {one:6.1f} s; {years} {all_of_them:6.1f} s")
    return made
