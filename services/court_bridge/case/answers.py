"""What the court answers: late, twice, in any order.

What fits is recorded; what says the same again changes nothing; what cannot be is kept as
CourtAnswerRejected for a person to look at. Source: OASIS LegalXML ECF 5 (the asynchronous replies).
"""

from services.court_bridge.case.state import CourtCase, case
from services.court_bridge.rules import Context, attempt_of
from shared.casework.guards import Facts
from shared.contracts.court import (
    ConfirmationDecided,
    CourtAnswerRejected,
    DocketingCompleted,
    FilingReviewCompleted,
    StatementDecided,
)
from shared.contracts.kinds import FilingStatus
from shared.contracts.message import Event
from shared.network.schema import Court

Answer = FilingReviewCompleted | DocketingCompleted | ConfirmationDecided | StatementDecided

TURNED_DOWN = (FilingStatus.REJECTED, FilingStatus.CANCELLED)


def misplaced(court_case: CourtCase, answer: Answer, facts: Facts[Context]) -> list[Event] | None:
    """Return what an answer leads to that is not this court's, or not about the last filing.

    Returns:
        ``None`` for an answer of the court about the last filing.
    """
    if not is_from_court(facts):
        assert facts.received is not None
        detail = f"{facts.received.source} is not {source_of(facts.context.network.court)}."
        return rejected(answer, "answer.wrong_court", detail)
    attempt = answered_attempt(court_case, answer, facts.subject)
    if attempt == 0:
        return rejected(answer, "filing.unknown", f"{facts.subject} has no such filing.")
    return _superseded(court_case, answer) if attempt < court_case.attempt else None


def is_from_court(facts: Facts[Context]) -> bool:
    """Return whether the message comes from the network's court."""
    return facts.received is not None and facts.received.source == source_of(facts.context.network.court)


def source_of(court: Court) -> str:
    """Return the CloudEvents source of a court."""
    return f"/courts/{court.id}"


def answered_attempt(court_case: CourtCase, answer: Answer, subject: str) -> int:
    """Return which filing of the case is answered; 0 for none that was made."""
    if court_case.kind is None:
        return 0
    attempt = attempt_of(answer.filing, subject, court_case.kind)
    return attempt if attempt <= court_case.attempt else 0


def contradiction(court_case: CourtCase, answer: Answer) -> list[Event]:
    """Return the one event for an answer that contradicts an earlier one."""
    stands = [str(court_case.status)] if court_case.status else []
    stands += [court_case.case_number] if court_case.case_number else []
    stands += [str(court_case.ruling)] if court_case.ruling else []
    stands += ["granted, number to come"] if court_case.granted_early else []
    return rejected(answer, "answer.contradicts", f"{type(answer).__name__}, but it is {', '.join(stands)}.")


def rejected(answer: Answer, reason: str, detail: str) -> list[Event]:
    """Return the one event for an answer that cannot be."""
    return [CourtAnswerRejected(filing=answer.filing, reason=reason, detail=detail)]


case.unchanged_by(CourtAnswerRejected)


def _superseded(court_case: CourtCase, answer: Answer) -> list[Event]:
    """A filing is followed by another only after it was turned down: that it was is no news."""
    known = (*TURNED_DOWN, FilingStatus.RECEIVED)
    if isinstance(answer, FilingReviewCompleted) and answer.status in known:
        return []
    detail = f"Filing {court_case.attempt} of the case stands in its place."
    return rejected(answer, "filing.superseded", detail)
