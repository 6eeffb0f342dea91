"""What an operator asks first, on the real stack: the figures."""

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from shared.casework.case_ids import case_id
from shared.runtime.base.collections import HISTORY
from tests.support.cli import suyuan, write_connection
from tests.support.sent import filing_headers, intake_event, send
from tests.support.services import Services, platform
from tests.unit.intake.mother import card

pytestmark = [pytest.mark.kafka, pytest.mark.flow, pytest.mark.slow]
FILED = 5
REGISTERED = {"type": "suyuan.intake.dispute-registered.v1"}


@pytest.fixture(scope="module")
def running() -> Iterator[Services]:
    with platform() as services:
        services.start("intake", "portal")
        services.ready()
        for number in range(FILED):
            filing = card(reference=f"S-{number}").model_dump_json().encode()
            send(services, "filings.ccb", f"S-{number}", filing, **filing_headers(f"s-{number}"))
        eventually(
            lambda: asked(services, "intake", lambda opened: opened.count(HISTORY, REGISTERED)) == FILED
        )
        yield services


@pytest.fixture(scope="module")
def data(running: Services, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("data")
    write_connection(running, folder)
    return str(folder)


def registered(services: Services) -> int:
    return int(asked(services, "intake", lambda opened: opened.count(HISTORY, REGISTERED)))


def asked(services: Services, service: str, ask: Callable[[Any], Any]) -> Any:
    async def work() -> Any:
        opened = services.database(service)
        try:
            return await ask(opened)
        finally:
            opened.close()

    return asyncio.run(work())


def eventually(check: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline
        time.sleep(0.3)


# -- the figures -----------------------------------------------------------------------------------------


def test_the_report_is_the_portals_and_a_recount_of_the_events_agrees_or_says_where_not(
    running: Services, data: str
) -> None:
    eventually(lambda: suyuan("report", "--data", data, "--json").json["behind"] == 0)

    told = suyuan("report", "--data", data, "--json").json
    agreed = suyuan("report", "--recount", "--data", data, "--json")
    (row, *_) = asked(running, "portal", lambda opened: opened.find("figures", {"filed": {"$gt": 0}}))
    asked(running, "portal", lambda opened: opened.put("figures", row["_id"], {**row, "filed": 0}))
    differing = suyuan("report", "--recount", "--data", data, "--json")
    seen = suyuan("report", "--recount", "--data", data)
    asked(running, "portal", lambda opened: opened.put("figures", row["_id"], row))

    assert (told["filed"], told["behind"], told["aside"]) == (FILED, 0, 0)
    assert (agreed.code, agreed.json["agree"], agreed.json["filed"]) == (0, True, FILED)
    assert {name: agreed.json[name] for name in told if name != "behind"} == {
        name: value for name, value in told.items() if name != "behind"
    }
    assert (differing.code, differing.json["agree"]) == (1, False)
    assert differing.json["differences"] == {"filed": [FILED - row["filed"], FILED]}
    assert "不一致" in seen.out


def test_the_report_says_what_a_stopped_portal_has_not_counted(running: Services, data: str) -> None:
    running.stop("portal")
    before = suyuan("report", "--data", data, "--json").json
    intake_event(running, case_id("ccb", "uncounted"), 1, "consent-given", {"party": "applicant"})

    after = suyuan("report", "--data", data, "--json").json
    recounted = suyuan("report", "--recount", "--data", data, "--json")

    running.start("portal")
    running.ready()
    assert (after["behind"], after["filed"]) == (before["behind"] + 1, before["filed"])
    assert (recounted.code, recounted.json["agree"]) == (0, True), "both are as of the same event"


def test_a_database_without_a_portal_is_not_taken_for_one_that_counted_nothing(
    running: Services, data: str
) -> None:
    env = running.environment("intake")
    nothing = suyuan("report", "--json", env=env)
    counted = suyuan("report", "--recount", "--json", env=env)

    assert (nothing.code, nothing.json["error"]) == (1, "report.no_portal")
    assert (counted.code, counted.json["agree"], counted.json["filed"]) == (0, None, FILED)
