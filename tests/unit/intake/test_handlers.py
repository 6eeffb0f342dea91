"""The way in: whose filing it is, and that raw data goes no further than intake's own store."""

import json
from collections.abc import Iterable

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from services.intake.case import Filing
from services.intake.handlers import router
from services.intake.store import PERSONAL_DATA, READINGS
from shared.casework.case_ids import earlier_case_id
from shared.casework.protocol import Change, Put, Received, Rejected, Routed, Timed, Write
from shared.contracts.elements import PersonalData
from shared.contracts.envelope import Actor
from shared.contracts.intake import GiveConsent
from shared.contracts.kinds import Party, Standing
from shared.contracts.parties import OtherParty
from shared.contracts.privacy import ReadPersonalData
from tests.support.cases import case_id
from tests.unit.intake.mother import (
    BANK,
    CASE,
    CLERK,
    MON,
    NETWORK,
    ROUTE,
    STREAM,
    VAULT,
    ZHANG,
    card,
    complaint,
    received,
    taken,
)

RAW = {ZHANG.name, ZHANG.id_number, ZHANG.phone, ZHANG.address, ZHANG.account}


def routed(topic: str, message: Received) -> Routed:
    found = ROUTE(topic, "key", message)
    assert found is not None
    return found


def written(found: Routed) -> list[Write]:
    """The rows that a first message leads to."""
    message = found.message
    events = [Timed(MON, event) for event in STREAM.decide(None, message)]
    assert STREAM.rows is not None
    change = Change(message, message.subject, None, None, events, "t:0", found.kept)
    rows: Iterable[Write] = STREAM.rows(change)
    return list(rows)


def test_a_filing_is_about_the_case_of_institution_and_reference() -> None:
    filing = routed("filings.ccb", received(card(), subject="CC-1"))
    assert filing.message.subject == case_id("ccb", "CC-1") == CASE
    assert (filing.message.at, filing.message.id, filing.message.actor) == (MON, "m-1", BANK)


def test_the_id_of_a_case_follows_from_its_reference_with_the_secret_alone() -> None:
    another = router(NETWORK, STREAM, b"another secret of the tests, 32 bytes or more", VAULT.seal)
    found = another("filings.ccb", "key", received(card(), subject="CC-1"))
    assert found is not None
    assert len({found.message.subject, CASE, earlier_case_id("ccb", "CC-1")}) == 3


def test_a_dispute_of_before_keeps_its_id_and_its_raw_data_are_sealed_for_that() -> None:
    found = routed("filings.ccb", received(card(), subject="CC-1"))
    assert found.formerly is not None
    before = found.formerly.way()
    assert found.formerly.subject == before.message.subject == earlier_case_id("ccb", "CC-1")
    assert (before.message.body, before.stream) == (found.message.body, found.stream)
    assert json.loads(VAULT.open(before.message.subject, before.kept))["name"] == ZHANG.name


def test_an_institution_files_on_its_own_topic_only() -> None:
    with pytest.raises(Rejected) as rejected:
        ROUTE("filings.abc", "key", received(card()))
    assert rejected.value.code == "filing.wrong_institution"


def test_an_institution_outside_the_network_does_not_file() -> None:
    with pytest.raises(Rejected) as rejected:
        ROUTE("filings.stranger", "key", received(card(institution="stranger")))
    assert rejected.value.code == "filing.unknown_institution"


def test_a_filings_topic_takes_filings_only() -> None:
    with pytest.raises(Rejected) as rejected:
        ROUTE("filings.ccb", "key", received(GiveConsent(party=Party.APPLICANT)))
    assert rejected.value.code == "message.wrong_topic"


def test_a_command_is_about_its_subject() -> None:
    message = received(GiveConsent(party=Party.APPLICANT))
    assert routed("intake.commands", message) == Routed(STREAM, message)


def test_other_topics_do_not_concern_intake() -> None:
    assert ROUTE("mediation.events", "key", received(GiveConsent(party=Party.APPLICANT))) is None


def test_the_decision_sees_token_and_mask_instead_of_raw_data() -> None:
    filing = routed("filings.ccb", received(card())).message.body
    assert isinstance(filing, Filing)
    assert (filing.party, filing.masked_name, len(filing.party_token)) == (None, "张*三", 32)
    assert not any(word in repr(filing) for word in RAW)
    assert not any(word in repr(card()) for word in RAW)


def test_raw_data_pass_by_the_decision() -> None:
    found = routed("filings.ccb", received(card()))
    assert not any(word in found.message.body.model_dump_json() for word in RAW)
    assert json.loads(VAULT.open(CASE, found.kept)) == ZHANG.model_dump()
    assert not any(word in repr(found) for word in RAW)


