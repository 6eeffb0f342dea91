"""让步: what is told to the mediator in confidence stands in a store of its own, until the mediation ends.

The state knows how many there are, and nothing of what they say. Source: 法释〔2021〕23号 art 18;
法释〔2016〕14号 art 22.
"""

from collections.abc import Iterable
from typing import Final

from services.mediation.case.neutrality import mediator_known_and_agreed
from services.mediation.case.pause import period_runs
from services.mediation.case.state import (
    Mediation,
    by_a_party_or_its_mediator,
    by_its_mediator,
    case,
    not_suspended,
    once_accepted,
    still_open,
    with_all_consents,
)
from services.mediation.rules import Context
from shared.casework.guards import Facts, possible
from shared.casework.protocol import Refusal
from shared.contracts.confidence import ConcessionKept, ConcessionsRead, KeepConcession, ReadConcessions
from shared.contracts.message import Command, Event
from shared.contracts.sealed import bound_to, unpacked_text

_RULE: Final = "mediation.concessions-kept"


@possible
def room_for_more(mediation: Mediation, facts: Facts[Context], _: Command | None) -> Refusal | None:
    """What is kept is destroyed with the end, all at once, so it has a bound."""
    most = facts.context.book.at(mediation.rules_version).concessions
    if most is None:
        return Refusal("concession.not_in_rules", rule=_RULE)
    return Refusal("concession.too_many", rule=_RULE) if mediation.talks.concessions >= most else None


@possible
def opens(mediation: Mediation, facts: Facts[Context], command: Command | None) -> str | None:
    """It was sealed to mediation, for this case, by this person."""
    if not isinstance(command, KeepConcession):
        return None
    bound = bound_to(command.wire_type, "concession", facts.subject, str(facts.actor))
    plain = facts.context.unseal(command.concession, bound)
    return "sealed.unreadable" if plain is None or unpacked_text(plain) is None else None


@case.on(
    KeepConcession,
    by_a_party_or_its_mediator,
    still_open,
    period_runs,
    once_accepted,
    with_all_consents,
    room_for_more,
    opens,
    not_suspended,
    mediator_known_and_agreed,
)
def keep(mediation: Mediation, command: KeepConcession, facts: Facts[Context]) -> Iterable[Event]:
    """That something was kept is all that an event says."""
    yield ConcessionKept(concession_number=mediation.talks.concessions + 1)


@case.after(ConcessionKept)
def kept(mediation: Mediation, event: ConcessionKept) -> Mediation:
    return mediation.but(talks=mediation.talks.but(concessions=event.concession_number))


@possible
def something_kept(mediation: Mediation, _: Facts[Context], __: Command | None) -> str | None:
    """There is something to read."""
    return None if mediation.talks.concessions else "concession.none"


@case.on(
    ReadConcessions,
    by_its_mediator,
    still_open,
    once_accepted,
    something_kept,
    mediator_known_and_agreed,
)
def read(mediation: Mediation, command: ReadConcessions, facts: Facts[Context]) -> Iterable[Event]:
    """Each reading is recorded; only then the store shows anything."""
    assert mediation.mediator is not None
    yield ConcessionsRead(mediator=mediation.mediator)


case.unchanged_by(ConcessionsRead)
