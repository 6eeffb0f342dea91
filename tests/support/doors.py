"""Everybody at every door of running services: each call and command over HTTP, each command on its topic."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, Final

import httpx

from services.portal.endpoints.commands import path_of, posted
from shared.casework.case_ids import referral_id, series_id, subscription_id
from shared.contracts import proof
from shared.contracts.common import CommandRefused, CommandUnchanged
from shared.contracts.envelope import Actor
from shared.contracts.kinds import Role
from shared.contracts.language import service_of
from shared.contracts.message import COMMON, Command, Message
from shared.contracts.sealed import clear_form, sealed_fields
from shared.contracts.topics import SERVICES, commands_topic
from shared.runtime.base.ids import new_id
from tests.kafka.helpers import Headers, Wire, encoded, envelope, signed, until
from tests.support import http_table, proof_table
from tests.support.samples import simplest
from tests.support.tokens import bearer

VICTIM: Final = "ccb"
SERVED: Final = ("portal", "intake", "mediation", "alerts")
PEOPLE: Final = {
    place: who for place, (_, who) in enumerate(http_table.EVERYBODY) if who is not None and place != 4
}
"""Who sends commands, by the place in ``EVERYBODY``: those of the case and a stranger of their role."""
STRANGERS: Final = {2, 5, 7, 9}
"""Who has no part in the case, by their place."""
_SEALED: Final = "0." + "0" * 70
REFUSED: Final = {
    *("actor.not_allowed", "agent.not_authorised", "assignment.not_held"),
    *("series.unknown", "systemic.unknown", "case.unknown"),
    *("subscription.unknown", "subscription.wrong_id", "command.unexpected"),
}
"""Why somebody is refused who may not do it, or asks about what is not there for anybody."""
_ANSWERS: Final = {CommandRefused.wire_type, CommandUnchanged.wire_type}


@cache
def form_of(cls: type[Command]) -> dict[str, Any]:
    """Return the simplest form of a command that a person may send."""
    return dict(simplest(clear_form(cls).model_json_schema()))


@cache
def body_of(cls: type[Command]) -> Message:
    """Return the simplest command: what is sealed in it nobody can open."""
    sealed = dict.fromkeys(sealed_fields(cls), _SEALED)
    return cls.model_validate_json(json.dumps({**form_of(cls), **sealed}))


@cache
def _page() -> dict[str, list[str]]:
    return http_table.doors()


def status_of(place: int, cls: type[Command]) -> int:
    """Return what somebody is answered who sends a command about the case, as the page says."""
    who = PEOPLE.get(place)
    if who is None:
        return 401
    role = [one.value for one in http_table.ROLES].index(who.role)
    if _page()[cls.short_type][role] != "✓":
        return 403
    hidden = place in STRANGERS and who.role in (Role.INSTITUTION_AGENT, Role.PARTY)
    return 404 if hidden else 202


@cache
def _streams() -> dict[type[Message], str]:
    tables = [one for name in SERVICES for one in import_module(f"services.{name}.handlers").TABLES]
    return {cls: table.name for table in tables for cls in table.acts}


@dataclass(frozen=True)
class Doors:
    """Running services, and one case that its mediator has accepted.

    Attributes:
        on: Access to broker and databases.
        case: The case, of ccb.
        mediator: Who mediates it.
        names: What stands in the table's addresses, and what there is in its place here.
    """

    on: Wire
    case: str
    mediator: str
    names: Mapping[str, str]

    def url(self, service: str) -> str:
        """Return the address of a service's HTTP API."""
        return f"http://127.0.0.1:{self.on.services.environment(service)['SUYUAN_HTTP_PORT']}"

    def real(self, who: Actor | None) -> Actor | None:
        """Return the person who stands where somebody of the table does; a colleague is another mediator."""
        if who is None or who.role not in (Role.MEDIATOR, Role.PARTY):
            return who
        if who.organisation == http_table.CASE:
            return Actor(self.case, "", who.role)
        if who.person == "m02" and self.mediator == "m02":
            return Actor(who.organisation, "m01", who.role)
        return Actor(who.organisation, self.mediator if who.person == "m01" else who.person, who.role)

    def client(self, service: str, who: Actor | None) -> httpx.AsyncClient:
        """Return a client of a service with somebody's token."""
        headers = bearer(self.on.services.settings("portal").token_key, self.real(who))
        return httpx.AsyncClient(base_url=self.url(service), headers=headers, timeout=60)

    async def calls(self, who: Actor | None) -> dict[str, str]:
        """Return what somebody is answered to every call of the table, by its row."""
        found = {}
        for service in SERVED:
            async with self.client(service, who) as client:
                for call in http_table.CALLS:
                    if call.service == service:
                        path = call.path
                        for name, real in self.names.items():
                            path = path.replace(name, real)
                        answer = await client.request(call.method, path, json=call.body)
                        found[call.row] = _mark(answer)
        return found

    async def everybody_over_http(self) -> dict[tuple[int, type[Command]], httpx.Response]:
        """Return what everybody is answered to every command about the case, in a form that is right."""
        forms = {cls: form_of(cls) for cls in posted()}  # made first: a server waits for no idle connection
        answers = await asyncio.gather(*(self._over_http(place, forms) for place in (0, *PEOPLE)))
        return {key: answer for one in answers for key, answer in one.items()}

    async def _over_http(
        self, place: int, forms: Mapping[type[Command], dict[str, Any]]
    ) -> dict[tuple[int, type[Command]], httpx.Response]:
        out = {}
        async with self.client("portal", PEOPLE.get(place)) as client:
            for cls, form in forms.items():
                more = "?service=intake" if cls.family == COMMON else ""
                path = f"{path_of(cls)}/{self.case}{more}"
                out[place, cls] = await client.post(path, json=form)
        return out

    async def sent_by(self, ids: Collection[str]) -> dict[str, str]:
        """Return who acts, by the id of the command, of those that stand signed on the services' topics."""
        records = await self.on.read(*map(commands_topic, SERVICES))
        named = [dict(one.headers) for one in records]
        mine = [one for one in named if one.get(proof.HEADER) and one["ce_id"].decode() in ids]
        return {one["ce_id"].decode(): one["ce_actor"].decode() for one in mine}

    async def everybody_on_topics(self) -> dict[str, tuple[int, type[Command]]]:
        """Put every command of everybody on the topic of its service, as the portal would.

        Returns:
            Who sent which, by the id of the command.
        """
        sent, rows = {}, []
        for place, who in PEOPLE.items():
            real = self.real(who)
            assert real is not None
            for cls in posted():
                id, topic = new_id(), commands_topic(service_of(cls) or "intake")
                subject, body = self.subject_of(cls), body_of(cls)
                value, named = encoded(body), envelope(body, id=id, subject=subject, actor=real)
                signer = self.on.services.signer()
                rows.append((topic, subject, value, signed(signer, topic, subject.encode(), named, value)))
                sent[id] = place, cls
        await self._put(rows)
        return sent

    def subject_of(self, cls: type[Command]) -> str:
        """Return what a command may be about: the case, or what the stream that takes it has instead."""
        other = {
            "roster": "people-mediation",
            "series": series_id(VICTIM, "credit_card", "x"),
            "subscription": subscription_id(VICTIM, "", "x"),
            "referral": referral_id("financial-regulator", "x"),
        }
        return other.get(_streams().get(cls, ""), self.case)

    async def by_every_key(self) -> dict[str, tuple[type[Command], str]]:
        """Put every command on its topic in every hand; return what the page says by the place of each."""
        rows, expected = [], []
        said = proof_table.told()
        for cls in posted():
            topic = commands_topic(service_of(cls) or "intake")
            for hand in proof_table.HANDS:
                value, named = proof_table.signed_by(
                    hand, self.on.services.keys, topic, body_of(cls), id=new_id(), subject=self.case
                )
                rows.append((topic, self.case, value, list(named)))
                expected.append((cls, said[hand.shown][topic]))
        return dict(zip(await self._put(rows), expected, strict=True))

    async def _put(self, rows: Iterable[tuple[str, str, bytes, Headers]]) -> list[str]:
        waiting = [
            await self.on.producer.send(topic, value, key=subject.encode(), headers=list(named))
            for topic, subject, value, named in rows
        ]
        done = await asyncio.gather(*waiting)
        return [f"{one.topic}:{one.partition}:{one.offset}" for one in done]

    async def caused(self, ids: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
        """Return what commands led to, by their id: type and reason of each event, in all services."""
        out: dict[str, list[tuple[str, str]]] = defaultdict(list)
        wanted = {"causation": {"$in": list(ids)}}
        for service in (*SERVED, "court_bridge"):
            for row in await self.on.find(service, "history", wanted):
                reason = str(json.loads(row["value"]).get("reason", ""))
                out[row["causation"]].append((row["type"], reason))
        return out


def more_than_answers(caused: Mapping[str, list[tuple[str, str]]]) -> Iterator[str]:
    """Yield the ids of commands that led to more than a refusal, or to being told that nothing changed."""
    return (id for id, rows in caused.items() if not {kind for kind, _ in rows} <= _ANSWERS)


def _mark(answer: httpx.Response) -> str:
    """Return how an answer is shown; whoever is let in to what is not there yet is let in."""
    mark = http_table.mark_of(answer.status_code)
    if mark == "404" and answer.json()["code"] in ("receipt.none", "concession.none"):
        return "✓"
    return mark


async def opened(on: Wire, case: str) -> Doors:
    """Bring a designated case to its mediation, with a concession and a reading of contact data."""
    agent = Actor(VICTIM, f"p-{VICTIM}-1", Role.INSTITUTION_AGENT)
    start = Doors(on, case, "", {})
    async with start.client("portal", agent) as client:
        mediator = (await client.get(f"/cases/{case}")).json()["mediator"]
        mediating = Actor("people-mediation", mediator, Role.MEDIATOR)
        made = Doors(on, case, mediator, {})
        await _say(made, mediating, "mediation/accept-assignment", {})
        reading = await _say(made, mediating, "mediation/read-contact-data", {})
    names = {http_table.CASE: case, "/m01/": f"/{mediator}/", f"/{http_table.READING}": f"/{reading}"}
    return Doors(on, case, mediator, names)


async def _say(doors: Doors, who: Actor, path: str, form: Mapping[str, Any]) -> str:
    """Send a command by the portal, and wait until it is decided as it was meant; return its id."""
    async with doors.client("portal", who) as client:
        answer = await client.post(f"/commands/{path}/{doors.case}", json=form)
        assert answer.status_code == 202, answer.text
        id = str(answer.json()["command_id"])

        async def decided() -> list[tuple[str, str]]:
            return (await doors.caused([id])).get(id, [])

        rows = await until(decided, why=lambda: doors.on.services.log("mediation"))
        assert not {kind for kind, _ in rows} & _ANSWERS, rows
        return id
