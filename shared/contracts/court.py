"""Court bridge's language, and what the court's side answers."""

from typing import Annotated

from pydantic import Field

from shared.contracts.agreements import Complete
from shared.contracts.asked import CONFIRMATION, SUIT
from shared.contracts.fields import (
    DOCUMENTS,
    PARTY,
    AgreedFen,
    AgreementDigest,
    AmountFen,
    Answers,
    ApplyBy,
    ApplyByProvisional,
    CaseNumberText,
    ClaimFen,
    CourtId,
    Detail,
    DocumentDigest,
    EndCode,
    FilingId,
    Granted,
    GroundCode,
    InstitutionId,
    Missing,
    OrganisationId,
    ReasonCode,
    RulesVersion,
)
from shared.contracts.kinds import (
    Cause,
    DocumentType,
    End,
    FilingKind,
    FilingStatus,
    Party,
    Role,
    StatementOutcome,
)
from shared.contracts.limitation import SueBy
from shared.contracts.message import Command, Delivery, Event, Message
from shared.contracts.topics import COURT_OUTBOUND, ENDS
from shared.contracts.words import Words

_TO_INTAKE = (Delivery(ENDS),)


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
LackingParties = Annotated[tuple[Party, ...], Words("尚未申请的当事人", "Parties still to apply"), PARTY]
AddedDocuments = Annotated[Documents, Field(max_length=20)]


class ConfirmationOpened(
    Event,
    family="court",
    zh="可以申请司法确认",
    en="Confirmation may be applied for",
    also=_TO_INTAKE,
    asks=CONFIRMATION,
):
    """An agreement of before docketing is in force: its parties may apply together for its confirmation.

    Source: 法释〔2021〕23号 art 20; 民事诉讼法 (2023) art 205.

    Attributes:
        apply_by: The first instant at which it will be too late.
        apply_by_provisional: A calendar that is still to come may move it.
    """

    institution: InstitutionId
    apply_by: ApplyBy
    apply_by_provisional: ApplyByProvisional = False


class ConfirmationRequested(Event, family="court", zh="当事人申请司法确认", en="Confirmation requested"):
    """A party applies for confirmation of its agreement; with the last one the application goes to the court.

    Source: 民事诉讼法 (2023) art 205 (the parties apply together); 民诉法解释 (2022) art 351.
    """

    party: Party


class ConfirmationTimeNear(
    Event, family="court", zh="司法确认期限临近", en="Time to apply for confirmation near"
):
    """The time to apply for confirmation is nearly over, and nothing is with the court: an alarm.

    Attributes:
        apply_by: The first instant at which it will be too late.
        apply_by_provisional: A calendar that is still to come may move it.
        complete: Whether the mediator has signed and the organisation sealed.
        lacking: The parties that have not applied yet.
    """

    organisation: OrganisationId
    institution: InstitutionId
    apply_by: ApplyBy
    apply_by_provisional: ApplyByProvisional = False
    complete: Complete
    lacking: LackingParties = ()


class ConfirmationApplied(
    Event, family="court", zh="申请司法确认", en="Confirmation applied for", also=_TO_INTAKE
):
    """司法确认申请: all parties together, within 30 days from the agreement's effect.

    Source: 民事诉讼法 (2023) art 205.
    """

    amount_fen: AmountFen
    rules_version: RulesVersion | None = None


