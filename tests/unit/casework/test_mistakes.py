"""A mistake in a table is an error at import that names file and line, and says what to write."""

from collections.abc import Iterable
from datetime import date

import pytest
from pydantic import BaseModel

from shared.casework.guards import Facts, authority
from shared.casework.table import Table
from shared.contracts.message import Command, Event
from shared.contracts.topics import commands_topic
from tests.support.kite import (
    Flown,
    Fly,
    Kite,
    at_once,
    by_its_owner,
    flies,
    flown,
    is_up,
    lands,
    not_up,
    table,
)
from tests.support.mistakes import Mistakes
from tests.support.toys import OWNER

TOPICS = (commands_topic(OWNER),)
MISTAKES = Mistakes()
mistake = MISTAKES.add


# The table --------------------------------------------------------------------------------------


@mistake("its state is no State: write class Plain(State)")
def a_state_that_is_none() -> None:
    class Plain(BaseModel):  # wrong
        pass

    Table("kite", Plain)


@mistake("has neither a refusal nor a blank")
def an_unknown_subject_without_an_answer() -> None:
    Table("kite", Kite, unknown=None)  # wrong


@mistake("nobody can tell which subjects a command may begin")
def a_command_that_may_begin_anything() -> None:
    Table("kite", Kite, unknown=None, blank=lambda _: Kite())  # wrong


@mistake("a reason refuses all subjects a command may begin")
def a_command_that_may_begin_what_is_refused() -> None:
    Table("kite", Kite, known=lambda context, subject: True)  # wrong


@mistake("there is nothing below version 1 to upgrade")
def an_upgrade_from_nothing() -> None:
    Table("kite", Kite, upgrade=lambda version, document: document)  # wrong


@mistake("counts_from is above the version")
def a_count_from_a_version_to_come() -> None:
    Table("kite", Kite, counts_from=2)  # wrong


@mistake("<lambda> takes other arguments")
def a_blank_of_nothing() -> None:
    Table("kite", Kite, blank=lambda: Kite())  # wrong


# Declared twice ---------------------------------------------------------------------------------


@mistake("@kite.on(Fly) has an entry already, at ")
def two_acts_of_one_message() -> None:
    kite = table()
    kite.on(Fly)(flies)
    kite.on(Fly)(flies)  # wrong


@mistake("@kite.after(Flown) has an entry already, at ")
def two_states_after_one_event() -> None:
    kite = table()
    kite.after(Flown)(flown)
    kite.unchanged_by(Flown)  # wrong


@mistake("@kite.timer(dusk) has an entry already, at ")
def two_timers_of_one_name() -> None:
    kite = table()
    kite.timer("dusk", due=at_once)(lands)
    kite.timer("dusk", due=at_once)(lands)  # wrong


@mistake("@kite.correction(dusk) has an entry already, at ")
def two_corrections_of_one_name() -> None:
    kite = table()
    kite.correction("dusk", due=lambda state, context, to: to)(lands)
    kite.correction("dusk", due=lambda state, context, to: to)(lands)  # wrong


@mistake("has an entry already, at ")
def two_inputs_that_are_awaited() -> None:
    kite = table()
    kite.awaits(lambda state: "wind")
    kite.awaits(lambda state: "sun")  # wrong


@mistake("the guard by_its_owner stands twice")
def a_guard_that_stands_twice() -> None:
    table().on(Fly, by_its_owner, by_its_owner)  # wrong


# Arguments that mean nothing --------------------------------------------------------------------


@mistake(
    "guards out of order (authority, possible): write by_its_owner, not_up instead of not_up, by_its_owner"
)
def guards_out_of_order() -> None:
    table().on(Fly, not_up, by_its_owner)  # wrong


@mistake("owned is no guard: write @authority or @possible above it")
def a_guard_that_is_a_function() -> None:
    def owned(state: Kite, facts: Facts[None], _: Command | None) -> str | None:  # wrong
        return None

    table().on(Fly, owned)


