"""One case and its roster, whatever comes in whatever order: one holder, capacity, and never again."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st

from services.mediation.case import Mediation
from services.mediation.case.choice import is_open
from services.mediation.handlers import handlers
from services.mediation.roster import Roster
from services.mediation.rules import CASE_RULES
from shared.casework.case_ids import case_id
from shared.casework.parties import MAIN
from shared.casework.protocol import Received
from shared.casework.rulebook import RuleBook
from shared.contracts.choices import ChooseMediator, LeaveChoice
from shared.contracts.envelope import SYSTEM, Actor
from shared.contracts.kinds import DeclineReason, End, Way
from shared.contracts.mediation import (
    AcceptAssignment,
    DeclineAssignment,
    EndMediation,
    MediatorDesignated,
)
from shared.contracts.message import Message
from shared.contracts.recusal import (
    DecideRecusal,
    DiscloseInterest,
    InterestGround,
    MediatorReplaced,
    RecusalDecided,
    RequestRecusal,
    RequestReplacement,
)
from shared.contracts.rosters import ResumeMediator, SuspendMediator, SuspensionGround
from shared.contracts.transfers import TransferCase
from tests.unit.mediation.mother import (
    AGENT,
    CLERK,
    MON,
    ORGANISATION,
    OTHER,
    mediator,
    referral,
    two_organisations,
)

NAMES = ("m01", "m02", "m03")
CASES = tuple(case_id("ccb", letter) for letter in "abcd")
CAPACITY = 1
_FIRST = tuple({"id": name, "capacity": CAPACITY} for name in NAMES)
_SECOND = ({"id": "m11", "capacity": CAPACITY},)
_RULES = RuleBook(
    {CASE_RULES.now.version: replace(CASE_RULES.now, overflow_queue=1)}, current=CASE_RULES.now.version
)
HANDLERS = handlers(two_organisations(_FIRST, _SECOND), _RULES)
ROSTERS = (ORGANISATION, OTHER)
COURT = Actor("court", "p-court-1", "court_clerk")
GROUND = InterestGround.OTHER_RELATION

OF_CASES = st.sampled_from(
    [
        (AcceptAssignment(), "holder"),
        (DeclineAssignment(reason=DeclineReason.NOT_MY_FIELD), "holder"),
        (DiscloseInterest(ground=GROUND), "holder"),
        (RequestRecusal(ground=GROUND), "agent"),
        (DecideRecusal(recused=True), "clerk"),
        (DecideRecusal(recused=False), "clerk"),
        (RequestReplacement(), "agent"),
        (RequestReplacement(), "party"),
        (RequestReplacement(choice="m03"), "party"),
        (ChooseMediator(mediator="m02"), "agent"),
        (ChooseMediator(mediator="m02"), "party"),
        (LeaveChoice(), "party"),
        (EndMediation(end=End.OTHER), "clerk"),
        (TransferCase(receiver=OTHER), "court"),
        (TransferCase(receiver=ORGANISATION), "court"),
    ]
)
OF_ROSTER = st.sampled_from(
    [
        SuspendMediator(mediator="m02", ground=SuspensionGround.LEAVE),
        ResumeMediator(mediator="m02"),
    ]
)
STEPS = st.lists(
    st.tuples(
        st.one_of(
            st.tuples(st.just("case"), st.sampled_from(CASES), OF_CASES),
            st.tuples(st.just("case"), st.sampled_from(CASES), OF_CASES),
            st.tuples(st.just("roster"), st.just(ORGANISATION), OF_ROSTER),
            st.tuples(st.just("time"), st.integers(1, 4), st.none()),
        ),
        st.lists(st.integers(0, 7), min_size=0, max_size=8),
    ),
    min_size=5,
    max_size=25,
)
"""What happens, and which of the ways between cases and roster then move on."""


class Platform:
    """Cases and their roster; what one says to the other waits until it is delivered."""

    def __init__(self) -> None:
        self.now: datetime = MON
        self.states: dict[str, Mediation | Roster | None] = {}
        self.queues: dict[tuple[str, str], list[tuple[str, str, Received]]] = {}
        self.designated: list[tuple[str, str, int]] = []
        self.gone: set[tuple[str, str]] = set()
        self.count = 0

    def hear(self, topic: str, key: str, body: Message, subject: str, actor: Actor = SYSTEM) -> None:
        self.count += 1
        message = Received(body, f"m-{self.count}", "/test", subject, self.now, actor)
        self._take(topic, key, message)

    def _take(self, topic: str, key: str, message: Received) -> None:
        routed = HANDLERS.route(topic, key, message)
        assert routed is not None
        stream, about = routed.stream, routed.message.subject
        state = self.states.get(about)
        if state is not None and stream.advance is not None:
            for timed in stream.advance(state, self.now):
                self._say(stream, about, timed.event)
        for event in stream.decide(self.states.get(about), routed.message):
            self._say(stream, about, event)

    def _say(self, stream, about: str, event) -> None:
        if type(event).__name__ == "CommandRefused":
            return
        self.states[about] = stream.evolve(self.states.get(about), event, self.now)
        if isinstance(event, MediatorDesignated):
            assert (about, event.mediator) not in self.gone, "a recused or replaced mediator comes again"
            self.designated.append((about, event.mediator, event.round))
        if isinstance(event, MediatorReplaced) or (isinstance(event, RecusalDecided) and event.recused):
            self.gone.add((event.case, event.mediator))
        for copy in event.also:
            key = about if copy.key is None else getattr(event, copy.key)
            self.count += 1
            said = Received(event, f"m-{self.count}", "/suyuan/mediation", about, self.now, SYSTEM)
            self.queues.setdefault((copy.topic, f"{about}>{key}"), []).append((copy.topic, key, said))

    def deliver(self, which: int) -> bool:
        """Deliver the first message of one of the ways; what goes one way stays in order."""
        ways = [way for way, queue in sorted(self.queues.items()) if queue]
        if not ways:
            return False
        self._take(*self.queues[ways[which % len(ways)]].pop(0))
        return True

    def check(self) -> None:
        for roster in map(self.states.get, ROSTERS):
            if isinstance(roster, Roster):
                self.check_roster(roster)

    def check_roster(self, roster: Roster) -> None:
        held = [case for cases in roster.held.values() for case in cases]
        assert len(held) == len(set(held)), "a case has two seats"
        assert all(len(cases) <= CAPACITY for cases in roster.held.values()), "capacity is passed"
        due = [one.due for one in roster.waiting.values()]
        assert due == sorted(due), "the queue is not in the order of the deadlines"


@settings(max_examples=60)
@examples(STEPS)
def test_whatever_comes_one_holder_capacity_and_never_again(steps):
    run = Platform()
    for case in CASES:
        way = Way.DELEGATED if case == CASES[0] else Way.APPLIED
        # Of two cases the parties may choose a mediator together.
        agreed = MAIN if case in CASES[1:3] else MAIN[:1]
        run.hear("intake.events", case, referral(way=way, consents=agreed), case)
        run.now += timedelta(hours=1)
    while run.deliver(0):
        run.check()
    for (kind, where, what), ways in steps:
        if kind == "case":
            body, who = what
            state = run.states.get(where)
            assert isinstance(state, Mediation)
            holder = state.mediator
            actors = {
                "holder": mediator(holder or "m01", state.organisation),
                "agent": AGENT,
                "party": Actor(where, "", "party"),
                "clerk": Actor(state.organisation, "p-1", "organisation_clerk"),
                "court": COURT,
            }
            run.hear("mediation.commands", where, body, where, actors[who])
        elif kind == "roster":
            run.hear("mediation.commands", where, what, where, CLERK)
        else:
            run.now += timedelta(days=where)
        run.check()
        for way in ways:
            run.deliver(way)
            run.check()
    while run.deliver(0):
        run.check()
    # Once everything has arrived, the rosters count exactly what the cases hold.
    for case in CASES:
        state = run.states[case]
        assert isinstance(state, Mediation)
        holds = state.mediator if state.end is None else None
        for organisation in ROSTERS:
            roster, here = run.states.get(organisation) or Roster(), state.organisation == organisation
            assert isinstance(roster, Roster)
            assert roster.holder(case) == (holds if here else None)
            waits = state.end is None and holds is None and not is_open(state)
            assert (case in roster.waiting) == (here and waits)
    assert len(run.designated) == len(set(run.designated))
