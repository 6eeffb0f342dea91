"""The way in, the row of a case number, and the parts put together."""

from services.court_bridge.app import build
from services.court_bridge.case import CourtCase
from services.court_bridge.store import CASE_NUMBERS
from shared.casework.protocol import Change, Increment, Received, Routed, Timed
from shared.contracts.court import CaseDocketed
from shared.contracts.envelope import SYSTEM
from shared.contracts.kinds import FilingKind
from shared.contracts.message import Message
from shared.runtime.base.settings import Settings
from tests.unit.court_bridge.mother import C1, CASE, EFFECTIVE, LATER, NETWORK, NUMBER, ROUTE, STREAM, again


def message(body: Message, subject: str = CASE) -> Received:
    return Received(body=body, id="m-1", source="/test", subject=subject, at=LATER, actor=SYSTEM)


def test_cases_are_followed_on_all_its_topics() -> None:
    for topic in ("mediation.events", "court.inbound", "court.keeping", "court_bridge.commands"):
        assert ROUTE(topic, CASE, message(EFFECTIVE)) == Routed(STREAM, message(EFFECTIVE))


def test_what_is_about_no_case_does_not_concern_it() -> None:
    assert ROUTE("mediation.events", "people-mediation", message(EFFECTIVE, "people-mediation")) is None
    assert ROUTE("intake.events", CASE, message(EFFECTIVE)) is None


def test_a_command_is_always_answered() -> None:
    assert ROUTE("court_bridge.commands", "x", message(again(), "x")) is not None


def test_a_case_number_leads_back_to_its_case() -> None:
    event = CaseDocketed(filing=C1, kind=FilingKind.CONFIRMATION, case_number=NUMBER)
    change: Change[CourtCase] = Change(message(EFFECTIVE), CASE, None, None, [Timed(LATER, event)], "t:0")
    assert STREAM.rows is not None
    assert list(STREAM.rows(change)) == [Increment(CASE_NUMBERS, NUMBER, {"cases": 1}, {"case": CASE})]


def test_it_is_put_together() -> None:
    service = build(Settings(), NETWORK)
    assert (service.name, service.topics) == (
        "court_bridge",
        ("mediation.events", "court.inbound", "court.keeping", "court_bridge.commands"),
    )
    assert list(service.indexes) == [CASE_NUMBERS]
