"""Messages that a test declares: they are part of the language for as long as the test runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from shared.contracts import language
from shared.contracts import message as registry

FAMILY = "toys"
OWNER = "alerts"


@contextmanager
def toy_family() -> Iterator[None]:
    """Let a service own the family of toys, and take out of the language what was declared meanwhile."""
    before = set(registry._REGISTRY)
    language.FAMILIES[FAMILY] = OWNER
    try:
        yield
    finally:
        language.FAMILIES.pop(FAMILY, None)
        for wire_type in set(registry._REGISTRY) - before:
            del registry._REGISTRY[wire_type]
