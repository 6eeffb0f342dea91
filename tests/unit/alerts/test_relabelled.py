"""In the running panel a change of labels is no surge, and a surge beside it still is one."""

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.alerts.rules.packing import key_of
from shared.contracts.common import LabelChange, LabelKind
from shared.contracts.counts import WeekJudged
from tests.unit.alerts.mother import World, made, week

DATA = Path(__file__).parents[2] / "data"
LIMITS: dict[str, Any] = {"rate": 0.05, "calm_weeks": 2, "detector": "moving"}
SWITCH = 30
DAY = week(SWITCH).replace(day=week(SWITCH).day + 2)


def change(*old: str, to: tuple[str, ...], of: str = "issue", **more: Any) -> LabelChange:
    """Labels that became others in the middle of the week of the switch."""
    return LabelChange(of=LabelKind(of), since=DAY, old=old, new=to, source="notice 4", **more)


def counted(tables: Mapping[str, list[int]], *changes: LabelChange, **limits: Any) -> World:
    """Weeks of one institution's issues, judged as they come."""
    world = World(made(**{**LIMITS, "taxonomy": changes, **limits}))
    for n in range(len(next(iter(tables.values())))):
        keys = {key_of("ccb", "loan", label): counts[n] for label, counts in tables.items() if counts[n]}
        world.count(n, keys)
    return world


def quiet(seed: int, mean: float, weeks: int = 42) -> list[int]:
    """A quiet series."""
    return [int(one) for one in np.random.default_rng(seed).poisson(mean, weeks)]


def switched(counts: list[int]) -> tuple[list[int], list[int]]:
    """The series under its old and its new label; the week of the switch has both."""
    half = counts[SWITCH] // 2
    old = [*counts[:SWITCH], half, *[0] * (len(counts) - SWITCH - 1)]
    return old, [one - other for one, other in zip(counts, old, strict=True)]


@pytest.mark.parametrize("surge", [0, 25])
def test_a_renamed_issue_goes_on_and_its_surge_is_found(surge: int) -> None:
    counts = quiet(1, 12.0)
    counts[SWITCH + 3] += surge
    old, new = switched(counts)
    world = counted({"rate": old, "interest rate": new}, change("rate", to=("interest rate",)))
    assert world.raised() == ([("interest rate", week(SWITCH + 3))] if surge else [])
    assert world.events(WeekJudged)[-1].found == ()
    without = counted({"rate": old, "interest rate": new})
    assert without.raised() == []  # its own past is too short to be judged by


@pytest.mark.parametrize("surge", [0, 30])
def test_merged_issues_go_on_as_one_and_their_surge_is_found(surge: int) -> None:
    kept, gone = quiet(2, 8.0), quiet(3, 14.0)
    kept[SWITCH + 4] += surge
    old, moved = switched(gone)
    both = [one + other for one, other in zip(kept, moved, strict=True)]
    merge = change("rate", "fees", to=("fees",))
    world = counted({"rate": old, "fees": both}, merge)
    assert world.raised() == ([("fees", week(SWITCH + 4))] if surge else [])
    raw = counted({"rate": old, "fees": both})
    assert min(monday for _, monday in raw.raised()) in {week(SWITCH + 1), week(SWITCH + 2)}


@pytest.mark.parametrize("surge", [0, 30])
def test_a_split_issue_goes_on_as_the_sum_of_its_parts(surge: int) -> None:
    first, second = quiet(4, 9.0), quiet(5, 7.0)
    second[SWITCH + 2] += surge
    old = [one + other if n < SWITCH else 0 for n, (one, other) in enumerate(zip(first, second, strict=True))]
    parts = {"card fee": [0] * SWITCH + first[SWITCH:], "loan fee": [0] * SWITCH + second[SWITCH:]}
    world = counted({"fees": old, **parts}, change("fees", to=("card fee", "loan fee")))
    assert world.raised() == ([("fees", week(SWITCH + 2))] if surge else [])


def test_a_label_of_another_scope_begins_anew() -> None:
    old, new = switched([12] * SWITCH + [30] * 12)
    world = counted({"rate": old, "interest": new}, change("rate", to=("interest",), comparable=False))
    assert world.raised() == []
    same = counted({"rate": old, "interest": new}, change("rate", to=("interest",)))
    assert same.raised() != []


def test_series_of_a_changed_cause_begin_anew() -> None:
    moved = [3] * SWITCH + [20] * 5
    assert counted({"fees": moved}, change("complaint", to=("complaint", "loan"), of="cause")).raised() == []
    assert counted({"fees": moved}).raised() == [("fees", week(SWITCH))]


def test_other_institutions_and_issues_stay_as_they_are() -> None:
    world = World(made(**LIMITS, taxonomy=(change("rate", to=("interest",)),)))
    for n in range(SWITCH + 5):
        surge = 30 if n == SWITCH + 3 else 0
        world.count(n, {key_of("abc", "credit_card", "fees"): 6 + surge, key_of("ccb", "loan", "rate"): 5})
    assert world.raised() == [("fees", week(SWITCH + 3))]


# -- public series ------------------------------------------------------------------------------

WIDER = {(date(2017, 4, 24), "credit_reporting")}
"""What took in more under its new label."""


def _months() -> tuple[list[str], dict[str, list[int]]]:
    with (DATA / "cfpb/monthly_counts_by_segment_2011_2026.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    labels = [one for one in rows[0] if one != "month"]
    return [row["month"] for row in rows], {one: [int(row[one]) for row in rows] for one in labels}


@pytest.mark.parametrize("day", [date(2017, 4, 24), date(2023, 8, 24)])
def test_the_public_renamings_raise_no_alarm_and_a_surge_beside_them_does(day: date) -> None:
    """The public table is monthly: a month stands where a week stands, judged by the seven before."""
    months, segments = _months()
    at = months.index(f"{day:%Y-%m}")
    first, last = at - 20, at + 3
    share = (day.day - 1) / 30.4
    found = {}
    for surge in (1, 3):
        changes, tables = [], {}
        for label, counts in segments.items():
            raised = [one * surge if at + 2 == n else one for n, one in enumerate(counts)]
            old = [one if n < at else round(one * share) if n == at else 0 for n, one in enumerate(raised)]
            new = [one - other for one, other in zip(raised, old, strict=True)]
            tables |= {f"{label}, old": old[first:last], label: new[first:last]}
            changes.append(
                LabelChange(
                    of=LabelKind.ISSUE,
                    since=week(at - first),
                    old=(f"{label}, old",),
                    new=(label,),
                    comparable=(day, label) not in WIDER,
                    source="CFPB",
                )
            )
        world = counted(tables, *changes, detector="ears-c1")
        from_then = [(issue, monday) for issue, monday in world.raised() if monday >= week(at - first)]
        found[surge] = {(issue, (monday - week(at - first)).days // 7) for issue, monday in from_then}
    # Student loans truly tripled in autumn 2023, when payments began again.
    assert {one for one in found[1] if one[1] == 0} == set()
    assert found[1] <= {("student_loan", 1), ("student_loan", 2)}
    dense = {"debt_collection", "card", "mortgage", "consumer_loan"}
    assert {(label, 2) for label in dense} <= found[3]
