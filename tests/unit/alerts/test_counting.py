"""A dispute counts once, in the week of its filing and the series that it belongs to by now."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st

from services.alerts.rules.shards import archive_id, shard_of
from services.alerts.store import COUNTED, EXCLUDED, WEEKLY_COUNTS
from shared.casework.case_ids import series_id
from shared.contracts.counts import (
    DisputeCounted,
    DisputeExcluded,
    DisputeSetAside,
    DisputeUncounted,
    WeekCorrected,
)
from shared.contracts.kinds import Cause
from tests.support.cases import case_id
from tests.support.duplicate_walks import OTHER, merged, undone
from tests.unit.alerts.mother import ISSUE, SERIES, World, amended, in_week, made, registered, week

CASE = case_id("ccb", "R-1")
FEES = series_id("ccb", "credit_card", "fees")
FIRST = (SERIES, week(0).isoformat())
MOVED = (FEES, week(0).isoformat())


def filed() -> World:
    world = World(made(rate=0.05))
    world.hear(CASE, registered(0), in_week(0))
    return world.settle()


def archived(world: World) -> Counter[tuple[str, str]]:
    """What the arrays say, by series and week."""
    out = Counter[tuple[str, str]]()
    for subject, state in world.states.items():
        if subject.startswith("alerts.archive"):
            for row, key in enumerate(state.keys):
                for column, count in enumerate(state.counts[row]):
                    monday = state.first + timedelta(days=7 * column)
                    if count:
                        out[series_id(*key.split("\t")), monday.isoformat()] += int(count)
    return out


def test_a_registered_dispute_counts_in_its_series_with_product() -> None:
    (event,) = filed().events(DisputeCounted)
    assert (event.series, event.week, event.product) == (SERIES, week(0), "gold card")


def test_it_counts_once_however_often_it_comes() -> None:
    world = filed()
    world.hear(CASE, registered(0), in_week(0))
    assert world.settle().counts() == {FIRST: 1}


def test_a_merged_dispute_counts_no_more_and_again_where_the_merge_was_wrong() -> None:
    world = filed()
    for _ in range(2):
        world.hear(CASE, merged(CASE, OTHER), in_week(0, 2))
        assert world.settle().counts() == {}
    for _ in range(2):
        world.hear(CASE, undone(CASE, OTHER), in_week(0, 3))
        assert world.settle().counts() == {FIRST: 1}
    assert world.rows[COUNTED][CASE]["counts"] is True


def test_an_amended_issue_moves_it_and_keeps_its_week() -> None:
    world = filed()
    world.hear(CASE, amended(issue="fees"), in_week(3))
    assert world.settle().counts() == {MOVED: 1}
    assert world.rows[COUNTED][CASE]["series"] == FEES


def test_an_amended_cause_moves_it_into_another_shard() -> None:
    assert shard_of("ccb", "credit_card") != shard_of("ccb", "loan")
    world = filed()
    world.hear(CASE, amended(cause=Cause.LOAN), in_week(0, 2))
    assert world.settle().counts() == {(series_id("ccb", "loan", ISSUE), week(0).isoformat()): 1}


def test_an_amendment_of_something_else_moves_nothing() -> None:
    world = filed()
    world.hear(CASE, amended(claim_fen=5), in_week(0, 2))
    world.settle()
    assert world.events(DisputeUncounted) == []


def test_an_amended_product_moves_within_the_series() -> None:
    world = filed()
    world.hear(CASE, amended(product="platinum card"), in_week(0, 2))
    world.settle()
    products = {row["product"]: row["count"] for row in world.rows[WEEKLY_COUNTS].values()}
    assert products == {"gold card": 0, "platinum card": 1}


def test_what_was_amended_while_merged_counts_where_it_belongs_by_now() -> None:
    world = filed()
    world.hear(CASE, merged(CASE, OTHER), in_week(0, 2))
    world.hear(CASE, amended(issue="fees"), in_week(0, 3))
    world.hear(CASE, undone(CASE, OTHER), in_week(0, 4))
    assert world.settle().counts() == {MOVED: 1}


def test_a_closed_week_is_corrected_by_an_event_and_in_the_array() -> None:
    world = filed().pass_to(1)
    assert archived(world) == {FIRST: 1}
    world.hear(CASE, amended(issue="fees"), in_week(1))
    world.settle()
    changes = [(one.series, one.week, one.change) for one in world.events(WeekCorrected)]
    assert changes == [(SERIES, week(0), -1), (FEES, week(0), 1)]
    assert archived(world) == world.counts() == {MOVED: 1}


def test_a_dispute_of_before_all_weeks_moves_the_beginning_back() -> None:
    world = filed().pass_to(1)
    world.file(2, -30, at=in_week(2))
    world.settle()
    assert archived(world) == {FIRST: 1, (SERIES, week(-30).isoformat()): 2}


@pytest.mark.parametrize(
    ("dispute", "reason"),
    [
        (registered(3), "count.future"),
        (registered(date(1900, 1, 1)), "count.too_old"),
        (registered(week(-1) + timedelta(days=2)), "count.no_week"),
        (registered(0, institution="nobody"), "count.unknown_institution"),
    ],
)
def test_what_cannot_be_right_counts_nowhere_and_says_why(dispute, reason: str) -> None:  # type: ignore[no-untyped-def]
    world = World()
    world.hear(CASE, dispute, in_week(2 if reason == "count.future" else 0, 6))
    world.settle()
    (event,) = world.events(DisputeExcluded)
    assert event.reason == reason
    assert world.counts() == {}
    assert world.rows[EXCLUDED][CASE]["reason"] == reason
    for later in (amended(issue="fees"), merged(CASE, OTHER), undone(CASE, OTHER)):
        world.hear(CASE, later, in_week(3))
    assert world.settle().counts() == {}


def test_one_issue_too_many_is_set_aside_and_others_count_on() -> None:
    world = World(made(issues=10))
    for number in range(12):
        world.file(2, 0, issue=f"issue-{number}")
    world.settle()
    assert len(world.counts()) == 10
    assert len(world.events(DisputeSetAside)) == 4
    assert {row["reason"] for row in world.rows[EXCLUDED].values()} == {"count.too_many_issues"}


def test_what_was_set_aside_is_not_taken_away_from_anything() -> None:
    world = World(made(issues=10))
    for number in range(10):
        world.file(1, 0, issue=f"issue-{number}")
    world.hear(CASE, registered(0, issue="one more"), in_week(0))
    world.settle()
    world.hear(CASE, merged(CASE, OTHER), in_week(0))
    world.settle().pass_to(1)
    assert archived(world) == world.counts()
    assert sum(world.counts().values()) == 10


def test_an_archive_keeps_so_many_series_of_an_institution_and_cause() -> None:
    world = World(made(issues=10))
    for n in range(11):
        for number in range(10):
            world.file(1, n, issue=f"issue-{n}-{number}")
    world.pass_to(11)
    archive = world.states[archive_id(shard_of("ccb", "credit_card"))]
    assert len(archive.keys) == 100
    assert {row["reason"] for row in world.rows[EXCLUDED].values()} == {"series.too_many"}
    assert len(world.rows[EXCLUDED]) == 10


ACTS = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from(["file", "merge", "undo", "fees", "back", "close"])),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@examples(ACTS, st.lists(st.integers(0, 100), max_size=200))
def test_rows_and_arrays_equal_a_recount_whatever_happens(
    acts: list[tuple[int, str]], choose: list[int]
) -> None:
    world, now = World(made(rate=0.05)), 0
    issue: dict[int, str] = {}
    first: dict[int, int] = {}
    gone: set[int] = set()
    for number, act in acts:
        case = case_id("ccb", f"R-{number}")
        if act == "close":
            now += 1
            world.pass_to(now)
        elif act == "file":
            world.hear(case, registered(now), in_week(now))
            if number not in issue:
                issue[number], first[number] = ISSUE, now
        elif number in issue and act in ("fees", "back"):
            issue[number] = "fees" if act == "fees" else ISSUE
            world.hear(case, amended(issue=issue[number]), in_week(now))
        elif number in issue:
            body = merged(case, OTHER) if act == "merge" else undone(case, OTHER)
            (gone.add if act == "merge" else gone.discard)(number)
            world.hear(case, body, in_week(now))
    world.settle(choose)
    recount = Counter(
        (series_id("ccb", "credit_card", issue[number]), week(first[number]).isoformat())
        for number in issue
        if number not in gone
    )
    assert world.counts() == recount
    world.pass_to(now + 1)
    assert archived(world) == recount


def test_a_dispute_counts_where_it_arose_and_moves_with_an_amendment() -> None:
    world = World()
    case = case_id("ccb", "R-1")
    world.hear(case, registered(0, region="110106"), in_week(0))
    world.settle()
    world.hear(case, amended(region="110102"), in_week(0, 2))
    world.settle()
    rows = {(row["region"], row["count"]) for row in world.rows[WEEKLY_COUNTS].values()}
    assert rows == {("110106", 0), ("110102", 1)}
    assert world.rows[COUNTED][case]["region"] == "110102"
    assert not world.rows[EXCLUDED]


def test_a_dispute_with_nonsense_for_a_region_counts_without_it_and_is_told_so_until_it_is_put_right() -> (
    None
):
    world = World()
    case = case_id("ccb", "R-1")
    world.hear(case, registered(0, region_fault="region.malformed"), in_week(0))
    world.settle()
    assert [(row["region"], row["count"]) for row in world.rows[WEEKLY_COUNTS].values()] == [(None, 1)]
    ((id, row),) = world.rows[EXCLUDED].items()
    assert (id, row["case"], row["reason"]) == (f"{case}|region", case, "region.malformed")
    assert (row["institution"], row["week"]) == ("ccb", week(0).isoformat())
    world.hear(case, amended(region="110106"), in_week(0, 2))
    world.settle()
    assert world.rows[EXCLUDED][id]["reason"] == ""
    assert sum(row["count"] for row in world.rows[WEEKLY_COUNTS].values()) == 1


REGIONS = st.lists(st.sampled_from([None, "110106", "110102", "440300"]), min_size=1, max_size=6)


@examples(st.lists(REGIONS, max_size=5))
def test_counts_by_region_equal_a_recount_of_what_each_dispute_said_last(said: list[list[Any]]) -> None:
    world = World()
    for number, regions in enumerate(said):
        case = case_id("ccb", f"R-{number}")
        world.hear(case, registered(0, region=regions[0]), in_week(0))
        for region in regions[1:]:
            world.hear(case, amended(region=region), in_week(0, 2))
    world.settle()
    stored = Counter({row["region"]: row["count"] for row in world.rows[WEEKLY_COUNTS].values()})
    assert +stored == Counter(regions[-1] for regions in said)
