"""What never happens, and what nobody declared, is an error at import that names file and line.

Source: none; a toy follows no law, but says so.
"""

import importlib.util
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from shared.casework.completeness import complete
from shared.casework.table import Table
from shared.contracts.intake import ConsentGiven
from shared.contracts.kinds import Role
from shared.contracts.message import Command, Event
from shared.contracts.topics import commands_topic
from tests.support.kite import (
    Flown,
    Fly,
    Kite,
    Other,
    at_once,
    by_its_owner,
    flies,
    flown,
    is_up,
    lands,
    not_up,
    table,
    told,
)
from tests.support.mistakes import Mistakes
from tests.support.toys import OWNER, toy_family

TOPICS = (commands_topic(OWNER),)
MISTAKES = Mistakes()
mistake = MISTAKES.add


@mistake("two tables are named kite")
def two_tables_of_one_name() -> None:
    complete("toys", table(), Table("kite", Other), topics=TOPICS)  # wrong


@mistake("@kite.on(Flown) was given no function")
def a_decorator_without_its_function() -> None:
    kite = table()
    kite.on(Flown)  # wrong
    complete("toys", kite, topics=TOPICS)


@mistake("@kite.timer(dusk) was given no function")
def a_timer_without_its_function() -> None:
    kite = table()
    kite.timer("dusk", due=at_once)  # wrong
    complete("toys", kite, topics=TOPICS)


@mistake("has no field upp, which up sets at ")
def a_field_that_the_state_has_not() -> None:
    kite = table()

    @kite.after(Flown)
    def up(state: Kite, event: Flown) -> Kite:
        return state.but(
            upp=True,  # wrong
        )

    complete("toys", kite, topics=TOPICS)


@mistake("no service owns the family toyz")
def a_family_of_nobody() -> None:
    complete("toyz", table(), topics=TOPICS)  # wrong


@mistake("is opened, but has no state to begin with")
def a_subject_that_opens_and_does_not_begin() -> None:
    kite: Table[Kite, None] = Table("kite", Kite)
    kite.opens(Flown)(lambda event, facts: [])  # wrong
    complete("toys", kite, topics=TOPICS)


@mistake("no correction acts on what it waits for")
def an_input_that_corrects_nothing() -> None:
    kite: Table[Kite, None] = Table("kite", Kite)  # wrong
    kite.awaits(lambda state: "wind")
    complete("toys", kite, topics=TOPICS)


@mistake("nothing says which input it waits for")
def a_correction_that_waits_for_nothing() -> None:
    kite: Table[Kite, None] = Table("kite", Kite)  # wrong
    kite.correction("dusk", due=lambda state, context, to: to)(lands)
    complete("toys", kite, topics=TOPICS)


@mistake("the reason kite.unknown at ")
def a_subject_that_is_unknown_for_a_reason_that_is_not_declared() -> None:
    kite: Table[Kite, None] = Table("kite", Kite, unknown="kite" + ".unknown")  # wrong
    complete("toys", kite, topics=TOPICS)


@mistake("says what follows ConsentGiven")
def a_state_after_an_event_of_another_service() -> None:
    kite = table()
    kite.after(ConsentGiven)(lambda state, event: state)  # wrong
    complete("toys", kite, topics=TOPICS)


@mistake("waits for ConsentGiven")
def an_act_of_a_message_that_does_not_come() -> None:
    kite = table()
    kite.on(ConsentGiven)(lambda state, event, facts: [])  # wrong
    complete("toys", kite, topics=TOPICS)


@mistake("is not of the family toys: take it out")
def a_message_from_elsewhere_that_is_not_its_own() -> None:
    complete("toys", table(), topics=TOPICS, elsewhere=(ConsentGiven,))  # wrong


@mistake("has no act: write @kite.on(FlyHigh) beside ")
def a_command_without_an_act() -> None:
    class FlyHigh(Command, family="toys", zh="高飞", en="Fly high", roles=(Role.PARTY,)):  # wrong
        pass

    complete("toys", table(), topics=TOPICS)


@mistake("write @kite.after(FlownHigh) beside ")
def an_event_after_which_nothing_follows() -> None:
    class FlownHigh(Event, family="toys", zh="已高飞", en="Flown high"):  # wrong
        pass

    complete("toys", table(), topics=TOPICS)


@mistake("is declared where other services do not see it")
def a_message_in_a_module_of_the_service() -> None:
    class FlownHigh(Event, family="toys", zh="已高飞", en="Flown high"):  # wrong
        pass

    kite = table()
    kite.unchanged_by(FlownHigh)
    complete("toys", kite, topics=TOPICS)


@pytest.mark.parametrize("name", MISTAKES.cases)
def test_it_names_the_line_and_says_what_to_write(name: str) -> None:
    MISTAKES.check(name)


def test_a_table_without_a_mistake_is_none() -> None:
    kite = table()
    kite.on(Fly, by_its_owner, not_up, already=is_up)(flies)
    kite.on(Flown)(told)
    kite.after(Flown)(flown)
    kite.timer("dusk", due=at_once)(lands)
    with toy_family():
        complete("toys", kite, topics=TOPICS)


# What only the source of a module tells -------------------------------------------------------------

STREAM = '''
"""A stream in a file of its own. {source}"""

from shared.casework.completeness import complete
from shared.casework.guards import authority
from shared.casework.table import Table
from tests.support.kite import Fly, Flown, Kite

kite = Table("kite", Kite, blank=lambda _: Kite())


@authority
def by_its_owner(state, facts, _):
    return "{guard}" if state.up else None


@kite.on(Fly, by_its_owner)
def fly(state, command, facts):
    return facts.refuse("case.closed", rule="{rule}") if state.up else [Flown()]


kite.unchanged_by(Flown)
'''


def imported(folder: Path, source: str, guard: str, rule: str) -> None:
    """Import a toy stream, and complete its service."""
    file = folder / TOY
    file.write_text(dedent(STREAM).lstrip().format(source=source, guard=guard, rule=rule), "utf-8")
    spec = importlib.util.spec_from_file_location("toy_stream", file)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules["toy_stream"] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        with toy_family():
            complete("toys", module.kite, topics=TOPICS)
    finally:
        del sys.modules["toy_stream"]


TOY = "toy_stream.py"
GOOD = {"source": "Source: the wind.", "guard": "case.closed", "rule": "SCR-001"}


@pytest.mark.parametrize(
    ("wrong", "says", "line"),
    [
        ({"guard": "case.cloesd"}, "the reason case.cloesd at ", 'return "case.cloesd"'),
        ({"rule": "SCR-999"}, "the rule SCR-999 at ", 'rule="SCR-999"'),
        ({"source": ""}, "says not which law or practice it follows", "@kite.on(Fly, by_its_owner)"),
    ],
    ids=["a reason that is not declared", "a rule without a sentence", "an act that cites nothing"],
)
def test_what_a_module_names_and_nobody_declared_is_an_error_at_import(
    tmp_path: Path, wrong: dict[str, str], says: str, line: str
) -> None:
    with pytest.raises(TypeError) as error:
        imported(tmp_path, **{**GOOD, **wrong})
    file = tmp_path / TOY
    lines = file.read_text("utf-8").splitlines()
    number = next(number for number, text in enumerate(lines, 1) if line in text)
    assert says in str(error.value)
    assert f"{file}:{number}" in str(error.value)
    assert ": write " in str(error.value)


def test_a_module_that_names_what_is_declared_is_no_error(tmp_path: Path) -> None:
    imported(tmp_path, **GOOD)
