"""The limits of a mediation, as data with a version and a citation."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.casework.calendar import Calendar, Deadline
from shared.casework.rulebook import RuleBook


@dataclass(frozen=True, slots=True)
class CaseRules:
    """One version of the limits.

    Attributes:
        version: What a case keeps from its opening on.
        source: The law that the limits come from.
        period_days: Length of the mediation before filing, in calendar days (art 24).
        answer_days: How long a designated mediator may take to answer, in working days (art 12).
    """

    version: str
    source: str
    period_days: int
    answer_days: int

    def due_at(self, accepted_at: datetime, calendar: Calendar) -> Deadline:
        """Return the first instant after the period; the day of acceptance is not counted.

        Source: 法释〔2021〕23号 art 24; 民事诉讼法 (2023) art 85.
        """
        return calendar.after_days(accepted_at, self.period_days)

    def answer_by(self, designated_at: datetime, calendar: Calendar) -> Deadline:
        """Return the first instant at which the designated mediator's answer is too late.

        Source: 法释〔2021〕23号 art 12; 民事诉讼法 (2023) art 85.
        """
        return calendar.after_working_days(designated_at, self.answer_days)


_V2022: Final = CaseRules(
    version="mediation-2022.1",
    source="法释〔2021〕23号 arts 12, 24 (as of 2022-01-01)",
    period_days=30,
    answer_days=3,
)

CASE_RULES: Final = RuleBook({_V2022.version: _V2022}, current=_V2022.version)
"""Every version of the limits; a running case keeps its own."""
