"""Jobs that run behind, one after another, and that nobody ends by giving up waiting for them."""

import asyncio
import time
from collections.abc import Awaitable, Callable


class InTurn:
    """Runs jobs in the order in which they were handed over.

    A batch, a takeover and a release with a limit all wait for the publishing of the batch before. A plain
    ``await`` of a task that several wait for ends that task when one of them is cancelled, and the others
    then get the cancellation: aiokafka's coordinator and FastStream's consume loop ended by it.
    """

    def __init__(self) -> None:
        """Start without a job."""
        self._latest: _Job | None = None

    async def add(self, run: Callable[[], Awaitable[None]]) -> None:
        """Hand over a job; return once all before it are done, so that little is open.

        The job is done even if the caller is cancelled while it waits here.

        Raises:
            Exception: What an earlier job raised.
        """
        job = self._latest = _Job(run, self._latest)
        if job.before is not None:
            await job.before.done()

    async def done(self) -> None:
        """Wait until all jobs are done.

        Raises:
            Exception: What the latest job raised.
        """
        if self._latest is not None:
            await self._latest.done()

    @property
    def waiting_s(self) -> float:
        """For how long the job at the head has not come to its end, seconds; 0 when none is open."""
        job, oldest = self._latest, None
        while job is not None:
            if not job.over:
                oldest = job
            job = job.before
        return 0.0 if oldest is None else time.monotonic() - oldest.began


class _Job:
    def __init__(self, run: Callable[[], Awaitable[None]], before: "_Job | None") -> None:
        self.before = before
        self.began = time.monotonic()
        self._run = run
        self._task = asyncio.create_task(self._do())

    async def _do(self) -> None:
        if self.before is not None:
            await self.before.done()
            self.before = None
            self.began = time.monotonic()
        await self._run()
        self._run = _nothing  # a batch is a lot to keep until the next one

    @property
    def over(self) -> bool:
        return self._task.done() and not self._task.cancelled()

    async def done(self) -> None:
        while not self.over:
            if self._task.cancelled():  # What comes later must not overtake it.
                self._task = asyncio.create_task(self._do())
            await asyncio.wait({self._task})
        self._task.result()


async def _nothing() -> None:
    """Stands for a job that is done."""
