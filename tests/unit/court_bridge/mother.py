"""Cases on their way to the court, as the tests tell them."""

from datetime import datetime, timedelta
from pathlib import Path

from services.court_bridge.handlers import case_stream, router
from services.court_bridge.rules import BOOK
from shared.casework.calendar import SHANGHAI
from shared.contracts.agreements import AgreementCompleted, AgreementEffective
from shared.contracts.court import (
    CaseDocketed,
    ConfirmationDecided,
    ConfirmationGranted,
    CourtAnswerRejected,
    DocketingCompleted,
    Document,
    FilingReviewCompleted,
    FilingReviewed,
    FilingSubmitted,
    RequestConfirmation,
    StatementDecided,
    SubmitFiling,
)
from shared.contracts.envelope import SYSTEM, Actor
from shared.contracts.kinds import (
    Cause,
    DocumentType,
    End,
    FilingKind,
    FilingStatus,
    StatementOutcome,
    Tier,
    Way,
)
from shared.contracts.mediation import MediationEnded, MediationOpened
from shared.contracts.message import Event, Message
from shared.contracts.performance import AgreementDefaulted
from shared.contracts.sessions import FactItem, FactsUndisputed
from shared.network.load import load_network
from tests.support.cases import case_id
from tests.support.spec import Given, given

NETWORK = load_network(Path(__file__).parents[3] / "deploy" / "networks" / "fengtai.yaml")
STREAM = case_stream(NETWORK)
ROUTE = router(STREAM)
RULES = BOOK.now
COURT = "/courts/fengtai-court"

CASE = case_id("ccb", "CC-1")
C1, C2, H1 = f"{CASE}-c1", f"{CASE}-c2", f"{CASE}-h1"
DIGEST = "ab" * 32
AMOUNT, CLAIM = 1_800_000, 2_400_000
NUMBER = "（2026）京0106诉前调确7号"
SUIT_NUMBER = "（2026）京0106民初7号"

MON = datetime(2026, 3, 2, 9, 30, tzinfo=SHANGHAI)
"""The agreement takes effect."""
DAY_30 = datetime(2026, 4, 1, 23, 59, 59, tzinfo=SHANGHAI)
"""The last second in which confirmation may be applied for."""
DAY_31 = datetime(2026, 4, 2, tzinfo=SHANGHAI)
LATER = MON + timedelta(days=2)

CLERK = Actor("people-mediation", "p-people-1", "organisation_clerk")
OTHER_CLERK = Actor("banking-mediation", "p-banking-1", "organisation_clerk")
AGENT = Actor("ccb", "p-ccb-1", "institution_agent")
PARTY = Actor(CASE, "", "party")
THE_COURT = Actor("fengtai-court", "", "court")

OPENED = MediationOpened(
    organisation="people-mediation",
    institution="ccb",
    cause=Cause.CREDIT_CARD,
    tier=Tier.SIMPLE,
    claim_fen=CLAIM,
    opened_at=MON - timedelta(days=10),
    rules_version="mediation-1",
)
EFFECTIVE = AgreementEffective(digest=DIGEST, amount_fen=AMOUNT)
BINDING = AgreementEffective(digest=DIGEST, amount_fen=AMOUNT, complete=False)
"""In force, but the mediator or the organisation has not signed or sealed it yet."""
COMPLETED = AgreementCompleted(digest=DIGEST)


def ended(end: End, agreed_fen: int = 0) -> MediationEnded:
    return MediationEnded(
        organisation="people-mediation",
        institution="ccb",
        case=CASE,
        cause=Cause.CREDIT_CARD,
        end=end,
        mediator="m01",
        claim_fen=CLAIM,
        settled_fen=CLAIM if end is End.AGREEMENT else 0,
        agreed_fen=agreed_fen,
    )


AGREED = ended(End.AGREEMENT, AMOUNT)
S1, R1 = f"{CASE}-s1", f"{CASE}-r1"
IN_SUIT = OPENED.model_copy(update={"way": Way.DOCKETED, "suit_number": SUIT_NUMBER})
AGREED_IN_SUIT = AGREED.model_copy(update={"way": Way.DOCKETED})
UNDISPUTED = FactsUndisputed(digest="f" * 64, items=(FactItem.PRINCIPAL,))
FAILED = ended(End.LARGE_DIVERGENCE)
FAILED_IN_SUIT = FAILED.model_copy(update={"way": Way.DOCKETED})
FAILED_APPLIED = FAILED.model_copy(update={"way": Way.APPLIED})
"""The institution had applied for the mediation itself."""


