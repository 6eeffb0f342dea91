"""Which message leads to which of alerts' two streams."""

from dataclasses import dataclass, replace
from typing import Final

from services.alerts.case import Counted, case
from services.alerts.rules import ALERT_RULES, AlertRules, Context
from services.alerts.series import Series, series
from services.alerts.store import rows
from shared.casework.case_ids import is_case_id, is_series_id
from shared.casework.completeness import complete
from shared.casework.protocol import Received, Rejected, Routed, Stream
from shared.casework.rulebook import RuleBook
from shared.contracts.alerts import DisputeCounted, DisputeUncounted
from shared.contracts.common import AdvanceClock
from shared.contracts.flows import read_by
from shared.contracts.topics import EVENT_TOPICS, SERIES, commands_topic

TABLES: Final = (case, series)
INTAKE: Final = EVENT_TOPICS["intake"]
COMMANDS: Final = commands_topic("alerts")
TOPICS: Final = read_by("alerts")
complete("alerts", *TABLES, topics=TOPICS)


@dataclass(frozen=True, slots=True)
class Handlers:
    """The streams with their rules bound, and the way to them."""

    case: Stream[Counted]
    series: Stream[Series]

    def route(self, topic: str, key: str, message: Received, /) -> Routed | None:
        """Lead every event of a dispute to its case, a counted one to its series.

        Also what changes nothing here is led to its case, so that its number counts: a registration
        that is not the first event of its case would wait for ever otherwise.

        Raises:
            Rejected: ``series.unknown``: a command is about something that is no series.
        """
        body = message.body
        if topic == INTAKE:
            return Routed(self.case, message) if is_case_id(message.subject) else None
        if topic == SERIES:
            if not isinstance(body, DisputeCounted | DisputeUncounted):
                return None
            return Routed(self.series, replace(message, subject=body.series))
        if is_series_id(message.subject):
            return Routed(self.series, message)
        if topic == COMMANDS and not isinstance(body, AdvanceClock):
            raise Rejected("series.unknown", f"{message.subject} is no series. Send the command with its id.")
        return None


def handlers(book: RuleBook[AlertRules] = ALERT_RULES) -> Handlers:
    """Bind the rules.

    Args:
        book: Limits of the alarm by version.
    """
    context = Context(book)
    return Handlers(case=case.bind(context), series=series.bind(context, rows))
