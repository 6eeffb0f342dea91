"""调解书、恢复审理: what follows a mediation that the court had tried in a suit.

An agreement becomes a statement of the court, which is in force once the parties have signed for it, or the
suit is withdrawn. Without an agreement, or without a statement, the trial goes on; nothing is docketed again.
Source: 法释〔2016〕14号 arts 20, 21; 民事诉讼法 (2023) arts 99, 100, 102; 法释〔2021〕23号 arts 21, 23.
"""

from collections.abc import Iterable

from services.court_bridge.case.answers import TURNED_DOWN, contradiction, misplaced, rejected
from services.court_bridge.case.enforcement import opened, to_be_sued_on
from services.court_bridge.case.state import CourtCase, Ruling, case, rules_of
from services.court_bridge.rules import Context
from shared.casework.guards import Facts
from shared.contracts.court import (
    FilingReviewCompleted,
    StatementDecided,
    StatementIssued,
    StatementRefused,
    SuitWithdrawn,
    TrialResumed,
)
from shared.contracts.kinds import FilingKind, FilingStatus, StatementOutcome
from shared.contracts.message import Event

_RULINGS = {
    StatementOutcome.ISSUED: Ruling.GRANTED,
    StatementOutcome.WITHDRAWN: Ruling.WITHDRAWN,
    StatementOutcome.REFUSED: Ruling.REFUSED,
}


@case.on(StatementDecided)
def take_statement(court_case: CourtCase, answer: StatementDecided, facts: Facts[Context]) -> Iterable[Event]:
    """One outcome; a statement of an agreement in default opens the enforcement."""
    if (elsewhere := misplaced(court_case, answer, facts)) is not None:
        return elsewhere
    if court_case.kind is not FilingKind.STATEMENT:
        return rejected(answer, "answer.wrong_kind", f"{answer.filing} is a {court_case.kind}.")
    refused = answer.statement is StatementOutcome.REFUSED
    if refused and not rules_of(court_case, facts.context).is_ground_against_statement(answer.ground):
        return rejected(answer, "answer.no_ground", f"{answer.ground} is none of the grounds of the law.")
    ruling = _RULINGS[answer.statement]
    if ruling is court_case.ruling:
        return []
    if court_case.ruling is not None or court_case.status in TURNED_DOWN:
        return contradiction(court_case, answer)
    number = court_case.suit_number or None
    if refused:
        assert answer.ground is not None
        return [StatementRefused(filing=answer.filing, case_number=number, ground=answer.ground)]
    if answer.statement is StatementOutcome.WITHDRAWN:
        gone = SuitWithdrawn(filing=answer.filing, case_number=number)
        return [gone, *to_be_sued_on(court_case.default)]
    issued = StatementIssued(filing=answer.filing, case_number=number, amount_fen=court_case.amount_fen)
    return [issued, *opened(court_case, court_case.default, facts)]


@case.after(StatementIssued)
def in_force(court_case: CourtCase, event: StatementIssued) -> CourtCase:
    return court_case.but(ruling=Ruling.GRANTED)


@case.after(StatementRefused)
def turned_down(court_case: CourtCase, event: StatementRefused) -> CourtCase:
    return court_case.but(ruling=Ruling.REFUSED)


@case.after(SuitWithdrawn)
def withdrawn(court_case: CourtCase, event: SuitWithdrawn) -> CourtCase:
    return court_case.but(ruling=Ruling.WITHDRAWN)


def resumed(court_case: CourtCase, answer: FilingReviewCompleted) -> list[Event]:
    """Return that the trial goes on, once the court has taken the report of a mediation without agreement."""
    taken = answer.status in (FilingStatus.ACCEPTED, FilingStatus.PARTIALLY_ACCEPTED)
    if not taken or court_case.kind is not FilingKind.RESUMPTION or court_case.ruling is not None:
        return []
    assert court_case.end is not None
    return [
        TrialResumed(
            filing=answer.filing, case_number=court_case.suit_number or None, end=court_case.end.value
        )
    ]


@case.after(TrialResumed)
def goes_on(court_case: CourtCase, event: TrialResumed) -> CourtCase:
    return court_case.but(ruling=Ruling.RESUMED)
