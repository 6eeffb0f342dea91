"""Whether the tables of a service say something of each of its messages; asked when they are imported."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from shared.casework import declaring
from shared.casework.declaring import Declarations
from shared.casework.signatures import here
from shared.casework.source import check_fields, check_modules, has_source
from shared.contracts import language
from shared.contracts.message import REGISTRY, Command, Message
from shared.contracts.reasons import REASONS
from shared.contracts.topics import FILINGS_PREFIX
from shared.contracts.words import file_of, place_of


def complete(
    family: str,
    *tables: Declarations[Any, Any],
    topics: Collection[str],
    elsewhere: Collection[type[Message]] = (),
) -> None:
    """Check that every command of a family has an act, every event a state after it, and nothing is dead.

    Otherwise a command could be advertised over HTTP and in AsyncAPI, and refused by its own service; or an
    act could wait for a message that never comes.

    Args:
        family: The family of the service's own messages.
        tables: All tables of the service.
        topics: What the service reads; the beginning of their names stands for all filings topics.
        elsewhere: Commands that reach a table in another form, and events that other services make.

    Raises:
        TypeError: Something is missing, or never asked; the text names file and line, and what to write.
    """
    _check_arguments(family, tables, elsewhere)
    for table in tables:
        _check_table(table)
        _check_messages(table, family, topics)
    _check_all_said(family, tables, set(elsewhere))
    functions = [one for table in tables for one in (*table.declared.values(), *table.beside)]
    check_modules({one.__module__ for one in functions} - {declaring.__name__})


def _check_arguments(
    family: str, tables: tuple[Declarations[Any, Any], ...], elsewhere: Iterable[type[Message]]
) -> None:
    if family not in language.FAMILIES:
        raise TypeError(
            f"no service owns the family {family}: write it in FAMILIES of {file_of(language.service_of)}, "
            f"or one of {', '.join(language.FAMILIES)} at {here()}"
        )
    names = [table.name for table in tables]
    for table in tables:
        if names.count(table.name) > 1:
            raise TypeError(
                f"two tables are named {table.name}, so their subjects cannot be told apart: "
                f"write another name at {tables[::-1][names[::-1].index(table.name)].place}"
            )
    for message in elsewhere:
        if message.family != family:
            raise TypeError(f"{_named(message)} is not of the family {family}: take it out at {here()}")


def _check_table(table: Declarations[Any, Any]) -> None:
    for (decorator, name), place in table.begun.items():
        raise TypeError(
            f"@{table.name}.{decorator}({name}) was given no function: write one below it at {place}"
        )
    if table.unknown is not None and table.unknown not in REASONS:
        raise TypeError(
            f"the reason {table.unknown} at {table.place} is not declared: "
            f'write "{table.unknown}": Reason("中文。", "English.") in shared/contracts/reasons'
        )
    if table.openings and not table.births and table.blank is None:
        raise TypeError(
            f"the table {table.name} is opened, but has no state to begin with: "
            f"write @{table.name}.begins(…) beside {table.places['opens', next(iter(table.openings))]}"
        )
    if bool(table.corrections) != (table.awaited is not None):
        lacks = "no correction acts on what it" if table.awaited else "nothing says which input it"
        decorator = "correction(…)" if table.awaited else "awaits"
        raise TypeError(
            f"the table {table.name}: {lacks} waits for: write @{table.name}.{decorator} beside {table.place}"
        )
    check_fields(
        _changing(table), table.state.model_fields, f"{table.state.__name__} ({place_of(table.state)})"
    )
    for what, function in _deciding(table):
        if not has_source(function):
            raise TypeError(
                f"{what} says not which law or practice it follows: write Source: … in the docstring of "
                f"{function.__name__} at {place_of(function)}, or in that of its file"
            )


def _check_messages(table: Declarations[Any, Any], family: str, topics: Collection[str]) -> None:
    """Check that what the table waits for can come: on a topic that is read, or by a decision of its own."""
    for event in (*table.steps, *table.births):
        if event.family and event.family != family:
            raise TypeError(
                f"the table {table.name} says what follows {_named(event)}, which another service makes: "
                f"write @{table.name}.takes({event.__name__}) at {_place(table, event, 'after', 'begins')}"
            )
    for message in (*table.acts, *table.openings, *table.takings):
        if not _may_come(message, topics):
            raise TypeError(
                f"the table {table.name} waits for {_named(message)}, which comes on no topic that its "
                f"service reads: add one of {', '.join(language.topics_of(message))} to TOPICS at {here()}, "
                f"or take it out at {_place(table, message, 'on', 'opens', 'takes')}"
            )


def _may_come(message: type[Message], topics: Collection[str]) -> bool:
    if not message.family:  # a service's own form of a message, or Event for all
        return True
    return any(
        topic in topics or (topic == language.FILINGS and FILINGS_PREFIX in topics)
        for topic in language.topics_of(message)
    )


def _check_all_said(family: str, tables: tuple[Declarations[Any, Any], ...], elsewhere: set[Any]) -> None:
    modules = {module.__name__ for module in language.MODULES}
    for message in list(REGISTRY.values()):
        if message.family != family or message.today is not message:
            continue
        if message not in elsewhere:
            _check_said(message, tables)
        if message.__module__ not in modules:
            raise TypeError(
                f"{_named(message)} is declared where other services do not see it: write it in one of "
                f"the modules of {file_of(language.service_of)}, or its module in MODULES there"
            )


def _check_said(message: type[Message], tables: Iterable[Declarations[Any, Any]]) -> None:
    if issubclass(message, Command):
        if not any(message in table.acts or message in table.openings for table in tables):
            raise TypeError(f"{_named(message)} has no act: {_to_write('on', message, tables)}")
    elif not any(message in table.steps or message in table.births for table in tables):
        raise TypeError(f"nothing says what follows {_named(message)}: {_to_write('after', message, tables)}")


def _changing(table: Declarations[Any, Any]) -> Iterator[Callable[..., Any]]:
    """Yield the functions whose first argument is the state that they change."""
    for (decorator, _), function in table.declared.items():
        if decorator in ("after", "takes"):
            yield function


def _deciding(table: Declarations[Any, Any]) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield what people or time bring about: its name, and the function."""
    for (decorator, about), function in table.declared.items():
        command = isinstance(about, type) and issubclass(about, Command)
        if decorator == "timer" or (decorator in ("on", "opens") and command):
            yield f"@{table.name}.{decorator}({getattr(about, '__name__', about)})", function


def _place(table: Declarations[Any, Any], message: type[Message], *decorators: str) -> str:
    return next(table.places[one, message] for one in decorators if (one, message) in table.places)


def _named(message: type[Message]) -> str:
    return f"{message.__name__} ({place_of(message)})"


def _to_write(decorator: str, message: type[Message], tables: Iterable[Declarations[Any, Any]]) -> str:
    """Return the line that is missing, and the folder of each table that may take it."""
    lines = (
        f"@{table.name}.{decorator}({message.__name__}) beside {file_of(table.state)}" for table in tables
    )
    return "write " + ", or ".join(lines)
