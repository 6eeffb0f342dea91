"""The screening rules that send a dispute elsewhere, or say what a mediator should know (intake-2026.2).

The first of them that names a route decides: what may not be here at all, then what is for the court, then
what is decided quickly; the rest is mediated by the organisation that the network file names for its tier.
"""

from dataclasses import replace
from typing import Final

from services.intake.rules.elements_2026 import RETURNS_2026
from services.intake.rules.screening import Rule, ScreeningRules, Subject
from services.intake.rules.screening_2026 import SCREENING_2026
from shared.contracts.claims import Evidence, Forum, Hardship, RepaymentAbility
from shared.contracts.kinds import Cause, Route, Tier

_PRACTICE: Final = "practice of the court"
_HEAVY: Final = "法释〔2021〕23号 art 11; practice of the court"
_EARLIER: Final = {rule.id: rule for rule in SCREENING_2026.rules}


def _arbitration_agreed(s: Subject) -> bool:
    return s.claim is not None and s.claim.forum is Forum.ARBITRATION


def _other_court_agreed(s: Subject) -> bool:
    return s.claim is not None and s.claim.agreed_court not in (None, s.court)


def _not_online(s: Subject) -> bool:
    return s.claim is not None and s.claim.online_obstacle is not None


def _able_in_parts(s: Subject) -> bool:
    return s.claim is not None and s.claim.repayment_ability is RepaymentAbility.IN_PARTS


def _unable(s: Subject) -> bool:
    return s.claim is not None and s.claim.repayment_ability is RepaymentAbility.UNABLE


def _hardship(s: Subject) -> bool:
    return s.claim is not None and s.claim.hardship not in (None, Hardship.NONE)


def _evidence_thin(s: Subject) -> bool:
    """Tell whether the list of evidence lacks the contract; where no list is given, nothing is said of it."""
    return s.claim is not None and bool(s.claim.evidence) and Evidence.CONTRACT not in s.claim.evidence


def _earlier_default(s: Subject) -> bool:
    return s.claim is not None and s.claim.earlier_default is True


def _for_the_court_itself(s: Subject) -> bool:
    limit = s.limits.court_mediation_fen
    return limit is not None and s.filing.cause is not Cause.COMPLAINT and s.filing.claim_fen > limit


def _quick(s: Subject) -> bool:
    limit = s.limits.quick_decision_fen
    return limit is not None and s.filing.cause is Cause.COMPLAINT and 0 < s.filing.claim_fen <= limit


def _ground(id: str, code: str, applies: object) -> Rule:
    assert callable(applies)
    return Rule(id, RETURNS_2026[code].citation, applies, route=Route.RETURN)


SCREENING_ROUTES: Final = ScreeningRules(
    limits=replace(SCREENING_2026.limits, quick_decision_fen=1_000_000, court_mediation_fen=1_000_000_000),
    rules=(
        *(rule for rule in SCREENING_2026.rules if rule.route is None),
        Rule("SCR-030", _PRACTICE, _able_in_parts),
        Rule("SCR-031", _PRACTICE, _unable, tier=Tier.ORDINARY),
        Rule("SCR-032", _PRACTICE, _hardship, tier=Tier.ORDINARY),
        Rule("SCR-033", "民事诉讼法 (2023) art 165: clear facts", _evidence_thin, tier=Tier.ORDINARY),
        _ground("SCR-070", "filing.arbitration_agreed", _arbitration_agreed),
        _ground("SCR-071", "filing.other_court_agreed", _other_court_agreed),
        _ground("SCR-072", "filing.not_online", _not_online),
        _EARLIER["SCR-080"],
        Rule("SCR-082", _HEAVY, _for_the_court_itself, tier=Tier.COMPLEX, route=Route.COURT_MEDIATION),
        Rule("SCR-084", _PRACTICE, _earlier_default, route=Route.COURT_MEDIATION),
        Rule(
            "SCR-086",
            "practice of the organisations: 小额纠纷快速解决机制",
            _quick,
            tier=Tier.SIMPLE,
            route=Route.QUICK_DECISION,
        ),
        _EARLIER["SCR-090"],
        _EARLIER["SCR-100"],
    ),
)
"""The limits of both amounts are practice, set with the version."""
