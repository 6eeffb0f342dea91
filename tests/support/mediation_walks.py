"""How mediation's two streams are explored, and a case whose deadlines are provisional."""

from collections.abc import Hashable, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from services.mediation.case import Mediation
from services.mediation.case.neutrality import pending
from services.mediation.handlers import handlers
from services.mediation.roster import Roster
from services.mediation.rules import Register
from shared.casework.announced import with_years
from shared.casework.calendar import SHANGHAI
from shared.contracts.agreements import (
    CountersignAgreement,
    DraftAgreement,
    SealAgreement,
    SignAgreement,
)
from shared.contracts.calendar_file import CalendarFile
from shared.contracts.choices import ChooseMediator, LeaveChoice
from shared.contracts.clocks import (
    AgreeExtension,
    PauseGround,
    PauseMediation,
    ProposeExtension,
    RefuseExtension,
    ResumeMediation,
)
from shared.contracts.co_mediators import (
    CoMediatorLeft,
    Departure,
)
from shared.contracts.complaints import Measure
from shared.contracts.confidence import KeepConcession, LeaveOffer, ReadConcessions
from shared.contracts.doubts import DecideFalseMediation, FalseConduct, ReportFalseMediation
from shared.contracts.envelope import Actor
from shared.contracts.intake import ConsentGiven, ConsentRefused
from shared.contracts.kinds import (
    Cause,
    ContactMeans,
    DeclineReason,
    End,
    Language,
    LeaveReason,
    Party,
)
from shared.contracts.mediation import (
    AcceptAssignment,
    AssignmentDeclined,
    AssignmentLapsed,
    DeclineAssignment,
    DesignationDropped,
    EndMediation,
    MediationEnded,
    PlaceTaken,
)
from shared.contracts.parties import LeaveMediation, RecordContact
from shared.contracts.recusal import (
    AskForLanguage,
    DecideRecusal,
    DiscloseInterest,
    InterestGround,
    KeepMediator,
    MediatorReplaced,
    RecusalDecided,
    RequestRecusal,
    RequestReplacement,
)
from shared.contracts.rosters import (
    AddMediator,
    ChangeMediator,
    RemovalGround,
    RemoveMediator,
    ResumeMediator,
    SuspendMediator,
    SuspensionGround,
)
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
from tests.support.calendars import known_until, notice
from tests.support.explore import STEP, Reached, Sample, Walk, everybody
from tests.support.roster_messages import asks_for_second, decided, exchanges, passes
from tests.unit.mediation import mother as mediation

MONDAY = mediation.MON


# Mediation's case -------------------------------------------------------------------------------

_M1, _M2 = mediation.mediator("m01"), mediation.mediator("m02")
_ENDS = [Sample(EndMediation(end=end), actor) for end in End for actor in (_M1, _M2, mediation.CLERK)]
_CASE_SAMPLES = (
    Sample(mediation.referral()),
    Sample(mediation.place("m01", 1)),
    Sample(mediation.place("m02", 2)),
    Sample(mediation.referral(consents=(Party.APPLICANT,))),
    Sample(ConsentGiven(party=Party.RESPONDENT)),
    Sample(ConsentRefused(party=Party.RESPONDENT)),
    Sample(AskForLanguage(language=Language.TIBETAN), mediation.PARTY),
    Sample(RecordContact(party=Party.RESPONDENT, means=ContactMeans.PHONE, reached=False), mediation.CLERK),
    Sample(LeaveMediation(reason=LeaveReason.PAID), mediation.AGENT),
    Sample(LeaveMediation(reason=LeaveReason.UNWILLING), mediation.PARTY),
    Sample(DiscloseInterest(ground=InterestGround.OTHER_RELATION), _M1),
    Sample(DiscloseInterest(ground=InterestGround.OTHER_RELATION), _M2),
    Sample(RequestRecusal(ground=InterestGround.INTEREST_IN_DISPUTE), mediation.PARTY),
    Sample(KeepMediator(), mediation.PARTY),
    Sample(KeepMediator(), mediation.AGENT),
    Sample(DecideRecusal(recused=True), mediation.CLERK),
    Sample(DecideRecusal(recused=False), mediation.CLERK),
    Sample(RequestReplacement(), mediation.PARTY),
    Sample(RequestReplacement(choice="m03"), mediation.PARTY),
    # The choice and the period have walks of their own.
    Sample(ChooseMediator(mediator="m02"), mediation.AGENT),
    Sample(LeaveChoice(), mediation.PARTY),
    Sample(ProposeExtension(days=10), mediation.AGENT),
    Sample(AgreeExtension(days=10), mediation.PARTY),
    Sample(RefuseExtension(), mediation.PARTY),
    Sample(PauseMediation(ground=PauseGround.APPRAISAL), mediation.CLERK),
    Sample(ResumeMediation(ground=PauseGround.APPRAISAL), mediation.CLERK),
    *(
        Sample(body, actor)
        for actor in (_M1, _M2)
        for body in (
            AcceptAssignment(),
            DeclineAssignment(reason=DeclineReason.NOT_MY_FIELD),
            DraftAgreement(digest=mediation.TEXT, amount_fen=800_000),
        )
    ),
    *(
        Sample(body, actor)
        for digest in (mediation.TEXT, mediation.OTHER_TEXT)
        for body, actor in (
            (SignAgreement(party=Party.APPLICANT, digest=digest), mediation.AGENT),
            (SignAgreement(party=Party.RESPONDENT, digest=digest), mediation.PARTY),
            (CountersignAgreement(digest=digest), _M1),
            (SealAgreement(digest=digest), mediation.CLERK),
        )
    ),
    *_ENDS,
    # What the talks lead to: talks_walks.py.
    Sample(
        RecordSession(
            session=1, attendance=(Attendance(party=Party.RESPONDENT, checked=IdentityCheck.IN_PERSON),)
        ),
        _M1,
    ),
    Sample(CancelSession(session=1, reason=CancelReason.TECHNICAL), _M1),
    Sample(RecordUndisputedFacts(digest=mediation.TEXT, items=(FactItem.RATE,)), _M1),
    Sample(ConfirmFacts(digest=mediation.TEXT), mediation.PARTY),
    Sample(ConfirmServiceAddress(digest=mediation.TEXT, electronic=True), mediation.PARTY),
    Sample(ReportFalseMediation(conduct=(FalseConduct.COLLUSION,)), mediation.PARTY),  # no move: its own walk
    Sample(DecideFalseMediation(false_mediation=False), mediation.PARTY),
    Sample(LeaveOffer(offer=mediation.boxed(500_000)), mediation.AGENT),
    Sample(KeepConcession(concession=mediation.boxed(1)), _M1),
    Sample(ReadConcessions(), _M1),
)


