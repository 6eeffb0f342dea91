"""Every command of the registry as an endpoint of its own, and filings.

A command is checked for its form and for the role of who sends it; whether it may happen is decided
where the subject is. The answer is read at ``/outcomes/{command_id}``.
"""

import asyncio
import re
from collections.abc import Awaitable
from enum import StrEnum
from typing import Annotated, Any, Final, TypeVar
from urllib.parse import quote

from fastapi import APIRouter, Depends, FastAPI, Header, Query, Request, Response
from pydantic import ValidationError
from pydantic.json_schema import models_json_schema

from services.portal.endpoints.requests import PREFIX, Key, Requests, command_id
from services.portal.endpoints.sealing import Sealing, from_mediation
from services.portal.views import Views, scope_of
from shared.casework.case_ids import is_case_id, is_referral_id, is_series_id, is_subscription_id
from shared.contracts import export
from shared.contracts.common import AcceptMissing, DiscardDeadLetters, RedriveDeadLetters
from shared.contracts.faults import faults_of, told
from shared.contracts.intake import FileDispute
from shared.contracts.kinds import Role
from shared.contracts.language import service_of
from shared.contracts.message import COMMON, Command, commands
from shared.contracts.sealed import clear_form
from shared.contracts.topics import SERVICES
from shared.runtime.base import logs
from shared.runtime.serve.options import Subject
from shared.runtime.serve.problems import Problem
from shared.runtime.serve.rates import sender
from shared.runtime.serve.service import HttpContext
from shared.runtime.serve.tokens import Person

C = TypeVar("C", bound=Command)

_LOG = logs.get("portal")

ABOUT_ANYTHING: Final = (RedriveDeadLetters, DiscardDeadLetters, AcceptMissing)
"""Commands of operators about whatever somebody sent: their subject may be any, or the origin of a record."""
PUBLISH_S: Final = 10.0
"""Longest wait for the broker, seconds."""
SCHEMAS: Final = "#/components/schemas/{model}"

Seen = Annotated[
    str | None,
    Header(
        alias="If-Match",
        pattern=r'^"?\d{1,9}"?$',
        description="您看到的版本 | The version that you saw, as `versions` of the case says",
    ),
]
Target = StrEnum("Target", {name: name for name in SERVICES})  # type: ignore[misc]


def routes(context: HttpContext, sealing: Sealing | None = None) -> APIRouter:
    """Return the endpoints of all commands.

    Args:
        context: What the portal works with.
        sealing: Seals what is said in confidence; ``None`` for with mediation's own key.
    """
    router = APIRouter()
    desk = Desk(context, sealing or Sealing(from_mediation(context.settings.mediation_url)))
    _add_filings(router, desk)
    for cls in posted():
        _add(router, desk, cls)
    return router


def posted() -> list[type[Command]]:
    """Return the commands that have an endpoint under ``/commands``."""
    known = [cls for cls in commands() if service_of(cls) is not None or cls.family == COMMON]
    return [cls for cls in known if cls is not FileDispute]


def path_of(cls: type[Command]) -> str:
    """Return the path of a command, without its subject."""
    return "/commands/" + cls.short_type.replace(".", "/")


def describe(app: FastAPI) -> None:
    """Add the schemas of all commands to the application's OpenAPI document."""
    make = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = make()
            forms = [clear_form(cls) for cls in posted()]
            models = [(cls, "validation") for cls in (FileDispute, *forms)]
            _, schemas = models_json_schema(models, ref_template=SCHEMAS)  # type: ignore[arg-type]
            export.describe(schemas["$defs"], FileDispute, *forms)
            document.setdefault("components", {}).setdefault("schemas", {}).update(schemas["$defs"])
        assert app.openapi_schema is not None
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


