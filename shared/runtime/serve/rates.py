"""How often somebody may send over HTTP: a bucket for each person, and one for each address.

A bucket is kept as one instant (GCRA): when it is full again. Source: ITU-T I.371, annex A.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from math import ceil
from time import monotonic
from typing import Annotated, Final

from fastapi import Depends, Request

from shared.runtime.base.settings import Settings
from shared.runtime.serve.problems import Problem
from shared.runtime.serve.tokens import Person, require

AT_ONCE_S: Final = 10.0
"""Whoever was quiet may send as much at once as the rate allows for so long, seconds."""
MOST_KEPT: Final = 20_000
"""So many buckets are kept; the one that was used least recently goes first."""
_MINUTE_S: Final = 60.0


class Rate:
    """A limit for each of many senders.

    Args:
        per_minute: How many each may send a minute; 0 for no limit.
        clock: Seconds that never step back.
        most_kept: How many senders are remembered.
    """

    def __init__(
        self, per_minute: int, *, clock: Callable[[], float] = monotonic, most_kept: int = MOST_KEPT
    ) -> None:
        self._interval_s = _MINUTE_S / per_minute if per_minute else 0.0
        self._slack_s = max(AT_ONCE_S, self._interval_s) - self._interval_s
        self._clock = clock
        self._most_kept = most_kept
        self._full_at: OrderedDict[Hashable, float] = OrderedDict()

    def wait_s(self, who: Hashable) -> float:
        """Take one for a sender; return 0, or after how many seconds the next one is there."""
        if not self._interval_s:
            return 0.0
        now = self._clock()
        full_at = max(now, self._full_at.get(who, now))
        if (early := full_at - self._slack_s - now) > 0:
            return early
        self._full_at[who] = full_at + self._interval_s
        self._full_at.move_to_end(who)
        if len(self._full_at) > self._most_kept:
            self._full_at.popitem(last=False)
        return 0.0


class Rates:
    """The limits of one server.

    Args:
        settings: The rates.
        clock: Seconds that never step back.
    """

    def __init__(self, settings: Settings, *, clock: Callable[[], float] = monotonic) -> None:
        self._persons = Rate(settings.http_commands_per_minute, clock=clock)
        self._addresses = Rate(settings.http_address_commands_per_minute, clock=clock)

    def check(self, person: Person, address: str) -> None:
        """Count one message of a person.

        Raises:
            Problem: 429 ``http.too_many``, with ``Retry-After`` in seconds.
        """
        # Both are asked, so that whoever is over his own limit uses up the address's as well.
        wait_s = max(self._addresses.wait_s(address), self._persons.wait_s(person))
        if wait_s:
            raise Problem(429, "http.too_many", headers={"Retry-After": str(ceil(wait_s))})


def sender(*roles: str) -> Callable[..., Awaitable[Person]]:
    """Make a FastAPI dependency for calls that send a message: :func:`require`, within the limits.

    The application needs ``app.state.rates``.

    Args:
        roles: The roles that may pass; none for every role.
    """

    async def person(request: Request, who: Annotated[Person, Depends(require(*roles))]) -> Person:
        rates: Rates = request.app.state.rates
        rates.check(who, request.client.host if request.client else "")
        return who

    return person
