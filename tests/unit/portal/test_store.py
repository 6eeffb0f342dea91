"""The portal's rows: one line per event, figures without double counts, outcomes per command."""

from datetime import date

from hypothesis import given as cases
from hypothesis import strategies as st

from services.portal.handlers import SERIES as SERIES_STREAM
from services.portal.handlers import SUBJECTS, TIMELINE, route
from services.portal.rules.outcomes import answered_by, shown_outcome
from services.portal.rules.shown import shown
from services.portal.store import is_command
from services.portal.views import FIGURES, derived, summed
from shared.casework.protocol import Received
from shared.contracts.common import AdvanceClock, MessageRejected, OperationCarriedOut
from shared.contracts.envelope import Actor
from shared.contracts.faults import FieldFault
from shared.contracts.intake import FilingNotTaken, ReturnReason
from shared.contracts.kinds import Cause, End
from shared.contracts.mediation import PlaceFreed
from tests.support.cases import case_id
from tests.unit.portal.mother import (
    ACKNOWLEDGED,
    AGENT,
    ALERTS,
    CASE,
    CORRECTED,
    COURT,
    DIGEST,
    FILING_ID,
    HANDED_OVER,
    INTAKE,
    MEDIATION,
    MEDIATOR,
    REFUSED,
    RETURNED,
    SCREENED,
    SERIES,
    UNCHANGED,
    Rows,
    amended,
    ended,
    messages,
    opened,
    raised,
    received,
    registered,
    settled_flow,
)

TOPICS = {
    INTAKE: "intake.events",
    MEDIATION: "mediation.events",
    COURT: "court.events",
    ALERTS: "alerts.events",
}


def rows(*all_messages: Received) -> Rows:
    out = Rows()
    for message in all_messages:
        out.take(message, TOPICS[message.source])
    return out


def test_a_timeline_has_one_masked_line_per_event() -> None:
    out = rows(received(registered(), actor=AGENT))
    assert out.rows["timeline"] == {
        f"{CASE}|intake|000001": {
            "_id": f"{CASE}|intake|000001",
            "case": CASE,
            "at": "2026-03-02T01:00:00.000Z",
            "type": "intake.dispute-registered",
            "service": "intake",
            "rank": 0,
            "sequence": 1,
            "organisation": "ccb",
            "role": "institution_agent",
            "data": {
                "institution": "ccb",
                "cause": "credit_card",
                "issue": "fees",
                "product": "card",
                "claim_fen": 5_000_000,
                "masked_name": "王*",
                "week": "2026-03-02",
                "rules_version": "2026-01",
                "way": "delegated",
                "reference": "CC-1",
            },
        }
    }


def test_documents_are_shown_by_type_without_their_digests() -> None:
    data = shown(
        HANDED_OVER.model_validate_json(
            b'{"end":"expired","documents":[{"type":"handover_letter","digest":"' + DIGEST.encode() + b'"}]}'
        )
    )
    assert data == {"end": "expired", "documents": [{"type": "handover_letter"}]}


BASED = {
    "code": "elements.missing",
    "field": "elements.credit_card.as_of",
    "rests_on": None,
    "citation": "",
}


def test_why_a_filing_is_returned_is_shown() -> None:
    assert shown(RETURNED)["reasons"] == [BASED]


def test_a_settled_case_counts_once_in_every_figure() -> None:
    flow = messages(settled_flow())
    out = rows(*(message for source in flow.values() for message in source))
    figures = summed(out.figures())
    assert {name: value for name, value in figures["totals"].items() if value and name != "open_seconds"} == {
        "filed": 1,
        "screened": 1,
        "explained": 1,
        "referred": 1,
        "mediated": 1,
        "designated": 1,
        "accepted": 1,
        "effective": 1,
        "ended": 1,
        "applied": 1,
        "submitted": 1,
        "docketed": 1,
        "confirmed": 1,
        "claim_fen": 5_000_000,
        "settled": 1,
        "settled_fen": 5_000_000,
        "agreed_fen": 4_500_000,
        "timed": 1,
        "ends": {**dict.fromkeys(End, 0), End.AGREEMENT: 1},
        "settled_cny": "50,000.00",
        "settled_wan": "5.00",
        "agreed_cny": "45,000.00",
        "agreed_wan": "4.50",
        "settled_rate": 1.0,
        "mean_days": 0.21,
    }
    assert list(figures["by_institution"]) == ["ccb"]
    assert list(figures["by_cause"]) == ["credit_card"]


