"""An institution that was paid takes its dispute back: no mediation, no court."""

import pytest

from shared.contracts.kinds import LeaveReason
from shared.contracts.parties import DisputeWithdrawn, WithdrawDispute
from tests.unit.intake.mother import (
    BANK,
    CLERK,
    EXPLAIN,
    OTHER_BANK,
    RESPONDENT,
    STOPPED,
    TUE,
    gone,
    returned,
    unexplained,
)

PAID = WithdrawDispute(reason=LeaveReason.PAID)


def test_a_bank_that_was_paid_withdraws_and_nothing_is_referred() -> None:
    back = unexplained().when(PAID, at=TUE, actor=BANK)
    back.then(DisputeWithdrawn(institution="ccb", reason=LeaveReason.PAID), STOPPED)
    back.when(EXPLAIN, at=TUE, actor=BANK).then_refused("case.closed")


def test_a_returned_filing_can_be_withdrawn_too() -> None:
    returned().when(PAID, at=TUE, actor=BANK).then(
        DisputeWithdrawn(institution="ccb", reason=LeaveReason.PAID)
    )


def test_a_withdrawal_again_changes_nothing() -> None:
    unexplained().when(PAID, at=TUE, actor=BANK).when(PAID, at=TUE, actor=BANK).then_nothing()


@pytest.mark.parametrize("actor", [OTHER_BANK, CLERK, RESPONDENT])
def test_nobody_else_withdraws(actor) -> None:
    unexplained().when(PAID, at=TUE, actor=actor).then_refused("actor.not_allowed")


def test_after_the_referral_the_mediation_takes_it() -> None:
    gone().when(PAID, at=TUE, actor=BANK).then_refused("withdrawal.referred")


def test_being_unwilling_is_no_withdrawal() -> None:
    unwilling = WithdrawDispute(reason=LeaveReason.UNWILLING)
    unexplained().when(unwilling, at=TUE, actor=BANK).then_refused("withdrawal.no_ground")
