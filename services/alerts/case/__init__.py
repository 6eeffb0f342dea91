"""A dispute counts once, in the series of its institution, cause and issue."""

from services.alerts.case import counting
from services.alerts.case.state import Counted, case

__all__ = ["Counted", "case", "counting"]