def test_each_partition_has_figures_of_its_own() -> None:
    out = Rows()
    out.take(received(registered()), "intake.events", 0)
    out.take(received(opened(), MEDIATION), "mediation.events", 0)
    assert set(out.rows["figures"]) == {
        "intake.events:0|ccb|credit_card|",
        "mediation.events:0|ccb|credit_card|",
        "mediation.events:0|ccb|credit_card|people-mediation",
    }
    assert summed(out.figures())["mediated_by"]["people-mediation"]["totals"]["filed"] == 1, "moved along"


@cases(st.data())
def test_figures_are_the_same_whatever_topic_comes_first(data: st.DataObject) -> None:
    amends = data.draw(st.booleans())
    flow = settled_flow(Cause.LOAN if amends else Cause.CREDIT_CARD)
    if amends:
        flow[INTAKE][:2] = [registered(Cause.CREDIT_CARD), RETURNED, amended(Cause.LOAN), SCREENED]
    queues = {source: list(queue) for source, queue in messages(flow).items()}
    out = Rows()
    while queues:
        source = data.draw(st.sampled_from(sorted(queues)))
        out.take(queues[source].pop(0), TOPICS[source], data.draw(st.integers(0, 2)))
        if not queues[source]:
            del queues[source]
    cause = "loan" if amends else "credit_card"
    figures = {(row["_id"]["institution"], row["_id"]["cause"]): row for row in out.figures()}
    everything = figures.pop(("ccb", cause))
    assert (everything["settled_fen"], everything["agreed_fen"]) == (5_000_000, 4_500_000)
    assert everything["claim_fen"] == (4_000_000 if amends else 5_000_000)
    assert everything["filed"] == everything["docketed"] == everything["ended_agreement"] == 1
    # What was counted before the cause was known, or under another one, has moved.
    for row in figures.values():
        assert not any(value for name, value in row.items() if name != "_id")


def test_before_anything_is_known_of_a_case_it_counts_in_the_total_alone() -> None:
    figures = summed(rows(received(SCREENED, sequence=2)).figures())
    assert figures["totals"]["screened"] == 1
    assert figures["by_institution"] == {}


def test_the_outcome_of_a_command_gathers_its_events() -> None:
    out = rows(
        received(registered(), actor=AGENT, causation=FILING_ID),
        received(SCREENED, sequence=2, actor=AGENT, causation=FILING_ID),
    )
    assert out.rows["outcomes"] == {
        f"ccb|{FILING_ID}": {
            "_id": f"ccb|{FILING_ID}",
            "command": FILING_ID,
            "organisation": "ccb",
            "subject": CASE,
            "at": "2026-03-02T01:00:00.000Z",
            "events": {"dispute-registered": 1, "dispute-screened": 1},
        }
    }


def test_a_refusal_is_an_outcome_with_its_reason() -> None:
    out = rows(received(REFUSED, MEDIATION, 7, actor=MEDIATOR, causation="c-1"))
    row = out.rows["outcomes"]["people-mediation|c-1"]
    assert (row["refused"], row["reason"], row["detail"]) == (1, "actor.not_allowed", "Only m01 may accept.")
    assert set(out.rows) == {"outcomes"}


def test_a_request_that_changed_nothing_is_an_outcome() -> None:
    out = rows(received(UNCHANGED, MEDIATION, 7, actor=MEDIATOR, causation="c-1"))
    assert out.rows["outcomes"]["people-mediation|c-1"]["unchanged"] == 1


