"""An institution learns of its own cases and of nobody else's: what worked once, and a search of all bytes.

The attack: file a dispute against a guessed id number, and find the same token in another institution's
events, with cause, amount and masked name; or guess a reference, compute the id of the case, and ask.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from aiokafka import ConsumerRecord
from aiokafka.errors import TopicAuthorizationFailedError

from deploy.local.ports import choose_port
from services.intake.rules import KeyedHashes
from shared.casework.case_ids import earlier_case_id
from shared.contracts.elements import PersonalData
from shared.contracts.envelope import Actor
from shared.contracts.topics import EVENT_TOPICS, cases_topic, delivery_topics
from shared.runtime.serve.access_rules import Operation, Resource, access_rules, allowed
from shared.runtime.serve.topics import plan
from tests.chaos.evidence import gather, nothing_lost_nothing_twice, settled
from tests.chaos.strict_reader import listening
from tests.kafka.filings import filing
from tests.kafka.helpers import Wire, changed, read_all, until, wire
from tests.support import doors, http_table
from tests.support.cases import PARTY_KEY, case_id
from tests.support.services import Services, platform
from tests.support.tokens import bearer
from tests.unit.intake import mother

pytestmark = [pytest.mark.kafka, pytest.mark.flow, pytest.mark.slow, pytest.mark.timeout(420)]

VICTIM, ATTACKER = "ccb", "abc"
DEBTOR = PersonalData(name="欧阳小明", id_number="110101198804041234", contract_number="CONTRACT-4711")
REFERENCE = "SECRET-REF-20261126"
AMOUNT = 2_417_300
TOLD = ("intake", "mediation", "court_bridge", "alerts", "portal")
WHO = [f"{head}-{place}" for place, (head, _) in enumerate(http_table.EVERYBODY)]
KILLED = 25
"""Disputes that are filed while services are killed."""


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    quick = {"SUYUAN_SESSION_TIMEOUT_MS": "6000"}
    unlimited = {"SUYUAN_HTTP_COMMANDS_PER_MINUTE": "0", "SUYUAN_HTTP_ADDRESS_COMMANDS_PER_MINUTE": "0"}
    with platform(env={**quick, **unlimited}) as made:
        for one in ("intake", "alerts"):
            made.start(one, env={"SUYUAN_HTTP_PORT": str(choose_port())})
        made.start(*TOLD)
        made.ready()
        yield made


async def file(on: Wire, institution: str, reference: str, **more: Any) -> str:
    """File a dispute; return the id of its case."""
    _, _, value, headers = filing(institution, reference, **more)
    id = f"{institution}-{reference}".encode()
    named = changed(headers, "ce_actor", ce_id=id, ce_correlationid=id)
    await on.put(f"filings.{institution}", value, named, key=reference.encode())
    return case_id(institution, reference)


async def get(on: Wire, path: str, institution: str) -> httpx.Response:
    """Ask the portal as an institution."""
    return await call(on, "GET", path, institution)


async def post(on: Wire, path: str, institution: str, body: dict[str, Any]) -> httpx.Response:
    """Send the portal a request as an institution."""
    return await call(on, "POST", path, institution, json=body)


async def call(on: Wire, method: str, path: str, institution: str, **more: Any) -> httpx.Response:
    """Call the portal as an institution."""
    agent = Actor(institution, f"p-{institution}-1", "institution_agent")
    headers = bearer(on.services.settings("portal").token_key, agent)
    async with httpx.AsyncClient(base_url=on.services.portal_url(), headers=headers) as client:
        return await client.request(method, path, **more)


async def told(on: Wire, institution: str) -> list[tuple[dict[str, str], dict[str, Any]]]:
    """Everything on the topic of an institution: headers and value, each message once."""
    out: dict[str, tuple[dict[str, str], dict[str, Any]]] = {}
    for record in await on.read(cases_topic(institution)):
        named = {name: value.decode() for name, value in record.headers}
        out.setdefault(named["ce_id"], (named, json.loads(record.value or b"{}")))
    return list(out.values())


async def heard_of(on: Wire, institution: str, case: str, event: str) -> None:
    """Wait until an institution is told of an event of a case."""

    async def there() -> bool:
        return any(
            named["ce_subject"] == case and value["event"].split(".")[-2] == event
            for named, value in await told(on, institution)
        )

    await until(there, why=lambda: on.services.log("portal"))


def bytes_of(record: ConsumerRecord) -> bytes:
    """Everything that a reader of a record gets to see."""
    headers = b"\n".join(name.encode() + b"=" + (value or b"") for name, value in record.headers)
    return b"\n".join((record.key or b"", headers, record.value or b""))


def readable_by(services: Services, user: str) -> list[str]:
    """The topics that a user may read, by the rules of the broker."""
    network = services.network()
    rules, topics = access_rules(network), [one.name for one in plan(services.settings("intake"), network)]
    return [name for name in topics if allowed(rules, user, Operation.READ, Resource.TOPIC, name)]


@pytest.fixture(scope="module")
def filed(services: Services) -> tuple[str, str]:
    """The victim's case, and the attacker's against the same person, whose id number it guessed."""

    async def both() -> tuple[str, str]:
        elements = mother.CARD.model_copy(update={"principal_fen": AMOUNT - 400_000})
        more = {"elements": mother.Elements(credit_card=elements), "claim_fen": AMOUNT}
        async with wire(services) as on:
            own = await file(on, VICTIM, REFERENCE, party=DEBTOR, **more)
            other = await file(on, ATTACKER, "GUESS-1", party=DEBTOR)
            await heard_of(on, VICTIM, own, "mediator-designated")
            await heard_of(on, ATTACKER, other, "mediator-designated")
        return own, other

    return asyncio.run(both())


async def test_who_guesses_an_id_number_finds_nothing_of_anothers_case_on_what_it_may_read(
    on: Wire, filed: tuple[str, str]
) -> None:
    own, _ = filed
    hashes = KeyedHashes(PARTY_KEY.encode())
    common = hashes.party(DEBTOR.id_number)
    secrets = {
        "case id": own,
        "earlier case id": earlier_case_id(VICTIM, REFERENCE),
        "reference": REFERENCE,
        "amount": str(AMOUNT),
        "token": hashes.told(VICTIM, common),
        "common token": common,
        "institution": f'"{VICTIM}"',
        "hash of the reference": hashes.reference(VICTIM, REFERENCE),
        "id number": DEBTOR.id_number,
        "name": DEBTOR.name,
    }
    readable = readable_by(on.services, ATTACKER)
    assert cases_topic(ATTACKER) in readable
    records = await read_all(on.services.addresses, readable, ATTACKER)
    assert len(records) >= 6, "it reads its own case"
    for record in records:
        text = bytes_of(record)
        assert [what for what, secret in secrets.items() if secret.encode() in text] == []


@pytest.mark.parametrize(
    "topic", ["intake.events", cases_topic(VICTIM), "portal.rejections", "intake.matches"]
)
async def test_the_broker_lets_an_institution_read_nothing_else(on: Wire, topic: str) -> None:
    with pytest.raises((TopicAuthorizationFailedError, AssertionError)):
        await read_all(on.services.addresses, [topic], ATTACKER)


async def test_no_topic_has_a_token_that_two_institutions_share(on: Wire, filed: tuple[str, str]) -> None:
    hashes = KeyedHashes(PARTY_KEY.encode())
    common = hashes.party(DEBTOR.id_number).encode()
    tokens = {one: hashes.told(one, common.decode()).encode() for one in (VICTIM, ATTACKER)}
    topics = (*EVENT_TOPICS.values(), *delivery_topics(), cases_topic(VICTIM), cases_topic(ATTACKER))
    told_of: dict[str, set[str]] = defaultdict(set)
    for record in await on.read(*topics):
        text = bytes_of(record)
        assert common not in text, record.topic
        for institution, token in tokens.items():
            if token in text:
                told_of[institution].add(dict(record.headers)["ce_subject"].decode())
    assert told_of == {VICTIM: {filed[0]}, ATTACKER: {filed[1]}}
    own = b"".join(map(bytes_of, await on.read(cases_topic(VICTIM))))
    assert not any(token in own for token in tokens.values()), "not even the institution is told its token"


async def test_who_guesses_a_reference_gets_no_answer_that_tells_whether_there_is_such_a_case(
    on: Wire, filed: tuple[str, str]
) -> None:
    guessed, true, nothing = earlier_case_id(VICTIM, REFERENCE), filed[0], case_id(VICTIM, "NONE")
    for path in ("/cases/{}", "/cases/{}/timeline"):
        answers = [await get(on, path.format(one), ATTACKER) for one in (guessed, true, nothing)]
        assert {one.status_code for one in answers} == {404}
        assert len({one.text for one in answers}) == 1
    for one in (guessed, true, nothing):
        answer = await post(on, f"/commands/intake/withdraw-dispute/{one}", ATTACKER, {"reason": "paid"})
        assert (answer.status_code, answer.json()["code"]) == (404, "case.unknown")
    page = (await get(on, f"/cases?reference={REFERENCE}", ATTACKER)).json()
    other = (await get(on, f"/cases?reference={REFERENCE}&institution={VICTIM}", ATTACKER)).json()
    assert (page["cases"], other["cases"]) == ([], [])
    begins = (await get(on, f"/cases?id={true[:12]}", ATTACKER)).json()
    assert begins["cases"] == []


async def test_a_total_does_not_tell_one_institution_what_another_has(
    on: Wire, filed: tuple[str, str]
) -> None:
    figures = (await get(on, "/figures", ATTACKER)).json()
    assert figures["totals"]["filed"] == figures["by_institution"][ATTACKER]["filed"]
    assert set(figures["by_institution"]) == {ATTACKER}


async def test_the_institution_itself_finds_its_case_by_its_reference_and_reads_all_of_it(
    on: Wire, filed: tuple[str, str]
) -> None:
    (found,) = (await get(on, f"/cases?reference={REFERENCE}", VICTIM)).json()["cases"]
    assert (found["id"], found["reference"]) == (filed[0], REFERENCE)
    of_it = [(named, value) for named, value in await told(on, VICTIM) if named["ce_subject"] == filed[0]]
    assert [int(named["ce_sequence"]) for named, _ in of_it] == list(range(1, len(of_it) + 1))
    assert {named["ce_correlationid"] for named, _ in of_it} == {f"{VICTIM}-{REFERENCE}"}
    first = of_it[0][1]
    assert (first["event"], first["reply_to"], first["data"]["reference"]) == (
        "suyuan.intake.dispute-registered.v1",
        f"{VICTIM}-{REFERENCE}",
        REFERENCE,
    )
    events = (await get(on, f"/cases/{filed[0]}/timeline", VICTIM)).json()["events"]
    shown = {(one["service"], one["sequence"]) for one in events}
    assert shown == {(value["service"], value["service_number"]) for _, value in of_it}


@pytest.fixture(scope="module")
def reading(services: Services, filed: tuple[str, str]) -> tuple[str, dict[str, str]]:
    """Who mediates the victim's case, and the names of what the table of HTTP speaks of."""

    async def made() -> tuple[str, dict[str, str]]:
        async with wire(services) as on:
            found = await doors.opened(on, filed[0])
        return found.mediator, {**found.names, f"/{http_table.COMMAND}": f"/{VICTIM}-{REFERENCE}"}

    return asyncio.run(made())


