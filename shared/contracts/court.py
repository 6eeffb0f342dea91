"""Court bridge's language, and what the court's side answers."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from shared.contracts.kinds import (
    Cause,
    Code,
    Digest,
    DocumentType,
    Fen,
    FilingKind,
    FilingStatus,
    Label,
    Slug,
)
from shared.contracts.message import Command, Copy, Event, Message
from shared.contracts.topics import COURT_OUTBOUND

FilingId = Annotated[str, Field(min_length=4, max_length=100)]
CaseNumberText = Annotated[str, Field(min_length=8, max_length=60)]


class Document(Message):
    """One document of a filing, by type; the content stays where it is kept."""

    type: DocumentType
    digest: Digest


class DocumentReview(Message):
    """What the review says of one document."""

    type: DocumentType
    status: FilingStatus
    reason: Code | None = None


class ConfirmationApplied(Event, family="court"):
    """司法确认申请: within 30 days from the agreement's effect. Source: 民事诉讼法 (2023) art 205."""

    amount_fen: Fen


class ConfirmationLapsed(Event, family="court"):
    """The 30 days ended before anybody applied for confirmation. Source: 民事诉讼法 (2023) art 205.

    Attributes:
        apply_by: The first instant at which it was too late.
        apply_by_provisional: The calendar of that day is not known yet; it was too late all the same.
    """

    apply_by: datetime
    apply_by_provisional: bool = False


class HandoverIncomplete(Event, family="court"):
    """Nothing was filed, because documents of the bundle are missing; they are named.

    Attributes:
        kind: What was to be filed.
        missing: The types that are not there; SubmitFiling brings them.
    """

    kind: FilingKind
    missing: tuple[DocumentType, ...]


class HandoverPrepared(Event, family="court"):
    """移送: the bundle of a failed mediation, typed and complete."""

    documents: tuple[Document, ...]
    end: Code


class FilingSubmitted(Event, family="court"):
    """A filing went out to the court."""

    copies = (Copy(COURT_OUTBOUND),)

    filing: FilingId
    kind: FilingKind
    court: Slug
    institution: Slug
    cause: Cause
    amount_fen: Fen
    documents: tuple[Document, ...]


class FilingReviewed(Event, family="court"):
    """The court reviewed a filing."""

    filing: FilingId
    status: FilingStatus
    documents: tuple[DocumentReview, ...]


class CaseDocketed(Event, family="court"):
    """立案: the court gave the case its number."""

    filing: FilingId
    kind: FilingKind
    case_number: CaseNumberText


class ConfirmationGranted(Event, family="court"):
    """The court confirmed the agreement."""

    filing: FilingId
    case_number: CaseNumberText
    amount_fen: Fen


class ConfirmationRefused(Event, family="court"):
    """The court refused to confirm the agreement, on a coded ground."""

    filing: FilingId
    ground: Code


class CourtAnswerRejected(Event, family="court"):
    """The court's side said something that cannot be: it stands here for a person to look at."""

    filing: FilingId
    reason: Code
    detail: str


class FilingReviewCompleted(Event, family="courtside"):
    """The court's side: NotifyFilingReviewComplete. Source: OASIS LegalXML ECF 5."""

    filing: FilingId
    answers: Label
    status: FilingStatus
    documents: tuple[DocumentReview, ...] = ()


class DocketingCompleted(Event, family="courtside"):
    """The court's side: NotifyDocketingComplete; the only place where case numbers come from."""

    filing: FilingId
    answers: Label
    case_number: CaseNumberText


class ConfirmationDecided(Event, family="courtside"):
    """The court's side: the ruling on a joint application for confirmation."""

    filing: FilingId
    answers: Label
    granted: bool
    ground: Code | None = None


class SubmitFiling(Command, family="court"):
    """Submit a filing again after the court rejected it, or at last when its bundle was incomplete.

    Attributes:
        kind: What is filed.
        documents: What is added to the bundle, or stands in place of the document of its type.
    """

    roles = ("organisation_clerk",)

    kind: FilingKind
    documents: Annotated[tuple[Document, ...], Field(max_length=20)] = ()