def test_why_a_filing_is_returned_or_not_taken_stands_beside_its_outcome() -> None:
    out = rows(
        received(registered(), actor=AGENT, causation="f-1"),
        received(RETURNED, sequence=2, actor=AGENT, causation="f-1"),
        received(FilingNotTaken(reason="filing.not_amended"), sequence=3, actor=AGENT, causation="f-2"),
    )
    assert {id: {**row, "_id": None} for id, row in out.rows["answers"].items()} == {
        "ccb|f-1|returned": {
            "_id": None,
            "reasons": [BASED],
            "claim_fen": None,
            "parts_fen": None,
        },
        "ccb|f-2|not_taken": {"_id": None, "reason": "filing.not_amended"},
    }
    assert out.rows["outcomes"]["ccb|f-2"]["not_taken"] == 1
    assert (answered_by(out.rows["outcomes"]["ccb|f-1"]), answered_by(out.rows["outcomes"]["ccb|f-2"])) == (
        "returned",
        "not_taken",
    )


def test_all_that_is_wrong_with_an_amendment_stands_beside_its_outcome() -> None:
    faulty = FilingNotTaken(
        reason="filing.amendment_faulty", reasons=(ReturnReason(code="date.order", field="claim_fen"),)
    )
    out = rows(received(faulty, sequence=1, actor=AGENT, causation="f-1"))
    told = shown_outcome("f-1", out.rows["outcomes"]["ccb|f-1"], out.rows["answers"]["ccb|f-1|not_taken"])
    assert (told["status"], told["reason"]["code"]) == ("amendment_faulty", "filing.amendment_faulty")
    assert [one["code"] for one in told["reasons"]] == ["date.order"]


def test_a_dispute_that_is_amended_and_screened_anew_is_screened_once() -> None:
    flow = (registered(), SCREENED, amended(), SCREENED)
    figures = summed(rows(*(received(one, sequence=n) for n, one in enumerate(flow, 1))).figures())
    assert figures["totals"]["screened"] == 1
    assert figures["totals"]["amended"] == 1


def test_the_same_message_once_more_takes_back_nothing_of_its_outcome() -> None:
    out = rows(
        received(registered(), actor=AGENT, causation="f-1"),
        received(FilingNotTaken(reason="filing.unchanged"), sequence=2, actor=AGENT, causation="f-1"),
    )
    assert answered_by(out.rows["outcomes"]["ccb|f-1"]) == ""


def test_a_filing_that_names_nobody_is_answered_to_the_institution_of_its_case() -> None:
    nobody = Actor("")
    out = rows(
        received(registered(), actor=nobody, causation="f-1"),
        received(SCREENED, sequence=2, actor=nobody, causation="f-1"),
        received(FilingNotTaken(reason="filing.unchanged"), sequence=3, actor=nobody, causation="f-2"),
        received(opened(), MEDIATION, actor=nobody, causation="c-1"),
    )
    assert set(out.rows["outcomes"]) == {"ccb|f-1", "ccb|f-2", "|c-1"}
    assert out.rows["outcomes"]["ccb|f-1"]["organisation"] == "ccb"
    assert out.rows["outcomes"]["ccb|f-1"]["events"] == {"dispute-registered": 1, "dispute-screened": 1}


def test_a_redrive_has_its_outcome_with_how_many_letters_it_took() -> None:
    carried_out = received(
        OperationCarriedOut(command="suyuan.common.redrive-dead-letters.v1", found=3, settled=2),
        sequence=1,
        subject="intake.commands.0.7",
        actor=Actor("court"),
        causation="r-1",
    )
    out = Rows()
    out.take(carried_out, "portal.rejections")
    row = out.rows["outcomes"]["court|r-1"]
    shown = shown_outcome("r-1", row)
    assert (shown["status"], shown["changed"], shown["found"], shown["settled"]) == ("done", True, 3, 2)


FAULT = FieldFault(code="field.unknown", field="refrence", hints=("reference",))


