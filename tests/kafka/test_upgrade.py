"""A half-finished upgrade hurts the cases that it touches, and none of them for good.

The service is the real one; what a later version stores is put into its database, or stored by a replica of
one (``tests.support.newer``) that runs beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial

import pytest
from pymongo import MongoClient

from shared.contracts.common import RedriveDeadLetters
from shared.contracts.kinds import End, Party
from shared.contracts.mediation import EndMediation
from shared.runtime.base.documents import Document
from tests.kafka.helpers import Wire, changed, encoded, envelope, until
from tests.support import newer
from tests.support.cases import case_id
from tests.support.services import Services, platform
from tests.unit.mediation.mother import CLERK, referral

pytestmark = [pytest.mark.kafka, pytest.mark.flow, pytest.mark.slow]


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    with platform(env={"SUYUAN_SESSION_TIMEOUT_MS": "6000", "SUYUAN_TICK_MS": "200"}) as made:
        made.start("mediation")
        made.ready()
        yield made


async def refer(on: Wire, *cases: str, type_: bytes = b"") -> None:
    """Send the referrals of some cases, and wait until each has its mediator."""
    for case in cases:
        body = referral(consents=(Party.APPLICANT,))
        headers = envelope(body, id=f"{case}:1@", subject=case, source="/suyuan/intake", sequence=1)
        if type_:
            headers = changed(headers, ce_type=type_)
        await on.put("intake.events", encoded(body), headers, key=case.encode())

    async def designated() -> bool:
        rows = await on.find("mediation", "streams", {"_id": {"$in": list(cases)}})
        return len(rows) == len(cases) and all(json.loads(row["state"])["mediator"] for row in rows)

    if not type_:
        await until(designated, why=lambda: on.services.log("mediation"))


async def end(on: Wire, *cases: str) -> None:
    for case in cases:
        await on.command("mediation", EndMediation(end=End.OTHER), case, actor=CLERK)


async def ended(on: Wire, *cases: str) -> bool:
    told = [[row["type"].split(".")[-2] for row in await on.history("mediation", case)] for case in cases]
    return all("mediation-ended" in one for one in told)


async def stored(on: Wire, case: str) -> Document:
    return (await on.find("mediation", "streams", {"_id": case}))[0]


def store(services: Services, case: str, **fields: object) -> None:
    """Change a stored subject behind the service's back, as another version would."""
    settings = services.settings("mediation")
    with MongoClient(settings.mongo_url.get_secret_value()) as client:
        database = client[settings.database("mediation")]
        unset = {name: "" for name, value in fields.items() if value is None}
        given = {name: value for name, value in fields.items() if value is not None}
        update = {"$set": given, **({"$unset": unset} if unset else {})}
        assert database["streams"].update_one({"_id": case}, update).matched_count == 1


async def blocked(on: Wire, *cases: str) -> bool:
    rows = await on.find("mediation", "streams", {"parked": {"$exists": True}})
    return {row["_id"] for row in rows} == set(cases)


async def waiting(on: Wire, *cases: str) -> bool:
    return sorted(row["subject"] for row in (await on.letters("mediation")).values()) == sorted(cases)


