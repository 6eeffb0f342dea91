"""An alert of a sum over series has the life of an alert of a series, and each sees of it what it may."""

import re
from typing import Any

import pytest

from services.alerts.panel import Panel, panel
from services.alerts.rules.packing import key_of, pack
from services.alerts.store import ALERTS, REFERRALS
from services.alerts.subscription.state import Told
from shared.casework.case_ids import PANEL, SUBSCRIBERS, series_id, subscription_id
from shared.casework.protocol import Received
from shared.contracts import alerts, counts, earlier_alerts, subscriptions
from shared.contracts.alerts import (
    AcknowledgeAlert,
    AlertAcknowledged,
    AlertExplained,
    AlertFollowedUp,
    AlertRaised,
    CountCorrected,
    ExplainAlert,
    FollowUp,
    FollowUpAlert,
)
from shared.contracts.common import CommandRefused
from shared.contracts.counts import SurgeOver, WeekCorrected
from shared.contracts.envelope import SYSTEM, Actor
from shared.contracts.kinds import Cause
from shared.contracts.message import REGISTRY
from shared.contracts.subscriptions import AlertReported, NoticeDue, Subscribe
from tests.support.spec import Given, given
from tests.unit.alerts.mother import (
    AGENT,
    CLERK,
    REFERRAL,
    REGULATOR,
    SERIES,
    World,
    in_week,
    made,
    refer,
    surge,
    week,
)

FEES = series_id(None, "credit_card", "fees")
OF_CCB = series_id("ccb", None, None)
ABC = Actor("abc", "p-abc-1", "institution_agent")
SHARES = pack({"ccb": 9, "abc": 31})
MEMBERS = ("abc/credit_card/fees: 31", "ccb/credit_card/fees: 9")


def systemic(n: int = 0, **changes: Any) -> counts.SurgeFound:
    """The clause stands out over all institutions."""
    fields = {"series": FEES, "institution": None, "issue": "fees", "count": 40, "expected": 11.0}
    return surge(n, **{**fields, "members": MEMBERS, "shares": SHARES, **changes})


def of_one(n: int = 0) -> counts.SurgeFound:
    """An institution stands out over all causes."""
    members = ("ccb/loan/fees: 12", "ccb/credit_card/rate: 9")
    return surge(n, series=OF_CCB, cause=None, issue=None, members=members, count=21)


def raised(found: counts.SurgeFound, **limits: Any) -> Given:
    return given(made(**limits).series, subject=found.series).when(found, at=in_week(1, 0))


def test_an_institutions_own_sum_is_acknowledged_and_explained_by_it_within_a_limit() -> None:
    found = raised(of_one(), answer_days=5)
    (alert,) = [one for one in found.events if isinstance(one, AlertRaised)]
    assert (alert.cause, alert.issue, alert.members) == (None, None, of_one().members)
    assert alert.answer_by is not None
    by_the_court = found.when(AcknowledgeAlert(week=week(0)), at=in_week(1, 2), actor=CLERK)
    by_the_court.then_refused("actor.not_allowed")
    found.when(ExplainAlert(week=week(0), text="x"), at=in_week(1, 2), actor=AGENT).then(
        AlertAcknowledged(week=week(0)), AlertExplained(week=week(0), text="x", timely=True)
    )


@pytest.mark.parametrize("institution", [AGENT, ABC])
def test_one_over_all_institutions_is_answered_by_the_court_alone_without_a_limit(institution: Actor) -> None:
    found = raised(systemic(), answer_days=5)
    (alert,) = [one for one in found.events if isinstance(one, AlertRaised)]
    assert (alert.institution, alert.answer_by) == (None, None)
    seen, why = AcknowledgeAlert(week=week(0)), ExplainAlert(week=week(0), text="媒体报道")
    for command in (seen, why):
        found.when(command, at=in_week(1, 2), actor=institution).then_refused("actor.not_allowed")
    found.when(seen, at=in_week(1, 2), actor=CLERK).then(AlertAcknowledged(week=week(0)))
    explained = found.when(why, at=in_week(1, 2), actor=CLERK)
    assert AlertExplained(week=week(0), text="媒体报道", timely=None) in explained.events
    follow = FollowUpAlert(week=week(0), what=FollowUp.MEETING, reference="2026-4")
    found.when(follow, at=in_week(2), actor=CLERK).then(
        AlertFollowedUp(week=week(0), what=FollowUp.MEETING, reference="2026-4")
    )


