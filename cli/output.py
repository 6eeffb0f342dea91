"""What all commands share: tables or JSON, errors with a code, exit codes 0 / 1 / 2."""

import asyncio
import sys
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from io import TextIOWrapper
from typing import Annotated, Any, TypeVar

import orjson
import typer
from rich.console import Console, ConsoleOptions, RenderableType
from rich.markup import escape
from rich.segment import Segment
from rich.text import Text

from cli.display import layout
from cli.display.cells import clean, escaped
from cli.display.column import Facts, Table
from cli.display.view import Language, View, view_of
from shared.contracts.errors import SuyuanError

T = TypeVar("T")

DONE, FAILED, WRONG_USE = 0, 1, 2


class _Console(Console):
    """A console on which data steer nothing: whatever is drawn has its control signs made visible.

    Colours and the cursor are rich's own segments; a text that looks like one is data.
    """

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Yield what is drawn."""
        for one in super().render(renderable, options):
            yield one if one.control else Segment(clean(one.text, keep="\n\t"), one.style)


out = _Console()
err = _Console(stderr=True)

AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]


class _Chosen:
    """What the command line says of the view."""

    language: Language | None = None
    wide: bool = False


def start() -> None:
    """Forget the choices of the command before; never fail for a sign that the terminal's encoding lacks."""
    _Chosen.language, _Chosen.wide = None, False
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            with suppress(ValueError):  # closed
                stream.reconfigure(errors="backslashreplace")


def choose(*, language: Language | None = None, wide: bool = False) -> None:
    """Take what the command line says of the view."""
    _Chosen.language = language or _Chosen.language
    _Chosen.wide = wide or _Chosen.wide


def view() -> View:
    """Return for whom tables are drawn."""
    return view_of(datetime.now(UTC), _Chosen.language, wide=_Chosen.wide)


def told(zh: str, en: str) -> str:
    """Return the text in the language of the view."""
    return view().told(zh, en)


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
    """Print a value as JSON on stdout; the signs that steer a terminal are escaped, as JSON allows."""
    text = orjson.dumps(value, default=_plain, option=orjson.OPT_INDENT_2).decode()
    sys.stdout.write(escaped(text) + "\n")
    sys.stdout.flush()


def draw(declared: Table, rows: Sequence[Mapping[str, Any]], total: str = "") -> None:
    """Print rows as a table of ``cli/display/declared.py``.

    Args:
        declared: The table.
        rows: Values by the name of their column.
        total: What the title says instead of the number of rows.
    """
    _draw(layout.table(declared, rows, view(), total))


def draw_facts(declared: Facts, row: Mapping[str, Any], title: str = "") -> None:
    """Print what is known of one thing; ``title`` stands for the declared one."""
    _draw(layout.facts(declared, row, view(), title))


def item(mark: str, style: str, text: str) -> None:
    """Print a text of a list behind its mark."""
    _draw(layout.hanging(mark, style, clean(text), view()))


def _draw(lines: Iterable[Text]) -> None:
    for one in lines:
        out.print(one, soft_wrap=True, highlight=False)


def line(text: str) -> None:
    """Print a text on stdout without colours or folding, and without what steers a terminal."""
    sys.stdout.write(clean(text, keep="\n\t\ufeff") + "\n")
    sys.stdout.flush()


def fail(error: SuyuanError, *, as_json: bool = False) -> None:
    """Say what went wrong and what to do, on stderr (or as JSON on stdout)."""
    if as_json:
        show({"error": error.code, "zh": error.zh, "en": error.en})
    else:
        err.print(
            f"[bold red]{_safe(error.code)}[/]\n  {_safe(error.zh)}\n  {_safe(error.en)}",
            highlight=False,
            soft_wrap=True,
        )


def _safe(text: str) -> str:
    return escape(clean(text, keep="\n\t"))


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
