"""`--language` of every command and `--wide` of those that print tables: options that no command declares."""

from typing import Annotated, Any

import typer
import typer.main

from cli import output
from cli.display.declared import TABLES
from cli.display.view import Language
from cli.output import WrongUse


def _language(value: str | None) -> str | None:
    if value is not None and value not in list(Language):
        raise WrongUse(
            code="language.unknown",
            zh=f"没有语言 {value}。请用 zh 或 en。",
            en=f"There is no language {value}. Use zh or en.",
        )
    output.choose(language=Language(value) if value else None)
    return value


def _wide(value: bool) -> bool:
    output.choose(wide=value)
    return value


def _shared(
    language: Annotated[
        str | None,
        typer.Option(
            "--language",
            help="语言 zh 或 en,缺省随系统区域设置 / zh or en; as the locale says if not given",
            callback=_language,
            show_default=False,
        ),
    ] = None,
    wide: Annotated[
        bool,
        typer.Option("--wide", help="显示全部列与完整标识 / show every column and whole ids", callback=_wide),
    ] = False,
) -> None:
    """Hold the options."""


def add(command: Any, path: str = "") -> Any:
    """Add the options to a command and to all below it.

    Args:
        command: As typer makes it.
        path: How it is called, without ``suyuan``; empty for the program.
    """
    language, wide = _made()
    inner = getattr(command, "commands", {})
    if not inner or not path or command.invoke_without_command:
        command.params.append(language)
    if any(path in one.commands for one in TABLES):
        command.params.append(wide)
    for name, one in inner.items():
        add(one, f"{path} {name}".strip())
    return command


def _made() -> list[Any]:
    """Return the two options, made anew: what typer makes belongs to one command."""
    app = typer.Typer(add_completion=False)
    app.command()(_shared)
    made = [one for one in typer.main.get_command(app).params if one.name in ("language", "wide")]
    for one in made:
        one.expose_value = False
        one.is_eager = True
    return made
