"""移送 and 司法确认申请: the end of a mediation leads to a filing, unless something is missing or too late.

An agreement goes to the court once it is complete and every party has applied. The court that delegated a
dispute is told its end also where nothing is filed on it. A failed mediation that the court had delegated is
docketed; one that the institution had applied for is handed over only if it chooses to sue.
Source: 法释〔2021〕23号 art 21 (as of 2022-01-01); 民事诉讼法 (2023) art 205; 法释〔2016〕14号 arts 19, 26.
"""

from collections.abc import Iterable

from services.court_bridge.case.bundle import bundle, missing
from services.court_bridge.case.filing import filed, is_too_late
from services.court_bridge.case.mediation import over
from services.court_bridge.case.right_to_sue import sue_by
from services.court_bridge.case.state import CourtCase, case, rules_of
from services.court_bridge.rules import Context, apply_by
from shared.casework.guards import Facts, authority, possible
from shared.contracts.agreements import AgreementCompleted
from shared.contracts.court import (
    ChooseSuit,
    ConfirmationApplied,
    ConfirmationLapsed,
    ConfirmationOpened,
    EndReported,
    HandoverIncomplete,
    HandoverPrepared,
    SuitChosen,
    SuitSuggested,
)
from shared.contracts.kinds import End, FilingKind, Way
from shared.contracts.mediation import MediationEnded
from shared.contracts.message import Command, Event


@case.on(MediationEnded)
def after_mediation(before: CourtCase, ended: MediationEnded, facts: Facts[Context]) -> Iterable[Event]:
    """What the end asks for is filed at once, unless something must happen first.

    Raises:
        ValueError: The end of the mediation and the agreement in force name different amounts.
    """
    if before.end is not None or ended.merged_into:
        return []
    court_case = over(before, ended)
    agreed_fen = ended.agreement_fen
    if ended.end is End.AGREEMENT and before.agreement and agreed_fen != before.amount_fen:
        raise ValueError(f"{facts.subject}: ended with {agreed_fen} fen, but agreed {before.amount_fen} fen")
    if court_case.kind is FilingKind.HANDOVER and court_case.waits:
        by = sue_by(facts.at, rules_of(court_case, facts.context))
        return [SuitSuggested(institution=court_case.institution, end=ended.end, sue_by=by)]
    return [
        *_reported(court_case, ended, facts),
        *_opened(court_case, facts),
        *first_filing(court_case, facts),
    ]


def _reported(court_case: CourtCase, ended: MediationEnded, facts: Facts[Context]) -> list[Event]:
    """Return the report to the court that delegated the dispute; of a failure the handover is one."""
    rules = rules_of(court_case, facts.context)
    failed = court_case.kind is FilingKind.HANDOVER
    if not rules.reports_every_end or court_case.way is not Way.DELEGATED or failed:
        return []
    return [
        EndReported(
            court=facts.context.network.court.id,
            organisation=court_case.organisation,
            institution=court_case.institution,
            cause=court_case.cause,
            end=ended.end,
            claim_fen=court_case.claim_fen,
            agreed_fen=ended.agreement_fen,
            agreement=court_case.agreement or None if ended.end is End.AGREEMENT else None,
            rules_version=rules.version,
        )
    ]


def _opened(court_case: CourtCase, facts: Facts[Context]) -> list[Event]:
    """Return that the parties may apply for confirmation, and until when."""
    open_ = court_case.kind is FilingKind.CONFIRMATION and court_case.joint
    if not open_ or court_case.effective_at is None or is_too_late(court_case, facts):
        return []
    by = apply_by(court_case.effective_at, rules_of(court_case, facts.context), facts.context.calendar)
    return [
        ConfirmationOpened(
            institution=court_case.institution, apply_by=by.at, apply_by_provisional=by.provisional
        )
    ]


@case.on(AgreementCompleted)
def after_completion(before: CourtCase, _: AgreementCompleted, facts: Facts[Context]) -> Iterable[Event]:
    """An agreement that was in force before it was complete goes to the court now, if all have applied."""
    return [] if before.complete else first_filing(before.but(complete=True), facts)


@authority
def by_the_institution(court_case: CourtCase, facts: Facts[Context], _: Command | None) -> str | None:
    """Only who applied for the mediation chooses what follows it."""
    return None if facts.actor.organisation == court_case.institution else "actor.not_allowed"


@possible
def left_to_it(court_case: CourtCase, _: Facts[Context], __: Command | None) -> str | None:
    """A suit is chosen after a mediation that was applied for and failed; a delegated one is docketed."""
    if court_case.end is None:
        return "mediation.not_ended"
    chosen = court_case.kind is FilingKind.HANDOVER and court_case.waits
    return None if chosen else "suit.nothing_to_choose"


def _is_chosen(court_case: CourtCase, command: ChooseSuit, facts: Facts[Context]) -> bool:
    return court_case.suit_chosen


@case.on(ChooseSuit, by_the_institution, left_to_it, already=_is_chosen)
def choose_suit(court_case: CourtCase, command: ChooseSuit, facts: Facts[Context]) -> Iterable[Event]:
    """The materials go to the court. Source: 法释〔2021〕23号 art 21(1)."""
    yield SuitChosen(institution=court_case.institution)
    yield from first_filing(court_case.but(suit_chosen=True), facts)


@case.after(SuitChosen)
def chosen(court_case: CourtCase, event: SuitChosen) -> CourtCase:
    return court_case.but(suit_chosen=True)


def first_filing(court_case: CourtCase, facts: Facts[Context]) -> list[Event]:
    """Return the first filing after the mediation; what is missing is named."""
    kind = court_case.kind
    if kind is None or court_case.waits or court_case.lapsed:
        return []
    rules = rules_of(court_case, facts.context)
    documents = bundle(court_case, facts.subject, kind, rules, {})
    if lacks := missing(documents, kind, rules):
        return [HandoverIncomplete(kind=kind, missing=lacks, rules_version=rules.version)]
    if is_too_late(court_case, facts):
        assert court_case.effective_at is not None
        by = apply_by(court_case.effective_at, rules, facts.context.calendar)
        return [
            ConfirmationLapsed(
                apply_by=by.at, apply_by_provisional=by.provisional, rules_version=rules.version
            )
        ]
    return filed(court_case, kind, documents, facts)


case.unchanged_by(
    HandoverIncomplete, HandoverPrepared, ConfirmationApplied, ConfirmationOpened, EndReported, SuitSuggested
)
