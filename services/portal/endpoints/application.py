"""The HTTP application, put together."""

from typing import Annotated, Any

from fastapi import Depends, FastAPI

from services.portal.endpoints import commands, live, page, reads
from services.portal.views import Views
from services.portal.views.receipts import Receipts
from shared.runtime.serve import options
from shared.runtime.serve.application import application
from shared.runtime.serve.service import HttpContext
from shared.runtime.serve.tokens import Person, require

OPENAPI = "/openapi.json"


def http(context: HttpContext) -> FastAPI:
    """Return the application.

    Args:
        context: Settings, network, database and sender.
    """
    app = application(
        context,
        "Suyuan 诉源",
        description="金融纠纷诉源治理平台接口 | The HTTP API of the platform",
        streams=(live.PATH,),
    )
    views = Views(context.database)
    latest = live.Latest(views.figures)
    app.include_router(commands.routes(context))
    app.include_router(reads.routes(views, Receipts(context.database), context.network, latest))
    app.include_router(live.routes(latest, reads.seen, context.settings.http_streams_per_person))
    app.include_router(options.routes(context))
    app.include_router(page.routes())
    commands.describe(app)
    _add_description(app)
    return app


def _add_description(app: FastAPI) -> None:
    @app.get(OPENAPI, include_in_schema=False)
    async def description(person: Annotated[Person, Depends(require())]) -> dict[str, Any]:
        """Return the API's description, for whoever has a token."""
        return app.openapi()
