"""Mediation, put together."""

from typing import TYPE_CHECKING

from services.mediation.handlers import TOPICS, handlers
from shared.network.schema import Network
from shared.runtime.serve.calendars import load_calendar
from shared.runtime.serve.service import Service

if TYPE_CHECKING:
    from shared.runtime.base.settings import Settings


def build(settings: "Settings", network: Network) -> Service:
    """Return the service with the rosters of a network.

    Raises:
        CalendarError: A calendar file beside the network file cannot be used.
    """
    calendar = load_calendar(settings.network)
    made = handlers(network, calendar=calendar)
    return Service(
        name="mediation",
        topics=TOPICS,
        route=made.route,
        streams=(made.case, made.roster),
        given=calendar.names,
        calendar_until=calendar.final_until,
    )
