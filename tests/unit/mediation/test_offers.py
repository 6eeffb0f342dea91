"""Two sealed offers are told to nobody, unless they meet; then both sides see the midpoint."""

import json

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from services.mediation.handlers import Box, handlers
from services.mediation.rules import CASE_RULES
from shared.casework.protocol import Timed
from shared.contracts.confidence import LeaveOffer, OfferLeft, OffersMet
from shared.contracts.envelope import Actor
from shared.contracts.kinds import Cause, End, LeaveReason, Party
from shared.contracts.mediation import MediationEnded
from shared.contracts.parties import LeaveMediation
from shared.contracts.sealed import Clear, bound_to, packed
from shared.runtime.base.sealing import Sealer, SealingKeys
from tests.support.spec import Given, given
from tests.unit.mediation.mother import (
    AGENT,
    ASKED,
    ASSIGNED,
    CASE,
    CLERK,
    HELD,
    MON,
    OPENED,
    PARTY,
    TUE,
    mediator,
    network,
)

KEYS = SealingKeys.of("a-sealing-key-of-the-tests-long-enough")
SEALER = Sealer.of(KEYS.public)
STREAM = handlers(network(), box=Box(KEYS.open, KEYS.vault.seal)).case
CLAIM = 1_000_000
MOST = CASE_RULES.now.offers


def offer(fen: int, actor: Actor, case: str = CASE) -> LeaveOffer:
    bound = bound_to(LeaveOffer.wire_type, "offer", case, str(actor))
    return LeaveOffer(offer=SEALER.seal(packed(Clear.FEN, fen), bound))


def leave(case: Given, fen: int, actor: Actor) -> Given:
    return case.when(offer(fen, actor), at=TUE, actor=actor)


def start() -> Given:
    return given(STREAM, *HELD)


