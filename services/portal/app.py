"""The portal, put together: read models of all services, the HTTP API and the page."""

from services.portal import handlers, store
from services.portal.endpoints import http
from shared.network.schema import Network
from shared.runtime.base.settings import Settings
from shared.runtime.serve.service import Service


def build(settings: Settings, network: Network) -> Service:
    """Return the service.

    Args:
        settings: Settings of this process.
        network: Court, organisations and institutions.
    """
    parts = handlers.handlers(one.id for one in network.institutions)
    return Service(
        name="portal",
        topics=handlers.TOPICS,
        route=parts.route,
        streams=parts.streams,
        indexes=store.INDEXES,
        http=http,
        rosters=store.rosters,
    )
