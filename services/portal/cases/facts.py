"""The table of facts: what each type of event tells of a case, where the case then stands, what it counts."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeVar

from services.portal.cases.state import EMPTY, CaseView
from services.portal.rules import Status
from shared.casework.protocol import Received
from shared.casework.source import check_fields_told
from shared.contracts.message import Event, Message
from shared.contracts.words import place_of, place_of_call

E = TypeVar("E", bound=Event)

Telling = Callable[[CaseView, E], Mapping[str, Any]]
"""The fields of the view that an event changes; a ``status`` among them stands for the declared one."""
Adding = Callable[[CaseView, E, datetime], Mapping[str, int]]
"""What an event of a time adds to the figures besides its own; the view is that before the event."""

STATUS: Final[dict[type[Message], Status]] = {}
"""Where a case stands after an event."""
COUNTED: Final[dict[type[Message], str]] = {}
"""The figure that an event raises by one."""

_TELLS: Final[dict[type[Message], Telling[Any]]] = {}
_ADDS: Final[dict[type[Message], Adding[Any]]] = {}


def facts_of(
    event: type[E], *, status: Status | None = None, figure: str = "", adds: Adding[E] | None = None
) -> Callable[[Telling[E]], Telling[E]]:
    """Enter what an event tells of a case.

    Args:
        event: Its class.
        status: Where the case then stands, unless it stands further on already.
        figure: The figure that the event raises by one.
        adds: What it adds to other figures; only with a figure of its own.

    Raises:
        TypeError: The event has such an entry already, or another figure has no name of its own beside it.
    """
    if adds is not None and not figure:
        raise TypeError(f"{event.__name__}: adds= is read only beside a figure: write figure= at {_here()}")

    def enter(tells: Telling[E]) -> Telling[E]:
        if event in _TELLS:
            raise TypeError(
                f"{event.__name__} has its facts already, at {place_of(_TELLS[event])}: "
                f"take one out there or at {_here()}"
            )
        check_fields_told(tells, (*CaseView.model_fields, "status"), f"CaseView ({place_of(CaseView)})")
        _TELLS[event] = tells
        if status is not None:
            STATUS[event] = status
        if figure:
            COUNTED[event] = figure
        if adds is not None:
            _ADDS[event] = adds
        return tells

    return enter


def _here() -> str:
    return place_of_call(__name__)


def only(event: type[Event], *, status: Status | None = None, figure: str) -> None:
    """Enter an event that tells nothing but a status and a figure."""
    facts_of(event, status=status, figure=figure)(lambda view, event: {})


def told(view: CaseView, event: Message) -> dict[str, Any]:
    """Return the fields of the view that an event changes."""
    tells = _TELLS.get(type(event))
    return {} if tells is None else dict(tells(view, event))


def counts_of(message: Received, before: CaseView | None) -> dict[str, int]:
    """Return what an event adds to the figures.

    Args:
        message: The event.
        before: The case before it.
    """
    kind = type(message.body)
    figure = COUNTED.get(kind)
    if figure is None:
        return {}
    adds = _ADDS.get(kind)
    more = adds(before or EMPTY, message.body, message.at) if adds is not None else {}
    return {figure: 1, **more}


def added(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """Return the sum of two sets of figures."""
    out = dict(one)
    for name, value in other.items():
        out[name] = out.get(name, 0) + value
    return out
