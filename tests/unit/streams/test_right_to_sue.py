"""Nobody loses a suit by mediating: from every state that can be reached each party can leave, and sue.

Every open mediation that can be reached is left by each party; what that says goes to court_bridge, and from
there, as from every other state that court_bridge reaches after a failed mediation, a few steps lead to the
number of a suit. Source: 人民调解法 art 23(2); 法释〔2021〕23号 arts 21, 25; 民法典 art 195.
"""

import pytest

from services.court_bridge.case import CourtCase, Ruling
from services.court_bridge.rules import filing_id
from shared.contracts.court import ChooseSuit
from shared.contracts.envelope import SYSTEM, Actor
from shared.contracts.kinds import FilingKind, LeaveReason, Way
from shared.contracts.mediation import MediationEnded
from shared.contracts.message import Message
from shared.contracts.parties import LeaveMediation
from tests.support.choice_walks import CHOICE
from tests.support.clock_walks import CLOCK
from tests.support.explore import STEP, Reached, Sample, Walk, explore
from tests.support.mediation_walks import CASE
from tests.support.roster_walks import TRANSFER
from tests.support.talks_walks import TALKS
from tests.support.walks import BRIDGE, CHOOSING
from tests.unit.court_bridge import mother as court
from tests.unit.mediation import mother as mediation

HANDOVER = FilingKind.HANDOVER
FITTING = tuple(one for one in court.DocumentType if one not in court.RULES.barred[HANDOVER])


def do(here: Reached, body: Message, actor: Actor, source: str = "/test") -> Reached:
    answer = BRIDGE.answer(here, Sample(body, actor, source))
    assert not answer.refused, (here, body, answer.refused)
    return Reached(answer.after, here.at + STEP, (*here.path, type(body).__name__))


def sued(here: Reached) -> CourtCase:
    """Take the steps that are open to people, until the court has docketed the suit; at most three."""
    if here.state.waits:
        here = do(here, ChooseSuit(), court.AGENT)
    filed = here.state.attempt and here.state.status not in (
        court.REJECTED,
        court.CANCELLED,
    )
    if not filed:
        here = do(here, court.again(*FITTING, kind=HANDOVER), court.CLERK)
    number = court.docketed(court.SUIT_NUMBER, filing_id(court.CASE, HANDOVER, here.state.attempt))
    after = do(here, number, court.THE_COURT, court.COURT).state
    assert isinstance(after, CourtCase)
    return after


@pytest.mark.parametrize("walk", [BRIDGE, CHOOSING], ids=["answers", "choices"])
def test_from_every_state_after_a_failed_mediation_there_is_a_way_to_the_suit(walk: Walk) -> None:
    failed = [
        here
        for here in explore(walk).reached.values()
        if here.state is not None and here.state.kind is HANDOVER and not here.state.case_number
    ]
    assert len(failed) > 5
    for here in failed:
        assert sued(here).case_number, here


@pytest.mark.parametrize("walk", [CASE, CLOCK, CHOICE, TALKS, TRANSFER], ids=lambda walk: walk.title)
def test_who_leaves_a_mediation_in_whatever_state_can_sue(walk: Walk) -> None:
    leave = LeaveMediation(reason=LeaveReason.UNWILLING)
    open_ = [one for one in explore(walk).reached.values() if one.state is not None and one.state.end is None]
    assert len(open_) > 3
    ends = set()
    for here in open_:
        if walk.later(here, here.at + STEP).end is not None:
            continue  # the period was over before anybody could leave
        for actor in (mediation.AGENT, mediation.PARTY):
            answer = walk.answer(here, Sample(leave, actor))
            (over,) = [event for event in answer.events if isinstance(event, MediationEnded)]
            ends |= {over.model_copy(update={"way": way}) for way in Way}
    assert ends
    for over in ends:
        # court_bridge knows the other organisation as the one that takes part in its own cases.
        told = over.model_copy(update={"organisation": court.OPENED.organisation})
        in_suit = over.way is Way.DOCKETED
        here = do(Reached(None, court.MON), court.IN_SUIT if in_suit else court.OPENED, SYSTEM)
        here = do(here, told, SYSTEM)
        if in_suit:  # The suit is there, and its trial goes on.
            here = do(here, court.review(court.ACCEPTED, court.R1), court.THE_COURT, court.COURT)
            assert here.state.ruling is Ruling.RESUMED, over
        else:
            assert sued(here).case_number, over
