"""The HTTP application, put together."""

from typing import Final

from fastapi import Depends, FastAPI

from services.portal.endpoints import commands, live, page, reads
from services.portal.endpoints.guard import Guard
from services.portal.views import Views
from shared.runtime.serve import options
from shared.runtime.serve.problems import install
from shared.runtime.serve.queries import only_known
from shared.runtime.serve.service import HttpContext
from shared.runtime.serve.tokens import check_key

TIMEOUT_S: Final = 15.0
"""Longest time of a request, seconds; the stream has its own end."""


def http(context: HttpContext) -> FastAPI:
    """Return the application.

    Args:
        context: Settings, network, database and sender.

    Raises:
        SuyuanError: ``settings.token_key``: the key of the tokens is missing or too short.
    """
    check_key(context.settings.token_key)
    app = FastAPI(
        title="Suyuan 诉源",
        version="1",
        description="金融纠纷诉源治理平台接口 | The HTTP API of the platform",
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(only_known)],
    )
    app.state.token_key = context.settings.token_key
    install(app)
    views = Views(context.database)
    latest = live.Latest(views.figures)
    app.include_router(commands.routes(context))
    app.include_router(reads.routes(views, context.network, latest))
    app.include_router(live.routes(latest, reads.seen))
    app.include_router(options.routes(context))
    app.include_router(page.routes())
    commands.describe(app)
    app.add_middleware(
        Guard, max_bytes=context.settings.http_max_bytes, timeout_s=TIMEOUT_S, streams=("/stream",)
    )
    return app
