"""A change of names is no surge, and a surge beside it still is one."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts.detectors import EarsC1, Moving, flat_weeks
from services.alerts.detectors.taxonomy import Change, bridged
from tests.support.weekly import noisy

FIRST = date(2023, 1, 2)
WEEKS = flat_weeks(FIRST, 60)
DAY = FIRST + timedelta(weeks=40, days=3)


def _switched(counts: np.ndarray, column: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Return the counts under the old and under the new name; the week of the change has both."""
    old, new = counts.copy(), counts.copy()
    old[column + 1 :] = 0
    new[:column] = 0
    old[column] = counts[column] // 2
    new[column] = counts[column] - old[column]
    return old, new


def _alarms(made, label: str) -> list[int]:
    """Return the columns in which a label alarms."""
    found = []
    for week in range(12, 60):
        window = made.window.until(week + 1)
        p_value = Moving().judge(window).p_value[made.labels.index(label)]
        if p_value < 0.001:
            found.append(week)
    return found


def test_a_renamed_label_goes_on_with_its_past():
    counts = noisy(60, mean=20.0, seed=1)
    old, new = _switched(counts)
    raw = bridged({"old": old, "new": new}, WEEKS, [])
    assert _alarms(bridged({"new": np.maximum(new, 0)}, WEEKS, []), "new") == []
    assert raw.labels == ("new", "old")
    made = bridged({"old": old, "new": new}, WEEKS, [Change(DAY, ("old",), ("new",))])
    assert made.labels == ("new",)
    assert made.window.counts[0].tolist() == counts.tolist()
    assert made.window.begins.tolist() == [0]
    assert _alarms(made, "new") == []


def test_a_surge_just_after_a_renaming_is_one():
    counts = noisy(60, mean=20.0, seed=1)
    counts[42] = 60
    old, new = _switched(counts)
    made = bridged({"old": old, "new": new}, WEEKS, [Change(DAY, ("old",), ("new",))])
    assert _alarms(made, "new") == [42]


def test_merged_labels_go_on_as_their_sum():
    one, two = noisy(60, mean=20.0, seed=1), noisy(60, mean=9.0, seed=2)
    (old, new), (other, rest) = _switched(one), _switched(two)
    change = Change(DAY, ("a", "b"), ("c",))
    made = bridged({"a": old, "b": other, "c": new + rest}, WEEKS, [change])
    assert made.labels == ("c",)
    assert made.window.counts[0].tolist() == (one + two).tolist()
    assert _alarms(made, "c") == []


def test_the_sum_of_a_split_label_is_judged_at_once_and_each_part_when_it_has_a_past():
    one, two = noisy(60, mean=20.0, seed=1), noisy(60, mean=9.0, seed=2)
    two[43] = 45
    (old, new), (other, rest) = _switched(one), _switched(two)
    made = bridged({"a": old + other, "b": new, "c": rest}, WEEKS, [Change(DAY, ("a",), ("b", "c"))])
    assert made.labels == ("a", "b", "c")
    assert made.window.counts[0].tolist() == (one + two).tolist()
    assert made.window.begins.tolist() == [0, 41, 41]
    assert _alarms(made, "a") == [43]
    assert _alarms(made, "b") == _alarms(made, "c") == []


def test_a_label_of_another_scope_begins_anew():
    old, new = _switched(noisy(60, mean=20.0, seed=1))
    change = Change(DAY, ("old",), ("new",), comparable=False)
    made = bridged({"old": old, "new": 3 * new}, WEEKS, [change])
    assert made.window.begins.tolist() == [41]
    assert _alarms(made, "new") == []


def test_a_label_renamed_twice_has_the_whole_past():
    counts = noisy(60, mean=20.0, seed=1)
    old, rest = _switched(counts)
    middle, last = _switched(rest, 50)
    changes = [Change(FIRST + timedelta(weeks=50), ("b",), ("c",)), Change(DAY, ("a",), ("b",))]
    made = bridged({"a": old, "b": middle, "c": last}, WEEKS, changes)
    assert made.labels == ("c",)
    assert made.window.counts[0].tolist() == counts.tolist()


def test_a_change_to_come_changes_nothing_yet():
    counts = {"a": noisy(60, mean=20.0, seed=1)}
    later = Change(FIRST + timedelta(weeks=60), ("a",), ("b",))
    assert bridged(counts, WEEKS, [later]).labels == ("a",)


def test_several_labels_to_several_are_no_single_change():
    with pytest.raises(ValueError, match="several changes"):
        Change(DAY, ("a", "b"), ("c", "d"))
    with pytest.raises(ValueError, match="at least one"):
        Change(DAY, (), ("c",))


@given(st.permutations([("a", "b"), ("c", "b"), ("b", "d")]), st.integers(0, 59))
def test_no_dispute_is_lost_or_counted_twice(pairs, week):
    counts = {name: noisy(60, mean=5.0, seed=ord(name)) for name in "abcd"}
    changes = [Change(FIRST + timedelta(weeks=week), (old,), (new,)) for old, new in pairs]
    made = bridged(counts, WEEKS, changes)
    assert made.window.counts.sum(axis=0).tolist() == sum(counts.values()).tolist()


def test_counted_by_raw_label_the_new_name_would_alarm():
    counts = noisy(60, mean=20.0, seed=1)
    old, new = _switched(counts)
    raw = bridged({"old": old, "new": new}, WEEKS, [])
    whole = np.zeros(2, dtype=np.int32)
    # With weeks of zeros before its name was there, as a table of raw labels has them.
    table = type(raw.window)(raw.window.counts, whole, WEEKS)
    judged = EarsC1().judge(table.until(42))
    assert judged.p_value[raw.labels.index("new")] < 0.01


def test_a_label_that_takes_up_another_one_goes_on_under_its_own_name():
    kept, gone = noisy(60, mean=9.0, seed=3), noisy(60, mean=14.0, seed=4)
    old, moved = _switched(gone)
    made = bridged({"kept": kept + moved, "gone": old}, WEEKS, [Change(DAY, ("kept", "gone"), ("kept",))])
    assert made.labels == ("kept",)
    assert made.window.counts[0].tolist() == (kept + gone).tolist()


def test_a_label_that_lets_a_part_go_is_judged_as_the_sum():
    counts = noisy(60, mean=20.0, seed=5)
    left, part = _switched(counts)
    made = bridged({"fees": left, "late fees": part}, WEEKS, [Change(DAY, ("fees",), ("fees", "late fees"))])
    assert made.window.counts[made.labels.index("fees")].tolist() == counts.tolist()
    assert made.window.begins[made.labels.index("fees")] == 0
    assert made.window.begins[made.labels.index("late fees")] == 41
