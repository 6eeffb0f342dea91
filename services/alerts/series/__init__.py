"""A series that stands out: its alerts, from the week that was told to what became of it."""

from services.alerts.series import answers, life, referring
from services.alerts.series.state import Alert, Series, series

__all__ = ["Alert", "Series", "answers", "life", "referring", "series"]
