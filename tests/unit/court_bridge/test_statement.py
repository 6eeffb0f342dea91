"""After docketing: an agreement becomes a statement of the court, everything else resumes the trial."""

import pytest

from shared.contracts.court import (
    CourtAnswerRejected,
    FilingReviewed,
    FilingSubmitted,
    HandoverPrepared,
    StatementIssued,
    StatementRefused,
    SuitWithdrawn,
    TrialResumed,
)
from shared.contracts.kinds import DocumentType, End, FilingKind, FilingStatus, StatementOutcome, Way
from shared.contracts.performance import AgreementPerformed, EnforcementOpened, SuitOnAgreementOpened
from tests.support.spec import Given
from tests.unit.court_bridge.mother import (
    ACCEPTED,
    AGREED_IN_SUIT,
    AMOUNT,
    BINDING,
    CASE,
    CLERK,
    COMPLETED,
    DEFAULTED,
    EFFECTIVE,
    IN_SUIT,
    R1,
    REJECTED,
    RULES,
    S1,
    SUIT_NUMBER,
    again,
    decided,
    docketed,
    ended,
    hear,
    rejected,
    review,
    told,
)


def over(end: End) -> Given:
    """The mediation in the suit ended so."""
    return told(IN_SUIT, ended(end).model_copy(update={"way": Way.DOCKETED}))


def agreed() -> Given:
    return told(IN_SUIT, EFFECTIVE, AGREED_IN_SUIT)


def test_an_agreement_is_filed_for_a_statement_and_not_for_confirmation() -> None:
    prepared, filed = agreed().events
    assert isinstance(prepared, HandoverPrepared)
    assert isinstance(filed, FilingSubmitted)
    assert (filed.filing, filed.kind, filed.amount_fen) == (S1, FilingKind.STATEMENT, AMOUNT)
    assert DocumentType.AGREEMENT in {one.type for one in filed.documents}


def test_it_waits_for_the_signature_and_the_seal_that_are_missing() -> None:
    case = told(IN_SUIT, BINDING, AGREED_IN_SUIT)
    case.then_nothing()
    hear(case, again(kind=FilingKind.STATEMENT), actor=CLERK).then_refused("agreement.incomplete")
    assert isinstance(hear(case, COMPLETED).events[-1], FilingSubmitted)


def test_the_statement_ends_the_suit_under_its_own_number() -> None:
    case = hear(agreed(), decided(StatementOutcome.ISSUED))
    case.then(StatementIssued(filing=S1, case_number=SUIT_NUMBER, amount_fen=AMOUNT))
    hear(case, decided(StatementOutcome.ISSUED)).then_nothing()


def test_the_suit_may_be_withdrawn_instead() -> None:
    hear(agreed(), decided(StatementOutcome.WITHDRAWN)).then(
        SuitWithdrawn(filing=S1, case_number=SUIT_NUMBER)
    )


@pytest.mark.parametrize("ground", sorted(RULES.no_statement or ()))
def test_a_statement_is_refused_on_a_ground_of_the_law(ground: str) -> None:
    hear(agreed(), decided(StatementOutcome.REFUSED, ground)).then(
        StatementRefused(filing=S1, case_number=SUIT_NUMBER, ground=ground)
    )


@pytest.mark.parametrize("ground", [None, "confirmation.unclear", "statement.dislike"])
def test_a_refusal_without_such_a_ground_is_kept_for_a_person(ground: str | None) -> None:
    case = hear(agreed(), decided(StatementOutcome.REFUSED, ground))
    assert rejected(case) == "answer.no_ground"


def test_two_outcomes_contradict_each_other() -> None:
    case = hear(agreed(), decided(StatementOutcome.ISSUED))
    assert rejected(hear(case, decided(StatementOutcome.WITHDRAWN))) == "answer.contradicts"


