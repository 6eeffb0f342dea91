"""What the portal counts, and in which order a case stands: data alone."""

from typing import Final

from shared.contracts import alerts, common, court, intake, mediation
from shared.contracts.kinds import End
from shared.contracts.message import Event, Message
from shared.contracts.topics import SERVICES
from shared.contracts.words import Coded


class Status(Coded, zh="状态", en="Status"):
    """Where a case stands, in one word."""

    REGISTERED = "registered", "已登记", "Registered"
    RETURNED = "returned", "已退回", "Returned"
    SCREENED = "screened", "已摸排", "Screened"
    REFERRED = "referred", "已分流", "Referred"
    MEDIATING = "mediating", "调解中", "In mediation"
    DESIGNATED = "designated", "已指定调解员", "Mediator designated"
    ACCEPTED = "accepted", "调解员已接受", "Mediator accepted"
    EFFECTIVE = "effective", "协议已生效", "Agreement effective"
    SETTLED = "settled", "已化解", "Settled"
    ENDED = "ended", "调解终结", "Mediation ended"
    HANDED_OVER = "handed_over", "已移送", "Handed over"
    APPLIED = "applied", "已申请确认", "Confirmation applied"
    SUBMITTED = "submitted", "已提交法院", "With the court"
    DOCKETED = "docketed", "已立案", "Docketed"
    CONFIRMED = "confirmed", "已司法确认", "Confirmed"
    NOT_CONFIRMED = "not_confirmed", "确认被驳回", "Not confirmed"


RANK: Final[dict[str, int]] = {
    "": 0,
    Status.REGISTERED: 1,
    Status.RETURNED: 1,
    Status.SCREENED: 2,
    Status.REFERRED: 3,
    Status.MEDIATING: 4,
    Status.DESIGNATED: 5,
    Status.ACCEPTED: 5,
    Status.EFFECTIVE: 6,
    Status.SETTLED: 7,
    Status.ENDED: 7,
    Status.HANDED_OVER: 8,
    Status.APPLIED: 8,
    Status.SUBMITTED: 9,
    Status.DOCKETED: 10,
    Status.CONFIRMED: 11,
    Status.NOT_CONFIRMED: 11,
}
"""A status gives way to one of the same or a higher rank only: topics reach the portal in any order."""

STATUS: Final[dict[type[Message], Status]] = {
    intake.DisputeRegistered: Status.REGISTERED,
    intake.FilingAmended: Status.REGISTERED,
    intake.FilingReturned: Status.RETURNED,
    intake.DisputeScreened: Status.SCREENED,
    intake.DisputeReferred: Status.REFERRED,
    mediation.MediationOpened: Status.MEDIATING,
    mediation.MediatorDesignated: Status.DESIGNATED,
    mediation.AssignmentAccepted: Status.ACCEPTED,
    mediation.AgreementEffective: Status.EFFECTIVE,
    mediation.MediationEnded: Status.ENDED,
    court.HandoverPrepared: Status.HANDED_OVER,
    court.ConfirmationApplied: Status.APPLIED,
    court.FilingSubmitted: Status.SUBMITTED,
    court.CaseDocketed: Status.DOCKETED,
    court.ConfirmationGranted: Status.CONFIRMED,
    court.ConfirmationRefused: Status.NOT_CONFIRMED,
}

COUNTED: Final[dict[type[Message], str]] = {
    intake.DisputeRegistered: "filed",
    intake.FilingAmended: "amended",
    intake.FilingReturned: "returned",
    intake.DisputeScreened: "screened",
    intake.ExplanationGiven: "explained",
    intake.DisputeReferred: "referred",
    mediation.MediationOpened: "mediated",
    mediation.MediatorDesignated: "designated",
    mediation.AssignmentAccepted: "accepted",
    mediation.AssignmentDeclined: "declined",
    mediation.AssignmentLapsed: "lapsed",
    mediation.AgreementEffective: "effective",
    mediation.MediationEnded: "ended",
    court.HandoverPrepared: "handed_over",
    court.HandoverIncomplete: "incomplete",
    court.ConfirmationApplied: "applied",
    court.FilingSubmitted: "submitted",
    court.CaseDocketed: "docketed",
    court.ConfirmationGranted: "confirmed",
    court.ConfirmationRefused: "not_confirmed",
    court.CourtAnswerRejected: "court_rejected",
    alerts.AlertRaised: "alerts",
}
"""The figure that an event raises by one."""

ENDS: Final = tuple(f"ended_{end.value}" for end in End)

FIGURES: Final = (
    *dict.fromkeys(COUNTED.values()),
    "claim_fen",
    "settled",
    "settled_fen",
    "timed",
    "open_seconds",
    *ENDS,
)
"""Every figure: counts, amounts in fen, and the seconds that ``timed`` ended mediations were open."""

OUTSIDE: Final[tuple[type[Event], ...]] = (common.CommandRefused, common.CommandUnchanged)
"""Answers to a request: they make no case."""

SERVICE_RANK: Final = {service: rank for rank, service in enumerate(SERVICES)}
"""Order of what happened at the same instant: the order of the flow."""
