"""Every series has an answer, holidays are in the baseline, and the past alone counts."""

from dataclasses import fields
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.alerts.detectors import (
    DETECTORS,
    SURVEILLANCE,
    EarsC1,
    Judgement,
    Status,
    Weeks,
    Window,
    flat_weeks,
    weeks_of,
)
from services.alerts.detectors.predictive import nb_quantile, nb_tail
from shared.casework.calendar import library_calendar
from tests.support.weekly import noisy, window

FIRST = date(2016, 1, 4)


def test_the_week_of_spring_festival_has_little_exposure_and_a_make_up_week_more():
    weeks = weeks_of(date(2025, 1, 20), 4, library_calendar())
    # 26 January and 8 February were made up for the seven days off in between.
    assert weeks.exposure == pytest.approx([6.1 / 5.2, 1.6 / 5.2, 4.3 / 5.2, 5.2 / 5.2])


def test_weeks_begin_on_mondays():
    with pytest.raises(ValueError, match="Monday"):
        weeks_of(date(2025, 1, 21), 4, library_calendar())


def test_a_usual_week_after_the_festival_is_no_surge():
    calendar = library_calendar()
    last = date(2024, 2, 26)
    weeks = weeks_of(last - timedelta(weeks=399), 400, calendar)
    counts = np.round(30 * weeks.exposure).astype(np.int32)[None, :]
    counts[0, -1] = 42
    flat = Window.of(counts, flat_weeks(weeks.first, 400))
    known = Window.of(counts, weeks)
    for name in ("ears-c1", "moving", "surveillance", "moving-2", "surveillance-2"):
        assert DETECTORS[name].judge(known).p_value[0] > 1.2 * DETECTORS[name].judge(flat).p_value[0]


def test_a_week_that_was_a_festival_in_earlier_years_is_expected_as_busy_as_it_is_now():
    # Spring Festival of 2023 lay in the week of 23 January, that of 2024 in the week of 12 February.
    weeks = weeks_of(date(2024, 1, 22) - timedelta(weeks=399), 400, library_calendar())
    counts = np.round(30 * weeks.exposure).astype(np.int32)[None, :]
    flat = SURVEILLANCE.judge(Window.of(counts, flat_weeks(weeks.first, 400)))
    known = SURVEILLANCE.judge(Window.of(counts, weeks))
    assert known.expected[0] == pytest.approx(30.0, rel=0.02)
    assert flat.expected[0] < 27.5


@pytest.mark.parametrize("name", sorted(DETECTORS))
def test_what_is_older_than_a_detector_looks_changes_nothing(name):
    detector = DETECTORS[name]
    counts = noisy(520, mean=9.0, phi=1.5, series=3, seed=8)
    other = counts.copy()
    other[:, : 520 - 1 - detector.weeks_used] = 99
    weeks = flat_weeks(FIRST, 520)
    one, two = detector.judge(Window.of(counts, weeks)), detector.judge(Window.of(other, weeks))
    assert one.p_value.tolist() == two.p_value.tolist()
    assert not np.isnan(one.p_value).any()


@pytest.mark.parametrize("name", sorted(DETECTORS))
def test_each_series_is_judged_for_itself(name):
    detector = DETECTORS[name]
    counts = noisy(430, mean=5.0, phi=2.0, series=6, seed=1)
    whole = Window(counts, np.array([0, 0, 200, 420, 400, 0], dtype=np.int32), flat_weeks(FIRST, 430))
    together = detector.judge(whole)
    for row in range(6):
        alone = detector.judge(whole.some(slice(row, row + 1)))
        assert alone.status[0] == together.status[row]
        assert alone.p_value[0] == pytest.approx(together.p_value[row], rel=1e-6, nan_ok=True)


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(sorted(DETECTORS)), st.integers(0, 2**32), st.lists(st.integers(1, 60), min_size=1))
def test_a_judgement_is_the_same_to_the_last_bit_however_the_series_are_shared_out(name, seed, parts):
    rng = np.random.default_rng(seed)
    series, weeks = sum(parts), int(rng.integers(100, 430))
    counts = rng.negative_binomial(rng.uniform(0.5, 20, (series, 1)), 1 / 1.5, (series, weeks))
    counts[rng.random(counts.shape) < 0.02] *= 6
    begins = np.where(rng.random(series) < 0.5, 0, rng.integers(0, weeks, series)).astype(np.int32)
    exposure = rng.uniform(0.1, 1.2, weeks)
    whole = Window(counts.astype(np.int32), begins, Weeks(FIRST, exposure))
    ends = np.cumsum([0, *parts])
    shared_out = [whole.some(slice(*both)) for both in pairwise(ends)]
    together = DETECTORS[name].judge(whole)
    apart = Judgement.joined([DETECTORS[name].judge(one) for one in shared_out])
    for one in fields(Judgement):
        assert np.array_equal(getattr(together, one.name), getattr(apart, one.name), equal_nan=True)


@given(st.integers(0, 9), st.integers(0, 30))
def test_a_series_is_judged_or_its_status_says_why_not(length, count):
    counts = [count] * (length + 1)
    judged = SURVEILLANCE.judge(window(counts))
    assert (judged.status[0] == Status.JUDGED) == (length >= SURVEILLANCE.weeks_needed)
    assert np.isnan(judged.p_value[0]) == (judged.status[0] != Status.JUDGED)


def test_a_young_and_a_sparse_series_get_the_answer_of_the_weeks_before():
    counts = np.zeros((3, 430), dtype=np.int32)
    counts[0, 400:] = 4
    counts[:, -1] = 9
    whole = Window(counts, np.array([400, 0, 426], dtype=np.int32), flat_weeks(FIRST, 430))
    judged = SURVEILLANCE.judge(whole)
    assert judged.status.tolist() == [Status.JUDGED, Status.JUDGED, Status.TOO_SHORT]
    assert 0.0 < judged.p_value[1] < judged.p_value[0] < 0.1


@given(st.floats(0.01, 300.0), st.floats(1.0, 8.0), st.floats(0.001, 0.2))
def test_the_upper_end_of_an_interval_is_the_smallest_count_that_is_exceeded_that_rarely(mean, phi, share):
    one, variance = np.array([mean]), np.array([mean * phi])
    end = nb_quantile(share, one, variance)
    assert nb_tail(end + 1.0, one, variance)[0] <= share
    assert end[0] == 0 or nb_tail(end, one, variance)[0] > share


def test_a_window_of_counts_and_weeks_that_do_not_fit_is_refused():
    with pytest.raises(ValueError, match="2 weeks"):
        Window.of([[1, 2, 3]], flat_weeks(FIRST, 2))


def test_no_probability_is_above_one_or_below_zero():
    counts = noisy(430, mean=1.0, phi=4.0, series=300, seed=4)
    counts[:, -3:] *= 30
    for detector in (*DETECTORS.values(), EarsC1(baseline=20)):
        p_values = detector.judge(Window.of(counts, flat_weeks(FIRST, 430))).p_value
        assert ((p_values >= 0.0) & (p_values <= 1.0)).all()
