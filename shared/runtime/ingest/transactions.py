"""Transactions of producers that stay open: what stands behind them waits, and readiness says so.

A reader of committed records gets nothing behind the first record of an open transaction, also of other
producers. A producer that died leaves one open until the brokers end it (``transaction.timeout.ms``). One
that opens the next before the last is over, for ever, never lets its readers come to the end; but since none
of them lasts longer than the brokers allow, whatever came before that is read.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

from aiokafka import TopicPartition

_PATIENCE_S = 30.0


def is_open(consumer: Any, tp: TopicPartition) -> bool:
    """Return whether records of a partition wait for the end of a transaction."""
    stable, end = consumer.last_stable_offset(tp), consumer.highwater(tp)
    return stable is not None and end is not None and 0 <= stable < end


class OpenTransactions:
    """Notices what waits behind an open transaction.

    Args:
        clock: Monotonic time, seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since: dict[tuple[TopicPartition, int], float] = {}

    def stuck(self, consumer: Any, tp: TopicPartition, longest_s: float) -> bool:
        """Return whether one transaction has stayed open for longer than the brokers should allow.

        Args:
            consumer: The consumer of aiokafka.
            tp: A partition with an open transaction.
            longest_s: How long the brokers leave one open, seconds.
        """
        now = self._clock()
        return now - self._since.get((tp, consumer.last_stable_offset(tp)), now) > longest_s

    def reason(self, consumer: Any, partitions: Iterable[TopicPartition]) -> str:
        """Return why records wait behind a transaction, once that lasts; empty when none do."""
        now = self._clock()
        open_ = {}
        for tp in partitions:
            if is_open(consumer, tp):
                open_[tp, consumer.last_stable_offset(tp)] = consumer.highwater(tp)
        self._since = {key: self._since.get(key, now) for key in open_}
        for (tp, stable), end in open_.items():
            waited = now - self._since[tp, stable]
            if waited > _PATIENCE_S:
                return (
                    f"transaction.open: {tp.topic}:{tp.partition}: a producer's transaction is open at "
                    f"offset {stable} for {waited:.0f} s; {end - stable} offsets wait for its end"
                )
        return ""
