"""One dispute that came twice, through all services: counted once, and twice where the merge was wrong."""

from collections.abc import Iterator

import pytest

from services.alerts.store import WEEKLY_COUNTS
from shared.runtime.base.collections import HISTORY
from tests.support.asking import asked, eventually
from tests.support.cases import case_id
from tests.support.cli import suyuan, write_connection
from tests.support.sent import filing_headers, send
from tests.support.services import Services, platform
from tests.unit.intake.mother import ZHANG, card

pytestmark = [pytest.mark.kafka, pytest.mark.flow, pytest.mark.slow]
FIRST, SECOND, THIRD = (case_id("ccb", f"D-{number}") for number in (1, 2, 3))
ONE = ZHANG.model_copy(update={"contract_number": "龙卡-001"})
ANOTHER = ZHANG.model_copy(update={"id_number": "110101198001011234", "contract_number": "龙卡-003"})
CLERK = "fengtai-court/p-court-1/court_clerk"


@pytest.fixture(scope="module")
def running() -> Iterator[Services]:
    with platform() as services:
        services.start("intake", "mediation", "court_bridge", "alerts", "portal")
        services.ready()
        for number, party in ((1, ONE), (2, ONE), (3, ANOTHER)):
            filing = card(reference=f"D-{number}", party=party).model_dump_json().encode()
            send(services, "filings.ccb", f"D-{number}", filing, **filing_headers(f"d-{number}"))
            eventually(lambda number=number: registered(services) == number)
        yield services


@pytest.fixture(scope="module")
def data(running: Services, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("data")
    write_connection(running, folder)
    return str(folder)


def registered(services: Services) -> int:
    wanted = {"type": "suyuan.intake.dispute-registered.v1"}
    return int(asked(services, "intake", lambda opened: opened.count(HISTORY, wanted)))


def counted(services: Services) -> int:
    """How many disputes alerts counts."""
    return sum(row["count"] for row in asked(services, "alerts", lambda db: db.find(WEEKLY_COUNTS, {})))


def shown(id: str, data: str) -> dict[str, object]:
    done = suyuan("case", "show", id, "--data", data, "--json")
    return dict(done.json["case"]) if done.code == 0 else {}


def agree(filed: int, data: str) -> bool:
    """Whether the portal and a recount of the events come to so many."""
    told = suyuan("report", "--recount", "--data", data, "--json")
    found = told.json
    return told.code == 0 and found["agree"] and (found["filed"], found["mediated"]) == (filed, filed)


def test_it_counts_once_under_one_of_two_ids_until_the_merge_is_undone(running: Services, data: str) -> None:
    eventually(lambda: shown(SECOND, data).get("status") == "merged")
    eventually(lambda: shown(FIRST, data).get("joined") == [SECOND])
    eventually(lambda: counted(running) == 2 and agree(2, data))
    assert shown(SECOND, data)["merged_into"] == FIRST
    (row,) = suyuan("duplicates", "list", "--all", "--data", data, "--json").json
    assert (row["id"], row["into"], row["automatic"], row["rules"]) == (SECOND, FIRST, True, ["MAT-001"])
    assert suyuan("duplicates", "list", "--data", data, "--json").json == []

    url = ("--url", running.portal_url(), "--as", CLERK, "--data", data, "--json")
    undone = suyuan("duplicates", "undo", "--case", SECOND, *url)
    again = suyuan("duplicates", "undo", "--case", SECOND, *url)

    assert (undone.code, undone.json["status"]) == (0, "done"), undone
    assert (again.code, again.json["reason"]["code"]) == (1, "duplicate.not_merged")
    eventually(lambda: counted(running) == 3 and agree(3, data))
    eventually(lambda: shown(FIRST, data)["joined"] == [] and shown(SECOND, data)["status"] == "designated")
    assert suyuan("duplicates", "show", SECOND, "--data", data, "--json").json["denied"] == [FIRST]
