"""A subject for each partition of the keyed topics: what it does happens where the partition is read."""

from itertools import count

from shared.casework.case_ids import GATE_PREFIX
from shared.runtime.base.partitioner import partition_of


def gates(partitions: int) -> tuple[str, ...]:
    """Return the id of one subject in each partition, in their order.

    Args:
        partitions: Of all keyed topics.
    """
    return tuple(_in(partition, partitions) for partition in range(partitions))


def _in(partition: int, partitions: int) -> str:
    names = (f"{GATE_PREFIX}{partition}-{number}" for number in count())
    return next(name for name in names if partition_of(name, partitions) == partition)
