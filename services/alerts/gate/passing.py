"""A partition passes the end of a week: its clock moves no further than all its topics were read.

Source: practice of the court (潜在风险预警提示): weeks are counted in the court's zone.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from services.alerts.gate.state import Gate, gate
from services.alerts.rules import Context
from shared.casework.guards import Facts
from shared.contracts.counts import GateFollowed, GateOpened, PartitionPassed
from shared.contracts.message import Event


@gate.opens(GateOpened)
def follow(opened: GateOpened, facts: Facts[Context]) -> Iterable[Event]:
    """The panel asks for a partition's weeks."""
    yield GateFollowed(panel=opened.panel, partition=opened.partition, week=opened.week)


@gate.begins(GateFollowed)
def followed(event: GateFollowed) -> Gate:
    return Gate(panel=event.panel, partition=event.partition, week=event.week)


def next_end(state: Gate, context: Context) -> datetime | None:
    """Return when the next week is over: every week, whether it has disputes or not."""
    return context.rules.closes_at(state.week)


@gate.timer("week", due=next_end)
def passes(state: Gate, facts: Facts[Context]) -> Iterable[Event]:
    """Tell the panel."""
    yield PartitionPassed(panel=state.panel, partition=state.partition, week=state.week)


@gate.after(PartitionPassed)
def passed(state: Gate, event: PartitionPassed) -> Gate:
    return state.but(week=event.week + timedelta(days=7))
