"""What a declared function looks like: what it takes, what it is about, and what it returns.

Whatever differs is an error when the function is declared: it would fail with the first message otherwise.
"""

import inspect
import types
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar, Union, get_args, get_origin

from shared.casework.protocol import Refusal, State
from shared.contracts.message import Event, Message
from shared.contracts.words import place_of, place_of_call

_ROOM: Final = "shared.casework."


def here() -> str:
    """Return ``file:line`` of the declaration under way: the nearest line outside of this package."""
    return place_of_call(_ROOM)


def is_a(thing: object, kind: type) -> bool:
    """Tell whether something that was written for a class is one, of a kind."""
    return isinstance(thing, type) and issubclass(thing, kind)


@dataclass(frozen=True, slots=True)
class Signature:
    """What the functions of one kind of declaration look like.

    Attributes:
        takes: Their arguments, for people and to be counted.
        gives: The annotation that they return, for people.
        fits: Whether an annotation is one that they may return.
        optional: How many of the arguments may be left out.
    """

    takes: str
    gives: str
    fits: Callable[[Any], bool]
    optional: int = 0

    def check(self, function: object, of: str, about: type[Message] | None = None) -> None:
        """Check a function against the signature.

        Args:
            function: The function.
            of: What it is declared for, such as ``"the table case"``.
            about: The message that its argument beside the state must be able to hold.

        Raises:
            TypeError: It takes or returns something else; the text says what to write, and where.
        """
        name = getattr(function, "__name__", repr(function))
        wrong = self._wrong(function, about)
        if wrong:
            place = place_of(function) if inspect.isfunction(function) else here()
            raise TypeError(
                f"{of}: {name} {wrong}: write def {name}({self.takes}) -> {self.gives} at {place}"
            )

    def _wrong(self, function: object, about: type[Message] | None) -> str:
        if not callable(function) or isinstance(function, type):
            return "is no function"
        if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
            return "is async, but nobody awaits it"
        names = self.takes.split(", ")
        if not any(_accepts(function, len(names) - left_out) for left_out in range(self.optional + 1)):
            return "takes other arguments"
        annotations = _annotations(function)
        returned = annotations.pop("return", Any)
        if not (returned is Any or isinstance(returned, str | TypeVar) or self.fits(returned)):
            return f"returns {_named(returned)}"
        if inspect.isgeneratorfunction(function) and self.fits is not is_events:
            return "yields, and returns nothing"
        return _wrong_subject(list(annotations.values()), names, about)


def _wrong_subject(annotations: list[Any], names: list[str], about: type[Message] | None) -> str:
    place = next((at for at, name in enumerate(names) if name in ("message", "event")), None)
    if about is None or place is None or len(annotations) <= place:
        return ""
    named = [one for one in members(annotations[place]) if isinstance(one, type)]
    if not named or any(issubclass(about, one) for one in named):
        return ""
    return f"is about {_named(annotations[place])}, but declared for {about.__name__}"


def members(annotation: Any) -> tuple[Any, ...]:
    """Return the members of a union; of another annotation, itself."""
    return get_args(annotation) if get_origin(annotation) in (Union, types.UnionType) else (annotation,)


def is_events(annotation: Any) -> bool:
    """Tell whether an annotation is some events: an event alone is none, since nothing iterates over it."""
    kind = get_origin(annotation) or annotation
    if not isinstance(kind, type) or issubclass(kind, str | Message) or not issubclass(kind, Iterable):
        return False
    held = members(get_args(annotation)[0]) if get_args(annotation) else ()
    return all(issubclass(one, Event) for one in held if isinstance(one, type))


def _only(*allowed: Any) -> Callable[[Any], bool]:
    return lambda annotation: all(one in allowed for one in members(annotation or types.NoneType))


def _is_state(annotation: Any) -> bool:
    return is_a(annotation, State)


def _accepts(function: Callable[..., Any], count: int) -> bool:
    try:
        inspect.signature(function).bind(*range(count))
    except TypeError:
        return False
    return True


def _annotations(function: Callable[..., Any]) -> dict[str, Any]:
    try:
        return inspect.get_annotations(function, eval_str=True)
    except NameError:  # names of a function's own scope, or of TYPE_CHECKING
        return inspect.get_annotations(function)


def _named(annotation: Any) -> str:
    return annotation.__name__ if isinstance(annotation, type) else str(annotation)


_NONE: Final = types.NoneType
ACT: Final = Signature("state, message, facts", "Iterable[Event]", is_events)
OPENING: Final = Signature("message, facts", "Iterable[Event]", is_events)
RINGING: Final = Signature("state, facts", "Iterable[Event]", is_events)
STEP: Final = Signature("state, event, at", "the state", _is_state, optional=1)
BIRTH: Final = Signature("event, at", "the state", _is_state, optional=1)
TAKING: Final = Signature("state, message, facts", "the state", _is_state)
ALREADY: Final = Signature("state, message, facts", "bool", _only(bool))
GUARD: Final = Signature("state, facts, command", "Refusal | str | None", _only(Refusal, str, _NONE))
DUE: Final = Signature("state, context", "datetime | None", _only(datetime, _NONE))
CORRECTION: Final = Signature("state, context, to", "datetime | None", _only(datetime, _NONE))
AWAITED: Final = Signature("state", "str | None", _only(str, _NONE))
KNOWN: Final = Signature("context, subject", "bool", _only(bool))
BLANK: Final = Signature("context", "the state", _is_state)
