"""Which message leads where."""

from dataclasses import replace

import pytest
from pydantic import SecretStr

from services.mediation.app import build
from services.mediation.handlers import TOPICS
from shared.casework.protocol import Received, Rejected
from shared.contracts.common import AdvanceClock
from shared.contracts.envelope import SYSTEM
from shared.contracts.kinds import Cause
from shared.contracts.mediation import AcceptAssignment, DesignationQueued, PlaceFreed
from shared.runtime.base.settings import Settings
from tests.support.cases import case_id
from tests.support.spec import given
from tests.unit.mediation.mother import MON, ORGANISATION, made, mediator, network, place, referral, requested

HANDLERS = made()


def message(body, subject: str = case_id("ccb", "t")) -> Received:
    return Received(body, "m-1", "/test", subject, MON, SYSTEM)


def test_an_event_of_intake_leads_to_its_case():
    received = message(referral())
    routed = HANDLERS.route("intake.events", received.subject, received)
    assert routed is not None
    assert (routed.stream, routed.message) == (HANDLERS.case, received)


def test_what_is_not_about_a_case_leads_nowhere():
    assert HANDLERS.route("intake.events", "ccb", message(referral(), "ccb")) is None


def test_a_command_about_an_organisation_leads_to_its_roster():
    received = message(AcceptAssignment(), ORGANISATION)
    routed = HANDLERS.route("mediation.commands", ORGANISATION, received)
    assert routed is not None
    assert (routed.stream, routed.message) == (HANDLERS.roster, received)


def test_a_command_of_a_case_about_a_roster_is_refused_and_so_answered():
    given(HANDLERS.roster, subject=ORGANISATION).when(
        AcceptAssignment(), at=MON, actor=mediator()
    ).then_refused("command.unexpected")


def test_a_command_about_neither_a_case_nor_an_organisation_is_a_dead_letter():
    with pytest.raises(Rejected, match=r"case\.unknown"):
        HANDLERS.route("mediation.commands", "nobody", message(AcceptAssignment(), "nobody"))


def test_looking_at_the_clock_of_a_roster_leads_nowhere():
    assert HANDLERS.route("mediation.commands", ORGANISATION, message(AdvanceClock(), ORGANISATION)) is None


def test_a_request_leads_to_the_roster_of_the_organisation():
    received = message(requested())
    routed = HANDLERS.route("mediation.rosters", ORGANISATION, received)
    assert routed is not None
    assert routed.stream is HANDLERS.roster
    assert routed.message == replace(received, subject=ORGANISATION)


def test_a_place_leads_back_to_the_case():
    received = message(place(case="sy1other"), ORGANISATION)
    routed = HANDLERS.route("mediation.designations", "sy1other", received)
    assert routed is not None
    assert routed.stream is HANDLERS.case
    assert routed.message.subject == "sy1other"


def test_a_wait_leads_to_the_case_that_waits_and_no_other_event_of_a_roster_leads_to_one():
    queued = DesignationQueued(case="sy1test", round=1, cause=Cause.LOAN, excluded=(), waiting=1, eligible=1)
    routed = HANDLERS.route("mediation.designations", "sy1test", message(queued, ORGANISATION))
    assert routed is not None
    assert (routed.stream, routed.message.subject) == (HANDLERS.case, "sy1test")
    freed = message(PlaceFreed(case="sy1test", mediator="m01"), ORGANISATION)
    assert HANDLERS.route("mediation.designations", "sy1test", freed) is None


def test_the_service_listens_to_all_its_topics():
    service = build(Settings(sealing_keys=SecretStr("k" * 32)), network())
    assert service.topics == TOPICS
    assert [stream.name for stream in service.streams] == ["case", "roster"]
