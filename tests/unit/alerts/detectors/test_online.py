"""Over the weeks, too, no more alarms are false than was promised."""

import numpy as np
import pytest

from services.alerts.detectors.online import Batch, batched, lord, saffron


def _weeks(seed: int, weeks: int = 40, series: int = 200, true: int = 6) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    p_values = rng.random((weeks, series))
    real = np.zeros((weeks, series), dtype=bool)
    real[:, :true] = rng.random((weeks, true)) < 0.5
    p_values[real] = rng.random(int(real.sum())) * 1e-6
    return p_values, real


def _batched(p_values: np.ndarray, rate: float) -> np.ndarray:
    past: list[Batch] = []
    found = []
    for week in p_values:
        mask, batch = batched(week, rate, past)
        past.append(batch)
        found.append(mask)
    return np.array(found)


@pytest.mark.parametrize("method", ["batched", "lord", "saffron"])
def test_the_share_of_false_discoveries_over_all_weeks_is_at_most_the_promised_one(method):
    shares, power = [], []
    for seed in range(30):
        p_values, real = _weeks(seed)
        if method == "batched":
            found = _batched(p_values, 0.1)
        else:
            one_by_one = {"lord": lord, "saffron": saffron}[method]
            found = one_by_one(p_values.ravel(), 0.1).reshape(p_values.shape)
        shares.append((found & ~real).sum() / max(1, found.sum()))
        power.append((found & real).sum() / real.sum())
    error = np.std(shares) / np.sqrt(len(shares))
    assert np.mean(shares) <= 0.1 + 2 * error
    assert np.mean(power) > 0.5


def test_reach_is_what_the_best_zero_would_find():
    rng = np.random.default_rng(3)
    for _ in range(50):
        p_values = rng.random(12) ** 3
        _, batch = batched(p_values, 0.2, [])
        best = 0
        for place in range(12):
            changed = np.sort(np.where(np.arange(12) == place, 0.0, p_values))
            passed = np.flatnonzero(changed <= batch.level * np.arange(1, 13) / 12)
            best = max(best, int(passed[-1]) + 1)
        assert batch.reach == best


def test_what_a_week_found_makes_room_in_the_next():
    quiet, _ = batched(np.array([0.5] * 99 + [0.0006]), 0.1, [Batch(0.01, 1, 0)])
    after, _ = batched(np.array([0.5] * 99 + [0.0006]), 0.1, [Batch(0.01, 60, 60)])
    assert not quiet.any()
    assert after.sum() == 1


def test_series_without_a_probability_are_passed_over():
    p_values = np.array([np.nan, 1e-9, np.nan, 0.5])
    for found in (batched(p_values, 0.1, [])[0], lord(p_values, 0.1), saffron(p_values, 0.1)):
        assert found.tolist() == [False, True, False, False]
    assert batched(np.full(3, np.nan), 0.1, [])[1] == Batch(0.0, 0, 0)
