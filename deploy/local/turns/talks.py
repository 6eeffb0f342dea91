"""Sessions, and facts that nobody disputes. Source: 法释〔2021〕23号 arts 16, 17, 22."""

from typing import Final

from deploy.local.turns import ways
from deploy.local.turns.ends import applied
from deploy.local.turns.script import Case, Script, see
from deploy.local.turns.story import story
from shared.contracts.common import CommandRefused
from shared.contracts.confidence import ConcessionKept, KeepConcession, LeaveOffer, OffersMet
from shared.contracts.court import SuitSuggested
from shared.contracts.kinds import End, Party
from shared.contracts.sessions import (
    Attendance,
    ConfirmFacts,
    ConfirmServiceAddress,
    FactItem,
    FactsRecorded,
    FactsUndisputed,
    IdentityCheck,
    RecordSession,
    RecordUndisputedFacts,
    ScheduleSession,
    ServiceAddressConfirmed,
    SessionForm,
    SessionHeld,
    SessionScheduled,
)

_FACTS: Final = "f1" * 32
_KNOWN: Final = IdentityCheck.FACE_COMPARED


def _attended(*, warned: bool = True) -> tuple[Attendance, ...]:
    sides = (Party.APPLICANT, Party.RESPONDENT)
    return tuple(Attendance(party=one, checked=_KNOWN, warned=warned) for one in sides)


def met(case: Case) -> ways.Part:
    """A session is announced and held, with everybody identified and warned."""
    at = case.now + ways.DAYS
    yield case.mediator(ScheduleSession(session_at=at, how=SessionForm.ONLINE, meeting_code="20260312"))
    announced = yield see(SessionScheduled)
    held = RecordSession(session=announced.body.session, attendance=_attended())
    yield case.mediator(held, after=ways.DAYS * 2)
    return (yield see(SessionHeld))


@story(
    "核实身份、告知后果后开展调解",
    "a session with everybody identified and warned",
    applied,
    end=End.AGREEMENT,
    refuses=("consent.missing", "session.not_warned"),
)
def session(case: Case) -> Script:
    accepted = yield from ways.accepted(case)
    at = accepted.at.replace(hour=15) + ways.DAYS * 5
    plan = ScheduleSession(session_at=at, how=SessionForm.ONLINE, meeting_code="20260312")
    yield case.mediator(plan)
    yield see(CommandRefused)  # before anybody agrees: what intake tells takes another way
    yield from ways.all_agree(case)
    yield case.mediator(plan)
    announced = yield see(SessionScheduled)
    yield case.party(ConfirmServiceAddress(digest="e1" * 32, electronic=True))
    yield see(ServiceAddressConfirmed)
    number = announced.body.session
    unwarned = RecordSession(session=number, attendance=_attended(warned=False))
    yield case.mediator(unwarned, after=ways.DAYS * 6)
    yield case.mediator(RecordSession(session=number, attendance=_attended()))
    yield see(SessionHeld)
    yield from ways.drafted(case)
    yield from ways.signed(case)
    yield from ways.confirmed(case)


@story("无争议事实经各方确认", "facts that all confirm, and no agreement", applied, end=End.LARGE_DIVERGENCE)
def undisputed(case: Case) -> Script:
    yield from ways.agreed(case)
    yield from met(case)
    items = (FactItem.CONTRACT, FactItem.PRINCIPAL)
    yield case.mediator(RecordUndisputedFacts(digest=_FACTS, items=items))
    yield see(FactsRecorded)
    yield case.bank(ConfirmFacts(digest=_FACTS))
    yield case.party(ConfirmFacts(digest=_FACTS))
    yield see(FactsUndisputed)
    yield from ways.gone(case, End.LARGE_DIVERGENCE)
    yield see(SuitSuggested)


@story("密封报价相合", "sealed offers that meet", applied, end=End.AGREEMENT)
def offers_met(case: Case) -> Script:
    yield from ways.agreed(case)
    yield case.confide(LeaveOffer, offer=1_800_000)
    yield case.confide(LeaveOffer, "", offer=1_500_000)
    yield case.confide(LeaveOffer, "", offer=1_900_000)
    found = yield see(OffersMet)
    assert found.body.midpoint_fen == 1_850_000
    yield from ways.drafted(case, amount_fen=found.body.midpoint_fen)
    yield from ways.signed(case)
    yield from ways.confirmed(case)


@story("密封报价不合，内容不外泄", "sealed offers that never meet", applied, end=End.LARGE_DIVERGENCE)
def offers_apart(case: Case) -> Script:
    yield from ways.agreed(case)
    yield case.confide(KeepConcession, "", concession="愿在两年内还清本金。")
    yield see(ConcessionKept)
    yield case.confide(LeaveOffer, offer=2_300_000)
    yield case.confide(LeaveOffer, "", offer=900_000)
    yield from ways.gone(case, End.LARGE_DIVERGENCE)
    yield see(SuitSuggested)
