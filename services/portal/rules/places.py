"""The portal's collections by name, and the ids and times that writing and reading agree on."""

from datetime import UTC, datetime
from typing import Final

CASES: Final = "cases"
TIMELINE: Final = "timeline"
FIGURES: Final = "figures"
OUTCOMES: Final = "outcomes"
ACCEPTED: Final = "accepted"
"""What came in over HTTP: the id of another was never sent here."""
ANSWERS: Final = "answers"
"""Why an outcome is not the one wished for. An outcome gathers counts; of these the last word counts."""
MEDIATOR_FILES: Final = "mediator_files"
"""业绩档案: counts by mediator and year, and by the partition that they were read from."""
ALERTS: Final = "alerts"
LISTED: Final = "listed"
"""Which mediators joined or left a roster by events; the network file names the others."""
CLOSED_DAYS: Final = "closed_days"
"""Of the services whose events are read, each day by service and number."""
LISTED_TIPS: Final = "listed_tips"
"""The tips under their roots, each listing in parts."""

NOT_TAKEN: Final = "not_taken"
RETURNED: Final = "returned"
REJECTED: Final = "rejected"


def outcome_id(organisation: str, command: str) -> str:
    """Return the id of an outcome: two organisations' commands never meet in one."""
    return f"{organisation}|{command}"


def listed_id(organisation: str, mediator: str) -> str:
    """Return the id of a mediator's place on a roster."""
    return f"{organisation}|{mediator}"


def answer_id(outcome: str, kind: str) -> str:
    """Return the id of one kind of answer beside an outcome."""
    return f"{outcome}|{kind}"


def iso(at: datetime) -> str:
    """Return an instant as text whose order is the order of time."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