def decided(outcome: StatementOutcome, ground: str | None = None, filing: str = S1) -> StatementDecided:
    """What the court did about an agreement in a suit."""
    return StatementDecided(filing=filing, answers="f-1", statement=outcome, ground=ground)


def told(*messages: Message, at: datetime = MON) -> Given:
    """A case to which these came, one after the other."""
    case = given(STREAM, subject=CASE)
    for body in messages:
        case = hear(case, body, at=at)
    return case


def hear(
    case: Given, body: Message, *, at: datetime = LATER, actor: Actor = SYSTEM, source: str = COURT
) -> Given:
    """What one more message leads to."""
    return Given(case.stream, case.state, CASE).when(body, at=at, actor=actor, source=source)


APPLY = RequestConfirmation()


def joined(case: Given, *, at: datetime = MON) -> Given:
    """The institution and the respondent apply for confirmation, one after the other."""
    return hear(hear(case, APPLY, at=at, actor=AGENT), APPLY, at=at, actor=PARTY)


def confirming() -> Given:
    """An agreement that is before the court for confirmation."""
    return joined(told(OPENED, EFFECTIVE, AGREED))


def handed_over() -> Given:
    """A failed mediation that is before the court."""
    return told(OPENED, FAILED)


def review(status: FilingStatus, filing: str = C1) -> FilingReviewCompleted:
    return FilingReviewCompleted(filing=filing, answers="e-1", status=status)


def docketed(number: str = NUMBER, filing: str = C1) -> DocketingCompleted:
    return DocketingCompleted(filing=filing, answers="e-1", case_number=number)


def granted(filing: str = C1) -> ConfirmationDecided:
    return ConfirmationDecided(filing=filing, answers="e-1", granted=True)


def refused(ground: str | None = "confirmation.unclear", filing: str = C1) -> ConfirmationDecided:
    return ConfirmationDecided(filing=filing, answers="e-1", granted=False, ground=ground)


def again(*types: DocumentType, kind: FilingKind = FilingKind.CONFIRMATION) -> SubmitFiling:
    documents = tuple(Document(type=type_, digest="cd" * 32) for type_ in types)
    return SubmitFiling(kind=kind, documents=documents)


ACCEPTED, REJECTED, RECEIVED = FilingStatus.ACCEPTED, FilingStatus.REJECTED, FilingStatus.RECEIVED
CANCELLED, PARTLY = FilingStatus.CANCELLED, FilingStatus.PARTIALLY_ACCEPTED
DOCKETED = CaseDocketed(filing=C1, kind=FilingKind.CONFIRMATION, case_number=NUMBER)
GRANTED = ConfirmationGranted(filing=C1, case_number=NUMBER, amount_fen=AMOUNT)

DEFAULTED = AgreementDefaulted(
    due_fen=AMOUNT, open_fen=AMOUNT, last_pay_by=datetime(2024, 3, 2, tzinfo=SHANGHAI)
)
"""The last instalment's last day is 1 March 2024: two years later, 1 March 2026, is a Sunday."""


def reviewed(status: FilingStatus, filing: str = C1) -> FilingReviewed:
    return FilingReviewed(filing=filing, status=status, documents=())


def hear_all(case: Given, *answers: Message) -> tuple[Given, list[Event]]:
    events: list[Event] = []
    for answer in answers:
        case = hear(case, answer)
        events += case.events
    return case, events


def after(*answers: Message) -> Given:
    return hear_all(confirming(), *answers)[0]


def rejected(case: Given) -> str:
    assert [type(event) for event in case.events] == [CourtAnswerRejected], case.events
    event = case.events[0]
    assert isinstance(event, CourtAnswerRejected)
    return event.reason


CONFIRMATION, HANDOVER = FilingKind.CONFIRMATION, FilingKind.HANDOVER
FAILURES = [end for end in End if end not in (End.AGREEMENT, End.SETTLED_OR_WITHDRAWN)]


def filing(case: Given) -> FilingSubmitted:
    last = case.events[-1]
    assert isinstance(last, FilingSubmitted), case.events
    return last


def types(documents: tuple[Document, ...]) -> tuple[DocumentType, ...]:
    return tuple(document.type for document in documents)
