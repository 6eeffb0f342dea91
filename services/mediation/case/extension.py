"""延长期限: the period becomes longer where every party agrees.

The mediator or a party proposes so many days more. Each party agrees for itself, or refuses, and the proposal
is off. The days are added to the length of the period, and its last day is found anew from its beginning: a
holiday on which the shorter period would have ended plays no part.

Source: 法释〔2021〕23号 arts 24, 25(6) (as of 2022-01-01).
"""

from collections.abc import Iterable
from datetime import datetime

from services.mediation.case.clock import Proposal
from services.mediation.case.pause import period_runs, span
from services.mediation.case.state import (
    Mediation,
    acting_party,
    by_a_party,
    by_a_party_or_its_mediator,
    case,
    once_accepted,
    speaker,
    still_open,
)
from services.mediation.rules import Context
from shared.casework.guards import Facts, possible
from shared.casework.protocol import Refusal
from shared.contracts.clocks import (
    AgreeExtension,
    ExtensionAgreed,
    ExtensionProposed,
    ExtensionRefused,
    PeriodExtended,
    ProposeExtension,
    RefuseExtension,
)
from shared.contracts.kinds import Party
from shared.contracts.message import Command, Event


def proposed(mediation: Mediation) -> Proposal | None:
    """Return the proposal that is on the table; ``None`` once it took effect, or was refused."""
    found = mediation.clock.proposal
    if found is None or found.refused or set(found.agreed) >= set(mediation.parties):
        return None
    return found


@possible
def within_one_extension(
    mediation: Mediation, facts: Facts[Context], command: Command | None
) -> Refusal | None:
    """One proposal is for no more than the platform allows at a time; another may follow it."""
    most = facts.context.book.at(mediation.rules_version).extension_days
    if not isinstance(command, ProposeExtension) or most is None or command.days <= most:
        return None
    return Refusal("extension.too_long", f"At most {most} days at a time.", rule="mediation.extension-by-all")


@possible
def on_the_table(mediation: Mediation, facts: Facts[Context], command: Command | None) -> str | None:
    """Somebody proposed a longer period, of these days."""
    found = proposed(mediation)
    if found is None:
        return "extension.none"
    other = isinstance(command, AgreeExtension) and command.days != found.days
    return "extension.other_days" if other else None


def _is_proposed(mediation: Mediation, command: ProposeExtension, facts: Facts[Context]) -> bool:
    found, party = proposed(mediation), acting_party(mediation, facts)
    if found is None or found.days != command.days or mediation.end is not None:
        return False
    return party is None or party in found.agreed


@case.on(
    ProposeExtension,
    by_a_party_or_its_mediator,
    still_open,
    period_runs,
    once_accepted,
    within_one_extension,
    already=_is_proposed,
)
def propose(mediation: Mediation, command: ProposeExtension, facts: Facts[Context]) -> Iterable[Event]:
    """Who proposes what is on the table agrees to it; anything else takes its place."""
    found, party = proposed(mediation), acting_party(mediation, facts)
    if found is not None and found.days == command.days and party is not None:
        return _agreed(mediation, party, facts)
    return [ExtensionProposed(days=command.days, party=party)]


@case.after(ExtensionProposed)
def on_offer(mediation: Mediation, event: ExtensionProposed) -> Mediation:
    agreed = () if event.party is None else (event.party,)
    return mediation.but(clock=mediation.clock.but(proposal=Proposal(days=event.days, agreed=agreed)))


def _is_agreed(mediation: Mediation, command: AgreeExtension, facts: Facts[Context]) -> bool:
    found, party = mediation.clock.proposal, acting_party(mediation, facts)
    same = found is not None and found.days == command.days and not found.refused
    return same and found is not None and party in found.agreed and mediation.end is None


@case.on(AgreeExtension, by_a_party, still_open, on_the_table, already=_is_agreed)
def agree(mediation: Mediation, command: AgreeExtension, facts: Facts[Context]) -> Iterable[Event]:
    """Each party once; with the last one the period is longer."""
    return _agreed(mediation, speaker(mediation, facts), facts)


def _agreed(mediation: Mediation, party: Party, facts: Facts[Context]) -> Iterable[Event]:
    found = proposed(mediation)
    assert found is not None
    yield ExtensionAgreed(party=party, days=found.days)
    if not {*found.agreed, party} >= set(mediation.parties):
        return
    running = span(mediation, facts.context.book.at(mediation.rules_version))
    assert running is not None
    since, days = running
    if mediation.clock.pauses:
        yield PeriodExtended(days=found.days)
        return
    due = facts.context.calendar.after_days(since, days + found.days)
    yield PeriodExtended(
        days=found.days,
        limit_days=days + found.days,
        due_at=due.at,
        due_provisional=due.provisional,
    )


@case.after(ExtensionAgreed)
def agreed_to(mediation: Mediation, event: ExtensionAgreed) -> Mediation:
    found = mediation.clock.proposal
    assert found is not None
    clock = mediation.clock.but(proposal=found.but(agreed=(*found.agreed, event.party)))
    return mediation.but(clock=clock)


@case.after(PeriodExtended)
def longer(mediation: Mediation, event: PeriodExtended, at: datetime) -> Mediation:
    if event.due_at is None:
        assert mediation.clock.days is not None
        return mediation.but(clock=mediation.clock.but(days=mediation.clock.days + event.days))
    clock = mediation.clock.but(days=event.limit_days, reminded_at=at)
    return mediation.but(clock=clock, due_at=event.due_at, due_provisional=event.due_provisional)


def _is_refused(mediation: Mediation, command: RefuseExtension, facts: Facts[Context]) -> bool:
    found = mediation.clock.proposal
    refused = found is not None and acting_party(mediation, facts) in found.refused
    return refused and mediation.end is None


@case.on(RefuseExtension, by_a_party, still_open, on_the_table, already=_is_refused)
def refuse(mediation: Mediation, command: RefuseExtension, facts: Facts[Context]) -> Iterable[Event]:
    """One party is enough: without it not all agree."""
    found = proposed(mediation)
    assert found is not None
    yield ExtensionRefused(party=speaker(mediation, facts), days=found.days)


@case.after(ExtensionRefused)
def off(mediation: Mediation, event: ExtensionRefused) -> Mediation:
    found = mediation.clock.proposal
    assert found is not None
    clock = mediation.clock.but(proposal=found.but(refused=(*found.refused, event.party)))
    return mediation.but(clock=clock)
