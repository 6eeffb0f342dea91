"""How long it takes to judge: a week of many series, and many series over all weeks of ten years.

No broker and no database. Both are shared out over two processes, as over two replicas of the service. CPU
seconds are what a busy machine can say; the time that passed is worth something on a quiet one alone.
"""

import os
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, Final

from bench import weeks
from services.alerts.detectors import DETECTORS, SURVEILLANCE, Status, Window, discoveries, flat_weeks
from services.alerts.rules.shards import SHARDS

PART: Final = 1_000
PROCESSES: Final = 2
_RATE: Final = 0.1


def run(series: int, judged: int, seed: int = 1) -> dict[str, Any]:
    """Measure both parts and the memory.

    Args:
        series: of the re-evaluation, all weeks each.
        judged: series of the week that is closed and judged.
        seed: of the counts.
    """
    # Libraries of linear algebra would start a thread a core in each process.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    made: dict[str, Any] = {"series": series, "weeks": weeks.WEEKS, "judged": judged}
    each = judged // SHARDS
    with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:
        list(pool.map(_started, range(PROCESSES)))
        jobs = [(number, each, seed) for number in range(SHARDS)]
        closed = list(pool.map(weeks.closed, *zip(*jobs, strict=True)))
        told, panel_s = weeks.told(closed)
        steps = {step: sum(one.cpu_s[step] for one in closed) for step in closed[0].cpu_s}
        made["week"] = {
            "cpu_s": sum(steps.values()) + panel_s,
            "wall_s": panel_s + max(_by_process(closed).values()),
            "steps": {**steps, "sums and panel": panel_s},
            "told": told,
            "tested": sum(one.judged.tested for one in closed),
        }
        made["stored_mb"] = sum(len(one.stored["state"]) for one in closed) / 1e6
        made["arrays_mb"] = sum(one.array for one in closed) / 1e6
        made["years"] = {name: _years(pool, name, series, seed) for name in ("ears-c1", SURVEILLANCE.name)}
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        made["held_mb"] = pool.submit(weeks.held, [one.stored for one in closed]).result() / 1e6
    made["load"] = os.getloadavg()[0]
    return made


def _by_process(closed: list[weeks.Closed]) -> dict[int, float]:
    """Return the seconds that passed in each process."""
    passed: dict[int, float] = {}
    for one in closed:
        passed[one.process] = passed.get(one.process, 0.0) + one.passed_s
    return passed


def _started(number: int) -> int:
    return number


def _years(pool: ProcessPoolExecutor, name: str, series: int, seed: int) -> dict[str, float]:
    began = time.monotonic()
    jobs = [(name, seed + part, min(PART, series)) for part in range(-(-series // PART))]
    parts = list(pool.map(_reevaluated, *zip(*jobs, strict=True)))
    return {
        "cpu_s": sum(cpu for _, cpu in parts),
        "wall_s": time.monotonic() - began,
        "answers": sum(answers for answers, _ in parts),
    }


def _reevaluated(name: str, seed: int, series: int) -> tuple[int, float]:
    """Judge all weeks of some series; return how many series and weeks were answered, and CPU seconds."""
    counts = weeks.counts_of(series, weeks.WEEKS, seed)
    whole, detector = Window.of(counts, flat_weeks(weeks.FIRST, weeks.WEEKS)), DETECTORS[name]
    began, answered = time.process_time(), 0
    for week in range(1, weeks.WEEKS):
        judged = detector.judge(whole.until(week + 1))
        discoveries(judged.p_value, _RATE)
        answered += int((judged.status == Status.JUDGED).sum())
    return answered, time.process_time() - began


def lines(figures: dict[str, Any]) -> list[str]:
    """Return the figures as lines for people."""
    week = figures["week"]
    made = [
        f"a week of {figures['judged']:,} series closed and judged: CPU {week['cpu_s']:.1f} s, "
        f"{week['wall_s']:.1f} s passed on {PROCESSES} processes; "
        f"{week['tested']:,} judged, {week['told']} told"
    ]
    made += [f"  {step:24} CPU {cpu:5.2f} s" for step, cpu in week["steps"].items()]
    for name, years in figures["years"].items():
        made.append(
            f"{figures['series']:,} series over all weeks of ten years, {name}: CPU {years['cpu_s']:.1f} s, "
            f"{years['wall_s']:.1f} s passed on {PROCESSES} processes; "
            f"{1e6 * years['cpu_s'] / years['answers']:.1f} µs a judgement"
        )
    made.append(
        f"{figures['judged']:,} series over ten years: arrays {figures['arrays_mb']:.0f} MB, "
        f"a process that holds all of them {figures['held_mb']:.0f} MB at most, "
        f"stored {figures['stored_mb']:.0f} MB"
    )
    return [*made, f"load average {figures['load']:.1f}"]
