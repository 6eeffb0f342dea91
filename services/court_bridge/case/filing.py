"""A filing goes to the court: on the end of the mediation, or again when somebody submits it.

Source: 法释〔2021〕23号 art 21 (as of 2022-01-01).
"""

from collections.abc import Iterable

from services.court_bridge.case.bundle import Documents, added_by_people, bundle, missing
from services.court_bridge.case.state import CourtCase, case, rules_of
from services.court_bridge.rules import Context, attempt_of, filing_id, in_time
from shared.casework.guards import Facts, authority, possible
from shared.casework.protocol import Refusal
from shared.contracts.court import (
    ConfirmationApplied,
    Document,
    FilingSubmitted,
    HandoverPrepared,
    SubmitFiling,
)
from shared.contracts.kinds import FilingKind, FilingStatus
from shared.contracts.message import Command, Event

_TAKEN = (FilingStatus.ACCEPTED, FilingStatus.PARTIALLY_ACCEPTED)
_UNDER_REVIEW = (None, FilingStatus.RECEIVED)


@authority
def by_its_organisation(court_case: CourtCase, facts: Facts[Context], _: Command | None) -> str | None:
    """Only the organisation that held the mediation."""
    return None if facts.actor.organisation == court_case.organisation else "actor.not_allowed"


@possible
def mediation_ended(court_case: CourtCase, _: Facts[Context], __: Command | None) -> str | None:
    """Before the end there is nothing to tell the court."""
    return "mediation.not_ended" if court_case.end is None else None


@possible
def of_the_right_kind(court_case: CourtCase, _: Facts[Context], command: Command | None) -> str | None:
    """The end says what is filed: an application, a handover, or nothing."""
    if court_case.kind is None:
        return "filing.nothing"
    if court_case.waits:
        if court_case.kind is FilingKind.HANDOVER:
            return "suit.not_chosen"
        return "confirmation.not_joint" if court_case.complete else "agreement.incomplete"
    if isinstance(command, SubmitFiling) and command.kind is not court_case.kind:
        return "filing.wrong_kind"
    return None


@possible
def not_taken(court_case: CourtCase, _: Facts[Context], __: Command | None) -> str | None:
    """What the court has taken is not filed again."""
    return "filing.accepted" if _has_answer(court_case) or court_case.status in _TAKEN else None


@possible
def without_concessions(
    court_case: CourtCase, facts: Facts[Context], command: Command | None
) -> Refusal | None:
    """A handover shows nothing of what was conceded. Source: 法释〔2016〕14号 art 22."""
    if not isinstance(command, SubmitFiling):
        return None
    barred = rules_of(court_case, facts.context).never(command.kind)
    found = sorted(one.type.value for one in command.documents if one.type in barred)
    return Refusal("bundle.confidential", f"Leave out: {', '.join(found)}.") if found else None


@possible
def bundle_complete(court_case: CourtCase, facts: Facts[Context], command: Command | None) -> Refusal | None:
    """The command brings what is missing."""
    if not isinstance(command, SubmitFiling):
        return None
    lacks = missing(_with(court_case, command, facts), command.kind, rules_of(court_case, facts.context))
    return Refusal("bundle.incomplete", f"Missing: {', '.join(lacks)}.") if lacks else None


@possible
def not_too_late(court_case: CourtCase, facts: Facts[Context], _: Command | None) -> Refusal | None:
    """Confirmation is applied for within 30 days of effect. Source: 民事诉讼法 (2023) art 205."""
    if not is_too_late(court_case, facts):
        return None
    return Refusal("confirmation.late", rule="民事诉讼法 (2023) art 205")


def _is_under_review(court_case: CourtCase, command: SubmitFiling, facts: Facts[Context]) -> bool:
    looks = court_case.attempt > 0 and court_case.status in _UNDER_REVIEW and not _has_answer(court_case)
    return looks and command.kind is court_case.kind


@case.on(
    SubmitFiling,
    by_its_organisation,
    mediation_ended,
    not_too_late,
    of_the_right_kind,
    not_taken,
    without_concessions,
    bundle_complete,
    already=_is_under_review,
)
def submit(court_case: CourtCase, command: SubmitFiling, facts: Facts[Context]) -> Iterable[Event]:
    """Again after a rejection, or at last once the bundle is complete."""
    return filed(court_case, command.kind, _with(court_case, command, facts), facts)


@case.after(FilingSubmitted)
def submitted(court_case: CourtCase, event: FilingSubmitted) -> CourtCase:
    subject = event.filing.rpartition("-")[0]
    return court_case.but(
        attempt=attempt_of(event.filing, subject, event.kind),
        status=None,
        added=added_by_people(court_case, subject, event),
    )


def filed(
    court_case: CourtCase, kind: FilingKind, documents: Documents, facts: Facts[Context]
) -> list[Event]:
    """Return the next filing of a case; before the first, what it is."""
    typed = tuple(Document(type=type_, digest=digest) for type_, digest in documents.items())
    submission = FilingSubmitted(
        filing=filing_id(facts.subject, kind, court_case.attempt + 1),
        kind=kind,
        court=facts.context.network.court.id,
        institution=court_case.institution,
        cause=court_case.cause,
        amount_fen=court_case.amount_fen if kind.of_agreement else court_case.claim_fen,
        documents=typed,
    )
    if court_case.attempt:
        return [submission]
    assert court_case.end is not None
    rules = rules_of(court_case, facts.context)
    first: Event = (
        ConfirmationApplied(amount_fen=court_case.amount_fen, rules_version=rules.version)
        if kind is FilingKind.CONFIRMATION
        else HandoverPrepared(documents=typed, end=court_case.end.value, rules_version=rules.version)
    )
    return [first, submission]


def is_too_late(court_case: CourtCase, facts: Facts[Context]) -> bool:
    """Return whether the time to apply for confirmation has passed; a handover has no such limit."""
    if court_case.kind is not FilingKind.CONFIRMATION or court_case.effective_at is None:
        return False
    rules = rules_of(court_case, facts.context)
    return not in_time(court_case.effective_at, facts.at, rules, facts.context.calendar)


def _has_answer(court_case: CourtCase) -> bool:
    return bool(court_case.case_number) or court_case.ruling is not None


def _with(court_case: CourtCase, command: SubmitFiling, facts: Facts[Context]) -> Documents:
    brought = {one.type: one.digest for one in command.documents}
    return bundle(court_case, facts.subject, command.kind, rules_of(court_case, facts.context), brought)
