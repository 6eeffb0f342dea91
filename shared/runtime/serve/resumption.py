"""Subjects that can go on without a message: found again whoever owns them now."""

import time
from collections.abc import Callable, Sequence

from shared.runtime.commit.idle import IdleSubjects
from shared.runtime.ingest.worker import Worker

_MOST = 500
_MOST_UNFINISHED = 20
_LOOK_AGAIN_S = 600.0


class Resumption:
    """Lets the subjects of the own partitions go on.

    The release of a hold and a remedy of many letters take a step for each transaction. What is left after
    one is found here, also by the next owner of the subject.

    A subject is blocked without a dead letter when its state could not be read. Whether it can be read now is
    seen when its partition comes to this process, which may be a newer one, and now and then afterwards.

    Args:
        idle: Finds them.
        worker: Takes them through the same path as every message.
        topic: The keyed topic whose partitions say who owns a subject.
        clock: A monotonic clock, seconds.
    """

    def __init__(
        self, idle: IdleSubjects, worker: Worker, topic: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._idle = idle
        self._worker = worker
        self._topic = topic
        self._clock = clock
        self._looked: dict[int, float] = {}

    async def step(self, partitions: Sequence[int]) -> None:
        """Look after some partitions: those that this process owns at the moment."""
        while subjects := await self._idle.unfinished(partitions, _MOST_UNFINISHED):
            if not await self._worker.resume(subjects, self._topic):
                break
        now = self._clock()
        self._looked = {number: at for number, at in self._looked.items() if number in partitions}
        unseen = [n for n in partitions if now - self._looked.get(n, -_LOOK_AGAIN_S) >= _LOOK_AGAIN_S]
        if unseen:
            await self._look(unseen)
            self._looked |= dict.fromkeys(unseen, now)

    async def _look(self, partitions: Sequence[int]) -> None:
        after = ""
        while subjects := await self._idle.unreadable(partitions, after, _MOST):
            await self._worker.resume(subjects, self._topic)
            after = subjects[-1]
