"""Mediation's rules: limits of a case as versioned data, and how a roster chooses a mediator."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from services.mediation.rules.designation import (
    Member,
    RosterRules,
    Wanted,
    choose,
    left_out,
    level,
    rule_against,
    wanted,
)
from services.mediation.rules.performance import PerformanceRules
from services.mediation.rules.periods import CASE_RULES, SESSIONS, CaseRules, Mark
from services.mediation.rules.register import NOTHING_SAID, Founding, Register, founding
from services.mediation.rules.terms import wrong_with
from shared.casework.calendar import Calendar
from shared.casework.rulebook import RuleBook
from shared.contracts.kinds import Cause

__all__ = [
    "CASE_RULES",
    "NOTHING_SAID",
    "SESSIONS",
    "CaseRules",
    "Context",
    "Founding",
    "Mark",
    "Member",
    "PerformanceRules",
    "Register",
    "RosterRules",
    "Unseal",
    "Wanted",
    "choose",
    "founding",
    "left_out",
    "level",
    "nothing_opens",
    "rule_against",
    "wanted",
    "wrong_with",
]


Unseal = Callable[[str, bytes], bytes | None]
"""Opens what was sealed to mediation, given what it must be bound to; ``None`` for what does not open."""


def nothing_opens(sealed: str, bound: bytes) -> bytes | None:
    """Open nothing: a stream without keys."""
    return None


@dataclass(frozen=True, slots=True)
class Context:
    """What mediation's decisions know besides state and message.

    Attributes:
        book: Limits of a case by version.
        calendar: What is known about working days.
        rosters: The mediators of each organisation, as the network file lists them.
        takers: The organisations that take disputes of a cause, in the order of the network file.
        unseal: Opens what was sealed to mediation.
    """

    book: RuleBook[CaseRules]
    calendar: Calendar
    rosters: Mapping[str, Founding]
    takers: Mapping[Cause, Sequence[str]]
    unseal: Unseal = nothing_opens
