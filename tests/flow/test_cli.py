"""The command line on the real stack: bulk filing, cases, dead letters, holds, topics, the doctor."""

import csv
import json
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.runtime.base.collections import HISTORY, HOLDS
from tests.support.asking import asked, eventually
from tests.support.bulk_table import ROWS, write_table
from tests.support.cases import case_id
from tests.support.cli import suyuan, write_connection
from tests.support.sent import filing_headers, intake_event, send
from tests.support.services import Services, platform

pytestmark = [pytest.mark.kafka, pytest.mark.flow, pytest.mark.slow]


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    with platform(env={"SUYUAN_TIME": "replay"}, topics=False) as running:
        yield running


@pytest.fixture(scope="module")
def data(services: Services, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("data")
    write_connection(services, folder)
    return str(folder)


@pytest.fixture(scope="module")
def running(services: Services, data: str) -> Services:
    if suyuan("topics", "provision", "--data", data).code:
        raise AssertionError("no topics")
    services.start("intake", "mediation", "portal")
    services.ready()
    return services


# -- topics and the doctor, before and after -----------------------------------------------------------


def test_topics_are_missing_then_made_then_there(services: Services, data: str) -> None:
    before = suyuan("topics", "list", "--data", data, "--json").json
    ill = suyuan("doctor", "--data", data, "--json")

    made = suyuan("topics", "provision", "--data", data, "--json")
    again = suyuan("topics", "provision", "--data", data, "--json")

    assert {one["state"] for one in before} == {"missing"}
    assert {one["check"]: one["good"] for one in ill.json["checks"]}["topics"] is False
    assert ill.code == 1
    assert sorted(made.json["made"]) == sorted(one["topic"] for one in before)
    assert again.json == {"made": [], "differences": [], "dry_run": False}
    after = suyuan("topics", "list", "--data", data, "--json").json
    assert {one["state"] for one in after} == {"ready"}


def test_the_doctor_is_content(running: Services, data: str) -> None:
    found = suyuan("doctor", "--data", data, "--json")

    assert [one for one in found.json["checks"] if not one["good"]] == []
    assert found.code == 0
    secrets = [running.environment("intake")[name] for name in ("SUYUAN_PARTY_KEY", "SUYUAN_MONGO_URL")]
    assert not any(secret in found.out for secret in secrets)


def test_commands_say_when_kafka_is_away() -> None:
    away = {
        "SUYUAN_KAFKA": "127.0.0.1:1",
        "SUYUAN_MONGO_URL": "mongodb://127.0.0.1:1/",
        "SUYUAN_MONGO_TIMEOUT_MS": "300",
    }

    assert suyuan("topics", "list", "--json", env=away).json["error"] == "kafka.unavailable"
    assert suyuan("dlq", "list", "-s", "intake", "--json", env=away).json["error"] == "mongo.unavailable"
    ill = suyuan("doctor", "--json", env=away)
    assert ill.code == 1
    assert not any(one["good"] for one in ill.json["checks"] if one["check"] in ("kafka", "mongodb portal"))


# -- bulk filing (F01) -----------------------------------------------------------------------------------


def test_good_rows_of_a_table_are_filed_once_and_each_bad_one_is_named(
    running: Services, data: str, tmp_path: Path
) -> None:
    table, errors, receipts = (tmp_path / name for name in ("disputes.csv", "errors.csv", "receipts.csv"))
    bad = write_table(table)
    assert len(bad) == ROWS // 100
    command = ("file", str(table), "--institution", "ccb", "--data", data)

    dry = suyuan(*command, "--dry-run", "--json")
    assert registered(running) == 0
    began = time.monotonic()
    first = suyuan(*command, "--errors", str(errors), "--receipts", str(receipts), "--json")
    took = time.monotonic() - began
    eventually(lambda: registered(running) >= first.json["filed"])
    second = suyuan(*command, "--json")
    eventually(lambda: drained(running))

    assert first.code == 1
    assert (first.json["rows"], first.json["filed"], first.json["bad"]) == (ROWS, ROWS - len(bad), len(bad))
    assert {one["row"]: one["code"] for one in first.json["problems"]} == bad
    assert dry.json["problems"] == second.json["problems"] == first.json["problems"]
    assert registered(running) == ROWS - len(bad), "a second import adds none"
    with errors.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {int(one["row"]): one["code"] for one in rows} == bad
    with receipts.open(encoding="utf-8-sig", newline="") as file:
        given = list(csv.DictReader(file))
    assert [int(one["row"]) for one in given] == list(range(2, ROWS + 2))
    assert {int(one["row"]): one["code"] for one in given if one["outcome"] == "refused"} == bad
    cases = [one["case"] for one in given if one["outcome"] == "new"]
    assert cases == [case_id("ccb", one["reference"]) for one in given if one["outcome"] == "new"]
    assert first.json["outcomes"] == {"new": ROWS - len(bad)}
    assert second.json["outcomes"] == {"known": ROWS - len(bad)}, "the same table again has nothing new"
    assert suyuan("verify", cases[-1], "-s", "intake", "--data", data).code == 0
    assert "张小三" not in first.out + errors.read_text("utf-8-sig") + receipts.read_text("utf-8-sig")
    assert took < 60


def registered(services: Services) -> int:
    """Count the disputes that intake has registered."""
    filter = {"type": "suyuan.intake.dispute-registered.v1"}
    return int(asked(services, "intake", lambda opened: opened.count(HISTORY, filter)))


def drained(services: Services) -> bool:
    """Tell whether intake has taken everything that was filed."""
    with urllib.request.urlopen(services.replica("intake").ops_url + "/metrics") as answer:
        lines = answer.read().decode().splitlines()
    lags = [float(line.rpartition(" ")[2]) for line in lines if "lag" in line and not line.startswith("#")]
    return bool(lags) and not any(lags)


# -- cases -----------------------------------------------------------------------------------------------

CASE = case_id("ccb", "B-00001")


def operator(data: str) -> str:
    """Return an operator's token."""
    command = ("token", "--role", "operator", "--organisation", "fengtai-court", "--data", data)
    return suyuan(*command).out.strip()


def test_a_case_is_listed_and_shown_from_the_database_and_over_http(running: Services, data: str) -> None:
    eventually(lambda: suyuan("case", "show", CASE, "--data", data).code == 0)
    token = operator(data)
    http = ("--url", running.portal_url(), "--token", token)

    stored = suyuan("case", "show", CASE, "--data", data, "--json").json
    served = suyuan("case", "show", CASE, *http, "--json").json

    assert stored["case"]["id"] == served["case"]["id"] == CASE
    assert stored["events"][0]["type"].endswith("dispute-registered")
    listed = suyuan("case", "list", "--limit", "300", "--data", data, "--json").json
    assert len(listed) == len({one["id"] for one in listed}) == 300
    assert len(suyuan("case", "list", "--limit", "10", "--institution", "ccb", *http, "--json").json) == 10
    assert suyuan("case", "list", "--institution", "abc", *http, "--json").json == []


def test_a_case_is_found_by_the_reference_of_its_institution(running: Services, data: str) -> None:
    eventually(lambda: suyuan("case", "show", "B-00001", "--data", data).code == 0)
    http = ("--url", running.portal_url(), "--token", operator(data))

    for source in (("--data", data), http):
        assert suyuan("case", "show", "B-00001", *source, "--json").json["case"]["id"] == CASE
        listed = suyuan("case", "list", "--reference", "B-00001", *source, "--json").json
        assert [one["id"] for one in listed] == [CASE]
        of_another = suyuan("case", "show", "B-00001", "--institution", "abc", *source, "--json")
        assert (of_another.code, of_another.json["error"]) == (1, "case.unknown")


def test_a_case_that_is_not_there_has_a_coded_error(running: Services, data: str) -> None:
    unknown = "sy1" + "a" * 32
    token = operator(data)

    for source in (("--data", data), ("--url", running.portal_url(), "--token", token)):
        done = suyuan("case", "show", unknown, *source, "--json")
        assert (done.code, done.json["error"]) == (1, "case.unknown")
    bad = suyuan("case", "list", "--url", running.portal_url(), "--token", "x", "--json")
    assert (bad.code, bad.json["error"]) == (1, "token.invalid")
    assert suyuan("case", "list", "--url", running.portal_url()).code == 2


@pytest.mark.parametrize("id", [CASE[:6], f"{CASE}:00000001", f"{CASE}?limit=1", f"../cases/{CASE}"])
def test_no_command_takes_what_is_like_the_id_of_a_case_for_the_case(
    running: Services, data: str, id: str
) -> None:
    """Over HTTP it became another path or a query, and the case was shown."""
    eventually(lambda: suyuan("case", "show", CASE, "--data", data).code == 0)
    http = ("--url", running.portal_url(), "--token", operator(data))
    for command in (
        ("case", "show", id, *http),
        ("case", "show", id, "--data", data),
        ("verify", id, "--service", "intake", "--data", data),
    ):
        done = suyuan(*command, "--json")
        assert (done.code, done.json["error"]) == (1, "case.unknown"), command
    assert suyuan("dlq", "list", "-s", "intake", "--case", id, "--data", data, "--json").json == []
    for remedy in (("dlq", "redrive", "-s", "intake"), ("gap", "accept", "intake")):
        more = ("--reason", "x", "--yes") if remedy[0] == "gap" else ()
        assert suyuan(*remedy, "--case", id, *more, "--data", data, "--json").code != 0


def test_a_service_that_does_not_know_a_case_does_not_say_that_it_is_whole(
    running: Services, data: str
) -> None:
    eventually(lambda: suyuan("case", "show", CASE, "--data", data).code == 0)

    elsewhere = suyuan("verify", CASE, "--service", "court_bridge", "--data", data, "--json")
    nobody = suyuan("verify", case_id("ccb", "none"), "--service", "portal", "--data", data, "--json")

    assert (elsewhere.code, elsewhere.json["error"]) == (1, "case.unknown")
    assert (nobody.code, nobody.json["error"]) == (1, "case.unknown")


# -- dead letters and holds -----------------------------------------------------------------------------


def letters(data: str, service: str, status: str = "waiting") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = suyuan(
        "dlq", "list", "-s", service, "--status", status, "--data", data, "--json"
    ).json
    return found


def test_dead_letters_are_seen_redriven_and_discarded(running: Services, data: str) -> None:
    value = json.dumps(
        {
            "institution": "abc",
            "reference": "X-1",
            "cause": "loan",
            "issue": "x",
            "party": {"name": "李小四", "id_number": "110101199001019999"},
        }
    ).encode()
    send(running, "filings.ccb", "X-1", value, **filing_headers("x-1"))
    send(
        running,
        "filings.ccb",
        "X-2",
        b"no json, but \xe6\x9d\x8e\xe5\xb0\x8f\xe5\x9b\x9b",
        **filing_headers("x-2"),
    )
    eventually(lambda: len(letters(data, "intake")) == 2)

    by_reason = {one["reason"]: one["id"] for one in letters(data, "intake")}
    wrong, broken = by_reason["filing.wrong_institution"], by_reason["message.not_json"]
    assert (wrong.count(":"), broken.count(":")) == (2, 2)
    short = broken.rpartition(".")[2]
    shown = [suyuan("dlq", "show", id, "-s", "intake", "--data", data) for id in (wrong, short)]
    again = suyuan("dlq", "redrive", wrong, "-s", "intake", "--data", data, "--json")
    given_up = suyuan("dlq", "discard", short, "-s", "intake", "--data", data, "--json")
    twice = suyuan("dlq", "discard", broken, "-s", "intake", "--data", data, "--json")

    for one in shown:
        assert one.code == 0
        assert "李小四" not in one.out
        assert "ce_id" in one.out
    assert "X-1" in shown[0].out
    assert (again.code, again.json["letters"][0]["outcome"], again.json["left"]) == (1, "failed again", 1)
    assert (given_up.code, given_up.json["letters"][0]["outcome"]) == (0, "discarded")
    assert (twice.code, twice.json["letters"][0]["outcome"]) == (0, "already discarded")
    too_late = suyuan("dlq", "redrive", broken, "-s", "intake", "--data", data, "--json")
    assert too_late.json["letters"][0]["outcome"] == "already discarded"
    assert (too_late.code, too_late.json["done"], too_late.json["left"]) == (1, 0, 1)
    listed = suyuan("dlq", "list", "-s", "intake", "--data", data, env={"COLUMNS": "300"})
    assert letters(data, "intake")[0]["detail"][:20] in listed.out
    assert [one["id"] for one in letters(data, "intake")] == [wrong]
    assert suyuan("dlq", "discard", "--all", "-s", "intake", "--data", data).code == 2
    assert suyuan("dlq", "discard", "--all", "--yes", "-s", "intake", "--data", data).code == 0
    assert letters(data, "intake") == []
    assert len(letters(data, "intake", "discarded")) == 2
    assert suyuan("dlq", "show", "nothing:0:0", "-s", "intake", "--data", data).code == 1
    assert suyuan("dlq", "redrive", "nothing:0:0", "-s", "intake", "--data", data).code == 1


REFERRED = {
    "to": "mediation",
    "organisation": "no-such-organisation",
    "institution": "ccb",
    "cause": "loan",
    "tier": "simple",
    "claim_fen": 1,
    "explained": True,
    "consents": ["applicant", "respondent"],
}


def test_a_parked_case_is_redriven_as_a_whole_and_in_order(running: Services, data: str) -> None:
    subject = case_id("ccb", "parked")
    intake_event(running, subject, 1, "dispute-referred", {**REFERRED, "tier": "no such tier"})
    intake_event(running, subject, 2, "consent-given", {"party": "applicant"})
    eventually(lambda: len(letters(data, "mediation")) >= 1)
    found = letters(data, "mediation")
    (blocked,) = suyuan("blocked", "list", "-s", "mediation", "--data", data, "--json").json
    assert (blocked["case"], blocked["reason"]) == (subject, found[0]["reason"])

    done = suyuan("dlq", "redrive", found[0]["id"], "-s", "mediation", "--data", data, "--json")
    ended = suyuan("dlq", "discard", "--all", "--yes", "-s", "mediation", "--data", data, "--json")

    assert done.code == 1
    assert done.json["letters"][0]["outcome"] == "failed again"
    assert ended.code == 0
    assert letters(data, "mediation") == []


def test_a_message_that_came_early_is_listed_with_what_is_missing(running: Services, data: str) -> None:
    subject = case_id("ccb", "early")
    intake_event(running, subject, 3, "consent-given", {"party": "applicant"})
    eventually(lambda: bool(asked(running, "mediation", lambda opened: opened.count(HOLDS, {}))))

    (row,) = suyuan("held", "list", "-s", "mediation", "--data", data, "--json").json
    everywhere = suyuan("held", "list", "--data", data)
    why = ("--reason", "it was never sent", "--yes")
    gone_on = suyuan("gap", "accept", "mediation", "--case", subject, *why, "--data", data)
    after = suyuan("held", "list", "-s", "mediation", "--data", data, "--json").json

    assert (row["case"], row["source"], row["sequence"], row["missing"]) == (subject, "/suyuan/intake", 3, 1)
    assert everywhere.code == 0
    assert subject in everywhere.out
    assert "suyuan gap accept SERVICE --case CASE" in everywhere.out
    assert (gone_on.code, after) == (0, []), "what the list advises clears it"


def test_a_remedy_that_nobody_takes_in_says_so(running: Services, data: str) -> None:
    send(running, "filings.ccb", "X-3", b"nothing", **filing_headers("x-3"))
    eventually(lambda: len(letters(data, "intake")) == 1)
    running.stop("intake")

    done = suyuan(
        "dlq", "discard", "--all", "--yes", "--timeout", "1", "-s", "intake", "--data", data, "--json"
    )

    assert (done.code, done.json["letters"][0]["outcome"]) == (1, "no answer")
    running.start("intake")
    eventually(lambda: letters(data, "intake") == [])


# -- the roster (F37) ------------------------------------------------------------------------------------


def test_a_mediator_is_added_suspended_and_shown_by_events_alone(running: Services, data: str) -> None:
    of = ("--organisation", "people-mediation", "--mediator", "m99", "--data", data, "--json")
    clerk = "people-mediation/p-people-1/organisation_clerk"
    at = ("--url", running.portal_url(), "--as")
    entry = ("--shown-as", "调解员新", "--specialities", "loan", "--specialities", "complaint")
    terms = ("--weight", "2", "--capacity", "5", "--trained-on", "2026-01-05", "--interests", "ccb")

    added = suyuan("mediator", "add", *of, *entry, *terms, *at, clerk)
    stranger = suyuan("mediator", "resume", *of, *at, "banking-mediation/p-banking-1/organisation_clerk")
    suspended = suyuan("mediator", "suspend", *of, "--ground", "leave", *at, clerk)
    shown = suyuan("mediator", "show", "m99", "--data", data, "--json").json
    listed = suyuan("mediator", "list", *of[:2], "--data", data, "--json").json
    who = ("--role", "mediator", "--organisation", "people-mediation", "--data", data)

    assert (added.json["status"], suspended.json["status"]) == ("done", "done")
    assert stranger.json["reason"]["code"] == "actor.not_allowed"
    assert (shown["standing"], shown["ground"], shown["capacity"]) == ("suspended", "leave", 5)
    assert (shown["specialities"], shown["interests"]) == (["loan", "complaint"], ["ccb"])
    assert {one["standing"] for one in listed if one["id"] != "m99"} == {"listed"}
    assert (shown["file"]["designated"], shown["file"]["by_year"]) == (0, {})
    assert [suyuan("token", *who, "--person", id).code for id in ("m99", "m98")] == [0, 2]
