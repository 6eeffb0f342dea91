"""What is told in confidence stands in a store of its own, read by the mediator alone, gone with the end."""

from dataclasses import dataclass, field
from typing import Any, cast

import httpx
import pytest
from pydantic import SecretStr

from services.mediation.case import Mediation
from services.mediation.endpoints import http
from services.mediation.handlers import Box, handlers
from services.mediation.rules import CASE_RULES
from services.mediation.store import CONCESSIONS, READINGS
from shared.casework.protocol import Change, Put, Received, Timed
from shared.contracts.confidence import ConcessionKept, ConcessionsRead, KeepConcession, ReadConcessions
from shared.contracts.envelope import Actor
from shared.contracts.kinds import LeaveReason
from shared.contracts.message import Command
from shared.contracts.parties import LeaveMediation
from shared.contracts.sealed import Clear, bound_to, packed
from shared.runtime.base.sealing import Sealer, SealingKeys
from shared.runtime.base.settings import Settings
from shared.runtime.serve.service import HttpContext
from tests.support.cases import case_id
from tests.support.tokens import KEY, bearer, checker
from tests.unit.mediation.mother import AGENT, ASKED, CLERK, DUE, HELD, TUE, mediator, network

SEALING = "a-sealing-key-of-the-tests-long-enough"
KEYS = SealingKeys.of(SEALING)
HANDLERS = handlers(network(), box=Box(KEYS.open, KEYS.vault.seal))
SUBJECT = case_id("ccb", "R-1")
PARTY = Actor(SUBJECT, "", "party")
M1 = mediator()
TEXT = "底线是本金打七折 CANARY"
MOST = CASE_RULES.now.concessions


def told(text: str, actor: Actor, case: str = SUBJECT) -> KeepConcession:
    bound = bound_to(KeepConcession.wire_type, "concession", case, str(actor))
    return KeepConcession(concession=Sealer.of(KEYS.public).seal(packed(Clear.TEXT, text), bound))


@dataclass
class Rows:
    """The service's own rows, and a runtime that decides a command at once (or never)."""

    past: tuple[Timed, ...] = HELD
    alive: bool = True
    rows: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    said: list[Any] = field(default_factory=list)
    state: Any = None

    def __post_init__(self) -> None:
        for timed in self.past:
            self.state = HANDLERS.case.evolve(self.state, timed.event, timed.at)
        self.state = self.state.but(case=SUBJECT)

    async def get(self, collection: str, id: str) -> dict[str, Any] | None:
        return self.rows.get((collection, id))

    async def find(self, collection: str, filter: Any, *, sort: Any = ()) -> list[dict[str, Any]]:
        found = [row for (name, _), row in sorted(self.rows.items()) if name == collection]
        return [row for row in found if row["case"] == filter["case"]]

    async def command(self, service: str, command: Command, subject: str, *, actor: Actor) -> str:
        assert service == "mediation"
        if self.alive:
            self.take(command, actor, id="c-1")
        return "c-1"

    def take(self, body: Any, actor: Actor = M1, id: str = "c") -> list[Any]:
        message = Received(body, id, "/suyuan/portal", SUBJECT, TUE, actor)
        routed = HANDLERS.route("mediation.commands", SUBJECT, message)
        assert routed is not None
        before = self.state
        events = [Timed(TUE, event) for event in HANDLERS.case.decide(before, routed.message)]
        for timed in events:
            if timed.event.wire_type.split(".")[1] == "mediation":
                self.state = HANDLERS.case.evolve(self.state, timed.event, TUE)
        self.write(Change(message, SUBJECT, before, self.state, events, "t:0", routed.kept))
        return [timed.event for timed in events]

    def until(self, to: Any) -> None:
        assert HANDLERS.case.advance is not None
        before, events = self.state, list(HANDLERS.case.advance(self.state, to))
        self.write(Change(None, SUBJECT, before, before, events, "t:0"))

    def write(self, change: Change[Mediation]) -> None:
        assert HANDLERS.case.rows is not None
        self.said += [timed.event for timed in change.events]
        for row in HANDLERS.case.rows(change):
            assert isinstance(row, Put)
            self.rows[row.collection, row.id] = dict(row.document)


async def ask(rows: Rows, actor: Actor | None, path: str = f"/concessions/{SUBJECT}", keys: str = SEALING):
    settings = Settings(sealing_keys=SecretStr(keys))
    context = HttpContext(settings, network(), cast(Any, rows), cast(Any, rows), checker("mediation"))
    transport = httpx.ASGITransport(app=http(context, patience_s=0.1))
    async with httpx.AsyncClient(transport=transport, base_url="http://mediation") as client:
        return await client.get(path, headers=bearer(KEY, actor))


