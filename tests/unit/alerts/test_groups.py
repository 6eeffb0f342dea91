"""A surge of many series is told once, at its group; a surge of one series at the series."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st

from services.alerts.groups import Groups
from services.alerts.panel.levels import Told, told_levels
from services.alerts.rules.packing import key_of, parts_of
from services.alerts.store import ALERTS
from shared.casework.case_ids import GROUPS, PANEL, series_id
from shared.contracts.alerts import AlertEnded, AlertLasted, AlertRaised
from shared.contracts.found import Found
from shared.contracts.groups import GroupFound, GroupsJudged
from shared.contracts.kinds import Cause
from tests.unit.alerts.mother import GATES, World, in_week, made, place, week

LIMITS: dict[str, Any] = {"rate": 0.05, "calm_weeks": 2, "detector": "moving", "groups": "scan"}
BANKS = ("abc", "ccb", "icbc", "boc", "cmb", "spdb")
ISSUES = ("fees", "conduct", "rate", "fraud")
CAUSES = ("loan", "credit_card")
ALL = [key_of(bank, cause, issue) for bank in BANKS for cause in CAUSES for issue in ISSUES]
QUIET = 20


def watched(*surges: Mapping[str, int], seed: int = 1, **limits: Any) -> World:
    """Twenty quiet weeks of 48 series, and then weeks that have so many more."""
    rng = np.random.default_rng(seed)
    world = World(made(**{**LIMITS, **limits}))
    for n in range(QUIET + len(surges)):
        counts = {key: int(count) for key, count in zip(ALL, rng.poisson(3.0, len(ALL)), strict=True)}
        for key, more in (surges[n - QUIET] if n >= QUIET else {}).items():
            counts[key] += more
        world.count(n, {key: count for key, count in counts.items() if count})
    return world


def told(world: World) -> list[tuple[str, int]]:
    """Return the groups that were told, with the week."""
    return [
        (place(one), (one.week - week(QUIET)).days // 7)
        for one in world.events(AlertRaised)
        if "*" in place(one)
    ]


def group_id(name: str) -> str:
    return series_id(*(one.replace("*", "") for one in name.split("/")))


def more(by: int, **only: str) -> dict[str, int]:
    """So many more in each series with these labels."""
    names = ("institution", "cause", "issue")
    parts = {key: dict(zip(names, parts_of(key), strict=True)) for key in ALL}
    return {key: by for key, labels in parts.items() if all(labels[n] == v for n, v in only.items())}


def test_quiet_weeks_tell_nothing() -> None:
    world = watched({}, {}, {}, {})
    assert told(world) == []
    assert world.raised() == []
    tested = world.events(GroupsJudged)[-1].tested
    assert tested == len(BANKS) + len(CAUSES) + len(CAUSES) * len(ISSUES)


@pytest.mark.parametrize(
    ("by", "only", "group"),
    [
        (5, {"cause": "loan", "issue": "fees"}, "*/loan/fees"),
        (5, {"institution": "ccb"}, "ccb/*/*"),
        (4, {"cause": "credit_card"}, "*/credit_card/*"),
    ],
)
def test_a_systemic_surge_is_one_alert_at_its_group_with_its_members_named(
    by: int, only: dict[str, str], group: str
) -> None:
    raised = more(by, **only)
    world = watched(raised)
    assert told(world) == [(group, 0)]
    assert world.raised() == []
    (alert,) = world.events(AlertRaised)
    named = {one.rpartition(":")[0] for one in alert.members}
    assert named == {"/".join(parts_of(key)) for key in raised} or len(named) == 20
    assert len(alert.members) + alert.others >= len(raised)
    assert alert.low <= alert.expected <= alert.high < alert.count
    ((id_, row),) = world.rows[ALERTS].items()
    assert id_ == f"{group_id(group)}|{week(QUIET)}"
    assert (row["count"], row["members"], row["ended_at"]) == (alert.count, list(alert.members), "")


def test_a_surge_of_one_series_is_told_at_the_series_alone() -> None:
    world = watched({key_of("ccb", "loan", "fees"): 25})
    assert world.raised() == [("fees", week(QUIET))]
    assert told(world) == []


def test_a_surge_of_one_series_is_not_its_groups_though_these_are_known_better() -> None:
    """A sum of many weeks without chance in them is the more improbable one, by a single member."""
    world = World(made(**LIMITS))
    rare = key_of("ccb", "loan", "rate")
    for n in range(QUIET + 1):
        counts = {key_of(bank, "loan", "rate"): 1 for bank in BANKS[2:]}
        world.count(n, {**counts, rare: 14 if n == QUIET else 2 * (n % 7 == 0)})
    assert world.raised() == [("rate", week(QUIET))]
    assert told(world) == []


def test_a_surge_of_one_series_beside_a_systemic_one_is_told_too() -> None:
    raised = {**more(6, cause="loan", issue="fees"), key_of("boc", "credit_card", "fraud"): 25}
    world = watched(raised)
    assert told(world) == [("*/loan/fees", 0)]
    assert world.raised() == [("fraud", week(QUIET))]


def test_without_groups_each_series_is_told_by_itself() -> None:
    world = watched(more(22, cause="loan", issue="fees"), groups=None)
    assert told(world) == []
    assert len(world.raised()) == len(BANKS)
    assert world.events(GroupsJudged) == []


def test_an_alert_of_a_group_is_raised_once_lasts_and_is_over() -> None:
    high = more(6, cause="loan", issue="fees")
    world = watched(high, high, {}, {}, {})
    assert told(world) == [("*/loan/fees", 0)]
    assert [one.week for one in world.events(AlertLasted)] == [week(QUIET + 1)]
    (over,) = world.events(AlertEnded)
    assert (over.since, over.week) == (week(QUIET), week(QUIET + 1))
    (row,) = world.rows[ALERTS].values()
    assert (row["last_week"], row["ended_at"] != "") == (week(QUIET + 1).isoformat(), True)
    assert world.states[PANEL].lasting == {}


def test_a_sum_of_a_single_series_is_no_sum() -> None:
    world = World(made(**LIMITS))
    for n in range(QUIET):
        world.count(n, {key_of("ccb", "loan", "fees"): 4})
    assert world.events(GroupsJudged)[-1].tested == 0


FILED = st.lists(
    st.tuples(st.integers(0, 10), st.sampled_from(ISSUES), st.sampled_from(["ccb", "abc"])),
    min_size=1,
    max_size=80,
)


@settings(max_examples=15, deadline=None)
@examples(FILED, st.lists(st.integers(0, 1000), max_size=300), st.lists(st.integers(0, 9), max_size=5))
def test_whatever_the_order_sums_equal_a_recount_and_alerts_are_the_same(
    filed: list[tuple[int, str, str]], choose: list[int], late: list[int]
) -> None:
    filed = [*filed, *[(9, issue, bank) for issue in ISSUES for bank in ("ccb", "abc")] * 6]
    worlds = []
    for number, order in enumerate((sorted(filed), sorted(filed, key=lambda one: (one[0], hash(one[1:]))))):
        world = World(made(**LIMITS))
        for n, issue, bank in order:
            world.file(1, n, issue=issue, institution=bank)
        world.settle(choose if number else ())
        for gate in GATES if number else GATES[::-1]:
            world._advance(gate, in_week(12, 0))
        world.settle(choose if number else ())
        for n in late:
            world.file(1, n, issue="fees", at=in_week(12))
            world.settle(choose if number else ())
        worlds.append(world)
    plain, mixed = worlds
    groups: Groups = plain.states[GROUPS]
    recount = Counter[tuple[str, int]]()
    for n, issue, bank in [*filed, *((n, "fees", "ccb") for n in late)]:
        for key in (key_of(bank, "", ""), key_of("", "credit_card", ""), key_of("", "credit_card", issue)):
            recount[key, groups.kept.column(week(n))] += 1
    kept = groups.kept
    stored = {
        (kept.keys[row], int(column)): int(kept.counts[row, column])
        for row, column in zip(*kept.counts.nonzero(), strict=True)
    }
    assert stored == dict(recount)
    assert plain.rows[ALERTS] == mixed.rows[ALERTS]


def test_a_flood_of_distinct_issues_hides_no_systemic_surge_and_stays_in_bounds() -> None:
    rng = np.random.default_rng(3)
    world = World(made(**{**LIMITS, "issues": 10}))
    for n in range(QUIET + 1):
        counts = {key: int(count) for key, count in zip(ALL, rng.poisson(3.0, len(ALL)), strict=True)}
        counts |= {key_of("ccb", "loan", f"flood-{n}-{number}"): 1 for number in range(300)}
        for key, by in (more(6, cause="loan", issue="fees") if n == QUIET else {}).items():
            counts[key] += by
        world.count(n, {key: count for key, count in counts.items() if count})
    assert ("*/loan/fees", 0) in told(world)
    kept = world.states[GROUPS].kept
    flooded = [key for key in kept.keys if "flood" in key]
    assert len(flooded) <= 100, "one institution and cause keeps ten times what it may have in a week"
    assert len(world.states[PANEL].model_dump_json()) < 10_000


def test_a_sum_waits_for_a_part_without_which_it_would_not_stand_out() -> None:
    """A rare series disperses more than the sum it is in, which is therefore the less probable one."""
    labels = {"cause": Cause.LOAN, "issue": "rate"}
    usual = {"bound": 5.0, "low": 0.0, "high": 3.0}
    rare = Found(
        institution="ccb", **labels, count=14, expected=0.3, probability=2.7e-5, variance=1.5, **usual
    )
    group = GroupFound(
        institution=None, **labels, count=15, expected=1.1, probability=9e-7, variance=1.6,
        members=(), others=0, **usual,
    )  # fmt: skip
    assert told_levels([rare], [group], {}, 2e-4) == Told(series=(0,), groups=())
    many = group.model_copy(update={"count": 40})
    assert told_levels([rare], [many], {}, 2e-4).groups == (0,)
