"""Whether the rows of a history hold together: each names the digest before it and has that of what it says.

Source: hash-chained logs, e.g. Schneier & Kelsey, Secure Audit Logs (1999).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from shared.contracts.tampering import Wrong
from shared.runtime.base.documents import Document
from shared.runtime.decide.history import FORM, OLD, digest_in_form, form_of, row_id, span_of


class Break(NamedTuple):
    """A row at which a chain does not hold.

    Attributes:
        row: Its id.
        wrong: Why.
    """

    row: str
    wrong: Wrong


class Chain:
    """The chain of one subject, while its rows come in their order.

    Attributes:
        count: How many came.
        tip: The digest that the last one has.
    """

    __slots__ = ("count", "subject", "tip")

    def __init__(self, subject: str) -> None:
        self.subject = subject
        self.count = 0
        self.tip = ""

    def take(self, row: Document) -> Wrong | None:
        """Take the next row as it is stored; return what is wrong with it, ``None`` for nothing."""
        self.count += 1
        before, self.tip = self.tip, row["digest"]
        if row["_id"] != row_id(self.subject, self.count):
            return Wrong.NUMBER
        if row["before"] != before:
            return Wrong.BEFORE
        form = form_of(row["digest"])
        if form_of(before) and not form:
            return Wrong.FORM
        return None if row["digest"] == digest_in_form(row, form) else Wrong.CONTENT

    def follow(self, row: Document, span: str) -> Wrong | None:
        """Take the next row as its event tells it, without digests: they are made again.

        Args:
            row: What :func:`told` returns; ``before`` and ``digest`` are added.
            span: The span of the event's trace, which is the beginning of its digest.
        """
        self.count += 1
        row["before"] = before = self.tip
        forms = (FORM,) if form_of(before) else (FORM, OLD)
        made = [digest_in_form(row, form) for form in forms]
        row["digest"] = self.tip = next((one for one in made if one and span_of(one) == span), made[0])
        if row["_id"] != row_id(self.subject, self.count):
            return Wrong.NUMBER
        return None if span_of(self.tip) == span else Wrong.CONTENT


def broken_links(rows: Iterable[Document]) -> Iterator[Break]:
    """Yield the rows of one subject, in order, at which its chain does not hold."""
    chain: Chain | None = None
    for row in rows:
        chain = chain or Chain(row["_id"].rpartition(":")[0])
        if (wrong := chain.take(row)) is not None:
            yield Break(row["_id"], wrong)


def told(headers: Mapping[str, bytes], value: bytes) -> tuple[Document, str]:
    """Return the row of which an event was made, without its digests, and the span that tells its digest.

    Args:
        headers: Of the event, by name.
        value: Its value.

    Raises:
        KeyError: It lacks a header that every event of a service has.
        ValueError: A header or the value is no text.
    """
    text = {name: raw.decode() for name, raw in headers.items()}
    row = {
        "_id": row_id(text["ce_subject"], int(text["ce_sequence"])),
        "type": text["ce_type"],
        "time": text["ce_time"],
        "correlation": text["ce_correlationid"],
        "causation": text["ce_causationid"],
        "actor": text["ce_actor"],
        "value": value.decode(),
    }
    return row, text["traceparent"].split("-")[2]
