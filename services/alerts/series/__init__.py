"""A series that stands out: its alerts, from the week that was told to what became of it."""

from services.alerts.series import answers, clock, life, referring
from services.alerts.series.state import Alert, Series, series

__all__ = ["Alert", "Series", "answers", "clock", "life", "referring", "series"]
