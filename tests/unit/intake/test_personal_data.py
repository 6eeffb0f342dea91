"""Who reads raw data, and why, is recorded first."""

import pytest

from shared.contracts.envelope import Actor
from shared.contracts.privacy import (
    PersonalDataRead,
    ReadPersonalData,
)
from tests.support.spec import given
from tests.unit.intake.mother import (
    BANK,
    CASE,
    CLERK,
    COURT_CLERK,
    MON,
    OPERATOR,
    OTHER_CLERK,
    RESPONDENT,
    STREAM,
    TUE,
    complaint,
    filed,
    new,
    taken,
)


@pytest.mark.parametrize("actor", [CLERK, COURT_CLERK])
def test_a_reading_is_recorded_with_its_purpose(actor: Actor) -> None:
    filed().when(ReadPersonalData(purpose="电话联系"), at=TUE, actor=actor).then(
        PersonalDataRead(reader=str(actor), purpose="电话联系")
    )


@pytest.mark.parametrize("actor", [BANK, OTHER_CLERK, RESPONDENT, OPERATOR, Actor("system")])
def test_nobody_else_reads(actor: Actor) -> None:
    filed().when(ReadPersonalData(purpose="电话联系"), at=TUE, actor=actor).then_refused("actor.not_allowed")


def test_nobody_reads_without_a_purpose() -> None:
    filed().when(ReadPersonalData(purpose="  "), at=TUE, actor=CLERK).then_refused("personal_data.no_purpose")


def test_there_is_nothing_to_read_where_no_party_was_named() -> None:
    past = new().when(taken(complaint()), at=MON).events
    case = given(STREAM, *((event, MON) for event in past), subject=CASE)
    case.when(ReadPersonalData(purpose="回访"), at=TUE, actor=COURT_CLERK).then_refused("personal_data.none")
