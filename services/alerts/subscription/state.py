"""What a subscription knows: who asked for what, what was told, and what waits."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Final

from services.alerts.rules import Context
from services.alerts.rules.cadence import Rhythm
from shared.casework.guards import Facts, authority, possible
from shared.casework.protocol import State
from shared.casework.table import Table
from shared.contracts.kinds import Cause
from shared.contracts.message import Command
from shared.contracts.subscriptions import AlertMatched, AlertStage, Cadence, NoticeLine, NoticeWay

MOST_LINES: Final = 50
"""Alerts in one notice; what is more comes in the next one, right behind it."""


class Wish(State):
    """What somebody wants to be told of, and when; as in the command."""

    institution: str | None
    cause: Cause | None
    issue: str | None
    least_count: int
    least_times: float
    cadence: Cadence
    tell_at: str
    weekday: int
    quiet_from: str | None
    quiet_until: str | None
    working_days_only: bool
    told_by: NoticeWay

    def is_reached(self, match: AlertMatched) -> bool:
        """Tell whether a week reaches the threshold; where no count was expected, that of the count alone."""
        return match.count >= self.least_count and match.count >= self.least_times * (match.expected or 0.0)

    @property
    def rhythm(self) -> Rhythm:
        """When the subscriber may be told."""
        quiet = None
        if self.quiet_from is not None and self.quiet_until is not None:
            quiet = time.fromisoformat(self.quiet_from), time.fromisoformat(self.quiet_until)
        return Rhythm(
            self.cadence, time.fromisoformat(self.tell_at), self.weekday, quiet, self.working_days_only
        )


class Waiting(State):
    """A line that is not told yet.

    Attributes:
        at: When it came.
    """

    line: NoticeLine
    at: datetime


class Told(State):
    """The last alert of a series that was told, or waits to be.

    Attributes:
        over: Whether its end was, too.
    """

    since: date
    over: bool = False


class Subscription(State):
    """What somebody is told of.

    Attributes:
        owner: The institution or the court of the subscriber.
        open: Whether it is told of anything.
        since: From when on the wish is what it is: nothing is told before.
        notices: So many were told.
        address: Number of the address that was confirmed and is in use; 0 for one of before confirmations and
            for none; ``None`` while the first one waits for its confirmation, and nothing is told.
        addresses: So many were named.
        confirming: Number of the one that waits for its confirmation; 0 for none.
        confirm_by: Until when the last one has, or had, to be confirmed.
        waiting: In the order of their coming.
        told: By series.
    """

    owner: str
    person: str
    role: str
    title: str
    wish: Wish
    open: bool = True
    since: datetime
    notices: int = 0
    address: int | None = 0
    addresses: int = 0
    confirming: int = 0
    confirm_by: datetime | None = None
    waiting: tuple[Waiting, ...] = ()
    told: Mapping[str, Told] = {}

    def news(self, match: AlertMatched) -> NoticeLine | None:
        """Return what a match tells anew: an alert once it reaches the threshold, and its end."""
        known = self.told.get(match.series)
        if match.stage is AlertStage.OVER:
            new = known is not None and known.since == match.since and not known.over
        else:
            new = (known is None or known.since < match.since) and self.wish.is_reached(match)
        return line_of(match) if self.open and new else None

    def next_time(self, waiting: tuple[Waiting, ...], context: Context) -> datetime | None:
        """Return when what waits is told; ``None`` for never."""
        if not self.open or not waiting or self.address is None:
            return None
        return self.wish.rhythm.next_time(max(waiting[0].at, self.since), context.calendar)

    def knowing(self, *lines: NoticeLine) -> "Subscription":
        """Return the subscription with these lines noted as told, or on their way."""
        told = dict(self.told)
        for one in lines:
            told[one.series] = Told(since=one.since, over=one.stage is AlertStage.OVER)
        return self.but(told=told)


def line_of(match: AlertMatched) -> NoticeLine:
    """Return what a notice says of a match."""
    return NoticeLine(**{name: getattr(match, name) for name in NoticeLine.model_fields})


def address_id(subscription: str, number: int) -> str:
    """Return the id of an address of a subscription, by its number."""
    return f"{subscription}.{number}" if number else subscription


subscription: Table[Subscription, Context] = Table(
    "subscription", Subscription, unknown="subscription.unknown"
)


@authority
def by_its_subscriber(state: Subscription, facts: Facts[Context], _: Command | None) -> str | None:
    """Only who subscribed; to all others it is as if it were not there."""
    own = (facts.actor.organisation, facts.actor.person) == (state.owner, state.person)
    return None if own else "subscription.unknown"


@possible
def is_open(state: Subscription, _: Facts[Context], __: Command | None) -> str | None:
    return None if state.open else "subscription.unknown"
