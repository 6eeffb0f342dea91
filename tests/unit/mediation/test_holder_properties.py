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
from shared.casework.parties import MAIN
from shared.casework.protocol import Received
from shared.casework.rulebook import RuleBook
from shared.contracts.choices import ChooseMediator, LeaveChoice
from shared.contracts.co_mediators import (
    AskForCoMediator,
    ChoosePresiding,
    CoMediatorDesignated,
    CoMediatorLeft,
    Departure,
)
from shared.contracts.envelope import SYSTEM, Actor
from shared.contracts.kinds import DeclineReason, End, Tier, Way
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
from tests.support.cases import case_id
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
_RULES = RuleBook(
    {CASE_RULES.now.version: replace(CASE_RULES.now, overflow_queue=1)}, current=CASE_RULES.now.version
)
HANDLERS = {
    capacity: handlers(
        two_organisations(
            tuple({"id": name, "capacity": capacity} for name in NAMES),
            tuple({"id": name, "capacity": capacity} for name in ("m11", "m12")),
        ),
        _RULES,
    )
    for capacity in (1, 2)
}
ROSTERS = (ORGANISATION, OTHER)
COURT = Actor("court", "p-court-1", "court_clerk")
GROUND = InterestGround.OTHER_RELATION

OF_CASES = st.sampled_from(
    [
        (AcceptAssignment(), "holder"),
        (AcceptAssignment(), "holder"),
        (AcceptAssignment(), "second"),
        (DeclineAssignment(reason=DeclineReason.OTHER), "second"),
        (AskForCoMediator(), "agent"),
        (ChoosePresiding(mediator="m02"), "agent"),
        (ChoosePresiding(mediator="m02"), "party"),
        (DiscloseInterest(ground=GROUND), "second"),
        (RequestReplacement(mediator="m02"), "party"),
        (DecideRecusal(recused=True, mediator="m02"), "clerk"),
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

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
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
        routed = HANDLERS[self.capacity].route(topic, key, message)
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
        if isinstance(event, CoMediatorDesignated):
            assert (about, event.mediator) not in self.gone, "who left the case comes again"
        if isinstance(event, CoMediatorLeft) and event.departure is not Departure.NOT_NEEDED:
            self.gone.add((event.case, event.mediator))
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

    def accept(self, case: str) -> None:
        """Let whoever is designated accept, the second one as well."""
        state = self.states[case]
        assert isinstance(state, Mediation)
        for one in (state.mediator, state.co.mediator):
            if one is not None:
                actor = mediator(one, state.organisation)
                self.hear("mediation.commands", case, AcceptAssignment(), case, actor)

    def choose_the_second(self, case: str) -> None:
        """Let both parties want the second mediator to preside."""
        state = self.states[case]
        assert isinstance(state, Mediation)
        if state.co.accepted and state.co.mediator is not None:
            for actor in (AGENT, Actor(case, "", "party")):
                body = ChoosePresiding(mediator=state.co.mediator)
                self.hear("mediation.commands", case, body, case, actor)
            after = self.states[case]
            assert isinstance(after, Mediation)
            assert after.mediator == state.co.mediator

    def check(self) -> None:
        for roster in map(self.states.get, ROSTERS):
            if isinstance(roster, Roster):
                self.check_roster(roster)

    def check_roster(self, roster: Roster) -> None:
        held = [case for cases in roster.held.values() for case in cases]
        firsts = [
            case for id, cases in roster.held.items() for case in cases if roster.seconds.get(case) != id
        ]
        assert len(firsts) == len(set(firsts)), "two preside over a case"
        assert len(held) == len(firsts) + len(roster.seconds), "a second seat is no seat"
        assert all(len(cases) <= self.capacity for cases in roster.held.values()), "capacity is passed"
        due = [one.due for one in roster.waiting.values()]
        assert due == sorted(due), "the queue is not in the order of the deadlines"


@settings(max_examples=60)
@examples(st.sampled_from([1, 2]), st.booleans(), st.booleans(), STEPS)
def test_whatever_comes_one_holder_capacity_and_never_again(capacity, all_accept, exchange, steps):
    run = Platform(capacity)
    for case in CASES:
        way = Way.DELEGATED if case == CASES[0] else Way.APPLIED
        # Of two cases the parties may choose a mediator together.
        agreed = MAIN if case in CASES[1:3] else MAIN[:1]
        tier = Tier.COMPLEX if case in CASES[:2] else Tier.SIMPLE
        run.hear("intake.events", case, referral(way=way, tier=tier, consents=agreed), case)
        run.now += timedelta(hours=1)
    while run.deliver(0):
        run.check()
    for case in CASES if all_accept else ():
        run.accept(case)
    while run.deliver(0):
        run.check()
    for case in CASES if all_accept else ():
        run.accept(case)
    for case in CASES if exchange else ():
        run.choose_the_second(case)
    for (kind, where, what), ways in steps:
        if kind == "case":
            body, who = what
            state = run.states.get(where)
            assert isinstance(state, Mediation)
            holder = state.mediator
            actors = {
                "holder": mediator(holder or "m01", state.organisation),
                "second": mediator(state.co.mediator or "m02", state.organisation),
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
        second = state.co.mediator if state.end is None else None
        assert holds is None or holds != second, "the two are one person"
        for organisation in ROSTERS:
            roster, here = run.states.get(organisation) or Roster(), state.organisation == organisation
            assert isinstance(roster, Roster)
            assert roster.holder(case) == (holds if here else None)
            waits = state.end is None and holds is None and not is_open(state)
            assert (case in roster.waiting) == (here and waits)
            assert roster.seconds.get(case) == (second if here else None)
            assert (case in roster.seconds_waiting) == (here and state.end is None and state.co.asked)
    assert len(run.designated) == len(set(run.designated))
