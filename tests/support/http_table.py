"""Who may call what on whose object over HTTP: tried by everybody, and told in docs/security.md.

    python -m tests.support.http_table

Every endpoint of the portal, intake, mediation and alerts is called by everybody, about one case; what is
answered is the table. An endpoint without a row is an error, and so is a row without an endpoint.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from typing import Any, Final, cast

import httpx
from fastapi import FastAPI
from pydantic import SecretStr

from services.alerts.endpoints import http as alerts
from services.intake.endpoints import http as intake
from services.mediation.endpoints import http as mediation
from services.portal.endpoints import http as portal
from services.portal.endpoints.commands import path_of, posted
from services.portal.rules.places import ACCEPTED, CLOSED_DAYS, LISTED_TIPS, MEDIATOR_FILES, outcome_id
from shared.casework.guards import Stage
from shared.contracts.days import Tip
from shared.contracts.envelope import Actor
from shared.contracts.kinds import Role
from shared.contracts.message import COMMON, Command
from shared.contracts.topics import SERVICES
from shared.runtime.base.settings import Settings
from shared.runtime.base.signing import Signer
from shared.runtime.decide.days import Days, closed
from shared.runtime.serve.service import HttpContext
from tests.shape import ROOT
from tests.support.tokens import KEY, bearer, checker
from tests.unit.portal.over_http import CASE, NETWORK, OneCase

PAGE: Final = ROOT / "docs" / "security.md"
BEGIN, END = "<!-- http: begin -->", "<!-- http: end -->"
COMMAND: Final = "c-1"
"""A command of ccb that came in."""
READING: Final = "r-1"
"""A reading of contact data that the mediator of the case asked for."""
_OF_CLERKS: Final = {6: "✓", 7: "403", 10: "✓"}
_OF_MEDIATORS: Final = {3: "✓", 4: "403", 5: "403"}
FILING: Final = {
    "institution": "ccb",
    "reference": "HTTP-2",
    "cause": "complaint",
    "issue": "fees",
    "product": "card",
}


@dataclass(frozen=True)
class Call:
    """One endpoint, with what is sent.

    Attributes:
        service: Whose HTTP API.
        method: HTTP method.
        path: The address.
        body: What is sent.
        decided: What the stream of the case answers to those whose wish is passed on to it, by the place of
            who tries in ``EVERYBODY``: seen on real servers alone.
    """

    service: str
    method: str
    path: str
    body: Mapping[str, Any] | None = None
    decided: Mapping[int, str] = field(default_factory=dict)

    @property
    def row(self) -> str:
        """The first cell of its row in the page."""
        shown = self.path.replace(CASE, "<case>").replace(COMMAND, "<id>")
        return f"{self.service} `{self.method} {shown}`"


CALLS: Final = (
    Call("portal", "GET", "/"),
    Call("portal", "GET", "/static/app.js"),
    Call("portal", "GET", "/words"),
    Call("portal", "GET", "/openapi.json"),
    Call("portal", "GET", "/me"),
    Call("portal", "GET", "/network"),
    Call("portal", "GET", "/figures"),
    Call("portal", "GET", "/alerts"),
    Call("portal", "GET", "/cases"),
    Call("portal", "GET", "/cases?reference=CC-1"),
    Call("portal", "GET", f"/cases/{CASE}"),
    Call("portal", "GET", f"/cases/{CASE}/timeline"),
    Call("portal", "GET", f"/cases/{CASE}/receipt"),
    Call("portal", "GET", "/mediators/m01/file"),
    Call("portal", "GET", f"/outcomes/{COMMAND}"),
    Call("portal", "GET", "/rejections"),
    Call("portal", "POST", "/filings", FILING),
    Call("intake", "POST", f"/personal-data/{CASE}", {"purpose": "电话联系"}, _OF_CLERKS),
    Call("intake", "POST", f"/repeat-party/{CASE}", {"purpose": "核对重复"}, _OF_CLERKS),
    Call("intake", "GET", f"/contact-data/{CASE}/{READING}", decided=_OF_MEDIATORS),
    Call("mediation", "GET", "/sealing-key"),
    Call("mediation", "GET", f"/concessions/{CASE}", decided=_OF_MEDIATORS),
    Call("alerts", "GET", "/trends?institution=ccb"),
    Call("alerts", "GET", "/effects?date=2026-03-02&institution=ccb"),
    Call("alerts", "GET", "/clocks"),
    Call("alerts", "GET", "/requests"),
    Call("alerts", "GET", "/referrals"),
)
BESIDE: Final = ("/stream", "/options/{subject}")
"""Not tried here: a stream does not end, and what may be done hangs on the state of the subject."""
ROLES: Final = (
    Role.INSTITUTION_AGENT,
    Role.MEDIATOR,
    Role.ORGANISATION_CLERK,
    Role.PARTY,
    Role.COURT_CLERK,
    Role.JUDGE,
    Role.OPERATOR,
    Role.RECIPIENT_AGENT,
)
HEADS: Final = ("institution", "mediator", "clerk", "party", "court clerk", "judge", "operator", "recipient")
EVERYBODY: Final = (
    ("nobody", None),
    ("institution", Actor("ccb", "p-ccb-1", Role.INSTITUTION_AGENT)),
    ("another", Actor("abc", "p-abc-1", Role.INSTITUTION_AGENT)),
    ("mediator", Actor("people-mediation", "m01", Role.MEDIATOR)),
    ("colleague", Actor("people-mediation", "m02", Role.MEDIATOR)),
    ("another", Actor("banking-mediation", "m13", Role.MEDIATOR)),
    ("clerk", Actor("people-mediation", "p-people-1", Role.ORGANISATION_CLERK)),
    ("another", Actor("banking-mediation", "p-banking-1", Role.ORGANISATION_CLERK)),
    ("party", Actor(CASE, "", Role.PARTY)),
    ("another", Actor("sy1" + "a" * 32, "", Role.PARTY)),
    ("court clerk", Actor("fengtai-court", "p-court-1", Role.COURT_CLERK)),
    ("judge", Actor("fengtai-court", "p-judge-1", Role.JUDGE)),
    ("operator", Actor("fengtai-court", "p-operator-1", Role.OPERATOR)),
    ("recipient", Actor("financial-regulator", "p-regulator-1", Role.RECIPIENT_AGENT)),
)
"""Who tries, by the head of the column: those of the case, and others of their role."""
_PASSED_ON: Final = 504
"""Nothing decides here: the wish was let through to the service's stream, whose guards decide."""


