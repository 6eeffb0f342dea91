"""Where the portal's rows stand: names of its collections, and ids that writing and reading agree on."""

from typing import Final

CASES: Final = "cases"
TIMELINE: Final = "timeline"
FIGURES: Final = "figures"
OUTCOMES: Final = "outcomes"
ALERTS: Final = "alerts"


def outcome_id(organisation: str, command: str) -> str:
    """Give the id of an outcome: two organisations' commands never meet in one."""
    return f"{organisation}|{command}"
