"""What a process asks of Python itself: to end for sure, and to look for no garbage where there is none."""

import gc
import os
import threading


def end_for_sure(seconds: float, *, failed: bool) -> None:
    """End the process even where a thread waits for a server that never answers.

    What must not be lost stands in the database by then, or is read again.
    """
    timer = threading.Timer(seconds, os._exit, [1 if failed else 0])
    timer.daemon = True
    timer.start()


def spare_the_collector() -> None:
    """Keep Python's collector of cycles away from what never becomes garbage.

    A batch and the one that is being published are some 100,000 objects, none of them in cycles; with
    Python's own thresholds that is 140 collections, and every few batches one over all modules and
    models. Without them a batch costs a third less (docs/performance.md).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 50)