@pytest.fixture
def at_the_doors(on: Wire, filed: tuple[str, str], reading: tuple[str, dict[str, str]]) -> doors.Doors:
    return doors.Doors(on, filed[0], *reading)


@pytest.mark.parametrize(("place", "who"), list(enumerate(http_table.EVERYBODY)), ids=WHO)
async def test_the_running_services_answer_everybody_what_the_page_says(
    at_the_doors: doors.Doors, place: int, who: tuple[str, Actor | None]
) -> None:
    """The table is made in memory; here the same calls go over the wire, about a case that there is."""
    found = await at_the_doors.calls(who[1])
    said = {row: marks[place].removeprefix("→ ") for row, marks in http_table.told().items()}
    assert found == said
    assert len(found) == len(http_table.CALLS)


async def test_under_kill_9_each_institution_is_told_each_event_of_its_cases_once_and_in_order(
    on: Wire, services: Services
) -> None:
    """A reader that stops at the first gap; what comes again it knows by its number."""
    dice = random.Random(20261126)
    institutions = (VICTIM, ATTACKER, "bank-c")
    topics = [cases_topic(one) for one in institutions]
    cases = []
    async with listening(services.addresses, topics) as strict:
        for number in range(KILLED):
            more = {"party": None} if number % 5 == 0 else {}
            cases.append(await file(on, institutions[number % 3], f"KILL-{number}", **more))
            if number % 4 == 3:
                victim = dice.choice(("portal", "portal", "intake", "mediation"))
                await asyncio.sleep(dice.uniform(0.1, 0.8))
                services.kill(victim)
                await asyncio.to_thread(services.start, victim)
        await _still(services)
        await until(lambda: strict.faults or _all_heard(strict.heard, cases), why=lambda: str(strict.faults))
        assert strict.faults == []
    told_twice = nothing_lost_nothing_twice(await gather(services), ())
    print(f"messages that came again: {dict(told_twice)}, as the strict reader saw: {strict.repeats}")  # noqa: T201


