"""A week closes for all series together, once every partition has passed its end.

Each partition has a gate, whose clock moves no further than the partition itself was read, and which speaks
on the same topic as what the partition counted before. So when all gates have passed a week, all that it
counted is ahead of the question to the shards, whatever the number of replicas and whoever is slow.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from services.alerts.panel.state import WEEK, Panel, panel
from services.alerts.rules import Context
from services.alerts.rules.shards import SHARDS, shard_id
from shared.casework.case_ids import PANEL
from shared.casework.guards import Facts
from shared.contracts.counts import CountingStarted, GateOpened, PanelOpened, PartitionPassed, WeekClosing
from shared.contracts.message import Event


@panel.on(CountingStarted)
def open_gates(state: Panel, started: CountingStarted, facts: Facts[Context]) -> Iterable[Event]:
    """The first dispute of all: from its week on every partition is followed."""
    if state.partitions:
        return
    gates = facts.context.gates
    yield PanelOpened(week=started.week, partitions=len(gates))
    for partition, gate in enumerate(gates):
        yield GateOpened(gate=gate, panel=PANEL, partition=partition, week=started.week)


@panel.after(PanelOpened)
def opened(state: Panel, event: PanelOpened) -> Panel:
    return state.but(partitions=event.partitions, closing=event.week, next_week=event.week)


panel.unchanged_by(GateOpened)


@panel.on(PartitionPassed)
def close(state: Panel, passed: PartitionPassed, facts: Facts[Context]) -> Iterable[Event]:
    """Ask the shards for every week that all partitions have passed."""
    known = _with(state.passed, passed)
    if state.closing is None or len(known) < state.partitions:
        return
    week, last = state.closing, min(known.values())
    while week <= last:
        for number in range(SHARDS):
            yield WeekClosing(shard=shard_id(number), week=week)
        week += WEEK


@panel.takes(PartitionPassed)
def passed_by(state: Panel, passed: PartitionPassed, facts: Facts[Context]) -> Panel:
    """Note how far a partition is."""
    return state.but(passed=_with(state.passed, passed))


def _with(known: Mapping[str, date], passed: PartitionPassed) -> dict[str, date]:
    number = str(passed.partition)
    return {**known, number: max(passed.week, known.get(number, passed.week))}


@panel.after(WeekClosing)
def asked(state: Panel, event: WeekClosing) -> Panel:
    return state.but(closing=event.week + WEEK)