async def test_a_state_of_a_later_version_blocks_its_case_by_name_and_no_other(
    on: Wire, services: Services
) -> None:
    value, version, quiet, field, plain = cases = [
        case_id("ccb", "value"),
        case_id("ccb", "version"),
        case_id("ccb", "quiet"),
        case_id("ccb", "field"),
        case_id("ccb", "plain"),
    ]
    await refer(on, *cases)
    before = {case: await stored(on, case) for case in cases}
    store(services, value, **newer.stored_newer(before[value], cause="crypto-assets"))
    store(services, version, state_version=2, tenant="north")
    # Only the ticker comes by here: it finds a deadline that has passed.
    store(services, quiet, state_version=2, due=before[quiet]["due"].replace(year=2020))
    store(services, field, **newer.stored_newer(before[field], venue={"room": 5}), tenant="north")
    await until(partial(blocked, on, quiet), why=lambda: services.log("mediation"))

    await end(on, value, version, field, plain)
    await until(partial(ended, on, field, plain))
    await until(partial(waiting, on, value, version))
    assert await blocked(on, value, version, quiet)
    replica = services.replica("mediation")
    assert replica.get("/readyz")["ready"]
    await until(lambda: replica.figure("suyuan_blocked_cases") == 3)
    rows = await on.find("mediation", "streams", {"parked": {"$exists": True}})
    assert {(row["_id"], row["parked"]["reason"], row["parked"]["letters"]) for row in rows} == {
        (value, "state.unreadable", 1), (version, "state.unreadable", 1), (quiet, "state.unreadable", 0)
    }  # fmt: skip
    log = services.log("mediation", lines=400)
    assert all(f'"subject":"{case}"' in log for case in (value, version, quiet)), log
    assert "runtime.case.blocked" in log
    letters = (await on.letters("mediation")).values()
    assert {row["reason"] for row in letters} == {"state.unreadable"}
    # What an older program does not know it keeps, in the state and beside it.
    after = await stored(on, field)
    assert json.loads(after["state"])["venue"] == {"room": 5}
    assert after["tenant"] == (await stored(on, version))["tenant"] == "north"
    assert (await stored(on, version))["state"] == before[version]["state"]

    # A version that can read them is back.
    services.kill("mediation")
    store(services, value, state=before[value]["state"], shape=before[value]["shape"])
    store(services, version, state_version=None)
    store(services, quiet, state_version=None, due=before[quiet]["due"])
    services.start("mediation")
    services.ready()
    await until(partial(blocked, on, value, version), why=lambda: services.log("mediation"))
    for case in (value, version):
        await on.command("mediation", RedriveDeadLetters(), case)
    await end(on, quiet)
    await until(partial(ended, on, *cases))
    assert await on.letters("mediation") == {}
    assert await blocked(on)


async def test_a_type_of_a_later_version_blocks_its_case_alone(on: Wire) -> None:
    await refer(on, case_id("ccb", "later"), type_=b"suyuan.intake.dispute-referred.v2")
    await until(partial(waiting, on, case_id("ccb", "later")))
    assert [row["reason"] for row in (await on.letters("mediation")).values()] == ["message.unknown_version"]
    await refer(on, case_id("ccb", "today"))


async def test_a_newer_replica_beside_an_older_one_and_its_end_lose_nothing(
    on: Wire, services: Services
) -> None:
    services.start_program("mediation", [newer.MODULE], replica=1)
    services.ready()
    cases = [case_id("ccb", f"pair{n}") for n in range(24)]

    async def both_own() -> bool:
        answers = [services.replica("mediation", n).get("/readyz") for n in (0, 1)]
        return all(answer.get("partitions") for answer in answers)

    await until(both_own)
    await refer(on, *cases)
    versions = {case: (await stored(on, case)).get("state_version", 1) for case in cases}
    later = [case for case, version in versions.items() if version == 2]
    assert 0 < len(later) < len(cases)

    services.kill("mediation", 1)
    await end(on, *cases)
    await until(partial(ended, on, *(set(cases) - set(later))), why=lambda: services.log("mediation"))
    await until(partial(blocked, on, case_id("ccb", "later"), *later))
    states = [json.loads((await stored(on, case))["state"]) for case in later]
    assert {state["venue"] for state in states} == {"online"}

    services.stop("mediation")
    for number in (0, 1):
        services.start_program("mediation", [newer.MODULE], replica=number)
    services.ready(60, "mediation")
    for case in later:
        await on.command("mediation", RedriveDeadLetters(), case)
    await until(partial(ended, on, *cases), why=lambda: services.log("mediation"))
    assert await blocked(on, case_id("ccb", "later"))
