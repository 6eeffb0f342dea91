"""How long a server is waited for that takes connections and says nothing."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from aiokafka.errors import KafkaTimeoutError

_ANSWER_S = 10.0
_T = TypeVar("_T")


async def answered(call: Awaitable[_T]) -> _T:
    """Wait for Kafka at the start, for so long as a server that is there needs.

    Raises:
        KafkaTimeoutError: Nothing was heard, as from a frozen broker; its sockets still take connections.
    """
    try:
        async with asyncio.timeout(_ANSWER_S):
            return await call
    except TimeoutError as error:
        raise KafkaTimeoutError(f"Kafka has not answered for {_ANSWER_S:.0f} s") from error
