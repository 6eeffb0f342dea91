"""What lies at an offset is read from the headers of the batches, and not guessed."""

from __future__ import annotations

import struct

import pytest

from shared.runtime.ingest.batches import span_at, spans, unexplained
from tests.support.runtime.broker import batch, mark, sealed


def other_mark(offset: int) -> bytes:
    """Return a control batch that ends no transaction."""
    data = bytearray(mark(offset, 7, abort=False))
    struct.pack_into(">h", data, 21, 0x20)
    return sealed(data)


FIVE = batch(0, 5)
ALL = list(range(5))


@pytest.mark.parametrize(
    ("data", "first", "taken", "stop", "jump"),
    [
        ((FIVE,), 0, ALL, 5, None),
        ((FIVE,), 2, [2, 3, 4], 5, None),
        ((FIVE,), 0, [0, 1], 2, None),
        ((FIVE,), 0, [0, 1, 3, 4], 5, (2, 3)),
        ((FIVE,), 0, [2, 3, 4], 5, (0, 2)),
        ((FIVE,), 0, [0, 1, 2], 5, (3, 5)),
        ((FIVE, batch(7, 2)), 0, [*ALL, 7, 8], 9, (5, 7)),
        ((FIVE, mark(7, 7, abort=False)), 0, ALL, 8, (5, 7)),
        ((FIVE, mark(5, 7, abort=True), other_mark(6)), 0, ALL, 7, None),
        ((FIVE, batch(5, 3, transactional=True, producer=7)), 0, ALL, 8, None),
        ((FIVE, batch(5, 3, transactional=True, producer=7)), 0, [*ALL, 5, 7], 8, (6, 7)),
        ((batch(0, 5, without=(1, 3)),), 0, [0, 2, 4], 5, None),
        ((batch(0, 5, without=(1, 3)),), 0, [0, 4], 5, (1, 4)),
        ((FIVE,), 0, ALL, 6, (5, 6)),
    ],
    ids=[
        "whole", "from its middle", "up to its middle", "a record is lost", "the first are lost",
        "the last are lost", "between batches", "in front of a mark", "marks", "aborted",
        "a record of a transaction is lost", "compacted", "compacted, and one is lost", "behind the last",
    ],
)  # fmt: skip
def test_a_jump_is_explained_by_what_is_there(
    data: tuple[bytes, ...], first: int, taken: list[int], stop: int, jump: tuple[int, int] | None
) -> None:
    assert unexplained(b"".join(data), first, taken, stop) == jump


def test_a_batch_that_is_cut_off_is_left_out() -> None:
    both = FIVE + batch(5, 3)
    assert [(span.base, span.end) for span in spans(both)] == [(0, 5), (5, 8)]
    for cut in (1, 20, 60):
        assert [span.base for span in spans(both[: len(FIVE) + cut])] == [0]
    assert list(spans(b"")) == []
    assert span_at(both, 4) == next(spans(both))
    assert span_at(both, 8) is None
