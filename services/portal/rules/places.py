"""The portal's collections by name, and the ids and times that writing and reading agree on."""

from datetime import UTC, datetime
from typing import Final

CASES: Final = "cases"
TIMELINE: Final = "timeline"
FIGURES: Final = "figures"
OUTCOMES: Final = "outcomes"
ALERTS: Final = "alerts"


def outcome_id(organisation: str, command: str) -> str:
    """Return the id of an outcome: two organisations' commands never meet in one."""
    return f"{organisation}|{command}"


def iso(at: datetime) -> str:
    """Return an instant as text whose order is the order of time."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
