"""A mediation from the referral on, as its case and its roster tell it to each other."""

from datetime import datetime, timedelta

from services.mediation.handlers import Handlers
from shared.casework.protocol import Received, Stream
from shared.contracts.envelope import SYSTEM, Actor
from shared.contracts.message import Message
from tests.support.contract import example
from tests.unit.mediation.mother import made

HANDLERS = made()
REFERRED = example("intake", "mediation", "dispute_referred")


class Story:
    """A case and its roster, talking to each other as the runtime lets them."""

    def __init__(self, handlers: Handlers = HANDLERS) -> None:
        self.handlers = handlers
        self.now = REFERRED.at
        self.states: dict[str, object] = {}
        self.sequences: dict[str, int] = {}
        self.said: list[Received] = []

    def hear(self, topic: str, key: str, message: Received) -> None:
        routed = self.handlers.route(topic, key, message)
        assert routed is not None
        self._advance(routed.stream, routed.message.subject, message.at)
        for event in routed.stream.decide(self.states.get(routed.message.subject), routed.message):
            self._say(routed.stream, routed.message.subject, event, message.at, message.actor)

    def do(self, body: Message, actor: Actor, after: timedelta = timedelta(hours=1)) -> None:
        self.now += after
        subject = REFERRED.subject
        command = Received(body, "c", "/suyuan/portal", subject, self.now, actor)
        self.hear("mediation.commands", subject, command)

    def until(self, to: datetime) -> None:
        self.now = to
        self._advance(self.handlers.case, REFERRED.subject, to)

    def _advance(self, stream: Stream, subject: str, to: datetime) -> None:
        state = self.states.get(subject)
        if stream.advance is not None and state is not None:
            for timed in stream.advance(state, to):
                self._say(stream, subject, timed.event, timed.at, SYSTEM)

    def _say(self, stream: Stream, subject: str, event, at: datetime, actor: Actor) -> None:
        self.states[subject] = stream.evolve(self.states.get(subject), event, at)
        self.sequences[subject] = sequence = self.sequences.get(subject, 0) + 1
        source = "/suyuan/mediation"
        said = Received(event, f"{subject}:{sequence}@{source}", source, subject, at, actor, "", sequence)
        self.said.append(said)
        for copy in event.also:
            self.hear(copy.topic, subject if copy.key is None else getattr(event, copy.key), said)
