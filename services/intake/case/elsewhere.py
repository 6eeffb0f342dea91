"""What became of a dispute elsewhere: whether mediation or the court still acts on it.

The raw data of its parties stay as long as somebody does. Intake is told of the ends, and of what goes on
after one: an application for confirmation, materials for the court, a merge that was undone.
Source: 个人信息保护法 arts 19, 47.
"""

from services.intake.case.state import Dispute, case
from services.intake.rules import Context
from shared.casework.guards import Facts
from shared.contracts.court import (
    CaseDocketed,
    ConfirmationApplied,
    ConfirmationGranted,
    ConfirmationLapsed,
    ConfirmationOpened,
    ConfirmationRefused,
    HandoverPrepared,
    StatementIssued,
    StatementRefused,
    SuitWithdrawn,
    TrialResumed,
)
from shared.contracts.duplicates import MediationReopened
from shared.contracts.kinds import FilingKind
from shared.contracts.mediation import MediationEnded
from shared.contracts.message import Event


def _told(dispute: Dispute, event: Event, facts: Facts[Context], *, over: bool) -> Dispute:
    """Return the dispute as the latest news has it, in whatever order they come.

    Two services tell. At one instant the court has the last word: it acts on what mediation ended.
    """
    keeping, news = dispute.keeping, (facts.at, event.family == "court")
    if keeping.told_at is not None and news < (keeping.told_at, keeping.told_by_court):
        return dispute
    since = facts.at if over else None
    told = keeping.but(over_since=since, ended=False, told_at=facts.at, told_by_court=news[1])
    return dispute.but(keeping=told)


def is_over(dispute: Dispute, event: Event, facts: Facts[Context]) -> Dispute:
    """From now on nobody acts on it: a later end counts anew."""
    return _told(dispute, event, facts, over=True)


def goes_on(dispute: Dispute, event: Event, facts: Facts[Context]) -> Dispute:
    """Somebody acts on it again; a request to dispose of it waits for the next end, or is refused."""
    return _told(dispute, event, facts, over=False)


def docketed(dispute: Dispute, event: CaseDocketed, facts: Facts[Context]) -> Dispute:
    """Of a suit the court tells no more here; of an application for confirmation it will."""
    return _told(dispute, event, facts, over=event.kind is FilingKind.HANDOVER)


for _end in (
    *(MediationEnded, ConfirmationGranted, ConfirmationRefused, ConfirmationLapsed),
    *(StatementIssued, StatementRefused, SuitWithdrawn, TrialResumed),
):
    case.takes(_end)(is_over)
for _more in (MediationReopened, ConfirmationOpened, ConfirmationApplied, HandoverPrepared):
    case.takes(_more)(goes_on)
case.takes(CaseDocketed)(docketed)
