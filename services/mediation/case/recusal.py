"""回避与更换: disclosure, recusal that the organisation decides, replacement that a party asks for.

Whoever was recused or replaced is never designated for the case again. The period that the first acceptance
began runs on; what was drafted is void.
Source: 法释〔2021〕23号 arts 13, 14; 法释〔2016〕14号 arts 12, 15, 16.
"""

from collections.abc import Iterable

from services.mediation.case.performance_state import NO_PLAN
from services.mediation.case.state import (
    Mediation,
    Recusal,
    acting_party,
    by_a_party,
    by_a_party_or_any_agent,
    by_its_mediator,
    by_its_organisation,
    case,
    ended,
    request,
    still_open,
)
from services.mediation.rules import Context
from shared.casework.guards import Facts, possible
from shared.casework.protocol import Refusal
from shared.contracts.agents import Reach
from shared.contracts.kinds import End, Party
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


def _party(mediation: Mediation, facts: Facts[Context]) -> Party:
    party = acting_party(mediation, facts)
    assert party is not None
    return party


@possible
def has_a_mediator(mediation: Mediation, facts: Facts[Context], _: Command | None) -> str | None:
    """Somebody is designated, or has accepted."""
    return None if mediation.mediator is not None else "mediator.none_yet"


def pending(mediation: Mediation) -> Recusal | None:
    """Return the recusal that is still to be decided about the mediator of now."""
    found = mediation.recusal
    return found if found is not None and found.mediator == mediation.mediator else None


@possible
def to_be_decided(mediation: Mediation, facts: Facts[Context], _: Command | None) -> str | None:
    """An interest was disclosed, or a recusal asked for."""
    return None if pending(mediation) is not None else "recusal.none"


@possible
def disclosed(mediation: Mediation, facts: Facts[Context], _: Command | None) -> str | None:
    """The mediator disclosed an interest, so that who agrees knows of it."""
    found = pending(mediation)
    return None if found is not None and found.disclosed else "recusal.none"


# Disclosed, requested, waived -------------------------------------------------------------------


def _is_disclosed(mediation: Mediation, command: DiscloseInterest, facts: Facts[Context]) -> bool:
    found = pending(mediation)
    return found is not None and found.disclosed and found.ground is command.ground


@case.on(DiscloseInterest, by_its_mediator, still_open, already=_is_disclosed)
def disclose(mediation: Mediation, command: DiscloseInterest, facts: Facts[Context]) -> Iterable[Event]:
    """The mediator says so without being asked."""
    assert mediation.mediator is not None
    yield InterestDisclosed(mediator=mediation.mediator, ground=command.ground)


@case.after(InterestDisclosed)
def known(mediation: Mediation, event: InterestDisclosed) -> Mediation:
    # What a party agreed to before was something else.
    return mediation.but(recusal=Recusal(mediator=event.mediator, ground=event.ground, disclosed=True))


def _is_requested(mediation: Mediation, command: RequestRecusal, facts: Facts[Context]) -> bool:
    return pending(mediation) is not None and mediation.end is None


@case.on(RequestRecusal, by_a_party_or_any_agent, still_open, has_a_mediator, already=_is_requested)
def request_recusal(mediation: Mediation, command: RequestRecusal, facts: Facts[Context]) -> Iterable[Event]:
    """A party asks; while one is to be decided, another changes nothing."""
    assert mediation.mediator is not None
    party = acting_party(mediation, facts, Reach.GENERAL)
    assert party is not None
    yield RecusalRequested(mediator=mediation.mediator, party=party, ground=command.ground)


@case.after(RecusalRequested)
def requested(mediation: Mediation, event: RecusalRequested) -> Mediation:
    return mediation.but(recusal=Recusal(mediator=event.mediator, ground=event.ground))


def _is_kept(mediation: Mediation, command: KeepMediator, facts: Facts[Context]) -> bool:
    found = pending(mediation)
    return found is not None and _party(mediation, facts) in found.kept


@case.on(KeepMediator, by_a_party, still_open, disclosed, already=_is_kept)
def keep(mediation: Mediation, command: KeepMediator, facts: Facts[Context]) -> Iterable[Event]:
    """A party knows, and agrees to go on."""
    assert mediation.mediator is not None
    yield MediatorKept(mediator=mediation.mediator, party=_party(mediation, facts))


@case.after(MediatorKept)
def kept(mediation: Mediation, event: MediatorKept) -> Mediation:
    assert mediation.recusal is not None
    agreed = (*mediation.recusal.kept, event.party)
    return mediation.but(recusal=mediation.recusal.but(kept=agreed))


# Decided ----------------------------------------------------------------------------------------


@possible
def waived_by_all(mediation: Mediation, facts: Facts[Context], command: Command | None) -> Refusal | None:
    """A disclosed interest recuses, unless every party agrees to go on."""
    if not isinstance(command, DecideRecusal) or command.recused:
        return None
    found = pending(mediation)
    if found is None or not found.disclosed or set(found.kept) >= set(mediation.parties):
        return None
    return Refusal("recusal.not_waived", rule="mediation.recused-unless-all-agree")


@case.on(DecideRecusal, by_its_organisation, still_open, to_be_decided, waived_by_all)
def decide_recusal(mediation: Mediation, command: DecideRecusal, facts: Facts[Context]) -> Iterable[Event]:
    """The organisation's decision; who is recused gives the seat back, and the case asks for another."""
    assert mediation.mediator is not None
    yield RecusalDecided(
        organisation=mediation.organisation,
        case=mediation.case,
        mediator=mediation.mediator,
        round=mediation.round,
        recused=command.recused,
    )
    if command.recused:
        yield request(mediation, facts, without=mediation.mediator)


@case.after(RecusalDecided)
def decided(mediation: Mediation, event: RecusalDecided) -> Mediation:
    return vacated(mediation) if event.recused else mediation.but(recusal=None)


# Replaced ---------------------------------------------------------------------------------------


@possible
def not_had_before(mediation: Mediation, facts: Facts[Context], command: Command | None) -> str | None:
    """Nobody is chosen who has left the case, or holds it."""
    had = (*mediation.excluded, mediation.mediator)
    chosen = command.choice if isinstance(command, RequestReplacement) else None
    return "mediator.had_before" if chosen is not None and chosen in had else None


@case.on(RequestReplacement, by_a_party, still_open, has_a_mediator, not_had_before)
def replace(mediation: Mediation, command: RequestReplacement, facts: Facts[Context]) -> Iterable[Event]:
    """Once without a choice; a party that then still refuses, and does not choose, has refused mediation."""
    assert mediation.mediator is not None
    party = _party(mediation, facts)
    if command.choice is None and party in mediation.replaced_for:
        yield ended(mediation, End.PARTY_UNWILLING)
        return
    yield MediatorReplaced(
        organisation=mediation.organisation,
        case=mediation.case,
        mediator=mediation.mediator,
        round=mediation.round,
        party=party,
    )
    yield request(mediation, facts, without=mediation.mediator, chosen=command.choice)


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
    )
