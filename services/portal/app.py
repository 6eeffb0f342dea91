"""The portal, put together: read models of all services, the HTTP API and the page."""

from services.portal import handlers, store
from services.portal.endpoints import check_key, http
from shared.network.schema import Network
from shared.runtime.service import Service
from shared.runtime.settings import Settings


def build(settings: Settings, network: Network) -> Service:
    """Give the service.

    Args:
        settings: Settings of this process.
        network: Court, organisations and institutions.

    Raises:
        SuyuanError: ``settings.token_key``: there is an HTTP port, but no good key for the tokens.
    """
    if settings.http_port:
        check_key(settings)
    return Service(
        name="portal",
        topics=handlers.TOPICS,
        route=handlers.route,
        streams=handlers.STREAMS,
        indexes=store.INDEXES,
        http=http,
    )
