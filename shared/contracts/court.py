"""Court bridge's language, and what the court's side answers."""

from typing import Annotated

from pydantic import Field

from shared.contracts.fields import (
    DOCUMENTS,
    PARTY,
    AmountFen,
    Answers,
    ApplyBy,
    ApplyByProvisional,
    CaseNumberText,
    CourtId,
    Detail,
    DocumentDigest,
    EndCode,
    FilingId,
    Granted,
    GroundCode,
    InstitutionId,
    Missing,
    ReasonCode,
    RulesVersion,
)
from shared.contracts.kinds import Cause, DocumentType, End, FilingKind, FilingStatus, Role
from shared.contracts.limitation import SueBy
from shared.contracts.message import Command, Delivery, Event, Message
from shared.contracts.topics import COURT_OUTBOUND


class Document(Message):
    """One document of a filing, by type; the content stays where it is kept."""

    type: DocumentType
    digest: DocumentDigest


class DocumentReview(Message):
    """What the review says of one document."""

    type: DocumentType
    status: FilingStatus
    reason: ReasonCode | None = None


Documents = Annotated[tuple[Document, ...], DOCUMENTS, PARTY]
DocumentReviews = Annotated[tuple[DocumentReview, ...], DOCUMENTS, PARTY]
AddedDocuments = Annotated[Documents, Field(max_length=20)]


class ConfirmationApplied(Event, family="court", zh="申请司法确认", en="Confirmation applied for"):
    """司法确认申请: within 30 days from the agreement's effect. Source: 民事诉讼法 (2023) art 205."""

    amount_fen: AmountFen
    rules_version: RulesVersion | None = None


class ConfirmationLapsed(
    Event, family="court", zh="司法确认逾期未申请", en="Confirmation not applied for in time"
):
    """The 30 days ended before anybody applied for confirmation. Source: 民事诉讼法 (2023) art 205.

    Attributes:
        apply_by: The first instant at which it was too late.
        apply_by_provisional: The calendar of that day is not known yet; it was too late all the same.
    """

    apply_by: ApplyBy
    apply_by_provisional: ApplyByProvisional = False
    rules_version: RulesVersion | None = None


class HandoverIncomplete(Event, family="court", zh="移送材料不全", en="Handover incomplete"):
    """Nothing was filed, because documents of the bundle are missing; they are named.

    Attributes:
        kind: What was to be filed.
        missing: The types that are not there; SubmitFiling brings them.
    """

    kind: FilingKind
    missing: Missing
    rules_version: RulesVersion | None = None


class SuitSuggested(Event, family="court", zh="建议起诉", en="Suit suggested"):
    """A mediation that the institution had applied for failed: it may sue, and only then is anything filed.

    Source: 法释〔2021〕23号 art 21(1).

    Attributes:
        sue_by: The last day to sue, three years from the end of the mediation, unless the time had passed
            before the filing already (民法典 arts 188, 195); ``None`` in events of before.
    """

    institution: InstitutionId
    end: End
    sue_by: SueBy | None = None


class SuitChosen(Event, family="court", zh="选择立案", en="Suit chosen"):
    """The institution chose to sue; the materials go to the court. Source: 法释〔2021〕23号 art 21(1)."""

    institution: InstitutionId


class HandoverPrepared(Event, family="court", zh="移送材料齐备", en="Handover prepared"):
    """移送: the bundle of a failed mediation, typed and complete."""

    documents: Documents
    end: EndCode
    rules_version: RulesVersion | None = None


class FilingSubmitted(
    Event, family="court", zh="提交法院", en="Filing submitted", also=(Delivery(COURT_OUTBOUND),)
):
    """A filing went out to the court."""

    filing: FilingId
    kind: FilingKind
    court: CourtId
    institution: InstitutionId
    cause: Cause
    amount_fen: AmountFen
    documents: Documents


class FilingReviewed(Event, family="court", zh="法院审查", en="Filing reviewed"):
    """The court reviewed a filing."""

    filing: FilingId
    status: FilingStatus
    documents: DocumentReviews


class CaseDocketed(Event, family="court", zh="立案", en="Case docketed"):
    """立案: the court gave the case its number."""

    filing: FilingId
    kind: FilingKind
    case_number: CaseNumberText


class ConfirmationGranted(Event, family="court", zh="司法确认准许", en="Confirmation granted"):
    """The court confirmed the agreement."""

    filing: FilingId
    case_number: CaseNumberText
    amount_fen: AmountFen


class ConfirmationRefused(Event, family="court", zh="司法确认驳回", en="Confirmation refused"):
    """The court refused to confirm the agreement, on a coded ground."""

    filing: FilingId
    ground: GroundCode


class CourtAnswerRejected(Event, family="court", zh="法院回复待核", en="Court answer to be checked"):
    """The court's side said something that cannot be: it stands here for a person to look at."""

    filing: FilingId
    reason: ReasonCode
    detail: Detail


class FilingReviewCompleted(Event, family="courtside", zh="法院审查完成", en="Review completed"):
    """The court's side: NotifyFilingReviewComplete. Source: OASIS LegalXML ECF 5."""

    filing: FilingId
    answers: Answers
    status: FilingStatus
    documents: DocumentReviews = ()


class DocketingCompleted(Event, family="courtside", zh="法院立案完成", en="Docketing completed"):
    """The court's side: NotifyDocketingComplete; the only place where case numbers come from."""

    filing: FilingId
    answers: Answers
    case_number: CaseNumberText


class ConfirmationDecided(Event, family="courtside", zh="法院裁定", en="Confirmation decided"):
    """The court's side: the ruling on a joint application for confirmation."""

    filing: FilingId
    answers: Answers
    granted: Granted
    ground: GroundCode | None = None


class ChooseSuit(Command, family="court", zh="选择立案", en="Choose to sue", roles=(Role.INSTITUTION_AGENT,)):
    """Have the court docket the dispute after a mediation that the institution had applied for failed."""


class SubmitFiling(
    Command, family="court", zh="重新提交法院", en="Submit a filing again", roles=(Role.ORGANISATION_CLERK,)
):
    """Submit a filing again after the court rejected it, or at last when its bundle was incomplete.

    Attributes:
        kind: What is filed.
        documents: What is added to the bundle, or stands in place of the document of its type.
    """

    kind: FilingKind
    documents: AddedDocuments = ()