class Desk:
    """Takes what people send, and sends it on.

    Args:
        context: What the portal works with.
        sealing: Seals what is said in confidence.
    """

    def __init__(self, context: HttpContext, sealing: Sealing) -> None:
        self.sender = context.sender
        self._views = Views(context.database)
        self._sealing = sealing
        self._requests = Requests(context.database, context.settings.signing_key)
        self._organisations = frozenset(one.id for one in context.network.organisations)

    async def command(
        self,
        to: str,
        cls: type[Command],
        subject: str,
        request: Request,
        person: Person,
        key: str | None,
        seen: str | None,
    ) -> str:
        """Send a command to its service; return its id.

        Raises:
            Problem: It is not sent.
        """
        if cls not in ABOUT_ANYTHING:
            self._check_subject(to, subject)
        form = await _body(request, clear_form(cls))
        version = int(seen.strip('"')) if seen is not None else None
        id = command_id(person, key)
        asked = self._requests.digest(person, to, form, subject, version)
        if await self._requests.is_new(person, id, asked):
            await self._check_own(subject, person)
            body = await self._sealing.sealed(cls, form, subject, person.actor)
            sending = self.sender.command(to, body, subject, actor=person.actor, id=id, version_seen=version)
            await self._send(sending, person, id, asked)
        return id

    async def filing(self, filing: FileDispute, person: Person, key: str | None) -> str:
        """Send a filing; return its id.

        Raises:
            Problem: It is not sent.
        """
        id = command_id(person, key)
        asked = self._requests.digest(person, "intake", filing, filing.reference, None)
        if await self._requests.is_new(person, id, asked):
            await self._send(self.sender.filing(filing, id=id, actor=person.actor), person, id, asked)
        return id

    async def _send(self, sending: Awaitable[object], person: Person, id: str, asked: str) -> None:
        await _publish(sending)
        if id.startswith(PREFIX):
            await self._requests.note_sent(person, id, asked)

    async def _check_own(self, subject: str, person: Person) -> None:
        """Refuse what is not of an institution, or a party, as what does not exist: its id may be a guess.

        Who is told of a case has heard of it through the portal, so the portal knows it.

        Raises:
            Problem: 404 ``case.unknown`` or ``series.unknown``.
        """
        scope = scope_of(person)
        if person.role not in (Role.INSTITUTION_AGENT, Role.PARTY) or scope is None:
            return
        own_word = is_referral_id(subject) or is_subscription_id(subject)
        if own_word and person.role == Role.INSTITUTION_AGENT:
            return  # Alerts itself says of one of others that there is none.
        if is_series_id(subject):
            if not await self._views.has_alerts(subject, person.organisation):
                raise Problem(404, "series.unknown")
        elif await self._views.case(subject, scope) is None:
            raise Problem(404, "case.unknown")

    def _check_subject(self, service: str, subject: str) -> None:
        """Refuse what no service could have a subject of that name for: it would only become a record there.

        Raises:
            Problem: 404 ``case.unknown`` or ``series.unknown``.
        """
        roster = subject in self._organisations and service in ("mediation", "portal")
        of_alerts = is_series_id(subject) or is_referral_id(subject) or is_subscription_id(subject)
        series = of_alerts and service in ("alerts", "portal")
        case = is_case_id(subject)
        if not (case or roster or series):
            raise Problem(404, "series.unknown" if service == "alerts" else "case.unknown")


def _add(router: APIRouter, desk: Desk, cls: type[Command]) -> None:
    who = Annotated[Person, Depends(sender(*cls.roles))]
    service = service_of(cls)

    async def own(
        subject: Subject, request: Request, answer: Response, person: who, key: Key = None, seen: Seen = None
    ) -> dict[str, str]:
        assert service is not None
        return _accepted(answer, await desk.command(service, cls, subject, request, person, key, seen))

    async def common(
        subject: Subject,
        request: Request,
        answer: Response,
        person: who,
        service: Annotated[Target, Query(description="服务 | The service that is asked")],
        key: Key = None,
        seen: Seen = None,
    ) -> dict[str, str]:
        return _accepted(answer, await desk.command(service.value, cls, subject, request, person, key, seen))

    router.post(
        path_of(cls) + "/{subject}",
        status_code=202,
        tags=[cls.family],
        operation_id=cls.short_type.replace(".", "_").replace("-", "_"),
        summary=str(cls.words),
        description=_description(cls),
        openapi_extra=_request_body(cls),
    )(common if service is None else own)


def _add_filings(router: APIRouter, desk: Desk) -> None:
    who = Annotated[Person, Depends(sender(*FileDispute.roles))]

    @router.post(
        "/filings",
        status_code=202,
        tags=["intake"],
        operation_id="intake_file_dispute",
        summary=str(FileDispute.words),
        description=_description(FileDispute),
        openapi_extra=_request_body(FileDispute),
    )
    async def file(request: Request, answer: Response, person: who, key: Key = None) -> dict[str, str]:
        filing = await _body(request, FileDispute)
        if filing.institution != person.organisation:
            raise Problem(403, "filing.wrong_institution")
        # The id of the case is intake's to give: it is not there yet.
        where = f"/cases?reference={quote(filing.reference)}"
        return {**_accepted(answer, await desk.filing(filing, person, key)), "case": where}


async def _body(request: Request, cls: type[C]) -> C:
    """Read a command from its bytes: JSON's own forms of dates and codes, and nothing else."""
    raw = await request.body()
    try:
        return cls.model_validate_json(raw or b"{}")
    except ValidationError as error:
        errors = [told(one) for one in faults_of(error, cls, raw)]
        raise Problem(422, "http.bad_payload", more={"errors": errors}) from None


async def _publish(sending: Awaitable[object]) -> None:
    try:
        async with asyncio.timeout(PUBLISH_S):
            await sending
    except Exception as error:  # noqa: BLE001 - whatever the broker's client raises: it is not sent
        _LOG.warning("portal.command.unsent", error=type(error).__name__)
        raise Problem(503, "http.unavailable", headers={"Retry-After": "2"}) from None


def _accepted(answer: Response, id: str) -> dict[str, str]:
    outcome = f"/outcomes/{id}"
    answer.headers["Location"] = outcome
    return {"command_id": id, "outcome": outcome}


def _description(cls: type[Command]) -> str:
    lines = re.sub(r"\n\s+", "\n", (cls.__doc__ or "").strip())
    return f"{lines}\n\n角色 | Roles: {', '.join(cls.roles)}"


def _request_body(cls: type[Command]) -> dict[str, Any]:
    schema = {"$ref": SCHEMAS.format(model=cls.__name__)}
    required = any(field.is_required() for field in cls.model_fields.values())
    return {"requestBody": {"required": required, "content": {"application/json": {"schema": schema}}}}
