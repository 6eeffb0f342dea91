"""Who reads raw data, and why, is recorded first."""

import pytest

from services.intake.store import PERSONAL_DATA
from shared.casework.protocol import Change, Put, Timed
from shared.contracts.envelope import Actor
from shared.contracts.privacy import (
    ErasePersonalData,
    ErasureGround,
    PersonalDataErased,
    PersonalDataRead,
    ReadPersonalData,
)
from tests.support.spec import given
from tests.unit.intake.mother import (
    BANK,
    CASE,
    CLERK,
    COURT_CLERK,
    MENDED,
    MON,
    OPERATOR,
    OTHER_CLERK,
    RESPONDENT,
    STREAM,
    TUE,
    complaint,
    filed,
    gone,
    new,
    received,
    returned,
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


ERASE = ErasePersonalData(ground=ErasureGround.NOT_NEEDED)
ERASED = PersonalDataErased(ground=ErasureGround.NOT_NEEDED)


@pytest.mark.parametrize("actor", [COURT_CLERK, OPERATOR])
def test_what_nobody_needs_is_erased_once_and_read_by_nobody_after(actor: Actor) -> None:
    after = returned().when(ERASE, at=TUE, actor=actor)
    after.then(ERASED)
    after.when(ERASE, at=TUE, actor=actor).then_nothing()
    after.when(ReadPersonalData(purpose="回访"), at=TUE, actor=COURT_CLERK).then_refused(
        "personal_data.erased"
    )


@pytest.mark.parametrize("actor", [BANK, CLERK, RESPONDENT, Actor("system")])
def test_nobody_else_erases(actor: Actor) -> None:
    returned().when(ERASE, at=TUE, actor=actor).then_refused("actor.not_allowed")


def test_while_a_case_is_open_its_data_stay() -> None:
    filed().when(ERASE, at=TUE, actor=COURT_CLERK).then_refused("personal_data.case_open")
    gone().when(ERASE, at=TUE, actor=COURT_CLERK).then_refused("personal_data.case_open")


def test_with_an_amendment_after_the_erasure_the_data_are_there_again() -> None:
    again = returned().when(ERASE, at=TUE, actor=COURT_CLERK).when(MENDED, at=TUE)
    again.when(ReadPersonalData(purpose="电话联系"), at=TUE, actor=COURT_CLERK).then(
        PersonalDataRead(reader=str(COURT_CLERK), purpose="电话联系")
    )


def test_erasing_takes_the_key_and_the_data_out_of_the_row() -> None:
    message = received(ERASE, actor=COURT_CLERK, id="c-1")
    assert STREAM.rows is not None
    for events, rows in (([ERASED], [Put(PERSONAL_DATA, CASE, {"erased": True})]), ([], [])):
        change = Change(message, CASE, None, None, [Timed(TUE, one) for one in events], "t:0")
        assert list(STREAM.rows(change)) == rows
