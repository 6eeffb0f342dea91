"""What the court answers: late, twice, in any order.

What fits is recorded; what says the same again is quiet; what cannot be is kept as
CourtAnswerRejected for a person to look at. Source: OASIS LegalXML ECF 5 (the asynchronous replies).
"""

from services.court_bridge import rules as law
from services.court_bridge.model.state import Case, Ruling
from services.court_bridge.rules import BridgeRules
from shared.casework.case_numbers import CaseNumber, CaseNumberError
from shared.casework.protocol import Received
from shared.contracts.court import (
    CaseDocketed,
    ConfirmationDecided,
    ConfirmationGranted,
    ConfirmationRefused,
    CourtAnswerRejected,
    DocketingCompleted,
    FilingReviewCompleted,
    FilingReviewed,
)
from shared.contracts.kinds import FilingKind, FilingStatus
from shared.contracts.message import Event
from shared.network.schema import Court

Answer = FilingReviewCompleted | DocketingCompleted | ConfirmationDecided

_TURNED_DOWN = (FilingStatus.REJECTED, FilingStatus.CANCELLED)
_OPEN = (None, FilingStatus.RECEIVED)


def take(case: Case, answer: Answer, message: Received, rules: BridgeRules, court: Court) -> list[Event]:
    """Say what an answer of the court leads to."""
    if message.source != source_of(court):
        return _rejected(answer, "answer.wrong_court", f"{message.source} is not {source_of(court)}.")
    attempt = _attempt(case, answer, message.subject)
    if attempt == 0:
        return _rejected(answer, "filing.unknown", f"{message.subject} has no such filing.")
    if attempt < case.attempt:
        return _superseded(answer, case)
    match answer:
        case FilingReviewCompleted():
            return _reviewed(case, answer)
        case DocketingCompleted():
            return _docketed(case, answer, rules, court)
        case ConfirmationDecided():
            return _ruled(case, answer, rules)


def is_early_grant(case: Case | None, ruling: ConfirmationDecided, message: Received, court: Court) -> bool:
    """Tell whether this grants confirmation before the case number is there: it waits for the number."""
    return (
        case is not None
        and ruling.granted
        and message.source == source_of(court)
        and case.kind is FilingKind.CONFIRMATION
        and _attempt(case, ruling, message.subject) == case.attempt > 0
        and not case.case_number
        and case.ruling is None
        and case.status not in _TURNED_DOWN
    )


def source_of(court: Court) -> str:
    """Give the CloudEvents source of a court."""
    return f"/courts/{court.id}"


def _attempt(case: Case, answer: Answer, subject: str) -> int:
    """Give which filing of the case is answered; 0 for none that was made."""
    if case.kind is None:
        return 0
    attempt = law.attempt_of(answer.filing, subject, case.kind)
    return attempt if attempt <= case.attempt else 0


def _superseded(answer: Answer, case: Case) -> list[Event]:
    """A filing is followed by another only after it was turned down: that it was is no news."""
    if isinstance(answer, FilingReviewCompleted) and answer.status in (
        *_TURNED_DOWN,
        FilingStatus.RECEIVED,
    ):
        return []
    return _rejected(answer, "filing.superseded", f"Filing {case.attempt} of the case stands in its place.")


def _reviewed(case: Case, answer: FilingReviewCompleted) -> list[Event]:
    if answer.status is case.status:
        return []
    if answer.status is FilingStatus.RECEIVED and case.status is not None:
        return []
    taken_on = bool(case.case_number) or case.ruling is not None
    if case.status not in _OPEN or (taken_on and answer.status in _TURNED_DOWN):
        return _contradiction(answer, case)
    return [FilingReviewed(filing=answer.filing, status=answer.status, documents=answer.documents)]


def _docketed(case: Case, answer: DocketingCompleted, rules: BridgeRules, court: Court) -> list[Event]:
    assert case.kind is not None
    try:
        number = CaseNumber.parse(answer.case_number)
    except CaseNumberError as error:
        return _rejected(answer, error.code, error.en)
    text = str(number)
    if case.case_number == text:
        return []
    if number.court_code != court.code:
        return _rejected(answer, "case_number.wrong_court", f"{text} is not of {court.code}.")
    if number.type_code not in rules.number_types[case.kind]:
        return _rejected(answer, "case_number.wrong_type", f"{text} is no number of a {case.kind}.")
    if case.case_number:
        return _rejected(answer, "case_number.second", f"{text}, but it is {case.case_number}.")
    if case.status in _TURNED_DOWN:
        return _contradiction(answer, case)
    events: list[Event] = [CaseDocketed(filing=answer.filing, kind=case.kind, case_number=text)]
    if case.granted_early:
        events.append(_granted(case, answer.filing, text))
    return events


def _ruled(case: Case, answer: ConfirmationDecided, rules: BridgeRules) -> list[Event]:
    if case.kind is not FilingKind.CONFIRMATION:
        return _rejected(answer, "answer.wrong_kind", f"{answer.filing} is a {case.kind}.")
    if not answer.granted and answer.ground not in rules.grounds:
        return _rejected(answer, "answer.no_ground", f"{answer.ground} is none of the grounds of the law.")
    ruling = Ruling.GRANTED if answer.granted else Ruling.REFUSED
    earlier = Ruling.GRANTED if case.granted_early else case.ruling
    if ruling is earlier:
        return []
    if earlier is not None or case.status in _TURNED_DOWN:
        return _contradiction(answer, case)
    if ruling is Ruling.REFUSED:
        assert answer.ground is not None
        return [ConfirmationRefused(filing=answer.filing, ground=answer.ground)]
    return [_granted(case, answer.filing, case.case_number)] if case.case_number else []


def _granted(case: Case, filing: str, number: str) -> ConfirmationGranted:
    return ConfirmationGranted(filing=filing, case_number=number, amount_fen=case.amount_fen)


def _contradiction(answer: Answer, case: Case) -> list[Event]:
    stands = [str(case.status)] if case.status else []
    stands += [case.case_number] if case.case_number else []
    stands += [str(case.ruling)] if case.ruling else []
    stands += ["granted, number to come"] if case.granted_early else []
    return _rejected(answer, "answer.contradicts", f"{type(answer).__name__}, but it is {', '.join(stands)}.")


def _rejected(answer: Answer, reason: str, detail: str) -> list[Event]:
    return [CourtAnswerRejected(filing=answer.filing, reason=reason, detail=detail)]
