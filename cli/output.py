"""What all commands share: tables or JSON, errors with a code, exit codes 0 / 1 / 2."""

import asyncio
import sys
from collections.abc import Coroutine, Mapping, Sequence
from typing import Annotated, Any, TypeVar

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from shared.contracts.errors import SuyuanError

T = TypeVar("T")

DONE, FAILED, WRONG_USE = 0, 1, 2

out = Console()
err = Console(stderr=True)

AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]


class WrongUse(SuyuanError):
    """The command line itself cannot be meant so; the exit code is 2."""


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run an asynchronous command.

    Raises:
        SuyuanError: Also where Kafka's client gives up: ``kafka.unavailable`` or ``kafka.refused``.
    """
    _hush()
    try:
        return asyncio.run(work)
    except Exception as error:
        kafka = sys.modules.get("aiokafka.errors")
        if kafka is None or not isinstance(error, kafka.KafkaError):
            raise
        raise _named(error) from error


def exit_code(error: SuyuanError) -> int:
    """Return the exit code of an error: 2 where the command line is wrong, else 1."""
    return WRONG_USE if isinstance(error, WrongUse) else FAILED


def show(value: object) -> None:
    """Print a value as JSON on stdout."""
    sys.stdout.write(orjson.dumps(value, default=_plain, option=orjson.OPT_INDENT_2).decode() + "\n")
    sys.stdout.flush()


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows as a table."""
    made = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for column in columns:
        made.add_column(column, overflow="fold")
    for row in rows:
        made.add_row(*("" if cell is None else escape(str(cell)) for cell in row))
    out.print(made)


def fields(title: str, values: Mapping[str, object]) -> None:
    """Print names and values, one a line."""
    table(title, ("", ""), list(values.items()))


def line(text: str) -> None:
    """Print a line on stdout as it is, without colours or folding."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def fail(error: SuyuanError, *, as_json: bool = False) -> None:
    """Say what went wrong and what to do, on stderr (or as JSON on stdout)."""
    if as_json:
        show({"error": error.code, "zh": error.zh, "en": error.en})
    else:
        err.print(
            f"[bold red]{error.code}[/]\n  {escape(error.zh)}\n  {escape(error.en)}",
            highlight=False,
            soft_wrap=True,
        )


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


def _hush() -> None:
    """Keep the clients' own log lines off the terminal: what matters comes back as an error."""
    import logging

    for name in ("aiokafka", "kafka", "httpx", "pymongo"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _named(error: Exception) -> SuyuanError:
    if getattr(error, "retriable", False):
        return SuyuanError(
            code="kafka.unavailable",
            zh="Kafka 不可用。请确认已启动且地址正确(suyuan doctor)。",
            en=f"Kafka is not available ({error}). See that it runs at that address: suyuan doctor.",
        )
    return SuyuanError(
        code="kafka.refused",
        zh="Kafka 拒绝该操作。请检查权限与设置。",
        en=f"Kafka refuses: {error!r}. Check permissions and settings.",
    )
