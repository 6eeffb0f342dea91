"""Alerts, put together."""

from typing import TYPE_CHECKING

from services.alerts.handlers import TOPICS, handlers
from services.alerts.store import INDEXES
from shared.network.schema import Network
from shared.runtime.serve.service import Service

if TYPE_CHECKING:
    from shared.runtime.base.settings import Settings


def build(settings: "Settings", network: Network) -> Service:
    """Return the service."""
    made = handlers()
    return Service(
        name="alerts",
        topics=TOPICS,
        route=made.route,
        streams=(made.case, made.series),
        indexes=INDEXES,
    )
