"""订阅预警: somebody asks to be told, changes what of, and asks for it no more.

Source: practice of the platform. An institution's people are told of its own alerts, the court's of all.
"""

from collections.abc import Iterable
from datetime import datetime

from services.alerts.rules import Context
from services.alerts.rules.confirming import AGAIN, TIME
from services.alerts.rules.targets import fits
from services.alerts.subscription.state import (
    Subscription,
    Wish,
    by_its_subscriber,
    is_open,
    subscription,
)
from shared.casework.case_ids import SUBSCRIBERS, subscription_id
from shared.casework.guards import Facts, authority, possible
from shared.casework.protocol import Refusal
from shared.contracts.kinds import Role
from shared.contracts.message import Command, Event
from shared.contracts.subscriptions import (
    ChangeSubscription,
    ConfirmationAsked,
    NoticeWay,
    Subscribe,
    Subscribed,
    SubscriptionChanged,
    SubscriptionTurnedAway,
    Unsubscribe,
    Unsubscribed,
)

Asked = Subscribe | ChangeSubscription


@authority
def by_its_organisation(state: Subscription, facts: Facts[Context], _: Command | None) -> str | None:
    """Who left does not end it any more: any colleague does."""
    return None if facts.actor.organisation == state.owner else "subscription.unknown"


@possible
def is_closed(state: Subscription, _: Facts[Context], __: Command | None) -> str | None:
    return "subscription.exists" if state.open else None


@possible
def may_be_told(state: Subscription, facts: Facts[Context], command: Command | None) -> Refusal | str | None:
    """The query is about what the subscriber may see, the address fits, and some time is not quiet."""
    return _refusal(command, facts, state) if isinstance(command, Asked) else None


def _refusal(command: Asked, facts: Facts[Context], state: Subscription | None) -> Refusal | str | None:
    context, actor = facts.context, facts.actor
    known = context.institutions
    if _of_an_institution(facts):
        if command.institution not in (None, actor.organisation):
            return "actor.not_allowed"
        if known is not None and actor.organisation not in known:
            return "actor.not_allowed"
    elif command.institution is not None and known is not None and command.institution not in known:
        return "subscription.unknown_institution"
    if (command.quiet_from is None) != (command.quiet_until is None) or (
        command.quiet_from is not None and command.quiet_from == command.quiet_until
    ):
        return "subscription.quiet_hours"
    if command.told_by not in context.ways:
        return "subscription.way_off"
    if _is_as_before(command, state):
        return None
    if not fits(command.told_by, command.target):
        return "subscription.bad_target"
    soon = state is not None and state.confirm_by is not None and facts.at < state.confirm_by - TIME + AGAIN
    return "subscription.too_soon" if soon and command.told_by is not NoticeWay.TOPIC else None


def _is_as_before(command: Asked, state: Subscription | None) -> bool:
    """Tell whether it is sent where it was sent so far."""
    if not isinstance(command, ChangeSubscription) or command.target or state is None:
        return False
    return state.wish.told_by is command.told_by


def _of_an_institution(facts: Facts[Context]) -> bool:
    return facts.actor.role == Role.INSTITUTION_AGENT


def _terms(command: Asked, facts: Facts[Context]) -> dict[str, object]:
    """Return what an event says of a command: all but the address; an institution's own alerts by name."""
    terms = {name: getattr(command, name) for name in Wish.model_fields}
    if _of_an_institution(facts):
        terms["institution"] = facts.actor.organisation
    return terms


@subscription.opens(Subscribe)
def subscribe(command: Subscribe, facts: Facts[Context]) -> Iterable[Event]:
    """The subject is the id that follows from who asks and the name, so that nobody takes another's."""
    actor = facts.actor
    own = subscription_id(actor.organisation, actor.person, command.title)
    if facts.subject != own:
        yield from facts.refuse("subscription.wrong_id", own)
        return
    if (found := _refusal(command, facts, None)) is not None:
        refusal = Refusal(found) if isinstance(found, str) else found
        yield from refusal.of(command.wire_type)
        return
    yield _subscribed(command, facts)
    yield from _to_confirm(command, None, facts)


