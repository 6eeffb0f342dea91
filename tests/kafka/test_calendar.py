"""The calendar ends, and no case does: a provisional deadline, and its correction once the year is known.

A limit of the city's own, put into the network file at the same restart: what starts then has it, what runs
keeps its own.

Services whose library knows no year after 2026 in the first test, and none after last year in the second, so
that neither hangs on the day on which it runs or on what is installed.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from shared.casework.calendar import library_calendar, local_day
from shared.contracts.common import AdvanceClock
from shared.contracts.mediation import AcceptAssignment
from shared.runtime.base.settings import DEFAULT_NETWORK
from tests.kafka.helpers import OPERATOR, Wire, encoded, envelope, until
from tests.support import dated
from tests.support.calendars import library_notice, notice, put
from tests.support.cases import case_id
from tests.support.cli import suyuan, write_connection
from tests.support.services import Services, platform
from tests.unit.intake import mother

pytestmark = [pytest.mark.kafka, pytest.mark.flow, pytest.mark.slow]

OWN = """
rules:
  mediation:
    - version: fengtai-2026.1
      of: mediation-2022.2
      by: p-judge-1
      limits:
        - {rule: mediation.period, value: 20, source: 京丰法〔2026〕9号 art 2}
"""
CENTURY_S = str(100 * 365 * 86_400)
BROKER = {"SUYUAN_TIME": "broker"}
REPLAY = {"SUYUAN_TIME": "replay", "SUYUAN_FUTURE_TOLERANCE_S": CENTURY_S}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("network")


@pytest.fixture(scope="module")
def services(folder: Path) -> Iterator[Services]:
    network = shutil.copy(DEFAULT_NETWORK, folder)
    with platform(env={"SUYUAN_NETWORK": str(network), "SUYUAN_SESSION_TIMEOUT_MS": "6000"}) as made:
        yield made


async def file(on: Wire, reference: str, at: str = "") -> str:
    """File a dispute for which all was done before; return its case."""
    body = mother.card(reference=reference)
    headers = envelope(
        body, id=reference, subject=reference, source="/institutions/ccb", actor=mother.BANK, time=at
    )
    await on.put("filings.ccb", encoded(body), headers, key=reference.encode())
    return case_id("ccb", reference)


async def accept(on: Wire, case: str, designated: dict[str, Any], at: str) -> None:
    """Let the designated mediator accept."""
    actor = f"{designated['organisation']}/{designated['mediator']}/mediator"
    body = AcceptAssignment()
    headers = envelope(body, id=f"accept-{case}", subject=case, actor=actor, time=at)
    await on.put("mediation.commands", encoded(body), headers, key=case.encode())


async def told(on: Wire, case: str, kind: str) -> dict[str, Any] | None:
    """Return the first event of a kind in a case's history with mediation; ``None`` for none."""
    rows = [row for row in await on.history("mediation", case) if f".{kind}." in row["type"]]
    return {"at": rows[0]["time"], **json.loads(rows[0]["value"])} if rows else None


async def shown(on: Wire, case: str) -> dict[str, Any]:
    """Return a case as the portal shows it."""
    rows = await on.find("portal", "cases", {"_id": case})
    return rows[0] if rows else {}


async def test_a_dispute_of_mid_december_is_mediated_and_its_end_corrected(
    on: Wire, services: Services, folder: Path
) -> None:
    services.start("intake", "portal", env=REPLAY)
    dated.start(services, "mediation", 2026, env=REPLAY)
    services.ready()

    case = await file(on, "CC-DECEMBER", "2026-12-15T10:00:00+08:00")
    designated = await until(lambda: told(on, case, "mediator-designated"))
    await accept(on, case, designated, "2026-12-15T11:00:00+08:00")
    accepted = await until(lambda: told(on, case, "assignment-accepted"))
    assert (accepted["due_at"], accepted["due_provisional"]) == ("2027-01-15T00:00:00+08:00", True)
    view = await until(lambda: _with(on, case, "accepted"))
    assert (view["due_at"], view["due_provisional"]) == ("2027-01-14T16:00:00.000Z", True)

    services.kill("mediation")
    set_limits(folder, OWN)
    put(folder, notice(2027, off=["2027-01-14", "2027-01-15"], work=["2027-01-16"]))
    dated.start(services, "mediation", 2026, env=REPLAY)
    services.ready()
    clock = AdvanceClock()
    headers = envelope(clock, id="clock-1", subject=case, actor=OPERATOR, time="2026-12-20T09:00:00+08:00")
    await on.put("mediation.commands", encoded(clock), headers, key=case.encode())

    corrected = await until(lambda: told(on, case, "deadline-corrected"))
    assert corrected == {
        "at": "2026-12-20T09:00:00+08:00",
        "deadline": "period",
        "before": "2027-01-15T00:00:00+08:00",
        "after": "2027-01-17T00:00:00+08:00",
        "provisional": False,
    }

    async def right() -> bool:
        view = await shown(on, case)
        return (view["due_at"], view["due_provisional"]) == ("2027-01-16T16:00:00.000Z", False)

    await until(right)

    await with_the_citys_limit(on, services, folder, case)
    await once_and_for_good(on, services, folder)
    assert await on.letters("mediation") == {}
    services.stop()
    (folder / "calendar-2027.json").unlink()


