"""One case on its way to the court: handed over or to be confirmed, filed, and answered."""

from services.court_bridge.case import (
    application,
    confirmation,
    docketing,
    enforcement,
    filing,
    handover,
    mediation,
    review,
    right_to_sue,
    statement,
)
from services.court_bridge.case.state import CourtCase, Ruling, case

__all__ = [
    "CourtCase",
    "Ruling",
    "application",
    "case",
    "confirmation",
    "docketing",
    "enforcement",
    "filing",
    "handover",
    "mediation",
    "review",
    "right_to_sue",
    "statement",
]
