"""Filings that an institution let pile up are told apart from a surge."""

import numpy as np

from services.alerts.detectors.backlog import concentration

WORKDAYS = np.array([0.22, 0.2, 0.2, 0.19, 0.17, 0.01, 0.01])


def _past(seed: int, weeks: int = 30, mean: float = 15.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.array([rng.multinomial(rng.poisson(mean), WORKDAYS) for _ in range(weeks)], dtype=np.int32)


def test_a_desk_cleared_on_one_tuesday_is_concentrated():
    days = np.vstack([_past(1), [[3, 60, 2, 3, 2, 0, 0]]]).astype(np.int32)
    found = concentration(days)
    assert found is not None
    assert (found.day, found.count) == (1, 60)
    assert found.p_value < 1e-6
    assert 10 <= found.usual <= 15


def test_a_surge_that_spreads_over_the_days_is_not():
    rng = np.random.default_rng(4)
    p_values = []
    for seed in range(40):
        days = np.vstack([_past(seed), [rng.multinomial(70, WORKDAYS)]]).astype(np.int32)
        found = concentration(days)
        assert found is not None
        p_values.append(found.p_value)
    assert np.mean(np.array(p_values) < 0.01) <= 0.05


def test_who_always_files_once_a_week_is_not_taken_for_clearing_a_desk():
    rng = np.random.default_rng(2)
    past = np.zeros((30, 7), dtype=np.int32)
    past[np.arange(30), rng.integers(0, 5, 30)] = rng.poisson(15, 30)
    days = np.vstack([past, [[0, 70, 0, 0, 0, 0, 0]]]).astype(np.int32)
    found = concentration(days)
    assert found is not None
    assert found.p_value > 0.05


def test_a_weekend_on_which_nobody_files_makes_a_saturday_stand_out():
    days = np.vstack([_past(3), [[0, 0, 0, 0, 0, 20, 0]]]).astype(np.int32)
    found = concentration(days)
    assert found is not None
    assert found.day == 5
    assert found.p_value < 1e-6


def test_without_a_past_nothing_is_said():
    assert concentration(np.array([[0, 0, 0, 0, 0, 0, 0], [0, 30, 0, 0, 0, 0, 0]], dtype=np.int32)) is None
    assert concentration(np.vstack([_past(1), np.zeros((1, 7), dtype=np.int32)]).astype(np.int32)) is None