@mistake("Flown is no command, so nobody is there to refuse: take its guards out")
def guards_of_an_event() -> None:
    table().on(Flown, by_its_owner)  # wrong


@mistake("Flown is no command, so nobody is there to refuse: take already= out")
def already_of_an_event() -> None:
    table().on(Flown, already=is_up)  # wrong


@mistake("Flown is no command, so nobody is there to refuse: take any_role= out")
def a_role_of_an_event() -> None:
    table().opens(Flown, any_role=True)  # wrong


@mistake("opens=False means nothing without a blank")
def a_blank_that_is_not_there() -> None:
    kite: Table[Kite, None] = Table("kite", Kite)
    kite.takes(Flown, opens=False)  # wrong


@mistake("Fly is no event: write @kite.after(")
def a_state_after_a_command() -> None:
    table().after(Fly)  # wrong


@mistake("Fly is no event: write @kite.takes(")
def a_command_that_tells_something() -> None:
    table().takes(Fly)  # wrong


@mistake("Flown is no command: write @kite.keeps(")
def an_event_that_leaves_something_beside_it() -> None:
    table().keeps(Flown)  # wrong


@mistake("flies is no message: write @kite.on(")
def a_decorator_without_its_message() -> None:
    table().on(flies)  # wrong


# Functions of another form ----------------------------------------------------------------------


@mistake("fly returns None: write def fly(state, message, facts) -> Iterable[Event]")
def an_act_that_returns_nothing() -> None:
    @table().on(Fly)  # wrong
    def fly(state: Kite, command: Fly, facts: Facts[None]) -> None:
        pass


@mistake("fly returns Flown: write def fly(state, message, facts) -> Iterable[Event]")
def an_act_that_returns_one_event() -> None:
    def fly(state: Kite, command: Fly, facts: Facts[None]) -> Flown:  # wrong
        return Flown()

    table().on(Fly)(fly)


@mistake("fly takes other arguments")
def an_act_without_facts() -> None:
    def fly(state: Kite, command: Fly) -> Iterable[Event]:  # wrong
        return [Flown()]

    table().on(Fly)(fly)


@mistake("fly is async, but nobody awaits it")
def an_act_that_waits() -> None:
    async def fly(state: Kite, command: Fly, facts: Facts[None]) -> Iterable[Event]:  # wrong
        return [Flown()]

    table().on(Fly)(fly)


@mistake("land is about Flown, but declared for Fly")
def an_act_of_another_message() -> None:
    def land(state: Kite, event: Flown, facts: Facts[None]) -> Iterable[Event]:  # wrong
        return [Flown()]

    table().on(Fly)(land)


@mistake("up returns None: write def up(state, event, at) -> the state")
def a_state_that_is_not_returned() -> None:
    def up(state: Kite, event: Flown) -> None:  # wrong
        state.but(up=True)

    table().after(Flown)(up)


@mistake("up yields, and returns nothing")
def a_state_that_is_yielded() -> None:
    def up(state: Kite, event: Flown):  # wrong
        yield state

    table().after(Flown)(up)


@mistake("owned returns bool: write def owned(state, facts, command) -> Refusal | str | None")
def a_guard_that_answers_yes_or_no() -> None:
    def owned(state: Kite, facts: Facts[None], _: Command | None) -> bool:  # wrong
        return True

    authority(owned)


@mistake("done returns None: write def done(state, message, facts) -> bool")
def already_that_does_not_answer() -> None:
    def done(state: Kite, command: Fly, facts: Facts[None]) -> None:  # wrong
        pass

    table().on(Fly, already=done)


@mistake("timer dusk: None is no function")
def a_timer_that_is_never_due() -> None:
    table().timer("dusk", due=None)  # wrong


@mistake("timer dusk: dusk returns")
def a_timer_that_is_due_on_a_day() -> None:
    def dusk(state: Kite, context: None) -> date | None:  # wrong
        return None

    table().timer("dusk", due=dusk)


@pytest.mark.parametrize("name", MISTAKES.cases)
def test_it_names_the_line_and_says_what_to_write(name: str) -> None:
    MISTAKES.check(name)
