"""A reading is recorded before anything is shown: wait for what became of the wish to read."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from shared.runtime.serve.problems import Problem

POLL_S: Final = 0.02
"""Between two looks for the record, seconds."""
PATIENCE_S: Final = 10.0
"""Longest wait for the record, seconds."""


async def decided(
    look: Callable[[], Awaitable[Mapping[str, Any] | None]], patience_s: float, late: str
) -> Mapping[str, Any]:
    """Return the row that says what became of a wish to read.

    Args:
        look: Looks for the row; it returns ``None`` while there is none.
        patience_s: Longest wait, seconds.
        late: Reason code of what is told then.

    Raises:
        Problem: 504 with that code.
    """
    try:
        async with asyncio.timeout(patience_s):
            # Another process records it: there is no event to wait for here.
            while (row := await look()) is None:  # noqa: ASYNC110
                await asyncio.sleep(POLL_S)
    except TimeoutError:
        raise Problem(504, late) from None
    return row


def allowed(row: Mapping[str, Any], status: Mapping[str, int]) -> None:
    """Check that the wish was not refused.

    Args:
        row: What became of it.
        status: HTTP status by reason code; 409 for any other.

    Raises:
        Problem: With the reason of the refusal.
    """
    if reason := str(row["reason"]):
        raise Problem(status.get(reason, 409), reason)
