"""Unbroken runs of offsets: the last look before a watermark moves.

Reading is followed without a break where records are taken from the client (``fetch.py``). Between there and
the transaction they wait, are ordered, given up and taken over; whatever goes wrong on that way must show
here, and not as an event that nobody misses.
"""

from collections.abc import Iterable, Mapping

from shared.runtime.decide.entries import Item

Jumps = Mapping[str, Mapping[int, int]]
"""The offset before a record, by topic-partition and offset, where the offsets between hold no records."""


def broken(items: Iterable[Item], watermarks: Mapping[str, int], jumps: Jumps) -> dict[str, tuple[int, int]]:
    """Return where a batch would leave offsets out.

    Args:
        items: The batch.
        watermarks: What was applied, by topic-partition.
        jumps: Which jumps are explained.

    Returns:
        The last offset applied or in the batch, and the one that comes next, by topic-partition.
    """
    reached = dict(watermarks)
    out: dict[str, tuple[int, int]] = {}
    for item in items:
        offset, origin = item.offset, item.origin
        if offset < 0:
            continue
        last = reached[origin]
        if offset == last + 1:
            reached[origin] = offset
        elif offset > last:
            if jumps.get(origin, {}).get(offset, offset - 1) > last:
                out.setdefault(origin, (last, offset))
            reached[origin] = offset
    return out
