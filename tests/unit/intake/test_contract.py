"""What intake says, as its readers' examples have it; and that every example is said."""

import pytest

from shared.casework.protocol import Received
from shared.contracts.agents import AppointAgent, Authority, DismissAgent
from shared.contracts.delegation import DelegateDispute, RegisterPreSuit
from shared.contracts.envelope import SYSTEM, Actor
from shared.contracts.intake import GiveConsent, PriorSteps, RefuseConsent
from shared.contracts.kinds import LeaveReason, Party, Way
from shared.contracts.message import Message
from shared.contracts.parties import WithdrawDispute
from tests.support.contract import example, same_as_example, written
from tests.support.spec import Given, given
from tests.unit.intake.mother import (
    BANK,
    CASE,
    COURT_CLERK,
    MON,
    RESPONDENT,
    STREAM,
    TUE,
    card,
    complaint,
    taken,
)

REGISTER = RegisterPreSuit(case_number="（2026）京0106民诉前调801号")
APPOINT = AppointAgent(number=1, authority=Authority.SPECIAL, letter="c" * 64)
DELEGATE = DelegateDispute(letter="f" * 64)
READERS = {
    "mediation": (
        "dispute_registered",
        "dispute_referred",
        "consent_given",
        "agent_appointed",
        "agent_dismissed",
    ),
    "alerts": ("dispute_registered", "dispute_screened", "filing_returned"),
    "portal": (
        "dispute_registered",
        "filing_returned",
        "filing_amended",
        "filing_not_taken",
        "dispute_screened",
        "explanation_given",
        "consent_given",
        "consent_refused",
        "dispute_withdrawn",
        "pre_suit_registered",
        "dispute_delegated",
        "dispute_referred",
    ),
}


def _said() -> dict[str, Received]:
    """The first event of each kind that these stories lead to, as it travels."""
    refusing = Given(STREAM, _after(taken(card(prior=PriorSteps()))), CASE)
    brought = Given(STREAM, _after(taken(card(way=Way.DELEGATED))), CASE)
    numbered = Given(STREAM, brought.when(REGISTER, at=MON, actor=COURT_CLERK).state, CASE)
    entrusted = Given(STREAM, refusing.when(APPOINT, at=MON, actor=RESPONDENT).state, CASE)
    returned = Given(STREAM, _after(taken(card(claim_fen=1))), CASE)
    stories: list[tuple[Given, Message, Actor]] = [
        (refusing, GiveConsent(party=Party.RESPONDENT), RESPONDENT),
        (given(STREAM, subject=CASE), taken(card()), BANK),
        (given(STREAM, subject=CASE), taken(card(claim_fen=1)), BANK),
        (returned, taken(card(amends=True)), BANK),
        (returned, taken(card()), BANK),
        (refusing, RefuseConsent(party=Party.RESPONDENT), RESPONDENT),
        (given(STREAM, subject=CASE), taken(complaint()), BANK),
        (brought, REGISTER, COURT_CLERK),
        (numbered, DELEGATE, COURT_CLERK),
        (refusing, WithdrawDispute(reason=LeaveReason.PAID), BANK),
        (refusing, APPOINT, RESPONDENT),
        (entrusted, DismissAgent(number=1), RESPONDENT),
    ]
    said: dict[str, Received] = {}
    for story, body, actor in stories:
        for number, event in enumerate(story.when(body, at=TUE, actor=actor).events, start=1):
            name = event.wire_type.split(".")[2].replace("-", "_")
            said.setdefault(
                name,
                Received(
                    body=event,
                    id=f"{CASE}:{number}@/suyuan/intake",
                    source="/suyuan/intake",
                    subject=CASE,
                    at=TUE,
                    actor=actor if actor != SYSTEM else SYSTEM,
                    sequence=number,
                ),
            )
    return said


def _after(body: Message) -> object:
    return given(STREAM, subject=CASE).when(body, at=MON, actor=BANK).state


SAID = _said()
PAIRS = [(reader, name) for reader, names in READERS.items() for name in names]


@pytest.mark.parametrize(("reader", "name"), PAIRS)
def test_intake_says_what_its_reader_expects(reader: str, name: str) -> None:
    same_as_example("intake", reader, name, written(SAID[name]))


@pytest.mark.parametrize(("reader", "name"), PAIRS)
def test_every_example_is_a_message(reader: str, name: str) -> None:
    assert example("intake", reader, name) == SAID[name]
