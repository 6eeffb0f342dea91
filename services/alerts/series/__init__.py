"""A series, or a sum over several, that stands out: its alerts, from first to last, and what came of them."""

from services.alerts.series import answers, clock, life, referring
from services.alerts.series.state import Alert, Series, series

__all__ = ["Alert", "Series", "answers", "clock", "life", "referring", "series"]
