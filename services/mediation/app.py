"""Mediation, put together."""

from typing import TYPE_CHECKING

from services.mediation.handlers import TOPICS, handlers
from services.mediation.rules import CASE_RULES
from shared.casework.own_rules import own_rules
from shared.network.schema import Network
from shared.runtime.serve.calendars import load_calendar
from shared.runtime.serve.service import Service

if TYPE_CHECKING:
    from shared.runtime.base.settings import Settings


def build(settings: "Settings", network: Network) -> Service:
    """Return the service with the rosters of a network.

    Raises:
        NetworkError: The network file sets a limit that there is not, or that it may not.
        CalendarError: A calendar file beside the network file cannot be used.
    """
    calendar = load_calendar(settings.network)
    rules = own_rules("mediation", CASE_RULES, network)
    made = handlers(network, rules.book, calendar)
    return Service(
        name="mediation",
        topics=TOPICS,
        route=made.route,
        streams=(made.case, made.roster),
        given=calendar.names,
        calendar_until=calendar.final_until,
        rules=rules,
    )
