"""The walks of performance and quick decisions come as far as they are meant to."""

import pytest

from tests.support.explore import Walk, explore
from tests.support.performance_walks import ENFORCING, PERFORMANCE
from tests.support.quick_decision_walks import QUICK

REACHED = {
    PERFORMANCE.title: (PERFORMANCE, {"履行中", "逾期", "违约", "已履行", "协议待签"}),
    QUICK.title: (QUICK, {"待裁决", "待消费者答复", "转为调解", "协议待签", "达成协议"}),
    ENFORCING.title: (ENFORCING, {"违约", "已确认"}),
}


@pytest.mark.parametrize(("walk", "labels"), REACHED.values(), ids=REACHED)
def test_a_walk_comes_by_every_phase_of_its_own(walk: Walk, labels: set[str]) -> None:
    found = {walk.label(here.state).partition(" ")[0] for here in explore(walk).reached.values()}
    assert labels <= found
