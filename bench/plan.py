"""The order of a measurement: forms in turn, forwards and backwards, everything on one site."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bench import alerting, latency, matching, memory, pipeline, stage
from bench.followed import Run
from bench.site import Site
from bench.windows import pair_ratio, spread

Say = Callable[[str], None]
UNGUARDED = "-unguarded"
"""Ends the name of a form whose clients come to the broker by the way without passwords and rules."""


@dataclass(slots=True)
class Sizes:
    """How much is measured.

    Attributes:
        runs: Of each form.
        stage: Filings of a run of the stage, disputes of a run of alerts; a tenth more in front as warm-up.
        tutorial: The same for the tutorial's style, which is slow.
        pipeline: Disputes of a run of the whole pipeline.
        idle: Disputes of the idle latency, one at a time.
        loaded_s: Seconds of the latency under load.
        memory: Disputes after which memory is read.
        matched: Filings of a run of the matching.
        many: Disputes that are stored in the larger of its two runs.
    """

    runs: int = 5
    stage: int = 24_000
    tutorial: int = 1_500
    pipeline: int = 8_000
    idle: int = 200
    loaded_s: int = 20
    memory: int = 5_000
    matched: int = 12_000
    many: int = matching.MANY

    @classmethod
    def quick(cls) -> "Sizes":
        """Small sizes: figures are noisy."""
        small = cls(runs=2, stage=8_000, tutorial=300, pipeline=2_000, idle=50, loaded_s=5, memory=1_000)
        small.matched, small.many = 4_000, 100_000
        return small


async def measure(site: Site, sizes: Sizes, only: Sequence[str], say: Say) -> dict[str, Any]:
    """Measure all parts, or those of ``only``; return the raw figures and what follows of them."""
    wanted = set(only) or {"stage", "tutorial", "pipeline", "latency", "memory"}
    runs: dict[str, list[Run]] = {}
    forms: dict[str, int] = {}
    if "stage" in wanted:
        forms = {form: sizes.stage for form in ("plain", "limit", "limit-each", "suyuan")}
    if "access" in wanted:
        forms |= _both_ways("suyuan", sizes.stage)
    if "tutorial" in wanted:
        forms["tutorial"] = sizes.tutorial
        forms.setdefault("suyuan", sizes.stage)
    if forms:
        await _in_turn(site, forms, sizes.runs, runs, say, stage.run)
    if wanted & {"pipeline", "latency"}:
        both = ("pipeline-twin", "pipeline") if "pipeline" in wanted else ("pipeline",)
        forms = dict.fromkeys(both, sizes.pipeline)
        if "access" in wanted:
            forms |= _both_ways("pipeline", sizes.pipeline)
        await _in_turn(site, forms, sizes.runs if "pipeline" in wanted else 1, runs, say, pipeline.run)
    if "alerts" in wanted:
        forms = dict.fromkeys(alerting.FORMS, sizes.stage)
        if "access" in wanted:
            forms |= _both_ways("alerts", sizes.stage)
        await _in_turn(site, forms, sizes.runs, runs, say, alerting.run)
    figures: dict[str, Any] = {
        "sizes": asdict(sizes),
        "runs": {form: [asdict(run) for run in made] for form, made in runs.items()},
        "rates": {form: spread([run.rate for run in made]) for form, made in runs.items()},
        "ratios": _ratios(runs),
    }
    if "latency" in wanted:
        half = figures["rates"]["pipeline"]["median"] / 2
        say(f"latency: idle, then at {half:.0f} disputes/s")
        figures["latency"] = await latency.run(site, sizes.idle, half, sizes.loaded_s)
        if "access" in wanted:
            site.guarded = False
            open_too = await latency.run(site, sizes.idle, half, sizes.loaded_s)
            site.guarded = True
            figures["latency"] |= {f"{name}{UNGUARDED}": row for name, row in open_too.items()}
    if "matching" in wanted:
        figures["matching"] = await _matching(site, sizes, say)
    if "memory" in wanted:
        say("memory of the five services after load")
        figures["memory"] = await memory.run(site, sizes.memory)
    return figures


async def _matching(site: Site, sizes: Sizes, say: Say) -> dict[str, Any]:
    """Measure with few and with many stored disputes in turn; return the runs, and the ratio of the rates."""
    made: dict[int, list[Run]] = {matching.FEW: [], sizes.many: []}
    for number in range(sizes.runs):
        for stored in list(made) if number % 2 == 0 else list(made)[::-1]:
            one = await matching.run(site, stored, sizes.matched, sizes.matched // 5)
            made[stored].append(one)
            say(
                f"matching, {stored:9,} stored  {number + 1}/{sizes.runs}  {one.rate:8.0f}/s  "
                f"CPU a filing: {one.service_ms:6.3f} ms, with servers {one.tree_ms:6.3f} ms"
            )
    few, many = made[matching.FEW], made[sizes.many]
    return {
        "runs": {str(stored): [asdict(one) for one in runs] for stored, runs in made.items()},
        "rate": pair_ratio([one.rate for one in many], [one.rate for one in few]),
        "service_cpu": pair_ratio([one.service_ms for one in many], [one.service_ms for one in few]),
    }


def _both_ways(form: str, size: int) -> dict[str, int]:
    return {form: size, f"{form}{UNGUARDED}": size}


async def _in_turn(
    site: Site, forms: dict[str, int], rounds: int, runs: dict[str, list[Run]], say: Say, run: Any
) -> None:
    """Run the forms one after another, the next time in the opposite order, so that drift hits all alike."""
    for number in range(rounds):
        for form in list(forms) if number % 2 == 0 else list(forms)[::-1]:
            site.guarded = not form.endswith(UNGUARDED)
            made = await run(site, form.removesuffix(UNGUARDED), forms[form], max(100, forms[form] // 5))
            site.guarded = True
            runs.setdefault(form, []).append(made)
            say(
                f"{form:18} {number + 1}/{rounds}  {made.rate:8.0f}/s  "
                f"CPU a dispute: {made.service_ms:6.3f} ms, with servers {made.tree_ms:6.3f} ms"
            )


def _ratios(runs: dict[str, list[Run]]) -> dict[str, dict[str, float]]:
    """Return the medians of the ratios of neighbouring runs: of rates, and of CPU time (theirs to ours)."""
    out = {}
    for ours, theirs in (
        ("suyuan", "plain"),
        ("suyuan", "limit"),
        ("suyuan", "limit-each"),
        ("suyuan", "tutorial"),
        *((form, f"{form}{UNGUARDED}") for form in ("suyuan", "pipeline", "alerts")),
        ("pipeline", "pipeline-twin"),
        ("alerts", "alerts-twin"),
    ):
        if ours in runs and theirs in runs:
            a, b = runs[ours], runs[theirs]
            out[f"{ours}/{theirs}"] = {
                "rate": pair_ratio([run.rate for run in a], [run.rate for run in b]),
                "service_cpu": pair_ratio([run.service_ms for run in b], [run.service_ms for run in a]),
                "tree_cpu": pair_ratio([run.tree_ms for run in b], [run.tree_ms for run in a]),
            }
    return out
