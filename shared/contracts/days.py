"""A day of history: one signed root over the tips of all histories that went on.

A tip is the last row of a subject's history: its number and digest. The tips of a day are the leaves of a
Merkle tree, in the order of their subjects; the days of a service are the leaves of another, which only
grows.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import count, islice, product
from typing import Annotated, Final, NamedTuple, Self

from pydantic import Field

from shared.contracts import merkle
from shared.contracts.canonical import canonical
from shared.contracts.kinds import Code, Digest, Label
from shared.contracts.message import Delivery, Event
from shared.contracts.topics import DAYS
from shared.contracts.words import Audience, Words

FAMILY: Final = "history"
"""The family of what is said of histories as a whole; all services speak of their own."""
_INSIDE: Final = Audience.INSIDE
MOST_VERSIONS: Final = 64
"""So many ways to put a listing together are tried: more is somebody who wants to keep others busy."""

Day = Annotated[Label, Words("封定日", "Day"), _INSIDE]
"""When the day began, with zone: ``2027-03-01T00:00:00+08:00``."""
Listing = Annotated[Code, Words("末行清单", "Listing"), _INSIDE]
DayNumber = Annotated[int, Field(ge=1), Words("日序号", "Number of the day"), _INSIDE]
TipsRoot = Annotated[Digest, Words("末行根摘要", "Root of the tips"), _INSIDE]
DaysRoot = Annotated[Digest, Words("各日根摘要", "Root of the days"), _INSIDE]
KeySignature = Annotated[Label, Words("签名", "Signature"), _INSIDE]


class Tip(NamedTuple):
    """The end of one history."""

    subject: str
    number: int
    digest: str

    def __str__(self) -> str:
        """Return the form in which listings have it; a subject may hold blanks, the others none."""
        return f"{self.subject} {self.number} {self.digest}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the form of listings.

        Raises:
            ValueError: It is none.
        """
        subject, number, digest = text.rsplit(" ", 2)
        return cls(subject, int(number), digest)

    @property
    def leaf(self) -> bytes:
        """The hash of its leaf, 32 bytes."""
        return merkle.leaf(canonical("suyuan/tip/1", self.subject, str(self.number), self.digest))


class DayClosed(
    Event, family=FAMILY, zh="当日历史封定", en="Day of history closed", quiet=True, also=(Delivery(DAYS),)
):
    """All histories of a service that went on since the day before, under one root, signed.

    Attributes:
        day_number: 1 for the first day, 2 for the next that was closed, …
        until: When the tips were read: what was written before it is under this root or an earlier one.
        histories: How many tips.
        listing: The listing of the tips on ``history.tips`` and in the database.
        tips_root: Over the tips, in the order of their subjects.
        days_root: Over the days up to this one, in their order.
        signature: Of the service, over :func:`signed`.
    """

    day: Day
    day_number: DayNumber
    until: Annotated[datetime, Words("截至", "Until"), _INSIDE]
    histories: Annotated[int, Field(ge=0), Words("历史份数", "Histories"), _INSIDE]
    listing: Listing
    tips_root: TipsRoot
    days_root: DaysRoot
    signature: KeySignature


class TipsListed(Event, family=FAMILY, zh="末行清单", en="Tips listed", quiet=True):
    """A part of the tips of a day, so that whoever has the events can make its root again.

    Attributes:
        part: 1, 2, 3 …
        tips: ``<subject> <number> <digest>``, in the order of their subjects.
    """

    listing: Listing
    part: Annotated[int, Field(ge=1), Words("分段", "Part"), _INSIDE]
    tips: Annotated[tuple[str, ...], Words("末行", "Tips"), _INSIDE]


class DayWitnessed(Event, family=FAMILY, zh="见证封定日", en="Day of history witnessed", quiet=True):
    """A member saw the root of a day, and that the days before it are those that it saw before.

    Attributes:
        service: Whose day.
        member: Who saw it: an institution, a mediation organisation or the court.
        signature: Of the member, over :func:`witnessed`.
    """

    service: Annotated[Code, Words("服务", "Service"), _INSIDE]
    member: Annotated[Code, Words("见证成员", "Member"), _INSIDE]
    day_number: DayNumber
    days_root: DaysRoot
    signature: KeySignature


def day_leaf(service: str, number: int, day: str, histories: int, tips_root: str) -> bytes:
    """Return the hash of a day's leaf among the days of its service, 32 bytes."""
    return merkle.leaf(canonical("suyuan/day/1", service, str(number), day, str(histories), tips_root))


def leaf_of(service: str, closed: DayClosed) -> bytes:
    """Return the hash of a closed day's leaf."""
    return day_leaf(service, closed.day_number, closed.day, closed.histories, closed.tips_root)


def signed(service: str, closed: DayClosed) -> bytes:
    """Return what a service signs of a day: everything that it says of it but the listing's name."""
    return canonical(
        "suyuan/day-closed/1",
        service,
        str(closed.day_number),
        closed.day,
        closed.until.isoformat(),
        str(closed.histories),
        closed.tips_root,
        closed.days_root,
    )


def witnessed(service: str, number: int, days_root: str, member: str) -> bytes:
    """Return what a member signs of a day that it saw."""
    return canonical("suyuan/day-witnessed/1", service, str(number), days_root, member)


def tips_root(leaves: Sequence[bytes]) -> str:
    """Return the root over the leaves of tips, in hexadecimal digits."""
    return merkle.root(leaves).hex()


def days_root(service: str, days: Iterable[DayClosed]) -> str:
    """Return the root over days in their order, in hexadecimal digits."""
    return merkle.root([leaf_of(service, one) for one in days]).hex()


def listed(closed: DayClosed, parts: Mapping[int, Sequence[Sequence[str]]]) -> list[Tip] | None:
    """Return the tips of a day, out of all that was told of its listing; ``None`` where none gives its root.

    Every service may write on the topic of listings, and say of a part what it likes: the root tells which of
    its versions is the service's own.

    Args:
        closed: The day.
        parts: What was told of each part, by its number, in the order of its coming.
    """
    last = next((number - 1 for number in count(1) if number not in parts), 0)
    for end in range(last, -1, -1):
        versions = product(*(parts[number] for number in range(1, end + 1)))
        for chosen in islice(versions, MOST_VERSIONS):
            if sum(map(len, chosen)) != closed.histories:
                continue
            tips = _parsed(chosen)
            if tips is not None and tips_root([one.leaf for one in tips]) == closed.tips_root:
                return tips
    return None


def _parsed(parts: Iterable[Sequence[str]]) -> list[Tip] | None:
    try:
        return [Tip.parse(one) for part in parts for one in part]
    except ValueError:
        return None
