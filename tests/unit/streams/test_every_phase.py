"""All commands in all phases that a stream reaches, from all roles: each has an answer that people get."""

from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module

import pytest

from services.mediation import handlers as mediation
from services.mediation.case import Mediation
from services.mediation.case.choice import is_open
from shared.contracts.language import FAMILIES
from shared.contracts.message import REGISTRY, Command, Event
from shared.contracts.reasons import REASONS
from shared.contracts.topics import SERVICES
from tests.support import walks
from tests.support.explore import STEP, Explored, Reached, Sample, Walk, commands_of, explore
from tests.support.walks import ANNOUNCED, PROVISIONAL, UNKNOWN_YEAR, WALKS

ALL = [*(walk for walks in WALKS.values() for walk in walks), *PROVISIONAL]
HANDLERS = {service: import_module(f"services.{service}.handlers") for service in SERVICES}
TABLES = {
    service: handlers.TABLES
    for service, handlers in HANDLERS.items()
    if service != "portal" and any(table.acts or table.openings for table in handlers.TABLES)
}
"""The tables of the services that decide; the portal tells what others decided, and decides about nothing."""
_FOUND: dict[str, Explored] = {}


def found(walk: Walk) -> Iterator[Reached]:
    """Every phase once, the unknown subject among them."""
    reaching = walk.before or walk
    if reaching.title not in _FOUND:
        _FOUND[reaching.title] = explore(reaching)
    yield from _FOUND[reaching.title].reached.values()


@pytest.fixture(params=ALL, ids=lambda walk: walk.title)
def walk(request: pytest.FixtureRequest) -> Walk:
    return request.param


def test_every_command_in_every_phase_has_an_answer_and_what_somebody_may_do_now_is_what_it_says(
    walk: Walk,
) -> None:
    options = walk.stream.options
    assert options is not None
    for number, here in enumerate(found(walk)):
        samples = commands_of(walk, here)
        for actor in walk.actors:
            # Who has another role is refused before anything else is asked, so two phases show it.
            answers = {
                kind: [walk.answer(here, Sample(body, actor)) for body in bodies]
                for kind, bodies in samples.items()
                if number < 2 or actor.role in kind.roles
            }
            for kind, given in answers.items():
                for answer in given:
                    assert not answer.refused or answer.refused in REASONS, (here, kind, actor)
                    assert answer.refused != "command.unexpected", (here, kind, actor)
            if here.state is None:
                continue
            for option in options(here.state, walk.subject, here.at + STEP, actor):
                if option.command not in answers:
                    assert option.refusal is not None, (here, actor, option)
                elif option.refusal is None:
                    assert any(not one.refused for one in answers[option.command]), (here, actor, option)
                else:
                    did = [one for one in answers[option.command] if one.events and not one.refused]
                    assert not did, (here, actor, option)


def test_every_service_that_decides_has_its_walks() -> None:
    missing = TABLES.keys() - WALKS.keys()
    assert not missing, f"{', '.join(missing)}: write a Walk of each table, and name it in {walks.__file__}"


@pytest.mark.parametrize("service", TABLES)
def test_every_message_that_a_table_knows_comes_in_its_walk(service: str) -> None:
    assert {walk.stream.name for walk in WALKS[service]} == {table.name for table in TABLES[service]}
    for table in TABLES[service]:
        walked = [walk for walk in WALKS[service] if walk.stream.name == table.name]
        comes = {type(one.body) for walk in walked for here in found(walk) for one in walk.may_come(here)}
        # An act of every other event is no message of its own.
        assert (set(table.acts) | set(table.openings)) - {Event} <= comes


def test_every_command_of_a_service_comes_in_one_of_its_walks() -> None:
    for family, service in FAMILIES.items():
        if service not in TABLES:
            continue
        comes = {
            cls
            for walk in WALKS[service]
            for here in found(walk)
            for kind in commands_of(walk, here)
            for cls in kind.__mro__
        }
        declared = {cls for cls in REGISTRY.values() if cls.family == family and issubclass(cls, Command)}
        assert declared <= comes, declared - comes


def test_a_command_that_no_walk_names_comes_all_the_same_from_everybody() -> None:
    walk = replace(WALKS["mediation"][0], samples=lambda _: ())
    here = Reached(None, walk.start)
    comes = commands_of(walk, here)

    assert set(comes) == {kind for kind in mediation.case.acts if issubclass(kind, Command)}
    assert {sample.actor for sample in walk.may_come(here)} == set(walk.actors)


def provisional(state: Mediation) -> tuple[bool, bool, bool]:
    return state.due_provisional, state.answer_provisional, state.designate_provisional


def test_a_mediation_waits_for_the_calendar_in_every_phase_with_a_provisional_deadline_and_in_no_other():
    states = [here.state for here in found(UNKNOWN_YEAR) if here.state is not None]
    open_ones = {provisional(state) for state in states if state.end is None}
    alone = {tuple(place == one for place in range(3)) for one in range(3)}
    assert alone < open_ones
    awaits = UNKNOWN_YEAR.stream.awaits
    assert awaits is not None
    for state in states:
        chooses = is_open(state) and state.choice.choose_provisional
        waits = state.end is None and (any(provisional(state)) or chooses)
        assert awaits(state) == ("calendar-2027" if waits else None), state


def test_no_deadline_stays_provisional_in_any_phase_once_the_calendar_is_there():
    moved = 0
    for here in found(ANNOUNCED):
        if here.state is None:
            continue
        later = ANNOUNCED.later(here, here.at + STEP)
        if here.state.end is not None:
            assert later == here.state, "what is over stays as it was"
            continue
        assert provisional(later) == (False, False, False), here
        assert later.end is None, "what is open when the calendar comes stays open until its day"
        moved += later.due_at != here.state.due_at or later.answer_by != here.state.answer_by
    assert moved
