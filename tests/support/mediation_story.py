"""A mediation from the referral on, as its case and its roster tell it to each other."""

from dataclasses import replace
from datetime import datetime, timedelta

from services.mediation.handlers import Handlers, handlers
from shared.casework.protocol import Received, Stream
from shared.contracts.co_mediators import ChoosePresiding
from shared.contracts.complaints import ComplainOfMediator, ComplaintGround, DecideComplaint, Measure
from shared.contracts.envelope import SYSTEM, Actor
from shared.contracts.intake import DisputeReferred
from shared.contracts.kinds import DeclineReason, Tier, Way
from shared.contracts.mediation import AcceptAssignment, DeclineAssignment
from shared.contracts.message import Message
from tests.support.contract import example
from tests.unit.mediation.mother import QUIET, made, mediator, two_organisations

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


def two() -> Story:
    """A complex case, which a second mediator declines and another one takes."""
    story = Story()
    assert isinstance(REFERRED.body, DisputeReferred)
    heavy = replace(REFERRED, body=REFERRED.body.model_copy(update={"tier": Tier.COMPLEX}))
    story.hear("intake.events", REFERRED.subject, heavy)
    story.do(AcceptAssignment(), mediator("m01"))
    story.do(DeclineAssignment(reason=DeclineReason.CONFLICT_OF_INTEREST), mediator("m02"))
    story.do(AcceptAssignment(), mediator("m03"))
    for actor in (Actor("ccb", "p-ccb-1", "institution_agent"), Actor(REFERRED.subject, "", "party")):
        story.do(ChoosePresiding(mediator="m03"), actor)
    return story


def complained() -> Story:
    """The respondent complains of the mediator, and the court suspends her."""
    story = Story()
    story.hear("intake.events", REFERRED.subject, REFERRED)
    story.do(AcceptAssignment(), mediator("m01"))
    story.do(ComplainOfMediator(breach=ComplaintGround.COERCION), Actor(REFERRED.subject, "", "party"))
    decide = DecideComplaint(complaint=1, upheld=True, measure=Measure.SUSPENDED)
    story.do(decide, Actor("court", "p-court-1", "court_clerk"))
    return story


def transferred() -> Story:
    """Nobody of the first organisation may take it, and the second one takes over."""
    story = Story(handlers(two_organisations(({"id": "m01"},), ({"id": "m11"},)), QUIET))
    assert isinstance(REFERRED.body, DisputeReferred)
    applied = replace(REFERRED, body=REFERRED.body.model_copy(update={"way": Way.APPLIED}))
    story.hear("intake.events", REFERRED.subject, applied)
    story.do(DeclineAssignment(reason=DeclineReason.CONFLICT_OF_INTEREST), mediator("m01"))
    return story