def test_no_statement_of_a_filing_that_was_turned_down() -> None:
    case = hear(agreed(), review(REJECTED, S1))
    assert rejected(hear(case, decided(StatementOutcome.ISSUED))) == "answer.contradicts"


def test_what_was_turned_down_is_filed_again() -> None:
    case = hear(agreed(), review(REJECTED, S1))
    (filed,) = hear(case, again(kind=FilingKind.STATEMENT), actor=CLERK).events
    assert isinstance(filed, FilingSubmitted)
    assert filed.filing == f"{CASE}-s2"


@pytest.mark.parametrize("end", [end for end in End if end is not End.AGREEMENT])
def test_whatever_else_ends_it_is_reported_and_the_trial_goes_on(end: End) -> None:
    case = over(end)
    prepared, filed = case.events
    assert isinstance(prepared, HandoverPrepared)
    assert isinstance(filed, FilingSubmitted)
    assert (filed.filing, filed.kind) == (R1, FilingKind.RESUMPTION)
    hear(case, review(ACCEPTED, R1)).then(
        FilingReviewed(filing=R1, status=FilingStatus.ACCEPTED, documents=()),
        TrialResumed(filing=R1, case_number=SUIT_NUMBER, end=end.value),
    )


def test_a_report_shows_nothing_of_what_was_conceded() -> None:
    case = hear(over(End.LARGE_DIVERGENCE), review(REJECTED, R1))
    brought = again(DocumentType.MEDIATION_RECORD, kind=FilingKind.RESUMPTION)
    hear(case, brought, actor=CLERK).then_refused("bundle.confidential")


def test_the_suit_gets_no_second_number() -> None:
    case = over(End.EXPIRED)
    hear(case, docketed(SUIT_NUMBER, R1)).then_nothing()
    assert rejected(hear(case, docketed("（2026）京0106民初8号", R1))) == "case_number.second"


def test_a_report_is_no_agreement_of_which_there_could_be_a_statement() -> None:
    case = hear(over(End.EXPIRED), decided(StatementOutcome.ISSUED, filing=R1))
    assert isinstance(case.events[0], CourtAnswerRejected)
    assert case.events[0].reason == "answer.wrong_kind"


def test_a_statement_in_default_is_enforced_and_a_withdrawn_suit_leaves_the_agreement_to_sue_on() -> None:
    stated = hear(agreed(), decided(StatementOutcome.ISSUED))
    assert isinstance(hear(stated, DEFAULTED).events[0], EnforcementOpened)
    withdrawn = hear(agreed(), decided(StatementOutcome.WITHDRAWN))
    assert isinstance(hear(withdrawn, DEFAULTED).events[0], SuitOnAgreementOpened)
    late = hear(hear(agreed(), DEFAULTED), decided(StatementOutcome.ISSUED))
    assert [type(one) for one in late.events] == [StatementIssued, EnforcementOpened]


def test_while_its_suit_is_before_the_court_an_agreement_in_default_is_not_sued_on_as_well() -> None:
    """民事诉讼法 art 127(5), 民诉法解释 art 247: nobody sues twice in one matter."""
    waits = hear(agreed(), DEFAULTED).then_nothing()
    assert [type(one) for one in hear(waits, decided(StatementOutcome.WITHDRAWN)).events] == [
        SuitWithdrawn,
        SuitOnAgreementOpened,
    ]
    refused = hear(agreed(), decided(StatementOutcome.REFUSED, "statement.not_voluntary"))
    hear(refused, DEFAULTED).then_nothing()
    late = hear(waits, decided(StatementOutcome.REFUSED, "statement.not_voluntary"))
    assert [type(one) for one in late.events] == [StatementRefused]


def test_a_suit_that_is_withdrawn_once_all_was_paid_opens_none_on_the_agreement() -> None:
    paid = hear(hear(agreed(), DEFAULTED), AgreementPerformed())
    assert [type(one) for one in hear(paid, decided(StatementOutcome.WITHDRAWN)).events] == [SuitWithdrawn]
