"""回避与更换: disclosure, recusal that the organisation decides, replacement that a party asks for.

Whoever was recused or replaced is never designated for the case again. The period that the first acceptance
began runs on; what was drafted is void.
Source: 法释〔2021〕23号 arts 13, 14; 法释〔2016〕14号 arts 12, 15, 16.
"""

from collections.abc import Iterable

from services.mediation.case.ending import not_undertaken
from services.mediation.case.neutrality import pending
from services.mediation.case.performance_state import NO_PLAN
from services.mediation.case.quick_decision_state import FOR_DECISION
from services.mediation.case.second import leaves
from services.mediation.case.state import (
    Mediation,
    by_a_party,
    by_a_party_or_any_agent,
    by_its_organisation,
    by_one_of_its_mediators,
    case,
    ended,
    request,
    speaker,
    still_open,
)
from services.mediation.case.team import Recusal
from services.mediation.rules import Context
from shared.casework.guards import Facts, possible
from shared.casework.protocol import Refusal
from shared.contracts.agents import Reach
from shared.contracts.co_mediators import Departure
from shared.contracts.kinds import End
from shared.contracts.message import Command, Event
from shared.contracts.recusal import (
    DecideRecusal,
    DiscloseInterest,
    InterestDisclosed,
    KeepMediator,
    MediatorKept,
    MediatorReplaced,
    RecusalDecided,
    RecusalRequested,
    RequestRecusal,
    RequestReplacement,
)

_ABOUT = (RequestRecusal, KeepMediator, DecideRecusal, RequestReplacement)


def about(mediation: Mediation, command: Command | None) -> str | None:
    """Return which mediator a command is about: the one it names, or who presides."""
    named = command.mediator if isinstance(command, _ABOUT) else None
    return named or mediation.mediator


def _asked_about(mediation: Mediation, command: Command | None) -> tuple[str | None, ...]:
    """Return whom a command is about; without one, whom it may be about."""
    if command is None:
        return (mediation.mediator, mediation.co.mediator)
    return (about(mediation, command),)


@possible
def has_a_mediator(mediation: Mediation, facts: Facts[Context], command: Command | None) -> str | None:
    """Somebody is designated, or has accepted; whoever is named is one of them."""
    here = (mediation.mediator, mediation.co.mediator)
    known = any(one is not None and one in here for one in _asked_about(mediation, command))
    return None if known else "mediator.none_yet"


def _found(mediation: Mediation, command: Command | None) -> list[Recusal]:
    """Return what is to be decided about whom a command is about."""
    found = (pending(mediation, one) for one in _asked_about(mediation, command) if one is not None)
    return [one for one in found if one is not None]


@possible
def to_be_decided(mediation: Mediation, facts: Facts[Context], command: Command | None) -> str | None:
    """An interest was disclosed, or a recusal asked for."""
    return None if _found(mediation, command) else "recusal.none"


@possible
def disclosed(mediation: Mediation, facts: Facts[Context], command: Command | None) -> str | None:
    """The mediator disclosed an interest, so that who agrees knows of it."""
    return None if any(one.disclosed for one in _found(mediation, command)) else "recusal.none"


def _with_recusal(mediation: Mediation, mediator: str, recusal: Recusal | None) -> Mediation:
    """Return the case with what is to be decided about one of its mediators."""
    if mediator == mediation.co.mediator:
        return mediation.but(co=mediation.co.but(recusal=recusal))
    return mediation.but(recusal=recusal)


# Disclosed, requested, waived -------------------------------------------------------------------


def _is_disclosed(mediation: Mediation, command: DiscloseInterest, facts: Facts[Context]) -> bool:
    found = pending(mediation, facts.actor.person)
    return found is not None and found.disclosed and found.ground is command.ground


@case.on(DiscloseInterest, by_one_of_its_mediators, still_open, already=_is_disclosed)
def disclose(mediation: Mediation, command: DiscloseInterest, facts: Facts[Context]) -> Iterable[Event]:
    """Whoever mediates says so without being asked."""
    yield InterestDisclosed(mediator=facts.actor.person, ground=command.ground)


@case.after(InterestDisclosed)
def known(mediation: Mediation, event: InterestDisclosed) -> Mediation:
    # What a party agreed to before was something else.
    recusal = Recusal(mediator=event.mediator, ground=event.ground, disclosed=True)
    return _with_recusal(mediation, event.mediator, recusal)


def _is_requested(mediation: Mediation, command: RequestRecusal, facts: Facts[Context]) -> bool:
    return bool(_found(mediation, command)) and mediation.end is None


@case.on(RequestRecusal, by_a_party_or_any_agent, still_open, has_a_mediator, already=_is_requested)
def request_recusal(mediation: Mediation, command: RequestRecusal, facts: Facts[Context]) -> Iterable[Event]:
    """A party asks; while one is to be decided, another changes nothing."""
    mediator = about(mediation, command)
    party = speaker(mediation, facts, Reach.GENERAL)
    assert mediator is not None
    yield RecusalRequested(mediator=mediator, party=party, ground=command.ground)


