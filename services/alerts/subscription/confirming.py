"""确认地址: what came to a new address comes back, or the address is let go.

Source: practice of mailing lists (confirmed opt-in).
"""

from collections.abc import Iterable
from datetime import datetime

from services.alerts.rules import Context
from services.alerts.subscription.state import Subscription, by_its_subscriber, is_open, subscription
from shared.casework.case_ids import SUBSCRIBERS
from shared.casework.guards import Facts, possible
from shared.contracts.message import Command, Event
from shared.contracts.subscriptions import (
    AddressConfirmed,
    ConfirmAddress,
    ConfirmationAsked,
    ConfirmationExpired,
    Unsubscribed,
)


@possible
def waits_for_a_code(state: Subscription, _: Facts[Context], __: Command | None) -> str | None:
    """An address is to be confirmed."""
    return None if state.confirming else "subscription.nothing_to_confirm"


@possible
def has_the_code(state: Subscription, facts: Facts[Context], command: Command | None) -> str | None:
    """The code is the one that went to the latest address."""
    if not isinstance(command, ConfirmAddress):
        return None
    right = facts.context.codes.is_right(command.code, facts.subject, state.confirming)
    return None if right else "subscription.wrong_code"


def _is_confirmed(state: Subscription, command: ConfirmAddress, facts: Facts[Context]) -> bool:
    """Whether that code came back before."""
    known = state.open and not state.confirming and state.address
    return bool(known) and facts.context.codes.is_right(command.code, facts.subject, state.address or 0)


@subscription.on(
    ConfirmAddress, by_its_subscriber, is_open, waits_for_a_code, has_the_code, already=_is_confirmed
)
def confirm(state: Subscription, command: ConfirmAddress, facts: Facts[Context]) -> Iterable[Event]:
    """What has waited is told now."""
    yield AddressConfirmed(target_number=state.confirming)


def _end(state: Subscription, context: Context) -> datetime | None:
    return state.confirm_by if state.open and state.confirming else None


@subscription.timer("confirmation", due=_end)
def let_go(state: Subscription, facts: Facts[Context]) -> Iterable[Event]:
    """The address of before stays; without one the subscription is over."""
    if state.address is None:
        yield Unsubscribed(subscribers=SUBSCRIBERS, reason="subscription.unconfirmed")
    else:
        yield ConfirmationExpired(target_number=state.confirming)


@subscription.after(ConfirmationAsked)
def asked(state: Subscription, event: ConfirmationAsked) -> Subscription:
    return state.but(
        addresses=event.target_number,
        confirming=event.target_number,
        confirm_by=event.confirm_by,
        address=state.address if event.former else None,
    )


@subscription.after(AddressConfirmed)
def confirmed(state: Subscription, event: AddressConfirmed, at: datetime) -> Subscription:
    return state.but(address=event.target_number, confirming=0, since=at)


@subscription.after(ConfirmationExpired)
def expired(state: Subscription, event: ConfirmationExpired) -> Subscription:
    return state.but(confirming=0)
