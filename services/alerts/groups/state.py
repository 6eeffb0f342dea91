"""What is known of groups of series: the sums of all closed weeks, and what shards said of the next one."""

from collections.abc import Iterator, Mapping
from typing import Final

from services.alerts.archive import Archive
from services.alerts.rules import Context
from services.alerts.rules.packing import Key, key_of, parts_of
from shared.casework.protocol import State
from shared.casework.table import Table

SEVERAL: Final = ""
"""Stands for the one series of a sum that has more than one."""


class Groups(State):
    """The sums, as an archive whose keys leave out what is summed.

    Attributes:
        kept: Of all weeks that every shard has told.
        open: What shards told of weeks that not all have told, by Monday and shard; packed tables.
        sole: For each sum its one series, or `SEVERAL`: a sum of one series says nothing of its own.
    """

    kept: Archive = Archive()
    open: Mapping[str, Mapping[str, str]] = {}
    sole: Mapping[Key, Key] = {}


def sums_of(key: Key) -> Iterator[Key]:
    """Yield the groups that a series belongs to."""
    institution, cause, issue = parts_of(key)
    yield key_of(institution, "", "")
    yield key_of("", cause, "")
    yield key_of("", cause, issue)


_EMPTY = Groups()

groups: Table[Groups, Context] = Table("groups", Groups, blank=lambda _: _EMPTY)