def _may_come(reached: Reached) -> Iterable[Sample]:
    """A seat for a case that never asked for one is a fault, and no message that may come."""
    known = reached.state is not None
    yield from (sample for sample in _CASE_SAMPLES if known or not isinstance(sample.body, PlaceTaken))
    soon = reached.at + STEP + timedelta(minutes=30)
    yield Sample(ScheduleSession(session_at=soon, how=SessionForm.ONLINE, meeting_code="884-201-33"), _M1)


def _case_label(state: Mediation | None) -> str:
    if state is None:
        return ""
    if state.end is not None:
        return "达成协议 agreement" if state.end is End.AGREEMENT else "无协议结束 ended without agreement"
    if state.digest is not None:
        return "协议待签 agreement on the table"
    if state.accepted:
        return "征询意愿 parties are asked" if state.unasked else "调解中 mediator at work"
    return "待指定 waits for a mediator" if state.mediator is None else "已指定 mediator designated"


def _recusal_phase(state: Mediation) -> Hashable:
    """What is to be decided matters before a draft, and of the first mediator; later ones do not differ."""
    found = pending(state) if state.digest is None and state.round == 1 and state.end is None else None
    return None if found is None else (found.disclosed, len(found.kept))


def _case_phase(state: Mediation) -> Hashable:
    return (
        min(state.round, 3),
        state.mediator,
        state.accepted,
        state.declined,
        state.digest,
        tuple(sorted(state.signed)),
        state.countersigned,
        state.sealed,
        state.complete,
        state.unasked,
        state.unasked and state.ask_by is None,
        state.mediator is None and state.designate_by is None,
        _recusal_phase(state),
        state.end if state.end in (None, End.AGREEMENT, End.EXPIRED) else "of the others",
    )


CASE = Walk(
    "调解案件 · a mediation",
    mediation.made().case,
    mediation.CASE,
    MONDAY,
    _may_come,
    (*everybody((mediation.ORGANISATION, "ccb", mediation.CASE), ("m01",)), _M2),
    _case_phase,
    _case_label,
)


def _provisional_phase(state: Mediation) -> Hashable:
    flags = (
        state.due_provisional,
        state.answer_provisional,
        state.designate_provisional,
        state.ask_provisional,
    )
    return flags, _case_phase(state)