def _all_heard(heard: dict[tuple[str, str], int], cases: list[str]) -> bool:
    return all(heard.get(("/suyuan/portal", case), 0) >= 2 for case in cases)


async def _still(services: Services) -> None:
    """Wait until everything that was said is heard by everybody."""

    async def nothing_under_way() -> bool:
        return not await settled(services)

    await until(nothing_under_way, within_s=240, why=lambda: services.log("portal"))


async def test_a_message_that_could_not_be_taken_is_told_to_its_sender_alone(on: Wire) -> None:
    await on.put("filings.abc", b"no json", [("ce_id", b"abc-broken"), *_FILING], key=b"BROKEN")

    async def rejected() -> list[dict[str, Any]]:
        return [value for _, value in await told(on, ATTACKER) if value["reply_to"] == "abc-broken"]

    (one,) = await until(rejected, why=lambda: on.services.log("portal"))
    assert (one["event"], one["data"]["reason"]) == ("suyuan.common.message-rejected.v1", "message.not_json")
    assert not any(value["reply_to"] == "abc-broken" for _, value in await told(on, VICTIM))


_FILING = (
    ("ce_specversion", b"1.0"),
    ("ce_source", b"/institutions/abc"),
    ("ce_type", b"suyuan.intake.file-dispute.v1"),
    ("ce_subject", b"BROKEN"),
    ("ce_time", b"2026-03-02T09:00:00+08:00"),
)


