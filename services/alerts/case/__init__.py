"""A dispute counts once, in the series of its institution, cause and issue; what it asks for has a clock."""

from services.alerts.case import clocks, counting, recording
from services.alerts.case.state import Counted, case

__all__ = ["Counted", "case", "clocks", "counting", "recording"]
