"""Which message leads to which of alerts' two streams."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from services.alerts.model import case, series
from services.alerts.model.case import Counted
from services.alerts.model.series import Series
from services.alerts.rules import ALERT_RULES, AlertRules
from services.alerts.store import rows
from shared.casework.case_ids import is_case_id, is_series_id
from shared.casework.protocol import Received, Rejected, Routed, Stream, Timed
from shared.casework.rulebook import RuleBook
from shared.contracts.alerts import DisputeCounted
from shared.contracts.common import AdvanceClock
from shared.contracts.message import Event
from shared.contracts.topics import EVENT_TOPICS, SERIES, commands_topic

INTAKE: Final = EVENT_TOPICS["intake"]
COMMANDS: Final = commands_topic("alerts")
TOPICS: Final = (INTAKE, SERIES, COMMANDS)


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
            if not isinstance(body, DisputeCounted):
                return None
            return Routed(self.series, replace(message, subject=body.series))
        if is_series_id(message.subject):
            return Routed(self.series, message)
        if topic == COMMANDS and not isinstance(body, AdvanceClock):
            raise Rejected("series.unknown", f"{message.subject} is no series. Send the command with its id.")
        return None


def handlers(book: RuleBook[AlertRules] = ALERT_RULES) -> Handlers:
    """Bind the rules: every week is judged under the current ones."""
    rules = book.now

    def decide(state: Series | None, message: Received, /) -> Sequence[Event]:
        return series.decide(state, message, rules)

    def advance(state: Series, to: datetime) -> Sequence[Timed]:
        return series.advance(state, to, rules)

    def due(state: Series) -> datetime | None:
        return series.due(state, rules)

    return Handlers(
        # Version 1 counted the registrations alone.
        case=Stream("case", Counted, case.decide, case.evolve, version=2, counts_from=2),
        series=Stream("series", Series, decide, series.evolve, advance, due, series.absorb, rows),
    )
