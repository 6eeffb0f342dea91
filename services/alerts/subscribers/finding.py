"""Whom an alert is for: every subscription that asks for it hears of it in its own stream.

Source: practice of the platform.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from services.alerts.rules import Context
from services.alerts.rules.packing import unpack
from services.alerts.subscribers.state import Asked, Subscribers, subscribers
from shared.casework.guards import Facts
from shared.contracts.message import Event
from shared.contracts.subscriptions import (
    AlertMatched,
    AlertReported,
    Subscribed,
    SubscriptionChanged,
    SubscriptionTurnedAway,
    Unsubscribed,
)


@subscribers.on(AlertReported)
def find(state: Subscribers, alert: AlertReported, facts: Facts[Context]) -> Iterable[Event]:
    """Each subscription hears once."""
    told = {name: getattr(alert, name) for name in AlertMatched.model_fields if name != "subscription"}
    shares = unpack(alert.shares)
    for id, asked in sorted(state.asked.items()):
        if asked.is_about(alert):
            yield AlertMatched(subscription=id, **told)
        elif asked.institution in shares and asked.but(institution=None).is_about(alert):
            yield AlertMatched(subscription=id, **told | _own(asked.institution, shares))


def _own(institution: str, shares: Mapping[str, int]) -> dict[str, Any]:
    """Return what an institution is told of a sum over several: its own disputes, and nothing of others."""
    return {
        "institution": institution,
        "count": shares[institution],
        "expected": None,
        "probability": None,
    }


@subscribers.on(Subscribed)
def look_for_room(state: Subscribers, event: Subscribed, facts: Facts[Context]) -> Iterable[Event]:
    """A person, and all together, have a limit."""
    id = facts.told_by
    if state.is_full(id, event.owner, event.person):
        yield SubscriptionTurnedAway(subscription=id, reason="subscription.too_many")


@subscribers.takes(Subscribed)
def enter(state: Subscribers, event: Subscribed, facts: Facts[Context]) -> Subscribers:
    id = facts.told_by
    if state.is_full(id, event.owner, event.person):
        return state
    return _with(state, id, _asked(event, event.owner, event.person))


@subscribers.takes(SubscriptionChanged, opens=False)
def change(state: Subscribers, event: SubscriptionChanged, facts: Facts[Context]) -> Subscribers:
    id = facts.told_by
    known = state.asked.get(id)
    return state if known is None else _with(state, id, _asked(event, known.owner, known.person))


@subscribers.takes(Unsubscribed, opens=False)
def leave(state: Subscribers, event: Unsubscribed, facts: Facts[Context]) -> Subscribers:
    id = facts.told_by
    return state.but(asked={name: one for name, one in state.asked.items() if name != id})


def _with(state: Subscribers, id: str, asked: Asked) -> Subscribers:
    return state.but(asked={**state.asked, id: asked})


def _asked(event: Subscribed | SubscriptionChanged, owner: str, person: str) -> Asked:
    return Asked(
        owner=owner, person=person, institution=event.institution, cause=event.cause, issue=event.issue
    )


subscribers.unchanged_by(AlertMatched, SubscriptionTurnedAway)