async def test_the_mediator_reads_what_was_told_and_the_reading_is_on_record():
    rows = Rows()
    assert rows.take(told(TEXT, PARTY), PARTY) == [ConcessionKept(concession_number=1)]
    rows.take(told("可接受十二期", M1))
    answer = await ask(rows, M1)
    assert answer.status_code == 200
    assert [one["text"] for one in answer.json()["concessions"]] == [TEXT, "可接受十二期"]
    assert answer.json()["concessions"][0]["by"] == str(PARTY)
    assert answer.headers["cache-control"] == "no-store"
    assert rows.said[-1] == ConcessionsRead(mediator="m01")


@pytest.mark.parametrize("actor", [PARTY, AGENT, CLERK, Actor("fengtai-court", "j", "judge")])
async def test_nobody_else_reads_it(actor):
    rows = Rows()
    rows.take(told(TEXT, PARTY), PARTY)
    answer = await ask(rows, actor)
    assert answer.status_code == 403
    assert TEXT not in answer.text


async def test_a_mediator_who_does_not_hold_the_case_does_not_read_it():
    rows = Rows()
    rows.take(told(TEXT, PARTY), PARTY)
    answer = await ask(rows, mediator("m02"))
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (403, "assignment.not_held")
    assert (await ask(rows, mediator("m01", "banking-mediation"))).status_code == 403


async def test_without_a_record_of_the_reading_nothing_is_shown():
    rows = Rows()
    rows.take(told(TEXT, PARTY), PARTY)
    rows.alive = False
    answer = await ask(rows, M1)
    assert answer.status_code == 504
    assert TEXT not in answer.text


async def test_with_the_end_it_is_destroyed_whoever_brings_it_about():
    for end in (
        lambda rows: rows.take(LeaveMediation(reason=LeaveReason.UNWILLING), PARTY),
        lambda rows: rows.until(DUE),
    ):
        rows = Rows()
        rows.take(told(TEXT, PARTY), PARTY)
        rows.take(told(TEXT, AGENT), AGENT)
        end(rows)
        kept = [row for (name, _), row in rows.rows.items() if name == CONCESSIONS]
        assert kept == [{"case": SUBJECT, "erased": True}] * 2


async def test_nothing_that_is_kept_or_said_holds_the_text():
    rows = Rows()
    rows.take(told(TEXT, PARTY), PARTY)
    row = rows.rows[CONCESSIONS, f"{SUBJECT}|0001"]
    assert set(row) == {"case", "by", "key", "data"}
    everything = repr((rows.rows, rows.said, rows.state)).encode() + row["data"] + row["key"]
    assert "底线".encode() not in everything
    assert b"CANARY" not in everything


async def test_without_its_key_it_is_unreadable_and_says_so():
    rows = Rows()
    rows.take(told(TEXT, PARTY), PARTY)
    answer = await ask(rows, M1, keys="another-key-of-the-tests-long-enough")
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (500, "sealed.key_lost")


async def test_nothing_was_told_yet():
    answer = await ask(Rows(), M1)
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (404, "concession.none")


async def test_anybody_may_know_the_public_key():
    answer = await ask(Rows(), None, "/sealing-key")
    assert answer.json() == {"key": KEYS.public}


def refusal(rows: Rows, body: Any, actor: Actor) -> str:
    (event,) = rows.take(body, actor)
    return str(event.reason)


def test_what_is_not_kept():
    assert refusal(Rows(), told(TEXT, AGENT), PARTY) == "sealed.unreadable"
    assert refusal(Rows(), told(TEXT, PARTY, "sy1other"), PARTY) == "sealed.unreadable"
    assert refusal(Rows(), told(TEXT, CLERK), CLERK) == "actor.not_allowed"
    assert refusal(Rows(ASKED), told(TEXT, AGENT), AGENT) == "consent.missing"
    assert refusal(Rows(), told(TEXT, mediator("m02")), mediator("m02")) == "assignment.not_held"
    rows = Rows()
    refusal(rows, told(TEXT, AGENT), PARTY)
    assert not rows.rows


def test_there_is_a_bound_to_what_is_kept():
    assert MOST is not None
    rows = Rows()
    rows.state = rows.state.but(talks=rows.state.talks.but(concessions=MOST))
    assert refusal(rows, told(TEXT, PARTY), PARTY) == "concession.too_many"


def test_a_refused_reading_is_kept_as_its_outcome():
    rows = Rows()
    rows.take(ReadConcessions(), mediator("m02"), id="c-9")
    assert rows.rows[READINGS, "c-9"] == {"case": SUBJECT, "reason": "assignment.not_held"}
