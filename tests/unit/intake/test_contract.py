"""What intake says, as its readers' examples have it; and that every example is said."""

import pytest

from shared.casework.protocol import Received
from shared.contracts.agents import AppointAgent, Authority, DismissAgent
from shared.contracts.delegation import DelegateDispute, NumberGranted, RegisterPreSuit
from shared.contracts.duplicates import (
    ConfirmDuplicate,
    DenyDuplicate,
    DisputesMerged,
    ReadRepeatParty,
    UndoMerge,
)
from shared.contracts.envelope import SYSTEM, Actor
from shared.contracts.intake import GiveConsent, PriorSteps, RefuseConsent
from shared.contracts.kinds import LeaveReason, Party, Way
from shared.contracts.message import Event, Message
from shared.contracts.parties import WithdrawDispute
from tests.support.cases import case_id
from tests.support.contract import example, same_as_example, written
from tests.support.matching_world import World
from tests.support.spec import Given, given
from tests.unit.intake.mother import (
    BANK,
    CASE,
    COURT_CLERK,
    MON,
    RESPONDENT,
    STREAM,
    TUE,
    ZHANG,
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
        "disputes_merged",
        "merge_undone",
    ),
    "alerts": (
        "dispute_registered",
        "dispute_screened",
        "filing_returned",
        "disputes_merged",
        "merge_undone",
    ),
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
        "duplicate_suspected",
        "duplicate_denied",
        "duplicate_dropped",
        "disputes_merged",
        "duplicate_joined",
        "merge_undone",
        "duplicate_parted",
        "repeat_party_read",
    ),
}


def _said() -> dict[str, Received]:
    """The first event of each kind that these stories lead to, as it travels."""
    refusing = Given(STREAM, _after(taken(card(prior=PriorSteps()))), CASE)
    brought = Given(STREAM, _after(taken(card(way=Way.DELEGATED))), CASE)
    registered = brought.when(REGISTER, at=MON, actor=COURT_CLERK)
    granted = NumberGranted(case=CASE, case_number=REGISTER.case_number)
    numbered = Given(STREAM, registered.when(granted, at=MON).state, CASE)
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
    for event in DUPLICATES:
        name = event.wire_type.split(".")[2].replace("-", "_")
        body = Received(event, f"{CASE}:9@/suyuan/intake", "/suyuan/intake", CASE, TUE, SYSTEM, sequence=9)
        said.setdefault(name, body)
    return said


def _twice() -> list[Event]:
    """What is said of a dispute that comes twice, as both ids say it."""
    world = World()
    for reference, contract in (("CC-0", "N-1"), ("CC-1", "N-1"), ("CC-2", ""), ("CC-3", ""), ("CC-4", "")):
        party = ZHANG.model_copy(update={"contract_number": contract})
        world.file(card(reference=reference, party=party, prior=PriorSteps()), TUE)
    one, two, three, four = (case_id("ccb", f"CC-{number}") for number in (0, 2, 3, 4))
    world.do(UndoMerge(), CASE, COURT_CLERK, TUE)
    world.do(ConfirmDuplicate(other=one), two, COURT_CLERK, TUE)
    world.do(DenyDuplicate(other=one), three, COURT_CLERK, TUE)
    world.do(ReadRepeatParty(purpose="核对重复案件"), four, COURT_CLERK, TUE)
    world.do(WithdrawDispute(reason=LeaveReason.PAID), one, BANK, TUE)
    return [event for _, event in world.said if event.__class__.__module__ == DisputesMerged.__module__]


DUPLICATES = _twice()


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
