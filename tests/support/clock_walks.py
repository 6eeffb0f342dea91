"""How the period of a mediation is explored: longer by all, stopped for an appraisal."""

from collections.abc import Hashable, Iterable
from dataclasses import replace

from services.mediation.case import Mediation
from services.mediation.case.extension import proposed
from shared.contracts.clocks import (
    AgreeExtension,
    PauseGround,
    PauseMediation,
    ProposeExtension,
    RefuseExtension,
    ResumeMediation,
)
from shared.contracts.envelope import Actor
from shared.contracts.kinds import LeaveReason, Party
from shared.contracts.mediation import AcceptAssignment, PlaceTaken
from shared.contracts.parties import LeaveMediation
from tests.support.explore import Reached, Sample
from tests.support.mediation_walks import CASE
from tests.unit.mediation import mother as mediation

_M1 = mediation.mediator("m01")
_SAMPLES = (
    Sample(mediation.referral()),
    Sample(mediation.referral(consents=(Party.APPLICANT,))),
    Sample(mediation.place("m01", 1)),
    Sample(AcceptAssignment(), _M1),
    *(Sample(ProposeExtension(days=10), one) for one in (_M1, mediation.AGENT, mediation.PARTY)),
    Sample(ProposeExtension(days=20), _M1),
    *(Sample(AgreeExtension(days=10), one) for one in (mediation.AGENT, mediation.PARTY)),
    Sample(AgreeExtension(days=20), mediation.AGENT),
    Sample(RefuseExtension(), mediation.PARTY),
    *(Sample(PauseMediation(ground=one), _M1) for one in PauseGround),
    *(Sample(ResumeMediation(ground=one), mediation.CLERK) for one in PauseGround),
    Sample(LeaveMediation(reason=LeaveReason.UNWILLING), mediation.PARTY),
)


def _may_come(reached: Reached) -> Iterable[Sample]:
    """Everything else of a case comes as in its own walk; the phases of the period do not hang on it."""
    known, own = reached.state is not None, {type(sample.body) for sample in _SAMPLES}
    yield from (sample for sample in _SAMPLES if known or not isinstance(sample.body, PlaceTaken))
    yield from (sample for sample in CASE.samples(reached) if type(sample.body) not in own)


def _phase(state: Mediation) -> Hashable:
    if state.end is not None or not state.accepted:
        return state.end is not None, state.mediator, state.unasked
    found = proposed(state)
    offer = None if found is None else (found.days, tuple(sorted(found.agreed)))
    longer = state.clock.days is not None and (state.clock.days > 30 or bool(state.clock.pauses))
    return state.accepted, state.unasked, state.clock.pauses, offer, longer


def _label(state: Mediation | None) -> str:
    if state is None:
        return ""
    if state.end is not None:
        return "已结束 ended"
    if not state.accepted:
        return "期限未起算 the period has not begun"
    if state.clock.pauses:
        return "期限中止 the clock stands"
    return "待同意延长 a longer period is proposed" if proposed(state) else "期限进行 the clock runs"


CLOCK = replace(
    CASE,
    title="调解期限 · the period of a mediation",
    samples=_may_come,
    actors=(_M1, mediation.CLERK, mediation.AGENT, mediation.PARTY, Actor("ccb", "", "operator")),
    phase=_phase,
    label=_label,
)
