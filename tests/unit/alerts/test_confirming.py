"""Nothing but a code goes to a new address before the code has come back."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from services.alerts.rules.confirming import AGAIN, TIME, Codes
from services.alerts.subscription import Subscription
from shared.casework.case_ids import PANEL, SUBSCRIBERS, subscription_id
from shared.casework.protocol import Received
from shared.contracts.counts import SurgeOver
from shared.contracts.envelope import SYSTEM, Actor
from shared.contracts.message import Command, Event
from shared.contracts.subscriptions import (
    AddressConfirmed,
    ChangeSubscription,
    ConfirmAddress,
    ConfirmationAsked,
    ConfirmationExpired,
    NoticeDue,
    NoticeWay,
    Subscribe,
    Unsubscribe,
    Unsubscribed,
)
from shared.runtime.base.collections import ADDRESSES, DELIVERIES
from tests.support.subscribers import COLLEAGUE, ID, LASTING, asked, match, notices, stages
from tests.unit.alerts.mother import AGENT, SERIES, World, in_week, surge, week

FIRST, SECOND = "first@bank.example.com", "second@bank.example.com"
BY_MAIL: dict[str, Any] = {"told_by": NoticeWay.MAIL, "target": FIRST}
CODE = Codes().of(ID, 1)


def test_until_the_code_is_back_nothing_is_told_and_then_all_that_waited() -> None:
    found = asked(**BY_MAIL)
    assert found.events[-1] == ConfirmationAsked(target_number=1, former=False, confirm_by=in_week(0) + TIME)
    waits = found.when(match(), at=in_week(0, 2)).then_nothing().until(in_week(0, 3)).then_nothing()
    confirmed = waits.when(ConfirmAddress(code=CODE), at=in_week(0, 4), actor=AGENT)
    confirmed.then(AddressConfirmed(target_number=1))
    told = confirmed.until(in_week(0, 4))
    assert stages(told) == [["raised"]]
    assert told.when(match(1, LASTING), at=in_week(1)).events == []


@pytest.mark.parametrize("spelling", [CODE.lower(), f" {CODE[:8]}-{CODE[8:]} "])
def test_how_a_code_is_written_does_not_matter(spelling: str) -> None:
    asked(**BY_MAIL).when(ConfirmAddress(code=spelling), at=in_week(0, 2), actor=AGENT).then(
        AddressConfirmed(target_number=1)
    )


@pytest.mark.parametrize(
    ("code", "actor", "reason"),
    [
        ("AAAAAAAAAAAAAAAA", AGENT, "subscription.wrong_code"),
        ("码", AGENT, "subscription.wrong_code"),
        (Codes().of(ID, 2), AGENT, "subscription.wrong_code"),
        (Codes().of("sb1" + "a" * 32, 1), AGENT, "subscription.wrong_code"),
        (Codes(b"another platform").of(ID, 1), AGENT, "subscription.wrong_code"),
        (CODE, COLLEAGUE, "subscription.unknown"),
    ],
)
def test_no_other_code_and_nobody_else_confirms(code: str, actor: Actor, reason: str) -> None:
    found = asked(**BY_MAIL).when(ConfirmAddress(code=code), at=in_week(0, 2), actor=actor)
    found.then_refused(reason)


def test_a_code_that_is_not_back_in_time_ends_the_subscription_at_that_instant() -> None:
    found = asked(**BY_MAIL).when(match(), at=in_week(0, 2))
    found.until(in_week(0) + TIME - timedelta(microseconds=1)).then_nothing()
    over = found.until(in_week(0) + TIME)
    over.then(Unsubscribed(subscribers=SUBSCRIBERS, reason="subscription.unconfirmed"))
    late = over.when(ConfirmAddress(code=CODE), at=in_week(1), actor=AGENT)
    late.then_refused("subscription.unknown")


def test_what_is_read_on_the_topic_needs_no_confirmation() -> None:
    found = asked()
    assert [type(one).__name__ for one in found.events] == ["Subscribed"]
    found.when(ConfirmAddress(code=CODE), at=in_week(0, 2), actor=AGENT).then_refused(
        "subscription.nothing_to_confirm"
    )


def test_an_address_that_was_confirmed_goes_on_until_the_next_one_is_or_expires() -> None:
    found = asked(**BY_MAIL).when(ConfirmAddress(code=CODE), at=in_week(0, 2), actor=AGENT)
    change = ChangeSubscription(**{**BY_MAIL, "target": SECOND})
    changed = found.when(change, at=in_week(1), actor=AGENT)
    assert changed.events[-1] == ConfirmationAsked(target_number=2, former=True, confirm_by=in_week(1) + TIME)
    assert len(notices(changed.when(match(), at=in_week(1, 2)))) == 1
    changed.until(in_week(2)).then(ConfirmationExpired(target_number=2))
    again = changed.when(ConfirmAddress(code=Codes().of(ID, 2)), at=in_week(1, 3), actor=AGENT)
    again.then(AddressConfirmed(target_number=2))
    again.when(ConfirmAddress(code=Codes().of(ID, 2)), at=in_week(1, 4), actor=AGENT).then_nothing()


@pytest.mark.parametrize("again", [Subscribe(title="surges", **BY_MAIL), ChangeSubscription(**BY_MAIL)])
def test_nobody_has_code_after_code_sent_to_a_strangers_mailbox(again: Command) -> None:
    found = asked(**BY_MAIL)
    if isinstance(again, Subscribe):
        found = found.when(Unsubscribe(), at=in_week(0), actor=AGENT)
    before = in_week(0) + AGAIN - timedelta(seconds=1)
    found.when(again, at=before, actor=AGENT).then_refused("subscription.too_soon")
    later = found.when(again, at=in_week(0) + AGAIN, actor=AGENT)
    assert isinstance(later.events[-1], ConfirmationAsked)


def test_a_subscription_of_before_goes_on_with_its_address() -> None:
    state = asked(**BY_MAIL).state.model_dump(mode="json")
    for name in ("address", "addresses", "confirming", "confirm_by"):
        del state[name]
    before = Subscription.model_validate(state, strict=False)
    assert (before.address, before.confirming) == (0, 0)


# -- what is written, and where it goes ----------------------------------------------------------


def mailed() -> tuple[World, str]:
    world = World()
    id = subscription_id("ccb", AGENT.person, "surges")
    world.command(Subscribe(title="surges", **BY_MAIL), id, AGENT, in_week(0))
    return world.settle(), id


def said(world: World, body: Command, id: str, days: float) -> list[Event]:
    found = world.command(body, id, AGENT, in_week(0, days))
    world.settle()
    return found


def code_in(row: dict[str, Any]) -> str:
    """The code as its reader finds it, by mail and by webhook the same."""
    (mail,) = re.findall(r"The code is (\w+),", row["text"])
    assert json.loads(row["body"])["data"]["code"] == mail
    return str(mail)


def surged(world: World, n: int, days: float) -> None:
    message = Received(surge(n), f"s-{n}", "/suyuan/alerts", PANEL, in_week(0, days), SYSTEM, "", 1)
    world._take("alerts.series", message)
    world.settle()


def test_the_letter_has_the_code_and_not_a_word_of_its_subscribers() -> None:
    world, id = mailed()
    ((parcel, row),) = world.rows[DELIVERIES].items()
    assert (parcel, row["to"]) == (f"{id}-0-1", f"{id}.1")
    assert world.rows[ADDRESSES][f"{id}.1"] == {"way": "mail", "target": FIRST}
    assert code_in(row) == Codes().of(id, 1)
    assert "surges" not in row["text"] + row["body"] + row["subject"]
    assert FIRST not in "".join(timed.event.model_dump_json() for _, timed in world.said)
    assert code_in(row) not in "".join(timed.event.model_dump_json() for _, timed in world.said)


def test_a_notice_goes_to_the_address_that_was_confirmed_when_it_was_told() -> None:
    world, id = mailed()
    surged(world, 0, 1.6)
    assert list(world.rows[DELIVERIES]) == [f"{id}-0-1"]
    said(world, ConfirmAddress(code=Codes().of(id, 1)), id, 2)
    assert world.events(NoticeDue) == []
    world.look(id, in_week(0, 2))
    assert len(world.events(NoticeDue)) == 1
    said(world, ChangeSubscription(**{**BY_MAIL, "target": SECOND}), id, 3)
    over = SurgeOver(series=SERIES, since=week(0), week=week(0))
    world._take("alerts.series", Received(over, "o", "/suyuan/alerts", PANEL, in_week(0, 4), SYSTEM, "", 2))
    surged(world.settle(), 1, 5)
    last = max(one for one in world.rows[DELIVERIES] if "-0-" not in one)
    assert world.rows[DELIVERIES][last]["to"] == f"{id}.1"


def test_what_is_still_under_way_to_a_former_address_goes_to_the_one_that_took_its_place() -> None:
    world, id = mailed()
    said(world, ConfirmAddress(code=Codes().of(id, 1)), id, 2)
    said(world, ChangeSubscription(**{**BY_MAIL, "target": SECOND}), id, 3)
    said(world, ConfirmAddress(code=Codes().of(id, 2)), id, 4)
    assert world.rows[ADDRESSES] == {
        f"{id}.1": {"way": "", "target": "", "moved": f"{id}.2"},
        f"{id}.2": {"way": "mail", "target": SECOND},
    }


def test_who_ends_a_subscription_leaves_no_address_behind() -> None:
    world, id = mailed()
    said(world, ConfirmAddress(code=Codes().of(id, 1)), id, 2)
    said(world, ChangeSubscription(**{**BY_MAIL, "target": SECOND}), id, 3)
    said(world, Unsubscribe(), id, 4)
    assert {row["target"] for row in world.rows[ADDRESSES].values()} == {""}
