"""One dispute at intake: registered once, screened, explained, agreed to, referred."""

from services.intake.case import (
    agents,
    conclusion,
    consent,
    delegation,
    duplicates,
    elsewhere,
    explanation,
    filing,
    limitation,
    personal_data,
    referral,
    repeat_party,
    retention,
    withdrawal,
)
from services.intake.case.filing import Filing
from services.intake.case.state import Dispute, case

__all__ = [
    "Dispute",
    "Filing",
    "agents",
    "case",
    "conclusion",
    "consent",
    "delegation",
    "duplicates",
    "elsewhere",
    "explanation",
    "filing",
    "limitation",
    "personal_data",
    "referral",
    "repeat_party",
    "retention",
    "withdrawal",
]
