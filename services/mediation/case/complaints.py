"""投诉: a party complains of a mediator of its case, and the court decides.

Art 29 leaves the decision to the court that invited the mediator, not to her organisation; that may suspend
her meanwhile (``SuspendMediator``). A complaint comes at any time, also after the end, and changes nothing in
the case itself.
Source: 法释〔2021〕23号 art 29 (as of 2022-01-01); 法释〔2016〕14号 art 28.
"""

from collections.abc import Iterable

from services.mediation.case.state import Mediation, acting_party, by_a_party_or_any_agent, case, speaker
from services.mediation.case.team import Complaint
from services.mediation.rules import Context
from shared.casework.guards import Facts, possible
from shared.contracts.agents import Reach
from shared.contracts.complaints import (
    ComplainOfMediator,
    ComplaintDecided,
    DecideComplaint,
    Measure,
    MediatorComplainedOf,
)
from shared.contracts.message import Command, Event


def _had(mediation: Mediation) -> tuple[str, ...]:
    """Return who mediates the case, or did; who presides now, or did last, stands at the end."""
    had = (mediation.co.mediator, *mediation.co.gone, *mediation.excluded, mediation.mediator)
    return tuple(one for one in had if one is not None)


def _whom(mediation: Mediation, command: ComplainOfMediator) -> str:
    return command.mediator or _had(mediation)[-1]


@possible
def of_its_mediators(mediation: Mediation, _: Facts[Context], command: Command | None) -> str | None:
    """Somebody who mediates the case, was designated to, or has left it."""
    had = _had(mediation)
    named = command.mediator if isinstance(command, ComplainOfMediator) else None
    return None if had and (named is None or named in had) else "complaint.stranger"


def _is_filed(mediation: Mediation, command: ComplainOfMediator, facts: Facts[Context]) -> bool:
    if not _had(mediation):
        return False
    said = (_whom(mediation, command), acting_party(mediation, facts, Reach.GENERAL), command.breach)
    return any(one.open and (one.mediator, one.party, one.breach) == said for one in mediation.complaints)


@case.on(ComplainOfMediator, by_a_party_or_any_agent, of_its_mediators, already=_is_filed)
def complain(mediation: Mediation, command: ComplainOfMediator, facts: Facts[Context]) -> Iterable[Event]:
    """Each ground is a complaint of its own. Source: 法释〔2021〕23号 art 29."""
    yield MediatorComplainedOf(
        complaint=len(mediation.complaints) + 1,
        mediator=_whom(mediation, command),
        party=speaker(mediation, facts, Reach.GENERAL),
        breach=command.breach,
    )


@case.after(MediatorComplainedOf)
def complained(mediation: Mediation, event: MediatorComplainedOf) -> Mediation:
    one = Complaint(mediator=event.mediator, party=event.party, breach=event.breach)
    return mediation.but(complaints=(*mediation.complaints, one))


def _open(mediation: Mediation, number: int) -> Complaint | None:
    found = mediation.complaints[number - 1 : number]
    return found[0] if found and found[0].open else None


@possible
def to_decide(mediation: Mediation, _: Facts[Context], command: Command | None) -> str | None:
    """There is such a complaint, and it is not decided yet."""
    if isinstance(command, DecideComplaint):
        found = _open(mediation, command.complaint) is not None
    else:
        found = any(one.open for one in mediation.complaints)
    return None if found else "complaint.none"


@possible
def with_a_measure_that_fits(_: Mediation, __: Facts[Context], command: Command | None) -> str | None:
    """A complaint that is true has a consequence, and one that is not has none."""
    if not isinstance(command, DecideComplaint):
        return None
    return "complaint.measure" if command.upheld is (command.measure is Measure.NONE) else None


@case.on(DecideComplaint, to_decide, with_a_measure_that_fits)
def decide(mediation: Mediation, command: DecideComplaint, facts: Facts[Context]) -> Iterable[Event]:
    """The court's word; the mediator's roster carries out what follows. Source: 法释〔2021〕23号 art 29."""
    found = _open(mediation, command.complaint)
    assert found is not None
    yield ComplaintDecided(
        organisation=mediation.organisation,
        case=mediation.case,
        complaint=command.complaint,
        mediator=found.mediator,
        breach=found.breach,
        upheld=command.upheld,
        measure=command.measure,
    )


@case.after(ComplaintDecided)
def decided(mediation: Mediation, event: ComplaintDecided) -> Mediation:
    all_of_them = tuple(
        one.but(open=False) if number == event.complaint else one
        for number, one in enumerate(mediation.complaints, 1)
    )
    return mediation.but(complaints=all_of_them)