def test_no_event_of_a_filing_has_raw_data() -> None:
    filing = routed("filings.ccb", received(card())).message
    for event in STREAM.decide(None, filing):
        assert not any(word in event.model_dump_json() for word in RAW)


_FREE = st.text(alphabet="赵钱孙李甲乙丙丁0123456789X", min_size=6, max_size=18)


@for_all(name=_FREE, id_number=_FREE, account=_FREE)
def test_no_raw_number_or_name_leaves_in_an_event(name: str, id_number: str, account: str) -> None:
    party = PersonalData(name="某" + name, id_number="I" + id_number, account="A" + account)
    filing = routed("filings.ccb", received(card(party=party))).message
    said = "".join(event.model_dump_json() for event in STREAM.decide(None, filing))
    assert not any(word in said for word in (party.name, party.id_number, party.account))


def test_raw_data_reach_the_own_store_with_the_registration() -> None:
    (row,) = written(routed("filings.ccb", received(card())))
    assert isinstance(row, Put)
    assert (row.collection, row.id, set(row.document)) == (PERSONAL_DATA, CASE, {"by", "key", "data"})
    assert not any(word.encode() in bytes(row.document["data"]) for word in RAW)
    assert json.loads(VAULT.open(CASE, row.document)) == ZHANG.model_dump()


def test_a_batch_that_is_decided_again_writes_the_same_row() -> None:
    found = routed("filings.ccb", received(card()))
    assert written(found) == written(found)


def test_raw_data_of_everybody_reach_the_own_store_and_nowhere_else() -> None:
    surety = PersonalData(name="王五五", id_number="110101198001011234", phone="13900139000")
    other = OtherParty(standing=Standing.GUARANTOR, data=surety)
    found = routed("filings.ccb", received(card(other_parties=(other,))))
    (row,) = written(found)
    assert isinstance(row, Put)
    assert json.loads(VAULT.open(CASE, row.document)) == {
        **ZHANG.model_dump(),
        "others": {"respondent-2": surety.model_dump()},
    }
    said = "".join(e.model_dump_json() for e in STREAM.decide(None, found.message))
    raw = {*RAW, surety.name, surety.id_number, surety.phone}
    assert not any(word in text for word in raw for text in (said, repr(found), repr(found.message)))


@pytest.mark.parametrize(("standing", "most"), [(Standing.GUARANTOR, 5), (Standing.CO_CREDITOR, 2)])
def test_more_parties_than_a_case_has_places_for_are_a_letter(standing: Standing, most: int) -> None:
    other = OtherParty(standing=standing, data=ZHANG)
    assert routed("filings.ccb", received(card(other_parties=(other,) * most)))
    with pytest.raises(Rejected) as rejected:
        ROUTE("filings.ccb", "key", received(card(other_parties=(other,) * (most + 1))))
    assert rejected.value.code == "filing.too_many_parties"


def test_a_repeat_writes_no_raw_data() -> None:
    again = routed("filings.ccb", received(card()))
    assert STREAM.rows is not None
    assert list(STREAM.rows(Change(again.message, CASE, None, None, [], "t:0", again.kept))) == []


def test_a_complaint_without_party_writes_nothing() -> None:
    assert written(routed("filings.ccb", received(complaint()))) == []


def test_the_outcome_of_a_reading_is_written_under_the_command_id() -> None:
    message = received(ReadPersonalData(purpose="电话联系"), actor=CLERK, id="c-9")
    state = None
    for event in STREAM.decide(None, received(taken(card()))):
        state = STREAM.evolve(state, event, MON)
    for who, reason in ((CLERK, ""), (Actor("abc", "x", "institution_agent"), "actor.not_allowed")):
        asked = received(message.body, actor=who, id="c-9")
        events = [Timed(MON, event) for event in STREAM.decide(state, asked)]
        assert STREAM.rows is not None
        assert list(STREAM.rows(Change(asked, CASE, state, state, events, "t:0"))) == [
            Put(READINGS, "c-9", {"case": CASE, "reason": reason})
        ]


def test_the_state_is_json_that_comes_back_the_same() -> None:
    state = None
    for event in STREAM.decide(None, received(taken(card()))):
        state = STREAM.evolve(state, event, MON)
    assert state is not None
    assert STREAM.state.model_validate_json(state.model_dump_json()) == state
    assert not any(word in json.dumps(state.model_dump(mode="json"), ensure_ascii=False) for word in RAW)
