"""Mediation's rules: limits of a case as versioned data, and how a roster chooses a mediator."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.mediation.rules.designation import Member, RosterRules, choose, level, roster_rules
from services.mediation.rules.periods import CASE_RULES, CaseRules
from shared.casework.calendar import Calendar
from shared.casework.rulebook import RuleBook

__all__ = ["CASE_RULES", "CaseRules", "Context", "Member", "RosterRules", "choose", "level", "roster_rules"]


@dataclass(frozen=True, slots=True)
class Context:
    """What mediation's decisions know besides state and message.

    Attributes:
        book: Limits of a case by version.
        calendar: What is known about working days.
        rosters: The mediators of each organisation.
    """

    book: RuleBook[CaseRules]
    calendar: Calendar
    rosters: Mapping[str, RosterRules]
