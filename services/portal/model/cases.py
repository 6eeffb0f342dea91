"""The masked view of a case, put together from the events of all services."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from services.portal.rules import COUNTED, OUTSIDE, RANK, STATUS, Status
from shared.casework.protocol import Received, State, refuse
from shared.contracts import alerts, court, intake, mediation
from shared.contracts.kinds import DeadlineKind, End
from shared.contracts.message import Command, Event, Message

SOURCE = "/suyuan/"


class CaseView(State):
    """What the portal knows of a case. Times are ISO 8601 in UTC; amounts are in fen.

    Attributes:
        versions: Number of the last event of each service.
        events: How many events the case has.
        refused: How many requests were refused.
        due_provisional: A calendar that is still to come may move ``due_at``.
        counted: What the case adds to each figure, so that it can move with the case's cause.
    """

    institution: str = ""
    organisation: str = ""
    cause: str = ""
    issue: str = ""
    product: str = ""
    masked_name: str = ""
    claim_fen: int = 0
    tier: str = ""
    route: str = ""
    mediator: str = ""
    status: str = ""
    end: str = ""
    settled_fen: int = 0
    case_numbers: tuple[str, ...] = ()
    first_at: str = ""
    opened_at: str = ""
    due_at: str = ""
    due_provisional: bool = False
    last_at: str = ""
    events: int = 0
    refused: int = 0
    versions: Mapping[str, int] = {}
    counted: Mapping[str, int] = {}


def decide(state: CaseView | None, message: Received) -> list[Event]:
    """The portal decides about no case: a request is refused, an event leads to none."""
    return refuse(message, "command.unexpected") if isinstance(message.body, Command) else []


def evolve(state: CaseView | None, event: Event, at: datetime) -> CaseView:
    """The portal has no events of its own about a case."""
    return state or CaseView()


def absorb(state: CaseView | None, message: Received) -> CaseView | None:
    """Give the view after an event of any service, in whatever order their topics arrive."""
    body = message.body
    if isinstance(body, Command) or (state is None and isinstance(body, OUTSIDE)):
        return state
    before = state or CaseView()
    at = iso(message.at)
    update = _facts(before, message)
    update["events"] = before.events + 1
    update["last_at"] = max(before.last_at, at)
    update["first_at"] = min(before.first_at or at, at)
    if message.sequence is not None:
        update["versions"] = {**before.versions, service_of(message.source): message.sequence}
    if status := _status(before, body):
        update["status"] = status
    if counts := counts_of(message, before):
        update["counted"] = added(before.counted, counts)
    if isinstance(body, OUTSIDE):
        update["refused"] = before.refused + (body.wire_type == OUTSIDE[0].wire_type)
    return before.model_copy(update=update)


def counts_of(message: Received, before: CaseView | None) -> dict[str, int]:
    """Give what an event adds to the figures.

    Args:
        message: The event.
        before: The case before it.
    """
    body = message.body
    name = COUNTED.get(type(body))
    if name is None:
        return {}
    counts = {name: 1}
    match body:
        case intake.DisputeRegistered():
            counts["claim_fen"] = body.claim_fen
        case intake.FilingAmended():
            counts["claim_fen"] = body.claim_fen - (before.claim_fen if before else 0)
        case mediation.MediationEnded():
            counts |= _end(body, message.at, before.opened_at if before else "")
        case _:
            pass
    return counts


def _end(body: mediation.MediationEnded, at: datetime, opened_at: str) -> dict[str, int]:
    counts = {f"ended_{body.end.value}": 1}
    if body.end is End.AGREEMENT:
        counts |= {"settled": 1, "settled_fen": body.settled_fen}
    if opened_at:
        open_for = at - datetime.fromisoformat(opened_at)
        counts |= {"timed": 1, "open_seconds": max(0, int(open_for.total_seconds()))}
    return counts


def key_of(view: CaseView | None) -> tuple[str, str]:
    """Give what a case's figures are kept by: institution and cause, both empty while unknown."""
    if view is None or not (view.institution and view.cause):
        return "", ""
    return view.institution, view.cause


def added(one: Mapping[str, int], other: Mapping[str, int], sign: int = 1) -> dict[str, int]:
    """Give the sum of two sets of figures, or their difference."""
    out = dict(one)
    for name, value in other.items():
        out[name] = out.get(name, 0) + sign * value
    return out


def iso(at: datetime) -> str:
    """Give an instant as text whose order is the order of time."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def service_of(source: str) -> str:
    """Give the service of a source; another source is its own name."""
    return source.removeprefix(SOURCE)


def _facts(before: CaseView, message: Received) -> dict[str, Any]:
    body = message.body
    match body:
        case intake.DisputeRegistered():
            return {"institution": body.institution, **_filed(body)}
        case intake.FilingAmended():
            return _filed(body)
        case intake.DisputeScreened():
            return {"tier": body.tier.value, "route": body.route.value}
        case intake.DisputeReferred():
            organisation = body.organisation or before.organisation
            return {**_known(before, body), "tier": body.tier.value, "organisation": organisation}
        case mediation.MediationOpened():
            return {
                **_known(before, body),
                "tier": body.tier.value,
                "organisation": body.organisation,
                "opened_at": iso(body.accepted_at),
                "due_at": iso(body.due_at),
                "due_provisional": body.due_provisional,
            }
        case mediation.DeadlineCorrected(deadline=DeadlineKind.PERIOD):
            return {"due_at": iso(body.after), "due_provisional": body.provisional}
        case mediation.MediatorDesignated():
            return {"organisation": body.organisation, "mediator": body.mediator}
        case mediation.AssignmentDeclined() | mediation.AssignmentLapsed():
            return {"mediator": ""}
        case mediation.MediationEnded():
            return {
                **_known(before, body),
                "organisation": body.organisation,
                "mediator": body.mediator or before.mediator,
                "end": body.end.value,
                "settled_fen": body.settled_fen,
            }
        case court.FilingSubmitted() | alerts.DisputeCounted():
            return _known(before, body)
        case court.CaseDocketed() | court.ConfirmationGranted():
            if body.case_number in before.case_numbers:
                return {}
            return {"case_numbers": (*before.case_numbers, body.case_number)}
        case _:
            return {}


def _filed(body: intake.DisputeRegistered | intake.FilingAmended) -> dict[str, Any]:
    return {
        "cause": body.cause.value,
        "issue": body.issue,
        "product": body.product or "",
        "claim_fen": body.claim_fen,
        "masked_name": body.masked_name,
    }


def _known(
    before: CaseView,
    body: intake.DisputeReferred
    | mediation.MediationOpened
    | mediation.MediationEnded
    | court.FilingSubmitted
    | alerts.DisputeCounted,
) -> dict[str, Any]:
    """What other services repeat of the dispute; intake's own word stands before theirs."""
    if before.institution and before.cause:
        return {}
    return {"institution": body.institution, "cause": body.cause.value}


def _status(before: CaseView, body: Message) -> Status | None:
    status = STATUS.get(type(body))
    if isinstance(body, mediation.MediationEnded) and body.end is End.AGREEMENT:
        status = Status.SETTLED
    if status is None or RANK[status] < RANK[before.status]:
        return None
    return status
