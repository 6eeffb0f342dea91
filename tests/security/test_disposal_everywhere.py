"""Holds and erasures on the real platform: they reach the dead letters of whoever hears of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.intake.store import PERSONAL_DATA, RETENTION
from shared.contracts.envelope import Actor
from shared.contracts.kinds import End
from shared.contracts.mediation import EndMediation
from shared.contracts.privacy import ErasePersonalData, ErasureGround
from shared.contracts.retention import ApproveDisposal, HoldCase, ReleaseHold
from shared.runtime.commit.retention import ENDED
from tests.kafka.helpers import Wire, encoded, envelope, until
from tests.support.cases import case_id
from tests.support.services import Services, platform
from tests.unit.intake import mother
from tests.unit.intake.mother import BANK, CLERK, COURT_CLERK

JUDGE = Actor("fengtai-court", "p-judge-1", "judge")
ASK = ErasePersonalData(ground=ErasureGround.NOT_NEEDED)
HOLD = HoldCase(hold_reason="另案审理")
RELEASE = ReleaseHold(release_reason="另案已结")
HEAR = ("mediation", "court_bridge", "alerts", "portal")
"""Who hears of holds and erasures: all but intake, which decides about them."""


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    with platform() as made:
        made.start("intake", *HEAR)
        made.ready()
        yield made


Filed = tuple[str, bytes, list[tuple[str, bytes]]]
"""The id of a case, and value and headers of its filing."""


async def filed_on(on: Wire, reference: str, **changes: Any) -> Filed:
    """File a dispute, one that comes back if nothing else is said; return it when it is registered."""
    body = mother.card(**{"reference": reference, "claim_fen": 1, **changes})
    value = encoded(body)
    good = envelope(body, id=f"r-{reference}", subject=reference, source="/institutions/ccb", actor=BANK)
    await on.put("filings.ccb", value, good, key=reference.encode())
    case = case_id("ccb", reference)

    async def registered() -> Any:
        return await on.find("intake", PERSONAL_DATA, {"_id": case})

    await until(registered)
    return case, value, good


def letter_of(filed: Filed, offset: int, buried_at: datetime) -> dict[str, Any]:
    """Return a letter of a case, as one is there whose decision raised."""
    case, value, headers = filed
    record = {
        **{"topic": "filings.ccb", "partition": 0, "offset": offset, "timestamp": 0},
        **{"key": b"RET", "value": value, "headers": [[name, content] for name, content in headers]},
    }
    return {
        **{"_id": f"filings.ccb:0:{offset}", "status": "waiting", "subject": case, "order": 1},
        **{"reason": "decision.raised", "detail": "", "faults": [], "stack": "", "type": "", "message": "x"},
        **{"organisation": "ccb", "at": None, "time": None, "buried_at": buried_at, "tries": 1},
        "record": record,
    }


@pytest.mark.kafka
@pytest.mark.flow
@pytest.mark.slow
async def test_what_intake_decides_reaches_the_letters_of_all_the_others(on: Wire) -> None:
    """A hold kept intake's own letters, and those of the others about the same case lost their data."""
    held_case, gone_case, other = [await filed_on(on, f"RET-{name}") for name in ("HELD", "GONE", "OTHER")]
    long_ago, now = datetime.now(UTC) - timedelta(days=4000), datetime.now(UTC)
    letters = [
        letter_of(filed, offset, buried_at)
        for offset, (filed, buried_at) in enumerate(((held_case, long_ago), (gone_case, now), (other, now)))
    ]
    await on.command("intake", HOLD, held_case[0], actor=JUDGE)
    await on.command("intake", ASK, gone_case[0])
    await on.command("intake", ApproveDisposal(), gone_case[0], actor=COURT_CLERK)
    for service in HEAR:

        async def told(service: str = service) -> Any:
            return len(await on.find(service, "kept")) == 2

        await until(told, why=lambda service=service: on.services.log(service))
        await store_letters(on, service, letters)
    for service in HEAR:
        await lost(on, service, {gone_case[0]})
    await on.command("intake", RELEASE, held_case[0], actor=JUDGE)
    for service in HEAR:
        await lost(on, service, {gone_case[0], held_case[0]})
        kept = {"subject": other[0], ENDED: {"$exists": False}}
        assert len(await on.find(service, "deadletters", kept)) == 1


