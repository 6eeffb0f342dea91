"""撤回: the institution takes a dispute back that was not referred yet, since it was paid or they settled.

Source: 法释〔2021〕23号 art 25(2) (as of 2022-01-01).
"""

from collections.abc import Iterable
from datetime import datetime

from services.intake.case.duplicates import stops
from services.intake.case.retention import kept_since
from services.intake.case.state import Dispute, Status, case, is_applicant, not_merged
from services.intake.rules import Context
from shared.casework.guards import Facts, authority, possible
from shared.contracts.kinds import LeaveReason
from shared.contracts.message import Command, Event
from shared.contracts.parties import DisputeWithdrawn, WithdrawDispute


@authority
def by_the_applicant(dispute: Dispute, facts: Facts[Context], _: Command | None) -> str | None:
    """Whoever filed, and nobody else."""
    return None if is_applicant(dispute, facts) else "actor.not_allowed"


@possible
def not_referred(dispute: Dispute, _: Facts[Context], __: Command | None) -> str | None:
    """After the referral, the mediation or the court takes the withdrawal."""
    return "withdrawal.referred" if dispute.referred_to is not None else None


@possible
def for_a_reason(_: Dispute, __: Facts[Context], command: Command | None) -> str | None:
    """Who does not want to mediate refuses its consent, and the dispute goes to the court."""
    unwilling = isinstance(command, WithdrawDispute) and command.reason is LeaveReason.UNWILLING
    return "withdrawal.no_ground" if unwilling else None


def _is_withdrawn(dispute: Dispute, command: WithdrawDispute, facts: Facts[Context]) -> bool:
    return dispute.status is Status.WITHDRAWN


@case.on(WithdrawDispute, by_the_applicant, not_merged, not_referred, for_a_reason, already=_is_withdrawn)
def withdraw(dispute: Dispute, command: WithdrawDispute, facts: Facts[Context]) -> Iterable[Event]:
    """Nothing follows: it goes neither to mediation nor to the court."""
    yield DisputeWithdrawn(institution=dispute.institution, reason=command.reason)
    if dispute.status is not Status.RETURNED:  # which is matched with no other already
        yield from stops(dispute.party_token, facts)


@case.after(DisputeWithdrawn)
def withdrawn(dispute: Dispute, event: DisputeWithdrawn, at: datetime) -> Dispute:
    return kept_since(dispute.but(status=Status.WITHDRAWN, returned_digest=""), at)
