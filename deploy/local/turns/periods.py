"""The period: prolonged by all, stopped for an appraisal. Source: 法释〔2021〕23号 arts 24, 26."""

from datetime import timedelta

from deploy.local.turns import ways
from deploy.local.turns.ends import applied
from deploy.local.turns.script import Case, Script, see
from deploy.local.turns.story import story
from shared.contracts.clocks import (
    AgreeExtension,
    ExtensionRefused,
    PauseGround,
    PauseMediation,
    PeriodExtended,
    PeriodPaused,
    PeriodResumed,
    ProposeExtension,
    RefuseExtension,
    ResumeMediation,
)
from shared.contracts.kinds import End
from shared.contracts.mediation import MediationEnded


@story("全体同意延长后期满", "prolonged by all, and over in the end", applied, end=End.EXPIRED)
def prolonged(case: Case) -> Script:
    accepted = yield from ways.agreed(case)
    yield case.mediator(ProposeExtension(days=20))
    yield case.bank(AgreeExtension(days=20))
    yield case.party(AgreeExtension(days=20))
    longer = yield see(PeriodExtended)
    assert longer.body.due_at - accepted.body.due_at >= timedelta(days=19)
    yield case.clock(accepted.body.due_at)
    yield case.clock(longer.body.due_at)
    over = yield see(MediationEnded)
    assert over.at == longer.body.due_at


@story("一方不同意延长", "a party does not agree to prolong it", applied, end=End.EXPIRED)
def not_prolonged(case: Case) -> Script:
    accepted = yield from ways.agreed(case)
    yield case.bank(ProposeExtension(days=10))
    yield case.party(RefuseExtension())
    yield see(ExtensionRefused)
    yield case.clock(accepted.body.due_at)
    over = yield see(MediationEnded)
    assert over.at == accepted.body.due_at


@story("鉴定期间不计入", "an appraisal stops the clock", applied, end=End.AGREEMENT)
def appraised(case: Case) -> Script:
    accepted = yield from ways.agreed(case)
    yield case.mediator(PauseMediation(ground=PauseGround.APPRAISAL), after=timedelta(days=5))
    yield see(PeriodPaused)
    yield case.clock(accepted.body.due_at)
    yield case.mediator(ResumeMediation(ground=PauseGround.APPRAISAL), after=timedelta(days=40))
    later = yield see(PeriodResumed)
    assert later.body.due_at > later.at > accepted.body.due_at
    yield from ways.drafted(case)
    yield from ways.signed(case)
    yield from ways.confirmed(case)
