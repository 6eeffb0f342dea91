"""移送撤回、被替代: a referral that waits for its answer ends without one.

Source: practice of the platform.
"""

from collections.abc import Iterable

from services.alerts.referral.state import Referral, is_open, referral
from services.alerts.rules import Context
from shared.casework.guards import Facts
from shared.contracts.message import Event
from shared.contracts.referrals import (
    ReferralReplaces,
    ReferralSuperseded,
    ReferralWithdrawn,
    WithdrawReferral,
)


def _is_withdrawn(state: Referral, command: WithdrawReferral, facts: Facts[Context]) -> bool:
    return bool(state.withdrawn)


@referral.on(WithdrawReferral, is_open, already=_is_withdrawn)
def withdraw(state: Referral, command: WithdrawReferral, facts: Facts[Context]) -> Iterable[Event]:
    """The court wants no answer any more."""
    yield ReferralWithdrawn(remark=command.remark)


@referral.after(ReferralWithdrawn)
def withdrawn(state: Referral, event: ReferralWithdrawn) -> Referral:
    return state.but(withdrawn=event.remark)


@referral.on(ReferralReplaces)
def supersede(state: Referral, other: ReferralReplaces, facts: Facts[Context]) -> Iterable[Event]:
    """Another takes its place; what was answered stays answered."""
    if not state.over:
        yield ReferralSuperseded(referral=other.referral)


@referral.after(ReferralSuperseded)
def superseded(state: Referral, event: ReferralSuperseded) -> Referral:
    return state.but(superseded_by=event.referral)
