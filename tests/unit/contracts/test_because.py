"""Every event of a case has an explanation, and every explanation names rules and fields that there are."""

import pytest

from services.alerts.handlers import TABLES as ALERTS
from services.court_bridge.handlers import TABLES as COURT
from services.intake.handlers import TABLES as INTAKE
from services.mediation.handlers import TABLES as MEDIATION
from shared.contracts.because import AUTHORITY, BECAUSE, STARTS
from shared.contracts.declared import fields_of
from shared.contracts.message import Event, versions_of
from shared.contracts.reasons import REASONS
from shared.contracts.rules import RULES
from shared.contracts.words import Spoken

CASES = [table for table in (*INTAKE, *MEDIATION, *COURT, *ALERTS) if table.name == "case"]
EVENTS = sorted(
    {event.short_type for table in CASES for event in {*table.steps, *table.births} if event.family}
)


def test_there_are_the_cases_of_four_services() -> None:
    assert len(CASES) == 4


@pytest.mark.parametrize("event", [*EVENTS, "common.command-refused", "common.command-unchanged"])
def test_every_event_of_a_case_is_explained(event: str) -> None:
    assert event in BECAUSE, "say in shared/contracts/because.py which rules make it"
    fields = [one for cls in versions_of(event) for one in fields_of(cls).values()]
    spoken = any(one.spoken is Spoken.RULE for one in fields)
    because = BECAUSE[event]
    assert because.all_rules() or spoken, "it names no rule"


@pytest.mark.parametrize("event", BECAUSE)
def test_an_explanation_names_rules_and_fields_that_there_are(event: str) -> None:
    because = BECAUSE[event]
    classes = versions_of(event)
    assert classes
    assert all(issubclass(cls, Event) for cls in classes)
    assert because.all_rules() <= RULES.keys()
    fields = {name for cls in classes for name in cls.model_fields}
    assert {because.by, because.due, because.provisional} - {""} <= fields


def test_every_time_that_an_event_tells_has_a_beginning() -> None:
    for because in BECAUSE.values():
        if because.due:
            rules = {because.of} - {""} or set((because.each or {}).values()) or {because.rules[-1]}
            assert rules <= STARTS.keys()
    assert {event for events in STARTS.values() for event in events} <= BECAUSE.keys()


def test_what_says_who_may_not_are_reasons() -> None:
    assert AUTHORITY <= REASONS.keys()
