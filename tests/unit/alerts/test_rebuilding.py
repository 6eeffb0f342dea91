"""Every state of alerts is made again of what is recorded: its own events, and what others told it."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from shared.casework.protocol import Received, Routed, Timed
from shared.contracts.kinds import Cause
from shared.runtime.decide.rebuilding import Own, differing, rebuilt
from tests.support.cases import case_id
from tests.support.duplicate_walks import OTHER, merged, undone
from tests.unit.alerts.mother import World, amended, in_week, made, registered, surge


class Recording(World):
    """Keeps what led to what."""

    own: defaultdict[str, list[Own]]
    told: defaultdict[str, list[Routed]]
    cause: str = "timer"

    def _take(self, topic: str, message: Received) -> None:
        routed = self.handlers.route(topic, "", message)
        if routed is not None:
            self.told[routed.message.subject].append(routed)
        self.cause = message.id
        super()._take(topic, message)

    def _advance(self, subject: str, to: datetime) -> None:
        self.cause = "timer"
        super()._advance(subject, to)

    def _say(self, subject: str, timed: Timed) -> None:
        self.own[subject].append(Own(timed.event, timed.at, self.cause))
        super()._say(subject, timed)


def recorded(**limits: Any) -> Recording:
    world = Recording(made(**limits))
    world.own, world.told = defaultdict(list), defaultdict(list)
    return world


def test_every_state_is_made_again_after_weeks_surges_and_late_changes() -> None:
    world = recorded(rate=0.05, calm_weeks=1, answer_days=10, issues=10)
    case = case_id("ccb", "R-1")
    world.hear(case, registered(0), in_week(0))
    for n, count in enumerate((3, 2, 4, 3, 3, 2, 4, 12, 14, 3)):
        world.file(count, n)
        if n == 4:
            world.pass_to(4)
            world.hear(case, amended(issue="fees"), in_week(4))
            world.file(2, 1, at=in_week(4, 2))
    for number in range(11):
        world.file(1, 9, cause=Cause.LOAN, issue=f"issue-{number}")
    world.pass_to(10)
    world.hear(case, merged(case, OTHER), in_week(10))
    world.hear(case, undone(case, OTHER), in_week(10, 2))
    world.file(1, 7, at=in_week(10, 3))
    world.settle()
    assert len(world.states) > 50
    different = {
        subject: fields
        for subject, state in world.states.items()
        if (
            fields := differing(
                state, rebuilt(world.streams[subject], world.own[subject], world.told[subject])
            )
        )
    }
    assert different == {}
    assert world.events(type(surge())) != []
