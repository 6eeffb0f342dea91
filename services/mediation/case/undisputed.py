"""无争议事实: a text that every party confirms in writing; of all that was said, a suit may use it alone.

Source: 法释〔2021〕23号 arts 18, 22 (as of 2022-01-01).
"""

from collections.abc import Iterable

from services.mediation.case.neutrality import known_and_agreed
from services.mediation.case.state import (
    Mediation,
    acting_party,
    by_a_party,
    by_its_mediator,
    case,
    not_suspended,
    once_accepted,
    speaker,
    still_open,
    with_all_consents,
)
from services.mediation.case.talks import Facts as Text
from services.mediation.rules import Context
from shared.casework.guards import Facts, possible
from shared.casework.protocol import Refusal
from shared.contracts.message import Command, Event
from shared.contracts.sessions import (
    ConfirmFacts,
    FactsConfirmed,
    FactsRecorded,
    FactsUndisputed,
    RecordUndisputedFacts,
)


@possible
def after_a_session(mediation: Mediation, _: Facts[Context], __: Command | None) -> Refusal | None:
    """Facts are confirmed in a mediation that takes place, by people who are known. Source: arts 17, 22."""
    return None if mediation.talks.held else Refusal("facts.no_session", rule="mediation.undisputed-facts")


@possible
def on_this_record(mediation: Mediation, _: Facts[Context], command: Command | None) -> str | None:
    """There is a text, and it is the one that the party names."""
    text = mediation.talks.facts
    if text is None:
        return "facts.none"
    other = isinstance(command, ConfirmFacts) and command.digest != text.digest
    return "facts.other_digest" if other else None


def _is_recorded(mediation: Mediation, command: RecordUndisputedFacts, facts: Facts[Context]) -> bool:
    text = mediation.talks.facts
    waits = text is not None and (text.digest, text.items) == (command.digest, command.items)
    return waits or (text is None and mediation.talks.undisputed == command.digest)


@case.on(
    RecordUndisputedFacts,
    by_its_mediator,
    still_open,
    once_accepted,
    with_all_consents,
    after_a_session,
    not_suspended,
    known_and_agreed,
    already=_is_recorded,
)
def record(mediation: Mediation, command: RecordUndisputedFacts, facts: Facts[Context]) -> Iterable[Event]:
    """Another text voids what was confirmed of this one, not what all confirmed before."""
    yield FactsRecorded(digest=command.digest, items=command.items)


@case.after(FactsRecorded)
def recorded(mediation: Mediation, event: FactsRecorded) -> Mediation:
    text = Text(digest=event.digest, items=event.items)
    return mediation.but(talks=mediation.talks.but(facts=text))


def _is_confirmed(mediation: Mediation, command: ConfirmFacts, facts: Facts[Context]) -> bool:
    talks = mediation.talks
    if talks.facts is None:
        return command.digest == talks.undisputed
    mine = acting_party(mediation, facts) in talks.facts.confirmed
    return mine and command.digest == talks.facts.digest


@case.on(ConfirmFacts, by_a_party, still_open, on_this_record, not_suspended, already=_is_confirmed)
def confirm(mediation: Mediation, command: ConfirmFacts, facts: Facts[Context]) -> Iterable[Event]:
    """Each party for itself; with the last one nobody disputes them."""
    confirmed = FactsConfirmed(party=speaker(mediation, facts), digest=command.digest)
    yield confirmed
    text = case.evolve(mediation, confirmed, facts.at, facts.context).talks.facts
    assert text is not None
    if set(text.confirmed) >= set(mediation.parties):
        yield FactsUndisputed(digest=text.digest, items=text.items)


@case.after(FactsConfirmed)
def confirmed(mediation: Mediation, event: FactsConfirmed) -> Mediation:
    text = mediation.talks.facts
    assert text is not None
    text = text.but(confirmed=(*text.confirmed, event.party))
    return mediation.but(talks=mediation.talks.but(facts=text))


@case.after(FactsUndisputed)
def undisputed(mediation: Mediation, event: FactsUndisputed) -> Mediation:
    return mediation.but(talks=mediation.talks.but(facts=None, undisputed=event.digest))
