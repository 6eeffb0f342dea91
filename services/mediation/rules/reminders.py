"""Who is reminded of a limit, and when: steps of a ladder, as data."""

from dataclasses import dataclass
from typing import Annotated, Final

from shared.casework.limits import Limit
from shared.contracts.words import Unit

_PLATFORM: Final = "practice of the platform"

FIRST: Final = Limit("mediation.remind-first", Unit.DAYS, _PLATFORM, at_least=1, at_most=29)
SECOND: Final = Limit(
    "mediation.remind-second",
    Unit.DAYS,
    _PLATFORM,
    at_least=1,
    at_most=29,
    not_above="mediation.remind-first",
)
LAST: Final = Limit(
    "mediation.remind-last",
    Unit.DAYS,
    _PLATFORM,
    at_least=1,
    at_most=29,
    not_above="mediation.remind-second",
)
ANSWER: Final = Limit("mediation.remind-answer", Unit.DAYS, _PLATFORM, at_least=1, at_most=3)
PAUSE: Final = Limit("mediation.remind-pause", Unit.DAYS, _PLATFORM, at_least=1, at_most=366)
ESCALATE: Final = Limit("mediation.escalate", Unit.WORKING_DAYS, _PLATFORM, at_least=1, at_most=30)


@dataclass(frozen=True, slots=True)
class Ladder:
    """The steps of one version.

    Attributes:
        first_days: So many days before the end of the period the mediator is reminded.
        second_days: Likewise, a second time.
        last_days: Likewise, the last time.
        answer_days: So many days before the end of the time to answer the designated mediator is reminded.
        escalate_days: So many working days after a limit whose alarm nobody has acted on, the court is told.
        pause_days: So many days after the clock was stopped the organisation's clerk is told, once.
    """

    first_days: Annotated[int, FIRST]
    second_days: Annotated[int, SECOND]
    last_days: Annotated[int, LAST]
    answer_days: Annotated[int, ANSWER]
    escalate_days: Annotated[int, ESCALATE]
    pause_days: Annotated[int, PAUSE]
