"""What mediation stores of its own: nothing beside the states and the history of its streams.

Lists of cases, loads and queues are read models of mediation's events, and stand with whoever
shows them.
"""

from collections.abc import Mapping, Sequence
from typing import Final

INDEXES: Final[Mapping[str, Sequence[tuple[str, ...]]]] = {}
"""No collection, no index."""
