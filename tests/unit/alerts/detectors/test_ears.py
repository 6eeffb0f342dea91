"""EARS C1, C2 and C3 over arrays give the published bounds and alarms, and a probability that holds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts.detectors import EarsC1, EarsC2, EarsC3, Status
from services.alerts.rules import ears_c1
from tests.support.weekly import rows, salmonella, weekly_windows, window

COUNTS = st.lists(st.integers(0, 40), min_size=12, max_size=30)


def test_c1_bounds_of_2011_are_the_published_ones():
    detector = EarsC1(alpha=0.05)
    golden = rows("surveillance/ears_c1_salmnewport_2011_golden.csv")
    judged = [detector.judge(one) for one in weekly_windows(salmonella(), range(365, 417))]
    bounds = np.array([float(one.threshold[0]) for one in judged])
    assert bounds == pytest.approx([float(one["c1_upperbound"]) for one in golden], rel=0, abs=1e-6)


@pytest.mark.parametrize(("detector", "file"), [(EarsC1(), "C1"), (EarsC2(), "C2"), (EarsC3(), "C3")])
def test_alarms_of_2011_and_2012_are_those_of_epysurv(detector, file):
    windows = weekly_windows(salmonella(), range(365, 470))
    alarms = [bool(detector.judge(one).excess(one.observed)[0]) for one in windows]
    assert alarms == [row["alarm"] == "1" for row in rows(f"epysurv/Ears{file}_pred.csv")]
    assert any(alarms)


@given(COUNTS, COUNTS)
def test_c1_is_version_1_of_the_rules_for_every_series_of_a_window(one, other):
    length = min(len(one), len(other))
    judged = EarsC1(alpha=0.01).judge(window(one[:length], other[:length]))
    for place, series in enumerate((one[:length], other[:length])):
        bound = ears_c1(series[:-1], baseline=7, alpha=0.01)
        assert bound is not None
        assert judged.threshold[place] == pytest.approx(bound.upper, rel=1e-12)
        assert judged.expected[place] == bound.mean


@pytest.mark.parametrize(("detector", "needed"), [(EarsC1(), 7), (EarsC2(), 9), (EarsC3(), 11)])
def test_a_short_series_is_said_to_be_too_short(detector, needed):
    counts = [5] * (needed + 1)
    judged = detector.judge(window(counts, counts, begins=[0, 1]))
    assert judged.status.tolist() == [Status.JUDGED, Status.TOO_SHORT]
    assert np.isnan(judged.p_value).tolist() == [False, True]
    assert detector.judge(window(counts[:-1])).status.tolist() == [Status.TOO_SHORT]


def test_what_stands_before_a_series_begins_changes_nothing():
    counts = [3, 5, 6, 4, 5, 7, 4, 5, 6, 4, 5, 4, 9]
    for detector in (EarsC1(), EarsC2(), EarsC3()):
        judged = detector.judge(window([4, 6, 5, *counts], [90, 0, 70, *counts], begins=[3, 3]))
        assert judged.p_value[0] == judged.p_value[1] < 1.0


def test_a_single_dispute_after_empty_weeks_is_not_infinitely_improbable():
    judged = EarsC1().judge(window([0] * 60 + [1]))
    assert judged.statistic[0] == np.inf
    assert 0.01 < judged.p_value[0] < 0.2
