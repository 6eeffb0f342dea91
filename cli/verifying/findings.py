"""What a verification finds, and what it looked at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from shared.contracts.tampering import Wrong

DATABASE, EVENTS, FILE, WITNESS = "database", "events", "file", "witness"
_SHOWN: Final = 1000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold.

    Attributes:
        service: Whose history.
        subject: Id of the case, organisation or series.
        number: Of the row; 0 where it is no row.
        wrong: What.
        where: ``database``, ``events``, ``file`` or ``witness``.
        detail: Which fields differ, or how far the other copy goes.
    """

    service: str
    subject: str
    number: int
    wrong: Wrong
    where: str
    detail: str = ""

    def shown(self) -> dict[str, Any]:
        """Return it as a row of the table and as JSON."""
        return {
            "service": self.service,
            "subject": self.subject,
            "number": self.number,
            "wrong": self.wrong.value,
            "where": self.where,
            "detail": self.detail,
        }


@dataclass(slots=True)
class Report:
    """What was verified of one service, and what was found.

    Attributes:
        subjects: How many histories.
        rows: How many rows, each counted once.
        unread: Histories whose beginning is gone from the topic, and which no database told either.
        days: How many days are closed.
        witnessed: The last day that each member witnessed.
        findings: The first row of each history that does not hold.
    """

    service: str
    subjects: int = 0
    rows: int = 0
    unread: int = 0
    days: int = 0
    witnessed: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def shown(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "service": self.service,
            "subjects": self.subjects,
            "rows": self.rows,
            "unread": self.unread,
            "days": self.days,
            "witnessed": self.witnessed,
            "findings": [one.shown() for one in self.findings[:_SHOWN]],
            "found": len(self.findings),
        }


def differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    """Return the names of the fields in which two rows differ, those of their values with the value's own."""
    import orjson

    plain = ("type", "time", "correlation", "causation", "actor")
    names = [name for name in plain if one[name] != other[name]]
    if one["value"] != other["value"]:
        try:
            left, right = orjson.loads(one["value"]), orjson.loads(other["value"])
            fields = sorted({*left, *right}, key=str)
            names += [f"value.{name}" for name in fields if left.get(name) != right.get(name)] or ["value"]
        except (ValueError, AttributeError, TypeError):
            names.append("value")
    return ", ".join(names)
