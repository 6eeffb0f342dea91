"""Reading raw data over HTTP: recorded first, shown afterwards, or refused with a code."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

import httpx
import pytest
from pydantic import SecretStr

from services.intake.endpoints import http
from services.intake.store import PERSONAL_DATA
from shared.casework.protocol import Change, Put, Received, Timed
from shared.contracts.envelope import Actor
from shared.contracts.message import Command
from shared.contracts.privacy import ContactDataOpened
from shared.runtime.base.settings import Settings
from shared.runtime.serve.service import HttpContext
from tests.support.tokens import KEY, bearer, checker
from tests.unit.intake.mother import (
    BANK,
    CASE,
    CLERK,
    MON,
    NETWORK,
    OPERATOR,
    STREAM,
    VAULT,
    VAULT_KEY,
    ZHANG,
    card,
    complaint,
    received,
    taken,
)


@dataclass
class Rows:
    """The service's own rows, and a runtime that decides a command at once (or never)."""

    alive: bool = True
    rows: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    state: Any = None

    async def get(self, collection: str, id: str) -> dict[str, Any] | None:
        found = self.rows.get((collection, id))
        return None if found is None else {"_id": id, **found}

    async def command(self, service: str, command: Command, subject: str, *, actor: Actor) -> str:
        assert service == "intake"
        if self.alive:
            self.take(received(command, subject=subject, actor=actor, id="c-1"))
        return "c-1"

    def take(self, message: Received, kept: Any = None) -> None:
        before = self.state
        events = [Timed(MON, event) for event in STREAM.decide(before, message)]
        assert STREAM.rows is not None
        for row in STREAM.rows(Change(message, message.subject, before, before, events, "t:0", kept)):
            assert isinstance(row, Put)
            self.rows[row.collection, row.id] = dict(row.document)
        if before is None and message.body.wire_type.endswith("file-dispute.v1"):
            for timed in events:
                self.state = STREAM.evolve(self.state, timed.event, MON)


def filed() -> Rows:
    rows = Rows()
    rows.take(received(taken(card())), VAULT.seal(CASE, ZHANG.model_dump_json().encode()))
    assert (PERSONAL_DATA, CASE) in rows.rows
    return rows


async def ask(
    rows: Rows, actor: Actor | None, case: str = CASE, purpose: str | None = "电话联系", keys: str = VAULT_KEY
) -> httpx.Response:
    settings = Settings(personal_keys=SecretStr(keys))
    context = HttpContext(settings, NETWORK, cast(Any, rows), cast(Any, rows), checker("intake"))
    transport = httpx.ASGITransport(app=http(context, patience_s=0.1))
    async with httpx.AsyncClient(transport=transport, base_url="http://intake") as client:
        body = {} if purpose is None else {"purpose": purpose}
        return await client.post(f"/personal-data/{case}", json=body, headers=bearer(KEY, actor))


async def test_the_clerk_of_the_case_reads_and_the_reading_stands_recorded() -> None:
    rows = filed()
    answer = await ask(rows, CLERK)
    assert answer.status_code == 200
    assert answer.json() == ZHANG.model_dump()
    assert answer.headers["cache-control"] == "no-store"
    assert await rows.get("readings", "c-1") == {"_id": "c-1", "case": CASE, "reason": ""}


async def test_a_row_of_before_is_read_in_clear() -> None:
    rows = filed()
    rows.rows[PERSONAL_DATA, CASE] = ZHANG.model_dump()
    assert (await ask(rows, CLERK)).json() == ZHANG.model_dump()


async def test_without_the_key_nothing_is_read() -> None:
    answer = await ask(filed(), CLERK, keys="another-key-of-personal-data-of-32-characters")
    assert (answer.status_code, answer.json()["code"]) == (500, "personal_data.unreadable")


async def test_whoever_runs_the_machines_reads_nothing() -> None:
    answer = await ask(filed(), OPERATOR)
    assert (answer.status_code, answer.json()["code"]) == (403, "actor.not_allowed")


