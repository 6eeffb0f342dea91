"""Judging the last week of all series of an archive, as arrays.

The probability is the detector's, calibrated; the interval is that of nine quiet weeks in ten.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.alerts.archive.desks import told_apart
from services.alerts.archive.looking import Look, look
from services.alerts.archive.state import Archive
from services.alerts.detectors import (
    DETECTORS,
    Detector,
    EarsC1,
    Judgement,
    Status,
    nb_quantile,
)
from services.alerts.rules import AlertRules, Context
from services.alerts.rules.packing import parts_of, unpack
from services.alerts.rules.shards import number_of
from shared.casework.case_ids import PANEL
from shared.casework.guards import Facts
from shared.contracts.counts import WeekCounted, WeekJudged
from shared.contracts.found import Backlog, Found
from shared.contracts.kinds import Cause

UNUSUAL: Final = 0.05
"""What is more probable than this in a quiet week ends an alert, and is never told."""
_TAIL: Final = 0.05
_MOST_BOUND: Final = 1e9
_LEAST_MEAN: Final = 1e-3


def judged(state: Archive, closed: WeekCounted, facts: Facts[Context]) -> WeekJudged:
    """Return what the last week of an archive comes to.

    Args:
        state: With the week.
        closed: The week.
        facts: Rules and calendar.
    """
    rules = facts.context.rules
    refused = len(unpack(closed.counts).keys() - set(state.keys))
    tested, short, found, backlogs = 0, 0, tuple[Found, ...](), tuple[Backlog, ...]()
    if state.keys:
        seen = look(state, facts.context, detector_of(rules))
        judgement = detector_of(rules).judge(seen.window)
        tested, short = _numbers(judgement)
        if tested:
            seen, judgement, backlogs = told_apart(
                state, closed, facts.context, detector_of(rules), seen, judgement
            )
            found = _found(seen, judgement, rules)
    return WeekJudged(
        panel=PANEL,
        number=number_of(facts.subject),
        week=closed.week,
        tested=tested,
        short=short,
        refused=refused,
        found=found,
        backlogs=backlogs,
    )


def detector_of(rules: AlertRules) -> Detector:
    """Return the detector that the rules name; before they named one it was EARS C1."""
    if rules.detector is None:
        return EarsC1(baseline=rules.baseline, alpha=rules.alpha)
    return DETECTORS[rules.detector]


def _numbers(judgement: Judgement) -> tuple[int, int]:
    """Return how many series were judged, and how many are too short or sparse."""
    tested = int((judgement.status == Status.JUDGED).sum())
    return tested, len(judgement.status) - tested


def _found(seen: Look, judgement: Judgement, rules: AlertRules) -> tuple[Found, ...]:
    unusual = judgement.p_value <= UNUSUAL
    if rules.rate is None:
        unusual |= judgement.excess(seen.window.observed)
    rows = np.flatnonzero(unusual & (seen.window.observed >= rules.min_count))
    if not len(rows):
        return ()
    low, high = interval(judgement, rows)
    return tuple(
        _one(seen.keys[row], int(seen.filed[row]), judgement, row, (float(low[at]), float(high[at])))
        for at, row in enumerate(rows)
    )


def interval(judgement: Judgement, rows: NDArray[np.intp]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return between which counts nine quiet weeks in ten lie."""
    mean = np.maximum(judgement.expected[rows], _LEAST_MEAN)
    variance = np.maximum(judgement.variance[rows], mean)
    return nb_quantile(1 - _TAIL, mean, variance), nb_quantile(_TAIL, mean, variance)


def _one(key: str, count: int, judgement: Judgement, row: np.intp, usual: tuple[float, float]) -> Found:
    institution, cause, issue = parts_of(key)
    return Found(
        institution=institution,
        cause=Cause(cause),
        issue=issue,
        count=count,
        expected=float(judgement.expected[row]),
        bound=float(min(judgement.threshold[row], _MOST_BOUND)),
        low=usual[0],
        high=usual[1],
        probability=float(np.clip(judgement.p_value[row], 0.0, 1.0)),
        variance=float(judgement.variance[row]),
    )
