"""What alerts says, as its readers' examples have it. Examples in tests/contract."""

from collections import Counter

import pytest

from services.alerts.handlers import handlers
from services.alerts.subscribers.state import MOST_OF_ONE
from shared.casework.case_ids import referral_id, subscription_id
from shared.casework.protocol import Received
from shared.contracts.agreements import AgreementDrafted, AgreementSigned
from shared.contracts.alerts import AcknowledgeAlert, ExplainAlert, FollowUp, FollowUpAlert
from shared.contracts.envelope import SYSTEM
from shared.contracts.kinds import Cause, End, Party
from shared.contracts.referrals import AnswerReferral, ExtendReferral, ReferralOutcome, WithdrawReferral
from shared.contracts.subscriptions import Cadence, ChangeSubscription, Subscribe, Unsubscribe
from tests.support.contract import example, names, same_as_example, written
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
    week,
)
from tests.unit.mediation.mother import ended

HANDLERS = handlers()
REGISTERED = example("intake", "alerts", "dispute_registered")
MERGED = example("intake", "alerts", "disputes_merged")
FOR = {
    "alerts": (
        "alert_matched",
        "alert_referred",
        "alert_reported",
        "counting_started",
        "dispute_counted",
        "dispute_uncounted",
        "gate_opened",
        "partition_passed",
        "subscribed",
        "subscription_changed",
        "subscription_turned_away",
        "referral_replaces",
        "surge_found",
        "surge_over",
        "unsubscribed",
        "week_closing",
        "week_corrected",
        "week_counted",
        "week_judged",
    ),
    "portal": (
        "alert_acknowledged",
        "alert_ended",
        "alert_explained",
        "alert_followed_up",
        "alert_lasted",
        "alert_joined",
        "alert_matched",
        "alert_not_joined",
        "alert_raised",
        "alert_referred",
        "alert_reported",
        "count_corrected",
        "counting_started",
        "dispute_counted",
        "dispute_excluded",
        "dispute_set_aside",
        "dispute_uncounted",
        "gate_followed",
        "gate_opened",
        "institution_answered",
        "institution_asked",
        "notice_due",
        "panel_judged",
        "panel_opened",
        "partition_passed",
        "subscribed",
        "subscription_changed",
        "subscription_turned_away",
        "referral_acknowledged",
        "referral_answered",
        "referral_due",
        "referral_extended",
        "referral_missed",
        "referral_opened",
        "referral_replaces",
        "referral_superseded",
        "referral_withdrawn",
        "request_dropped",
        "surge_found",
        "surge_over",
        "unsubscribed",
        "week_closing",
        "week_corrected",
        "week_counted",
        "week_judged",
    ),
}


def _subscribe(world: World) -> None:
    """One person subscribes as often as may be, and once more; changes one, and ends one."""
    for n in range(MOST_OF_ONE + 1):
        name = f"surges {n}"
        id = subscription_id(AGENT.organisation, AGENT.person, name)
        cadence = Cadence.DAILY if n else Cadence.AT_ONCE
        world.command(Subscribe(title=name, cadence=cadence), id, AGENT, in_week(9))
    world.settle()
    first = subscription_id(AGENT.organisation, AGENT.person, "surges 0")
    change = ChangeSubscription(quiet_from="22:00", quiet_until="07:00", least_count=5)
    world.command(change, first, AGENT, in_week(9, 2))
    last = subscription_id(AGENT.organisation, AGENT.person, "surges 1")
    world.command(Unsubscribe(), last, AGENT, in_week(9, 2))


def _told() -> dict[str, dict]:
    """The first of each kind of event in some weeks of one institution, by the name of its example."""
    world = World(
        made(
            **{"rate": 0.05, "calm_weeks": 1, "issues": 10, "request_days": 5},
            **{"referral_days": 10, "extension_days": 5, "reminder_days": 2},
        )
    )
    world.hear(REGISTERED.subject, REGISTERED.body, REGISTERED.at)
    drafted = AgreementDrafted(digest="d" * 64, amount_fen=100_000)
    signed = AgreementSigned(party=Party.APPLICANT, digest="d" * 64)
    for body in (drafted, signed, drafted, ended(End.EXPIRED)):
        world.hear(REGISTERED.subject, body, in_week(1))
    for n, count in enumerate((3, 2, 4, 3, 3, 2, 4, 12, 14, 3)):
        world.file(count, n)
    for number in range(11):
        world.file(1, 9, cause=Cause.LOAN, issue=f"issue-{number}")
    world.file(1, 9, institution="nobody")
    _subscribe(world)
    world.pass_to(10)
    world.hear(REGISTERED.subject, MERGED.body, in_week(10))
    world.file(1, 7, at=in_week(10))
    world.settle()
    world.command(AcknowledgeAlert(week=week(7)), SERIES, AGENT, in_week(10, 2))
    world.command(ExplainAlert(week=week(7), text="新收费标准"), SERIES, AGENT, in_week(10, 3))
    follow = FollowUpAlert(week=week(7), what=FollowUp.SUGGESTION, reference="2026-3")
    world.command(follow, SERIES, CLERK, in_week(10, 4))
    _refer(world)
    out: dict[str, dict] = {}
    numbers = Counter[str]()
    for subject, timed in world.said:
        numbers[subject] += 1
        source, n = "/suyuan/alerts", numbers[subject]
        said = Received(timed.event, f"{subject}:{n}@{source}", source, subject, timed.at, SYSTEM, "", n)
        out.setdefault(timed.event.wire_type.split(".")[2].replace("-", "_"), written(said))
    return out


def _refer(world: World) -> None:
    """One referral is answered late, with more time than at first; another has its place taken."""
    earlier = refer(7, matter="2025-9")
    world.command(earlier, SERIES, CLERK, in_week(10, 4.5))
    first = referral_id(earlier.recipient, earlier.matter)
    world.command(refer(7, replaces=first), SERIES, CLERK, in_week(10, 5))
    world.settle()
    extend = ExtendReferral(remark="需会商")
    world.command(extend, REFERRAL, CLERK, in_week(11))
    world.look(REFERRAL, in_week(16))
    answer = AnswerReferral(referral_outcome=ReferralOutcome.PARTLY, measures="修订提示", grounds="费率合规")
    world.command(answer, REFERRAL, REGULATOR, in_week(16))
    for n, count in enumerate((3, 2, 90), start=10):
        world.file(count, n)
    world.pass_to(13)
    world.command(refer(12), SERIES, CLERK, in_week(17))
    world.command(refer(7, matter="2026-2"), SERIES, CLERK, in_week(17))
    world.settle()
    third = referral_id("financial-regulator", "2026-2")
    world.command(WithdrawReferral(remark="已解决"), third, CLERK, in_week(17, 3))


@pytest.mark.parametrize("consumer", FOR)
def test_there_is_an_example_for_each_event_that_a_consumer_builds_on(consumer):
    assert names("alerts", consumer) == sorted(FOR[consumer])


@pytest.mark.parametrize(("consumer", "name"), [(who, name) for who, all_ in FOR.items() for name in all_])
def test_alerts_says_exactly_the_example(consumer, name):
    same_as_example("alerts", consumer, name, _told()[name])


def test_what_the_case_says_to_its_shard_is_understood():
    received = example("alerts", "alerts", "dispute_counted")
    routed = HANDLERS.route("alerts.panels", received.body.shard, received)
    assert routed is not None
    assert routed.message.subject == received.body.shard
    decided = routed.stream.decide(None, routed.message)
    assert [type(event).__name__ for event in decided] == ["CountingStarted"]