def world_of(*found: counts.SurgeFound, at: int = 1, world: World | None = None) -> World:
    """The panel says what it found, and all hear of it."""
    world = world or World(made())
    for one in found:
        message = Received(
            one, f"s-{one.series}-{one.week}", "/suyuan/alerts", PANEL, in_week(at), SYSTEM, "", 1
        )
        world._take("alerts.series", message)
    return world.settle()


def test_it_is_referred_and_answered_like_any_other() -> None:
    world = world_of(systemic())
    world.command(refer(), FEES, CLERK, in_week(2))
    world.settle()
    row = world.rows[REFERRALS][REFERRAL]
    assert (row["alerts"], row["institutions"]) == ([f"{FEES}|{week(0)}"], [])
    assert world.rows[ALERTS][f"{FEES}|{week(0)}"]["referred"] == [REFERRAL]
    refused = world.command(AcknowledgeAlert(week=week(0)), FEES, REGULATOR, in_week(2))
    assert isinstance(refused[0], CommandRefused)


def test_a_late_dispute_corrects_the_count_of_its_alert() -> None:
    world = World(made(rate=0.05, calm_weeks=2, detector="moving", groups="scan"))
    for n in range(20):
        quiet = {
            key_of(bank, "credit_card", "fees"): 3 + (n + k) % 2 for k, bank in enumerate(("ccb", "abc"))
        }
        world.count(n, {key: 4 * count if n == 19 else count for key, count in quiet.items()})
    (alert,) = [one for one in world.events(AlertRaised) if one.institution is None]
    late = WeekCorrected(
        archive=next(one for one in world.states if one.startswith("alerts.archive")),
        series=series_id("ccb", "credit_card", "fees"),
        institution="ccb",
        cause=Cause.CREDIT_CARD,
        issue="fees",
        week=alert.week,
        change=1,
    )
    message = Received(late, "late", "/suyuan/alerts", "alerts.counts-0", in_week(21), SYSTEM, "", 1)
    world._take("alerts.panels", message)
    world.settle()
    subject = series_id(None, alert.cause, alert.issue)
    assert world.events(CountCorrected, subject) == [CountCorrected(week=alert.week, count=alert.count + 1)]


# -- who is told ---------------------------------------------------------------------------------


def subscribed(*who: tuple[Actor, dict[str, Any]]) -> World:
    world = World(made())
    for n, (actor, asked) in enumerate(who):
        command = Subscribe(title=f"surges {n}", **asked)
        world.command(
            command, subscription_id(actor.organisation, actor.person, command.title), actor, in_week(0)
        )
    return world.settle()


def notices(world: World, actor: Actor) -> list[NoticeDue]:
    ids = {subscription_id(actor.organisation, actor.person, f"surges {n}") for n in range(5)}
    return [t.event for subject, t in world.said if subject in ids and isinstance(t.event, NoticeDue)]


def test_the_court_is_told_of_the_whole_sum_and_an_institution_of_its_own_disputes_alone() -> None:
    stranger = Actor("ccb", "p-ccb-9", "institution_agent")
    world = subscribed((CLERK, {}), (AGENT, {}), (stranger, {"cause": Cause.LOAN}))
    world_of(systemic(), world=world)
    (whole,) = notices(world, CLERK)
    assert (whole.lines[0].institution, whole.lines[0].count, whole.lines[0].expected) == (None, 40, 11.0)
    assert "All institutions, credit card, issue “fees”: 40 in the week" in whole.en
    (own,) = notices(world, AGENT)
    assert (own.lines[0].institution, own.lines[0].count, own.lines[0].expected) == ("ccb", 9, None)
    assert own.lines[0].probability is None
    assert "9 in the week of 2026-03-02, in a rise of several institutions" in own.en
    assert "多家机构同时上升" in own.zh
    assert notices(world, stranger) == []


