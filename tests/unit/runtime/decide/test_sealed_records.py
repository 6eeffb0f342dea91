"""What a sender wrote stands sealed in letters, holds and on the topic, and ends with its key everywhere.

The attack: the raw record stood in clear in the database, in each backup of it and on the topic, which nobody
can erase; stripping the row left the copies.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import bson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.common import DiscardDeadLetters, RedriveDeadLetters
from shared.contracts.errors import SuyuanError
from shared.contracts.privacy import ErasureGround, PersonalDataErased
from shared.contracts.retention import CaseHeld
from shared.runtime.base.documents import Document
from shared.runtime.base.records import Raw
from shared.runtime.base.settings import Settings
from shared.runtime.base.vault import CannotOpen, Vault
from shared.runtime.commit.retention import ENDED, end_data
from shared.runtime.commit.sealed_rows import check_keys
from shared.runtime.decide.sealed_records import (
    SEALED,
    hold_key,
    letter_key,
    opened,
    sealed,
    without_data,
)
from tests.support.runtime.harness import VAULT, World
from tests.support.runtime.service import EVENTS, POISON, SOURCE, T0

SECRET = "110101199003074258"
FOREVER = Settings(letters_data_days=-1, closed_letters_days=-1)
ERASED = PersonalDataErased(ground=ErasureGround.NOT_NEEDED)
HELD = CaseHeld(hold_reason="另案审理", held_by="/courts/c/p/judge")


def poisoned(world: World, subject: str = "a1") -> Raw:
    """Return a record whose decision raises, with an identity number where a sender may write one."""
    return noted(world.log.event(subject, 1, POISON))


def noted(record: Raw) -> Raw:
    return replace(record, headers=(*record.headers, ("x-note", SECRET.encode())))


def told(world: World, body: Any, sequence: int, subject: str = "a1") -> Any:
    return world.log.message(
        EVENTS, subject, body, id=f"{subject}:{sequence}", source=SOURCE, at=T0, sequence=sequence
    )


def ends(world: World, settings: Settings = FOREVER, days: int = 0) -> int:
    at = world.now + timedelta(days=days)
    return asyncio.run(end_data(world.database, settings, at, None))  # type: ignore[arg-type]


def in_clear(world: World, text: str = SECRET) -> set[str]:
    """Return where a text stands: in which collections, and on which topics."""
    raw = text.encode()
    found = {
        name for name, rows in world.database.rows.items() for row in rows.values() if raw in bson.encode(row)
    }
    for message in world.published:
        said = [message.key, message.value, *(value for _, value in message.headers)]
        found |= {message.topic for one in said if raw in (one or b"")}
    return found


def test_what_a_sender_wrote_stands_nowhere_in_clear() -> None:
    unsealed = World(vault=None)
    unsealed.mistakes.decision = True
    unsealed.run([poisoned(unsealed)])
    assert in_clear(unsealed) == {"deadletters", "mediation.deadletters"}

    world = World()
    world.mistakes.decision = True
    world.run([poisoned(world), noted(world.log.event("b1", 2))])
    assert len(world.letters()) == len(world.rows("holds")) == 1
    assert in_clear(world) == set()
    assert in_clear(world, "amount 13") == set(), "what was found may quote what was sent"


def test_a_sealed_letter_is_redriven_and_a_sealed_hold_released_as_if_they_were_not() -> None:
    world = World()
    world.mistakes.decision = True
    world.run([world.log.event("a1", 1, POISON)], [world.log.event("b1", 2, 5)])
    world.run([world.log.command("a1", RedriveDeadLetters(), id="r-1")])
    (letter,) = world.letters()
    assert (letter["tries"], letter["detail"]) == (2, "Broken: amount 13")
    assert in_clear(world, "amount 13") == set()
    world.mistakes.decision = False
    world.run([world.log.command("a1", RedriveDeadLetters(), id="r-2")], [world.log.event("b1", 1, 1)])
    assert (world.state("a1").total, world.state("b1").total) == (POISON, 6)
    assert set(world.rows("data_keys")) == {letter_key(letter["_id"])}, "the key of a hold goes with it"


def test_with_its_key_every_copy_of_a_letter_is_gone() -> None:
    world = World()
    world.mistakes.decision = True
    world.run([poisoned(world)])
    (backup,) = [dict(row) for row in world.rows("deadletters").values()]
    (on_topic,) = [one for one in world.published if one.topic == "mediation.deadletters"]
    name = letter_key(backup["_id"])
    key = VAULT.data_key(name, world.rows("data_keys")[name])
    assert b'"amount":13' in key.open(SEALED, on_topic.value or b"")
    assert (
        SECRET.encode()
        in dict(opened(backup, VAULT, world.rows("data_keys")[name], name)["record"]["headers"])["x-note"]
    )

    world.run([told(world, ERASED, 2)])
    assert ends(world) == 2, "the letter, and the event that waits behind it"
    assert world.rows("data_keys") == {}
    assert opened(backup, VAULT, None, name)["record"]["value"] is None
    assert SECRET.encode() not in bson.encode({"_": opened(backup, VAULT, None, name)["record"]})
    world.mistakes.decision = False
    world.run([world.log.command("a1", RedriveDeadLetters(), id="r")])
    assert world.reasons()[0] == "message.data_ended"
    world.run([world.log.command("a1", DiscardDeadLetters(), id="d")])
    assert world.letters() == []


def test_the_data_of_a_hold_end_when_its_case_is_erased_or_it_waited_too_long() -> None:
    world = World()
    world.run([told(world, ERASED, 1), world.log.event("a1", 3), world.log.event("b1", 2)])
    assert ends(world) == 2, "the hold, and the letter of the event that this service cannot take"
    assert set(world.rows("data_keys")) == {hold_key(f"b1|{SOURCE}|00000002")}
    world.now += timedelta(minutes=1)
    world.run([world.log.event("a1", 4)])
    assert ends(world) == 0, "what comes after an erasure is new"
    assert ends(world, Settings(letters_data_days=30), days=31) == 2
    world.run([world.log.event("b1", 1)])
    assert world.reasons()[-1] == "message.data_ended"


def test_what_is_held_for_a_suit_keeps_its_key() -> None:
    world = World()
    world.mistakes.decision = True
    world.run([poisoned(world), told(world, HELD, 2), told(world, ERASED, 3), world.log.event("a1", 5)])
    before = dict(world.rows("data_keys"))
    assert ends(world, Settings(letters_data_days=1), days=400) == 0
    assert world.rows("data_keys") == before


def test_an_erasure_reaches_a_letter_that_led_to_no_case_but_speaks_of_it() -> None:
    """A filing with a fault leads to no case, and its data are those of the case that it amends."""
    world = World()
    bad = world.log.event("CC-1", 1, topic="mediation.rosters")
    world.run([replace(bad, value=b"{")])
    (letter,) = world.letters()
    assert (letter["subject"], letter["about"]) == ("", ["case of CC-1"])
    assert ends(world) == 0
    world.run([told(world, ERASED, 1, subject="case of CC-1")])
    assert ends(world) == 2, "it, and the letter of the event itself"


def test_letters_of_before_are_read_as_they_are_and_end() -> None:
    world = World(vault=None)
    world.mistakes.decision = True
    world.run([poisoned(world), world.log.event("b1", 2, 5)])
    world.vault = VAULT
    world.start()
    world.run([world.log.command("a1", RedriveDeadLetters(), id="r-1")])
    assert [row["tries"] for row in world.letters()] == [2]
    world.mistakes.decision = False
    world.run([world.log.command("a1", RedriveDeadLetters(), id="r-2"), world.log.event("b1", 1, 1)])
    assert (world.state("a1").total, world.state("b1").total) == (POISON, 6)
    assert ends(world, Settings(closed_letters_days=1), days=2) == 1
    assert in_clear(world) == {"mediation.deadletters"}, "that topic's copy of before ends by time"


def test_a_service_does_not_start_without_the_keys_of_what_it_sealed() -> None:
    world = World()
    world.run([world.log.event("b1", 2, 5)])
    other = Vault.of_records("2:" + "n" * 32)
    for vault in (None, other, Vault.of_records("n" * 32)):
        with pytest.raises(SuyuanError) as error:
            asyncio.run(check_keys(world.database, vault))  # type: ignore[arg-type]
        assert error.value.code == "settings.record_keys_lost"
    world.vault = Vault.of_records("2:" + "n" * 32 + ",1:a-key-of-dead-letters-for-the-tests")
    asyncio.run(check_keys(world.database, world.vault))  # type: ignore[arg-type]
    world.start()
    world.run([world.log.event("b1", 1, 1), world.log.event("b1", 4, 1)])
    assert world.state("b1").total == 6
    assert [row["by"] for row in world.rows("data_keys").values()] == ["2"]


@pytest.mark.parametrize("setting", ["short", "a:" + "x" * 32 + ",a:" + "y" * 32, ","])
def test_a_wrong_setting_is_refused(setting: str) -> None:
    with pytest.raises(SuyuanError) as error:
        Vault.of_records(setting)
    assert error.value.code == "settings.record_keys"
    assert Vault.of_records("") is None


Bytes = st.none() | st.binary(max_size=40)


@given(Bytes, Bytes, st.lists(st.tuples(st.text(max_size=5), Bytes), max_size=4), st.text(), st.text())
def test_what_was_sealed_opens_as_it_was_and_under_no_other_name(
    key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes | None]], detail: str, stack: str
) -> None:
    row: Document = {
        **{"_id": "t:0:1", "detail": detail, "stack": stack, "subject": "a1"},
        "record": {
            **{"topic": "filings.ccb", "partition": 0, "offset": 1, "timestamp": 5},
            **{"key": key, "value": value, "headers": [list(one) for one in headers]},
        },
    }
    assert VAULT is not None
    data_key = VAULT.fresh(letter_key("t:0:1"))
    kept = sealed(row, data_key)
    again = opened(kept, VAULT, data_key.row, data_key.name)
    assert {name: again[name] for name in row} == row
    assert without_data(kept, "x") == without_data(row, "x") | {"record": without_data(kept, "x")["record"]}
    with pytest.raises(CannotOpen):
        VAULT.data_key(letter_key("t:0:2"), data_key.row)
    swapped = {**kept, "said": kept["record"][SEALED]}
    assert opened(swapped, VAULT, data_key.row, data_key.name)["record"]["value"] is None


def test_a_copy_on_the_topic_says_which_letter_it_is_and_why() -> None:
    world = World()
    world.mistakes.decision = True
    world.run([poisoned(world)])
    (copy,) = [one for one in world.published if one.topic == "mediation.deadletters"]
    (letter,) = world.letters()
    named = dict(copy.headers)
    assert named["suyuan-origin"] == copy.key == letter["_id"].encode()
    assert named["suyuan-reason"] == b"decision.raised"
    assert named["ce_type"] == letter["type"].encode()
    assert ENDED not in letter
