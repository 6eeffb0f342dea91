"""The view of a case, from events in whatever order their topics arrive."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

import pytest
from hypothesis import given as cases
from hypothesis import strategies as st

from cli.agreement import stated
from services.portal.cases import COUNTED, STATUS, CaseView
from services.portal.cases.facts import only
from services.portal.cases.filing import with_number
from services.portal.handlers import TIMELINE
from services.portal.rules import RANK, Status
from services.portal.rules.places import iso
from services.portal.rules.shown import seen_by, shown, visible
from services.portal.views import FIGURES, agreement
from shared.casework.agreement_text import CURRENT, digest_of
from shared.casework.protocol import Received
from shared.contracts.agreements import AgreementDrafted, AgreementSealed, AgreementSigned
from shared.contracts.clocks import PauseGround, PeriodExtended, PeriodPaused, PeriodResumed
from shared.contracts.common import AdvanceClock
from shared.contracts.intake import DisputeRegistered
from shared.contracts.kinds import (
    Cause,
    DeadlineKind,
    DocumentType,
    End,
    FilingKind,
    FilingStatus,
    Party,
    Route,
    Tier,
)
from shared.contracts.mediation import AssignmentAccepted, AssignmentDeclined, DeadlineCorrected
from shared.contracts.message import Event, commands, events
from shared.contracts.transfers import CaseTransferred, TransferGround
from shared.contracts.vocabulary import words
from shared.contracts.words import Audience, Words
from tests.support.agreements import AGREEMENT
from tests.support.contract import example
from tests.support.spec import given
from tests.support.toys import toy_family
from tests.unit.portal.mother import (
    ACCEPTED,
    AGENT,
    CASE,
    COURT,
    DESIGNATED,
    HANDED_OVER,
    INTAKE,
    MEDIATION,
    MON,
    REFUSED,
    RETURNED,
    SCREENED,
    UNCHANGED,
    amended,
    ended,
    messages,
    opened,
    received,
    referred,
    registered,
    settled_flow,
)

assert TIMELINE.absorb is not None
absorb = TIMELINE.absorb


def view(*all_messages: Received) -> CaseView:
    state: CaseView | None = None
    for message in all_messages:
        state = absorb(state, message)
    assert state is not None
    return state


def test_a_settled_case_shows_everything_that_happened() -> None:
    flow = messages(settled_flow())
    case = view(*(message for source in flow.values() for message in source))
    assert case.model_dump(exclude={"counted", "accepted", "waiting", "first_at", "last_at"}) == {
        "institution": "ccb",
        "reference": "CC-1",
        "organisation": "people-mediation",
        "cause": "credit_card",
        "issue": "fees",
        "product": "card",
        "masked_name": "王*",
        "claim_fen": 5_000_000,
        "tier": "simple",
        "route": "mediation",
        "mediator": "m01",
        "co_mediator": "",
        "status": "confirmed",
        "end": "agreement",
        "settled_fen": 5_000_000,
        "agreed_fen": 4_500_000,
        "agreement_digest": "",
        "agreement_fen": 0,
        "agreement_signed": (),
        "agreement_countersigned": False,
        "agreement_sealed": False,
        "agreement_form": "",
        "agreement_terms": {},
        "agreement_text": "",
        "decision_reasons": (),
        "accept_by": "",
        "performance": "",
        "unpaid_fen": 0,
        "in_default": False,
        "enforce_by": "",
        "merged_into": "",
        "joined": (),
        "case_numbers": ("（2026）京0106诉前调确17号",),
        "opened_at": "2026-03-02T01:00:00.000Z",
        "due_at": "2026-04-01T01:00:00.000Z",
        "due_provisional": False,
        "paused": "",
        "events": 15,
        "refused": 0,
        "versions": {"intake": 5, "mediation": 5, "court_bridge": 4, "alerts": 1},
    }
    assert (case.first_at, case.last_at) == ("2026-03-02T02:00:00.000Z", "2026-03-02T06:00:00.000Z")


@cases(st.data())
def test_the_order_of_topics_changes_nothing(data: st.DataObject) -> None:
    flow = messages(settled_flow())
    usual = view(*(message for source in flow.values() for message in source))
    queues = {source: list(queue) for source, queue in flow.items()}
    mixed = []
    while queues:
        source = data.draw(st.sampled_from(sorted(queues)))
        mixed.append(queues[source].pop(0))
        if not queues[source]:
            del queues[source]
    assert view(*mixed) == usual


def test_a_returned_filing_that_is_amended_is_registered_again() -> None:
    returned = view(received(registered()), received(RETURNED, sequence=2))
    assert returned.status == "returned"
    again = absorb(returned, received(amended(), sequence=3))
    assert again is not None
    assert (again.status, again.cause, again.claim_fen) == ("registered", "loan", 4_000_000)


def test_an_end_without_agreement_is_ended_and_then_handed_over() -> None:
    case = view(received(opened(), MEDIATION, 1), received(ended(End.EXPIRED), MEDIATION, 2))
    assert (case.status, case.end, case.settled_fen) == ("ended", "expired", 0)
    after = absorb(case, received(HANDED_OVER, COURT, 1))
    assert after is not None
    assert after.status == "handed_over"


def test_a_late_topic_does_not_take_a_case_back() -> None:
    case = view(received(ended(), MEDIATION, 2), received(SCREENED, INTAKE, 2))
    assert (case.status, case.tier) == ("settled", "simple")


def test_nobody_holds_a_case_after_its_mediator_declined() -> None:
    declined = AssignmentDeclined(
        organisation="people-mediation", case="c", mediator="m01", round=1, reason="no_capacity"
    )
    assert view(received(DESIGNATED, MEDIATION, 2), received(declined, MEDIATION, 3)).mediator == ""


def test_a_case_that_passes_on_is_at_the_other_organisation_whatever_comes_first() -> None:
    passed = CaseTransferred(
        organisation="people-mediation",
        case=CASE,
        round=1,
        receiver="banking-mediation",
        ground=TransferGround.COURT,
    )
    mediation = [
        received(body, MEDIATION, n, at=MON + timedelta(hours=n))
        for n, body in enumerate((opened(), DESIGNATED, passed), 1)
    ]
    intake = received(referred(Cause.CREDIT_CARD))
    usual, late = view(intake, *mediation), view(*mediation, intake)
    assert (usual.organisation, usual.mediator) == ("banking-mediation", "")
    assert late == usual


def test_the_days_of_a_mediation_are_timed_from_its_start_point() -> None:
    case = view(
        received(opened(), MEDIATION, 1),
        received(ended(), MEDIATION, 2, at=MON + timedelta(days=17)),
    )
    assert (case.counted["timed"], case.counted["open_seconds"]) == (1, 17 * 86_400)


def test_a_paused_case_has_no_due_date_until_its_period_goes_on() -> None:
    later = MON + timedelta(days=45)
    told = [
        received(body, MEDIATION, n)
        for n, body in enumerate(
            (
                ACCEPTED,
                PeriodPaused(ground=PauseGround.APPRAISAL, left_days=20),
                PeriodPaused(ground=PauseGround.FALSE_MEDIATION_CHECK, left_days=20),
                PeriodResumed(ground=PauseGround.FALSE_MEDIATION_CHECK),
                PeriodResumed(ground=PauseGround.APPRAISAL, limit_days=20, due_at=later),
                PeriodExtended(days=10, limit_days=30, due_at=later + timedelta(days=10)),
            ),
            1,
        )
    ]
    assert [(case.due_at, bool(case.paused)) for case in (view(*told[:n]) for n in range(1, 7))] == [
        (iso(MON + timedelta(days=30)), False),
        ("", True),
        ("", True),
        ("", True),
        (iso(later), False),
        (iso(later + timedelta(days=10)), False),
    ]


def test_a_provisional_due_date_shows_until_it_is_corrected() -> None:
    provisional = ACCEPTED.model_copy(update={"due_provisional": True})
    right = MON + timedelta(days=33)
    period = DeadlineCorrected(deadline=DeadlineKind.PERIOD, before=MON + timedelta(days=30), after=right)
    answer = DeadlineCorrected(deadline=DeadlineKind.ANSWER, before=MON, after=MON + timedelta(days=9))
    told = [received(body, MEDIATION, n) for n, body in enumerate((provisional, answer, period), 1)]

    before, after = view(*told[:2]), view(*told)
    assert (before.due_at, before.due_provisional) == (iso(MON + timedelta(days=30)), True)
    assert (after.due_at, after.due_provisional) == (iso(right), False)
    assert shown(provisional)["due_provisional"] is True
    assert "due_provisional" not in shown(ACCEPTED)
    assert shown(period) == {
        "deadline": "period",
        "before": "2026-04-01T01:00:00Z",
        "after": "2026-04-04T01:00:00Z",
    }


def test_a_case_of_before_shows_the_period_that_ran_from_its_referral() -> None:
    case = view(example("mediation", "portal", "mediation_opened_before"))
    assert (case.status, case.due_at) == ("mediating", "2026-04-02T16:00:00.000Z")
    accepted = AssignmentAccepted(mediator="m01")
    assert view(received(opened()), received(accepted, MEDIATION, 2)).due_at == ""


def test_an_answer_alone_makes_no_case() -> None:
    assert absorb(None, received(REFUSED)) is None
    assert absorb(None, received(UNCHANGED)) is None


def test_a_refused_request_shows_in_the_case() -> None:
    case = view(received(registered()), received(REFUSED, sequence=2), received(UNCHANGED, sequence=3))
    assert (case.refused, case.events, case.status) == (1, 3, "registered")


def test_the_text_that_is_signed_is_the_last_draft_and_its_signatures() -> None:
    def said(number: int, event: Event) -> Received:
        return received(event, MEDIATION, number)

    first = (
        said(1, opened()),
        said(2, AgreementDrafted(digest="ab" * 32, amount_fen=1)),
        said(3, AgreementSigned(party=Party.APPLICANT, digest="ab" * 32)),
        said(4, AgreementSealed(digest="ab" * 32)),
    )
    once = view(*first)
    assert (once.agreement_digest, once.agreement_signed, once.agreement_sealed) == (
        "ab" * 32,
        ("applicant",),
        True,
    )
    again = view(*first, said(5, AgreementDrafted(digest="cd" * 32, amount_fen=2)))
    assert (again.agreement_digest, again.agreement_fen) == ("cd" * 32, 2)
    assert (again.agreement_signed, again.agreement_sealed) == ((), False)


def test_who_signs_is_shown_the_terms_of_which_the_text_is_made() -> None:
    body = AgreementDrafted(
        digest=digest_of(AGREEMENT, CURRENT),
        amount_fen=AGREEMENT.amount_fen,
        terms=AGREEMENT.terms,
        text_version=CURRENT,
    )
    case = view(received(opened(), MEDIATION, 1), received(body, MEDIATION, 2))
    shown_to_sign = agreement({**case.model_dump(), "_id": AGREEMENT.case})
    assert shown_to_sign is not None
    assert stated({"id": AGREEMENT.case, **case.model_dump(), "agreement": shown_to_sign}) == AGREEMENT
    assert shown_to_sign["text"] == CURRENT


def test_the_portal_decides_about_no_case() -> None:
    given(TIMELINE).when(AdvanceClock(), at=MON, actor=AGENT).then_refused("command.unexpected")


def test_an_event_of_others_leads_to_no_event() -> None:
    given(TIMELINE).when(registered(), at=MON).then_nothing()


LINKING = {"party_token", "reference_digest", "content_digest", "digest", "answers", "granted", "why"}
"""What links a person or a text, and how mediators were compared."""


def test_nothing_that_links_a_person_is_shown() -> None:
    def names(include: object) -> Iterator[str]:
        if isinstance(include, dict):
            for name, inner in include.items():
                yield name
                yield from names(inner)

    for cls in events():
        assert not LINKING & set(names(visible(cls, Audience.INSTITUTION))), cls


def test_the_fields_that_are_shown_have_a_name_each() -> None:
    said = words([Status])
    top = {name for cls in events() for name in visible(cls, Audience.INSTITUTION)}
    assert top <= set(said["fields"])
    assert set(said["events"]) == {cls.short_type for cls in events()}
    assert set(said["commands"]) == {cls.short_type for cls in commands()}
    every = [one for kind in ("events", "commands", "fields") for one in said[kind].values()]
    every += [one for values in said["values"].values() for one in values.values()]
    assert all(one["zh"] and one["en"] for one in every)


def test_a_party_sees_no_field_that_is_for_institutions_alone() -> None:
    with toy_family():

        class Toy(Event, family="toys", zh="玩具", en="Toy"):
            """One."""

            seen: Annotated[int, Words("可见", "Seen"), Audience.PARTY]
            kept: Annotated[int, Words("保留", "Kept"), Audience.INSTITUTION]

        data = shown(Toy(seen=1, kept=2))
        assert data == {"seen": 1, "kept": 2}
        assert seen_by(Audience.INSTITUTION, "toys.toy", data) == data
        assert seen_by(Audience.PARTY, "toys.toy", data) == {"seen": 1}


def test_what_a_party_sees_of_documents_is_what_is_kept_of_them() -> None:
    data = {"kind": "handover", "missing": ["agreement"]}
    assert seen_by(Audience.PARTY, "court.handover-incomplete", data) == data
    reviewed = {
        "filing": "f-1",
        "status": "accepted",
        "documents": [{"type": "agreement", "status": "accepted"}],
    }
    assert seen_by(Audience.PARTY, "court.filing-reviewed", reviewed) == reviewed


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("cause", Cause),
        ("tier", Tier),
        ("route", Route),
        ("party", Party),
        ("end", End),
        ("status", Status),
        ("filing_status", FilingStatus),
        ("filing_kind", FilingKind),
        ("document_type", DocumentType),
    ],
)
def test_every_coded_value_has_a_name(kind: str, values: type[Cause]) -> None:
    assert {value.value for value in values} == set(words([Status])["values"][kind])


def test_an_event_has_its_facts_once() -> None:
    with pytest.raises(TypeError, match="DisputeRegistered has its facts already"):
        only(DisputeRegistered, figure="filed")


def test_every_status_has_a_rank_and_every_count_a_figure() -> None:
    assert set(RANK) == {"", *Status}
    assert set(STATUS.values()) | {Status.SETTLED, Status.MERGED} == set(Status)
    assert set(COUNTED.values()) <= set(FIGURES)


def test_the_numbers_of_a_case_stand_in_one_order_whichever_topic_tells_first() -> None:
    first, second = "（2024）京0106民初246号", "（2024）京0106民诉前调1182号"
    one = with_number(CaseView().but(**with_number(CaseView(), first)), second)
    other = with_number(CaseView().but(**with_number(CaseView(), second)), first)

    assert one == other == {"case_numbers": (first, second)}
