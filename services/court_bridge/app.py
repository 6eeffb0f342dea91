"""Court bridge: calendar, stream, topics."""

from services.court_bridge.handlers import TOPICS, case_stream, router
from services.court_bridge.rules import BOOK
from services.court_bridge.store import INDEXES
from shared.casework.own_rules import own_rules
from shared.network.schema import Network
from shared.runtime.base.settings import Settings
from shared.runtime.serve.calendars import load_calendar
from shared.runtime.serve.service import Service


def build(settings: Settings, network: Network) -> Service:
    """Return the service.

    Raises:
        NetworkError: The network file sets a limit that there is not, or that it may not.
        CalendarError: A calendar file beside the network file cannot be used.
    """
    calendar = load_calendar(settings.network)
    rules = own_rules("court_bridge", BOOK, network)
    stream = case_stream(network, rules.book, calendar)
    return Service(
        name="court_bridge",
        topics=TOPICS,
        route=router(stream),
        streams=(stream,),
        indexes=INDEXES,
        calendar_until=calendar.final_until,
        rules=rules,
    )
