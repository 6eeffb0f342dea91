"""What an institution is told of its own cases: each event that is for it, once, none before its cause."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.cases import CaseView
from services.portal.handlers import TIMELINE, handlers
from shared.casework.protocol import Received, Rejected
from shared.contracts.common import AdvanceClock, CommandRefused, MessageRejected
from shared.contracts.duplicates import MatchingStopped
from shared.contracts.envelope import Actor
from shared.contracts.message import REGISTRY
from shared.contracts.told import CaseEventTold, forms, visible
from shared.contracts.words import Audience
from tests.unit.portal.mother import (
    AGENT,
    ALERTS,
    CASE,
    COURT,
    DIGEST,
    INTAKE,
    MEDIATION,
    UNCHANGED,
    messages,
    received,
    registered,
    settled_flow,
)

OPERATOR = Actor("fengtai-court", "p-1", "operator")
PORTAL = handlers(["ccb"])
_BEGINS = {MEDIATION: f"{CASE}:5@{INTAKE}", COURT: f"{CASE}:5@{MEDIATION}", ALERTS: f"{CASE}:1@{INTAKE}"}


def flow() -> dict[str, list[Received]]:
    """A case that is settled and confirmed; each service begins with what another said of it."""
    out = messages(settled_flow())
    for source, cause in _BEGINS.items():
        out[source][0] = replace(out[source][0], causation=cause)
    return out


def told(
    all_messages: Iterable[Received], portal: Any = PORTAL
) -> tuple[list[CaseEventTold], CaseView | None]:
    """What is told of a case; the state goes through its JSON, as it does from batch to batch."""
    state: Any = None
    out: list[CaseEventTold] = []
    for message in all_messages:
        stream = portal.route("topic", message.subject, message).stream
        said = stream.decide(state, message)
        for event in said:
            out.append(event)
            state = stream.evolve(state, event, message.at)
        state = stream.absorb(state, message)
        state = None if state is None else stream.state.model_validate_json(state.model_dump_json())
    return out, state


def place(one: CaseEventTold) -> tuple[str, int]:
    return f"/suyuan/{one.service}", one.service_number


@st.composite
def interleavings(draw: st.DrawFn) -> list[Received]:
    """The events of all services in any order that keeps each service's own."""
    left = {source: list(of_it) for source, of_it in flow().items()}
    out = []
    while waiting := sorted(source for source, of_it in left.items() if of_it):
        out.append(left[draw(st.sampled_from(waiting))].pop(0))
    return out


@given(interleavings())
def test_in_whatever_order_topics_come_each_event_is_told_once_and_none_before_its_cause(
    order: list[Received],
) -> None:
    out, state = told(order)
    places = [place(one) for one in out]
    assert sorted(places) == sorted((one.source, one.sequence) for one in order)
    for source in (INTAKE, MEDIATION, COURT, ALERTS):
        of_it = [number for name, number in places if name == source]
        assert of_it == sorted(of_it)
    for source, cause in _BEGINS.items():
        subject_and_number, _, caused_by = cause.partition("@")
        assert places.index((caused_by, int(subject_and_number.rpartition(":")[2]))) < places.index(
            (source, 1)
        )
    assert state is not None
    assert state.waiting == ()
    assert {one.institution for one in out} == {"ccb"}


def test_what_is_told_is_the_event_with_the_fields_that_an_institution_may_see() -> None:
    message = received(registered(), actor=AGENT, causation="file.1")
    (one,), _ = told([message])
    assert (one.event, one.event_id, one.reply_to) == (registered().wire_type, message.id, "file.1")
    assert one.happened_at == message.at.isoformat()
    data = one.data.model_dump()
    assert (data["reference"], data["masked_name"], data["claim_fen"]) == ("CC-1", "王*", 5_000_000)
    assert DIGEST not in one.model_dump_json(), "no token, no digest"


@pytest.mark.parametrize("wire_type", forms())
def test_no_event_is_told_with_a_field_that_is_for_the_services_alone(wire_type: str) -> None:
    cls = REGISTRY[wire_type]
    seen = visible(cls, Audience.INSTITUTION)
    assert not {"party_token", "reference_digest", "content_digest", "contract_digest"} & seen.keys()


def test_a_message_of_another_is_no_answer_to_the_institution() -> None:
    clerk = Actor("people-mediation", "p-1", "organisation_clerk")
    out, _ = told(
        [received(registered()), received(UNCHANGED, sequence=2, actor=clerk, causation="a-command")]
    )
    assert out[-1].reply_to == ""


def test_what_nobody_hears_of_is_passed_over_and_holds_nothing_up() -> None:
    quiet = received(MatchingStopped(case=CASE, party_token="t"), sequence=2)
    after = received(UNCHANGED, sequence=3, causation=quiet.id)
    out, state = told([received(registered()), quiet, after])
    assert [one.service_number for one in out] == [1, 3]
    assert state is not None
    assert state.waiting == ()


def test_an_institution_that_is_not_of_the_network_is_told_nothing_and_nothing_waits_for_it() -> None:
    out, state = told((one for of_it in flow().values() for one in of_it), handlers(["abc"]))
    assert out == []
    assert state is not None
    assert (state.waiting, state.status) == ((), "confirmed")


def test_a_refusal_about_what_is_no_case_is_told_to_nobody() -> None:
    refusal = received(CommandRefused(command=AdvanceClock.wire_type, reason="case.unknown"), MEDIATION)
    assert told([refusal]) == ([], None)


def test_no_request_takes_a_number_of_a_case() -> None:
    with pytest.raises(Rejected, match=r"command\.unexpected"):
        PORTAL.route("portal.commands", CASE, received(AdvanceClock(), sequence=None, actor=OPERATOR))


def test_a_rejected_message_is_told_to_its_sender_and_to_nobody_else() -> None:
    where = "filings.ccb.0.17"
    rejected = MessageRejected(reason="message.not_json")
    own = received(rejected, subject=where, actor=Actor("ccb"), causation="file.9")
    (one,) = PORTAL.subjects.decide(None, own)
    assert isinstance(one, CaseEventTold)
    assert (one.institution, one.reply_to, one.data.model_dump()) == (
        "ccb",
        "file.9",
        {"reason": "message.not_json", "faults": []},
    )
    assert PORTAL.subjects.decide(None, replace(own, actor=Actor("people-mediation"))) == []


def test_the_read_model_alone_tells_nobody() -> None:
    assert TIMELINE.decide(None, received(registered())) == []