async def with_the_citys_limit(on: Wire, services: Services, folder: Path, case: str) -> None:
    """What starts now has the city's limit, and both cases are explained by their own."""
    new = await file(on, "CC-JANUARY", "2026-12-21T10:00:00+08:00")
    designated = await until(lambda: told(on, new, "mediator-designated"))
    await accept(on, new, designated, "2026-12-21T11:00:00+08:00")
    accepted = await until(lambda: told(on, new, "assignment-accepted"))
    assert (accepted["limit_days"], accepted["due_at"]) == (20, "2027-01-12T00:00:00+08:00")
    await until(lambda: _with(on, new, "accepted"))
    data = str(write_connection(services, folder).parent)
    assert {(20, "city"), (30, "published")} == {
        await asyncio.to_thread(period_of, one, data) for one in (case, new)
    }
    [listed] = [one for one in (await asked("rules", data)) if one["rule"] == "mediation.period"]
    assert (listed["value"], listed["citation"]) == (20, "京丰法〔2026〕9号 art 2")


async def once_and_for_good(on: Wire, services: Services, folder: Path) -> None:
    """An older file takes nothing back, and nothing is recorded twice."""
    services.kill("mediation")
    set_limits(folder, "")
    dated.start(services, "mediation", 2026, env=REPLAY)
    services.ready()
    await until(lambda: _logged(services, "runtime.rules.not_in_file"))
    [adopted] = await on.history("mediation", "~rules.mediation")
    assert json.loads(adopted["value"])["limits"][0]["city_limit"] == 20
    [record] = [
        one for one in await on.read("mediation.events") if b"rules-adopted" in dict(one.headers)["ce_type"]
    ]
    assert json.loads(record.value)["rules_version"] == "fengtai-2026.1"


def set_limits(folder: Path, rules: str) -> None:
    """Write the network file with limits of the city's own."""
    (folder / DEFAULT_NETWORK.name).write_text(DEFAULT_NETWORK.read_text("utf-8") + rules, "utf-8")


async def asked(*command: str) -> Any:
    """Return what a command says of the running platform."""
    *words, data = command
    return (await asyncio.to_thread(suyuan, *words, "--data", data, "--json")).json


def period_of(case: str, data: str) -> tuple[int, str]:
    """Return the period by which a case's acceptance is explained, and whose it is."""
    decisions = suyuan("case", "why", case, "--data", data, "--json").json["decisions"]
    [accepted] = [one for one in decisions if one["type"] == "mediation.assignment-accepted"]
    [period] = [one for one in accepted["rules"] if one["decided"]]
    [limit] = period["limits"]
    return limit["value"], limit["standing"]


async def _logged(services: Services, event: str) -> bool:
    return event in services.log("mediation")


async def _with(on: Wire, case: str, status: str) -> dict[str, Any] | None:
    view = await shown(on, case)
    return view if view.get("status") == status else None


async def test_quiet_cases_are_corrected_by_themselves_once_a_file_is_there(
    on: Wire, services: Services, folder: Path
) -> None:
    """Nobody sends anything: two replicas find the cases that wait, each its own."""
    year = local_day(datetime.now(UTC)).year
    services.start("intake", "portal", env=BROKER)
    dated.start(services, "mediation", year - 1, env=BROKER)
    services.ready()
    cases = [await file(on, f"CC-QUIET-{n}") for n in range(12)]
    for case in cases:
        designated = await until(lambda case=case: told(on, case, "mediator-designated"))
        assert designated["answer_provisional"]
    assert services.replica("mediation").figure("suyuan_calendar_days") < 0
    assert "runtime.calendar.ends" in services.log("mediation")

    services.kill("mediation")
    known = library_calendar().years
    for one in (year, year + 1):
        put(folder, library_notice(one) if one in known else notice(one))
    for number in (0, 1):
        dated.start(services, "mediation", year - 1, number=number, env=BROKER)
    services.ready()
    assert services.replica("mediation").figure("suyuan_calendar_days") > 300
    assert "runtime.calendar.ends" not in services.log("mediation")

    for case in cases:
        corrected = await until(lambda case=case: told(on, case, "deadline-corrected"))
        assert not corrected["provisional"]
    rows = {row["_id"]: row for row in await on.find("mediation", "streams", {"kind": "case"})}
    assert not [case for case in cases if "awaits" in rows[case]]
    assert not [case for case in cases if '"answer_provisional":true' in rows[case]["state"]]


async def test_a_bad_calendar_file_stops_the_start_with_its_reason(services: Services, folder: Path) -> None:
    services.stop()
    put(folder, {"year": 2025, "days": [{"date": "2025-01-01", "isOffDay": True}]})
    services.start("mediation")
    await until(lambda: not services.replica("mediation").process.running, within_s=30)
    assert "calendar.conflict" in services.log("mediation")


async def test_limits_that_contradict_what_is_recorded_stop_the_start_with_their_reason(
    services: Services, folder: Path
) -> None:
    (folder / "calendar-2025.json").unlink()
    services.stop()
    set_limits(folder, OWN.replace("20,", "21,"))
    services.start("mediation")
    await until(lambda: not services.replica("mediation").process.running, within_s=30)
    assert "rules.changed" in services.log("mediation")
