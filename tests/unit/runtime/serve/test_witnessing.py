"""What members signed is kept beyond their topic: the last word of each, if it is truly its own."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.contracts.days import DayWitnessed, witnessed
from shared.network.keys import Key, Keys
from shared.network.load import parse_network
from shared.runtime.base.settings import Settings
from shared.runtime.base.signing import Signer
from shared.runtime.serve.topics import plan
from shared.runtime.serve.witnessing import WitnessKeeping, kept_witnesses
from tests.support.network_file import SMALL
from tests.support.runtime.store import MemoryDatabase

SIGNER = Signer("ccb-witness-1", b"c" * 32)
KEY = {"id": SIGNER.id, "owner": "ccb", "use": "witness", "public": SIGNER.public}
KEYS = Keys((Key.model_validate({**KEY, "since": datetime(2020, 1, 1, tzinfo=UTC)}),))


def seen(number: int, root: str = "a", by: Signer = SIGNER) -> DayWitnessed:
    content = witnessed("intake", number, root * 64, "ccb")
    return DayWitnessed(
        service="intake",
        member="ccb",
        day_number=number,
        days_root=root * 64,
        signature=str(by.sign(content)),
    )


async def kept(*said: DayWitnessed) -> list[tuple[int, str]]:
    database: Any = MemoryDatabase()
    keeping = WitnessKeeping(Settings(), database, lambda: KEYS, lambda: True)
    for one in said:
        await keeping._keep(one)
    return [(one.day_number, one.days_root[0]) for one in await kept_witnesses(database, "intake")]


async def test_the_last_word_of_a_member_is_kept_in_whatever_order_it_comes() -> None:
    assert await kept(seen(2), seen(5), seen(3)) == [(5, "a")]


async def test_what_a_member_did_not_sign_displaces_nothing() -> None:
    forged = seen(9, by=Signer("ccb-witness-1", b"x" * 32))
    assert await kept(seen(2), forged, seen(9).model_copy(update={"signature": "?"})) == [(2, "a")]


async def test_two_roots_of_one_day_are_both_kept() -> None:
    assert await kept(seen(2), seen(2, "b"), seen(2, "c")) == [(2, "a"), (2, "b")]


@pytest.mark.parametrize(("days", "size"), [(90, 128 * 1024 * 1024), (-1, -1)])
def test_the_topic_of_signatures_ends_by_the_settings_alone(days: int, size: int) -> None:
    settings = Settings(witnessed_retention_days=days, witnessed_bytes=size)
    topics = {one.name: one.config for one in plan(settings, parse_network(SMALL, "small.yaml"))}
    wanted = {"retention.ms": str(days * 86_400_000 if days > 0 else -1), "retention.bytes": str(size)}
    assert topics["history.witnessed"].items() >= wanted.items()
    others = {name: one for name, one in topics.items() if name != "history.witnessed"}
    assert {one["retention.bytes"] for one in others.values()} == {"-1"}
    assert others["history.days"]["retention.ms"] == "-1"
