"""Whether the tables of a service say something of each of its messages; asked when they are imported."""

from collections.abc import Iterable
from typing import Any

from shared.casework.declaring import Declarations
from shared.contracts.message import REGISTRY, Command, Message
from shared.contracts.words import file_of, place_of


def complete(family: str, *tables: Declarations[Any, Any], elsewhere: Iterable[type[Message]] = ()) -> None:
    """Check that every command of a family has an act, and every event says what follows it.

    Otherwise a command could be advertised over HTTP and in AsyncAPI, and refused by its own service.

    Args:
        family: The family of the service's own messages.
        tables: All tables of the service.
        elsewhere: Commands that reach a table in another form, and events that other services make.

    Raises:
        TypeError: A message is missing; the text names its file and line, and the line to write and where.
    """
    left_out = set(elsewhere)
    for message in REGISTRY.values():
        if message.family != family or message in left_out:
            continue
        if issubclass(message, Command):
            if not any(message in table.acts or message in table.openings for table in tables):
                raise TypeError(f"{_named(message)} has no act: {_to_write('on', message, tables)}")
        elif not any(message in table.steps or message in table.births for table in tables):
            raise TypeError(
                f"nothing says what follows {_named(message)}: {_to_write('after', message, tables)}"
            )


def _named(message: type[Message]) -> str:
    return f"{message.__name__} ({place_of(message)})"


def _to_write(decorator: str, message: type[Message], tables: Iterable[Declarations[Any, Any]]) -> str:
    """Return the line that is missing, and the folder of each table that may take it."""
    lines = (
        f"@{table.name}.{decorator}({message.__name__}) beside {file_of(table.state)}" for table in tables
    )
    return "write " + ", or ".join(lines)
