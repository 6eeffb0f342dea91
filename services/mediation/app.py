"""Mediation, put together."""

from typing import TYPE_CHECKING

from services.mediation.endpoints import http
from services.mediation.handlers import TOPICS, Box, handlers
from services.mediation.rules import CASE_RULES
from services.mediation.store import INDEXES, listed
from shared.casework.own_rules import own_rules
from shared.network.schema import Network
from shared.runtime.base.sealing import SealingKeys
from shared.runtime.serve.calendars import load_calendar
from shared.runtime.serve.service import Service

if TYPE_CHECKING:
    from shared.runtime.base.settings import Settings


def build(settings: "Settings", network: Network) -> Service:
    """Return the service with the rosters of a network.

    Raises:
        NetworkError: The network file sets a limit that there is not, or that it may not.
        CalendarError: A calendar file beside the network file cannot be used.
        SuyuanError: ``settings.sealing_keys``: a key of what is said in confidence is missing or too short.
    """
    calendar = load_calendar(settings.network)
    rules = own_rules("mediation", CASE_RULES, network)
    keys = SealingKeys.of(settings.sealing_keys.get_secret_value())
    made = handlers(network, rules.book, calendar, Box(keys.open, keys.vault.seal))
    return Service(
        name="mediation",
        topics=TOPICS,
        route=made.route,
        streams=(made.case, made.roster),
        indexes=INDEXES,
        http=http,
        given=calendar.names,
        calendar_until=calendar.final_until,
        rules=rules,
        rosters=listed(made.roster),
    )
