"""A parameter that nobody reads is an error: ignored, it would answer another question than the one asked."""

from collections.abc import Iterator

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from shared.contracts.faults import MOST, close_to, faults_in, told
from shared.runtime.serve.problems import Problem


async def only_known(request: Request) -> None:
    """Refuse a request whose address has a parameter that its endpoint does not know.

    Raises:
        Problem: 422 ``http.bad_payload``; ``errors`` has each, with what may have been meant.
    """
    route = request.scope.get("route")
    if not isinstance(route, APIRoute) or not route.include_in_schema:
        return
    known = set(_names(route.dependant))
    unknown = [name for name in dict.fromkeys(request.query_params) if name not in known][:MOST]
    if not unknown:
        return
    found = faults_in(({"type": "extra_forbidden", "loc": ("query", name)} for name in unknown), None)
    meant = [close_to(name, known) for name in unknown]
    errors = [told(one.model_copy(update={"hints": hints})) for one, hints in zip(found, meant, strict=True)]
    raise Problem(422, "http.bad_payload", more={"errors": errors})


def _names(dependant: Dependant) -> Iterator[str]:
    yield from (one.alias for one in dependant.query_params)
    for inner in dependant.dependencies:
        yield from _names(inner)
