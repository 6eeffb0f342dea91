"""`make mutants`, `python -m tests.mutants`: make each fault in a copy, and see a test fail because of it."""

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tests.mutants import page
from tests.mutants.listed import GROUPS, MUTANTS
from tests.mutants.mutant import Mutant
from tests.mutants.runner import ROOT, Broken, Result, Verdict, run

_ALIVE, _WRONG_USE = 1, 2
_COLOURS = {Verdict.KILLED: "green", Verdict.ELSEWHERE: "yellow"}
_out, _err = Console(), Console(stderr=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks for; return the exit code."""
    options = _options(arguments)
    if options.page:
        (ROOT / page.PAGE).write_text(page.text(GROUPS), "utf-8")
        _err.print(f"写入 written: {page.PAGE}")
        return 0
    chosen = [mutant for mutant in MUTANTS if not options.only or mutant.id in options.only]
    if options.list:
        _listed(chosen, as_json=options.json)
        return 0
    try:
        results = _run(chosen, options)
    except Broken as broken:
        _err.print(f"没有变异时测试已失败 the tests fail without any mutant: {escape(str(broken))}")
        return _WRONG_USE
    _shown(results, as_json=options.json)
    return 0 if all(one.verdict is Verdict.KILLED for one in results) else _ALIVE


def _run(chosen: Sequence[Mutant], options: argparse.Namespace) -> list[Result]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_err) as progress:
        task = progress.add_task("先跑无变异的测试 the tests without a mutant first", total=len(chosen))

        def told(result: Result) -> None:
            progress.update(task, advance=1, description=result.mutant.id)
            if result.verdict is not Verdict.KILLED or not _err.is_terminal:
                progress.console.print(
                    f"{result.verdict}: {result.mutant.id}: {escape(result.by)}", soft_wrap=True
                )

        return run(chosen, at_once=options.jobs, limit_s=options.limit, told=told)


def _listed(mutants: Sequence[Mutant], *, as_json: bool) -> None:
    if as_json:
        _json([{"id": one.id, "breaks": one.breaks, "killers": one.killers} for one in mutants])
        return
    table = _table("mutant", "would break")
    for one in mutants:
        table.add_row(one.id, escape(one.breaks))
    _out.print(table)


def _shown(results: Sequence[Result], *, as_json: bool) -> None:
    if as_json:
        _json([_plain(result) for result in results])
        return
    table = _table("mutant", "", "by", "s")
    for one in results:
        colour = _COLOURS.get(one.verdict, "red")
        table.add_row(
            one.mutant.id,
            f"[{colour}]{one.verdict}[/]",
            escape(one.by or one.mutant.breaks),
            f"{one.seconds:.1f}",
        )
    _out.print(table)
    killed = sum(one.verdict is Verdict.KILLED for one in results)
    _out.print(f"杀死 killed: {killed} / {len(results)}")


def _plain(result: Result) -> dict[str, Any]:
    seconds = round(result.seconds, 1)
    return {"id": result.mutant.id, "verdict": result.verdict, "by": result.by, "seconds": seconds}


def _json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column == "s")
    return table


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="ID", choices=[one.id for one in MUTANTS],
                        help="只运行这些 / these alone")  # fmt: skip
    parser.add_argument("--list", action="store_true", help="只列出,不运行 / say which there are, run none")
    parser.add_argument("--json", action="store_true", help="输出 JSON / print JSON")
    parser.add_argument("--page", action="store_true", help=f"重写 / write {page.PAGE} anew, run none")
    parser.add_argument(
        "--jobs", type=_positive, default=2, metavar="N", help="同时几个 / how many at a time (2)"
    )
    parser.add_argument("--limit", type=_positive, default=180, metavar="S",
                        help="每次测试最长秒数 / longest run of tests, seconds (180)")  # fmt: skip
    return parser.parse_args(arguments)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("1 or more")
    return number


if __name__ == "__main__":
    sys.exit(main())
