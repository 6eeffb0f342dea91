"""协同调解员: a second mediator for a heavy case, beside the one who presides.

The rules of the case, or a party, say that two are to mediate. The roster is asked once somebody presides,
and its queue serves first who has nobody: the law lets two mediate (可以) and asks for one, so the case goes
on with one as long as nobody else is free, without an alarm. Who was second is never again designated for
the case.
Source: 法释〔2021〕23号 arts 11, 12, 14 (as of 2022-01-01); 法释〔2016〕14号 art 13.
"""

from collections.abc import Iterable
from datetime import datetime

from services.mediation.case.state import (
    Mediation,
    acting_party,
    by_a_party_or_any_agent,
    case,
    request_second,
    speaker,
    still_open,
)
from services.mediation.rules import Context
from shared.casework.guards import Facts, possible
from shared.contracts.agents import Reach
from shared.contracts.co_mediators import (
    AskForCoMediator,
    ChoosePresiding,
    CoMediatorAccepted,
    CoMediatorAsked,
    CoMediatorDesignated,
    CoMediatorLeft,
    CoMediatorRequested,
    Departure,
    PresidingChosen,
    PresidingNamed,
    TeamGround,
)
from shared.contracts.kinds import Party
from shared.contracts.mediation import PlaceTaken
from shared.contracts.message import Command, Event

# Whether there is to be one ---------------------------------------------------------------------


def second_wanted(mediation: Mediation, facts: Facts[Context]) -> Iterable[Event]:
    """Yield the request for a second mediator, where there is to be one and nobody is asked for yet.

    Source: 法释〔2021〕23号 art 11.
    """
    co = mediation.co
    rules = facts.context.book.at(mediation.rules_version)
    ground = co.ground or rules.two_mediators(mediation.tier, mediation.claim_fen, len(mediation.parties))
    if ground is not None and not co.asked and co.mediator is None:
        yield request_second(mediation, facts, ground)


def _has_asked(mediation: Mediation, command: AskForCoMediator, facts: Facts[Context]) -> bool:
    co = mediation.co
    return mediation.end is None and (co.ground is not None or co.asked or co.mediator is not None)


@case.on(AskForCoMediator, by_a_party_or_any_agent, still_open, already=_has_asked)
def ask(mediation: Mediation, command: AskForCoMediator, facts: Facts[Context]) -> Iterable[Event]:
    """One party is enough; the roster is asked as soon as somebody presides.

    Source: 法释〔2016〕14号 art 13.
    """
    asked = CoMediatorAsked()
    yield asked
    if mediation.accepted:
        yield from second_wanted(case.evolve(mediation, asked, facts.at, facts.context), facts)


@case.after(CoMediatorAsked)
def wanted(mediation: Mediation, event: CoMediatorAsked) -> Mediation:
    return mediation.but(co=mediation.co.but(ground=TeamGround.ASKED))


@case.after(CoMediatorRequested)
def requested(mediation: Mediation, event: CoMediatorRequested) -> Mediation:
    return mediation.but(co=mediation.co.but(ground=event.team_ground, round=event.round, asked=True))


# Designated -------------------------------------------------------------------------------------


def designate_second(mediation: Mediation, given: PlaceTaken, facts: Facts[Context]) -> Iterable[Event]:
    """Taken if the case still wants a second mediator, given back if not."""
    co = mediation.co
    if given.round == co.round and given.mediator == co.mediator:
        return
    awaited = mediation.end is None and co.asked and given.round == co.round
    had = (*mediation.excluded, *co.gone, mediation.mediator)
    if awaited and given.mediator not in had:
        rules = facts.context.book.at(mediation.rules_version)
        answer = rules.answer_by(facts.at, facts.context.calendar)
        yield CoMediatorDesignated(
            organisation=mediation.organisation,
            mediator=given.mediator,
            round=given.round,
            answer_by=answer.at,
            why=given.why,
            answer_provisional=answer.provisional,
            left_out=given.left_out,
        )
        return
    left = _left(mediation, given.mediator, given.round, Departure.NOT_NEEDED)
    yield left
    if awaited:  # somebody who left the case while the roster looked for one
        yield from _another(mediation, left, facts)


def _left(
    mediation: Mediation,
    mediator: str,
    round: int,
    departure: Departure,
    reason: str | None = None,
    party: Party | None = None,
) -> CoMediatorLeft:
    return CoMediatorLeft(
        organisation=mediation.organisation,
        case=mediation.case,
        mediator=mediator,
        round=round,
        departure=departure,
        reason=reason,
        party=party,
    )


def _another(
    mediation: Mediation, left: CoMediatorLeft, facts: Facts[Context], chosen: str | None = None
) -> Iterable[Event]:
    after = case.evolve(mediation, left, facts.at, facts.context)
    assert after.co.ground is not None
    yield request_second(after, facts, after.co.ground, chosen)


