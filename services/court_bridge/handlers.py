"""Which topic leads to which decision of court_bridge."""

from typing import Final

from services.court_bridge.case import CourtCase, case
from services.court_bridge.rules import BOOK, BridgeRules, Context
from services.court_bridge.store import rows
from shared.casework.calendar import Calendar, library_calendar
from shared.casework.case_ids import is_case_id
from shared.casework.completeness import complete
from shared.casework.protocol import Received, Rejected, Route, Routed, Stream
from shared.casework.rulebook import RuleBook
from shared.contracts.flows import read_by
from shared.contracts.topics import COURT_INBOUND, commands_topic
from shared.network.schema import Network

TABLES: Final = (case,)
COMMANDS = commands_topic("court_bridge")
TOPICS = read_by("court_bridge")
complete("court", *TABLES, topics=TOPICS)


def case_stream(
    network: Network, book: RuleBook[BridgeRules] = BOOK, calendar: Calendar | None = None
) -> Stream[CourtCase]:
    """Return the stream of cases; each keeps the version of the rules that it started under.

    Args:
        network: Which court it is.
        book: The rules by version.
        calendar: What is known about working days; ``None`` for what the library knows.
    """
    return case.bind(Context(book, network, calendar or library_calendar()), rows)


def router(stream: Stream[CourtCase]) -> Route:
    """Return the route: cases only, except that a command is always answered.

    The route raises :class:`Rejected`, ``case.unknown``, for what the court says of no case.
    """

    def route(topic: str, key: str, message: Received, /) -> Routed | None:
        if topic == COMMANDS or (topic in TOPICS and is_case_id(message.subject)):
            return Routed(stream, message)
        if topic == COURT_INBOUND:
            raise Rejected("case.unknown", f"{message.subject} is no case. Ask the court which one it means.")
        return None

    return route
