"""The HTTP application, put together."""

from typing import Final

from fastapi import FastAPI

from services.portal.endpoints import commands, live, page, reads
from services.portal.endpoints.guard import Guard
from services.portal.views import Views
from shared.contracts.errors import SuyuanError
from shared.runtime.problems import install
from shared.runtime.service import HttpContext
from shared.runtime.settings import Settings
from shared.runtime.tokens import MIN_KEY_BYTES

TIMEOUT_S: Final = 15.0
"""Longest time of a request, seconds; the stream has its own end."""


def http(context: HttpContext) -> FastAPI:
    """Make the application.

    Args:
        context: Settings, network, database and sender.

    Raises:
        SuyuanError: ``settings.token_key``: the key of the tokens is missing or too short.
    """
    check_key(context.settings)
    app = FastAPI(
        title="Suyuan 诉源",
        version="1",
        description="金融纠纷诉源治理平台接口 | The HTTP API of the platform",
        docs_url=None,
        redoc_url=None,
    )
    app.state.token_key = context.settings.token_key
    install(app)
    views = Views(context.database)
    latest = live.Latest(views.figures)
    app.include_router(commands.routes(context))
    app.include_router(reads.routes(views, context.network, latest))
    app.include_router(live.routes(latest, reads.seen))
    app.include_router(page.routes())
    commands.describe(app)
    app.add_middleware(
        Guard, max_bytes=context.settings.http_max_bytes, timeout_s=TIMEOUT_S, streams=("/stream",)
    )
    return app


def check_key(settings: Settings) -> None:
    """Refuse to start without a good key.

    Raises:
        SuyuanError: ``settings.token_key``.
    """
    key = settings.token_key.get_secret_value()
    if len(key.encode()) < MIN_KEY_BYTES:
        raise SuyuanError(
            code="settings.token_key",
            zh=f"令牌密钥不足 {MIN_KEY_BYTES} 字节。请设置 SUYUAN_TOKEN_KEY。",
            en=f"The token key has fewer than {MIN_KEY_BYTES} bytes. Set SUYUAN_TOKEN_KEY.",
        )
