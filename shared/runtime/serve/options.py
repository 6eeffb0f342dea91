"""What an actor may do with a subject now: answered from the stored state, without a message.

The answer is advice. Whether a command acts is decided when it comes: another may have come before it.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, FastAPI, Path, Query

from shared.casework.protocol import Option, Stream
from shared.contracts.envelope import Actor
from shared.contracts.kinds import Role
from shared.contracts.rules import told
from shared.runtime.base.collections import STREAMS
from shared.runtime.commit.mongo import Database
from shared.runtime.decide import states
from shared.runtime.serve.application import application
from shared.runtime.serve.problems import Problem
from shared.runtime.serve.service import HttpContext
from shared.runtime.serve.tokens import Person, require

Subject = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:@-]{0,119}$", description="案件号等 | Case id, …")
]
Of = Annotated[
    str | None,
    Query(
        alias="as",
        pattern=r"^[A-Za-z0-9._-]{1,80}/[A-Za-z0-9._-]{0,80}/[A-Za-z0-9._-]{1,80}$",
        description="运维代查：机构/人员/角色 | For operators: organisation/person/role of somebody else",
    ),
]
_READ: Final = ("kind", "state", "state_version", "shape", "version", "parked")


async def options_of(
    database: Database,
    streams: Sequence[Stream[Any]],
    subject: str,
    actor: Actor,
    now: datetime,
    *,
    to_strangers: bool = True,
) -> dict[str, Any] | None:
    """Return what an actor may do with a subject; ``None`` where the service knows no such subject.

    A subject that is known before its first message, as an organisation's roster is, has version 0 then.

    Args:
        database: The service's own database.
        streams: The service's streams.
        subject: Id of the case, roster or series.
        actor: Who asks, or who is asked about.
        now: Deadlines that have passed by then count as passed.
        to_strangers: Whether an actor with no part in the subject is told of it; to nobody outside, since
            the ids of subscriptions, referrals and series can be guessed.

    Raises:
        states.Unreadable: The state is of a later version.
    """
    found = await database.find(STREAMS, {"_id": subject}, limit=1, fields=_READ)
    row = found[0] if found else None
    stream = next((one for one in streams if _is_of(one, row, subject)), None)
    if stream is None:
        return None
    state = None if row is None else states.read(stream, row)[0]
    options = stream.options(state, subject, now, actor) if stream.options is not None else ()
    is_party = actor.role == Role.PARTY and actor.organisation == subject
    has_part = is_party or not all(one.stranger for one in options)
    if not (to_strangers or has_part):
        return None
    return {
        "subject": subject,
        "actor": str(actor),
        "version": 0 if row is None else row["version"],
        "blocked": row is not None and "parked" in row,
        "commands": [shown(one) for one in options],
    }


def _is_of(stream: Stream[Any], row: Mapping[str, Any] | None, subject: str) -> bool:
    if row is not None:
        return bool(stream.name == row["kind"])
    return stream.known is not None and stream.known(subject)


def shown(option: Option) -> dict[str, Any]:
    """Return an option as the API and the CLI show it."""
    command, refusal = option.command, option.refusal
    out: dict[str, Any] = {
        "command": command.short_type,
        "zh": command.words.zh,
        "en": command.words.en,
        "possible": refusal is None,
    }
    if refusal is not None:
        out["reason"] = told(refusal.reason, refusal.rule)
    return out


def routes(context: HttpContext) -> APIRouter:
    """Return the endpoint ``/options/{subject}``."""
    router = APIRouter()

    @router.get("/options/{subject}", tags=["options"], summary="现在可以做什么 | What may be done now")
    async def options(
        subject: Subject, person: Annotated[Person, Depends(require())], of: Of = None
    ) -> dict[str, Any]:
        if of is not None and person.role != Role.OPERATOR:
            raise Problem(403, "actor.not_allowed")
        actor, runs_it = person.actor if of is None else Actor.parse(of), person.role == Role.OPERATOR
        parts = (context.database, context.streams, subject, actor, datetime.now(UTC))
        try:
            found = await options_of(*parts, to_strangers=runs_it)
        except states.Unreadable:
            raise Problem(409, "state.unreadable") from None
        # To somebody with no part in it, a subject of others is as unknown as one that does not exist.
        if found is None:
            raise Problem(404, "case.unknown")
        return found

    return router


def http(context: HttpContext) -> FastAPI:
    """Return the HTTP application of a service that answers nothing else."""
    app = application(context, "options")
    app.include_router(routes(context))
    return app
