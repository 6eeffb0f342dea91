"""The reference scenario on the real stack: three years, counted from events."""

import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from cli.figures import TOPICS, Figures
from cli.local import LocalSystem
from deploy.local import players, scenario
from shared.contracts import court, intake, mediation
from shared.contracts.topics import SERVICES
from shared.runtime.base.records import Parsed
from shared.runtime.commit.mongo import Database
from shared.runtime.decide.chains import broken_links
from shared.runtime.decide.history import rows_of
from shared.runtime.serve.client import EventReader
from tests.support.cases import PARTY_KEY
from tests.support.cli import suyuan

pytestmark = pytest.mark.timeout(600)

ROOT = Path(__file__).parents[2]
REFERENCE = {"mediated": 1319, "settled": 125, "settled_amount": "71979200.00"}


def _nothing(*_: object) -> None:
    """Show no progress in tests."""


@pytest.fixture(scope="module")
def events(played: LocalSystem) -> list[Parsed]:
    """All events of all services, as they stand on the topics."""

    async def read() -> list[Parsed]:
        async with EventReader(played.settings(), TOPICS) as reader:
            return [parsed async for batch in reader.to_end() for parsed in batch]

    return asyncio.run(read())


@pytest.fixture(scope="module")
def report(events: list[Parsed]) -> dict[str, Any]:
    """The figures, counted from the events."""
    figures = Figures()
    for parsed in events:
        figures.add(parsed)
    return figures.report()


def test_the_figures_of_the_arrangement_come_out_exactly(report: dict[str, Any]) -> None:
    assert {name: report[name] for name in REFERENCE} == REFERENCE
    assert report["filed"] > report["mediated"]
    assert sum(report["ended"].values()) == report["mediated"]
    assert report["ended"]["agreement"] == report["settled"] == report["confirmed"]
    assert report["docketed"] == report["handed_over"] + report["confirmed"]
    assert report["alerts"] > 0
    assert 0 < float(report["agreed_amount"]) < float(report["settled_amount"])


def test_the_portal_shows_the_same_figures(played: LocalSystem, report: dict[str, Any]) -> None:
    wanted = {
        name: value
        for name, value in report.items()
        if name not in ("settled_amount", "agreed_amount", "ended")
    }
    wanted["settled_fen"] = scenario.SETTLED_FEN
    totals: dict[str, Any] = {}
    for _ in range(120):  # the read models follow the events
        totals = _get(played, "/figures")["totals"]
        if {name: totals[name] for name in wanted} == wanted:
            break
        time.sleep(0.5)
    assert {name: totals[name] for name in wanted} == wanted


def test_one_trace_leads_from_the_filing_to_the_case_number(events: list[Parsed]) -> None:
    docketed = next(parsed for parsed in events if isinstance(parsed.body, court.CaseDocketed))
    traces = {parsed.traceparent.split("-")[1] for parsed in events if parsed.subject == docketed.subject}
    assert len(traces) == 1


def test_case_numbers_are_unique_and_of_this_court(events: list[Parsed]) -> None:
    numbers = [parsed.body.case_number for parsed in events if isinstance(parsed.body, court.CaseDocketed)]
    assert len(numbers) == len(set(numbers))
    assert all("京0106" in number for number in numbers)


def test_every_history_verifies_and_has_no_gap(played: LocalSystem) -> None:
    async def check(service: str) -> int:
        settings = played.settings(service)
        database = Database.connect(settings.mongo_url.get_secret_value(), settings.database(service))
        subjects = await database.find("streams", {"version": {"$gt": 0}}, fields=("version",))
        for subject in subjects[::7]:
            rows = await database.find("history", rows_of(subject["_id"]), sort=[("_id", 1)])
            assert len(rows) == subject["version"]
            assert list(broken_links(rows)) == []
        database.close()
        return len(subjects)

    for service in ("intake", "mediation", "court_bridge", "alerts"):
        assert asyncio.run(check(service)) > 0


def test_every_state_is_made_again_of_what_is_recorded(played: LocalSystem) -> None:
    again = suyuan("rebuild", "--data", str(played.plan.data), "--json")

    assert [one for service in again.json["services"] for one in service["differing"]] == []
    assert {one["service"] for one in again.json["services"] if one["subjects"]} == set(SERVICES)


def test_nobody_is_assigned_before_explanation_and_consents(events: list[Parsed]) -> None:
    first: dict[tuple[str, type], Any] = {}
    for parsed in events:
        first.setdefault((parsed.subject, type(parsed.body)), parsed.at)
    designated = [case for case, kind in first if kind is mediation.MediatorDesignated]
    assert len(designated) == REFERENCE["mediated"]
    for case in designated:
        assert first[case, intake.ExplanationGiven] <= first[case, mediation.MediatorDesignated]
        assert first[case, intake.ConsentGiven] <= first[case, mediation.MediatorDesignated]


def test_no_raw_data_of_a_party_leaves_intake(played: LocalSystem, events: list[Parsed]) -> None:
    raw = b"SAMPLE-0"
    assert not any(raw in (parsed.record.value or b"") for parsed in events)
    for log in (played.plan.data / "logs").glob("*.log"):
        assert raw not in log.read_bytes(), log.name


def test_nothing_is_dead_or_held_in_the_end(played: LocalSystem) -> None:
    async def count(service: str) -> tuple[int, int]:
        settings = played.settings(service)
        database = Database.connect(settings.mongo_url.get_secret_value(), settings.database(service))
        found = await database.count("deadletters", {}), await database.count("holds", {})
        database.close()
        return found

    assert {service: asyncio.run(count(service)) for service in SERVICES} == dict.fromkeys(SERVICES, (0, 0))


def test_playing_it_all_again_changes_no_figure(played: LocalSystem, report: dict[str, Any]) -> None:
    from cli.figures import count

    asyncio.run(players.play(played.of_people(), scenario.make(PARTY_KEY.encode()), _nothing))
    assert asyncio.run(count(played.settings())) == report


def test_three_replicas_of_everything_give_the_same_figures_and_leave_nothing_running(
    tmp_path: Path, report: dict[str, Any]
) -> None:
    data = tmp_path / "three"
    command = [
        sys.executable,
        "-m",
        "cli",
        "demo",
        "--once",
        "--json",
        "--replicas",
        "3",
        "--data",
        str(data),
    ]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, env=os.environ)
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert json.loads(ended.stdout) == report
    assert _running_in(data) == []


def _running_in(data: Path) -> list[str]:
    out = []
    for process in psutil.process_iter(["cmdline", "environ"]):
        text = " ".join(
            [*(process.info["cmdline"] or []), *map(str, (process.info["environ"] or {}).values())]
        )
        if str(data) in text:
            out.append(text[:200])
    return out


def _get(played: LocalSystem, path: str) -> dict[str, Any]:
    from cli.demo import portal_link

    token = portal_link(played).partition("#token=")[2]
    with httpx.Client(base_url=played.portal_url, trust_env=False, timeout=10) as client:
        answer = client.get(path, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found
