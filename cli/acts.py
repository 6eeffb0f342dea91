"""Groups of commands about one kind of thing, whose acts are commands of the platform."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import typer
import typer.core
import typer.main

from cli import do, help_text, view_options

if TYPE_CHECKING:
    from shared.contracts.message import Command


Form = Callable[[type["Command"]], Callable[..., None]]
"""Makes the form of an act that has options of its own."""


def group_of(
    noun: str,
    acts: Mapping[str, str],
    of: tuple[str, str],
    forms: Mapping[str, Form] = MappingProxyType({}),
) -> type[typer.core.TyperGroup]:
    """Return a group that has acts beside its own commands; each is read when somebody asks for it.

    Args:
        noun: What the acts are about.
        acts: Name of each, and its command as `suyuan do` calls it.
        of: Option that names the subject, and its help.
        forms: Makes the forms of those acts whose subject is named otherwise.
    """

    class Acts(typer.core.TyperGroup):
        """The acts beside `list` and `show`."""

        def list_commands(self, ctx: Any) -> list[str]:
            """Return the names of all commands."""
            return sorted([*super().list_commands(ctx), *acts])

        def get_command(self, ctx: Any, cmd_name: str) -> Any:
            """Return the form of a command, ``None`` where there is none."""
            if cmd_name not in acts:
                return super().get_command(ctx, cmd_name)
            from cli.forms import form_of, offered

            cls: type[Command] = offered()[acts[cmd_name]]
            one = typer.Typer(add_completion=False)
            make = forms.get(cmd_name)
            form = form_of(cls, do.common(cls, *of), do.run) if make is None else make(cls)
            one.command(cmd_name)(form)
            return help_text.lay_out(view_options.add(typer.main.get_command(one), f"{noun} {cmd_name}"))

    return Acts
