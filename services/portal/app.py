"""The portal, put together: read models of all services, the HTTP API and the page."""

from services.portal import handlers, store
from services.portal.endpoints import http
from shared.network.schema import Network
from shared.runtime.base.settings import Settings
from shared.runtime.serve.service import Service
from shared.runtime.serve.tokens import check_key


def build(settings: Settings, network: Network) -> Service:
    """Return the service.

    Args:
        settings: Settings of this process.
        network: Court, organisations and institutions.

    Raises:
        SuyuanError: ``settings.token_key``: there is an HTTP port, but no good key for the tokens.
    """
    if settings.http_port:
        check_key(settings.token_key)
    parts = handlers.handlers(one.id for one in network.institutions)
    return Service(
        name="portal",
        topics=handlers.TOPICS,
        route=parts.route,
        streams=parts.streams,
        indexes=store.INDEXES,
        http=http,
    )
