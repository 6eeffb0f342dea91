"""Closed days of history: one root each, receipts that need nobody, and members who saw them."""

import asyncio
import json
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.contracts.days import DayClosed, DayWitnessed, signed, witnessed
from shared.contracts.envelope import Actor
from shared.contracts.kinds import Role
from shared.contracts.message import Event
from shared.contracts.principals import OPERATOR
from shared.runtime.base.signing import text_of
from shared.runtime.serve.access_rules import Operation, Resource, access_rules, allowed
from shared.runtime.serve.topics import plan
from tests.kafka.helpers import encoded, envelope, read_all, wire
from tests.support.asking import asked, eventually
from tests.support.cases import case_id
from tests.support.cli import Done, suyuan, write_connection
from tests.support.closed_days import (
    CASE,
    DAYS_OF,
    FILED,
    MEMBER,
    closed_days,
    found,
    signer,
    standing,
    verified,
)
from tests.support.services import Services
from tests.support.tokens import bearer

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(300)]
AGENT = Actor("abc", "p-abc-1", Role.INSTITUTION_AGENT)
CLERK = Actor("fengtai-court", "p-court-1", Role.COURT_CLERK)


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    with standing(replicas=3, kills=4) as stood:
        yield stood


@pytest.fixture(scope="module")
def data(services: Services, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("data")
    write_connection(services, folder)
    return str(folder)


# -- days on their topic ------------------------------------------------------------------------------------


def told_days(services: Services) -> list[DayClosed]:
    records = asyncio.run(read_all(services.addresses, ["history.days"]))
    return [DayClosed.model_validate_json(one.value) for one in records]


def test_each_day_has_one_root_whatever_replicas_there_are_and_whichever_is_killed(
    services: Services,
) -> None:
    days = told_days(services)
    first: dict[int, DayClosed] = {}
    for day in days:
        assert first.setdefault(day.day_number, day) == day

    assert sorted(first) == list(range(1, closed_days(services) + 1))
    assert len({day.day for day in first.values()}) == len(first)
    assert max(day.histories for day in first.values()) >= len(FILED)


def test_another_person_verifies_with_the_topics_alone(services: Services) -> None:
    user = services.addresses.kafka_user(OPERATOR)
    env = {**user, "SUYUAN_KEYS": str(services.settings("intake").keys)}

    done = suyuan("verify", "--from", "events", "--json", env=env)

    [intake] = [one for one in done.json["services"] if one["service"] == "intake"]
    assert (done.code, done.json["intact"]) == (0, True)
    assert intake["rows"] >= 2 * len(FILED)
    assert intake["days"] == closed_days(services)


def test_no_case_of_others_is_named_on_what_an_institution_may_read(services: Services) -> None:
    """What worked: the listings of tips named every history of all, those that anybody can compute too."""
    network, reader = services.network(), "ccb"
    rules, topics = access_rules(network), [one.name for one in plan(services.settings("intake"), network)]
    readable = [one for one in topics if allowed(rules, reader, Operation.READ, Resource.TOPIC, one)]
    others = {case_id(one[0], one[1]).encode() for one in FILED if one[0] != reader}

    records = asyncio.run(read_all(services.addresses, readable, reader))

    assert others
    assert "history.days" in {one.topic for one in records}
    told = [
        (one.topic, id) for one in records for id in others if id in (one.value or b"") + (one.key or b"")
    ]
    assert not told


# -- receipts ------------------------------------------------------------------------------------------------


@pytest.fixture
def receipt(data: str, tmp_path: Path) -> Path:
    path = tmp_path / "receipt.json"
    done = suyuan("case", "receipt", CASE, "--rows", "--out", str(path), "-s", "intake", "--data", data)
    assert done.code == 0, done.out
    return path


def checked(path: Path, services: Services) -> Done:
    keys = str(services.settings("intake").keys)
    return suyuan("verify", str(path), "--keys", keys, "--json")


def test_a_receipt_is_checked_without_any_server(receipt: Path, services: Services) -> None:
    done = checked(receipt, services)

    assert (done.code, done.json["intact"], done.json["id"]) == (0, True, CASE)


CHANGES: dict[str, tuple[Callable[[Any], Any], str]] = {
    "a byte of a row": (lambda part: part["rows"][1].update(actor="x"), "content"),
    "the last row cut off": (lambda part: part["rows"].pop(), "gone"),
    "another tip": (lambda part: part["tip"].update(digest="2:" + "0" * 64), "sealed"),
    "another place": (lambda part: part.update(index=part["index"] + 1), "root"),
    "another root": (lambda part: part["day"].update(tips_root="0" * 64), "root"),
    "another day": (lambda part: part["day"].update(day="2020-01-01"), "signature"),
    "a day that is in no later one": (lambda part: part.update(grown=["00" * 32, *part["grown"]]), "split"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_changed_in_a_receipt_is_named(receipt: Path, services: Services, change: str) -> None:
    said = json.loads(receipt.read_text("utf-8"))
    tamper, wrong = CHANGES[change]
    tamper(said["services"][0])
    receipt.write_text(json.dumps(said), "utf-8")

    done = checked(receipt, services)

    assert done.code == 1
    assert wrong in {kind for _, _, kind, _ in found(done)}


def test_a_case_that_no_day_has_yet_has_no_receipt(data: str) -> None:
    done = suyuan("case", "receipt", case_id("ccb", "none"), "-s", "intake", "--data", data, "--json")

    assert (done.code, done.json["error"]) == (1, "receipt.none")


@pytest.fixture(scope="module")
def portal(services: Services) -> Iterator[str]:
    """The address of a portal that has read of the days; it is started when all of them are closed."""
    services.start("portal")
    services.ready(60.0, "portal")
    address = services.portal_url()
    agent = bearer(services.settings("portal").token_key, AGENT)
    eventually(lambda: httpx.get(f"{address}/cases/{CASE}/receipt", headers=agent).status_code == 200)
    yield address
    services.stop("portal")


@pytest.mark.parametrize("who", [AGENT, Actor(CASE, "", Role.PARTY), CLERK], ids=str)
def test_whoever_is_concerned_downloads_a_receipt_that_is_checked_without_any_server(
    portal: str, services: Services, tmp_path: Path, who: Actor
) -> None:
    headers = bearer(services.settings("portal").token_key, who)
    answer = httpx.get(f"{portal}/cases/{CASE}/receipt", headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == f'attachment; filename="receipt-{CASE}.json"'
    path = tmp_path / "receipt.json"
    path.write_bytes(answer.content)

    done = checked(path, services)

    assert (done.code, done.json["intact"], done.json["id"]) == (0, True, CASE)
    said = answer.json()
    assert said["services"][0]["service"] == "intake"
    assert all(part["rows"] == [] for part in said["services"]), "digests alone: no field of anybody"
    said["services"][0]["tip"]["number"] += 1
    path.write_text(json.dumps(said), "utf-8")
    assert checked(path, services).code == 1


def test_a_receipt_over_http_proves_that_its_day_was_signed_by_members(
    portal: str, services: Services, data: str, tmp_path: Path
) -> None:
    """What worked: it had a service's word alone, which the service can give for any history."""
    seen, key = tmp_path / "seen.json", services.keys.private(MEMBER, "witness")
    agent = bearer(services.settings("portal").token_key, AGENT)
    path = tmp_path / "receipt.json"

    def signed_receipt() -> bool:
        member = ("--member", MEMBER, "--key", str(key), "--seen", str(seen))
        assert suyuan("witness", "sign", *member, "--data", data, "--json").code == 0
        path.write_bytes(httpx.get(f"{portal}/cases/{CASE}/receipt", headers=agent).content)
        parts = json.loads(path.read_text("utf-8"))["services"]
        return {part["service"] for part in parts if part["witnesses"]} == {"intake", "portal"}

    eventually(signed_receipt, seconds=60)
    keys = ("--keys", str(services.settings("intake").keys))
    for least, intact in (("1", True), ("2", False)):
        done = suyuan("verify", str(path), *keys, "--witnesses", least, "--json")
        assert (done.code == 0, done.json["intact"]) == (intact, intact)
    assert asked(services, "portal", lambda db: db.find("deadletters", {})) == []


@pytest.mark.parametrize(
    ("who", "status", "code"),
    [
        (None, 401, "token.missing"),
        (Actor("ccb", "p-ccb-1", Role.INSTITUTION_AGENT), 404, "case.unknown"),
        (Actor(case_id("abc", "tamper-2"), "", Role.PARTY), 404, "case.unknown"),
        (Actor("people-mediation", "m01", Role.MEDIATOR), 404, "case.unknown"),
    ],
    ids=str,
)
def test_a_receipt_is_for_nobody_else(
    portal: str, services: Services, who: Actor | None, status: int, code: str
) -> None:
    headers = bearer(services.settings("portal").token_key, who)
    answer = httpx.get(f"{portal}/cases/{CASE}/receipt", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


# -- witnesses; what is put on the topics here stays there, so the order of these counts ------------------


@pytest.fixture(scope="module")
def member(services: Services, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    seen = tmp_path_factory.mktemp("member") / "seen.json"
    return ["--member", MEMBER, "--key", str(services.keys.private(MEMBER, "witness")), "--seen", str(seen)]


def test_a_member_signs_what_it_saw_and_everybody_sees_that_it_did(
    services: Services, data: str, member: list[str]
) -> None:
    sign = ("witness", "sign", *member, "-s", "intake", "--data", data, "--json")
    first, again = suyuan(*sign), suyuan(*sign)
    last = closed_days(services)

    assert [one["state"] for done in (first, again) for one in done.json["services"]] == ["new", "known"]
    [row] = suyuan("witness", "list", "-s", "intake", "--data", data, "--json").json
    assert (row["number"], row["witnessed"]) == (last, {MEMBER: last})
    assert verified(data).json["services"][0]["witnessed"] == {MEMBER: last}


def test_nobody_witnesses_for_a_member_without_its_key(data: str, member: list[str], tmp_path: Path) -> None:
    key = tmp_path / "stranger.key"
    key.write_text(f"abc-witness-1:{text_of(secrets.token_bytes(32))}", "utf-8")
    stranger = ["--member", "abc", "--key", str(key), "--seen", str(tmp_path / "seen.json")]

    suyuan("witness", "sign", *stranger, "-s", "intake", "--data", data, "--json")

    [row] = suyuan("witness", "list", "-s", "intake", "--data", data, "--json").json
    assert set(row["witnessed"]) == {MEMBER}


def test_a_member_that_saw_other_days_before_does_not_sign(data: str, member: list[str]) -> None:
    path = Path(member[-1])
    seen = json.loads(path.read_text("utf-8"))
    before = path.read_text("utf-8")
    seen["intake"] = {"number": 1, "days_root": "0" * 64}
    path.write_text(json.dumps(seen), "utf-8")

    done = suyuan("witness", "sign", *member, "-s", "intake", "--data", data, "--json")

    assert (done.code, done.json["services"][0]["state"]) == (1, "rewritten")
    assert json.loads(path.read_text("utf-8"))["intake"]["number"] == 1, "what it saw stays what it saw"
    path.write_text(before, "utf-8")


async def put(services: Services, topic: str, body: Event, source: str) -> None:
    async with wire(services) as on:
        said = envelope(body, id=secrets.token_hex(8), subject=DAYS_OF, source=source, sequence=1)
        await on.put(topic, encoded(body), said, key=DAYS_OF.encode())


def test_a_member_that_was_shown_another_root_is_believed_against_the_topic(
    services: Services, data: str
) -> None:
    root = "f" * 64
    signature = str(signer(services, MEMBER, "witness").sign(witnessed("intake", 1, root, MEMBER)))
    seen = DayWitnessed(service="intake", member=MEMBER, day_number=1, days_root=root, signature=signature)
    asyncio.run(put(services, "history.witnessed", seen, f"/members/{MEMBER}"))

    done = verified(data, "--from", "events")

    assert (done.code, found(done)) == (1, [(DAYS_OF, 1, "split", "witness")])


def test_a_service_that_publishes_two_roots_for_one_day_is_found_though_it_signed_both(
    services: Services, data: str
) -> None:
    day = told_days(services)[-1]
    other = day.model_copy(update={"tips_root": "0" * 64})
    other = other.model_copy(
        update={"signature": str(signer(services, "intake", "history").sign(signed("intake", other)))}
    )
    asyncio.run(put(services, "history.days", other, "/suyuan/intake"))

    done = verified(data, "--from", "events")

    assert done.code == 1
    assert (DAYS_OF, day.day_number, "split", "events") in found(done)
