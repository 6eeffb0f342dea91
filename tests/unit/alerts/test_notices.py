"""What subscribers are told: each alert once, by their cadence and threshold, whatever comes again."""

from collections import Counter, deque
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given as on
from hypothesis import strategies as st

from services.alerts.store import SUBSCRIPTIONS
from services.alerts.subscribers.state import MOST_OF_ONE
from services.alerts.subscription.state import MOST_LINES
from shared.casework.case_ids import SUBSCRIBERS
from shared.casework.protocol import Received
from shared.contracts.envelope import SYSTEM, Actor
from shared.contracts.kinds import Cause
from shared.contracts.message import Event
from shared.contracts.subscriptions import (
    AlertReported,
    Cadence,
    ChangeSubscription,
    NoticeDue,
    Subscribe,
    Unsubscribe,
    Unsubscribed,
)
from tests.support.subscribers import (
    HANDLERS,
    LASTING,
    OTHER,
    OVER,
    RAISED,
    asked,
    id_of,
    match,
    notices,
    stages,
)
from tests.unit.alerts.mother import (
    AGENT,
    CLERK,
    SERIES,
    World,
    in_week,
    surge,
    week,
)


def test_an_alert_is_told_at_once_and_its_end_once() -> None:
    raised = asked().when(match(), at=in_week(1))
    assert stages(raised) == [[RAISED]]
    (notice,) = notices(raised)
    assert (notice.notice, notice.institution, notice.court) == (1, "ccb", "")
    assert "12" in notice.zh
    assert "12" in notice.en
    raised.when(match(), at=in_week(1)).then_nothing()
    lasting = raised.when(match(1, LASTING), at=in_week(2))
    lasting.then_nothing()
    over = lasting.when(match(1, OVER), at=in_week(4))
    assert [(one.notice, one.lines[0].stage) for one in notices(over)] == [(2, OVER)]
    over.when(match(1, OVER), at=in_week(4)).then_nothing()
    over.when(match(), at=in_week(5)).then_nothing()
    again = over.when(match(9, since=week(9)), at=in_week(10))
    assert stages(again) == [[RAISED]]


@pytest.mark.parametrize(
    ("threshold", "count", "told"),
    [
        ({"least_count": 12}, 12, True),
        ({"least_count": 12}, 11, False),
        ({"least_times": 4.0}, 12, True),
        ({"least_times": 4.0}, 11, False),
        ({"least_count": 5, "least_times": 4.0}, 6, False),
    ],
)
def test_at_the_edge_of_the_threshold_it_is_told(threshold, count, told) -> None:
    found = asked(**threshold).when(match(count=count), at=in_week(1))
    assert bool(notices(found)) == told


def test_an_alert_that_reaches_the_threshold_later_is_told_then_and_one_that_never_did_has_no_end() -> None:
    small = asked(least_count=20).when(match(count=12), at=in_week(1))
    small.then_nothing()
    small.when(match(1, OVER), at=in_week(2)).then_nothing()
    grown = small.when(match(1, LASTING, count=20), at=in_week(2))
    assert stages(grown) == [[LASTING]]
    grown.when(match(2, LASTING, count=30), at=in_week(3)).then_nothing()


def test_what_comes_in_quiet_hours_waits_for_the_morning_in_its_order() -> None:
    quiet = asked(quiet_from="22:00", quiet_until="08:00")
    night = quiet.when(match(), at=in_week(1, 0))
    night.then_nothing()
    both = night.when(match(series="sr1b"), at=in_week(1, 0.1)).then_nothing()
    both.until(in_week(1, 8 / 24) - timedelta(seconds=1)).then_nothing()
    morning = both.until(in_week(1, 0.5))
    (timed,) = morning.new
    assert timed.at == in_week(1, 8 / 24)
    assert [line.series for line in notices(morning)[0].lines] == [SERIES, "sr1b"]


def test_a_weekly_digest_has_all_of_its_week_once() -> None:
    weekly = asked(cadence=Cadence.WEEKLY, weekday=5)
    found = weekly.when(match(), at=in_week(1, 0)).when(match(series="sr1b"), at=in_week(1, 2))
    found = found.when(match(1, OVER), at=in_week(1, 3)).then_nothing()
    digest = found.until(in_week(1, 5))
    assert [timed.at for timed in digest.new] == [in_week(1, 4 + 9 / 24)]
    assert [(one.series, one.stage) for one in notices(digest)[0].lines] == [
        (SERIES, RAISED),
        ("sr1b", RAISED),
        (SERIES, OVER),
    ]
    digest.until(in_week(9)).then_nothing()


def test_a_digest_that_is_too_long_goes_on_in_the_next_notice() -> None:
    found = asked(cadence=Cadence.DAILY)
    for n in range(MOST_LINES + 1):
        found = found.when(match(series=f"sr1{n}"), at=in_week(1))
    told = notices(found.until(in_week(1, 3)))
    assert [(one.notice, len(one.lines)) for one in told] == [(1, MOST_LINES), (2, 1)]


def test_a_changed_cadence_holds_for_what_waits_and_tells_nothing_in_the_past() -> None:
    waiting = asked(cadence=Cadence.WEEKLY, weekday=5).when(match(), at=in_week(1, 0))
    at_once = ChangeSubscription(cadence=Cadence.AT_ONCE)
    changed = waiting.when(at_once, at=in_week(1, 2), actor=AGENT).until(in_week(1, 3))
    assert [timed.at for timed in changed.new] == [in_week(1, 2)]


