"""History rows: the events of a subject, chained by digests, with all that their envelopes need.

The history is the outbox: what is published is built from the row, now or after a crash.
"""

import hashlib
from typing import Final, NamedTuple

from shared.contracts.canonical import digest
from shared.contracts.message import REGISTRY, Delivery, Event
from shared.contracts.topics import EVENT_TOPICS, source_of
from shared.runtime.base.documents import Document
from shared.runtime.base.partitioner import partition_of

_SPEC_VERSION = ("ce_specversion", b"1.0")
_CONTENT_TYPE = ("content-type", b"application/json")
FORM: Final = "2:"
"""The form of the digests of new rows: fields behind their lengths (``shared/contracts/canonical.py``)."""
OLD: Final = ""
"""The form of rows of before: fields joined by line feeds, which none of them had."""
_DOMAIN: Final = "suyuan/history/2"
_SAID: Final = ("before", "_id", "type", "time", "correlation", "causation", "actor", "value")


_Kind = tuple[tuple[str, bytes], tuple[Delivery, ...], bool]
"""Type header, deliveries, and whether it goes to these alone."""


class Outgoing(NamedTuple):
    """A message on its way to Kafka; ``partition`` is fixed by the key."""

    topic: str
    partition: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]] | list[tuple[str, bytes | None]]


def row_id(subject: str, sequence: int) -> str:
    """Return the id of a history row: a subject's history is a range of ids."""
    return f"{subject}:{sequence:08d}"


def rows_of(subject: str) -> Document:
    """Return the filter that matches a subject's whole history, and no row of any other.

    Between the first and the last id also lie the rows of a subject that is named like one of these
    rows; their ids are longer.
    """
    first, last = row_id(subject, 0), row_id(subject, 99_999_999)
    length = {"$eq": [{"$strLenBytes": "$_id"}, len(first.encode())]}
    return {"_id": {"$gte": first, "$lte": last}, "$expr": length}


def digest_of(row: Document) -> str:
    """Return the digest of a new row: of the digest before it and all that it says, each behind its length.

    The form of a digest stands in front of it, so that a chain goes on over a change of form. ``partition``
    and ``trace`` are not in it: one says where the row was published, the other which call led to it.
    """
    said = digest(_DOMAIN, *[row[name] for name in _SAID])
    return FORM + said.hex()


def digest_in_form(row: Document, form: str) -> str:
    """Return the digest of a row in the form that a digest of it has.

    Args:
        row: The row.
        form: ``FORM``, or ``OLD``.

    Returns:
        The digest; empty where there is none of this form, since a line feed in a field would make one row
        look like another.
    """
    if form:
        return digest_of(row)
    text = "\n".join([row[name] for name in _SAID])
    if text.count("\n") != len(_SAID) - 1:
        return ""
    return hashlib.sha256(text.encode()).hexdigest()


def form_of(digest: str) -> str:
    """Return the form of a digest."""
    return FORM if digest.startswith(FORM) else OLD


def span_of(digest: str) -> str:
    """Return the part of a digest that travels with its event, as the span of its trace."""
    return digest.removeprefix(FORM)[:16]


class Publication:
    """Turns history rows into messages.

    Args:
        service: Whose rows they are.
        partitions: Partition count of all keyed topics.
    """

    def __init__(self, service: str, partitions: int) -> None:
        """Keep what every message has in common."""
        source = source_of(service)
        self._id_end = f"@{source}"
        self._source = ("ce_source", source.encode())
        self._topic = EVENT_TOPICS[service]
        self._partitions = partitions
        self._kinds: dict[str, _Kind] = {}

    def outgoing(self, row: Document, event: Event | None = None) -> list[Outgoing]:
        """Return the messages of a row: the event on its topic, then its further deliveries.

        Args:
            row: The history row.
            event: The event itself, where it is at hand; needed for those, else read from the row.
        """
        subject, _, number = row["_id"].rpartition(":")
        sequence = number.lstrip("0")
        key = subject.encode()
        value = row["value"].encode()
        type_header, also, aside = self._kinds.get(row["type"]) or self._kind(row["type"])
        headers = [
            _SPEC_VERSION,
            ("ce_id", f"{subject}:{sequence}{self._id_end}".encode()),
            self._source,
            type_header,
            ("ce_subject", key),
            ("ce_time", row["time"].encode()),
            ("ce_sequence", sequence.encode()),
            ("ce_correlationid", row["correlation"].encode()),
            ("ce_causationid", row["causation"].encode()),
            ("ce_actor", row["actor"].encode()),
            ("traceparent", row["trace"].encode()),
            _CONTENT_TYPE,
        ]
        out = [] if aside else [Outgoing(self._topic, row["partition"], key, value, headers)]
        if also:
            body = event or REGISTRY[row["type"]].__pydantic_validator__.validate_json(value)
            for delivery in also:
                other = subject if delivery.key is None else str(getattr(body, delivery.key))
                if not other:
                    continue
                place = partition_of(other, self._partitions)
                topic = delivery.topic
                if delivery.owner is not None:
                    topic += str(getattr(body, delivery.owner))
                out.append(Outgoing(topic, place, other.encode(), value, headers))
        return out

    def _kind(self, wire_type: str) -> _Kind:
        """Remember what the messages of a type have in common."""
        cls = REGISTRY.get(wire_type)
        also, aside = (cls.also, cls.aside) if cls is not None and issubclass(cls, Event) else ((), False)
        kind = self._kinds[wire_type] = (("ce_type", wire_type.encode()), also, aside)
        return kind
