"""The limits of a mediation, as data with a version and a citation."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from shared.casework.calendar import Calendar, Deadline
from shared.casework.limits import Limit
from shared.casework.rulebook import RuleBook
from shared.contracts.words import Unit

_ONLINE: Final = "法释〔2021〕23号"
PERIOD: Final = Limit(
    "mediation.period", Unit.DAYS, f"{_ONLINE} art 24", at_least=1, at_most=30, bound=f"{_ONLINE} art 24"
)
ANSWER: Final = Limit(
    "mediation.answer",
    Unit.WORKING_DAYS,
    f"{_ONLINE} art 12",
    at_least=1,
    at_most=3,
    bound=f"{_ONLINE} art 12",
)
DESIGNATION: Final = Limit(
    "mediation.designation",
    Unit.WORKING_DAYS,
    f"{_ONLINE} art 10",
    at_least=1,
    at_most=3,
    bound=f"{_ONLINE} art 10",
)


@dataclass(frozen=True, slots=True)
class CaseRules:
    """One version of the limits.

    Attributes:
        version: What a case keeps from its opening on.
        source: The law that the limits come from.
        period_days: Length of the mediation before filing, in calendar days (art 24).
        answer_days: How long a designated mediator may take to answer, in working days (art 12).
        designate_days: How long the designation may take, in working days (art 10); ``None`` for no limit.
        from_acceptance: Whether the period runs from the mediator's acceptance (art 24); in versions that
            leave it out, it ran from the referral.
    """

    version: str
    source: str
    period_days: Annotated[int, PERIOD]
    answer_days: Annotated[int, ANSWER]
    designate_days: Annotated[int | None, DESIGNATION] = None
    from_acceptance: bool | None = None

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

    def designate_by(self, requested_at: datetime, calendar: Calendar) -> Deadline | None:
        """Return the first instant at which the designation is too late; ``None`` for no limit.

        Source: 法释〔2021〕23号 art 10; 民事诉讼法 (2023) art 85.
        """
        days = self.designate_days
        return None if days is None else calendar.after_working_days(requested_at, days)


_V2022: Final = CaseRules(
    version="mediation-2022.1",
    source="法释〔2021〕23号 arts 12, 24 (as of 2022-01-01)",
    period_days=30,
    answer_days=3,
)

_V2022_2: Final = CaseRules(
    version="mediation-2022.2",
    source="法释〔2021〕23号 arts 10, 12, 24 (as of 2022-01-01)",
    period_days=30,
    answer_days=3,
    designate_days=3,
    from_acceptance=True,
)

CASE_RULES: Final = RuleBook({one.version: one for one in (_V2022, _V2022_2)}, current=_V2022_2.version)
"""Every version of the limits; a running case keeps its own."""
