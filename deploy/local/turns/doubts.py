"""Suspicion of false mediation, and complaints.

Source: 法释〔2021〕23号 arts 23, 29; 法释〔2016〕14号 art 18.
"""

from deploy.local.turns import ways
from deploy.local.turns.ends import applied
from deploy.local.turns.script import Case, Script, see
from deploy.local.turns.story import story
from shared.contracts.clocks import PeriodPaused, PeriodResumed
from shared.contracts.complaints import (
    ComplainOfMediator,
    ComplaintDecided,
    ComplaintGround,
    DecideComplaint,
    Measure,
    MediatorComplainedOf,
)
from shared.contracts.doubts import DecideFalseMediation, FalseConduct, ReportFalseMediation
from shared.contracts.kinds import End
from shared.contracts.mediation import MediationEnded

_REPORT = ReportFalseMediation(conduct=(FalseConduct.COLLUSION,))


@story("涉嫌虚假调解，查无实据", "suspected as false, and found to be true", applied, end=End.AGREEMENT)
def cleared(case: Case) -> Script:
    yield from ways.on_the_table(case)
    yield case.mediator(_REPORT)
    yield see(PeriodPaused)
    yield case.court(DecideFalseMediation(false_mediation=False), after=ways.DAYS * 8)
    yield see(PeriodResumed)
    yield from ways.signed(case)
    yield from ways.confirmed(case)


@story("认定虚假调解", "found to be false", applied, end=End.OTHER)
def found_false(case: Case) -> Script:
    yield from ways.on_the_table(case)
    yield case.mediator(_REPORT)
    yield see(PeriodPaused)
    yield case.court(DecideFalseMediation(false_mediation=True), after=ways.DAYS * 3)
    yield see(MediationEnded)


@story("投诉调解员", "a complaint about the mediator", applied, end=End.LARGE_DIVERGENCE)
def complaint(case: Case) -> Script:
    yield from ways.agreed(case)
    yield case.party(ComplainOfMediator(breach=ComplaintGround.COERCION))
    made = yield see(MediatorComplainedOf)
    number = made.body.complaint
    yield case.court(DecideComplaint(complaint=number, upheld=True, measure=Measure.WARNED))
    yield see(ComplaintDecided)
    yield from ways.gone(case, End.LARGE_DIVERGENCE)
