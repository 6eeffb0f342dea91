"""What holds of a dispute whatever comes."""

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from shared.contracts.common import AdvanceClock, CommandRefused
from shared.contracts.envelope import Actor
from shared.contracts.intake import (
    ConsentGiven,
    ConsentRefused,
    DisputeReferred,
    DisputeRegistered,
    ExplanationGiven,
    FilingNotTaken,
    GiveConsent,
    PriorSteps,
    RefuseConsent,
)
from shared.contracts.kinds import Route
from shared.contracts.message import Event, Message
from shared.contracts.privacy import ReadPersonalData
from tests.support.spec import Given
from tests.unit.intake.mother import (
    APPLICANT,
    BANK,
    BARE,
    BROKEN,
    CASE,
    CLERK,
    EXPLAIN,
    FULL,
    MENDED,
    MON,
    OPERATOR,
    OPPONENT,
    RESPONDENT,
    STREAM,
    TUE,
    card,
    filed,
    new,
    taken,
)


def test_an_unknown_request_is_refused() -> None:
    filed().when(AdvanceClock(), at=TUE, actor=OPERATOR).then_refused("command.unexpected")
    filed().when(card(), at=TUE, actor=BANK).then_refused("command.unexpected")


@pytest.mark.parametrize(
    "command",
    [EXPLAIN, GiveConsent(party=OPPONENT), RefuseConsent(party=OPPONENT), ReadPersonalData(purpose="调解")],
)
def test_a_request_about_nothing_is_refused(command: Message) -> None:
    new().when(command, at=TUE, actor=CLERK).then_refused("case.unknown")


_MESSAGES: list[tuple[Message, Actor]] = [
    (FULL, BANK),
    (BARE, BANK),
    (BROKEN, BANK),
    (MENDED, BANK),
    (taken(card(prior=PriorSteps(respondent_consent=True), amends=True)), BANK),
    (EXPLAIN, CLERK),
    (GiveConsent(party=APPLICANT), BANK),
    (GiveConsent(party=OPPONENT), RESPONDENT),
    (RefuseConsent(party=OPPONENT), RESPONDENT),
    (RefuseConsent(party=APPLICANT), CLERK),
]


@settings(max_examples=300)
@for_all(st.lists(st.sampled_from(_MESSAGES), max_size=14))
def test_whatever_comes_registered_once_referred_once_and_never_unasked(
    messages: list[tuple[Message, Actor]],
) -> None:
    case = new()
    events: list[Event] = []
    for body, actor in messages:
        case = Given(STREAM, case.state, CASE).when(body, at=MON, actor=actor)
        events += case.events
        repeat = Given(STREAM, case.state, CASE).when(body, at=MON, actor=actor).events
        assert all(isinstance(event, CommandRefused | FilingNotTaken) for event in repeat)
    assert sum(isinstance(e, DisputeRegistered) for e in events) <= 1
    referrals = [e for e in events if isinstance(e, DisputeReferred)]
    assert len(referrals) <= 1
    for one in referrals:
        if one.to is Route.MEDIATION:
            before = events[: events.index(one)]
            assert any(isinstance(e, ExplanationGiven) for e in before)
            consents = [
                e for e in before if isinstance(e, ConsentGiven | ConsentRefused) and e.party is APPLICANT
            ]
            assert isinstance(consents[-1], ConsentGiven)