class Database(OneCase):
    """One case, and a command of ccb that came in."""

    def __init__(self) -> None:
        super().__init__()
        row = {"command": COMMAND, "organisation": "ccb"}
        self.written[ACCEPTED, outcome_id("ccb", COMMAND)] = row

    async def find(self, collection: str, filter: Any, **more: Any) -> list[dict[str, Any]]:
        """Return the command to whoever may ask for that of all, and the file of a mediator to its own."""
        if collection == CLOSED_DAYS:
            return _sealed(collection) if filter["service"] == "intake" else []
        if collection == LISTED_TIPS:
            return [one for one in _sealed(collection) if one["listing"] in str(filter)]
        if collection == MEDIATOR_FILES:
            own = filter.get("organisation", "people-mediation") == "people-mediation"
            return [{"mediator": "m01", "year": 2026}] if own else []
        asked = collection == ACCEPTED and filter == {"command": COMMAND}
        return [{"command": COMMAND, "organisation": "ccb"}] if asked else []


def _sealed(collection: str) -> list[dict[str, Any]]:
    """Return the rows of the one closed day of intake: the case is all that it has."""
    tip, until = Tip(CASE, 1, "2:" + "0" * 64), datetime(2027, 3, 2, tzinfo=UTC)
    signer = Signer("intake-history-1", b"k" * 32)
    named = {"day": "2027-03-01", "until": until, "listing": "intake.1"}
    day = closed("intake", Days(), signer, **named, leaves=[tip.leaf])  # type: ignore[arg-type]
    if collection == CLOSED_DAYS:
        return [{"service": "intake", "listing": day.listing, "day": day.model_dump(mode="json")}]
    return [{"_id": f"{day.listing}:1", "listing": day.listing, "tips": [str(tip)]}]


class Sender:
    """Takes what is sent."""

    async def command(self, *_: object, **__: object) -> str:
        """Return an id of which nothing becomes known."""
        return "c-2"

    async def filing(self, *_: object, **__: object) -> str:
        """Return an id."""
        return "c-3"


def applications() -> dict[str, FastAPI]:
    """Return the HTTP applications by their service; nobody's rate is limited."""
    secret = SecretStr("k" * 40)
    settings = Settings(
        personal_keys=secret,
        sealing_keys=secret,
        party_key=secret,
        http_commands_per_minute=0,
        http_address_commands_per_minute=0,
    )
    parts = (cast(Any, Database()), cast(Any, Sender()))
    makers = {
        "portal": portal,
        "intake": partial(intake, patience_s=0.01),
        "mediation": partial(mediation, patience_s=0.01),
        "alerts": alerts,
    }
    return {
        name: make(HttpContext(settings, NETWORK, *parts, checker(name))) for name, make in makers.items()
    }


async def status(app: FastAPI, method: str, path: str, who: Actor | None, **more: Any) -> int:
    """Return what somebody is answered."""
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        status = (await client.request(method, path, headers=bearer(KEY, who), **more)).status_code
        assert status != 500, f"{method} {path} failed: a table of what is broken would hold it so"
        return status


