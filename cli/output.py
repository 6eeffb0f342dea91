"""What all commands share: tables or JSON, errors with a code, exit codes 0 / 1 / 2."""

import asyncio
import sys
from collections.abc import Coroutine, Mapping, Sequence
from typing import Annotated, Any, TypeVar

import orjson
import typer
from rich.console import Console
from rich.table import Table

from shared.contracts.errors import SuyuanError

T = TypeVar("T")

out = Console()
err = Console(stderr=True)

AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run an asynchronous command."""
    return asyncio.run(work)


def show(value: object) -> None:
    """Print a value as JSON on stdout."""
    sys.stdout.write(orjson.dumps(value, default=str, option=orjson.OPT_INDENT_2).decode() + "\n")
    sys.stdout.flush()


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows as a table."""
    made = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for column in columns:
        made.add_column(column, overflow="fold")
    for row in rows:
        made.add_row(*("" if cell is None else str(cell) for cell in row))
    out.print(made)


def fields(title: str, values: Mapping[str, object]) -> None:
    """Print names and values, one a line."""
    table(title, ("", ""), list(values.items()))


def fail(error: SuyuanError, *, as_json: bool = False) -> None:
    """Say what went wrong and what to do, on stderr (or as JSON on stdout)."""
    if as_json:
        show({"error": error.code, "zh": error.zh, "en": error.en})
    else:
        err.print(f"[bold red]{error.code}[/]\n  {error.zh}\n  {error.en}", highlight=False)
