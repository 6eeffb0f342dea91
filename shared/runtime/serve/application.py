"""One HTTP application for every service: the same errors, limits and headers, and no word about itself."""

from collections.abc import Iterable

from fastapi import Depends, FastAPI

from shared.runtime.serve.guard import Guard
from shared.runtime.serve.problems import install
from shared.runtime.serve.queries import only_known
from shared.runtime.serve.rates import Rates
from shared.runtime.serve.service import HttpContext


def application(
    context: HttpContext, title: str, *, description: str = "", streams: Iterable[str] = ()
) -> FastAPI:
    """Return an application without endpoints.

    Args:
        context: Settings, network, database and sender.
        title: Its name.
        description: What it is.
        streams: Paths whose answers have no end in time.
    """
    settings = context.settings
    app = FastAPI(
        title=title,
        version="1",
        description=description,
        # What an internal API looks like is told to nobody who only knows its address.
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(only_known)],
    )
    app.state.tokens = context.tokens
    app.state.rates = Rates(settings)
    install(app)
    app.add_middleware(Guard, max_bytes=settings.http_max_bytes, streams=tuple(streams))
    return app
