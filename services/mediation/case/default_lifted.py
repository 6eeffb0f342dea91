"""违约撤销: a default falls away once it turns out that enough was paid in time.

Banks record payments days after they were made. What a payer paid before the default, and the bank recorded
after it, was in time all the same; a payment that was made later lifts nothing.
Source: 民法典 art 577 (default is performance not rendered as agreed); 人民调解法 art 31.
"""

from collections.abc import Iterable
from datetime import datetime

from services.mediation.case.performance_state import Plan
from services.mediation.case.state import Mediation, case
from services.mediation.rules import PerformanceRules
from shared.casework.calendar import local_day
from shared.contracts.message import Event
from shared.contracts.performance import DefaultLifted


def lifted(mediation: Mediation, rules: PerformanceRules) -> Iterable[Event]:
    """Yield that the default falls away, where what was paid before it would have kept it off."""
    plan = mediation.plan
    if plan.defaulted_at is None or plan.terms is None:
        return
    if rules.default_at(plan.terms, _in_time(plan), plan.deadlines) > plan.defaulted_at:
        yield DefaultLifted(open_fen=plan.terms.total_fen - plan.counted_fen)


def _in_time(plan: Plan) -> int:
    """Return what counts of the payments that were made before the default, fen."""
    assert plan.defaulted_at is not None
    day = local_day(plan.defaulted_at)
    return sum(one.counted_fen for one in plan.payments if one.paid_on < day)


@case.after(DefaultLifted)
def is_lifted(mediation: Mediation, _: DefaultLifted, at: datetime) -> Mediation:
    """What is late all the same is late from now on."""
    return mediation.but(plan=mediation.plan.but(defaulted_at=None, reopened_at=at))
