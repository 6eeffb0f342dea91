"""The engine of a service: routes messages to its streams and decides its batches."""

from collections.abc import Sequence
from datetime import datetime

from shared.runtime.base.documents import Work
from shared.runtime.decide.batch import Batch
from shared.runtime.decide.entries import Item, Loaded, Outcome
from shared.runtime.decide.router import Router
from shared.runtime.decide.rules import learn
from shared.runtime.decide.run import run


class Engine(Router):
    """Decides batches for one service."""

    def decide(
        self, items: Sequence[Item], loaded: Loaded, now: datetime, writer: str
    ) -> tuple[Outcome, Work]:
        """Decide a batch.

        Args:
            items: The batch, in the order of its partitions.
            loaded: The rows that it starts from; its watermarks are advanced.
            now: Wall-clock time, for the rows that say when something was put aside.
            writer: Id of the outbox row that is written with the batch.
        """
        learn(self.rules, loaded.documents)
        batch = Batch(self, loaded, now)
        run(batch, items)
        return batch.outcome, batch.unit.work(batch.subjects.values(), writer)
