"""司法确认: the court confirms an agreement, or refuses on a ground of the law.

Source: 民诉法解释 (2022) art 358.
"""

from collections.abc import Iterable

from services.court_bridge.case.answers import (
    TURNED_DOWN,
    answered_attempt,
    contradiction,
    is_from_court,
    misplaced,
    rejected,
)
from services.court_bridge.case.enforcement import opened
from services.court_bridge.case.state import CourtCase, Ruling, case, rules_of
from services.court_bridge.rules import Context
from shared.casework.guards import Facts
from shared.contracts.court import ConfirmationDecided, ConfirmationGranted, ConfirmationRefused
from shared.contracts.kinds import FilingKind
from shared.contracts.message import Event


@case.on(ConfirmationDecided)
def take_ruling(court_case: CourtCase, answer: ConfirmationDecided, facts: Facts[Context]) -> Iterable[Event]:
    """One ruling; a grant before the case number waits for it."""
    if (elsewhere := misplaced(court_case, answer, facts)) is not None:
        return elsewhere
    if court_case.kind is not FilingKind.CONFIRMATION:
        return rejected(answer, "answer.wrong_kind", f"{answer.filing} is a {court_case.kind}.")
    if not answer.granted and answer.ground not in rules_of(court_case, facts.context).grounds:
        return rejected(answer, "answer.no_ground", f"{answer.ground} is none of the grounds of the law.")
    ruling = Ruling.GRANTED if answer.granted else Ruling.REFUSED
    earlier = Ruling.GRANTED if court_case.granted_early else court_case.ruling
    if ruling is earlier:
        return []
    if earlier is not None or court_case.status in TURNED_DOWN:
        return contradiction(court_case, answer)
    if ruling is Ruling.REFUSED:
        assert answer.ground is not None
        return [ConfirmationRefused(filing=answer.filing, ground=answer.ground)]
    number = court_case.case_number
    return confirmed(court_case, answer.filing, number, facts) if number else []


@case.takes(ConfirmationDecided)
def keep_early_grant(court_case: CourtCase, answer: ConfirmationDecided, facts: Facts[Context]) -> CourtCase:
    """A grant before the case number says nothing yet, and is not lost."""
    early = (
        answer.granted
        and is_from_court(facts)
        and court_case.kind is FilingKind.CONFIRMATION
        and answered_attempt(court_case, answer, facts.subject) == court_case.attempt > 0
        and not court_case.case_number
        and court_case.ruling is None
        and court_case.status not in TURNED_DOWN
    )
    return court_case.but(granted_early=True) if early else court_case


@case.after(ConfirmationGranted)
def granted(court_case: CourtCase, event: ConfirmationGranted) -> CourtCase:
    return court_case.but(ruling=Ruling.GRANTED, granted_early=False)


@case.after(ConfirmationRefused)
def refused(court_case: CourtCase, event: ConfirmationRefused) -> CourtCase:
    return court_case.but(ruling=Ruling.REFUSED)


def confirmed(court_case: CourtCase, filing: str, number: str, facts: Facts[Context]) -> list[Event]:
    """Return a grant with number and amount; of an agreement in default it opens the enforcement."""
    grant = ConfirmationGranted(filing=filing, case_number=number, amount_fen=court_case.amount_fen)
    return [grant, *opened(court_case, court_case.default, facts)]