async def test_a_dispute_that_stands_under_an_id_of_before_is_reached_under_it(on: Wire) -> None:
    case, before = await file(on, VICTIM, "OLD-1"), earlier_case_id(VICTIM, "OLD-1")
    await heard_of(on, VICTIM, case, "dispute-screened")
    await until(lambda: on.services.replica("intake").figure("suyuan_lag_messages") == 0)
    await _as_it_was_registered_before(on, case, before)
    _, _, value, headers = filing(VICTIM, "OLD-1", claim_fen=1, amends=True)
    await on.put("filings.ccb", value, changed(headers, "ce_actor", ce_id=b"old-again"), key=b"OLD-1")

    async def answered() -> list[dict[str, Any]]:
        return [row for row in await on.history("intake", before) if row["causation"] == "old-again"]

    (row,) = await until(answered, why=lambda: on.services.log("intake"))
    assert json.loads(row["value"])["reason"] == "filing.too_late"
    assert await on.find("intake", "streams", {"_id": case}) == [], "and no second case"


async def _as_it_was_registered_before(on: Wire, case: str, before: str) -> None:
    """Put a case under the id that it would have had: what a service of then has stored."""
    database = on.services.database("intake")
    try:
        (document,) = await database.find("streams", {"_id": case})
        streams = database._database["streams"]
        await streams.insert_one({**document, "_id": before})
        await streams.delete_one({"_id": case})
    finally:
        database.close()


# -- every command, by everybody, at every door; last, since some of it is done ------------------------------


async def test_the_portal_takes_each_command_from_whom_the_page_lets_in_and_from_nobody_else(
    at_the_doors: doors.Doors,
) -> None:
    answers = await at_the_doors.everybody_over_http()
    assert {key: one.status_code for key, one in answers.items()} == {
        key: doors.status_of(*key) for key in answers
    }
    taken = {one.json()["command_id"]: place for (place, _), one in answers.items() if one.is_success}
    assert len(taken) > 150
    await _still(at_the_doors.on.services)
    assert await at_the_doors.sent_by(taken) == {
        id: str(at_the_doors.real(doors.PEOPLE[place])) for id, place in taken.items()
    }
    done = {taken[id] for id in doors.more_than_answers(await at_the_doors.caused(taken))}
    assert len(done) >= 3, "some of it is done, by whoever came first"
    assert done.isdisjoint(doors.STRANGERS)


async def test_a_service_does_nothing_for_whom_the_page_does_not_let_in_even_if_the_portal_does(
    at_the_doors: doors.Doors,
) -> None:
    sent = await at_the_doors.everybody_on_topics()
    await _still(at_the_doors.on.services)
    caused = await at_the_doors.caused(sent)
    refused = {
        id for id, (place, cls) in sent.items()
        if doors.status_of(place, cls) == 403 or place in doors.STRANGERS
    }  # fmt: skip
    assert len(refused) > 800
    assert refused.isdisjoint(doors.more_than_answers(caused))
    reasons = Counter(reason for id in refused for _, reason in caused.get(id, []))
    assert set(reasons) <= doors.REFUSED, reasons
    assert reasons["actor.not_allowed"] > 600


async def test_each_command_in_each_hand_is_believed_as_the_page_says(at_the_doors: doors.Doors) -> None:
    on = at_the_doors.on
    said = await at_the_doors.by_every_key()
    await _still(on.services)
    letters = {place: row["reason"] for one in TOLD for place, row in (await on.letters(one)).items()}
    proofs = {place: reason for place, reason in letters.items() if reason.startswith("proof.")}
    found = {place: (cls, proofs.get(place, "✓")) for place, (cls, _) in said.items()}
    assert found == said
    assert len(found) > 900
