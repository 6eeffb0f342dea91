"""Named examples, and a fold of messages into the portal's rows as the runtime writes them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.portal.cases import FigureKey
from services.portal.handlers import route
from shared.casework.case_ids import series_id
from shared.casework.protocol import Change, Put, Received, Stream, Timed
from shared.contracts.agreements import AgreementEffective
from shared.contracts.alerts import AlertAcknowledged, AlertRaised, CountCorrected
from shared.contracts.common import CommandRefused, CommandUnchanged
from shared.contracts.counts import DisputeCounted
from shared.contracts.court import (
    CaseDocketed,
    ConfirmationApplied,
    ConfirmationGranted,
    FilingSubmitted,
    HandoverPrepared,
)
from shared.contracts.envelope import SYSTEM, Actor
from shared.contracts.intake import (
    ConsentGiven,
    DisputeReferred,
    DisputeRegistered,
    DisputeScreened,
    ExplanationGiven,
    FilingAmended,
    FilingReturned,
    ReturnReason,
)
from shared.contracts.kinds import Cause, End, FilingKind, Party, Route, Tier
from shared.contracts.mediation import (
    AssignmentAccepted,
    MediationEnded,
    MediationOpened,
    MediatorDesignated,
)
from shared.contracts.message import Event, Message
from tests.support.cases import case_id

MON = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)
CASE = case_id("ccb", "CC-1")
SERIES = series_id("ccb", "credit_card", "fees")
AGENT = Actor("ccb", "p-ccb-1", "institution_agent")
MEDIATOR = Actor("people-mediation", "m01", "mediator")
DIGEST = "ab" * 32
FILING_ID = "0b8a2e4c-6a40-4ef7-9e5f-0f6f6c1a2b3c"

INTAKE, MEDIATION, COURT, ALERTS = (
    "/suyuan/intake",
    "/suyuan/mediation",
    "/suyuan/court_bridge",
    "/suyuan/alerts",
)


def registered(cause: Cause = Cause.CREDIT_CARD, claim_fen: int = 5_000_000) -> DisputeRegistered:
    return DisputeRegistered(
        institution="ccb",
        reference_digest=DIGEST,
        cause=cause,
        issue="fees",
        product="card",
        claim_fen=claim_fen,
        party_token=DIGEST,
        masked_name="王*",
        week=date(2026, 3, 2),
        rules_version="2026-01",
        reference="CC-1",
    )


def amended(cause: Cause = Cause.LOAN, claim_fen: int = 4_000_000) -> FilingAmended:
    return FilingAmended(
        cause=cause, issue="rate", product=None, claim_fen=claim_fen, party_token=DIGEST, masked_name="王*"
    )


RETURNED = FilingReturned(
    reasons=(ReturnReason(code="elements.missing", field="elements.credit_card.as_of"),),
    content_digest=DIGEST,
    rules_version="2026-01",
)
SCREENED = DisputeScreened(
    tier=Tier.SIMPLE,
    route=Route.MEDIATION,
    rules=("tier.small", "route.default"),
    decided_by="route.default",
    rules_version="2026-01",
)
EXPLAINED = ExplanationGiven(content_version="2026-01", channel="app")
CONSENT = ConsentGiven(party=Party.APPLICANT)


def referred(cause: Cause = Cause.CREDIT_CARD) -> DisputeReferred:
    return DisputeReferred(
        to=Route.MEDIATION,
        organisation="people-mediation",
        institution="ccb",
        cause=cause,
        tier=Tier.SIMPLE,
        claim_fen=5_000_000,
        explained=True,
        consents=(Party.APPLICANT, Party.RESPONDENT),
    )


def opened(cause: Cause = Cause.CREDIT_CARD) -> MediationOpened:
    return MediationOpened(
        organisation="people-mediation",
        institution="ccb",
        cause=cause,
        tier=Tier.SIMPLE,
        claim_fen=5_000_000,
        opened_at=MON,
        rules_version="2026-01",
    )


DESIGNATED = MediatorDesignated(
    organisation="people-mediation", mediator="m01", round=1, answer_by=MON + 3 * DAY, why=()
)
ACCEPTED = AssignmentAccepted(mediator="m01", limit_days=30, due_at=MON + 30 * DAY)
EFFECTIVE = AgreementEffective(digest=DIGEST, amount_fen=4_500_000)


def ended(
    end: End = End.AGREEMENT, cause: Cause = Cause.CREDIT_CARD, agreed: int = 4_500_000
) -> MediationEnded:
    return MediationEnded(
        organisation="people-mediation",
        institution="ccb",
        case=CASE,
        cause=cause,
        end=end,
        mediator="m01",
        claim_fen=5_000_000,
        settled_fen=5_000_000 if end is End.AGREEMENT else 0,
        agreed_fen=agreed if end is End.AGREEMENT else 0,
    )


APPLIED = ConfirmationApplied(amount_fen=4_500_000)
HANDED_OVER = HandoverPrepared(documents=(), end="expired")
DOCKETED = CaseDocketed(
    filing="f-0001", kind=FilingKind.CONFIRMATION, case_number="（2026）京0106诉前调确17号"
)
CONFIRMED = ConfirmationGranted(
    filing="f-0001", case_number="（2026）京0106诉前调确17号", amount_fen=4_500_000
)
COUNTED = DisputeCounted(
    shard="alerts.counts-0",
    series=SERIES,
    institution="ccb",
    cause=Cause.CREDIT_CARD,
    issue="fees",
    week=date(2026, 3, 2),
)


def submitted(cause: Cause = Cause.CREDIT_CARD) -> FilingSubmitted:
    return FilingSubmitted(
        filing="f-0001",
        kind=FilingKind.CONFIRMATION,
        court="fengtai-court",
        institution="ccb",
        cause=cause,
        amount_fen=4_500_000,
        documents=(),
    )


def raised(week: date = date(2026, 3, 2)) -> AlertRaised:
    return AlertRaised(
        institution="ccb",
        cause=Cause.CREDIT_CARD,
        issue="fees",
        week=week,
        count=31,
        expected=12.5,
        bound=24.0,
        low=8.0,
        high=18.0,
        probability=0.0001,
        rate=0.05,
        tested=40,
        level=0.01,
        method="ears-c1",
        rules_version="2026-01",
    )


ACKNOWLEDGED = AlertAcknowledged(week=date(2026, 3, 2))
CORRECTED = CountCorrected(week=date(2026, 3, 2), count=33)
REFUSED = CommandRefused(
    command="suyuan.mediation.accept-assignment.v1", reason="actor.not_allowed", detail="Only m01 may accept."
)
UNCHANGED = CommandUnchanged(command="suyuan.mediation.accept-assignment.v1")


def settled_flow(cause: Cause = Cause.CREDIT_CARD) -> dict[str, list[Event]]:
    """The events of a case that is settled and confirmed, by source."""
    return {
        INTAKE: [registered(cause), SCREENED, EXPLAINED, CONSENT, referred(cause)],
        MEDIATION: [opened(cause), DESIGNATED, ACCEPTED, EFFECTIVE, ended(cause=cause)],
        COURT: [APPLIED, submitted(cause), DOCKETED, CONFIRMED],
        ALERTS: [COUNTED],
    }


def received(
    body: Message,
    source: str = INTAKE,
    sequence: int | None = 1,
    *,
    subject: str = CASE,
    at: datetime = MON,
    actor: Actor = SYSTEM,
    causation: str = "",
    id: str = "",
) -> Received:
    known = id or f"{subject}:{sequence}@{source}"
    return Received(body, known, source, subject, at, actor, causation, sequence)


def messages(flow: Mapping[str, Iterable[Event]], subject: str = CASE) -> dict[str, list[Received]]:
    """Number the events of a flow, each source for itself, an hour apart."""
    return {
        source: [
            received(body, source, number, subject=subject, at=MON + timedelta(hours=number))
            for number, body in enumerate(events, 1)
        ]
        for source, events in flow.items()
    }


@dataclass
class Rows:
    """The portal's own rows, written as the runtime writes them; states go through their JSON."""

    rows: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    states: dict[str, Any] = field(default_factory=dict)

    def take(self, message: Received, topic: str = "intake.events", partition: int = 0) -> None:
        stream: Stream[Any] = route(topic, message.subject, message).stream
        before = self.state(message.subject, stream)
        events = [Timed(message.at, event) for event in stream.decide(before, message)]
        after = before if stream.absorb is None else stream.absorb(before, message)
        self.states[message.subject] = None if after is None else after.model_dump_json()
        assert stream.rows is not None
        change = Change(message, message.subject, before, after, events, f"{topic}:{partition}")
        for write in stream.rows(change):
            collection = self.rows.setdefault(write.collection, {})
            if isinstance(write, Put):
                collection[write.id] = {"_id": write.id, **write.document}
                continue
            row = collection.setdefault(write.id, {"_id": write.id, **write.labels})
            for name, by in write.fields.items():
                _increase(row, name.split("."), by)

    def state(self, subject: str, stream: Stream[Any]) -> Any:
        text = self.states.get(subject)
        return None if text is None else stream.state.model_validate_json(text)

    def figures(self) -> list[dict[str, Any]]:
        """Return the sums by their key, as the aggregation gives them."""
        sums: dict[FigureKey, dict[str, int]] = {}
        for row in self.rows.get("figures", {}).values():
            key = sums.setdefault(FigureKey(*(row[name] for name in FigureKey._fields)), {})
            for name, value in row.items():
                if isinstance(value, int):
                    key[name] = key.get(name, 0) + value
        return [{"_id": key._asdict(), **values} for key, values in sums.items()]


def _increase(row: dict[str, Any], path: list[str], by: int) -> None:
    for name in path[:-1]:
        row = row.setdefault(name, {})
    row[path[-1]] = row.get(path[-1], 0) + by
