"""Intake's rules as data: what a filing must say, how it is screened, how a name is masked."""

from dataclasses import dataclass, replace

from services.intake.rules.elements import ELEMENTS_2025, ElementRules, other_sum, reasons_to_return
from services.intake.rules.elements_2026 import ELEMENTS_2026
from services.intake.rules.limitation import LIMITATION_2026, LimitationRules
from services.intake.rules.masking import KeyedHashes, mask_name, party_token
from services.intake.rules.matching import MATCHING_2026, Compared, MatchingRules, MatchRule
from services.intake.rules.retention import RETENTION_2026, RetentionRules
from services.intake.rules.screening import SCREENING_2025, Rule, ScreeningRules, Verdict, screen
from services.intake.rules.screening_2026 import SCREENING_2026
from services.intake.rules.screening_routes import SCREENING_ROUTES
from services.intake.rules.weeks import week_of
from shared.casework.rulebook import RuleBook
from shared.network.schema import Network

__all__ = [
    "BOOK",
    "Compared",
    "Context",
    "IntakeRules",
    "KeyedHashes",
    "MatchRule",
    "MatchingRules",
    "Rule",
    "Verdict",
    "mask_name",
    "other_sum",
    "party_token",
    "reasons_to_return",
    "screen",
    "week_of",
]


@dataclass(frozen=True, slots=True)
class IntakeRules:
    """One version of all that intake decides by.

    Attributes:
        version: Stands in the events, and a case keeps it.
        elements: 要素: what a filing of each cause must say.
        screening: 案件摸排: what makes the tier and the route.
        delegation_first: Whether a complaint that was brought to the court waits for its delegation
            (法释〔2016〕14号 art 11); in versions that leave it out, every dispute was referred at once.
        numbers_once: Whether a case number stands for one dispute (法〔2015〕137号); in versions that leave
            it out, nobody looked.
        matching: 比对: when two disputes are one that came twice; in versions that leave it out, none was.
        quick_decision: Whether what is decided quickly is referred for a decision (SCR-086); in versions that
            leave it out, it was referred for mediation.
        retention: 保存期限: how long raw data stay once a case is over; versions that leave it out end none.
        limitation: 诉讼时效: until when a claim can be sued on; versions that leave it out did not watch.
    """

    version: str
    elements: ElementRules
    screening: ScreeningRules
    delegation_first: bool | None = None
    matching: MatchingRules | None = None
    numbers_once: bool | None = None
    quick_decision: bool | None = None
    limitation: LimitationRules | None = None
    retention: RetentionRules | None = None


_RULES_2025 = IntakeRules(version="intake-2025.1", elements=ELEMENTS_2025, screening=SCREENING_2025)
_RULES_2026 = IntakeRules(version="intake-2026.1", elements=ELEMENTS_2026, screening=SCREENING_2026)
_ROUTES = IntakeRules(version="intake-2026.2", elements=ELEMENTS_2026, screening=SCREENING_ROUTES)
_DELEGATION = IntakeRules(
    version="intake-2026.3", elements=ELEMENTS_2026, screening=SCREENING_ROUTES, delegation_first=True
)
_MATCHING = IntakeRules(
    version="intake-2026.4",
    elements=ELEMENTS_2026,
    screening=SCREENING_ROUTES,
    delegation_first=True,
    matching=MATCHING_2026,
    quick_decision=True,
    limitation=LIMITATION_2026,
    retention=RETENTION_2026,
)
_NUMBERS = replace(_MATCHING, version="intake-2026.5", numbers_once=True)

BOOK = RuleBook(
    versions={
        rules.version: rules
        for rules in (_RULES_2025, _RULES_2026, _ROUTES, _DELEGATION, _MATCHING, _NUMBERS)
    },
    current=_NUMBERS.version,
)
"""Every version that a running case may have started under."""


@dataclass(frozen=True, slots=True)
class Context:
    """What intake's decisions know besides state and message.

    Attributes:
        book: The rules by version; a dispute keeps the version that it started under.
        network: Who is who, and which organisation takes what.
    """

    book: RuleBook[IntakeRules]
    network: Network
