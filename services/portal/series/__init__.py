"""The alerts of a series of weekly counts, as people see them."""

from services.portal.series import alerts
from services.portal.series.state import Alert, SeriesView, series

__all__ = ["Alert", "SeriesView", "alerts", "series"]
