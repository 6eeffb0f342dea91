"""Errors of the HTTP side, always as RFC 9457 problem details with a code and two languages.

Source: RFC 9457, section 3 (the member is ``detail``; extension members are ``code``, ``zh``, ``en``).
"""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from shared.contracts.faults import faults_in, told
from shared.contracts.reasons import text

MEDIA_TYPE: Final = "application/problem+json"
TYPE_PREFIX: Final = "urn:suyuan:problem:"

_CODES: Final = {
    404: "http.not_found",
    405: "http.method_not_allowed",
    413: "http.too_large",
    503: "http.unavailable",
}


class Problem(Exception):
    """An answer that is a refusal: raise it anywhere below an application with :func:`install`.

    Attributes:
        status: HTTP status.
        code: Reason code from ``contracts.reasons``.
        headers: Further headers of the answer.
        more: Extension members, such as ``errors``.
    """

    def __init__(
        self,
        status: int,
        code: str,
        *,
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        """Keep the parts of the answer."""
        super().__init__(code)
        self.status = status
        self.code = code
        self.headers = dict(headers or {})
        self.more = dict(more or {})


def body(status: int, code: str, more: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the members of a problem; extension members never replace the standard ones."""
    reason = text(code)
    return {
        **(more or {}),
        "type": TYPE_PREFIX + code,
        "title": code,
        "status": status,
        "detail": f"{reason.en} / {reason.zh}",
        "code": code,
        "zh": reason.zh,
        "en": reason.en,
    }


def answer(problem: Problem) -> JSONResponse:
    """Return the HTTP answer of a problem; caches do not keep it."""
    return JSONResponse(
        body(problem.status, problem.code, problem.more),
        status_code=problem.status,
        headers={"Cache-Control": "no-store", **problem.headers},
        media_type=MEDIA_TYPE,
    )


def install(app: FastAPI) -> None:
    """Make every error of an application a problem: own ones, the framework's and the unexpected."""

    async def problem(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Problem)
        return answer(error)

    async def http(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        code = _CODES.get(error.status_code, "http.refused")
        return answer(Problem(error.status_code, code, headers=error.headers))

    async def invalid(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        errors = [told(one) for one in faults_in(error.errors(), None)]
        return answer(Problem(422, "http.bad_payload", more={"errors": errors}))

    async def unexpected(_: Request, __: Exception) -> JSONResponse:
        return answer(Problem(500, "http.unexpected"))

    app.add_exception_handler(Problem, problem)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(Exception, unexpected)
