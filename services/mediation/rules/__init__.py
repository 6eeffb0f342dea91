"""Mediation's rules: limits of a case as versioned data, and how a roster chooses a mediator."""

from services.mediation.rules.designation import Member, RosterRules, choose, roster_rules
from services.mediation.rules.periods import CASE_RULES, CaseRules

__all__ = ["CASE_RULES", "CaseRules", "Member", "RosterRules", "choose", "roster_rules"]
