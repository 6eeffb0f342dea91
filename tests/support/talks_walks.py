"""How the talks of a mediation are explored: sessions and facts, and what is said in confidence."""

from collections.abc import Hashable, Iterable
from dataclasses import replace
from datetime import timedelta

from services.mediation.case import Mediation
from services.mediation.case.talks import NOTHING_YET
from shared.contracts.confidence import KeepConcession, LeaveOffer
from shared.contracts.doubts import DecideFalseMediation, FalseConduct, ReportFalseMediation
from shared.contracts.envelope import Actor
from shared.contracts.kinds import Party
from shared.contracts.sessions import (
    Attendance,
    CancelReason,
    CancelSession,
    ConfirmFacts,
    ConfirmServiceAddress,
    FactItem,
    IdentityCheck,
    RecordSession,
    RecordUndisputedFacts,
    ScheduleSession,
    SessionForm,
)
from tests.support.explore import STEP, Reached, Sample
from tests.support.mediation_walks import CASE
from tests.unit.mediation import mother as mediation

_M1 = mediation.mediator("m01")
_PEOPLE = (_M1, mediation.AGENT, mediation.PARTY, mediation.CLERK, Actor("ccb", "", "operator"))
_BOTH = tuple(
    Attendance(party=party, checked=IdentityCheck.FACE_COMPARED, warned=True)
    for party in (Party.APPLICANT, Party.RESPONDENT)
)


def _talks_may_come(reached: Reached) -> Iterable[Sample]:
    """What belongs to the talks, beside everything else; a session is announced for half an hour later."""
    yield from CASE.samples(reached)
    talks = NOTHING_YET if reached.state is None else reached.state.talks
    soon = reached.at + STEP + timedelta(minutes=30)
    number = max(talks.numbered, 1)
    for body in (
        ScheduleSession(session_at=soon, how=SessionForm.ONLINE, meeting_code="884-201-33"),
        RecordSession(session=number, attendance=_BOTH),
        CancelSession(session=number, reason=CancelReason.TECHNICAL),
        RecordUndisputedFacts(digest=mediation.TEXT, items=(FactItem.PRINCIPAL,)),
    ):
        yield Sample(body, _M1)
    for actor in (mediation.AGENT, mediation.PARTY):
        yield Sample(ConfirmServiceAddress(digest=mediation.TEXT, electronic=True), actor)
        yield Sample(ConfirmFacts(digest=mediation.TEXT), actor)


def _stage(state: Mediation) -> Hashable:
    """Where a case stands, as far as its talks hang on it; another mediator makes no difference."""
    if state.end is not None:
        return "ended"
    if state.round > 1 or state.unasked or state.mediator not in (None, "m01"):
        return "elsewhere"
    return state.mediator, state.accepted, state.requested_at is None, state.designate_by is None


def _talks_phase(state: Mediation) -> Hashable:
    talks, stage = state.talks, _stage(state)
    if stage in ("ended", "elsewhere"):
        return stage
    return (
        stage,
        bool(talks.planned),
        bool(talks.held),
        None if talks.facts is None else talks.facts.confirmed,
        talks.undisputed,
        len(talks.addresses),
    )


def _talks_label(state: Mediation | None) -> str:
    if state is None:
        return ""
    if state.end is not None:
        return "已结束 over"
    if state.talks.undisputed is not None:
        return "事实无争议 facts undisputed"
    if state.talks.facts is not None:
        return "事实待确认 facts to be confirmed"
    if state.talks.held:
        return "已开展调解 a session was held"
    if state.talks.planned:
        return "已约定时间 a session is announced"
    return "可以约定 ready to meet" if state.accepted else "等待调解员 waits for a mediator"


TALKS = replace(
    CASE,
    title="调解过程 · the talks of a mediation",
    samples=_talks_may_come,
    actors=_PEOPLE,
    phase=_talks_phase,
    label=_talks_label,
)


# In confidence -----------------------------------------------------------------------------------


def _confidence_may_come(reached: Reached) -> Iterable[Sample]:
    """Offers that meet, and ones that do not; a concession of each who may keep one."""
    yield from CASE.samples(reached)
    for fen in (700_000, 800_000):
        yield Sample(LeaveOffer(offer=mediation.boxed(fen)), mediation.AGENT)
    for fen in (600_000, 650_000, 900_000):
        yield Sample(LeaveOffer(offer=mediation.boxed(fen)), mediation.PARTY)
    for actor in (mediation.AGENT, mediation.PARTY):
        yield Sample(KeepConcession(concession=mediation.boxed(2)), actor)


def _confidence_phase(state: Mediation) -> Hashable:
    talks, stage = state.talks, _stage(state)
    if stage in ("ended", "elsewhere"):
        return stage
    left = {one.side: one.left for one in talks.offers}
    return (
        stage,
        left.get(Party.APPLICANT),
        left.get(Party.RESPONDENT),
        talks.met_fen is None,
        talks.concessions > 0,
    )


def _confidence_label(state: Mediation | None) -> str:
    if state is None or state.end is not None or not state.accepted:
        return _talks_label(state)
    if state.talks.met_fen is not None:
        return "报价相合 the offers met"
    return "有密封报价 an offer is on file" if state.talks.offers else "可以报价 offers may be left"


CONFIDENCE = replace(
    CASE,
    title="保密内容 · what is said in confidence",
    samples=_confidence_may_come,
    actors=_PEOPLE,
    phase=_confidence_phase,
    label=_confidence_label,
)


# False mediation ----------------------------------------------------------------------------------

_OTHER_CLERK = Actor(mediation.ORGANISATION, "p-people-2", "organisation_clerk")
_COURT_CLERK = Actor("court", "p-court-1", "court_clerk")


def _doubts_may_come(reached: Reached) -> Iterable[Sample]:
    """Reported by the mediator or a clerk, decided by another clerk or the court."""
    yield from CASE.samples(reached)
    for actor in (_M1, mediation.CLERK):
        yield Sample(ReportFalseMediation(conduct=(FalseConduct.COLLUSION,)), actor)
    for actor in (mediation.CLERK, _OTHER_CLERK, _COURT_CLERK):
        for false in (True, False):
            yield Sample(DecideFalseMediation(false_mediation=false), actor)


def _doubts_phase(state: Mediation) -> Hashable:
    doubt, stage = state.talks.doubt, _stage(state)
    if stage == "elsewhere":
        return stage
    return (
        stage,
        None if doubt is None else (doubt.by, doubt.false),
        bool(state.talks.signs),
        state.digest is not None,
        state.clock.pauses,
    )


def _doubts_label(state: Mediation | None) -> str:
    doubt = None if state is None else state.talks.doubt
    if doubt is None:
        return _talks_label(state)
    if doubt.false is None:
        return "中止核查 suspended, to be decided"
    if doubt.false:
        return "认定虚假调解 false mediation"
    return "排除嫌疑 not false" if state is not None and state.end is None else _talks_label(state)


DOUBTS = replace(
    CASE,
    title="虚假调解核查 · a mediation that may be false",
    samples=_doubts_may_come,
    actors=(*_PEOPLE, _OTHER_CLERK, _COURT_CLERK),
    phase=_doubts_phase,
    label=_doubts_label,
)
