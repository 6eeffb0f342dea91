"""The limits of what an organisation can serve, and of whom it designates."""

from typing import Final

from shared.casework.limits import Limit
from shared.contracts.words import Unit

_TEAM: Final = "法释〔2021〕23号 art 11; 法释〔2016〕14号 art 13"
MAJOR: Final = Limit("mediation.two-by-claim", Unit.FEN, _TEAM, at_least=1, at_most=10**15)
MANY: Final = Limit("mediation.two-by-parties", Unit.PARTIES, _TEAM, at_least=3, at_most=100)
_TRAINED: Final = "法释〔2016〕14号 art 7; practice of the court"
TRAINING: Final = Limit("roster.training-years", Unit.YEARS, _TRAINED, at_least=1, at_most=10)
TRAINING_ALARM: Final = Limit("roster.training-alarm", Unit.DAYS, _TRAINED, at_least=1, at_most=180)
OVERFLOW: Final = Limit(
    "mediation.overflow", Unit.DISPUTES, "practice of the organisations", at_least=0, at_most=100_000
)
