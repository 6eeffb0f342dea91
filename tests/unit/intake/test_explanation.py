"""An explanation is recorded by those of the case, and the last missing step refers."""

import pytest

from shared.contracts.envelope import Actor
from shared.contracts.intake import (
    GiveConsent,
    RefuseConsent,
)
from tests.support.spec import given
from tests.unit.intake.mother import (
    APPLICANT,
    BANK,
    CASE,
    CLERK,
    COURT_CLERK,
    EXPLAIN,
    EXPLAINED,
    MON,
    OPERATOR,
    OTHER_BANK,
    OTHER_CLERK,
    REGISTERED,
    RESPONDENT,
    SCREENED,
    STREAM,
    TUE,
    explained,
    filed,
    referred,
    returned,
)


@pytest.mark.parametrize("actor", [CLERK, COURT_CLERK, BANK])
def test_an_explanation_is_recorded_and_refers_what_waited_for_it(actor: Actor) -> None:
    filed().when(EXPLAIN, at=TUE, actor=actor).then(EXPLAINED, referred())


def test_an_explanation_alone_refers_nothing() -> None:
    given(STREAM, (REGISTERED, MON), (SCREENED, MON), subject=CASE).when(EXPLAIN, at=TUE, actor=CLERK).then(
        EXPLAINED
    )


def test_the_same_explanation_again_changes_nothing() -> None:
    explained().when(EXPLAIN, at=TUE, actor=CLERK).then_nothing()


@pytest.mark.parametrize("actor", [OTHER_BANK, OTHER_CLERK, OPERATOR, RESPONDENT, Actor("system")])
def test_only_those_of_the_case_explain(actor: Actor) -> None:
    filed().when(EXPLAIN, at=TUE, actor=actor).then_refused("actor.not_allowed")


def test_a_returned_filing_is_amended_first() -> None:
    returned().when(EXPLAIN, at=TUE, actor=BANK).then_refused("filing.returned")
    returned().when(GiveConsent(party=APPLICANT), at=TUE, actor=BANK).then_refused("filing.returned")
    returned().when(RefuseConsent(party=APPLICANT), at=TUE, actor=BANK).then_refused("filing.returned")
