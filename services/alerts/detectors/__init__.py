"""Surveillance as pure functions: a module for each detector, its source cited, behind one interface.

`window.py` has the interface: a `Detector` judges the last week of a `Window` of many series and returns
a `Judgement`. `discoveries.py` says which of the judged series are told.
"""

from typing import Final

from services.alerts.detectors.discoveries import Method, cutoff, discoveries
from services.alerts.detectors.ears_c1 import EarsC1
from services.alerts.detectors.ears_c2 import EarsC2
from services.alerts.detectors.ears_c3 import EarsC3
from services.alerts.detectors.window import Detector, Judgement, Status, Weeks, Window, flat_weeks, weeks_of

__all__ = [
    "DETECTORS",
    "Detector",
    "EarsC1",
    "EarsC2",
    "EarsC3",
    "Judgement",
    "Method",
    "Status",
    "Weeks",
    "Window",
    "cutoff",
    "discoveries",
    "flat_weeks",
    "weeks_of",
]

DETECTORS: Final[dict[str, Detector]] = {one.name: one for one in (EarsC1(), EarsC2(), EarsC3())}
"""Every detector with its usual limits, by name."""
