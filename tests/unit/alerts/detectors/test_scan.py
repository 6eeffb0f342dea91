"""A surge shows once, at its right level."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.alerts.detectors import Moving, Window, flat_weeks
from services.alerts.detectors.scan import SINGLE, grouped, scan
from tests.support.weekly import noisy

INSTITUTIONS, CLAUSES = 12, 5
GROUPS = {
    "institution": np.repeat(np.arange(INSTITUTIONS, dtype=np.int32), CLAUSES),
    "clause": np.tile(np.arange(CLAUSES, dtype=np.int32), INSTITUTIONS),
}


def _found(surge: np.ndarray, factor: float, seed: int = 1):
    """Return the findings of a week in which some series are raised."""
    counts = noisy(60, mean=8.0, series=INSTITUTIONS * CLAUSES, seed=seed)
    counts[:, -1] = 8
    counts[surge, -1] = round(8 * factor)
    window = Window.of(counts, flat_weeks(date(2024, 1, 1), 60))
    return [(one.level, one.label) for one in scan(window, GROUPS, Moving(), 0.05)]


def test_one_series_that_surges_is_no_surge_of_its_groups():
    assert _found(np.arange(60) == 17, 6.0) == [(SINGLE, 17)]


def test_a_clause_that_surges_everywhere_is_told_once():
    assert _found(GROUPS["clause"] == 3, 2.0) == [("clause", 3)]


def test_an_institution_that_surges_in_all_its_clauses_is_told_once():
    assert _found(GROUPS["institution"] == 4, 2.5) == [("institution", 4)]


def test_a_series_that_surges_far_beyond_its_clause_is_told_besides():
    surge = GROUPS["clause"] == 3
    counts = noisy(60, mean=8.0, series=60, seed=1)
    counts[:, -1] = 8
    counts[surge, -1] = 16
    counts[3, -1] = 90
    found = scan(Window.of(counts, flat_weeks(date(2024, 1, 1), 60)), GROUPS, Moving(), 0.05)
    assert {(one.level, one.label) for one in found} == {(SINGLE, 3), ("clause", 3)}


def test_two_surges_at_two_levels_are_both_told():
    surge = (GROUPS["clause"] == 3) | (np.arange(60) == 20)
    assert set(_found(surge, 4.0)) == {("clause", 3), (SINGLE, 20)}


def test_a_quiet_week_has_no_findings():
    assert _found(np.zeros(60, dtype=bool), 1.0) == []


def test_a_finding_says_who_belongs_to_it_and_how_much_is_above_what_was_expected():
    counts = noisy(60, mean=8.0, series=60, seed=1)
    counts[:, -1] = np.where(GROUPS["clause"] == 3, 16, 8)
    (one,) = scan(Window.of(counts, flat_weeks(date(2024, 1, 1), 60)), GROUPS, Moving(), 0.05)
    assert one.members == tuple(range(3, 60, 5))
    assert one.count == 12 * 16
    assert one.expected == pytest.approx(12 * 8, rel=0.1)
    assert one.p_value < 1e-6


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(-1, 4), min_size=1, max_size=20))
def test_groups_are_the_sums_of_their_series(labels):
    rng = np.random.default_rng(len(labels))
    counts = rng.poisson(3.0, (len(labels), 6)).astype(np.int32)
    begins = rng.integers(0, 5, len(labels)).astype(np.int32)
    made = grouped(Window(counts, begins, flat_weeks(date(2024, 1, 1), 6)), np.array(labels, dtype=np.int32))
    for label in range(max(labels) + 1):
        rows = [row for row, one in enumerate(labels) if one == label]
        assert made.counts[label].tolist() == counts[rows].sum(axis=0).tolist()
        assert made.begins[label] == min((begins[row] for row in rows), default=6)


def test_the_order_of_the_series_changes_no_finding():
    counts = noisy(60, mean=8.0, series=60, seed=1)
    counts[:, -1] = np.where(GROUPS["clause"] == 3, 18, 8)
    counts[20, -1] = 60
    order = np.random.default_rng(5).permutation(60)
    weeks = flat_weeks(date(2024, 1, 1), 60)
    one = scan(Window.of(counts, weeks), GROUPS, Moving(), 0.05)
    mixed = {name: labels[order] for name, labels in GROUPS.items()}
    two = scan(Window.of(counts[order], weeks), mixed, Moving(), 0.05)
    assert [(x.level, x.count, sorted(x.members)) for x in one] == [
        (x.level, x.count, sorted(int(order[row]) for row in x.members)) for x in two
    ]