def test_a_rejection_stands_beside_the_outcome_so_that_a_redrive_can_still_give_one() -> None:
    rejected = received(
        MessageRejected(reason="message.wrong_type", faults=(FAULT,)),
        sequence=1,
        subject="filings.ccb.0.7",
        actor=Actor("ccb"),
        causation="f-1",
    )
    out = Rows()
    out.take(rejected, "portal.rejections")
    assert out.rows["answers"]["ccb|f-1|rejected"] == {
        "_id": "ccb|f-1|rejected",
        "command": "f-1",
        "organisation": "ccb",
        "reason": "message.wrong_type",
        "faults": [{"code": "field.unknown", "field": "refrence", "hints": ["reference"]}],
        "at": "2026-03-02T01:00:00.000Z",
    }
    assert set(out.rows) == {"answers"}


def test_an_event_that_an_event_caused_is_no_outcome() -> None:
    assert not is_command(f"{CASE}:5@/suyuan/intake")
    assert not is_command("")
    out = rows(received(opened(), MEDIATION, causation=f"{CASE}:5@/suyuan/intake"))
    assert "outcomes" not in out.rows


def test_a_command_to_the_portal_itself_has_an_outcome_too() -> None:
    out = Rows()
    operator = Actor("fengtai-court", "p-operator-1", "operator")
    asked = received(AdvanceClock(), "/x", None, subject="people-mediation", actor=operator, id="c-9")
    out.take(asked, "portal.commands")
    assert out.rows["outcomes"]["fengtai-court|c-9"]["reason"] == "command.unexpected"


def test_two_organisations_with_the_same_command_id_do_not_meet() -> None:
    out = rows(
        received(registered(), actor=AGENT, causation="1"),
        received(
            registered(), subject="sy1other", actor=Actor("abc", "", "institution_agent"), causation="1"
        ),
    )
    assert set(out.rows["outcomes"]) == {"ccb|1", "abc|1"}


def test_an_alert_is_a_row_that_follows_its_answer() -> None:
    out = rows(
        received(raised(), ALERTS, 1, subject=SERIES),
        received(ACKNOWLEDGED, ALERTS, 2, subject=SERIES, actor=AGENT),
        received(CORRECTED, ALERTS, 3, subject=SERIES),
    )
    row = out.rows["alerts"][f"{SERIES}|2026-03-02"]
    assert (row["count"], row["raised_at"], row["acknowledged_by"]) == (33, "2026-03-02T01:00:00.000Z", "ccb")
    assert summed(out.figures())["by_institution"]["ccb"]["alerts"] == 1


def test_a_correction_of_a_quiet_week_is_no_alert() -> None:
    out = rows(received(CORRECTED, ALERTS, 1, subject=SERIES))
    assert "alerts" not in out.rows
    later = rows(
        received(raised(date(2026, 2, 23)), ALERTS, 1, subject=SERIES),
        received(CORRECTED, ALERTS, 2, subject=SERIES),
    )
    assert list(later.rows["alerts"]) == [f"{SERIES}|2026-02-23"]


def test_every_event_of_a_subject_is_routed_so_that_none_waits_for_another() -> None:
    assert route("intake.events", CASE, received(registered())).stream is TIMELINE
    assert route("alerts.events", SERIES, received(raised(), subject=SERIES)).stream is SERIES_STREAM
    roster = received(PlaceFreed(case=CASE, mediator="m01"), MEDIATION, subject="people-mediation")
    assert route("mediation.events", "people-mediation", roster).stream is SUBJECTS
    out = rows(roster)
    assert out.rows == {}


def test_open_mediations_are_those_that_did_not_end() -> None:
    out = rows(
        received(opened(), MEDIATION, 1, subject=case_id("ccb", "a")),
        received(opened(), MEDIATION, 1, subject=case_id("ccb", "b")),
        received(ended(End.EXPIRED), MEDIATION, 2, subject=case_id("ccb", "b")),
    )
    totals = summed(out.figures())["totals"]
    assert (totals["open"], totals["settled"], totals["ends"]["expired"]) == (1, 0, 1)


def test_nothing_ended_has_no_rate() -> None:
    empty = derived(dict.fromkeys(FIGURES, 0))
    assert (empty["settled_rate"], empty["mean_days"], empty["settled_wan"]) == (None, None, "0.00")