@case.after(RecusalRequested)
def requested(mediation: Mediation, event: RecusalRequested) -> Mediation:
    return _with_recusal(mediation, event.mediator, Recusal(mediator=event.mediator, ground=event.ground))


def _is_kept(mediation: Mediation, command: KeepMediator, facts: Facts[Context]) -> bool:
    found = pending(mediation, about(mediation, command))
    return found is not None and speaker(mediation, facts) in found.kept


@case.on(KeepMediator, by_a_party, still_open, disclosed, already=_is_kept)
def keep(mediation: Mediation, command: KeepMediator, facts: Facts[Context]) -> Iterable[Event]:
    """A party knows, and agrees to go on."""
    mediator = about(mediation, command)
    assert mediator is not None
    yield MediatorKept(mediator=mediator, party=speaker(mediation, facts))


@case.after(MediatorKept)
def kept(mediation: Mediation, event: MediatorKept) -> Mediation:
    found = pending(mediation, event.mediator)
    assert found is not None
    return _with_recusal(mediation, event.mediator, found.but(kept=(*found.kept, event.party)))


# Decided ----------------------------------------------------------------------------------------


@possible
def waived_by_all(mediation: Mediation, facts: Facts[Context], command: Command | None) -> Refusal | None:
    """A disclosed interest recuses, unless every party agrees to go on."""
    if not isinstance(command, DecideRecusal) or command.recused:
        return None
    found = pending(mediation, about(mediation, command))
    if found is None or not found.disclosed or set(found.kept) >= set(mediation.parties):
        return None
    return Refusal("recusal.not_waived", rule="mediation.recused-unless-all-agree")


@case.on(DecideRecusal, by_its_organisation, still_open, to_be_decided, waived_by_all)
def decide_recusal(mediation: Mediation, command: DecideRecusal, facts: Facts[Context]) -> Iterable[Event]:
    """The organisation's decision; who is recused gives the seat back, and the case asks for another."""
    mediator = about(mediation, command)
    assert mediator is not None
    second = mediator == mediation.co.mediator
    if second and command.recused:
        yield from leaves(mediation, Departure.RECUSED, facts)
        return
    yield RecusalDecided(
        organisation=mediation.organisation,
        case=mediation.case,
        mediator=mediator,
        round=mediation.co.round if second else mediation.round,
        recused=command.recused,
    )
    if command.recused:
        yield request(mediation, facts, without=mediator)


@case.after(RecusalDecided)
def decided(mediation: Mediation, event: RecusalDecided) -> Mediation:
    return vacated(mediation) if event.recused else _with_recusal(mediation, event.mediator, None)


# Replaced ---------------------------------------------------------------------------------------


@possible
def not_had_before(mediation: Mediation, facts: Facts[Context], command: Command | None) -> str | None:
    """Nobody is chosen who has left the case, or holds it."""
    had = (*mediation.excluded, *mediation.co.gone, mediation.mediator, mediation.co.mediator)
    chosen = command.choice if isinstance(command, RequestReplacement) else None
    return "mediator.had_before" if chosen is not None and chosen in had else None


@case.on(RequestReplacement, by_a_party, still_open, has_a_mediator, not_had_before, not_undertaken)
def replace(mediation: Mediation, command: RequestReplacement, facts: Facts[Context]) -> Iterable[Event]:
    """Once without a choice; a party that then still refuses, and does not choose, has refused mediation.

    A second mediator is not asked of anybody: where a party refuses another one, the case goes on with one.
    """
    mediator, party = about(mediation, command), speaker(mediation, facts)
    assert mediator is not None
    if mediator == mediation.co.mediator:
        again = command.choice is not None or party not in mediation.co.replaced_for
        yield from leaves(
            mediation, Departure.REPLACED, facts, again=again, chosen=command.choice, party=party
        )
        return
    if command.choice is None and party in mediation.replaced_for:
        yield ended(mediation, End.PARTY_UNWILLING)
        return
    yield MediatorReplaced(
        organisation=mediation.organisation,
        case=mediation.case,
        mediator=mediator,
        round=mediation.round,
        party=party,
    )
    yield request(mediation, facts, without=mediator, chosen=command.choice)


@case.after(MediatorReplaced)
def replaced(mediation: Mediation, event: MediatorReplaced) -> Mediation:
    return vacated(mediation).but(replaced_for=(*mediation.replaced_for, event.party))


def vacated(mediation: Mediation) -> Mediation:
    """Return the case without its mediator, and without what she drafted."""
    return mediation.but(
        mediator=None,
        accepted=False,
        answer_by=None,
        answer_provisional=False,
        recusal=None,
        digest=None,
        amount_fen=0,
        signed=(),
        countersigned=False,
        sealed=False,
        plan=NO_PLAN,
        co=mediation.co.but(countersigned=False) if mediation.co.countersigned else mediation.co,
        quick=FOR_DECISION if mediation.quick.decides else mediation.quick,
    )
