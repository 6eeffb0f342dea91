"""立案: the court gives a case its number, once."""

from collections.abc import Iterable

from services.court_bridge.case.answers import TURNED_DOWN, contradiction, misplaced, rejected
from services.court_bridge.case.confirmation import confirmed
from services.court_bridge.case.state import CourtCase, case, rules_of
from services.court_bridge.rules import Context
from shared.casework.case_numbers import CaseNumber, CaseNumberError
from shared.casework.guards import Facts
from shared.contracts.court import CaseDocketed, DocketingCompleted
from shared.contracts.message import Event


@case.on(DocketingCompleted)
def take_number(court_case: CourtCase, answer: DocketingCompleted, facts: Facts[Context]) -> Iterable[Event]:
    """A grant that waited for the number is complete with it."""
    if (elsewhere := misplaced(court_case, answer, facts)) is not None:
        return elsewhere
    assert court_case.kind is not None
    try:
        number = CaseNumber.parse(answer.case_number)
    except CaseNumberError as error:
        return rejected(answer, error.code, error.en)
    text = str(number)
    if court_case.case_number == text:
        return []
    if court_case.suit_number:
        if text == court_case.suit_number:
            return []
        return rejected(answer, "case_number.second", f"{text}, but it is {court_case.suit_number}.")
    court = facts.context.network.court
    if number.court_code != court.code:
        return rejected(answer, "case_number.wrong_court", f"{text} is not of {court.code}.")
    if number.type_code not in rules_of(court_case, facts.context).types(court_case.kind):
        return rejected(answer, "case_number.wrong_type", f"{text} is no number of a {court_case.kind}.")
    if court_case.case_number:
        return rejected(answer, "case_number.second", f"{text}, but it is {court_case.case_number}.")
    if court_case.status in TURNED_DOWN:
        return contradiction(court_case, answer)
    events: list[Event] = [CaseDocketed(filing=answer.filing, kind=court_case.kind, case_number=text)]
    if court_case.granted_early:
        events += confirmed(court_case, answer.filing, text, facts)
    return events


@case.after(CaseDocketed)
def docketed(court_case: CourtCase, event: CaseDocketed) -> CourtCase:
    return court_case.but(case_number=event.case_number)