@for_all(st.integers(0, CLAIM), st.integers(0, CLAIM), st.booleans())
def test_offers_are_revealed_if_and_only_if_they_meet_and_then_by_their_midpoint(least, most, first):
    turns = [(least, AGENT), (most, PARTY)]
    case, said = start(), []
    for fen, actor in turns if first else reversed(turns):
        case = leave(case, fen, actor)
        said += case.events
    met = [event for event in said if isinstance(event, OffersMet)]
    assert met == ([OffersMet(midpoint_fen=(least + most) // 2)] if most >= least else [])
    assert {event.offered_by for event in said if isinstance(event, OfferLeft)} == {
        Party.APPLICANT,
        Party.RESPONDENT,
    }


@for_all(st.integers(0, CLAIM), st.integers(0, CLAIM), st.booleans())
def test_in_a_complaint_the_consumer_claims_so_the_institution_leaves_the_most(least, most, first):
    opening = OPENED.model_copy(update={"cause": Cause.COMPLAINT})
    case, said = given(STREAM, Timed(MON, opening), *HELD[1:]), []
    turns = [(least, PARTY), (most, AGENT)]
    for fen, actor in turns if first else reversed(turns):
        case = leave(case, fen, actor)
        said += case.events
    met = [event for event in said if isinstance(event, OffersMet)]
    assert met == ([OffersMet(midpoint_fen=(least + most) // 2)] if most >= least else [])


AMOUNTS = st.integers(100_003, 999_983)


@for_all(AMOUNTS, AMOUNTS)
def test_no_event_and_no_state_holds_an_amount_in_clear(least, most):
    """But the midpoint, where it is one of them by chance."""
    case, said = start(), []
    for fen, actor in ((least, AGENT), (most, PARTY)):
        case = leave(case, fen, actor)
        said += case.events
    midpoint = {(least + most) // 2} if most >= least else set()
    texts = [event.model_dump_json() for event in said]
    # The ciphertext is random text, in which a number may stand by chance.
    kept = json.loads(case.state.model_dump_json())
    for one in kept["talks"]["offers"]:
        assert one.pop("sealed").startswith("1.")
    texts.append(json.dumps(kept))
    for fen in {least, most} - midpoint:
        assert not any(str(fen) in text for text in texts)


@for_all(st.lists(st.tuples(st.booleans(), st.integers(0, CLAIM)), max_size=10))
def test_whatever_is_left_in_whatever_order_nothing_is_told_before_two_last_offers_meet(turns):
    case = start()
    last: dict[bool, int] = {}
    left = {True: 0, False: 0}
    met = False
    for institution, fen in turns:
        case = leave(case, fen, AGENT if institution else PARTY)
        told = [event for event in case.events if isinstance(event, OffersMet)]
        if met:
            case.then_refused("offer.met")
            continue
        if last.get(institution) == fen:
            case.then_nothing()
            continue
        if left[institution] == MOST:
            case.then_refused("offer.too_often")
            continue
        last[institution], left[institution] = fen, left[institution] + 1
        met = len(last) == 2 and last[False] >= last[True]
        assert bool(told) is met
        if not met:
            case.then(OfferLeft(offered_by=Party.APPLICANT if institution else Party.RESPONDENT))


def test_an_offer_is_replaced_a_few_times_and_the_last_one_stands():
    assert MOST is not None
    case = leave(start(), 900_000, AGENT)
    for fen in range(1, MOST + 1):
        case = leave(case, fen, PARTY)
    leave(case, 950_000, PARTY).then_refused("offer.too_often")
    assert [type(event) for event in leave(case, MOST, AGENT).events] == [OfferLeft, OffersMet]


def test_the_same_amount_again_changes_nothing_and_is_no_other_try():
    case = leave(start(), 500_000, PARTY)
    leave(case, 500_000, PARTY).then_nothing()
    assert leave(case, 500_000, PARTY).state.talks.offers[0].left == 1


def test_once_they_met_the_ciphertexts_are_gone_and_nobody_leaves_another():
    case = leave(leave(start(), 500_000, AGENT), 600_000, PARTY)
    assert case.state.talks.offers == ()
    leave(case, 1, AGENT).then_refused("offer.met")


def test_with_the_end_every_offer_is_gone():
    case = leave(start(), 500_000, AGENT)
    over = case.when(LeaveMediation(reason=LeaveReason.UNWILLING), at=TUE, actor=PARTY)
    assert isinstance(over.events[-1], MediationEnded)
    assert over.state.end is End.PARTY_UNWILLING
    assert over.state.talks.offers == ()
    leave(over, 600_000, PARTY).then_refused("case.closed")


def test_a_refused_offer_leaves_nothing_in_the_state():
    case = leave(start(), 500_000, AGENT)
    sealed = case.state.talks.offers[0].sealed
    refused = leave(case, CLAIM + 1, AGENT)
    refused.then_refused("offer.above_claim")
    assert refused.state.talks.offers[0].sealed == sealed


@pytest.mark.parametrize(
    ("command", "actor"),
    [
        (offer(500_000, PARTY), AGENT),
        (offer(500_000, AGENT, case="sy1other"), AGENT),
        (LeaveOffer(offer="1." + "A" * 80), AGENT),
        (LeaveOffer(offer="9." + offer(5, AGENT).offer[2:]), AGENT),
    ],
    ids=["of another person", "of another case", "no ciphertext", "of another key"],
)
def test_what_was_not_sealed_for_this_does_not_open(command, actor):
    start().when(command, at=TUE, actor=actor).then_refused("sealed.unreadable")


def test_only_the_institution_and_the_main_respondent_leave_offers():
    for actor in (CLERK, mediator()):
        leave(start(), 1, actor).then_refused("actor.not_allowed")
    opened = OPENED.model_copy(
        update={
            "others": (Party.RESPONDENT_2,),
            "consents": (Party.APPLICANT, Party.RESPONDENT, Party.RESPONDENT_2),
        }
    )
    case = given(STREAM, Timed(MON, opened), *HELD[1:])
    leave(case, 1, Actor(CASE, "respondent-2", "party")).then_refused("offer.no_side")


def test_no_offer_before_all_agree_to_mediate():
    leave(given(STREAM, *ASKED), 1, AGENT).then_refused("consent.missing")


def test_no_offer_before_a_mediator_has_accepted():
    leave(given(STREAM, *ASSIGNED), 1, AGENT).then_refused("period.not_begun")


def test_a_case_of_an_earlier_version_knows_no_offers():
    opened = Timed(MON, OPENED.model_copy(update={"rules_version": "mediation-2026.2"}))
    leave(given(STREAM, opened, *HELD[1:]), 1, AGENT).then_refused("offer.not_in_rules")
