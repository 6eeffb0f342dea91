"""A series of weekly counts: weeks close at their time, surges raise alerts, late disputes correct.

Only what a week comes to is an event. The disputes of a week that is still open are counted in
the state alone: the events of the cases stand for them already.
"""

from services.alerts.series import acknowledgement, alarm, closing, correction, counting, resumption
from services.alerts.series.state import Alert, Series, series

__all__ = [
    "Alert",
    "Series",
    "acknowledgement",
    "alarm",
    "closing",
    "correction",
    "counting",
    "resumption",
    "series",
]
