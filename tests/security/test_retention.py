"""Keeping and disposing: what one person erased alone, what ended while a suit needed it, what never ended.

The attacks: an operator erased a party's data alone; nothing held a case for a suit; raw filings stood in
dead letters for ever, and a closed letter went with the fact that it had been there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from motor.motor_asyncio import AsyncIOMotorClient

from deploy.local.stack import StackAddresses
from services.intake.rules import BOOK
from services.intake.rules.retention import RetentionRules
from services.intake.store import PERSONAL_DATA, RETENTION
from shared.casework.own_rules import own_rules
from shared.casework.protocol import Change, Put, Timed
from shared.contracts.common import DiscardDeadLetters, RedriveDeadLetters
from shared.contracts.envelope import Actor
from shared.contracts.kinds import LeaveReason
from shared.contracts.message import Message
from shared.contracts.parties import WithdrawDispute
from shared.contracts.privacy import (
    ErasePersonalData,
    ErasureGround,
    PersonalDataErased,
    ReadPersonalData,
)
from shared.contracts.retention import (
    ApproveDisposal,
    CaseHeld,
    DisposalRefused,
    DisposalRequested,
    HoldCase,
    HoldReleased,
    RefuseDisposal,
    ReleaseHold,
    RetentionEnded,
)
from shared.network.load import parse_network
from shared.runtime.base.settings import Settings
from shared.runtime.commit.mongo import Database
from shared.runtime.commit.retention import ENDED, Disposal, end_data
from tests.support.network_file import SMALL
from tests.support.runtime.harness import World
from tests.support.runtime.service import POISON, spoken
from tests.support.spec import Given
from tests.unit.intake import mother
from tests.unit.intake.mother import (
    BANK,
    CASE,
    CLERK,
    COURT_CLERK,
    MENDED,
    MON,
    OPERATOR,
    RESPONDENT,
    STREAM,
    TUE,
    filed,
    gone,
    received,
    returned,
)

JUDGE = Actor("fengtai-court", "p-judge-1", "judge")
ASK = ErasePersonalData(ground=ErasureGround.NOT_NEEDED)
ASKED = DisposalRequested(ground=ErasureGround.NOT_NEEDED, requested_by=str(OPERATOR))
DAYS = 180
LONG_AFTER = MON + timedelta(days=DAYS + 1)
HOLD = HoldCase(hold_reason="另案审理")
RELEASE = ReleaseHold(release_reason="另案已结")


def asked() -> Given:
    return returned().when(ASK, at=TUE, actor=OPERATOR)


# Two people ------------------------------------------------------------------------------------


def test_one_person_only_asks_and_another_one_erases() -> None:
    asked().then(ASKED)
    asked().when(ApproveDisposal(), at=TUE, actor=COURT_CLERK).then(
        PersonalDataErased(
            ground=ErasureGround.NOT_NEEDED, requested_by=str(OPERATOR), approved_by=str(COURT_CLERK)
        ),
    )


@pytest.mark.parametrize("role", ["operator", "court_clerk"])
def test_the_same_person_approves_in_no_role(role: str) -> None:
    same = Actor(OPERATOR.organisation, OPERATOR.person, role)
    asked().when(ApproveDisposal(), at=TUE, actor=same).then_refused("disposal.same_person")


def test_two_machines_of_one_organisation_are_one() -> None:
    machine = Actor("fengtai-court", "", "operator")
    case = returned().when(ASK, at=TUE, actor=machine)
    clerk = Actor("fengtai-court", "", "court_clerk")
    case.when(ApproveDisposal(), at=TUE, actor=clerk).then_refused("disposal.same_person")


@pytest.mark.parametrize("actor", [BANK, CLERK, RESPONDENT, JUDGE, Actor("system")])
@pytest.mark.parametrize("body", [ASK, ApproveDisposal(), RefuseDisposal(refusal_reason="仍需查阅")])
def test_nobody_else_asks_approves_or_refuses(actor: Actor, body: Message) -> None:
    asked().when(body, at=TUE, actor=actor).then_refused("actor.not_allowed")


def test_without_a_request_there_is_nothing_to_approve() -> None:
    returned().when(ApproveDisposal(), at=TUE, actor=COURT_CLERK).then_refused("disposal.none")


def test_a_refused_request_is_over() -> None:
    refused = asked().when(RefuseDisposal(refusal_reason="仍需查阅"), at=TUE, actor=COURT_CLERK)
    refused.then(DisposalRefused(refusal_reason="仍需查阅", refused_by=str(COURT_CLERK)))
    refused.when(ApproveDisposal(), at=TUE, actor=COURT_CLERK).then_refused("disposal.none")


def test_asking_and_approving_twice_changes_nothing_more() -> None:
    asked().when(ASK, at=TUE, actor=COURT_CLERK).then_nothing()
    once = asked().when(ApproveDisposal(), at=TUE, actor=COURT_CLERK)
    once.when(ApproveDisposal(), at=TUE, actor=COURT_CLERK).then_nothing()


def test_an_open_case_is_erased_by_nobody_also_where_somebody_had_asked_before() -> None:
    filed().when(ASK, at=TUE, actor=COURT_CLERK).then_refused("personal_data.case_open")
    gone().when(ASK, at=TUE, actor=COURT_CLERK).then_refused("personal_data.case_open")
    again = asked().when(MENDED, at=TUE)
    again.when(ApproveDisposal(), at=TUE, actor=COURT_CLERK).then_refused("disposal.none")


def test_what_is_erased_is_read_by_nobody_and_an_amendment_brings_new_data() -> None:
    after = asked().when(ApproveDisposal(), at=TUE, actor=COURT_CLERK)
    read = ReadPersonalData(purpose="回访")
    after.when(read, at=TUE, actor=COURT_CLERK).then_refused("personal_data.erased")
    again = after.when(MENDED, at=TUE)
    assert not again.state.erased


def test_the_key_and_the_data_go_out_of_the_row_with_the_approval() -> None:
    assert STREAM.rows is not None
    erased = PersonalDataErased(ground=ErasureGround.NOT_NEEDED)
    state = asked().when(ApproveDisposal(), at=TUE, actor=COURT_CLERK).state
    for body, events, gone_ in ((ApproveDisposal(), [erased], True), (ASK, [], False)):
        message = received(body, actor=COURT_CLERK, id="c-1")
        change = Change(message, CASE, None, state, [Timed(TUE, one) for one in events], "t:0")
        puts = [
            row for row in STREAM.rows(change) if isinstance(row, Put) and row.collection == PERSONAL_DATA
        ]
        assert puts == ([Put(PERSONAL_DATA, CASE, {"erased": True})] if gone_ else [])


# A hold ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("actor", [COURT_CLERK, JUDGE, OPERATOR])
def test_a_held_case_is_not_disposed_of_whoever_asks(actor: Actor) -> None:
    held = returned().when(HOLD, at=TUE, actor=actor)
    held.then(CaseHeld(hold_reason="另案审理", held_by=str(actor)))
    held.when(ASK, at=TUE, actor=OPERATOR).then_refused("case.held")


def test_a_hold_beats_a_request_that_was_there_before_it() -> None:
    held = asked().when(HOLD, at=TUE, actor=JUDGE)
    held.when(ApproveDisposal(), at=TUE, actor=COURT_CLERK).then_refused("case.held")
    released = held.when(RELEASE, at=TUE, actor=JUDGE)
    assert released.new[-1].event == HoldReleased(release_reason="另案已结", released_by=str(JUDGE))
    last = released.when(ApproveDisposal(), at=TUE, actor=COURT_CLERK).new[-1].event
    assert isinstance(last, PersonalDataErased)


def test_what_the_court_holds_an_operator_does_not_release() -> None:
    returned().when(HOLD, at=TUE, actor=JUDGE).when(RELEASE, at=TUE, actor=OPERATOR).then_refused(
        "hold.of_the_court"
    )
    taken_over = returned().when(HOLD, at=TUE, actor=OPERATOR).when(HOLD, at=TUE, actor=JUDGE)
    taken_over.when(RELEASE, at=TUE, actor=OPERATOR).then_refused("hold.of_the_court")
    by_operator = returned().when(HOLD, at=TUE, actor=OPERATOR).when(RELEASE, at=TUE, actor=OPERATOR)
    assert isinstance(by_operator.new[-1].event, HoldReleased)


@pytest.mark.parametrize("actor", [BANK, CLERK, RESPONDENT, Actor("abc", "p", "judge")])
@pytest.mark.parametrize("body", [HOLD, RELEASE])
def test_nobody_else_holds_or_releases(actor: Actor, body: Message) -> None:
    returned().when(body, at=TUE, actor=actor).then_refused("actor.not_allowed")


@pytest.mark.parametrize("body", [HoldCase(hold_reason=" "), RefuseDisposal(refusal_reason=" ")])
def test_nobody_holds_or_refuses_without_a_reason(body: Message) -> None:
    asked().when(body, at=TUE, actor=COURT_CLERK).then_refused("disposal.no_reason")


# The time for keeping --------------------------------------------------------------------------


def test_the_time_for_keeping_ends_at_its_instant_and_erases_nothing_by_itself() -> None:
    ended = Timed(MON + timedelta(days=DAYS), RetentionEnded(kept_days=DAYS))
    case = returned_today().until(LONG_AFTER)
    case.then(ended)
    assert not case.state.erased


def returned_today() -> Given:
    """A dispute that came back as the runtime would have it: its events applied at their times."""
    return mother.new().when(mother.taken(mother.card(claim_fen=1)), at=MON)


def test_nobody_says_that_the_time_is_over_before_it_is() -> None:
    over = ErasePersonalData(ground=ErasureGround.RETENTION_OVER)
    returned_today().when(over, at=TUE, actor=OPERATOR).then_refused("retention.not_over")
    late = returned_today().when(over, at=LONG_AFTER, actor=OPERATOR)
    assert isinstance(late.new[-1].event, DisposalRequested)


def test_a_hold_stops_the_time_and_its_release_lets_it_end() -> None:
    held = returned_today().when(HOLD, at=TUE, actor=JUDGE).until(LONG_AFTER)
    assert not any(isinstance(one.event, RetentionEnded) for one in held.new)
    released = held.when(RELEASE, at=LONG_AFTER, actor=JUDGE).until(LONG_AFTER + timedelta(days=1))
    assert isinstance(released.new[-1].event, RetentionEnded)


def test_an_open_case_has_no_end_of_keeping_and_a_withdrawn_one_has() -> None:
    open_ = filed().until(LONG_AFTER + timedelta(days=300))
    assert not any(isinstance(one.event, RetentionEnded) for one in open_.new)
    back = filed().when(WithdrawDispute(reason=LeaveReason.PAID), at=TUE, actor=BANK).until(LONG_AFTER)
    assert isinstance(back.new[-1].event, RetentionEnded)


def test_a_city_sets_its_own_time() -> None:
    limit = "{rule: intake.retention, value: 30, source: 3号}"
    version = f"{{version: small-1, of: {BOOK.current}, by: clerk, limits: [{limit}]}}"
    rules = own_rules(
        "intake", BOOK, parse_network(f"{SMALL}rules:\n  intake:\n    - {version}\n", "small.yaml")
    )
    state = None
    for timed in rules.missing(None, MON):
        state = rules.stream.evolve(state, timed.event, timed.at)
    rules.learn(state)
    assert rules.book.now.retention == RetentionRules(days=30)


def test_what_is_held_over_or_asked_for_stands_in_the_list() -> None:
    assert STREAM.rows is not None
    steps: list[tuple[Given, str]] = [
        (returned().when(HOLD, at=TUE, actor=JUDGE), "held"),
        (asked(), "requested"),
        (asked().when(ApproveDisposal(), at=TUE, actor=COURT_CLERK), "erased"),
        (returned_today().until(LONG_AFTER), "over"),
        (returned().when(HOLD, at=TUE, actor=JUDGE).when(RELEASE, at=TUE, actor=JUDGE), "kept"),
    ]
    for case, standing in steps:
        change = Change(None, CASE, None, case.state, [case.new[-1]], "t:0")
        (row,) = [one for one in STREAM.rows(change) if isinstance(one, Put) and one.collection == RETENTION]
        assert row.document["standing"] == standing


# Dead letters, on a real database --------------------------------------------------------------


NAME = "suyuan_mediation"


@pytest_asyncio.fixture
async def world(stack_addresses: StackAddresses) -> AsyncIterator[World]:
    client: Any = AsyncIOMotorClient(stack_addresses.mongo_admin_url)
    with spoken():
        yield World(database=Database(client, NAME))
    await client.drop_database(NAME)
    client.close()


async def letters(world: World) -> dict[str, dict[str, Any]]:
    return {row["subject"]: row for row in await world.database.find("deadletters", {})}


@pytest.mark.kafka
async def test_the_data_of_letters_end_by_the_settings_and_the_facts_stay(world: World) -> None:
    old = datetime.now(UTC) - timedelta(days=40)
    world.now = old
    world.mistakes.decision = True
    await world.feed([world.log.event(subject, 1, POISON) for subject in ("a1", "b1", "held", "gone")])
    await world.feed([world.log.command("a1", DiscardDeadLetters(), id="d")])
    before = await letters(world)
    settings = Settings(letters_data_days=60, closed_letters_days=30)

    async def held(_: Database, subjects: Any) -> set[str]:
        return {"held"} & set(subjects)

    async def erased(_: Database, subjects: Any) -> set[str]:
        return {"gone", "held"} & set(subjects)

    disposal = Disposal(held, erased)
    assert await end_data(world.database, settings, datetime.now(UTC), disposal) == 2
    after = await letters(world)
    assert {name for name, row in after.items() if ENDED in row} == {"a1", "gone"}
    assert await end_data(world.database, settings, datetime.now(UTC) + timedelta(days=30), disposal) == 1
    assert await end_data(world.database, settings, datetime.now(UTC) + timedelta(days=30), disposal) == 0
    last = await letters(world)
    assert ENDED not in last["held"], "a hold beats retention and erasure"
    assert last["held"]["record"] == before["held"]["record"]
    for name in ("a1", "b1", "gone"):
        row = last[name]
        assert (row["record"]["value"], row["record"]["key"]) == (None, None)
        assert (row["detail"], row["stack"]) == ("", "")
        kept = ("_id", "reason", "faults", "type", "message", "status", "buried_at", "tries", "organisation")
        assert {field: row[field] for field in kept} == {field: before[name][field] for field in kept} | {
            "status": "discarded" if name == "a1" else "waiting"
        }
    # What has no data is not redriven; and discarded, it holds up nobody.
    world.mistakes.decision = False
    await world.feed([world.log.command("b1", RedriveDeadLetters(), id="r")])
    assert (await letters(world))["b1"]["reason"] == "message.data_ended"
    await world.feed([world.log.command("b1", DiscardDeadLetters(), id="d2")])
    await world.feed([world.log.event("b1", 2, 5)])
    assert (await letters(world))["b1"]["status"] == "discarded"
    (state,) = await world.database.find("streams", {"_id": "b1"})
    assert "parked" not in state


@pytest.mark.kafka
async def test_for_ever_is_for_ever(world: World) -> None:
    world.now = datetime.now(UTC) - timedelta(days=4000)
    world.mistakes.decision = True
    await world.feed([world.log.event("a1", 1, POISON)])
    settings = Settings(letters_data_days=-1, closed_letters_days=-1)
    assert await end_data(world.database, settings, datetime.now(UTC), None) == 0
