"""All series of a week are judged together: once, in the order of the weeks, whatever comes first."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st

from services.alerts.rules import ALERT_RULES
from services.alerts.rules.shards import SHARDS
from services.alerts.store import ALERTS
from shared.casework.case_ids import PANEL, series_id
from shared.contracts.alerts import AlertEnded, AlertLasted, AlertRaised, CountCorrected
from shared.contracts.counts import PanelJudged, PartitionPassed, SurgeFound, WeekClosing, WeekJudged
from tests.unit.alerts.mother import GATES, ISSUE, SERIES, World, in_week, made, week

QUIET = (3, 2, 4, 3, 3, 2, 4, 3)
"""Eight quiet weeks: the detector needs seven."""


def watched(counts: tuple[int, ...] = QUIET, **limits: object) -> World:
    """A series with these weeks, all of them closed."""
    world = World(made(**{"rate": 0.05, "dependence": "benjamini-hochberg", "calm_weeks": 2, **limits}))
    for n, count in enumerate(counts):
        world.file(count, n)
    return world.pass_to(len(counts))


def test_the_first_dispute_of_all_lets_every_partition_be_followed() -> None:
    world = World()
    world.file(1, 0)
    world.settle()
    assert sorted(subject for subject in world.states if "gate" in subject) == sorted(GATES)
    assert world.states[PANEL].next_week == week(0)


def test_a_week_is_not_closed_before_every_partition_has_passed_its_end() -> None:
    world = World()
    world.file(1, 0)
    world.settle()
    world._advance(GATES[0], in_week(1, 0))
    world.settle()
    assert world.events(WeekClosing) == []
    world._advance(GATES[1], in_week(1, 0))
    world.settle()
    assert len(world.events(WeekClosing)) == SHARDS
    assert [one.week for one in world.events(PanelJudged)] == [week(0)]


def test_a_partition_that_says_twice_that_it_has_passed_closes_nothing_twice() -> None:
    world = World()
    world.file(1, 0)
    world.pass_to(1)
    again = PartitionPassed(panel=PANEL, partition=0, week=week(0))
    assert list(world.handlers.panel.decide(world.states[PANEL], _heard(again))) == []


def test_a_shard_that_speaks_twice_is_judged_once() -> None:
    world = watched((*QUIET, 20))
    judged = world.events(WeekJudged)[-1]
    assert list(world.handlers.panel.decide(world.states[PANEL], _heard(judged))) == []


def _heard(body):  # type: ignore[no-untyped-def]
    from shared.casework.protocol import Received
    from shared.contracts.envelope import SYSTEM

    return Received(body, "x:1@/suyuan/alerts", "/suyuan/alerts", PANEL, in_week(9), SYSTEM)


def test_a_surge_raises_one_alert_with_all_that_it_was_judged_by() -> None:
    world = watched((*QUIET, 20))
    (alert,) = world.events(AlertRaised)
    assert (alert.institution, alert.issue, alert.week, alert.count) == ("ccb", ISSUE, week(8), 20)
    assert alert.low <= alert.expected <= alert.high < alert.count
    assert 0 < alert.probability < 0.001
    assert (alert.rate, alert.tested, alert.method) == (0.05, 1, "ears-c1")
    assert alert.level == 0.001
    (row,) = world.rows[ALERTS].values()
    assert (row["week"], row["count"], row["last_week"]) == ("2026-04-27", 20, "2026-04-27")


def test_it_is_not_raised_again_while_it_lasts_and_is_over_after_two_calm_weeks() -> None:
    world = watched((*QUIET, 20, 30, 3, 2))
    assert world.raised() == [(ISSUE, week(8))]
    assert [one.week for one in world.events(AlertLasted)] == [week(9)]
    assert world.events(AlertEnded) == [AlertEnded(since=week(8), week=week(9))]
    assert world.states[PANEL].lasting == {}
    assert world.states[SERIES].lasting is None


def test_one_calm_week_does_not_end_it() -> None:
    world = watched((*QUIET, 20, 3))
    assert world.events(AlertEnded) == []
    assert world.states[PANEL].lasting[SERIES].calm == 1


def test_after_its_end_a_new_surge_is_a_new_alert() -> None:
    world = watched((*QUIET, 20, 3, 2, *QUIET, 25))
    assert [n for _, n in world.raised()] == [week(8), week(19)]


def test_empty_weeks_are_weeks() -> None:
    world = watched((*QUIET, 0, 0, 0, 0, 0, 0, 0, 9))
    assert world.raised() == [(ISSUE, week(15))]


def test_a_week_is_judged_under_a_promise_over_all_series_together() -> None:
    """One count in twenty is improbable at one in twenty: no alert, while the same count alone is one."""
    alone, many = World(made(rate=0.05)), World(made(rate=0.05))
    for n in range(8):
        alone.file(4, n)
        for number in range(60):
            many.file(4, n, issue=f"issue-{number}")
    for world, issue in ((alone, ISSUE), (many, "issue-7")):
        world.file(10, 8, issue=issue)
    for number in range(60):
        if number != 7:
            many.file(4, 8, issue=f"issue-{number}")
    alone.pass_to(9)
    many.pass_to(9)
    (told,) = alone.events(SurgeFound)
    assert 0.05 / 60 < told.probability <= 0.05
    assert many.events(SurgeFound) == []
    assert many.events(PanelJudged)[-1].tested == 60


def test_what_is_promised_holds_however_the_series_depend_on_each_other() -> None:
    """A count that Benjamini and Hochberg would tell among sixty is not told without their assumption."""
    told = {}
    for dependence in (None, "benjamini-yekutieli", "benjamini-hochberg"):
        world = World(made(rate=0.05, dependence=dependence))
        for n in range(9):
            for number in range(60):
                world.file(21 if n == 8 and number == 7 else 4, n, issue=f"issue-{number}")
        world.pass_to(9)
        told[dependence] = [one.probability for one in world.events(SurgeFound)]
    ((probability,),) = (told["benjamini-hochberg"],)
    assert 0.05 / 60 / 4.68 < probability <= 0.05 / 60
    assert told[None] == told["benjamini-yekutieli"] == []
    assert ALERT_RULES.now.dependence == "benjamini-yekutieli"


def test_probabilities_far_out_are_trusted_as_far_as_the_rules_say() -> None:
    told = {}
    for power in (None, 0.5):
        world = World(made(rate=0.05, tail_power=power, detector="moving"))
        for n in range(30):
            for number in range(12):
                world.file(14 if n == 29 and number == 7 else 4, n, issue=f"issue-{number}")
        world.pass_to(30)
        told[power] = [one.probability for one in world.events(SurgeFound)]
    ((probability,),) = (told[None],)
    assert probability < 0.05 / 12 / 3.1, "by itself it is told"
    assert told[0.5] == []


def test_a_late_dispute_of_a_judged_week_corrects_its_alert() -> None:
    world = watched((*QUIET, 20))
    world.file(1, 8, at=in_week(9))
    world.settle()
    assert world.events(CountCorrected) == [CountCorrected(week=week(8), count=21)]
    assert next(iter(world.rows[ALERTS].values()))["count"] == 21
    assert world.counts()[SERIES, week(8).isoformat()] == 21


@pytest.mark.parametrize("late", [1, 5, 40])
def test_a_late_dispute_is_in_the_baseline_of_later_weeks(late: int) -> None:
    in_time, behind = World(made(rate=0.05)), World(made(rate=0.05))
    for n, count in enumerate(QUIET):
        in_time.file(count + (late if n == 6 else 0), n)
        behind.file(count, n)
    behind.pass_to(8)
    behind.file(late, 6, at=in_week(8))
    for world in (in_time, behind):
        world.file(30, 8)
        world.pass_to(9)
    one, other = (world.events(SurgeFound, PANEL)[-1] for world in (in_time, behind))
    assert one == other


FILED = st.lists(
    st.tuples(st.integers(0, 12), st.sampled_from(["a", "b", "c"]), st.sampled_from(["ccb", "abc"])),
    max_size=120,
)


@settings(max_examples=25, deadline=None)
@examples(FILED, st.lists(st.integers(0, 1000), max_size=400), st.integers(0, 12))
def test_whatever_the_order_counts_equal_a_recount_and_the_alerts_are_the_same(
    filed: list[tuple[int, str, str]], choose: list[int], surge_in: int
) -> None:
    filed = [*filed, *[(surge_in, "a", "ccb")] * 25]
    plain, mixed = World(made(rate=0.05, min_count=1)), World(made(rate=0.05, min_count=1))
    for n, issue, institution in sorted(filed):
        plain.file(1, n, issue=issue, institution=institution)
    plain.pass_to(20)
    for n, issue, institution in sorted(filed, key=lambda one: (one[0], hash(one[1:]))):
        mixed.file(1, n, issue=issue, institution=institution)
    mixed.settle(choose)
    for gate in GATES[::-1]:
        mixed._advance(gate, in_week(20, 0))
    mixed.settle(choose)
    recount = Counter((series_id(i, "credit_card", issue), week(n).isoformat()) for n, issue, i in filed)
    assert plain.counts() == mixed.counts() == dict(recount)
    assert sorted(plain.raised()) == sorted(mixed.raised())
    assert plain.rows[ALERTS] == mixed.rows[ALERTS]


def test_weeks_are_judged_in_their_order_without_a_gap() -> None:
    world = watched((*QUIET, 1, 0, 2))
    weeks: list[date] = [one.week for one in world.events(PanelJudged)]
    assert weeks == [week(0) + timedelta(days=7 * n) for n in range(11)]
