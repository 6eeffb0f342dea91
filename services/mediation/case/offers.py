"""密封报价: each side's offer is known to nobody, unless the two meet; then both see the midpoint.

Two offers meet where the most that one side pays is no less than the least that the other takes: the
institution takes, but in a consumer's complaint it pays. The midpoint is their half, half a fen rounded down.
Where they do not meet, nothing is said, not even that they were near. Who may try often could search for the
other's offer, so each side has a few (rules data).

The ciphertext stands in the command and in the state, in no event, and leaves the state when it has served.
Source: 法释〔2021〕23号 arts 17, 18; 法释〔2016〕14号 arts 17, 22.
"""

from collections.abc import Iterable
from typing import Final

from services.mediation.case.pause import period_runs
from services.mediation.case.state import (
    Mediation,
    acting_party,
    by_a_party,
    case,
    not_suspended,
    speaker,
    still_open,
    with_all_consents,
)
from services.mediation.case.talks import Offer
from services.mediation.rules import Context
from shared.casework.guards import Facts, authority, possible
from shared.casework.protocol import Refusal
from shared.contracts.confidence import LeaveOffer, OfferLeft, OffersMet
from shared.contracts.kinds import Cause, Party
from shared.contracts.message import Command, Event
from shared.contracts.sealed import bound_to, unpacked_fen

_RULE: Final = "mediation.sealed-offers"
_SIDES: Final = (Party.APPLICANT, Party.RESPONDENT)


def _amount(sealed: str, case_id: str, by: str, context: Context) -> int | None:
    """Return the amount of an offer; ``None`` for what does not open."""
    plain = context.unseal(sealed, bound_to(LeaveOffer.wire_type, "offer", case_id, by))
    return None if plain is None else unpacked_fen(plain)


def _given(command: LeaveOffer, facts: Facts[Context]) -> int | None:
    return _amount(command.offer, facts.subject, str(facts.actor), facts.context)


def _on_file(mediation: Mediation, side: Party | None, facts: Facts[Context]) -> int | None:
    """Return the amount that a side has on file; ``None`` without one."""
    found = mediation.talks.offer(side)
    return None if found is None else _amount(found.sealed, facts.subject, found.by, facts.context)


@authority
def for_a_side(mediation: Mediation, facts: Facts[Context], _: Command | None) -> str | None:
    """The institution for the applicants, the main respondent for the others."""
    return None if acting_party(mediation, facts) in _SIDES else "offer.no_side"


@possible
def not_met(mediation: Mediation, _: Facts[Context], __: Command | None) -> str | None:
    """Once the offers have met they are gone, and the midpoint stands."""
    return None if mediation.talks.met_fen is None else "offer.met"


@possible
def not_too_often(mediation: Mediation, facts: Facts[Context], _: Command | None) -> Refusal | None:
    """Who may try without end finds out the other's offer."""
    most = facts.context.book.at(mediation.rules_version).offers
    if most is None:
        return Refusal("offer.not_in_rules", rule=_RULE)
    found = mediation.talks.offer(acting_party(mediation, facts))
    return Refusal("offer.too_often", rule=_RULE) if found is not None and found.left >= most else None


@possible
def opens(mediation: Mediation, facts: Facts[Context], command: Command | None) -> str | None:
    """It was sealed to mediation, for this case, by this person."""
    if not isinstance(command, LeaveOffer):
        return None
    return "sealed.unreadable" if _given(command, facts) is None else None


@possible
def no_more_than_claimed(
    mediation: Mediation, facts: Facts[Context], command: Command | None
) -> Refusal | None:
    """Nobody settles for more than was claimed; a complaint claims no sum."""
    if not isinstance(command, LeaveOffer) or mediation.cause is Cause.COMPLAINT:
        return None
    above = (_given(command, facts) or 0) > mediation.claim_fen
    return Refusal("offer.above_claim", rule="mediation.within-the-claim") if above else None


def _taker(mediation: Mediation) -> Party:
    """Return the side that claims: a complaint is the consumer's, though the institution files it."""
    return Party.RESPONDENT if mediation.cause is Cause.COMPLAINT else Party.APPLICANT


def _is_on_file(mediation: Mediation, command: LeaveOffer, facts: Facts[Context]) -> bool:
    """The same amount again is no other try."""
    given = _given(command, facts)
    return given is not None and given == _on_file(mediation, acting_party(mediation, facts), facts)


@case.on(
    LeaveOffer,
    by_a_party,
    for_a_side,
    still_open,
    period_runs,
    with_all_consents,
    not_met,
    not_too_often,
    opens,
    no_more_than_claimed,
    not_suspended,
    already=_is_on_file,
)
def leave_offer(mediation: Mediation, command: LeaveOffer, facts: Facts[Context]) -> Iterable[Event]:
    """Replaces the side's earlier one; where the two meet, the midpoint is told."""
    side = speaker(mediation, facts)
    yield OfferLeft(offered_by=side)
    given = _given(command, facts)
    other = _on_file(mediation, _SIDES[side is Party.APPLICANT], facts)
    if given is None or other is None:
        return
    least, most = (given, other) if side is _taker(mediation) else (other, given)
    if most >= least:
        yield OffersMet(midpoint_fen=(least + most) // 2)


@case.after(OfferLeft)
def left(mediation: Mediation, event: OfferLeft) -> Mediation:
    talks = mediation.talks
    before = talks.offer(event.offered_by)
    # The ciphertext follows from the command: no event has it.
    offer = Offer(side=event.offered_by, left=1 if before is None else before.left + 1)
    others = tuple(one for one in talks.offers if one.side is not event.offered_by)
    return mediation.but(talks=talks.but(offers=(*others, offer)))


@case.keeps(LeaveOffer)
def sealed(mediation: Mediation, command: LeaveOffer, facts: Facts[Context]) -> Mediation:
    talks = mediation.talks
    found = talks.offer(acting_party(mediation, facts))
    if found is None or found.sealed:  # refused, or gone already
        return mediation
    offer = found.but(sealed=command.offer, by=str(facts.actor))
    return mediation.but(
        talks=talks.but(offers=tuple(offer if one is found else one for one in talks.offers))
    )


@case.after(OffersMet)
def met(mediation: Mediation, event: OffersMet) -> Mediation:
    return mediation.but(talks=mediation.talks.but(offers=(), met_fen=event.midpoint_fen))