UNKNOWN_YEAR = replace(
    CASE,
    title="调解案件，来年日历未公布 · a mediation whose deadlines lie in a year that nobody announced",
    stream=handlers(
        mediation.network(), mediation.QUIET, calendar=known_until(2026), box=mediation.GLASS_BOX
    ).case,
    start=datetime(2026, 12, 29, 10, tzinfo=SHANGHAI),
    actors=(_M1, mediation.CLERK, mediation.AGENT, mediation.PARTY, Actor("ccb", "", "operator")),
    phase=_provisional_phase,
)
ANNOUNCED = replace(
    UNKNOWN_YEAR,
    title="调解案件，来年日历已公布 · the same mediation once the year is announced",
    stream=handlers(
        mediation.network(),
        mediation.QUIET,
        calendar=with_years(
            known_until(2026), [CalendarFile.model_validate(notice(2027, off=["2027-01-04"]))]
        ),
        box=mediation.GLASS_BOX,
    ).case,
    before=UNKNOWN_YEAR,
)


# Mediation's roster -----------------------------------------------------------------------------

_MEDIATORS = ({"id": "m01", "capacity": 1},)
_ROSTER_CASES = ("sy1a", "sy1b")


def _of_roster(case: str) -> Iterable[Sample]:
    asks = mediation.requested()
    yield Sample(asks.model_copy(update={"case": case}))
    yield Sample(asks.model_copy(update={"case": case, "round": 2, "excluded": ("m01",)}))
    back: dict[str, Any] = {
        "organisation": mediation.ORGANISATION,
        "case": case,
        "mediator": "m01",
        "round": 1,
    }
    yield Sample(AssignmentDeclined(**back, reason="no_capacity"))
    yield Sample(AssignmentLapsed(**back))
    yield Sample(DesignationDropped(**back))
    yield Sample(passes(case))
    if case == _ROSTER_CASES[0]:
        yield Sample(asks_for_second(case))
        yield Sample(exchanges(case))
        yield from (Sample(decided(case, measure)) for measure in (Measure.SUSPENDED, Measure.REMOVED))
        yield Sample(CoMediatorLeft(**back, departure=Departure.DECLINED))
    yield Sample(RecusalDecided(**back, recused=True))
    yield Sample(MediatorReplaced(**back, party=Party.RESPONDENT))
    yield Sample(
        MediationEnded(
            organisation=mediation.ORGANISATION,
            institution="ccb",
            case=case,
            cause=Cause.CREDIT_CARD,
            end=End.EXPIRED,
            mediator="m01",
            claim_fen=1,
            settled_fen=0,
        )
    )


_ROSTER_SAMPLES = tuple(sample for case in _ROSTER_CASES for sample in _of_roster(case))


def _added(state: Roster | None) -> list[str]:
    """Return who was added, and not removed since."""
    register = Register() if state is None else state.mediators
    return [id for id in register.entries if id != "m01" and id not in register.removed]


def _spoken_of(state: Roster | None) -> str:
    """Return who is suspended and resumed: the first mediator, or who came after."""
    gone = state is not None and "m01" in state.mediators.removed
    return next(iter(_added(state)), "m01") if gone else "m01"


def _roster_may_come(reached: Reached) -> Iterable[Sample]:
    """A second mediator comes and goes, each time with another id, since none is used twice."""
    state = reached.state
    times = 0 if state is None else len(state.mediators.entries)
    extra = _added(state)
    one = _spoken_of(state)
    yield from _ROSTER_SAMPLES
    for body in (
        AddMediator(
            mediator=extra[0] if extra else f"m1{times}",
            shown_as="调解员新",
            specialities=(Cause.FINANCE_LEASE,),
            weight=1,
            capacity=1,
            trained_on=date(2026, 1, 5),
        ),
        ChangeMediator(mediator=extra[0] if extra else "m01", weight=2),
        SuspendMediator(mediator=one, ground=SuspensionGround.LEAVE),
        ResumeMediator(mediator=one),
        RemoveMediator(mediator="m01", ground=RemovalGround.RESIGNED),
        *(RemoveMediator(mediator=id, ground=RemovalGround.TERM_OVER) for id in extra),
    ):
        yield Sample(body, mediation.CLERK)


def _roster_phase(state: Roster) -> Hashable:
    register = state.mediators
    standing = (_spoken_of(state) in register.suspended, "m01" in register.removed, bool(_added(state)))
    return repr((state.held, sorted(state.waiting.items()), standing))


def _roster_label(state: Roster | None) -> str:
    if state is None:
        return ""
    held, waiting = any(state.held.values()), bool(state.waiting)
    if waiting:
        return "有案等待 cases wait" if held else "无人可派 cases wait, no seat taken"
    return "有案在办 seats taken" if held else "名额全空 no seat taken"


ROSTER = Walk(
    "调解员名册 · a roster",
    mediation.made(*_MEDIATORS).roster,
    mediation.ORGANISATION,
    MONDAY,
    _roster_may_come,
    everybody((mediation.ORGANISATION, "ccb"), ("m01",)),
    _roster_phase,
    _roster_label,
)
