"""A service on a machine whose clock is slow.

python -m tests.support.slow SERVICE SECONDS
"""

import importlib
import sys
import time
from datetime import datetime, timedelta, tzinfo

from cli.serve import build_of
from shared.runtime.base.settings import Settings
from shared.runtime.serve.process import serve

MODULE = "tests.support.slow"
_READ_A_CLOCK = ("serve.client", "ingest.consumer", "serve.process", "serve.tokens")


def turn_back(seconds: int) -> None:
    """Let every clock of this process that names a date show what it was some seconds ago."""
    by, right, right_ns = timedelta(seconds=seconds), time.time, time.time_ns

    class Slow(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) - by

    for name in _READ_A_CLOCK:
        vars(importlib.import_module(f"shared.runtime.{name}"))["datetime"] = Slow
    time.time = lambda: right() - seconds
    time.time_ns = lambda: right_ns() - seconds * 10**9


if __name__ == "__main__":
    service, seconds = sys.argv[1:]
    turn_back(int(seconds))
    serve(build_of(service), Settings())