def test_nothing_of_another_institution_is_in_what_an_institution_is_told() -> None:
    world = subscribed((AGENT, {}))
    world_of(systemic(), systemic(1, count=77, shares=pack({"abc": 77})), at=2, world=world)
    over = SurgeOver(series=FEES, since=week(0), week=week(1))
    world._take("alerts.series", Received(over, "o", "/suyuan/alerts", PANEL, in_week(4), SYSTEM, "", 2))
    world.settle()
    told = notices(world, AGENT)
    assert [one.lines[0].stage for one in told] == ["raised", "over"]
    text = "".join(one.model_dump_json() for one in told)
    assert "abc" not in text
    assert not {"40", "77", "31", "11.0"} & set(re.findall(r"[\d.]+", text))


def test_an_institution_without_a_dispute_in_it_is_not_told() -> None:
    world = subscribed((ABC, {}))
    world_of(systemic(shares=pack({"ccb": 9, "icbc": 31})), world=world)
    assert notices(world, ABC) == []


def test_an_institution_is_told_of_its_own_sum_and_another_is_not() -> None:
    world = subscribed((AGENT, {}), (ABC, {}), (AGENT, {"cause": Cause.LOAN}))
    world_of(of_one(), world=world)
    assert [len(one.lines) for one in notices(world, AGENT)] == [1]
    assert notices(world, ABC) == []


# -- what was said before ------------------------------------------------------------------------

EARLIER = [
    cls for cls in REGISTRY.values() if cls.__module__ == earlier_alerts.__name__ and cls.today is not cls
]


def test_each_earlier_version_is_read_as_todays() -> None:
    todays = {(cls.short_type, cls.today.version - cls.version) for cls in EARLIER}
    assert todays == {
        (f"alerts.{name}", 1)
        for name in (
            *("surge-found", "alert-raised", "alert-reported", "alert-matched", "alert-referred"),
            *("alert-joined", "notice-due"),
        )
    }


def test_a_surge_of_before_that_was_under_way_raises_its_alert() -> None:
    before = earlier_alerts.SurgeFound(**{name: getattr(surge(), name) for name in surge().model_fields_set})
    world = World(made())
    world._take("alerts.series", Received(before, "s", "/suyuan/alerts", PANEL, in_week(1), SYSTEM, "", 1))
    assert [type(one.event) for _, one in world.said] == [alerts.AlertRaised, subscriptions.AlertReported]
    assert world.states[SERIES].lasting == week(0)


def test_a_report_of_before_finds_its_subscriber() -> None:
    world = subscribed((AGENT, {}))
    world_of(surge(), world=world)
    (report,) = world.events(AlertReported)
    old = earlier_alerts.AlertReported(**{name: getattr(report, name) for name in report.model_fields_set})
    before = len(world.said)
    other = old.model_copy(update={"series": "sr1b", "since": week(3)})
    message = Received(other, "r", "/suyuan/alerts", "sr1b", in_week(4), SYSTEM, "", 1)
    world._take("alerts.subscriptions", message.about(SUBSCRIBERS))
    world.settle()
    assert [type(one.event).__name__ for _, one in world.said[before:]] == ["AlertMatched", "NoticeDue"]
    (state,) = [one for subject, one in world.states.items() if subject.startswith("sb1")]
    assert state.told["sr1b"] == Told(since=week(3))


def test_a_panel_of_before_lets_go_the_groups_that_it_held_itself() -> None:
    assert panel.upgrade is not None
    stored = {
        "partitions": 2,
        "next_week": "2026-03-09",
        "lasting": {SERIES: {"since": "2026-03-02", "last": "2026-03-02", "calm": 0}},
        "groups": {"*/credit_card/fees": {"last": "2026-03-02", "last_count": 40, "calm": 1}},
    }
    state = Panel.model_validate(panel.upgrade(1, stored), strict=False)
    assert (list(state.lasting), state.next_week) == ([SERIES], week(1))