def _to_confirm(command: Asked, state: Subscription | None, facts: Facts[Context]) -> Iterable[Event]:
    """Yield that a new address is to be confirmed; what only the topic tells has none."""
    if command.told_by is NoticeWay.TOPIC or _is_as_before(command, state):
        return
    yield ConfirmationAsked(
        target_number=1 + (0 if state is None else state.addresses),
        former=state is not None and state.open and state.address is not None,
        confirm_by=facts.at + TIME,
    )


def _subscribed(command: Subscribe, facts: Facts[Context]) -> Subscribed:
    actor = facts.actor
    return Subscribed(
        subscribers=SUBSCRIBERS,
        title=command.title,
        owner=actor.organisation,
        person=actor.person,
        role=actor.role,
        **_terms(command, facts),  # type: ignore[arg-type]
    )


@subscription.on(Subscribe, by_its_subscriber, is_closed, may_be_told)
def subscribe_again(state: Subscription, command: Subscribe, facts: Facts[Context]) -> Iterable[Event]:
    """One that was ended begins anew; the numbers of its notices and addresses go on."""
    yield _subscribed(command, facts)
    yield from _to_confirm(command, state, facts)


@subscription.on(ChangeSubscription, by_its_subscriber, is_open, may_be_told)
def change(state: Subscription, command: ChangeSubscription, facts: Facts[Context]) -> Iterable[Event]:
    """What waits is told by the new cadence."""
    yield SubscriptionChanged(subscribers=SUBSCRIBERS, **_terms(command, facts))  # type: ignore[arg-type]
    yield from _to_confirm(command, state, facts)


def _is_over(state: Subscription, command: Unsubscribe, facts: Facts[Context]) -> bool:
    return not state.open


@subscription.on(Unsubscribe, by_its_organisation, already=_is_over)
def unsubscribe(state: Subscription, command: Unsubscribe, facts: Facts[Context]) -> Iterable[Event]:
    """Nothing more is told, and the address goes."""
    yield Unsubscribed(subscribers=SUBSCRIBERS)


@subscription.on(SubscriptionTurnedAway)
def turned_away(state: Subscription, event: SubscriptionTurnedAway, facts: Facts[Context]) -> Iterable[Event]:
    """There is no room for it."""
    if state.open:
        yield Unsubscribed(subscribers=SUBSCRIBERS, reason=event.reason)


def _made(event: Subscribed, at: datetime) -> Subscription:
    return Subscription(
        owner=event.owner,
        person=event.person,
        role=event.role,
        title=event.title,
        wish=_wish(event),
        since=at,
    )


@subscription.begins(Subscribed)
def begun(event: Subscribed, at: datetime) -> Subscription:
    return _made(event, at)


@subscription.after(Subscribed)
def subscribed(state: Subscription, event: Subscribed, at: datetime) -> Subscription:
    known = {name: getattr(state, name) for name in ("notices", "addresses", "confirm_by")}
    return _made(event, at).but(**known)


@subscription.after(SubscriptionChanged)
def changed(state: Subscription, event: SubscriptionChanged, at: datetime) -> Subscription:
    on_topic = event.told_by is NoticeWay.TOPIC
    kept = {"address": 0, "confirming": 0} if on_topic else {}
    return state.but(wish=_wish(event), since=at, **kept)


@subscription.after(Unsubscribed)
def unsubscribed(state: Subscription, event: Unsubscribed) -> Subscription:
    return state.but(open=False, waiting=(), told={}, confirming=0)


def _wish(event: Subscribed | SubscriptionChanged) -> Wish:
    return Wish(**{name: getattr(event, name) for name in Wish.model_fields})
