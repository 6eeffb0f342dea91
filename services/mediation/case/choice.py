"""共同选择: where all agreed to mediation before the referral, they may choose a mediator together.

They have two working days, from when the last of them agreed: what of it is over before the referral is not
given again. Once all name the same mediator, that one is asked for; once all leave it to the
court, or at the end of the time, anybody. The designation is due within its own limit of the application all
the same. Where one side alone has agreed, it is asked for at once.

Source: 法释〔2021〕23号 art 10; 法释〔2016〕14号 art 12.
"""

from collections.abc import Iterable
from datetime import datetime

from services.mediation.case.state import (
    Mediation,
    by_a_party_or_any_agent,
    case,
    request,
    speaker,
    still_open,
)
from services.mediation.rules import Context
from shared.casework.guards import Facts, possible
from shared.contracts.agents import Reach
from shared.contracts.choices import (
    ChoiceEnded,
    ChoiceLeft,
    ChoiceOpened,
    ChoiceOutcome,
    ChooseMediator,
    LeaveChoice,
    MediatorNamed,
)
from shared.contracts.kinds import Party
from shared.contracts.message import Command, Event


def first_request(mediation: Mediation, agreed_at: datetime | None, facts: Facts[Context]) -> Event:
    """Return with what a case that has just opened goes on: time to choose, or the request for a mediator.

    Args:
        mediation: The case.
        agreed_at: When the last party agreed; ``None`` where the referral does not say.
        facts: The time of the referral, and the rules.
    """
    rules = facts.context.book.at(mediation.rules_version)
    by = rules.choose_by(agreed_at or facts.at, facts.context.calendar)
    if by is None or mediation.unasked or by.at <= facts.at:
        return request(mediation, facts)
    return ChoiceOpened(
        case=facts.subject,
        choose_by=by.at,
        choose_provisional=by.provisional,
        all_agreed_at=agreed_at,
    )


def is_open(mediation: Mediation) -> bool:
    """Return whether the parties may still choose: whatever asks for a mediator ends it."""
    return mediation.choice.choose_by is not None and mediation.round == 0 and mediation.end is None


@case.after(ChoiceOpened)
def opened(mediation: Mediation, event: ChoiceOpened, at: datetime) -> Mediation:
    choice = mediation.choice.but(
        opened_at=at,
        agreed_at=event.all_agreed_at,
        choose_by=event.choose_by,
        choose_provisional=event.choose_provisional,
    )
    return mediation.but(case=event.case, choice=choice)


@possible
def while_open(mediation: Mediation, _: Facts[Context], __: Command | None) -> str | None:
    """There is a time to choose, and it runs."""
    return None if is_open(mediation) else "choice.closed"


def _party(mediation: Mediation, facts: Facts[Context]) -> Party:
    return speaker(mediation, facts, Reach.GENERAL)


def _is_named(mediation: Mediation, command: ChooseMediator, facts: Facts[Context]) -> bool:
    named = mediation.choice.named.get(_party(mediation, facts))
    return named == command.mediator and mediation.end is None


@case.on(ChooseMediator, by_a_party_or_any_agent, still_open, while_open, already=_is_named)
def choose(mediation: Mediation, command: ChooseMediator, facts: Facts[Context]) -> Iterable[Event]:
    """Each party names one; the last that names the same ends the choice."""
    return _said(mediation, MediatorNamed(party=_party(mediation, facts), mediator=command.mediator), facts)


@case.after(MediatorNamed)
def named(mediation: Mediation, event: MediatorNamed) -> Mediation:
    choice = mediation.choice
    left = tuple(party for party in choice.left if party is not event.party)
    all_named = {**choice.named, event.party: event.mediator}
    return mediation.but(choice=choice.but(named=all_named, left=left))


def _has_left(mediation: Mediation, command: LeaveChoice, facts: Facts[Context]) -> bool:
    return _party(mediation, facts) in mediation.choice.left and mediation.end is None


@case.on(LeaveChoice, by_a_party_or_any_agent, still_open, while_open, already=_has_left)
def leave_choice(mediation: Mediation, command: LeaveChoice, facts: Facts[Context]) -> Iterable[Event]:
    """A party takes back whom it named, and lets the court designate."""
    return _said(mediation, ChoiceLeft(party=_party(mediation, facts)), facts)


@case.after(ChoiceLeft)
def left(mediation: Mediation, event: ChoiceLeft) -> Mediation:
    choice = mediation.choice
    others = {party: mediator for party, mediator in choice.named.items() if party is not event.party}
    return mediation.but(choice=choice.but(named=others, left=(*choice.left, event.party)))


def _said(mediation: Mediation, event: Event, facts: Facts[Context]) -> Iterable[Event]:
    """Yield what a party says, and the end of the choice where all have said the same."""
    yield event
    after = case.evolve(mediation, event, facts.at, facts.context)
    parties, choice = set(after.parties), after.choice
    if set(choice.left) >= parties:
        yield from _ended(after, ChoiceOutcome.LEFT, facts)
    elif choice.named.keys() >= parties and len(chosen := set(choice.named.values())) == 1:
        yield from _ended(after, ChoiceOutcome.CHOSEN, facts, *chosen)


def _ended(
    mediation: Mediation, outcome: ChoiceOutcome, facts: Facts[Context], mediator: str | None = None
) -> Iterable[Event]:
    yield ChoiceEnded(outcome=outcome, mediator=mediator)
    yield request(mediation, facts, chosen=mediator)


def _choose_by(mediation: Mediation, context: Context) -> datetime | None:
    return mediation.choice.choose_by if is_open(mediation) else None


@case.timer("choice", due=_choose_by)
def close(mediation: Mediation, facts: Facts[Context]) -> Iterable[Event]:
    """They could not choose together in time, and the court designates."""
    return _ended(mediation, ChoiceOutcome.NOT_CHOSEN, facts)


case.unchanged_by(ChoiceEnded)