def test_what_waits_is_not_told_once_the_subscription_is_over() -> None:
    waiting = asked(cadence=Cadence.WEEKLY).when(match(), at=in_week(1))
    ended = waiting.when(Unsubscribe(), at=in_week(1, 2), actor=AGENT)
    ended.when(match(series="sr1b"), at=in_week(1, 2)).then_nothing()
    ended.until(in_week(9)).then_nothing()


def test_no_text_of_a_notice_names_a_person() -> None:
    found = asked().when(match(issue="欠款 11010519491231002X"), at=in_week(1))
    (notice,) = notices(found)
    assert "11010519491231002X" not in notice.zh + notice.en


# -- from the surge to the notice ---------------------------------------------------------------


def subscribed(world: World, actor: Actor, name: str = "surges", **fields: Any) -> str:
    id = id_of(actor, name)
    world.command(Subscribe(title=name, **fields), id, actor, in_week(0))
    world.settle()
    return id


def surges(world: World, n: int) -> None:
    """A surge is found; what follows of it goes its way."""
    arrive(world, "alerts.panel", "alerts.series", surge(n), in_week(n + 1, 0))
    world.settle()


def arrive(world: World, sender: str, topic: str, body: Event, at: datetime, times: int = 1) -> None:
    """An event of another stream is on its way."""
    world.numbers[sender] += 1
    number, source = world.numbers[sender], "/suyuan/alerts"
    said = Received(body, f"{sender}:{number}@{source}", source, sender, at, SYSTEM, "", number)
    world.ways.setdefault((sender, topic), deque()).extend([(topic, said)] * times)


def test_a_surge_is_told_to_its_institution_and_the_court_and_to_nobody_else() -> None:
    world = World(HANDLERS)
    own, court = subscribed(world, AGENT), subscribed(world, CLERK)
    subscribed(world, OTHER)
    subscribed(world, CLERK, "loans", cause=Cause.LOAN)
    subscribed(world, CLERK, "abc", institution="abc")
    surges(world, 0)
    told = {subject: timed.event for subject, timed in world.said if isinstance(timed.event, NoticeDue)}
    assert told.keys() == {own, court}
    assert told[court].court == "fengtai-court"
    assert world.rows[SUBSCRIPTIONS][own]["notices"] == 1


def test_a_person_has_so_many_subscriptions_and_no_more() -> None:
    world = World(HANDLERS)
    ids = [subscribed(world, AGENT, f"s-{n}") for n in range(MOST_OF_ONE + 1)]
    assert [world.states[one].open for one in ids] == [True] * MOST_OF_ONE + [False]
    assert world.events(Unsubscribed)[0].reason == "subscription.too_many"
    world.command(Unsubscribe(), ids[0], AGENT, in_week(0, 2))
    world.settle()
    assert world.states[subscribed(world, AGENT, "one-more")].open
    surges(world, 0)
    assert Counter(subject for subject, one in world.said if isinstance(one.event, NoticeDue)) == Counter(
        {*ids[1:-1], id_of(AGENT, "one-more")}
    )


ALERTS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.sampled_from([RAISED, LASTING, OVER])), max_size=25
)


@on(
    ALERTS,
    st.sampled_from(Cadence),
    st.sampled_from([None, ("22:00", "08:00"), ("07:00", "19:00")]),
    st.randoms(use_true_random=False),
)
def test_each_alert_is_told_exactly_once_whatever_comes_again_and_in_between(
    alerts, cadence, quiet, random
) -> None:
    """Of a series alerts come in their order; of several in any, and everything may come again."""
    fields: dict[str, Any] = {"cadence": cadence}
    if quiet:
        fields |= {"quiet_from": quiet[0], "quiet_until": quiet[1]}
    found, said, told = asked(**fields), [], []
    at = in_week(1)
    messages = [
        match(9, stage, series=f"sr1{series}", since=week(since))
        for series, since, stage in sorted(alerts, key=lambda one: (one[1], one[2] is OVER))
    ]
    for message in messages:
        for one in (message, *random.sample(said, min(2, len(said)))):
            at += timedelta(hours=random.randint(0, 30))
            found = found.when(one, at=at)
            told += notices(found)
        said.append(message)
    told += notices(found.until(at + timedelta(days=30)))
    expected: set[tuple[str, date]] = {(one.series, one.since) for one in messages if one.stage is not OVER}
    begun = Counter((x.series, x.since) for one in told for x in one.lines if x.stage is not OVER)
    assert begun == Counter(expected)
    ended = Counter((x.series, x.since) for one in told for x in one.lines if x.stage is OVER)
    assert set(ended.values()) <= {1}
    assert ended.keys() <= begun.keys()
    assert [one.notice for one in told] == list(range(1, len(told) + 1))


@on(st.permutations(list(range(6))), st.lists(st.integers(0, 20), max_size=40))
def test_the_order_between_topics_does_not_change_what_is_told(order, choose) -> None:
    world = World(HANDLERS)
    own = subscribed(world, AGENT)
    for n in order:
        issue = f"issue-{n}"
        body = AlertReported(
            subscribers=SUBSCRIBERS,
            series=f"sr1{n}",
            institution="ccb",
            cause=Cause.CREDIT_CARD,
            issue=issue,
            since=week(0),
            stage=RAISED,
            week=week(0),
            count=9,
            expected=2.0,
        )
        arrive(world, f"sr1{n}", "alerts.subscriptions", body, in_week(1), times=2)
    world.settle(choose)
    lines = [line.issue for one in world.events(NoticeDue, own) for line in one.lines]
    assert sorted(lines) == [f"issue-{n}" for n in range(6)]
