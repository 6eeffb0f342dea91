"""The page: files of our own, no build step and nobody else's code."""

import hashlib
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Header, Response

from shared.runtime.serve.problems import Problem

FOLDER: Final = Path(__file__).resolve().parents[1] / "static"
_SCRIPTS = ("alerts", "app", "cases", "dom", "flow", "net", "texts", "words")
TYPES: Final = {
    "index.html": "text/html; charset=utf-8",
    "style.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
    **{f"{name}.js": "text/javascript; charset=utf-8" for name in _SCRIPTS},
}

IfNoneMatch = Annotated[str | None, Header(alias="If-None-Match")]


def routes() -> APIRouter:
    """Return the endpoints of the page; its files are read once."""
    router = APIRouter(include_in_schema=False)
    files = {name: (FOLDER / name).read_bytes() for name in TYPES}
    tags = {name: f'"{hashlib.sha256(content).hexdigest()[:20]}"' for name, content in files.items()}

    def answer(name: str, known: str | None) -> Response:
        headers = {"ETag": tags[name], "Cache-Control": "no-cache"}
        if known == tags[name]:
            return Response(status_code=304, headers=headers)
        return Response(files[name], media_type=TYPES[name], headers=headers)

    @router.api_route("/", methods=["GET", "HEAD"])
    async def index(known: IfNoneMatch = None) -> Response:
        return answer("index.html", known)

    @router.api_route("/static/{name}", methods=["GET", "HEAD"])
    async def static(name: str, known: IfNoneMatch = None) -> Response:
        if name not in files:
            raise Problem(404, "http.not_found")
        return answer(name, known)

    return router
