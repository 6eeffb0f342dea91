"""Disputes that were registered when a party had one token for all institutions: they keep it, and go on."""

from datetime import timedelta

from shared.contracts.duplicates import MatchingStopped
from shared.contracts.elements import PersonalData
from shared.contracts.intake import DisputeRegistered, FilingAmended
from shared.contracts.kinds import LeaveReason
from shared.contracts.parties import WithdrawDispute
from shared.contracts.topics import MATCHES
from tests.support.spec import Given, given
from tests.unit.intake.mother import (
    BANK,
    CASE,
    FULL,
    MON,
    REGISTERED,
    ROUTE,
    SCREENED,
    STREAM,
    card,
    received,
    taken,
)

OLD = FULL.party_token
BEFORE: DisputeRegistered = REGISTERED.model_copy(update={"party_token": OLD, "reference": None})
SOMEBODY_ELSE = PersonalData(name="李小四", id_number="110101199001019999")


def registered() -> Given:
    return given(STREAM, (BEFORE, MON), (SCREENED, MON), subject=CASE)


def test_an_amendment_of_the_same_person_is_of_the_same_person() -> None:
    amendment = taken(card(amends=True, claim_fen=2_400_000, product="金卡"))
    run = registered().when(amendment, at=MON + timedelta(days=1), actor=BANK)
    amended = next(event for event in run.events if isinstance(event, FilingAmended))
    assert amended.party_token == OLD
    assert not any(isinstance(event, MatchingStopped) for event in run.events)


def test_an_amendment_that_names_another_person_has_the_token_of_the_institution() -> None:
    amendment = taken(card(amends=True, party=SOMEBODY_ELSE))
    run = registered().when(amendment, at=MON + timedelta(days=1), actor=BANK)
    amended = next(event for event in run.events if isinstance(event, FilingAmended))
    stopped = next(event for event in run.events if isinstance(event, MatchingStopped))
    assert (stopped.party_token, amended.party_token) == (OLD, amendment.told_token)


def test_a_withdrawal_reaches_the_stream_in_which_the_dispute_is_matched() -> None:
    run = registered().when(WithdrawDispute(reason=LeaveReason.PAID), at=MON, actor=BANK)
    (stopped,) = [event for event in run.events if isinstance(event, MatchingStopped)]
    assert stopped.party_token == OLD
    ways = [ROUTE(MATCHES, key, received(stopped)) for key in (OLD, FULL.told_token)]
    assert ways[0] is not None
    assert ways[1] is not None
    assert ways[0].message.subject == ways[1].message.subject
