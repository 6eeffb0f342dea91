"""Mediation's own HTTP: its public key, and the one way to what was told in confidence.

A reading is recorded before anything is shown.
"""

from typing import Annotated, Any

from fastapi import Depends, FastAPI, Path, Response

from services.mediation.store import concessions, reading
from shared.contracts.confidence import ReadConcessions
from shared.runtime.base.sealing import SealingKeys
from shared.runtime.base.vault import CannotOpen
from shared.runtime.serve import options
from shared.runtime.serve.application import application
from shared.runtime.serve.problems import Problem
from shared.runtime.serve.rates import sender
from shared.runtime.serve.readings import PATIENCE_S, allowed, decided
from shared.runtime.serve.service import HttpContext
from shared.runtime.serve.tokens import Person

_STATUS = {
    "case.unknown": 404,
    "concession.none": 404,
    "case.closed": 410,
    "actor.not_allowed": 403,
    "assignment.not_held": 403,
}

CaseId = Annotated[str, Path(pattern=r"^sy1[a-z2-7]{32}$")]
Reader = Annotated[Person, Depends(sender(*ReadConcessions.roles))]


def http(context: HttpContext, *, patience_s: float = PATIENCE_S) -> FastAPI:
    """Return mediation's HTTP application."""
    app = application(context, "mediation")
    keys = SealingKeys.of(context.settings.sealing_keys.get_secret_value())

    @app.get("/sealing-key")
    async def sealing_key() -> dict[str, str]:
        """Return the key with which anybody seals what only mediation may open."""
        return {"key": keys.public}

    @app.get("/concessions/{case}")
    async def read(case: CaseId, person: Reader, response: Response) -> dict[str, list[dict[str, Any]]]:
        """Read what was told in confidence. Source: 法释〔2021〕23号 art 18."""
        command = await context.sender.command("mediation", ReadConcessions(), case, actor=person.actor)
        allowed(
            await decided(lambda: reading(context.database, command), patience_s, "concession.not_recorded"),
            _STATUS,
        )
        try:
            found = await concessions(context.database, keys.vault, case)
        except CannotOpen:
            raise Problem(500, "sealed.key_lost") from None
        response.headers["Cache-Control"] = "no-store"
        return {"concessions": found}

    app.include_router(options.routes(context))
    return app