async def store_letters(on: Wire, service: str, letters: Sequence[dict[str, Any]]) -> None:
    """Store letters as a service does."""
    database = on.services.database(service)
    try:
        for letter in letters:
            await database.put("deadletters", letter["_id"], letter)
    finally:
        database.close()


async def lost(on: Wire, service: str, cases: set[str]) -> None:
    """Wait until the letters of some cases, and of no others, have lost their data."""

    async def ended() -> Any:
        rows = await on.find(service, "deadletters", {ENDED: {"$exists": True}})
        return {row["subject"] for row in rows} == cases

    await until(ended, why=lambda: on.services.log(service))


@pytest.mark.kafka
@pytest.mark.flow
@pytest.mark.slow
async def test_what_ended_in_mediation_may_be_disposed_of_and_before_that_nobody_can_ask(on: Wire) -> None:
    """Of a case that was referred intake never heard the end: its raw data stayed for ever."""
    case, *_ = await filed_on(on, "RET-ENDED", claim_fen=2_400_000)

    async def mediated() -> Any:
        return await on.find("mediation", "streams", {"_id": case, "version": {"$gt": 1}})

    await until(mediated, why=lambda: on.services.log("mediation"))
    await on.handled("intake", await on.command("intake", ASK, case))
    assert await on.find("intake", RETENTION, {"_id": case}) == []

    await on.command("mediation", EndMediation(end=End.OTHER), case, actor=CLERK)

    async def asked() -> Any:
        await on.handled("intake", await on.command("intake", ASK, case))
        return await on.find("intake", RETENTION, {"_id": case, "standing": "requested"})

    await until(asked, why=lambda: on.services.log("intake"))
    await on.command("intake", ApproveDisposal(), case, actor=COURT_CLERK)

    async def erased() -> Any:
        return await on.find("intake", PERSONAL_DATA, {"_id": case, "erased": True})

    await until(erased, why=lambda: on.services.log("intake"))


@pytest.mark.kafka
@pytest.mark.flow
@pytest.mark.slow
async def test_after_an_erasure_no_letter_has_what_was_erased(on: Wire) -> None:
    filed = await filed_on(on, "RET-1")
    case = filed[0]
    # An amendment with a fault leads to no case; it was sealed, and its copy on the topic stays for a month.
    wrong = filed[1].replace(b'"claim_fen":1,', b'"claim_fen":"one",')
    assert wrong != filed[1]
    bad = await on.put("filings.ccb", wrong, filed[2], key=b"RET-1")

    async def copied() -> Any:
        return (await on.copies("intake")).get(bad)

    assert (await until(copied))["record"]["value"] == wrong
    (stored,) = await on.find("intake", "deadletters", {"_id": bad})
    database = on.services.database("intake")
    letter = letter_of(filed, 99, datetime.now(UTC))
    try:
        await database.put("deadletters", letter["_id"], letter)
        await on.command("intake", ASK, case)
        await asyncio.sleep(1)
        assert len(await on.find("intake", PERSONAL_DATA, {"_id": case, "erased": True})) == 0
        await on.command("intake", ApproveDisposal(), case, actor=COURT_CLERK)

        async def ended() -> Any:
            rows = await on.find("intake", "deadletters", {ENDED: {"$exists": True}})
            return {row["_id"]: row for row in rows} if len(rows) == 2 else None

        stripped = await until(ended, why=lambda: on.services.log("intake"))
        assert {row["record"]["value"] for row in stripped.values()} == {None}
        assert stripped.keys() == {bad, letter["_id"]}
        assert (await on.copies("intake"))[bad]["record"]["value"] is None
        assert (await on.opened("intake", [stored]))[0]["record"]["value"] is None, "as in any backup of it"
        assert await on.find("intake", PERSONAL_DATA, {"_id": case}) == [{"_id": case, "erased": True}]
        (listed,) = await on.find("intake", RETENTION, {"_id": case})
        assert listed["standing"] == "erased"
    finally:
        database.close()
