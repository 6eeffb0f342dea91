"""How each stream is explored: its alphabet, everybody who may act, its phases and their names."""

from collections.abc import Hashable, Iterable
from dataclasses import replace
from typing import Any, Final

from services.court_bridge.case.state import Ruling
from services.intake.case.keeping import NEW
from services.intake.case.right_to_sue import NO_LIMIT
from shared.contracts.court import ChooseSuit
from shared.contracts.delegation import NumberGranted, NumberTaken, RegisterPreSuit, RegisterSuit
from shared.contracts.intake import (
    GiveConsent,
    GiveExplanation,
    PriorSteps,
    RefuseConsent,
)
from shared.contracts.kinds import (
    DocumentType,
    End,
    FilingKind,
    FilingStatus,
    LeaveReason,
    Party,
    Procedure,
    Route,
    StatementOutcome,
    Way,
)
from shared.contracts.parties import WithdrawDispute
from shared.contracts.privacy import ContactDataOpened, ErasePersonalData, ErasureGround, ReadPersonalData
from tests.support.agents_walks import AGENTS
from tests.support.alert_walks import (
    ARCHIVE,
    COUNT,
    GATE,
    PANEL_WALK,
    SERIES,
    SHARD,
    SUM_ALERTS,
    SUMS,
)
from tests.support.choice_walks import CHOICE
from tests.support.clock_walks import CLOCK
from tests.support.duplicate_walks import (
    DUPLICATE,
    MATCHING,
    MERGED_MEDIATION,
)
from tests.support.explore import Reached, Sample, Walk, everybody
from tests.support.mediation_walks import ANNOUNCED, CASE, ROSTER, UNKNOWN_YEAR
from tests.support.number_walks import NUMBER
from tests.support.performance_walks import ENFORCING, PERFORMANCE
from tests.support.quick_decision_walks import QUICK
from tests.support.referral_walks import REFERRAL
from tests.support.retention_walks import keeping
from tests.support.roster_walks import TEAM, TRANSFER
from tests.support.subscription_walks import LIST, SUBSCRIPTION
from tests.support.talks_walks import CONFIDENCE, DOUBTS, TALKS
from tests.unit.court_bridge import mother as court
from tests.unit.intake import mother as intake
from tests.unit.mediation import mother as mediation

MONDAY = mediation.MON


# Intake's case ----------------------------------------------------------------------------------

_FILINGS = (
    intake.card(),
    intake.card(prior=PriorSteps()),
    intake.card(claim_fen=1),
    intake.card(amends=True, prior=PriorSteps()),
    intake.complaint(),
    intake.card(way=Way.DELEGATED),
    intake.card(way=Way.DOCKETED),
)
_PEOPLE = (intake.BANK, intake.CLERK, intake.COURT_CLERK, intake.RESPONDENT)
_INTAKE_SAMPLES = (
    Sample(ContactDataOpened(reader="people-mediation/m01/mediator", reading="c-1")),
    *(
        Sample(answer(case=intake.CASE, case_number=number))
        for number in ("（2026）京0106民诉前调801号", "（2026）京0106民初801号")
        for answer in (NumberGranted, NumberTaken)
    ),
    *(Sample(intake.taken(filing), intake.BANK) for filing in _FILINGS),
    *(
        Sample(body, actor)
        for actor in _PEOPLE
        for body in (
            GiveExplanation(content_version="rights-2025.1", channel="phone"),
            GiveConsent(party=Party.APPLICANT),
            GiveConsent(party=Party.RESPONDENT),
            RefuseConsent(party=Party.APPLICANT),
            RefuseConsent(party=Party.RESPONDENT),
            ReadPersonalData(purpose="service of process"),
            WithdrawDispute(reason=LeaveReason.PAID),
            RegisterPreSuit(case_number="（2026）京0106民诉前调801号"),
            RegisterSuit(case_number="（2026）京0106民初801号", procedure=Procedure.SUMMARY),
            ErasePersonalData(ground=ErasureGround.NOT_NEEDED),
        )
    ),
)


