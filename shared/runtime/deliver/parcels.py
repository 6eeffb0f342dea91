"""A notice on its way out of the platform, and what became of a try."""

from dataclasses import dataclass
from typing import Any, Protocol

from shared.runtime.base.documents import Document


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is sent to one address.

    Attributes:
        id: Stable over all tries: a receiver knows a repeat by it. Letters, digits and dashes.
        body: For machines, JSON.
        subject: For people, one line.
        text: For people.
    """

    id: str
    body: str
    subject: str
    text: str

    @classmethod
    def of(cls, row: Document) -> "Parcel":
        """Read the row of a parcel (``deliveries``)."""
        return cls(row["_id"], row["body"], row["subject"], row["text"])


def row_of(parcel: Parcel, to: str, *, partition: int, at: Any) -> Document:
    """Return the row of a parcel that is due, without its id.

    Args:
        parcel: What is sent; ids of one address sort as they are to be sent.
        to: The address, by the id of its row in ``addresses``.
        partition: Of the address's subject: whoever owns it sends.
        at: When it was due.
    """
    return {
        "to": to,
        "partition": partition,
        "body": parcel.body,
        "subject": parcel.subject,
        "text": parcel.text,
        "at": at,
        "next": at,
        "tries": 0,
        "open": True,
    }


class NotSent(Exception):
    """A try that did not succeed.

    Attributes:
        code: Reason code, ``notice.…``.
        detail: What happened, without the address.
        for_good: No further try would succeed.
    """

    def __init__(self, code: str, detail: str, *, for_good: bool = False) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.for_good = for_good


class Way(Protocol):
    """A way out."""

    async def send(self, parcel: Parcel, target: str) -> None:
        """Send a parcel to an address; returns once the receiver has confirmed it.

        Raises:
            NotSent: It has not, as far as is known.
        """
