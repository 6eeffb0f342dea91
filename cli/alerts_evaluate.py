"""`suyuan alerts evaluate`: how many surges are found, how late, and how often an alert is false."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from cli import output
from cli.display import declared, evaluations
from cli.display.evaluations import STUDIES

if TYPE_CHECKING:
    from cli.display.column import Table
    from cli.evaluation.studies import Plan

__all__ = ["evaluate"]

Rows = Sequence[Mapping[str, Any]]

DATA: Final = Path(__file__).parents[1] / "tests" / "data"
IN_FORCE: Final = "surveillance-2"
COMPARED: Final = ("ears-c1", "ears-c2", "ears-c3", "moving-2", "farrington", "nb-cusum", IN_FORCE)


def evaluate(
    series: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]",
            help="周计数 CSV(week_start 与各序列) / weekly counts of your own instead of the public ones",
            show_default=False,
        ),
    ] = None,
    study: Annotated[
        list[str] | None,
        typer.Option("--study", help=f"只做这些 / these alone: {', '.join(STUDIES)}", show_default=False),
    ] = None,
    runs: Annotated[
        int, typer.Option(help="每种情景的序列数 / series of each scenario", min=1, max=500)
    ] = 20,
    seed: Annotated[int, typer.Option(help="随机种子 / seed of all that is drawn", min=0)] = 20_000,
    data: Annotated[Path, typer.Option(help="公开数据目录 / folder of the public series")] = DATA,
    markdown: Annotated[bool, typer.Option("--markdown", help="输出 Markdown / print Markdown")] = False,
    as_json: output.AsJson = False,
) -> None:
    """实测各预警方法:发现率、延迟、误报 / measure the detectors: surges found, delay, false alerts."""
    wanted = list(study or (["complaints"] if series else STUDIES))
    for name in wanted:
        if name not in STUDIES:
            raise output.WrongUse(
                code="evaluate.no_study",
                zh=f"没有 {name} 这项。可选:{'、'.join(STUDIES)}。",
                en=f"There is no study {name}. There are: {', '.join(STUDIES)}.",
            )
    from cli.evaluation.studies import Plan

    done: dict[str, Rows] = {}
    with _bar(quiet=as_json or markdown) as progress:
        plan = Plan(seed, runs, COMPARED, progress)
        for name in wanted:
            done[name] = list(_rows(name, plan, data, series))
    if as_json:
        output.show({"seed": seed, "runs": runs, "studies": done})
        return
    for name, rows in done.items():
        cells = [evaluations.shown(row) for row in rows]
        if markdown:
            output.line(
                _markdown(name, declared.RENAMED if name == "renamed" else declared.EVALUATION, cells)
            )
        elif name == "renamed":
            output.draw(declared.RENAMED, cells)
        else:
            output.draw(declared.EVALUATION, cells, output.told(STUDIES[name].zh, STUDIES[name].en))


def _rows(name: str, plan: Plan, data: Path, series: Path | None) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of a study."""
    from datetime import date

    from cli.evaluation import effects, public, stress, studies

    own = None if series is None else public.read(series)
    table = own or public.read(data / public.COMPLAINTS).cut(public.UNFINISHED)
    made: dict[str, Callable[[], Iterator[Mapping[str, Any]]]] = {
        "reliability": lambda: studies.reliability(plan),
        "stress": lambda: stress.stressed(plan, ("moving-2", IN_FORCE)),
        "surges": lambda: studies.injected(plan),
        "sizes": lambda: studies.sizes(plan, IN_FORCE),
        "rises": lambda: studies.benchmark(plan),
        "discoveries": lambda: studies.discovered(plan, IN_FORCE, max(2, plan.repeats // 2), 2_000),
        "outbreaks": lambda: public.known_outbreaks(plan, data),
        "complaints": lambda: public.complaints(plan, table),
        "effects": lambda: effects.effects(plan, table),
        "renamed": lambda: public.every_renaming(data, table, date(2021, 8, 24)),
    }
    return made[name]()


@contextmanager
def _bar(*, quiet: bool) -> Iterator[Callable[[int], None]]:
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    with Progress(
        SpinnerColumn(),
        TextColumn("已判断序列·周 series-weeks judged: {task.completed:,.0f}"),
        TimeElapsedColumn(),
        console=output.err,
        disable=quiet,
    ) as bar:
        task = bar.add_task("", total=None)
        yield lambda done: bar.advance(task, done)


def _markdown(study: str, table: Table, rows: Sequence[Mapping[str, str]]) -> str:
    """Return a study as a table in English, for the page about alerts."""
    columns = [one for one in table.columns if any(row.get(one.name, "-") != "-" for row in rows)]
    lines = [f"**{study}**: {STUDIES[study].en}", "", f"| {' | '.join(one.en for one in columns)} |"]
    lines.append(f"|{'---|' * len(columns)}")
    lines += [f"| {' | '.join(row.get(one.name, '-') for one in columns)} |" for row in rows]
    return "\n".join([*lines, ""])