async def reads(apps: Mapping[str, FastAPI]) -> list[str]:
    """Return the rows of the endpoints: what everybody is answered."""
    lines = ["| call | " + " | ".join(head for head, _ in EVERYBODY) + " |"]
    lines.append("|---" * (len(EVERYBODY) + 1) + "|")
    for call in CALLS:
        app = apps[call.service]
        found = [await status(app, call.method, call.path, who, json=call.body) for _, who in EVERYBODY]
        marks = [_mark(found_, call.decided.get(place, "")) for place, found_ in enumerate(found)]
        lines.append(f"| {call.row} | " + " | ".join(marks) + " |")
    return lines


async def commands(app: FastAPI) -> list[str]:
    """Return the rows of the commands: for whom the door is open, and whom of them the service lets act.

    A form that is none is sent, so nothing happens: 422 is an open door.
    """
    lines = ["| command | " + " | ".join(HEADS) + " | of them |", "|---" * (len(HEADS) + 2) + "|"]
    one_of = {who.role: who for _, who in reversed(EVERYBODY) if who is not None}
    for cls in posted():
        path = f"{path_of(cls)}/{CASE}{'?service=intake' if cls.family == COMMON else ''}"
        marks = []
        for who in (None, *(one_of[role.value] for role in ROLES)):
            found = await status(app, "POST", path, who, content=b"[]")
            marks.append("✓" if found == 422 else str(found))
        assert marks[0] == "401", cls
        lines.append(f"| `{cls.short_type}` | " + " | ".join(marks[1:]) + f" | {_authority(cls)} |")
    return lines


def _authority(cls: type[Command]) -> str:
    """Return the guards about the actor, by their names in the services' tables."""
    names: list[str] = []
    for service in SERVICES:
        for table in import_module(f"services.{service}.handlers").TABLES:
            entry = table.acts.get(cls)
            guards = () if entry is None else entry.guards
            names += [one.check.__name__.strip("_") for one in guards if one.stage is Stage.AUTHORITY]
    return ", ".join(dict.fromkeys(names)).replace("_", " ") or "all"


def told() -> dict[str, list[str]]:
    """Return what the page says of each call, person by person in the order of ``EVERYBODY``."""
    rows = (line.strip("| ").split(" | ") for line in written().splitlines() if line.startswith("| "))
    return {first: marks for first, *marks in rows if len(marks) == len(EVERYBODY) and first != "call"}


def doors() -> dict[str, list[str]]:
    """Return what the page says of each command, role by role in the order of ``ROLES``."""
    rows = (line.strip("| ").split(" | ") for line in written().splitlines() if line.startswith("| `"))
    return {first.strip("`"): marks[:-1] for first, *marks in rows if len(marks) == len(HEADS) + 1}


def _mark(found: int, decided: str) -> str:
    if (found == _PASSED_ON) != bool(decided):
        return f"{found}?{decided}"  # a cell that says who decides otherwise than the code
    return f"→ {decided}" if decided else mark_of(found)


def mark_of(found: int) -> str:
    """Return how a status is shown."""
    return "✓" if found < 300 else str(found)


def section(read: Sequence[str], sent: Sequence[str]) -> str:
    """Return what stands between the marks of the page."""
    return "\n".join(
        (
            BEGIN,
            "",
            "Who is answered what about one case of ccb that m01 of people-mediation mediates: ✓ or the",
            "status of the refusal; behind → what the guards of the case's stream answer. Made by `python -m",
            "tests.support.http_table`; `tests/security/test_http_table.py` tries it all again in memory,",
            "`tests/security/test_privacy.py` on running services.",
            "",
            *read,
            "",
            "**Commands** (`POST /commands/…`): for whom the door is open. Another institution or party is",
            "answered 404. Whose object it must be is decided where the subject is, by the guards in the",
            "last column; `tests/unit/streams` tries each command in every phase, from every role of several",
            "organisations, and `tests/security/test_privacy.py` sends each from everybody, by the portal",
            "and straight to the topic of its service: what the table refuses changes nothing there.",
            "",
            *sent,
            "",
            END,
        )
    )


def written() -> str:
    """Return what stands in the page now."""
    page = PAGE.read_text("utf-8")
    return page[page.index(BEGIN) : page.index(END) + len(END)]


async def found() -> str:
    """Try everything, and return the section."""
    apps = applications()
    return section(await reads(apps), await commands(apps["portal"]))


def main() -> None:
    """Write the section anew."""
    page = PAGE.read_text("utf-8")
    PAGE.write_text(page.replace(written(), asyncio.run(found())), "utf-8")


if __name__ == "__main__":
    main()