class ConfirmationLapsed(
    Event, family="court", zh="司法确认逾期未申请", en="Confirmation not applied for in time", also=_TO_INTAKE
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


class SuitSuggested(Event, family="court", zh="建议起诉", en="Suit suggested", asks=SUIT):
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


class HandoverPrepared(Event, family="court", zh="移送材料齐备", en="Handover prepared", also=_TO_INTAKE):
    """移送: a bundle is typed and complete, of a failed mediation or of any that was tried in a suit."""

    documents: Documents
    end: EndCode
    rules_version: RulesVersion | None = None


class EndReported(
    Event,
    family="court",
    zh="向法院报告调解结果",
    en="End reported to the court",
    also=(Delivery(COURT_OUTBOUND),),
):
    """The court that delegated a dispute hears how its mediation ended where no handover tells it.

    Source: 法释〔2016〕14号 art 19 (the court has each agreement on record), art 26 (it is told each end).

    Attributes:
        agreement: Digest of the agreement in force; ``None`` where the end is none.
        agreed_fen: What the agreement is for; 0 where there is none.
    """

    court: CourtId
    organisation: OrganisationId
    institution: InstitutionId
    cause: Cause
    end: End
    claim_fen: ClaimFen
    agreed_fen: AgreedFen = 0
    agreement: AgreementDigest | None = None
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


class CaseDocketed(Event, family="court", zh="立案", en="Case docketed", also=_TO_INTAKE):
    """立案: the court gave the case its number."""

    filing: FilingId
    kind: FilingKind
    case_number: CaseNumberText


class ConfirmationGranted(
    Event, family="court", zh="司法确认准许", en="Confirmation granted", also=_TO_INTAKE
):
    """The court confirmed the agreement."""

    filing: FilingId
    case_number: CaseNumberText
    amount_fen: AmountFen


class ConfirmationRefused(
    Event, family="court", zh="司法确认驳回", en="Confirmation refused", also=_TO_INTAKE
):
    """The court refused to confirm the agreement, on a coded ground."""

    filing: FilingId
    ground: GroundCode


class StatementIssued(
    Event, family="court", zh="调解书生效", en="Mediation statement in force", also=_TO_INTAKE
):
    """The court made a statement of the agreement, and every party signed for it: the suit is over.

    Source: 法释〔2016〕14号 art 20; 民事诉讼法 (2023) art 100.

    Attributes:
        case_number: Of the suit; ``None`` where the opening of the mediation was never seen.
    """

    filing: FilingId
    case_number: CaseNumberText | None
    amount_fen: AmountFen


class SuitWithdrawn(Event, family="court", zh="准许撤诉", en="Suit withdrawn", also=_TO_INTAKE):
    """After the agreement the suit was withdrawn, with the court's leave. Source: 法释〔2016〕14号 art 20.

    Attributes:
        case_number: Of the suit; ``None`` where the opening of the mediation was never seen.
    """

    filing: FilingId
    case_number: CaseNumberText | None


class StatementRefused(
    Event, family="court", zh="不予制作调解书", en="Mediation statement refused", also=_TO_INTAKE
):
    """The court makes no statement of the agreement, on a coded ground; the trial goes on.

    Source: 民事诉讼法 (2023) arts 99, 102; 法释〔2021〕23号 art 23.

    Attributes:
        case_number: Of the suit; ``None`` where the opening of the mediation was never seen.
    """

    filing: FilingId
    case_number: CaseNumberText | None
    ground: GroundCode


class TrialResumed(Event, family="court", zh="恢复审理", en="Trial resumed", also=_TO_INTAKE):
    """The court took the report of the mediation: the suit goes on.

    Source: 法释〔2016〕14号 art 21; 法释〔2021〕23号 art 21.

    Attributes:
        case_number: Of the suit; ``None`` where the opening of the mediation was never seen.
    """

    filing: FilingId
    case_number: CaseNumberText | None
    end: EndCode


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


class StatementDecided(Event, family="courtside", zh="法院处理协议", en="Statement decided"):
    """The court's side: what it did about an agreement that was reached after docketing."""

    filing: FilingId
    answers: Answers
    statement: StatementOutcome
    ground: GroundCode | None = None


class ChooseSuit(Command, family="court", zh="选择立案", en="Choose to sue", roles=(Role.INSTITUTION_AGENT,)):
    """Have the court docket the dispute after a mediation that the institution had applied for failed."""


class RequestConfirmation(
    Command,
    family="court",
    zh="申请司法确认",
    en="Apply for confirmation",
    roles=(Role.INSTITUTION_AGENT, Role.PARTY),
):
    """Apply for the court's confirmation of the agreement: each party for itself, or by its agent.

    Source: 民事诉讼法 (2023) art 205; 民诉法解释 (2022) art 351.
    """


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
