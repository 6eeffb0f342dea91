"""保存期限: how long the raw data of a party stay once nobody acts on the case any more.

The law asks for the shortest time that the purpose needs; a city may set its own.
Source: 个人信息保护法 arts 19, 47 (as of 2021-11-01).
"""

from dataclasses import dataclass
from typing import Annotated, Final

from shared.casework.limits import Limit
from shared.contracts.words import Unit

RETENTION: Final = Limit(
    "intake.retention", Unit.DAYS, "个人信息保护法 arts 19, 47", at_least=1, at_most=3650
)


@dataclass(frozen=True, slots=True)
class RetentionRules:
    """One version of the retention.

    Attributes:
        days: How long after its end a case's raw data are kept.
    """

    days: Annotated[int, RETENTION]


RETENTION_2026: Final = RetentionRules(days=180)
