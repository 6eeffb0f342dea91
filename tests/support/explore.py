"""Every phase that a stream reaches, found breadth-first from nothing with a small alphabet of messages.

Two states are the same phase when a stream's own ``phase`` says so, so that the search ends. The first state
found of a phase stands for all of it.
"""

import json
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from shared.casework.protocol import Received, Stream
from shared.contracts import export
from shared.contracts.common import CommandRefused
from shared.contracts.envelope import SYSTEM, Actor
from shared.contracts.kinds import Role
from shared.contracts.message import Command, Event, Message
from tests.support.samples import simplest

STEP = timedelta(hours=1)
"""Time between two messages."""
TIME = "时限 time"
"""What a transition is called that no message brought about."""


@dataclass(frozen=True)
class Sample:
    """A message that may come, who sends it, and from where."""

    body: Message
    actor: Actor = SYSTEM
    source: str = "/test"

    @property
    def name(self) -> str:
        """Its words in both languages; a service's own form of a message has those of the message."""
        words = next(one.words for one in type(self.body).__mro__ if one.words.zh)
        return f"{words.zh} {words.en}"


@dataclass(frozen=True)
class Reached:
    """A state on its way: when it was reached, and by which messages."""

    state: Any
    at: datetime
    path: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What a message led to.

    Attributes:
        refused: The refusal's reason code; empty for none.
    """

    events: tuple[Event, ...]
    after: Any
    refused: str = ""


@dataclass(frozen=True)
class Walk:
    """How to explore one stream.

    Attributes:
        title: Its name for people.
        samples: What may come in a state; a command that is not among it comes in its smallest form.
        actors: Everybody who may try a command.
        phase: What makes two states differ.
        label: The phase's name in the diagram; several phases may share one.
        before: The walk that reached the phases, where the stream knew less then than it knows now.
    """

    title: str
    stream: Stream[Any]
    subject: str
    start: datetime
    samples: Callable[[Reached], Iterable[Sample]]
    actors: tuple[Actor, ...]
    phase: Callable[[Any], Hashable]
    label: Callable[[Any], str]
    before: "Walk | None" = None

    def may_come(self, reached: Reached) -> list[Sample]:
        """Return what may come in a state: every command of the stream is among it."""
        found = list(self.samples(reached))
        named = {type(sample.body) for sample in found}
        for option in (
            self.stream.options(None, self.subject, self.start, SYSTEM) if self.stream.options else ()
        ):
            if option.command not in named:
                body = smallest(option.command)
                found += [Sample(body, actor) for actor in self.actors]
        return found

    def later(self, reached: Reached, at: datetime) -> Any:
        """Return the state after what time alone brings about."""
        state = reached.state
        if self.stream.advance is not None and state is not None:
            for timed in self.stream.advance(state, at):
                state = self.stream.evolve(state, timed.event, timed.at)
        return state

    def answer(self, reached: Reached, sample: Sample) -> Answer:
        """Let a message come an hour later, as the runtime would."""
        at = reached.at + STEP
        state = self.later(reached, at)
        message = Received(sample.body, "m-1", sample.source, self.subject, at, sample.actor)
        events = tuple(self.stream.decide(state, message))
        match events:
            case (CommandRefused(reason=reason),):
                return Answer(events, state, reason)
        for event in events:
            state = self.stream.evolve(state, event, at)
        if self.stream.absorb is not None:
            state = self.stream.absorb(state, message)
        return Answer(events, state)


@dataclass
class Explored:
    """All phases with a state of each, and the transitions between their labels."""

    reached: dict[Hashable, Reached] = field(default_factory=dict)
    edges: dict[tuple[str, str], set[str]] = field(default_factory=dict)


def explore(walk: Walk) -> Explored:
    """Return what a stream reaches from nothing."""
    found = Explored()
    queue = deque([Reached(None, walk.start)])
    while queue:
        here = queue.popleft()
        key = None if here.state is None else walk.phase(here.state)
        if key in found.reached:
            continue
        found.reached[key] = here
        for name, there in _moves(walk, here):
            if there.state is None:
                continue
            if key is None or walk.phase(there.state) != key:
                edge = (walk.label(here.state), walk.label(there.state))
                found.edges.setdefault(edge, set()).add(name)
            queue.append(there)
    return found


def _moves(walk: Walk, here: Reached) -> Iterator[tuple[str, Reached]]:
    """A deadline that passes before the message comes is a move of its own, and comes first."""
    due = walk.stream.due(here.state) if walk.stream.due is not None and here.state is not None else None
    if due is not None:
        yield TIME, Reached(walk.later(here, due), due, (*here.path, "time"))
    if due is None or due > here.at + STEP:
        for sample in walk.may_come(here):
            answer = walk.answer(here, sample)
            if not answer.refused:
                name = type(sample.body).__name__
                yield sample.name, Reached(answer.after, here.at + STEP, (*here.path, name))


def everybody(organisations: Iterable[str], people: Iterable[str]) -> tuple[Actor, ...]:
    """Return an actor of every role in each of some organisations, as each of some people."""
    return tuple(
        Actor(organisation, person, role.value)
        for role in Role
        for organisation in organisations
        for person in people
    )


@cache
def smallest(cls: type[Command]) -> Command:
    """Return the simplest command of a class that its schema allows, always the same."""
    return cls.model_validate_json(json.dumps(simplest(export.schema_of(cls))))


def commands_of(walk: Walk, reached: Reached) -> dict[type[Command], list[Command]]:
    """Return the commands of the alphabet by their class, each once, whoever sends it."""
    out: dict[type[Command], list[Command]] = {}
    for sample in walk.may_come(reached):
        if isinstance(sample.body, Command):
            known = out.setdefault(type(sample.body), [])
            if sample.body not in known:
                known.append(sample.body)
    return out


def diagram(walk: Walk) -> str:
    """Return the transitions of a stream as a Mermaid state diagram."""
    found = explore(walk)
    labels = sorted({label for edge in found.edges for label in edge if label})
    names = {label: f"s{number}" for number, label in enumerate(labels, 1)} | {"": "[*]"}
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{label}" as {names[label]}' for label in labels]
    for (before, after), messages in sorted(found.edges.items()):
        lines.append(f"    {names[before]} --> {names[after]}: {' / '.join(sorted(messages))}")
    return "\n".join([*lines, "```"])
