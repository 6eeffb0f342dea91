"""What an operator asks first, on the real stack: the figures, short ids, and whether all is well."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from shared.contracts.principals import ADMIN
from shared.runtime.base.collections import HISTORY, HOLDS, LETTERS
from tests.support.asking import asked, eventually
from tests.support.cases import case_id
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
    assert "The portal differs" in seen.out


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
    # An administrator of the broker, with a database in which no portal ever worked.
    env = {
        **running.environment("portal"),
        **running.addresses.kafka_user(ADMIN),
        "SUYUAN_MONGO_URL": running.addresses.mongo_admin_url,
        "SUYUAN_MONGO_DATABASE": "suyuan_of_nobody",
    }
    nothing = suyuan("report", "--json", env=env)
    counted = suyuan("report", "--recount", "--json", env=env)

    assert (nothing.code, nothing.json["error"]) == (1, "report.no_portal")
    assert (counted.code, counted.json["agree"], counted.json["filed"]) == (0, None, FILED)


# -- ids as the tables show them --------------------------------------------------------------------------


def test_a_case_is_meant_by_the_beginning_of_its_id_where_only_one_has_it(
    running: Services, data: str
) -> None:
    case = case_id("ccb", "S-1")
    eventually(lambda: suyuan("case", "show", case, "--data", data).code == 0)
    token = suyuan(
        "token", "--role", "operator", "--organisation", "fengtai-court", "--data", data
    ).out.strip()
    http = ("--url", running.portal_url(), "--token", token)
    short = case[:15]
    for source in (("--data", data), http):
        assert suyuan("case", "show", short, *source, "--json").json["case"]["id"] == case
    as_party = ("--role", "party", "--organisation", short, "--data", data, "--json")
    assert suyuan("token", *as_party).json["organisation"] == case
    verified = suyuan("verify", short, "-s", "intake", "--data", data, "--json")
    assert (verified.code, verified.json["id"]) == (0, case)
    twin = case[:20] + ("a" if case[20] != "a" else "b") + case[21:]
    asked(running, "portal", lambda opened: opened.put("cases", twin, {"institution": "ccb"}))
    try:
        for source in (("--data", data), http):
            both = suyuan("case", "show", short, *source, "--json")
            assert (both.code, both.json["error"]) == (1, "id.ambiguous")
            assert all(id in both.json["en"] for id in (case, twin))
    finally:
        asked(running, "portal", lambda opened: opened.delete("cases", [twin]))


# -- whether all is well ----------------------------------------------------------------------------------


def test_the_doctor_begins_with_what_is_not_well_and_its_exit_code_says_so(
    running: Services, data: str
) -> None:
    eventually(lambda: suyuan("report", "--data", data, "--json").json["behind"] == 0)
    well = suyuan("doctor", "--data", data, "--json")
    send(running, "filings.ccb", "X", b"no json", **filing_headers("x"))
    intake_event(running, case_id("ccb", "early"), 3, "consent-given", {"party": "applicant"})
    eventually(lambda: held(running) == 1)
    eventually(lambda: bool(asked(running, "intake", lambda opened: opened.count(LETTERS, {}))))
    ill = suyuan("doctor", "--data", data)
    first = suyuan("doctor", "--data", data, "--json").json

    assert (well.code, well.json["works"]) == (0, True)
    checks = {one["check"]: one for one in well.json["checks"]}
    for name in ("dead letters", "blocked cases", "held messages", "lag", "disk", "calendar", "versions"):
        assert checks[name]["good"], name
    assert "MongoDB" in checks["versions"]["en"]
    assert (ill.code, first["works"], first["first"][0]) == (1, False, "dead letters")
    assert ill.out.splitlines()[0] == "Not well"
    assert "dead letters: 1 " in ill.out.splitlines()[1]
    waits = {one["check"]: one for one in first["checks"]}["held messages"]
    assert (waits["good"], waits["warning"]) == (True, True), "a message that comes early is no trouble yet"

    outlive(running)
    longer = suyuan("doctor", "--data", data, "--json").json
    assert longer["first"] == ["dead letters", "held messages", *first["first"][2:]]


def held(services: Services) -> int:
    return int(asked(services, "portal", lambda opened: opened.count(HOLDS, {})))


def outlive(services: Services) -> None:
    """Let the held message look as if it had waited for an hour."""
    (row,) = asked(services, "portal", lambda opened: opened.find(HOLDS, {}))
    old = {**row, "held_at": datetime.now(UTC) - timedelta(hours=1)}
    asked(services, "portal", lambda opened: opened.put(HOLDS, row["_id"], old))


def test_the_doctor_names_a_service_that_takes_nothing(running: Services, data: str) -> None:
    running.stop("intake")
    send(running, "filings.ccb", "Y", b"no json either", **filing_headers("y"))
    found = suyuan("doctor", "--data", data, "--json")
    running.start("intake")

    (lag,) = [one for one in found.json["checks"] if one["check"] == "lag"]
    assert (found.code, lag["good"]) == (1, False)
    assert lag["en"].startswith("intake 1 ")
