"""Reading the annotation of a field: which classes it names, and what it carries."""

from collections.abc import Iterator
from typing import Any, get_args, get_origin


def classes_in(annotation: Any) -> Iterator[type]:
    """Yield every class in a type, containers included."""
    if hasattr(annotation, "__metadata__"):
        yield from classes_in(annotation.__origin__)
        return
    if isinstance(found := get_origin(annotation) or annotation, type):
        yield found
    for one in get_args(annotation):
        yield from classes_in(one)


def markers_in(annotation: Any) -> Iterator[object]:
    """Yield what a type carries, the outermost first."""
    yield from outermost_first(getattr(annotation, "__metadata__", ()))
    inner = (annotation.__origin__,) if hasattr(annotation, "__metadata__") else get_args(annotation)
    for one in inner:
        yield from markers_in(one)


def outermost_first(metadata: Any) -> Iterator[object]:
    """Yield metadata in reverse: nested ``Annotated`` types are flattened with the innermost first."""
    yield from reversed(tuple(metadata))