def _intake_label(state: Any) -> str:
    if state is None:
        return ""
    if state.referred_to is not None:
        by_court = state.referred_to is Route.COURT
        return "已分流法院 with the court" if by_court else "已分流调解 with mediation"
    if state.status == "withdrawn":
        return "已撤回 withdrawn"
    if state.status == "returned":
        return "已退回 returned"
    if state.route is Route.GUIDANCE:
        return "已引导 advised"
    return "已释明 explained" if state.explanation else "已摸排 screened"


_OF_A_CASE = (ContactDataOpened, NumberGranted, NumberTaken)


def _of_intake(reached: Reached) -> Iterable[Sample]:
    """Mediation tells of a reading, and a number answers, only where there is a case."""
    known = reached.state is not None
    return (one for one in _INTAKE_SAMPLES if known or not isinstance(one.body, _OF_A_CASE))


INTAKE = Walk(
    "申报 · a filing at intake",
    intake.STREAM,
    intake.CASE,
    intake.MON,
    _of_intake,
    everybody(("ccb", "abc", "people-mediation", "fengtai-court", intake.CASE), ("p-1",)),
    lambda state: state.but(entrusted=(), limitation=NO_LIMIT, keeping=NEW, all_agreed_at=None),
    _intake_label,
)


# Court bridge -----------------------------------------------------------------------------------

_TO_COURT = (
    Sample(court.OPENED),
    Sample(court.EFFECTIVE),
    Sample(court.AGREED),
    Sample(court.FAILED),
    Sample(court.UNDISPUTED),
    Sample(court.ended(End.SETTLED_OR_WITHDRAWN)),
    *(Sample(court.APPLY, actor) for actor in (court.AGENT, court.PARTY)),
)
_ANSWERS = tuple(
    Sample(body, court.THE_COURT, court.COURT)
    for filing in (court.C1, court.H1, court.C2)
    for body in (
        *(court.review(status, filing) for status in FilingStatus),
        court.docketed(court.SUIT_NUMBER if filing == court.H1 else court.NUMBER, filing),
        court.granted(filing),
        court.refused(filing=filing),
    )
)
_FITTING = {
    kind: tuple(one for one in DocumentType if one not in court.RULES.never(kind)) for kind in FilingKind
}
_SUBMITTED = tuple(
    Sample(court.again(*types, kind=kind), court.CLERK)
    for kind in FilingKind
    for types in ((), tuple(DocumentType), _FITTING[kind])
)
_COURT_SAMPLES = (*_TO_COURT, *_ANSWERS, *_SUBMITTED)
"""A third filing is never answered, so that the search ends."""

_WAITING_SAMPLES = (
    Sample(court.OPENED),
    Sample(court.BINDING),
    Sample(court.AGREED),
    Sample(court.COMPLETED),
    Sample(court.FAILED_APPLIED),
    Sample(ChooseSuit(), court.AGENT),
    *(Sample(court.APPLY, actor) for actor in (court.AGENT, court.PARTY)),
    *(Sample(court.again(*_FITTING[kind], kind=kind), court.CLERK) for kind in FilingKind),
)


def _court_phase(state: Any) -> Hashable:
    return (
        bool(state.rules_version),
        state.opened,
        bool(state.agreement),
        state.end,
        state.attempt,
        state.status,
        state.case_number,
        state.ruling,
        state.granted_early,
        frozenset(state.added),
        frozenset(state.applied),
        state.lapsed,
    )


_IN_SUIT = {
    Ruling.GRANTED: "调解书已生效 statement in force",
    Ruling.WITHDRAWN: "已准许撤诉 suit withdrawn",
    Ruling.REFUSED: "恢复审理 trial resumed",
    Ruling.RESUMED: "恢复审理 trial resumed",
}


