"""Filing again: after a rejection, by the right clerk, in time, with what is missing."""

from dataclasses import replace

import pytest

from services.court_bridge.handlers import case_stream
from services.court_bridge.rules import BOOK
from shared.casework.rulebook import RuleBook
from shared.contracts.agreements import AgreementEffective
from shared.contracts.common import AdvanceClock
from shared.contracts.court import ConfirmationLapsed, FilingSubmitted
from shared.contracts.kinds import DocumentType, End, FilingKind, FilingStatus
from shared.contracts.transfers import CaseTransferred, TransferGround
from tests.support.spec import Given
from tests.unit.court_bridge.mother import (
    AGREED,
    AMOUNT,
    C1,
    C2,
    CASE,
    CLERK,
    CONFIRMATION,
    DAY_30,
    DAY_31,
    DIGEST,
    EFFECTIVE,
    H1,
    HANDOVER,
    LATER,
    MON,
    NETWORK,
    OPENED,
    OTHER_CLERK,
    REJECTED,
    RULES,
    again,
    confirming,
    docketed,
    ended,
    filing,
    granted,
    handed_over,
    hear,
    joined,
    review,
    told,
    types,
)

# Filing again


def test_a_rejected_filing_is_filed_again_under_the_next_id() -> None:
    case = hear(hear(confirming(), review(REJECTED)), again(), actor=CLERK)
    assert [type(event) for event in case.events] == [FilingSubmitted]
    assert filing(case).filing == C2
    third = hear(hear(case, review(REJECTED, C2)), again(), actor=CLERK)
    assert filing(third).filing == f"{CASE}-c3"


def test_a_document_is_replaced_and_stays_replaced() -> None:
    application = DocumentType.CONFIRMATION_APPLICATION
    case = hear(hear(confirming(), review(REJECTED)), again(application), actor=CLERK)
    third = hear(hear(case, review(REJECTED, C2)), again(DocumentType.SERVICE_ADDRESS), actor=CLERK)
    by_type = {document.type: document.digest for document in filing(third).documents}
    assert by_type[application] == by_type[DocumentType.SERVICE_ADDRESS] == "cd" * 32
    assert by_type[DocumentType.AGREEMENT] == DIGEST


def test_filing_again_while_the_court_looks_changes_nothing() -> None:
    hear(confirming(), again(), actor=CLERK).then_nothing()
    hear(hear(confirming(), review(FilingStatus.RECEIVED)), again(), actor=CLERK).then_nothing()
    resubmitted = hear(hear(confirming(), review(REJECTED)), again(), actor=CLERK)
    hear(resubmitted, again(), actor=CLERK).then_nothing()


def test_an_accepted_filing_is_not_filed_again() -> None:
    hear(hear(confirming(), review(FilingStatus.ACCEPTED)), again(), actor=CLERK).then_refused(
        "filing.accepted"
    )
    hear(hear(confirming(), docketed()), again(), actor=CLERK).then_refused("filing.accepted")
    done = hear(hear(confirming(), docketed()), granted())
    hear(done, again(), actor=CLERK).then_refused("filing.accepted")


def test_a_rejected_application_is_not_repeated_on_day_31() -> None:
    rejected = hear(confirming(), review(REJECTED))
    assert filing(hear(rejected, again(), at=DAY_30, actor=CLERK)).filing == C2
    hear(rejected.until(DAY_31), again(), at=DAY_31, actor=CLERK).then_refused("confirmation.late")


def test_a_handover_has_no_such_limit() -> None:
    rejected = hear(handed_over(), review(REJECTED, H1))
    assert filing(hear(rejected, again(kind=HANDOVER), at=DAY_31, actor=CLERK)).filing == f"{CASE}-h2"


def test_a_handover_shows_no_agreement() -> None:
    rejected = hear(handed_over(), review(REJECTED, H1))
    hear(rejected, again(DocumentType.AGREEMENT, kind=HANDOVER), actor=CLERK).then_refused(
        "bundle.confidential"
    )


@pytest.mark.parametrize(("case", "kind"), [(confirming(), CONFIRMATION), (handed_over(), HANDOVER)])
def test_the_record_of_the_mediation_stays_with_the_organisation(case: Given, kind: FilingKind) -> None:
    assert DocumentType.MEDIATION_RECORD not in types(filing(case).documents)
    rejected = hear(case, review(REJECTED, H1 if kind is HANDOVER else C1))
    hear(rejected, again(DocumentType.MEDIATION_RECORD, kind=kind), actor=CLERK).then_refused(
        "bundle.confidential"
    )


def test_only_the_clerk_of_the_organisation_files_again() -> None:
    hear(hear(confirming(), review(REJECTED)), again(), actor=OTHER_CLERK).then_refused("actor.not_allowed")
    hear(hear(confirming(), review(REJECTED)), again()).then_refused("actor.not_allowed")


def test_there_must_be_something_to_file() -> None:
    hear(told(), again(), actor=CLERK).then_refused("case.unknown")
    hear(told(OPENED), again(), actor=CLERK).then_refused("mediation.not_ended")
    withdrawn = told(OPENED, ended(End.SETTLED_OR_WITHDRAWN))
    hear(withdrawn, again(), actor=CLERK).then_refused("filing.nothing")
    hear(handed_over(), again(), actor=CLERK).then_refused("filing.wrong_kind")


def test_an_unknown_request_is_refused() -> None:
    hear(confirming(), AdvanceClock(), actor=CLERK).then_refused("command.unexpected")


# Rules


def test_a_running_case_keeps_the_rules_under_which_it_started() -> None:
    opened = told(OPENED, EFFECTIVE)
    short = replace(RULES, version="court-2099.1", confirmation_days=1)
    stream = case_stream(NETWORK, RuleBook({**BOOK.versions, short.version: short}, short.version))
    old = hear(Given(stream, opened.state, CASE), AGREED, at=MON)
    assert filing(joined(old, at=DAY_30)).filing == C1
    new = Given(stream, None, CASE)
    for body in (OPENED, EFFECTIVE, AGREED):
        new = hear(new, body, at=MON)
    assert isinstance(new.until(DAY_30).events[-1], ConfirmationLapsed)


def test_a_case_starts_with_what_mediation_says_and_not_with_an_answer_about_nothing() -> None:
    stray = told(docketed())
    later = replace(RULES, version="court-2099.1")
    stream = case_stream(NETWORK, RuleBook({**BOOK.versions, later.version: later}, later.version))
    case = Given(stream, stray.state, CASE).when(OPENED, at=LATER)
    assert case.state.rules_version == "court-2099.1"
    assert hear(case, EFFECTIVE).state.rules_version == "court-2099.1"


def test_the_state_is_json_that_comes_back_the_same() -> None:
    case = hear(hear(confirming(), review(REJECTED)), again(DocumentType.OTHER), actor=CLERK, at=LATER)
    assert type(case.state).model_validate_json(case.state.model_dump_json()) == case.state


def test_a_case_that_passes_on_is_filed_by_the_organisation_that_has_it() -> None:
    passed = CaseTransferred(
        organisation=OPENED.organisation,
        case=CASE,
        round=1,
        receiver=OTHER_CLERK.organisation,
        ground=TransferGround.COURT,
    )
    assert told(OPENED, passed).state.organisation == OTHER_CLERK.organisation


def test_a_later_agreement_stands_in_place_of_an_earlier_one() -> None:
    newer = AgreementEffective(digest="ef" * 32, amount_fen=AMOUNT)
    assert "ef" * 32 in {d.digest for d in filing(joined(told(OPENED, EFFECTIVE, newer, AGREED))).documents}
