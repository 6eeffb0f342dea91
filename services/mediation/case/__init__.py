"""One mediation: opened by a referral, held by one mediator at a time, over with one of eight ends."""

from services.mediation.case import (
    agents,
    agreement,
    choice,
    consent,
    contact,
    deadlines,
    ending,
    extension,
    materials,
    opening,
    pause,
    performance,
    performance_clocks,
    recusal,
    sessions,
    undisputed,
    wishes,
)
from services.mediation.case.state import Mediation, case

__all__ = [
    "Mediation",
    "agents",
    "agreement",
    "case",
    "choice",
    "consent",
    "contact",
    "deadlines",
    "ending",
    "extension",
    "materials",
    "opening",
    "pause",
    "performance",
    "performance_clocks",
    "recusal",
    "sessions",
    "undisputed",
    "wishes",
]
