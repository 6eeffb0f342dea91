"""A stream as a table: the order of the checks, what follows events, timers, and what it refuses to hold."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from shared.casework.guards import Facts, authority, possible
from shared.casework.protocol import Received, Refusal, State
from shared.casework.table import Table
from shared.contracts.common import CommandRefused
from shared.contracts.envelope import Actor
from shared.contracts.kinds import Role
from shared.contracts.message import Command, Event

AT = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)


class Opened(Event):
    by: str


class Closed(Event):
    pass


class Noted(Event):
    text: str


class Moved(Event):
    to: datetime


class Ask(Command):
    """A command outside of any family still needs a wire type, to be refused by."""

    wire_type = "toy.ask"


class OpenDoor(Ask):
    roles = ("keeper",)


class CloseDoor(Ask):
    roles = ("keeper", "guest")


class Door(State):
    """A door that closes by itself, and can be told to wait for a date."""

    keeper: str
    shut: bool = False
    closes_at: datetime = AT + DAY
    opened_at: datetime | None = None
    noted: str = ""


door: Table[Door, timedelta] = Table("door", Door, unknown="door.unknown")


@authority
def by_its_keeper(state: Door, facts: Facts[timedelta], _: Command | None) -> str | None:
    return None if facts.actor.person == state.keeper else "door.not_yours"


@possible
def not_locked(state: Door, facts: Facts[timedelta], _: Command | None) -> Refusal | None:
    return Refusal("door.locked", "Ask for the key.", "lock") if state.noted == "locked" else None


@door.opens(OpenDoor)
def open_(command: OpenDoor, facts: Facts[timedelta]) -> Iterable[Event]:
    yield Opened(by=facts.actor.person)


@door.begins(Opened)
def opened(event: Opened, at: datetime) -> Door:
    return Door(keeper=event.by, opened_at=at)


@door.on(CloseDoor, by_its_keeper, not_locked, already=lambda state, command, facts: state.shut)
def close(state: Door, command: CloseDoor, facts: Facts[timedelta]) -> Iterable[Event]:
    yield Closed()


@door.after(Closed)
def closed(state: Door, event: Closed) -> Door:
    return state.but(shut=True)


@door.timer("draught", due=lambda state, _: None if state.shut else state.closes_at)
def shut(state: Door, facts: Facts[timedelta]) -> Iterable[Event]:
    yield Closed()


@door.correction(
    "wait", due=lambda state, wait, to: min(to, state.closes_at) if state.noted == "wait" and wait else None
)
def wait(state: Door, facts: Facts[timedelta]) -> Iterable[Event]:
    yield Moved(to=state.closes_at + facts.context)


@door.after(Moved)
def moved(state: Door, event: Moved) -> Door:
    return state.but(closes_at=event.to, noted="")


@door.takes(Noted)
def noted(state: Door, event: Noted, facts: Facts[timedelta]) -> Door:
    return state.but(noted=event.text)


STREAM = door.bind(DAY)
OPEN = Door(keeper="k", opened_at=AT)
KEEPER = Actor("house", "k", "keeper")


def said(body: Command | Event, actor: Actor = KEEPER) -> Received:
    return Received(body, "m-1", "/test", "d-1", AT, actor)


def reason(events: object) -> str:
    match events:
        case [CommandRefused(reason=found)]:
            return found
    return "accepted"


def test_a_command_is_asked_known_role_authority_done_already_possible_in_this_order():
    stranger, visitor = Actor("house", "x", "stranger"), Actor("house", "x", "guest")
    locked_and_shut = OPEN.but(shut=True, noted="locked")
    asked = [(None, stranger), (locked_and_shut, stranger), (locked_and_shut, visitor)]
    refusals = [reason(STREAM.decide(state, said(CloseDoor(), actor))) for state, actor in asked]
    assert refusals == ["door.unknown", "actor.not_allowed", "door.not_yours"]
    assert list(STREAM.decide(locked_and_shut, said(CloseDoor()))) == []
    assert reason(STREAM.decide(OPEN.but(noted="locked"), said(CloseDoor()))) == "door.locked"
    assert list(STREAM.decide(OPEN, said(CloseDoor()))) == [Closed()]


def test_a_refusal_says_what_is_possible_and_which_rule_refused():
    [event] = STREAM.decide(OPEN.but(noted="locked"), said(CloseDoor()))
    assert isinstance(event, CommandRefused)
    assert (event.detail, event.rule) == ("Ask for the key.", "lock")


def test_a_refusal_without_a_word_of_its_own_says_what_this_actor_may_do_instead():
    class RingBell(Ask, roles=(Role.MEDIATOR,)):
        pass

    class ShutHall(Ask, roles=(Role.MEDIATOR, Role.JUDGE)):
        pass

    hall: Table[Door, None] = Table("door", Door)
    shut_once = possible(lambda state, facts, _: "door.shut" if state.shut else None)
    hall.on(ShutHall, shut_once)(lambda state, command, facts: [Closed()])
    hall.on(RingBell)(lambda state, command, facts: [])
    stream = hall.bind(None)
    shut = OPEN.but(shut=True)
    mediator = Actor("house", "m", "mediator")
    [told] = stream.decide(shut, said(ShutHall(), mediator))
    assert isinstance(told, CommandRefused)
    assert told.detail == "Possible now: RingBell."
    [alone] = stream.decide(shut, said(ShutHall(), Actor("house", "j", "judge")))
    assert isinstance(alone, CommandRefused)
    assert alone.detail == ""


def test_who_may_not_open_is_refused_and_a_second_opening_changes_nothing():
    assert reason(STREAM.decide(None, said(OpenDoor(), Actor("house", "g", "guest")))) == "actor.not_allowed"
    assert list(STREAM.decide(OPEN, said(OpenDoor()))) == []


def test_a_message_without_an_act_is_ignored_if_it_is_an_event_and_refused_if_it_is_a_command():
    class PaintDoor(Ask):
        roles = ("keeper",)

    assert list(STREAM.decide(OPEN, said(Closed()))) == []
    assert reason(STREAM.decide(OPEN, said(PaintDoor()))) == "command.unexpected"


def test_a_state_follows_each_event_and_may_know_its_time():
    begun = STREAM.evolve(None, Opened(by="k"), AT)
    assert begun == OPEN
    assert STREAM.evolve(begun, Closed(), AT).shut


def test_an_event_of_which_nothing_says_what_follows_is_an_error():
    with pytest.raises(LookupError, match="nothing says what follows Noted"):
        STREAM.evolve(OPEN, Noted(text=""), AT)
    with pytest.raises(LookupError, match="a door cannot begin with Closed"):
        STREAM.evolve(None, Closed(), AT)


def test_timers_act_at_their_own_time_and_a_correction_before_a_timer_of_the_same_time():
    assert STREAM.due is not None
    assert STREAM.advance is not None
    assert STREAM.due(OPEN) == AT + DAY
    waiting = OPEN.but(noted="wait")
    late = AT + 9 * DAY
    found = [(timed.at - AT, timed.event) for timed in STREAM.advance(waiting, late)]
    assert found == [(DAY, Moved(to=AT + 2 * DAY)), (2 * DAY, Closed())]
    assert list(STREAM.advance(OPEN.but(shut=True), late)) == []
    assert list(STREAM.advance(OPEN, AT)) == []


def test_a_timer_that_does_not_move_on_is_an_error_and_no_endless_loop():
    stuck: Table[Door, None] = Table("door", Door)
    stuck.timer("never", due=lambda state, _: AT)(lambda state, facts: [])
    with pytest.raises(RuntimeError, match="the timer never of a door does not move on"):
        stuck.advance(OPEN, AT, None)
    ringing: Table[Door, None] = Table("door", Door)
    ringing.timer("bell", due=lambda state, _: AT)(lambda state, facts: [Closed()])
    ringing.unchanged_by(Closed)
    with pytest.raises(RuntimeError, match="the timer bell of a door does not move on"):
        ringing.advance(OPEN, AT, None)


def test_a_correction_acts_also_where_there_is_no_timer():
    patient: Table[Door, None] = Table("door", Door)
    patient.correction("wait", due=lambda state, _, to: to if state.noted == "wait" else None)(
        lambda state, facts: [Moved(to=facts.at)]
    )
    patient.after(Moved)(moved)
    stream = patient.bind(None)
    assert stream.advance is not None
    assert [timed.event for timed in stream.advance(OPEN.but(noted="wait"), AT)] == [Moved(to=AT)]


def test_what_somebody_else_says_is_taken_after_the_events_and_only_of_what_is_known():
    assert STREAM.absorb is not None
    taken = STREAM.absorb(OPEN, said(Noted(text="locked")))
    assert isinstance(taken, Door)
    assert taken.noted == "locked"
    assert STREAM.absorb(None, said(Noted(text="locked"))) is None
    assert STREAM.absorb(OPEN, said(Closed())) is OPEN


def test_what_a_command_leaves_that_no_event_tells_follows_its_events():
    diary: Table[Door, str] = Table("door", Door, unknown="door.unknown")
    diary.opens(OpenDoor)(open_)
    diary.begins(Opened)(opened)
    diary.on(CloseDoor)(lambda state, command, facts: [Closed()])
    diary.after(Closed)(lambda state, event: state.but(shut=True))
    diary.keeps(CloseDoor)(
        lambda state, command, facts: state.but(noted=facts.actor.person) if state.shut else state
    )
    stream = diary.bind("b")
    assert stream.absorb is not None
    assert stream.absorb(OPEN.but(shut=True), said(CloseDoor())) == OPEN.but(shut=True, noted="k")
    assert stream.absorb(OPEN, said(CloseDoor())) is OPEN
    assert stream.absorb(None, said(CloseDoor())) is None


def test_what_somebody_else_says_begins_a_blank_unless_it_tells_of_known_subjects_alone():
    shown: Table[Door, str] = Table("door", Door, blank=lambda keeper: Door(keeper=keeper))
    shown.takes(Event)(lambda state, event, facts: state.but(noted=type(event).__name__))
    shown.takes(Closed, opens=False)(lambda state, event, facts: state.but(shut=True))
    stream = shown.bind("b")
    assert stream.absorb is not None
    assert stream.absorb(None, said(Noted(text=""))) == Door(keeper="b", noted="Noted")
    assert stream.absorb(None, said(Closed())) is None
    assert stream.absorb(OPEN, said(Closed())) == OPEN.but(shut=True)
    assert stream.absorb(None, said(CloseDoor())) is None


def test_a_table_with_a_blank_starts_from_it_but_knows_nobody_a_command_is_about():
    counter: Table[Door, str] = Table("door", Door, blank=lambda keeper: Door(keeper=keeper))
    counter.on(Noted)(lambda state, event, facts: [Closed()])
    counter.on(CloseDoor)(lambda state, command, facts: [Closed()])
    counter.after(Closed)(lambda state, event: state.but(shut=True))
    stream = counter.bind("b")
    assert list(stream.decide(None, said(Noted(text="")))) == [Closed()]
    assert stream.evolve(None, Closed(), AT) == Door(keeper="b", shut=True)
    assert reason(stream.decide(None, said(CloseDoor()))) == "case.unknown"


def test_a_command_may_be_the_first_message_of_a_subject_where_no_reason_refuses_it():
    counter: Table[Door, str] = Table(
        "door", Door, unknown=None, known=lambda keeper, id: True, blank=lambda keeper: Door(keeper=keeper)
    )
    counter.on(CloseDoor, by_its_keeper)(lambda state, command, facts: [Closed()])
    counter.after(Closed)(lambda state, event: state.but(shut=True))
    stream, stranger = counter.bind("k"), Actor("house", "x", "guest")
    assert list(stream.decide(None, said(CloseDoor()))) == [Closed()]
    assert reason(stream.decide(None, said(CloseDoor(), stranger))) == "door.not_yours"
    assert stream.options is not None
    [mine], [theirs] = (stream.options(None, "d-1", AT, actor) for actor in (KEEPER, stranger))
    assert (mine.refusal, theirs.refusal) == (None, Refusal("door.not_yours"))


def test_what_a_person_may_do_now_is_told_without_a_command():
    def told(state: Door | None, actor: Actor, at: datetime = AT) -> dict[str, str | None]:
        assert STREAM.options is not None
        found = STREAM.options(state, "d-1", at, actor)
        return {one.command.__name__: one.refusal.reason if one.refusal else None for one in found}

    assert told(OPEN, KEEPER) == {"CloseDoor": None}
    assert told(OPEN, Actor("house", "k", "stranger")) == {"CloseDoor": "actor.not_allowed"}
    assert told(OPEN, Actor("house", "x", "guest")) == {"CloseDoor": "door.not_yours"}
    assert told(OPEN.but(noted="locked"), KEEPER) == {"CloseDoor": "door.locked"}
    assert told(None, KEEPER) == {"CloseDoor": "door.unknown"}


def test_what_a_person_may_do_now_knows_what_time_has_done_meanwhile():
    locking: Table[Door, None] = Table("door", Door)
    locking.on(CloseDoor, possible(lambda state, facts, _: "door.shut" if state.shut else None))(
        lambda state, command, facts: [Closed()]
    )
    locking.timer("draught", due=lambda state, _: None if state.shut else state.closes_at)(
        lambda state, facts: [Closed()]
    )
    locking.after(Closed)(lambda state, event: state.but(shut=True))
    locking.on(OpenDoor, any_role=True)(lambda state, command, facts: [])
    assert [one.refusal for one in locking.options(OPEN, Facts(None, AT, KEEPER))] == [None]
    late = locking.options(OPEN, Facts(None, AT + DAY, KEEPER))
    assert [one.refusal for one in late] == [Refusal("door.shut")]
