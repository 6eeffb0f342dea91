"""系统性风险预警: a group is told once while it stands out, and it is said when it is over.

Source: practice of the court (潜在风险预警提示), at the level of an institution, a cause or an issue.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from services.alerts.panel.state import GroupAlert, Panel, panel
from services.alerts.rules import AlertRules
from shared.contracts.groups import GroupAlertEnded, GroupAlertLasted, GroupAlertRaised, GroupFound
from shared.contracts.message import Event

METHOD = "ears-c1"


def group_id(one: GroupFound) -> str:
    """Return the id of a group: what it names, and a star for what it sums."""
    return "/".join((one.institution or "*", one.cause or "*", one.issue or "*"))


def stand_out(
    state: Panel,
    week: date,
    tested: int,
    told: Sequence[GroupFound],
    found: Sequence[GroupFound],
    rules: AlertRules,
) -> Iterator[Event]:
    """Yield what becomes of the groups in a week.

    Args:
        state: Of the panel.
        week: Its Monday.
        tested: Series and sums that were judged together.
        told: Groups that stand out.
        found: Improbable ones, told or not: these are not as usual.
        rules: In force.
    """
    for one in told:
        id_ = group_id(one)
        known = state.groups.get(id_)
        if known is None:
            yield _raised(id_, one, week, tested, rules)
        else:
            yield GroupAlertLasted(
                group=id_,
                since=known.alert.week,
                week=week,
                count=one.count,
                expected=one.expected,
                probability=one.probability,
            )
    for id_ in calm_of(state, found):
        known = state.groups[id_]
        if known.calm + 1 >= (rules.calm_weeks or 1):
            yield GroupAlertEnded(group=id_, since=known.alert.week, week=known.last)


def calm_of(state: Panel, found: Sequence[GroupFound]) -> tuple[str, ...]:
    """Return the groups that stood out and are as usual in a week."""
    return tuple(sorted(state.groups.keys() - {group_id(one) for one in found}))


def _raised(id_: str, one: GroupFound, week: date, tested: int, rules: AlertRules) -> GroupAlertRaised:
    fields = {name: value for name, value in dict(one).items() if name not in ("variance", "bound")}
    return GroupAlertRaised(
        **fields,
        group=id_,
        week=week,
        rate=rules.rate,
        tested=tested,
        method=rules.detector or METHOD,
        rules_version=rules.version,
    )


@panel.after(GroupAlertRaised)
def raised(state: Panel, event: GroupAlertRaised, at: datetime) -> Panel:
    made = GroupAlert(alert=event, last=event.week, last_count=event.count, raised_at=at.isoformat())
    return state.but(groups={**state.groups, event.group: made})


@panel.after(GroupAlertLasted)
def lasted(state: Panel, event: GroupAlertLasted) -> Panel:
    known = state.groups[event.group]
    return state.but(
        groups={**state.groups, event.group: known.but(last=event.week, last_count=event.count, calm=0)}
    )


@panel.after(GroupAlertEnded)
def ended(state: Panel, event: GroupAlertEnded) -> Panel:
    return state.but(groups={id_: one for id_, one in state.groups.items() if id_ != event.group})
