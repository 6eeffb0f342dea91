"""An institution that clears its desk on one day raises no alert; a surge beside it still does."""

from collections.abc import Sequence

import pytest

from services.alerts.store import ALERTS, BACKLOGS
from shared.casework.case_ids import PANEL
from shared.contracts.alerts import AlertRaised
from shared.contracts.counts import BacklogFound, PanelJudged, SurgeFound
from tests.unit.alerts.mother import GATES, ISSUE, World, in_week, made, week

USUAL = (2, 1, 2, 1, 2, 0, 0)
CLEARED = (2, 40, 2, 1, 2, 0, 0)
SPREAD = (9, 8, 10, 8, 9, 0, 0)
LIMITS = {"rate": 0.05, "calm_weeks": 2, "backlog": 0.001, "detector": "moving"}


def filed(world: World, n: int, days: Sequence[int], **changes: object) -> None:
    """So many disputes a day in the n-th week."""
    for day, count in enumerate(days):
        world.file(count, n, at=in_week(n, day + 0.4), **changes)


def watched(*last: Sequence[int], **limits: object) -> World:
    """Sixteen usual weeks, and then these."""
    world = World(made(**{**LIMITS, **limits}))
    for n, days in enumerate([USUAL] * 16 + list(last)):
        filed(world, n, days)
    return world.pass_to(16 + len(last))


def test_a_desk_cleared_on_one_day_is_a_backlog_with_its_day_and_count_and_no_alert() -> None:
    world = watched(CLEARED)
    assert world.events(AlertRaised) == []
    (told,) = world.events(BacklogFound, PANEL)
    assert (told.institution, told.issues, told.week) == ("ccb", (ISSUE,), week(16))
    assert (told.day.isoformat(), told.count, told.week_count) == ("2026-06-23", 40, 47)
    assert told.usual <= 4
    assert told.probability < 0.001
    (row,) = world.rows[BACKLOGS].values()
    assert (row["day"], row["count"], row["issues"]) == ("2026-06-23", 40, [ISSUE])
    assert world.events(PanelJudged)[-1].backlogs == 1
    assert world.rows[ALERTS] == {}


def test_as_many_spread_over_the_days_are_a_surge() -> None:
    world = watched(SPREAD)
    assert world.raised() == [(ISSUE, week(16))]
    assert world.events(BacklogFound) == []


def test_rules_that_tell_nothing_apart_raise_the_backlog_as_a_surge() -> None:
    world = watched(CLEARED, backlog=None)
    assert world.raised() == [(ISSUE, week(16))]


def test_the_count_of_a_backlog_stays_what_it_is() -> None:
    world = watched(CLEARED)
    assert sum(count for (_, monday), count in world.counts().items() if monday == week(16).isoformat()) == 47
    archive = next(one for one in world.states.values() if getattr(one, "keys", None))
    assert archive.counts[0, -1] == 47


@pytest.mark.parametrize("detector", ["moving", "surveillance", "moving-2", "surveillance-2"])
def test_the_week_after_a_backlog_is_as_usual_and_a_surge_after_it_is_found(detector: str) -> None:
    world = watched(CLEARED, USUAL, USUAL, SPREAD, detector=detector)
    assert world.raised() == [(ISSUE, week(19))]


def test_a_surge_of_another_issue_in_the_week_of_a_backlog_is_still_found() -> None:
    world = World(made(**LIMITS))
    for n in range(17):
        filed(world, n, CLEARED if n == 16 else USUAL)
        filed(world, n, SPREAD if n == 16 else (0, 1, 0, 1, 0, 0, 0), issue="费用争议")
    world.pass_to(17)
    assert world.raised() == [("费用争议", week(16))]
    assert [one.issues for one in world.events(BacklogFound)] == [(ISSUE,)]


def test_who_always_files_once_a_week_has_surges_and_no_backlogs() -> None:
    world = World(made(**LIMITS))
    for n in range(17):
        filed(world, n, (0, 8 if n < 16 else 47, 0, 0, 0, 0, 0))
    world.pass_to(17)
    assert world.raised() == [(ISSUE, week(16))]


def test_disputes_of_another_week_than_the_one_they_came_in_have_no_day() -> None:
    world = World(made(**LIMITS))
    for n in range(16):
        filed(world, n, USUAL)
    world.file(40, 15, at=in_week(16))
    world.pass_to(17)
    assert world.events(BacklogFound) == []


def test_whatever_comes_first_backlogs_are_the_same() -> None:
    plain, mixed = watched(CLEARED, USUAL), World(made(**LIMITS))
    for n, days in enumerate([USUAL] * 16 + [CLEARED, USUAL]):
        filed(mixed, n, days)
    mixed.settle([3, 1, 4, 1, 5, 9, 2, 6] * 40)
    for gate in GATES[::-1]:
        mixed._advance(gate, in_week(18, 0))
    mixed.settle([2, 7, 1, 8, 2, 8] * 40)
    assert mixed.events(BacklogFound) == plain.events(BacklogFound) != []
    assert mixed.events(SurgeFound) == plain.events(SurgeFound)


def test_a_backlog_does_not_hide_a_smaller_surge_some_weeks_later() -> None:
    world = watched(CLEARED, *[USUAL] * 4, (4, 5, 4, 5, 4, 0, 0))
    assert world.raised() == [(ISSUE, week(21))]
