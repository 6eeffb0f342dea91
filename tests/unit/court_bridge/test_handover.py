"""From the end of a mediation to a filing: complete, named as incomplete, or too late."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.court_bridge.handlers import case_stream
from services.court_bridge.rules import BOOK
from shared.casework.announced import with_years
from shared.casework.calendar import SHANGHAI, library_calendar
from shared.casework.protocol import Timed
from shared.contracts.agreements import AgreementDrafted
from shared.contracts.calendar_file import CalendarFile
from shared.contracts.common import CommandRefused
from shared.contracts.court import (
    ConfirmationApplied,
    ConfirmationLapsed,
    ConfirmationOpened,
    ConfirmationRequested,
    Document,
    EndReported,
    FilingSubmitted,
    HandoverIncomplete,
    HandoverPrepared,
)
from shared.contracts.kinds import Cause, DocumentType, End, Party, Way
from tests.support.calendars import known_until, notice
from tests.support.cases import case_id
from tests.support.spec import Given
from tests.unit.court_bridge.mother import (
    AGENT,
    AGREED,
    AMOUNT,
    APPLY,
    BINDING,
    C1,
    CASE,
    CLAIM,
    CLERK,
    CONFIRMATION,
    DAY_30,
    DAY_31,
    DIGEST,
    EFFECTIVE,
    FAILED,
    FAILURES,
    H1,
    HANDOVER,
    NETWORK,
    OPENED,
    RULES,
    UNDISPUTED,
    again,
    confirming,
    ended,
    filing,
    handed_over,
    hear,
    joined,
    told,
    types,
)

# Filing on the end of a mediation

VERSION = BOOK.current


def test_an_agreement_is_filed_for_confirmation() -> None:
    case = confirming()
    assert case.events[:2] == [
        ConfirmationRequested(party=Party.RESPONDENT),
        ConfirmationApplied(amount_fen=AMOUNT, rules_version=VERSION),
    ]
    submitted = filing(case)
    assert (submitted.filing, submitted.kind, submitted.court) == (C1, CONFIRMATION, "fengtai-court")
    assert (submitted.institution, submitted.amount_fen) == ("ccb", AMOUNT)
    assert types(submitted.documents) == RULES.bundle[CONFIRMATION]
    assert Document(type=DocumentType.AGREEMENT, digest=DIGEST) in submitted.documents


@pytest.mark.parametrize("end", FAILURES)
def test_every_failure_is_handed_over_with_its_code(end: End) -> None:
    case = told(OPENED, ended(end))
    prepared, submitted = case.events
    assert isinstance(prepared, HandoverPrepared)
    assert prepared.end == end.value
    assert types(prepared.documents) == RULES.bundle[HANDOVER]
    assert isinstance(submitted, FilingSubmitted)
    assert (submitted.filing, submitted.kind, submitted.amount_fen) == (H1, HANDOVER, CLAIM)
    assert submitted.documents == prepared.documents


def reported(end: End, **other: Any) -> EndReported:
    about = {"court": "fengtai-court", "organisation": "people-mediation", "institution": "ccb"}
    more = {"cause": Cause.CREDIT_CARD, "claim_fen": CLAIM, "rules_version": VERSION}
    return EndReported(**about, **more, end=end, **other)


def test_the_court_that_delegated_hears_that_the_parties_settled_or_withdrew_and_nothing_is_filed() -> None:
    told(OPENED, ended(End.SETTLED_OR_WITHDRAWN)).then(reported(End.SETTLED_OR_WITHDRAWN))


def test_an_agreement_is_put_on_record_with_the_court_that_delegated_whether_or_not_anybody_applies() -> None:
    told(OPENED, BINDING, AGREED).then(
        reported(End.AGREEMENT, agreed_fen=AMOUNT, agreement=DIGEST),
        ConfirmationOpened(institution="ccb", apply_by=DAY_31),
    )


@pytest.mark.parametrize("end", [End.SETTLED_OR_WITHDRAWN, End.AGREEMENT])
@pytest.mark.parametrize("way", [Way.APPLIED, Way.DOCKETED])
def test_where_no_court_delegated_none_is_told(end: End, way: Way) -> None:
    agreed = AMOUNT if end is End.AGREEMENT else 0
    over = ended(end, agreed).model_copy(update={"way": way})
    events = told(OPENED, EFFECTIVE, over).events if agreed else told(OPENED, over).events
    assert not [one for one in events if isinstance(one, EndReported)]


@pytest.mark.parametrize("end", FAILURES)
def test_a_failure_is_reported_by_its_handover_alone(end: End) -> None:
    said = told(OPENED, ended(end)).events
    assert not [one for one in said if isinstance(one, EndReported)]
    assert DocumentType.FAILURE_REPORT in types(filing(told(OPENED, ended(end))).documents)


def test_concessions_never_reach_the_court_with_a_handover() -> None:
    case = told(
        OPENED, AgreementDrafted(digest=DIGEST, amount_fen=987_654_321), EFFECTIVE, ended(End.REFUSED_TO_SIGN)
    )
    said = "".join(event.model_dump_json() for event in case.events)
    assert DIGEST not in said
    assert str(AMOUNT) not in said
    assert "987654321" not in said


def test_a_second_end_changes_nothing() -> None:
    hear(confirming(), AGREED).then_nothing()
    hear(handed_over(), AGREED).then_nothing()


def test_what_else_mediation_says_changes_nothing() -> None:
    hear(told(OPENED), AgreementDrafted(digest=DIGEST, amount_fen=1)).then_nothing()
    assert hear(told(OPENED), AgreementDrafted(digest=DIGEST, amount_fen=1)).state == told(OPENED).state


def test_another_amount_than_agreed_is_a_broken_invariant() -> None:
    with pytest.raises(ValueError, match="ended with 1 fen, but agreed 1800000 fen"):
        told(OPENED, EFFECTIVE, ended(End.AGREEMENT, 1))


def test_the_end_of_an_older_mediation_names_the_agreed_amount_as_settled() -> None:
    older = AGREED.model_copy(update={"settled_fen": AMOUNT, "agreed_fen": 0})
    told(OPENED, EFFECTIVE, older).then(*told(OPENED, EFFECTIVE, AGREED).events)


# Completeness


def test_facts_that_nobody_disputes_go_with_a_handover_and_not_with_a_confirmation() -> None:
    handed = filing(told(OPENED, UNDISPUTED, FAILED))
    assert {one.type: one.digest for one in handed.documents}[DocumentType.UNDISPUTED_FACTS] == "f" * 64
    assert DocumentType.UNDISPUTED_FACTS not in types(filing(handed_over()).documents)
    confirming_with_facts = filing(joined(told(OPENED, UNDISPUTED, EFFECTIVE, AGREED)))
    assert DocumentType.UNDISPUTED_FACTS not in types(confirming_with_facts.documents)


def test_a_bundle_without_the_agreement_is_named_incomplete() -> None:
    joined(told(OPENED, AGREED)).then(
        ConfirmationRequested(party=Party.RESPONDENT),
        HandoverIncomplete(
            kind=CONFIRMATION,
            missing=(DocumentType.CONFIRMATION_APPLICATION, DocumentType.AGREEMENT),
            rules_version=VERSION,
        ),
    )


def test_a_bundle_without_the_opening_is_named_incomplete() -> None:
    told(FAILED).then(
        HandoverIncomplete(
            kind=HANDOVER,
            missing=(
                DocumentType.APPLICANT_MATERIAL,
                DocumentType.MEDIATION_APPLICATION,
                DocumentType.NOTICE_OF_RIGHTS,
            ),
            rules_version=VERSION,
        )
    )


def test_an_incomplete_bundle_is_filed_once_somebody_brings_the_rest() -> None:
    missing = (
        DocumentType.APPLICANT_MATERIAL,
        DocumentType.MEDIATION_APPLICATION,
        DocumentType.NOTICE_OF_RIGHTS,
    )
    half = hear(told(FAILED), again(*missing[:2], kind=HANDOVER), actor=CLERK)
    half.then_refused("bundle.incomplete")
    refusal = half.events[0]
    assert isinstance(refusal, CommandRefused)
    assert refusal.detail == "Missing: notice_of_rights."
    whole = hear(told(FAILED), again(*missing, kind=HANDOVER), actor=CLERK)
    assert isinstance(whole.events[0], HandoverPrepared)
    assert filing(whole).filing == H1
    assert set(types(filing(whole).documents)) == set(RULES.bundle[HANDOVER])


# The thirty days


def test_confirmation_is_applied_for_on_day_30() -> None:
    assert filing(joined(told(OPENED, EFFECTIVE, AGREED), at=DAY_30)).filing == C1


def test_a_last_day_on_a_holiday_rolls_to_the_next_working_day() -> None:
    effective = datetime(2026, 9, 1, 12, tzinfo=SHANGHAI)  # day 30 is 1 October, a holiday until the 7th
    case = told(OPENED, EFFECTIVE, AGREED, at=effective)
    assert filing(joined(case, at=datetime(2026, 10, 8, 23, 59, tzinfo=SHANGHAI))).filing == C1
    late = datetime(2026, 10, 9, tzinfo=SHANGHAI)
    over = case.until(late)
    assert Timed(late, ConfirmationLapsed(apply_by=late, rules_version=VERSION)) in over.new
    hear(over, APPLY, at=late, actor=AGENT).then_refused("confirmation.late")


def test_within_the_thirty_days_no_working_day_calendar_is_needed() -> None:
    far = datetime(2098, 3, 2, 9, 30, tzinfo=SHANGHAI)
    assert filing(joined(told(OPENED, EFFECTIVE, AGREED, at=far), at=far)).filing == C1


def test_nobody_is_too_late_by_a_day_that_a_calendar_to_come_may_move() -> None:
    """The 30 days end on Thursday 4 February 2027; the Spring Festival may begin on that very day."""
    unknown = case_stream(NETWORK, calendar=known_until(2026))
    effective = datetime(2027, 1, 5, 12, tzinfo=SHANGHAI)
    case = Given(unknown, told(OPENED, EFFECTIVE, AGREED, at=effective).state, CASE)

    in_doubt = joined(case, at=datetime(2027, 2, 14, 23, tzinfo=SHANGHAI))
    assert [type(event) for event in in_doubt.events[-2:]] == [ConfirmationApplied, FilingSubmitted]
    # No holiday is so long.
    over = datetime(2027, 2, 15, tzinfo=SHANGHAI)
    lapsed = case.until(over).new[-1]
    assert lapsed == Timed(
        over,
        ConfirmationLapsed(
            apply_by=datetime(2027, 2, 5, tzinfo=SHANGHAI), apply_by_provisional=True, rules_version=VERSION
        ),
    )


def test_the_doubt_is_as_long_as_the_longest_holiday_so_far() -> None:
    calendar = library_calendar()
    first, last = date(calendar.years.start, 1, 1), date(calendar.years.stop - 1, 12, 24)
    rolls = [
        (calendar.roll_forward(day) - day).days
        for day in map(date.fromordinal, range(first.toordinal(), last.toordinal()))
    ]
    assert max(rolls) == BOOK.now.doubt.days


def test_once_the_calendar_is_known_the_last_day_is_exact() -> None:
    file = CalendarFile.model_validate(notice(2027, off=["2027-02-04"]))
    known = case_stream(NETWORK, calendar=with_years(known_until(2026), [file]))
    effective = datetime(2027, 1, 5, 12, tzinfo=SHANGHAI)
    case = Given(known, told(OPENED, EFFECTIVE, AGREED, at=effective).state, CASE)

    late = datetime(2027, 2, 10, tzinfo=SHANGHAI)  # the festival lasts until Monday the 8th
    assert filing(joined(case, at=late - timedelta(seconds=1))).filing == C1
    assert case.until(late).new[-1] == Timed(late, ConfirmationLapsed(apply_by=late, rules_version=VERSION))


def test_a_case_keeps_the_citys_version_under_which_it_began() -> None:
    book = BOOK.copy()
    book.adopted["fengtai-1"] = replace(BOOK.now, version="fengtai-1")
    stream = case_stream(NETWORK, book)
    begun = Given(stream, None, CASE).when(OPENED, at=DAY_30)
    book.adopted["fengtai-2"] = replace(BOOK.now, version="fengtai-2")
    case = hear(hear(begun, EFFECTIVE, at=DAY_30), AGREED, at=DAY_30)
    applied = joined(case, at=DAY_30).events[1]
    assert applied == ConfirmationApplied(amount_fen=AMOUNT, rules_version="fengtai-1")


def test_nothing_follows_a_mediation_whose_dispute_came_twice() -> None:
    merged = FAILED.model_copy(update={"merged_into": case_id("ccb", "CC-0")})
    told(OPENED, merged).then_nothing()
    # Should the merge be undone, the end that then comes is the first.
    assert told(OPENED, merged, FAILED).events
