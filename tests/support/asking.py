"""Asking a running platform from a test that has no loop of its own."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from tests.support.services import Services


def asked(services: Services, service: str, ask: Callable[[Any], Any]) -> Any:
    """Return what the database of a service answers."""

    async def work() -> Any:
        opened = services.database(service)
        try:
            return await ask(opened)
        finally:
            opened.close()

    return asyncio.run(work())


def eventually(check: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something is so; fail after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline
        time.sleep(0.3)
