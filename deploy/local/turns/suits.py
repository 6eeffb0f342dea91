"""A mediation in a docketed suit. Source: 法释〔2016〕14号 arts 20, 21, 27; 法释〔2021〕23号 art 24."""

from datetime import timedelta

from deploy.local.turns import ways
from deploy.local.turns.filings import card
from deploy.local.turns.script import Case, File, Script, see
from deploy.local.turns.story import story
from shared.casework.calendar import local_day
from shared.contracts.court import StatementIssued, TrialResumed
from shared.contracts.delegation import (
    DelegateDispute,
    MaterialsReceived,
    NumberConfirmed,
    ReceiveMaterials,
    RegisterSuit,
)
from shared.contracts.intake import DisputeScreened, FileDispute
from shared.contracts.kinds import End, LeaveReason, Procedure, Way
from shared.contracts.mediation import AcceptAssignment, AssignmentAccepted, MediationEnded, MediationOpened
from shared.contracts.parties import LeaveMediation


def docketed(number: int) -> FileDispute:
    """A dispute in a suit."""
    return card(number, f"TURN-{number}", way=Way.DOCKETED)


def _in_suit(case: Case, procedure: Procedure) -> ways.Part:
    """The court names its suit, delegates it, and the organisation signs for the materials."""
    yield File(case.filing)
    yield see(DisputeScreened)
    number = int(case.filing.reference.removeprefix("TURN-"))
    suit = RegisterSuit(case_number=f"（2026）京0106民初{9000 + number}号", procedure=procedure)
    yield case.court(suit)
    yield see(NumberConfirmed)
    yield case.court(DelegateDispute(letter="d1" * 32))
    found = yield see(MediationOpened)
    case.organisation = found.body.organisation
    yield case.clerk(ReceiveMaterials())
    return (yield see(MaterialsReceived))


@story("立案后普通程序，制作调解书", "in an ordinary suit: a statement", docketed, end=End.AGREEMENT)
def stated(case: Case) -> Script:
    yield from _in_suit(case, Procedure.ORDINARY)
    yield from ways.designated(case)
    yield case.mediator(AcceptAssignment())
    accepted = yield see(AssignmentAccepted)
    assert (accepted.body.limit_days, accepted.body.procedure) == (15, Procedure.ORDINARY)
    yield from ways.all_agree(case)
    yield from ways.drafted(case)
    yield from ways.signed(case)
    issued = yield see(StatementIssued)
    assert "民初" in issued.body.case_number


@story("立案后简易程序期满，恢复审理", "in a summary suit: over after a week", docketed, end=End.EXPIRED)
def resumed(case: Case) -> Script:
    yield from _in_suit(case, Procedure.SUMMARY)
    yield from ways.designated(case)
    yield case.mediator(AcceptAssignment())
    accepted = yield see(AssignmentAccepted)
    assert local_day(accepted.body.due_at) - local_day(accepted.at) >= timedelta(days=7)
    yield case.clock(accepted.body.due_at)
    over = yield see(MediationEnded)
    assert over.at == accepted.body.due_at
    yield see(TrialResumed)


@story("立案后一方不愿，恢复审理", "in a suit: a party unwilling", docketed, end=End.PARTY_UNWILLING)
def unwilling(case: Case) -> Script:
    yield from _in_suit(case, Procedure.ORDINARY)
    yield from ways.designated(case)
    yield case.party(LeaveMediation(reason=LeaveReason.UNWILLING))
    yield see(TrialResumed)
