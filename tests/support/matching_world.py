"""Intake's two streams with the deliveries between them, as the runtime makes them, in memory."""

from collections import deque
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.intake.handlers import OWN
from shared.casework.protocol import Change, Put, Received, Stream, Timed
from shared.contracts.common import CommandRefused
from shared.contracts.envelope import SYSTEM, Actor
from shared.contracts.intake import FileDispute
from shared.contracts.message import Event, Message
from shared.contracts.topics import MATCHES, commands_topic, filings_topic
from tests.unit.intake.mother import BANK, MON, ROUTE

SOURCE = "/suyuan/intake"


class World:
    """What intake knows, and what it said.

    Attributes:
        said: Every event with the case, or the stream of matches, that said it.
        rows: Of intake's own collections.
        repeats: Whether each delivery comes twice.
    """

    def __init__(self, *, repeats: bool = False) -> None:
        self.repeats = repeats
        self.states: dict[str, Any] = {}
        self.numbers: dict[str, int] = {}
        self.said: list[tuple[str, Event]] = []
        self.rows: dict[tuple[str, str], dict[str, Any]] = {}
        self.sent = 0

    def file(self, filing: FileDispute, at: datetime = MON) -> list[Event]:
        """Let an institution file; return the events of all streams that follow."""
        return self._take(filings_topic(filing.institution), filing.reference, filing, BANK, at)

    def do(self, command: Message, case: str, actor: Actor, at: datetime = MON) -> list[Event]:
        """Let somebody send a command about a case."""
        return self._take(commands_topic("intake"), case, command, actor, at)

    def hear(self, topic: str, case: str, event: Message, at: datetime = MON) -> list[Event]:
        """Let another service tell something of a case."""
        return self._take(topic, case, event, SYSTEM, at)

    def _take(self, topic: str, subject: str, body: Message, actor: Actor, at: datetime) -> list[Event]:
        mark = len(self.said)
        self.sent += 1
        todo = deque([(topic, subject, Received(body, f"c-{self.sent}", "/test", subject, at, actor))])
        while todo:
            topic, key, message = todo.popleft()
            routed = ROUTE(topic, key, message)
            assert routed is not None
            for timed in self._decided(routed.stream, routed.message):
                copies = self._copies(routed.message.subject, timed)
                todo += [one for copy in copies for one in [copy] * (2 if self.repeats else 1)]
        return [event for _, event in self.said[mark:]]

    def _decided(self, stream: Stream[Any], message: Received) -> list[Timed]:
        state, out = self.states.get(message.subject), []
        before = state
        for event in stream.decide(state, message):
            out.append(Timed(message.at, event))
            self.said.append((message.subject, event))
            if not isinstance(event, CommandRefused):
                state = stream.evolve(state, event, message.at)
        if stream.absorb is not None:
            state = stream.absorb(state, message)
        self.states[message.subject] = state
        if stream.rows is not None:
            for row in stream.rows(Change(message, message.subject, before, state, out, "t:0")):
                assert isinstance(row, Put)
                self.rows[row.collection, row.id] = dict(row.document)
        return out

    def _copies(self, subject: str, timed: Timed) -> list[tuple[str, str, Received]]:
        event = timed.event
        number = self.numbers[subject] = self.numbers.get(subject, 0) + 1
        told = Received(
            event, f"{subject}:{number}@{SOURCE}", SOURCE, subject, timed.at, SYSTEM, sequence=number
        )
        out = []
        for copy in event.also:
            key = subject if copy.key is None else str(getattr(event, copy.key))
            # What the matching is told keeps the case as its subject, as every delivery does.
            if key and copy.topic in OWN:
                out.append((copy.topic, key, replace(told, subject=subject)))
        return sorted(out, key=lambda one: one[0] == MATCHES)
