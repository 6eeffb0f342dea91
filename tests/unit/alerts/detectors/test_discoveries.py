"""Of the alarms that are raised, no more are false than was promised."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts.detectors import Method, discoveries, plain, tempered

P_VALUES = st.lists(st.floats(0.0, 1.0) | st.just(float("nan")), min_size=1, max_size=40)


def _slow(p_values: list[float], rate: float, method: Method) -> list[bool]:
    """Return the discoveries by the papers' step-up rule, one rank at a time."""
    known = sorted(p for p in p_values if p == p)
    harmonic = sum(1 / rank for rank in range(1, len(known) + 1)) if method is Method.BY else 1.0
    last = -1.0
    for rank, p in enumerate(known, 1):
        if p <= rank * rate / (len(known) * harmonic):
            last = p
    return [p == p and p <= last for p in p_values]


@given(P_VALUES, st.sampled_from(Method))
def test_the_step_up_rule_is_that_of_the_papers(p_values, method):
    assert discoveries(np.array(p_values), 0.1, method).tolist() == _slow(p_values, 0.1, method)


@given(P_VALUES, st.randoms(use_true_random=False))
def test_the_order_of_the_series_changes_nothing(p_values, shuffler):
    order = list(range(len(p_values)))
    shuffler.shuffle(order)
    found = discoveries(np.array(p_values), 0.1)
    assert discoveries(np.array(p_values)[order], 0.1).tolist() == found[order].tolist()


def test_a_series_that_was_not_judged_is_neither_told_nor_counted():
    p_values = np.array([0.03, np.nan, np.nan, np.nan, 0.9])
    assert discoveries(p_values, 0.1).tolist() == [True, False, False, False, False]
    assert not discoveries(np.full(3, np.nan), 0.1).any()


@pytest.mark.parametrize("rate", [0.0, 1.0, -0.1])
def test_a_rate_that_is_no_share_is_refused(rate):
    with pytest.raises(ValueError, match="between 0 and 1"):
        discoveries(np.array([0.5]), rate)


@given(st.floats(1e-300, 1.0), st.floats(1e-300, 1.0), st.floats(0.3, 1.0))
def test_a_tempered_probability_is_never_smaller_and_keeps_its_place(one: float, other: float, power: float):
    small, large = tempered(np.array(sorted((one, other))), power)
    assert min(one, other) <= small * (1 + 1e-12)
    assert small <= large
    assert plain(float(small), power) == pytest.approx(min(one, other), rel=1e-6)


def test_probabilities_that_were_measured_stay_as_they_are():
    near = np.array([0.01, 0.2, 1.0, np.nan])
    assert np.array_equal(tempered(near, 0.8), near, equal_nan=True)
    assert plain(-1.0, 0.8) == -1.0
