"""The one way to raw data of a party and to its other disputes: recorded, with its purpose, then shown."""

from collections.abc import Awaitable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI, Path, Response
from pydantic import BaseModel, ConfigDict

from services.intake.rules import KeyedHashes
from services.intake.store import contact_data, personal_data, reading
from services.intake.views import other_disputes
from shared.contracts.duplicates import ReadRepeatParty
from shared.contracts.fields import GivenPurpose
from shared.contracts.privacy import ReadContactData, ReadPersonalData
from shared.runtime.base.settings import TimeSource
from shared.runtime.base.vault import CannotOpen, Vault
from shared.runtime.serve import options
from shared.runtime.serve.application import application
from shared.runtime.serve.problems import Problem
from shared.runtime.serve.rates import sender
from shared.runtime.serve.readings import PATIENCE_S, allowed, decided
from shared.runtime.serve.service import HttpContext
from shared.runtime.serve.tokens import Person, require

GOOD_FOR: Final = timedelta(minutes=15)
"""How long after it was recorded a mediator's reading shows the data."""

_STATUS = {
    "case.unknown": 404,
    "personal_data.none": 404,
    "personal_data.erased": 410,
    "actor.not_allowed": 403,
}

CaseId = Annotated[str, Path(pattern=r"^sy1[a-z2-7]{32}$")]
Reading = Annotated[str, Path(pattern=r"^[A-Za-z0-9_.-]{1,200}$")]
Mediator = Annotated[Person, Depends(require(*ReadContactData.roles))]
Reader = Annotated[Person, Depends(sender(*ReadPersonalData.roles))]


class ForPurpose(BaseModel):
    """What a reading is for. It travels in the body: an address stands in the logs of every proxy.

    Attributes:
        purpose: What the data are needed for.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    purpose: GivenPurpose


def http(context: HttpContext, *, patience_s: float = PATIENCE_S) -> FastAPI:
    """Return intake's HTTP application."""
    app = application(context, "intake")
    vault = Vault.of(context.settings.personal_keys.get_secret_value())

    @app.post("/personal-data/{case}")
    async def read(case: CaseId, body: ForPurpose, person: Reader, response: Response) -> dict[str, Any]:
        """Read the raw data of a party. Source: 个人信息保护法 arts 28-29, 55."""
        ask = ReadPersonalData(purpose=body.purpose)
        command = await context.sender.command("intake", ask, case, actor=person.actor)
        allowed(await _decided(context, command, patience_s), _STATUS)
        return await _shown(personal_data(context.database, vault, case), response)

    @app.get("/contact-data/{case}/{reading}")
    async def contact(case: CaseId, reading: Reading, person: Mediator, response: Response) -> dict[str, Any]:
        """Read how to reach the parties, after mediation took ReadContactData of this id.

        Source: 法释〔2021〕23号 arts 8, 15; 个人信息保护法 art 6.
        """
        row = await _decided(context, reading, patience_s)
        mine = (row["case"], row.get("reader")) == (case, str(person.actor))
        if not mine or not _is_good(row, context):
            raise Problem(403, "personal_data.not_opened")
        allowed(row, _STATUS)
        return await _shown(contact_data(context.database, vault, case), response)

    _add_repeat_party(app, context, patience_s)
    app.include_router(options.routes(context))
    return app


def _add_repeat_party(app: FastAPI, context: HttpContext, patience_s: float) -> None:
    hashes = KeyedHashes(context.settings.party_key.get_secret_value().encode())

    @app.post("/repeat-party/{case}")
    async def repeat_party(
        case: CaseId, body: ForPurpose, person: Reader, response: Response
    ) -> dict[str, Any]:
        """Read which other disputes a case's respondent has. Source: 个人信息保护法 arts 6, 28-29, 55."""
        ask = ReadRepeatParty(purpose=body.purpose)
        command = await context.sender.command("intake", ask, case, actor=person.actor)
        allowed(await _decided(context, command, patience_s), _STATUS)
        response.headers["Cache-Control"] = "no-store"
        return await other_disputes(context.database, hashes, context.network, case, person.actor)


async def _shown(opened: Awaitable[dict[str, Any] | None], response: Response) -> dict[str, Any]:
    """Return raw data that are opened here, for this reader's eyes alone."""
    try:
        found = await opened
    except CannotOpen as error:
        raise Problem(500, error.code) from None
    if found is None:
        raise Problem(404, "personal_data.none")
    response.headers["Cache-Control"] = "no-store"
    return found


def _is_good(row: Mapping[str, Any], context: HttpContext) -> bool:
    """Tell whether a mediator's reading may still be shown; a replay's times are not of today."""
    if context.settings.time is TimeSource.REPLAY:
        return True
    return context.now() - datetime.fromisoformat(row["at"]) <= GOOD_FOR


async def _decided(context: HttpContext, command: str, patience_s: float) -> Mapping[str, Any]:
    """Return what became of a wish to read."""
    return await decided(lambda: reading(context.database, command), patience_s, "personal_data.not_recorded")
