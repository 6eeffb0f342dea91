"""Alerts, put together."""

from typing import TYPE_CHECKING

from services.alerts.endpoints import http
from services.alerts.handlers import TOPICS, handlers
from services.alerts.rules import ALERT_RULES, Context
from services.alerts.rules.confirming import Codes
from services.alerts.rules.noticing import names_of
from services.alerts.rules.recipients import recipients_of
from services.alerts.store import INDEXES
from shared.casework.own_rules import own_rules
from shared.contracts.subscriptions import NoticeWay
from shared.network.schema import Network
from shared.runtime.serve import delivering
from shared.runtime.serve.calendars import load_calendar
from shared.runtime.serve.gates import gates
from shared.runtime.serve.service import Service

if TYPE_CHECKING:
    from shared.runtime.base.settings import Settings


def build(settings: "Settings", network: Network) -> Service:
    """Return the service.

    Raises:
        NetworkError: The network file sets a limit that there is not, or that it may not.
        CalendarError: A calendar file beside the network file cannot be used.
    """
    rules = own_rules("alerts", ALERT_RULES, network)
    institutions = frozenset(one.id for one in network.institutions)
    calendar = load_calendar(settings.network)
    ways = delivering.ways(settings)
    context = Context(
        rules.book,
        institutions,
        gates(settings.partitions),
        calendar,
        names_of(network),
        frozenset({NoticeWay.TOPIC, *map(NoticeWay, ways)}),
        recipients=recipients_of(network),
        codes=Codes(settings.notices_key.get_secret_value().encode()),
    )
    made = handlers(context=context)
    return Service(
        name="alerts",
        topics=TOPICS,
        route=made.route,
        streams=made.streams,
        indexes=INDEXES,
        given=calendar.names,
        calendar_until=calendar.final_until,
        http=http,
        rules=rules,
        ways=ways,
    )
