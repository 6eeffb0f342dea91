"""Who may subscribe to alerts, to which, and to which address; how a subscription changes and ends."""

import pytest

from services.alerts.handlers import handlers
from services.alerts.rules import Context
from shared.casework.case_ids import SUBSCRIBERS
from shared.contracts.envelope import Actor
from shared.contracts.subscriptions import (
    ChangeSubscription,
    NoticeWay,
    Subscribe,
    Subscribed,
    SubscriptionChanged,
    Unsubscribe,
    Unsubscribed,
)
from tests.support.spec import given
from tests.support.subscribers import COLLEAGUE, ID, OTHER, RULES, STREAM, asked, id_of, match
from tests.unit.alerts.mother import (
    AGENT,
    CLERK,
    GATES,
    NO_HOLIDAYS,
    in_week,
)


def test_an_institution_is_told_of_its_own_alerts() -> None:
    (event,) = asked().events
    assert isinstance(event, Subscribed)
    assert (event.owner, event.person, event.institution) == ("ccb", "p-ccb-1", "ccb")


def test_the_court_is_told_of_all_alerts() -> None:
    (event,) = asked(CLERK).events
    assert isinstance(event, Subscribed)
    assert event.institution is None


WEBHOOK = {"told_by": NoticeWay.WEBHOOK, "target": "https://hooks.example.com/a"}


@pytest.mark.parametrize(
    ("actor", "fields", "reason"),
    [
        (AGENT, {"institution": "abc"}, "actor.not_allowed"),
        (Actor("nobody", "p-1", "institution_agent"), {}, "actor.not_allowed"),
        (Actor("people", "m-1", "mediator"), {}, "actor.not_allowed"),
        (CLERK, {"institution": "nobody"}, "subscription.unknown_institution"),
        (AGENT, {"quiet_from": "22:00"}, "subscription.quiet_hours"),
        (AGENT, {"quiet_from": "22:00", "quiet_until": "22:00"}, "subscription.quiet_hours"),
        (AGENT, {"target": "https://hooks.example.com/a"}, "subscription.bad_target"),
        (AGENT, {**WEBHOOK, "target": ""}, "subscription.bad_target"),
        (AGENT, {**WEBHOOK, "told_by": NoticeWay.MAIL}, "subscription.bad_target"),
    ],
)
def test_it_is_refused(actor, fields, reason) -> None:
    asked(actor, **fields).then_refused(reason)


def test_another_id_than_that_of_person_and_name_is_refused_with_the_right_one() -> None:
    squatted = given(STREAM, subject=ID).when(Subscribe(title="surges"), at=in_week(0), actor=OTHER)
    squatted.then_refused("subscription.wrong_id")
    assert squatted.events[0].detail == id_of(OTHER)


def test_a_way_that_is_not_open_here_is_refused() -> None:
    stream = handlers(context=Context(RULES, frozenset({"ccb"}), GATES, NO_HOLIDAYS)).subscription
    found = given(stream, subject=ID).when(Subscribe(title="surges", **WEBHOOK), at=in_week(0), actor=AGENT)
    found.then_refused("subscription.way_off")


def test_a_second_one_of_the_name_is_refused_and_one_that_ended_begins_anew() -> None:
    first = asked()
    first.when(Subscribe(title="surges"), at=in_week(0, 2), actor=AGENT).then_refused("subscription.exists")
    ended = first.when(Unsubscribe(), at=in_week(0, 2), actor=AGENT)
    ended.then(Unsubscribed(subscribers=SUBSCRIBERS))
    again = ended.when(Subscribe(title="surges"), at=in_week(0, 3), actor=AGENT)
    assert isinstance(again.events[0], Subscribed)


@pytest.mark.parametrize("command", [ChangeSubscription(), Subscribe(title="surges")])
@pytest.mark.parametrize("stranger", [OTHER, COLLEAGUE, CLERK])
def test_to_anybody_else_it_is_as_if_it_were_not_there(command, stranger) -> None:
    asked().when(command, at=in_week(0, 2), actor=stranger).then_refused("subscription.unknown")


def test_a_colleague_ends_it_when_its_subscriber_is_gone_and_a_stranger_does_not() -> None:
    asked().when(Unsubscribe(), at=in_week(0, 2), actor=OTHER).then_refused("subscription.unknown")
    ended = asked().when(Unsubscribe(), at=in_week(0, 2), actor=COLLEAGUE)
    ended.then(Unsubscribed(subscribers=SUBSCRIBERS))
    ended.when(Unsubscribe(), at=in_week(0, 3), actor=COLLEAGUE).then_nothing()
    change = ended.when(ChangeSubscription(), at=in_week(0, 3), actor=AGENT)
    change.then_refused("subscription.unknown")


def test_a_change_keeps_the_address_where_the_way_stays_and_needs_one_where_it_does_not() -> None:
    first = asked(**WEBHOOK)
    same = first.when(ChangeSubscription(told_by=NoticeWay.WEBHOOK), at=in_week(0, 2), actor=AGENT)
    assert isinstance(same.events[0], SubscriptionChanged)
    other = first.when(ChangeSubscription(told_by=NoticeWay.MAIL), at=in_week(0, 2), actor=AGENT)
    other.then_refused("subscription.bad_target")


@pytest.mark.parametrize(
    ("way", "target", "good"),
    [
        (NoticeWay.WEBHOOK, "https://hooks.example.com/a?b=c", True),
        (NoticeWay.WEBHOOK, "https://hooks.example.com.:8443/", True),
        (NoticeWay.WEBHOOK, "http://127.0.0.1:8080/", True),
        (NoticeWay.WEBHOOK, "http://hooks.example.com/", False),
        (NoticeWay.WEBHOOK, "http://localhost/", False),
        (NoticeWay.WEBHOOK, "http://10.0.0.1/", False),
        (NoticeWay.WEBHOOK, "https://me:secret@hooks.example.com/", False),
        (NoticeWay.WEBHOOK, "https://hooks.example.com/#a", False),
        (NoticeWay.WEBHOOK, "https://hooks.example.com:99999/", False),
        (NoticeWay.WEBHOOK, "https://hooks.example.com/\r\nX: y", False),
        (NoticeWay.WEBHOOK, "https://hooks.example.com\\@evil.example/", False),
        (NoticeWay.WEBHOOK, "https:///a", False),
        (NoticeWay.WEBHOOK, "file:///etc/passwd", False),
        (NoticeWay.WEBHOOK, "https://[::1", False),
        (NoticeWay.MAIL, "risk@bank.example.com", True),
        (NoticeWay.MAIL, "risk@bank.example.com\r\nBcc: all@example.com", False),
        (NoticeWay.MAIL, "risk@bank.example.com,other@example.com", False),
        (NoticeWay.MAIL, "Risk <risk@bank.example.com>", False),
        (NoticeWay.MAIL, "risk@bank", False),
        (NoticeWay.MAIL, "r" * 65 + "@bank.example.com", False),
        (NoticeWay.MAIL, "风控@bank.example.com", False),
    ],
)
def test_an_address_has_the_form_that_its_way_needs(way, target, good) -> None:
    found = asked(told_by=way, target=target)
    if good:
        assert isinstance(found.events[0], Subscribed)
    else:
        found.then_refused("subscription.bad_target")


def test_no_event_has_the_address() -> None:
    secret = "https://hooks.example.com/secret-path"
    found = asked(told_by=NoticeWay.WEBHOOK, target=secret)
    told = found.when(match(), at=in_week(1))
    for event in (*found.events, *told.events):
        assert "secret-path" not in event.model_dump_json()
    assert "secret-path" not in told.state.model_dump_json()
