"""Sibling partitions in the order of their times.

A case's messages come on several topics, each in the partition of the same number. Their order among one
another is that of their times, and while a reader catches up it must see to it: an event of Wednesday
would otherwise let a deadline of Tuesday pass before Monday's command, on another topic, is decided.
Kafka Streams does the same for its tasks (``max.task.idle.ms``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from shared.contracts.topics import keyed_topics
from shared.runtime.decide.entries import Item

_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)
_KEYED = frozenset(keyed_topics())


@dataclass(frozen=True, slots=True)
class Horizon:
    """How far the owned partitions were read, by topic-partition.

    Attributes:
        open: Those of which more has come than was handed out: something earlier may be under way.
        looked_ms: When the brokers last said that there is no more, milliseconds since the epoch of this
            machine's clock, by partition number over all sibling topics; absent for no bound.
    """

    open: frozenset[str] = frozenset()
    looked_ms: Mapping[int, int] = field(default_factory=dict)


EVERYTHING = Horizon()
"""Nothing is under way."""


class Interleaver:
    """Hands out the items of sibling partitions by their times, and keeps back what comes too soon.

    At the end of a partition nothing waits. Within a partition the order stays as it is: an item counts
    as no earlier than those before it.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, list[Item]] = {}
        self._reached: dict[str, datetime] = {}

    @property
    def backlog(self) -> int:
        """How many items wait."""
        return sum(map(len, self._waiting.values()))

    def full(self, most: int) -> set[str]:
        """Return the origins of which ``most`` items or more wait: they need not be read further."""
        return {origin for origin, items in self._waiting.items() if len(items) >= most}

    def waits(self, origin: str) -> bool:
        """Return whether items of a topic-partition wait."""
        return origin in self._waiting

    def forget(self, origins: Iterable[str]) -> None:
        """Drop what waits of topic-partitions that are given up or read again."""
        for origin in origins:
            self._waiting.pop(origin, None)
            self._reached.pop(origin, None)

    def back(self, items: Iterable[Item]) -> None:
        """Take items back that were handed out and could not be decided yet; they come first again."""
        parts: dict[str, list[Item]] = {}
        for item in items:
            parts.setdefault(item.origin, []).append(item)
        for origin, part in parts.items():
            self._waiting[origin] = part + self._waiting.get(origin, [])

    def take(self, items: Iterable[Item], horizon: Horizon = EVERYTHING) -> list[Item]:
        """Return what may be decided now, in its order.

        Args:
            items: What came, in the order of its partitions.
            horizon: How far the partitions were read.
        """
        waiting = self._waiting
        for item in items:
            part = waiting.get(item.origin)
            if part is None:
                waiting[item.origin] = [item]
            else:
                part.append(item)
        if not horizon.open and len(waiting) == 1:
            (out,) = waiting.values()
            waiting.clear()
            self._note(out)
            return out
        return self._merged(horizon)

    def _merged(self, horizon: Horizon) -> list[Item]:
        limits = self._limits(horizon)
        out: list[tuple[datetime, Item]] = []
        for origin, part in list(self._waiting.items()):
            limit = limits.get(group_of(origin), _LAST)
            key = self._reached.get(origin, _FIRST)
            taken = 0
            for item in part:
                ahead = max(key, item.at or key)
                if ahead > limit:
                    break
                key = ahead
                out.append((key, item))
                taken += 1
            self._reached[origin] = key
            if taken == len(part):
                del self._waiting[origin]
            else:
                self._waiting[origin] = part[taken:]
        out.sort(key=_by_time)
        return [item for _, item in out]

    def _limits(self, horizon: Horizon) -> dict[int, datetime]:
        """Return up to when each group of siblings is known: the last that came of each open partition."""
        limits: dict[int, datetime] = {}
        for origin in horizon.open:
            group = group_of(origin)
            if group >= 0:
                key = self._reached.get(origin, _FIRST)
                for item in self._waiting.get(origin, ()):
                    key = max(key, item.at or key)
                limits[group] = min(limits.get(group, _LAST), key)
        return limits

    def _note(self, items: list[Item]) -> None:
        origin = items[0].origin
        self._reached[origin] = max((i.at for i in items if i.at), default=self._reached.get(origin, _FIRST))


def group_of(origin: str) -> int:
    """Return the number that sibling partitions share; -1 for a topic that has no siblings."""
    topic, _, partition = origin.rpartition(":")
    return int(partition) if topic in _KEYED else -1


def _by_time(entry: tuple[datetime, Item]) -> datetime:
    return entry[0]
