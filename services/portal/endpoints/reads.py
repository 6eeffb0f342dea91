"""What people read: figures, cases, timelines, alerts, outcomes, and the names of everything."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response

from services.portal.endpoints.live import Latest
from services.portal.rules import Performance, Status
from services.portal.views import ALL_SEEING, CaseFilter, Scope, Views, for_person, scope_of
from services.portal.views.receipts import Receipts
from shared.contracts.faults import FieldFault, told
from shared.contracts.fields import REFERENCE
from shared.contracts.kinds import Cause, End
from shared.contracts.vocabulary import words
from shared.network.schema import Network
from shared.runtime.serve.problems import Problem
from shared.runtime.serve.rates import sender
from shared.runtime.serve.tokens import Person, require

Anybody = Annotated[Person, Depends(require())]


async def seen(person: Anybody) -> Scope:
    """Return what the person may see, or answer 403."""
    scope = scope_of(person)
    if scope is None:
        raise Problem(403, "actor.not_allowed")
    return scope


Seen = Annotated[Scope, Depends(seen)]
CaseId = Annotated[str, Path(pattern=r"^sy1[a-z2-7]{32}$", description="案件号 | Case id")]
MediatorId = Annotated[
    str, Path(pattern=r"^[a-z0-9][a-z0-9-]{1,59}$", description="调解员标识 | Id of the mediator")
]
CommandId = Annotated[str, Path(pattern=r"^[A-Za-z0-9._-]{1,250}$", description="请求号 | Command id")]
IdBeginning = Annotated[
    str | None, Query(pattern=r"^sy1[a-z2-7]{1,32}$", description="案件号的开头 | Beginning of a case id")
]
Slug = Annotated[str | None, Query(pattern=r"^[a-z0-9][a-z0-9-]{1,59}$")]
Ref = Annotated[
    str | None,
    Query(
        max_length=64,
        pattern=REFERENCE,
        description="机构自己的编号 | An institution's own reference: for itself, the court and operators",
    ),
]
Cursor = Annotated[str | None, Query(max_length=300, description="上一页的 next | `next` of the page before")]
_CURSOR = FieldFault(code="field.bad_value", field="query.after")
Many = Annotated[int, Query(ge=1, le=200)]


def routes(views: Views, receipts: Receipts, network: Network, latest: Latest) -> APIRouter:
    """Return the reading endpoints."""
    router = APIRouter(tags=["read"])

    @router.get("/figures", operation_id="read_figures", summary="统计数字 | Figures")
    async def figures(scope: Seen) -> dict[str, Any]:
        return for_person(await latest.get(), scope)

    _cases(router, views, receipts, network)

    @router.get("/alerts", operation_id="read_alerts", summary="风险预警 | Alerts")
    async def alerts(scope: Seen, limit: Many = 50) -> dict[str, Any]:
        return {"alerts": await views.alerts(scope, limit)}

    @router.get(
        "/mediators/{id}/file", operation_id="read_mediator_file", summary="业绩档案 | Performance file"
    )
    async def mediator_file(id: MediatorId, person: Anybody) -> dict[str, Any]:
        found = await views.mediator_file(id, _whose_files(person, id))
        if found is None:
            raise Problem(404, "mediator.unknown")
        return found

    @router.get("/outcomes/{id}", operation_id="read_outcome", summary="请求结果 | Outcome of a command")
    async def outcome(id: CommandId, person: Anybody) -> dict[str, Any]:
        found = await views.outcome(id, person)
        if found is None:
            raise Problem(404, "outcome.unknown")
        return found

    @router.get("/rejections", operation_id="read_rejections", summary="本机构被拒收的消息 | Own rejections")
    async def rejections(person: Anybody, limit: Many = 50) -> dict[str, Any]:
        return {"rejections": await views.rejections(person, limit)}

    @router.get("/me", operation_id="read_me", summary="本人 | Who the token speaks for")
    async def me(person: Anybody) -> dict[str, str]:
        return {"organisation": person.organisation, "person": person.person, "role": person.role}

    @router.get("/network", operation_id="read_network", summary="网络名称 | Names of the network")
    async def names(person: Anybody) -> dict[str, Any]:
        return named(network)

    @router.get("/words", operation_id="read_words", summary="用语 | Words in both languages")
    async def language(answer: Response) -> dict[str, object]:
        answer.headers["Cache-Control"] = "max-age=60"
        return words([Status, Performance])

    return router


def _cases(router: APIRouter, views: Views, receipts: Receipts, network: Network) -> None:
    @router.get("/cases", operation_id="read_cases", summary="最新案件 | Newest cases")
    async def cases(
        scope: Seen,
        limit: Many = 50,
        institution: Slug = None,
        cause: Cause | None = None,
        end: End | None = None,
        status: Status | None = None,
        reference: Ref = None,
        id: IdBeginning = None,
        after: Cursor = None,
    ) -> dict[str, Any]:
        filed = None if reference is None else (reference, _who_files(scope, institution, network))
        wanted = CaseFilter(institution, _word(cause), _word(end), _word(status), filed, id)
        try:
            return await views.newest(scope, wanted, limit, after)
        except ValueError:
            raise Problem(422, "http.bad_payload", more={"errors": [told(_CURSOR)]}) from None

    @router.get("/cases/{id}", operation_id="read_case", summary="案件 | Case")
    async def case(id: CaseId, scope: Seen) -> dict[str, Any]:
        return await _case(views, id, scope)

    @router.get("/cases/{id}/timeline", operation_id="read_timeline", summary="案件经过 | Timeline of a case")
    async def timeline(id: CaseId, scope: Seen, person: Anybody) -> dict[str, Any]:
        await _case(views, id, scope)
        return {"events": await views.timeline(id, scope.viewer, person.role)}

    @router.get("/cases/{id}/receipt", operation_id="read_receipt", summary="凭据 | Receipt of a case")
    async def receipt(
        id: CaseId, person: Annotated[Person, Depends(sender())], answer: Response
    ) -> dict[str, Any]:
        """案件历史在已封定日之下的证明 | The proof that the history of the case is under a signed day."""
        await _case(views, id, await seen(person))
        found = await receipts.of(id)
        if found is None:
            raise Problem(404, "receipt.none")
        answer.headers["Content-Disposition"] = f'attachment; filename="receipt-{id}.json"'
        return found


def named(network: Network) -> dict[str, Any]:
    """Return the names of the court, organisations, mediators and institutions, and of what these file."""
    return {
        "id": network.id,
        "name": network.name.model_dump(),
        "court": {"id": network.court.id, "code": network.court.code, **network.court.name.model_dump()},
        "organisations": [{"id": one.id, **one.name.model_dump()} for one in network.organisations],
        "institutions": [{"id": one.id, **one.name.model_dump()} for one in network.institutions],
        "mediators": {
            one.id: {"zh": one.name, "en": one.en or one.name}
            for each in network.organisations
            for one in each.mediators
        },
        "labels": {one.code: one.name.model_dump() for one in network.labels},
    }


def _whose_files(person: Person, mediator: str) -> str | None:
    """Return the organisation whose mediators' files somebody may read; ``None`` for all.

    Raises:
        Problem: 403: neither the court, an operator, the organisation's clerk nor the mediator.
    """
    if person.role in ALL_SEEING:
        return None
    own = person.role == "organisation_clerk" or (person.role, person.person) == ("mediator", mediator)
    if not own:
        raise Problem(403, "actor.not_allowed")
    return person.organisation


async def _case(views: Views, id: str, scope: Scope) -> dict[str, Any]:
    found = await views.case(id, scope)
    if found is None:
        raise Problem(404, "case.unknown")
    return found


def _who_files(scope: Scope, institution: str | None, network: Network) -> tuple[str, ...]:
    """Return the institutions whose references somebody may look for.

    Raises:
        Problem: 403: neither an institution nor somebody who sees every case.
    """
    if scope.institution:
        return (scope.institution,)
    if scope.filter:
        raise Problem(403, "reference.not_allowed")
    return tuple(one.id for one in network.institutions if institution in (None, one.id))


def _word(value: Cause | End | Status | None) -> str | None:
    return None if value is None else value.value