@case.after(CoMediatorDesignated)
def designated(mediation: Mediation, event: CoMediatorDesignated, at: datetime) -> Mediation:
    co = mediation.co.but(
        asked=False,
        mediator=event.mediator,
        answer_by=event.answer_by,
        answer_provisional=event.answer_provisional,
        designated_at=at,
    )
    return mediation.but(co=co)


# Accepts, or leaves -----------------------------------------------------------------------------


@case.after(CoMediatorAccepted)
def accepted(mediation: Mediation, event: CoMediatorAccepted) -> Mediation:
    return mediation.but(co=mediation.co.but(accepted=True, answer_by=None, answer_provisional=False))


def leaves(
    mediation: Mediation,
    departure: Departure,
    facts: Facts[Context],
    reason: str | None = None,
    *,
    again: bool = True,
    chosen: str | None = None,
    party: Party | None = None,
) -> Iterable[Event]:
    """Yield how the second mediator leaves, and the request for another one.

    Args:
        mediation: The case, with a second mediator.
        departure: How it came.
        facts: The time, and the rules.
        reason: Of who declined.
        again: Whether another one is asked for.
        chosen: A mediator whom a party chose.
        party: At whose request.
    """
    co = mediation.co
    assert co.mediator is not None
    left = _left(mediation, co.mediator, co.round, departure, reason, party)
    yield left
    if again:
        yield from _another(mediation, left, facts, chosen)


@case.after(CoMediatorLeft)
def left(mediation: Mediation, event: CoMediatorLeft) -> Mediation:
    co = mediation.co
    if event.departure is Departure.NOT_NEEDED:  # Never was the second one.
        return mediation.but(co=co.but(asked=co.asked and event.round != co.round))
    after = co.without(event.mediator)
    if event.party is not None:
        after = after.but(replaced_for=(*after.replaced_for, event.party))
    return mediation.but(co=after)


def _answer_due(mediation: Mediation, context: Context) -> datetime | None:
    return mediation.co.answer_by if mediation.end is None else None


@case.timer("co-answer", due=_answer_due)
def lapse(mediation: Mediation, facts: Facts[Context]) -> Iterable[Event]:
    """No answer in time is an answer, too. Source: 法释〔2021〕23号 art 12."""
    return leaves(mediation, Departure.LAPSED, facts)


# Who presides -----------------------------------------------------------------------------------


@possible
def of_two(mediation: Mediation, _: Facts[Context], command: Command | None) -> str | None:
    """Two mediate, and whoever is named is one of them."""
    both = (mediation.mediator, mediation.co.mediator)
    named = not isinstance(command, ChoosePresiding) or command.mediator in both
    two = mediation.accepted and mediation.co.accepted
    return None if two and named else "mediator.not_of_two"


def _is_named(mediation: Mediation, command: ChoosePresiding, facts: Facts[Context]) -> bool:
    party = acting_party(mediation, facts, Reach.GENERAL)
    return (party, command.mediator) in mediation.co.named and mediation.end is None


@case.on(ChoosePresiding, by_a_party_or_any_agent, still_open, of_two, already=_is_named)
def choose_presiding(
    mediation: Mediation, command: ChoosePresiding, facts: Facts[Context]
) -> Iterable[Event]:
    """Until all parties name the same one, whom the organisation designated first presides.

    Source: 法释〔2021〕23号 art 11.
    """
    assert mediation.mediator is not None
    named = PresidingNamed(mediator=command.mediator, party=speaker(mediation, facts, Reach.GENERAL))
    yield named
    after = case.evolve(mediation, named, facts.at, facts.context)
    all_of_them = {(one, command.mediator) for one in mediation.parties} <= set(after.co.named)
    if all_of_them and command.mediator == mediation.co.mediator:
        yield PresidingChosen(
            organisation=mediation.organisation,
            case=mediation.case,
            mediator=command.mediator,
            beside=mediation.mediator,
        )


@case.after(PresidingNamed)
def presiding_named(mediation: Mediation, event: PresidingNamed) -> Mediation:
    others = tuple(one for one in mediation.co.named if one[0] is not event.party)
    return mediation.but(co=mediation.co.but(named=(*others, (event.party, event.mediator))))


@case.after(PresidingChosen)
def presides(mediation: Mediation, event: PresidingChosen) -> Mediation:
    """Each keeps the round of the own seat, and what is signed or to be decided."""
    co = mediation.co.but(
        mediator=event.beside,
        round=mediation.round,
        countersigned=mediation.countersigned,
        recusal=mediation.recusal,
    )
    return mediation.but(
        mediator=event.mediator,
        round=mediation.co.round,
        countersigned=mediation.co.countersigned,
        recusal=mediation.co.recusal,
        co=co,
    )
