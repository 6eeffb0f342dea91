"""Alerts, put together."""

from typing import TYPE_CHECKING

from services.alerts.handlers import TOPICS, handlers
from services.alerts.rules import ALERT_RULES
from services.alerts.store import INDEXES
from shared.casework.own_rules import own_rules
from shared.network.schema import Network
from shared.runtime.serve.service import Service

if TYPE_CHECKING:
    from shared.runtime.base.settings import Settings


def build(settings: "Settings", network: Network) -> Service:
    """Return the service.

    Raises:
        NetworkError: The network file sets a limit that there is not, or that it may not.
    """
    rules = own_rules("alerts", ALERT_RULES, network)
    made = handlers(rules.book)
    return Service(
        name="alerts",
        topics=TOPICS,
        route=made.route,
        streams=(made.case, made.series),
        indexes=INDEXES,
        rules=rules,
    )
