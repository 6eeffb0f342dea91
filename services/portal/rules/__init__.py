"""What the portal counts, in which order a case stands, and what it shows of an event: data alone."""

from enum import StrEnum
from typing import Final

from shared.contracts import alerts, common, court, intake, mediation
from shared.contracts.kinds import End
from shared.contracts.message import Event, Message


class Status(StrEnum):
    """Where a case stands, in one word."""

    REGISTERED = "registered"
    RETURNED = "returned"
    SCREENED = "screened"
    REFERRED = "referred"
    MEDIATING = "mediating"
    DESIGNATED = "designated"
    ACCEPTED = "accepted"
    EFFECTIVE = "effective"
    SETTLED = "settled"
    ENDED = "ended"
    HANDED_OVER = "handed_over"
    APPLIED = "applied"
    SUBMITTED = "submitted"
    DOCKETED = "docketed"
    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"


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

SHOWN: Final = frozenset(
    "institution organisation cause issue product claim_fen masked_name week reasons tier route rules "
    "decided_by rules_version content_version channel party to explained consents reader purpose "
    "case mediator round accepted_at due_at limit_days answer_by excluded reason amount_fen end "
    "settled_fen waiting eligible documents missing apply_by filing kind court status case_number "
    "due_provisional answer_provisional apply_by_provisional deadline before after provisional "
    "ground series empty_weeks count expected bound alpha method command rule detail".split()
)
"""The fields of an event that a timeline shows."""

ONLY_IF_SO: Final = frozenset(
    {"due_provisional", "answer_provisional", "apply_by_provisional", "provisional"}
)
"""Fields that a timeline shows only where they are true."""

WITHHELD: Final = frozenset(
    {"party_token", "reference_digest", "content_digest", "digest", "answers", "granted", "why"}
)
"""The fields that it does not show: what links a person or a text, and how mediators were compared."""

OUTSIDE: Final[tuple[type[Event], ...]] = (common.CommandRefused, common.CommandUnchanged)
"""Answers to a request: they make no case."""

SERVICE_RANK: Final = {"intake": 0, "mediation": 1, "court_bridge": 2, "alerts": 3, "portal": 4}
"""Order of what happened at the same instant: the order of the flow."""