def _court_label(state: Any) -> str:
    if state is None:
        return ""
    if state.ruling is not None:
        return "已确认 confirmed" if state.ruling == "granted" else "确认被驳回 not confirmed"
    if state.case_number:
        return "已立案 docketed"
    if state.status in (FilingStatus.REJECTED, FilingStatus.CANCELLED):
        return "法院退件 turned down"
    if state.attempt:
        return "已提交法院 with the court"
    if state.end is None:
        return "调解中 in mediation"
    if state.waits:
        confirms = state.kind is FilingKind.CONFIRMATION
        if confirms and state.lapsed:
            return "确认期限已过 too late to confirm"
        if confirms and state.complete:
            return "待共同申请确认 parties still to apply"
        return "协议待齐备 agreement incomplete" if confirms else "待选择立案 suit to be chosen"
    return "材料不全 papers missing" if state.kind is not None else "无需法院 nothing for the court"


BRIDGE = Walk(
    "诉调对接 · a case on its way to the court",
    court.STREAM,
    court.CASE,
    court.MON,
    lambda _: _COURT_SAMPLES,
    everybody(("people-mediation", "banking-mediation", "fengtai-court", "ccb", court.CASE), ("p-1",)),
    _court_phase,
    _court_label,
)

CHOOSING = replace(
    BRIDGE,
    title="诉调对接之前 · what waits before it goes to the court",
    samples=lambda _: _WAITING_SAMPLES,
    phase=lambda state: (
        state.opened,
        bool(state.agreement),
        state.end,
        state.complete,
        state.way,
        state.suit_chosen,
        bool(state.attempt),
        frozenset(state.applied),
        state.lapsed,
    ),
)

_SUIT_SAMPLES = (
    *(
        Sample(body)
        for body in (
            court.IN_SUIT,
            court.BINDING,
            court.COMPLETED,
            court.AGREED_IN_SUIT,
            court.FAILED_IN_SUIT,
        )
    ),
    *(
        Sample(body, court.THE_COURT, court.COURT)
        for filing in (court.S1, court.R1)
        for body in (
            *(court.review(status, filing) for status in FilingStatus),
            *(court.decided(one, filing=filing) for one in StatementOutcome),
            court.docketed(court.SUIT_NUMBER, filing),
        )
    ),
    *(
        Sample(court.again(*_FITTING[kind], kind=kind), court.CLERK)
        for kind in (FilingKind.STATEMENT, FilingKind.RESUMPTION)
    ),
)


def _suit_label(state: Any) -> str:
    ruling = None if state is None else state.ruling
    return _IN_SUIT[ruling] if ruling in _IN_SUIT else _court_label(state)


IN_SUIT = replace(
    BRIDGE,
    title="立案后委托调解 · a mediation that the court has tried in a suit",
    samples=lambda _: _SUIT_SAMPLES,
    phase=lambda state: (
        state.opened,
        bool(state.agreement),
        state.complete,
        state.end,
        min(state.attempt, 2),
        state.status,
        state.ruling,
    ),
    label=_suit_label,
)


WALKS: Final[dict[str, tuple[Walk, ...]]] = {
    "intake": (INTAKE, keeping(INTAKE), DUPLICATE, MATCHING, NUMBER),
    "mediation": (
        CASE,
        CLOCK,
        CHOICE,
        TALKS,
        CONFIDENCE,
        DOUBTS,
        ROSTER,
        AGENTS,
        TRANSFER,
        PERFORMANCE,
        TEAM,
        MERGED_MEDIATION,
        QUICK,
    ),
    "court_bridge": (BRIDGE, CHOOSING, IN_SUIT, ENFORCING),
    "alerts": (
        COUNT,
        SHARD,
        ARCHIVE,
        PANEL_WALK,
        SUMS,
        GATE,
        SERIES,
        SUM_ALERTS,
        LIST,
        SUBSCRIPTION,
        REFERRAL,
    ),
}
"""By service; the portal decides about nothing."""
PROVISIONAL: Final = (UNKNOWN_YEAR, ANNOUNCED)
"""Mediations with provisional deadlines, before and after the calendar is there."""
