"""Whether the tables of a service say something of each of its messages; asked when they are imported."""

from collections.abc import Iterable
from typing import Any

from shared.casework.declaring import Declarations, place_of
from shared.contracts.message import REGISTRY, Command, Message


def complete(family: str, *tables: Declarations[Any, Any], elsewhere: Iterable[type[Message]] = ()) -> None:
    """Check that every command of a family has an act, and every event says what follows it.

    Args:
        family: The family of the service's own messages.
        tables: All tables of the service.
        elsewhere: Commands that reach a table in another form, and events that other services make.

    Raises:
        TypeError: A message is missing; the text names its file and the line to write.
    """
    left_out = set(elsewhere)
    for message in REGISTRY.values():
        if message.family != family or message in left_out:
            continue
        name = message.__name__
        if issubclass(message, Command):
            if not any(message in table.acts or message in table.openings for table in tables):
                raise TypeError(
                    f"{name} ({place_of(message)}) has no act: write @{tables[0].name}.on({name})"
                )
        elif not any(message in table.steps or message in table.births for table in tables):
            line = f"write @{tables[0].name}.after({name})"
            raise TypeError(f"nothing says what follows {name} ({place_of(message)}): {line}")