@pytest.mark.parametrize(
    ("actor", "case", "purpose", "status", "code"),
    [
        (None, CASE, "x", 401, "token.missing"),
        (BANK, CASE, "x", 403, "actor.not_allowed"),
        (Actor("banking-mediation", "p", "organisation_clerk"), CASE, "x", 403, "actor.not_allowed"),
        (CLERK, CASE, None, 422, "http.bad_payload"),
        (CLERK, CASE, "  ", 409, "personal_data.no_purpose"),
        (CLERK, "sy1short", "x", 422, "http.bad_payload"),
    ],
)
async def test_a_reading_is_refused_with_a_code(
    actor: Actor | None, case: str, purpose: str | None, status: int, code: str
) -> None:
    answer = await ask(filed(), actor, case, purpose)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert ZHANG.name not in answer.text


async def test_a_case_that_nobody_knows_is_not_found() -> None:
    answer = await ask(Rows(), CLERK)
    assert (answer.status_code, answer.json()["code"]) == (404, "case.unknown")


async def test_nothing_is_shown_while_the_reading_is_not_recorded() -> None:
    rows = filed()
    rows.alive = False
    answer = await ask(rows, CLERK)
    assert (answer.status_code, answer.json()["code"]) == (504, "personal_data.not_recorded")
    assert ZHANG.id_number not in answer.text


MEDIATOR = Actor("people-mediation", "m01", "mediator")


def opened(rows: Rows, reader: Actor = MEDIATOR, reading: str = "c-7") -> Rows:
    """Let mediation tell that a mediator may reach the parties."""
    told = ContactDataOpened(reader=str(reader), reading=reading)
    rows.take(received(told, actor=reader, id="e-1"))
    return rows


async def reach(
    rows: Rows,
    actor: Actor = MEDIATOR,
    reading: str = "c-7",
    case: str = CASE,
    after: timedelta = timedelta(),
) -> httpx.Response:
    settings = Settings(personal_keys=SecretStr(VAULT_KEY))
    context = HttpContext(
        settings, NETWORK, cast(Any, rows), cast(Any, rows), checker("intake"), now=lambda: MON + after
    )
    transport = httpx.ASGITransport(app=http(context, patience_s=0.1))
    async with httpx.AsyncClient(transport=transport, base_url="http://intake") as client:
        return await client.get(f"/contact-data/{case}/{reading}", headers=bearer(KEY, actor))


async def test_a_mediator_whom_mediation_let_reads_how_to_reach_the_parties_and_nothing_else() -> None:
    answer = await reach(opened(filed()))
    assert answer.status_code == 200
    assert answer.json() == {
        "respondent": {"name": ZHANG.name, "phone": ZHANG.phone, "address": ZHANG.address}
    }
    assert answer.headers["cache-control"] == "no-store"
    assert ZHANG.id_number not in answer.text
    assert ZHANG.account not in answer.text


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"actor": Actor("people-mediation", "m02", "mediator")}, 403, "personal_data.not_opened"),
        ({"actor": CLERK}, 403, "actor.not_allowed"),
        ({"reading": "c-8"}, 504, "personal_data.not_recorded"),
        ({"case": CASE[:-1] + ("a" if CASE[-1] != "a" else "b")}, 403, "personal_data.not_opened"),
        ({"after": timedelta(minutes=16)}, 403, "personal_data.not_opened"),
    ],
)
async def test_nobody_else_reads_it_and_nobody_later(change: dict[str, Any], status: int, code: str) -> None:
    answer = await reach(opened(filed()), **change)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert ZHANG.name not in answer.text


async def test_a_clerks_reading_opens_no_contact_data() -> None:
    rows = filed()
    await ask(rows, CLERK)
    answer = await reach(rows, reading="c-1")
    assert (answer.status_code, answer.json()["code"]) == (403, "personal_data.not_opened")


async def test_of_a_case_without_a_named_party_a_mediator_reads_nothing() -> None:
    rows = Rows()
    rows.take(received(taken(complaint())))
    answer = await reach(opened(rows))
    assert (answer.status_code, answer.json()["code"]) == (404, "personal_data.none")
