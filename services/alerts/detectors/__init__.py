"""Surveillance as pure functions: a module for each detector, its source cited, behind one interface.

`window.py` has the interface: a `Detector` judges the last week of a `Window` of many series and returns
a `Judgement`. `discoveries.py` says which of the judged series are told.
"""

from typing import Final

from services.alerts.detectors.backlog import Concentration, Habit, concentrated, concentration
from services.alerts.detectors.discoveries import Method, cutoff, discoveries, plain, tempered
from services.alerts.detectors.ears_c1 import EarsC1
from services.alerts.detectors.ears_c2 import EarsC2
from services.alerts.detectors.ears_c3 import EarsC3
from services.alerts.detectors.fallback import Fallback
from services.alerts.detectors.farrington import Farrington
from services.alerts.detectors.moving import Moving
from services.alerts.detectors.nb_cusum import NbCusum
from services.alerts.detectors.online import Batch, batched, lord, saffron
from services.alerts.detectors.predictive import nb_quantile
from services.alerts.detectors.prequential import Prior
from services.alerts.detectors.recent import Recent
from services.alerts.detectors.scan import SINGLE, Finding, grouped, scan
from services.alerts.detectors.taxonomy import Bridged, Change, bridged
from services.alerts.detectors.window import Detector, Judgement, Status, Weeks, Window, flat_weeks, weeks_of

__all__ = [
    "DETECTORS",
    "FIRST",
    "SINGLE",
    "SURVEILLANCE",
    "Batch",
    "Bridged",
    "Change",
    "Concentration",
    "Detector",
    "EarsC1",
    "EarsC2",
    "EarsC3",
    "Fallback",
    "Farrington",
    "Finding",
    "Habit",
    "Judgement",
    "Method",
    "Moving",
    "NbCusum",
    "Recent",
    "Status",
    "Weeks",
    "Window",
    "batched",
    "bridged",
    "concentrated",
    "concentration",
    "cutoff",
    "discoveries",
    "flat_weeks",
    "grouped",
    "lord",
    "nb_quantile",
    "plain",
    "saffron",
    "scan",
    "tempered",
    "weeks_of",
]

FIRST: Final = Fallback(
    Farrington(years=8, two_weeks=True, wandering=True, least_past=100), Moving(), "surveillance"
)
"""What was in force at first (``panel.1``): earlier years where there are two of them with a hundred
disputes, else the weeks before.

Fewer disputes tell no season, and so little of how they clump that the tail would be wrong.
"""

SURVEILLANCE: Final = Fallback(
    Farrington(
        years=8,
        two_weeks=True,
        least_past=100,
        prior=Prior(share=0.0, share_weeks=40.0, phi=1.3, phi_weeks=8.0, half_life=1000.0),
        own=0.8,
        second=0.65,
    ),
    Recent(),
    "surveillance-2",
)
"""What is in force (``panel.2``): the same, and each series is trusted as far as its past was foretold."""

DETECTORS: Final[dict[str, Detector]] = {
    one.name: one
    for one in (
        EarsC1(),
        EarsC2(),
        EarsC3(),
        Moving(),
        Recent(),
        Farrington(),
        NbCusum(),
        FIRST,
        SURVEILLANCE,
    )
}
"""Every detector with its usual limits, by name."""
