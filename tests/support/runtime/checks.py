"""What must hold at the end of every run, and ways to get there."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from shared.runtime.base.records import Raw
from shared.runtime.decide.chains import broken_links
from tests.support.runtime.harness import World

SUBJECTS = ("a1", "a2", "b1")


def cut(records: Sequence[Raw], sizes: Sequence[int]) -> list[list[Raw]]:
    """Cut records into batches of the given sizes, over and over."""
    out, rest, turn = [], list(records), 0
    while rest:
        size = sizes[turn % len(sizes)]
        out.append(rest[:size])
        rest, turn = rest[size:], turn + 1
    return out


def sound(world: World) -> None:
    """No gap, no duplicate, whole chains, and what is published is what is written."""
    for subject in world.rows("streams"):
        history = world.history(subject)
        assert list(broken_links(history)) == []
        version = world.rows("streams")[subject]["version"]
        assert [row["_id"] for row in history] == [f"{subject}:{n:08d}" for n in range(1, version + 1)]
        assert world.delivered().get(subject, []) == [
            f"{subject}:{n}@/suyuan/mediation" for n in range(1, version + 1)
        ]


def finish(world: World) -> World:
    """Take all steps that are left."""
    asyncio.run(world.resume())
    return world
