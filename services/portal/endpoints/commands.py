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

from services.portal.endpoints.sealing import Sealing, from_mediation
from services.portal.store import note_accepted
from shared.contracts import export
from shared.contracts.common import DiscardDeadLetters, RedriveDeadLetters
from shared.contracts.faults import faults_of, told
from shared.contracts.intake import FileDispute
from shared.contracts.language import service_of
from shared.contracts.message import COMMON, Command, commands
from shared.contracts.sealed import clear_form
from shared.contracts.topics import SERVICES
from shared.runtime.base import logs
from shared.runtime.base.ids import new_id
from shared.runtime.serve.options import Subject
from shared.runtime.serve.problems import Problem
from shared.runtime.serve.service import HttpContext
from shared.runtime.serve.tokens import Person, require

C = TypeVar("C", bound=Command)

_LOG = logs.get("portal")

ABOUT_LETTERS: Final = (RedriveDeadLetters, DiscardDeadLetters)
"""Commands whose subject may be a dead letter, whose id is the origin of its record."""
PUBLISH_S: Final = 10.0
"""Longest wait for the broker, seconds."""
SCHEMAS: Final = "#/components/schemas/{model}"

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
        description="同一键只生效一次 | The same key has one effect",
    ),
]
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
    sealing = sealing or Sealing(from_mediation(context.settings.mediation_url))
    _add_filings(router, context)
    for cls in posted():
        _add(router, context, cls, sealing)
    return router


def posted() -> list[type[Command]]:
    """Return the commands that have an endpoint under ``/commands``."""
    known = [cls for cls in commands() if service_of(cls) is not None or cls.family == COMMON]
    return [cls for cls in known if cls is not FileDispute]


def path_of(cls: type[Command]) -> str:
    """Return the path of a command, without its subject."""
    return "/commands/" + cls.short_type.replace(".", "/")


def command_id(person: Person, key: str | None) -> str:
    """Return the id of a command: derived from the caller and the caller's key, or a fresh one."""
    return new_id() if key is None else f"{person.organisation}.{person.person}.{key}"


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


def _add(router: APIRouter, context: HttpContext, cls: type[Command], sealing: Sealing) -> None:
    who = Annotated[Person, Depends(require(*cls.roles))]
    service = service_of(cls)

    async def post(
        subject: str,
        request: Request,
        answer: Response,
        person: Person,
        key: str | None,
        seen: str | None,
        to: str,
    ) -> dict[str, str]:
        if ":" in subject and cls not in ABOUT_LETTERS:
            raise Problem(404, "case.unknown")
        form = await _body(request, clear_form(cls))
        body = await sealing.sealed(cls, form, subject, person.actor)
        id = command_id(person, key)
        version = int(seen.strip('"')) if seen is not None else None
        await note_accepted(context.database, person.organisation, id)
        await _publish(
            context.sender.command(to, body, subject, actor=person.actor, id=id, version_seen=version)
        )
        return _accepted(answer, id)

    async def own(
        subject: Subject, request: Request, answer: Response, person: who, key: Key = None, seen: Seen = None
    ) -> dict[str, str]:
        assert service is not None
        return await post(subject, request, answer, person, key, seen, service)

    async def common(
        subject: Subject,
        request: Request,
        answer: Response,
        person: who,
        service: Annotated[Target, Query(description="服务 | The service that is asked")],
        key: Key = None,
        seen: Seen = None,
    ) -> dict[str, str]:
        return await post(subject, request, answer, person, key, seen, service.value)

    router.post(
        path_of(cls) + "/{subject}",
        status_code=202,
        tags=[cls.family],
        operation_id=cls.short_type.replace(".", "_").replace("-", "_"),
        summary=str(cls.words),
        description=_description(cls),
        openapi_extra=_request_body(cls),
    )(common if service is None else own)


def _add_filings(router: APIRouter, context: HttpContext) -> None:
    who = Annotated[Person, Depends(require(*FileDispute.roles))]

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
        id = command_id(person, key)
        await note_accepted(context.database, person.organisation, id)
        await _publish(context.sender.filing(filing, id=id, actor=person.actor))
        # The id is intake's to give: it is not there yet.
        return {**_accepted(answer, id), "case": f"/cases?reference={quote(filing.reference)}"}


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
