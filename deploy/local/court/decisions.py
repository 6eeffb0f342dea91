"""What the simulated court decides. Pure: all hangs on the seed and the filing's id."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import permutations

from shared.casework.calendar import SHANGHAI, library_calendar, local_day
from shared.casework.case_numbers import CaseType
from shared.contracts.court import (
    ConfirmationDecided,
    DocketingCompleted,
    DocumentReview,
    FilingReviewCompleted,
    FilingSubmitted,
    StatementDecided,
)
from shared.contracts.kinds import FilingKind, FilingStatus, StatementOutcome
from shared.contracts.message import Event

GROUNDS = (
    "confirmation.unlawful",
    "confirmation.harms_others",
    "confirmation.against_morals",
    "confirmation.not_voluntary",
    "confirmation.unclear",
    "confirmation.other",
)
"""Grounds on which confirmation is refused. Source: 民诉法解释 (2022) art 358."""

NO_STATEMENT = (
    "statement.unlawful",
    "statement.not_voluntary",
    "statement.harms_others",
    "statement.false_mediation",
    "statement.not_signed_for",
)
"""Grounds on which no statement is made. Source: 民事诉讼法 (2023) arts 99, 102; 法释〔2021〕23号 art 23."""

_TYPES = {FilingKind.CONFIRMATION: CaseType.CONFIRMATION, FilingKind.HANDOVER: CaseType.FIRST_INSTANCE}


@dataclass(frozen=True, slots=True)
class Manners:
    """How the court behaves.

    Attributes:
        delay_ms: Longest real time until an answer is sent.
        reject_percent: First filings that the review rejects; what is filed again is accepted.
        refuse_percent: Confirmations and statements that are refused.
        disorder_percent: Filings whose answers are sent in another order than they were made.
        twice_percent: Answers that are sent twice.
    """

    delay_ms: int = 300
    reject_percent: int = 0
    refuse_percent: int = 0
    disorder_percent: int = 50
    twice_percent: int = 5


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer.

    Attributes:
        body: What the court says.
        at: Business time.
        position: Its place in the order of sending.
        delay_ms: Real time until it is sent.
        copies: How often it is sent.
    """

    body: Event
    at: datetime
    position: int
    delay_ms: int
    copies: int


GiveNumber = Callable[[int, CaseType], str]
"""Numbers a filing: the next of the year and type, or the one that it has."""


def replies(
    filing: FilingSubmitted,
    *,
    message: str,
    filed_at: datetime,
    now: datetime,
    seed: int,
    manners: Manners,
    give_number: GiveNumber,
) -> list[Reply]:
    """Return all answers to a filing, in the order in which the court makes them.

    Args:
        filing: What was filed.
        message: Id of its message: every answer names what it answers.
        filed_at: Business time of the filing.
        now: Real time; no answer has a later business time, unless the filing itself does.
        seed: Another seed is another court.
        manners: How the court behaves.
        give_number: Called once if the filing is docketed.
    """
    bodies = _bodies(filing, message, filed_at, now, seed, manners, give_number)
    return _sending(bodies, filing.filing, seed, manners)


def _bodies(
    filing: FilingSubmitted,
    message: str,
    filed_at: datetime,
    now: datetime,
    seed: int,
    manners: Manners,
    give_number: GiveNumber,
) -> list[tuple[Event, datetime]]:
    who = filing.filing

    def chance(what: str, outcomes: int) -> int:
        return _chance(seed, who, what, outcomes)

    def after(working_days: int, what: str) -> datetime:
        return max(filed_at, min(_office_hour(filed_at, working_days, chance(what, 480)), now))

    reviewed_days = 1 + chance("review-days", 3)
    docketed_days = reviewed_days + 1 + chance("docket-days", 4)
    rejected = who.endswith(("-c1", "-h1", "-s1", "-r1")) and chance("reject", 100) < manners.reject_percent
    answers: list[tuple[Event, datetime]] = [
        (_review(filing, message, rejected), after(reviewed_days, "review"))
    ]
    if rejected or filing.kind is FilingKind.RESUMPTION:  # the suit has its number, and goes on
        return answers
    refused = chance("refuse", 100) < manners.refuse_percent
    if filing.kind is FilingKind.STATEMENT:
        outcome = StatementOutcome.REFUSED if refused else StatementOutcome.ISSUED
        ground = NO_STATEMENT[chance("ground", len(NO_STATEMENT))] if refused else None
        decided = StatementDecided(filing=who, answers=message, statement=outcome, ground=ground)
        return [*answers, (decided, after(reviewed_days + 3 + chance("ruling-days", 8), "ruling"))]
    docketed_at = after(docketed_days, "docket")
    number = give_number(docketed_at.astimezone(SHANGHAI).year, _TYPES[filing.kind])
    answers.append((DocketingCompleted(filing=who, answers=message, case_number=number), docketed_at))
    if filing.kind is FilingKind.CONFIRMATION:
        ground = GROUNDS[chance("ground", len(GROUNDS))] if refused else None
        ruling = ConfirmationDecided(filing=who, answers=message, granted=not refused, ground=ground)
        answers.append((ruling, after(docketed_days + 3 + chance("ruling-days", 8), "ruling")))
    return answers


def _review(filing: FilingSubmitted, message: str, rejected: bool) -> FilingReviewCompleted:
    documents = [
        DocumentReview(type=document.type, status=FilingStatus.ACCEPTED) for document in filing.documents
    ]
    if rejected and documents:
        documents[0] = DocumentReview(
            type=documents[0].type, status=FilingStatus.REJECTED, reason="document.unclear"
        )
    return FilingReviewCompleted(
        filing=filing.filing,
        answers=message,
        status=FilingStatus.REJECTED if rejected else FilingStatus.ACCEPTED,
        documents=tuple(documents),
    )


def _sending(bodies: list[tuple[Event, datetime]], who: str, seed: int, manners: Manners) -> list[Reply]:
    count = len(bodies)
    orders = list(permutations(range(count)))
    disorderly = count > 1 and _chance(seed, who, "disorder", 100) < manners.disorder_percent
    order = orders[1 + _chance(seed, who, "order", len(orders) - 1)] if disorderly else orders[0]
    delays = sorted(_chance(seed, who, f"delay-{i}", manners.delay_ms + 1) for i in range(count))
    return [
        Reply(
            body=body,
            at=at,
            position=order[i],
            delay_ms=delays[order[i]],
            copies=2 if _chance(seed, who, f"twice-{i}", 100) < manners.twice_percent else 1,
        )
        for i, (body, at) in enumerate(bodies)
    ]


def _chance(seed: int, who: str, what: str, outcomes: int) -> int:
    """Return a number below ``outcomes`` that is the same for the same question, whenever it is asked."""
    digest = hashlib.sha256(f"{seed}\x1f{who}\x1f{what}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % outcomes


def _office_hour(start: datetime, working_days: int, minute: int) -> datetime:
    """Return a minute between 9:00 and 17:00, some court days later."""
    # A stand-in need not be right about holidays that are not announced yet: the library will do.
    day = library_calendar().add_working_days(local_day(start), working_days)
    return datetime.combine(day, time(9), SHANGHAI) + timedelta(minutes=minute)
