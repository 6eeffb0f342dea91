"""业绩档案: what an event of a case adds to the performance file of a mediator.

Everything in a file is counted from events, by year, and nothing is taken out again: who leaves a roster
keeps the file, and a read model that is built anew has the same one.
Source: 法释〔2016〕14号 art 10 (as of 2016-07-01).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from services.portal.cases.state import CaseView
from services.portal.rules.places import iso
from shared.contracts.co_mediators import CoMediatorAccepted, CoMediatorDesignated, CoMediatorLeft
from shared.contracts.complaints import ComplaintDecided, MediatorComplainedOf
from shared.contracts.kinds import End
from shared.contracts.mediation import (
    AssignmentAccepted,
    AssignmentDeclined,
    AssignmentLapsed,
    MediationEnded,
    MediatorDesignated,
)
from shared.contracts.message import Message
from shared.contracts.recusal import MediatorReplaced, RecusalDecided
from shared.contracts.transfers import CaseTransferred

Entries = Mapping[str, Mapping[str, int]]
"""What is added to the file of each mediator."""

_PLAIN: Final = (
    *("designated", "beside", "accepted", "declined", "lapsed", "replaced", "recused", "transferred"),
    *("ended", "agreements", "complained", "upheld"),
)
_DETAILED: Final = ("declined", "ended", "upheld")


def entries(before: CaseView, event: Message, at: datetime) -> Entries:
    """Return what an event adds, in cases but for ``held_seconds``: from each acceptance to the end.

    Args:
        before: The case before the event.
        event: What happened.
        at: When.
    """
    match event:
        case MediatorDesignated():
            return {event.mediator: {"designated": 1}}
        case CoMediatorDesignated():
            return {event.mediator: {"designated": 1, "beside": 1}}
        case AssignmentAccepted() | CoMediatorAccepted():
            return {event.mediator: {"accepted": 1}}
        case AssignmentDeclined():
            return {event.mediator: {"declined": 1, f"declined_{event.reason}": 1}}
        case AssignmentLapsed():
            return {event.mediator: {"lapsed": 1}}
        case CoMediatorLeft():
            return _left(event)
        case MediatorReplaced():
            return {event.mediator: {"replaced": 1}}
        case RecusalDecided() if event.recused:
            return {event.mediator: {"recused": 1}}
        case CaseTransferred():
            return {one: {"transferred": 1} for one in before.accepted}
        case MediatorComplainedOf():
            return {event.mediator: {"complained": 1}}
        case ComplaintDecided() if event.upheld:
            return {event.mediator: {"upheld": 1, f"upheld_{event.breach.value}": 1}}
        case MediationEnded() if not event.merged_into:
            return _ended(before, event, at)
        case _:
            return {}


def summary(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a file: its sums in all and by year, and the mean of the days from an acceptance to the end.

    Args:
        rows: Those of one mediator, as they are stored.
    """
    years: dict[str, dict[str, int]] = {}
    total: dict[str, int] = {}
    for row in rows:
        year = years.setdefault(str(row["year"]), {})
        for name, value in row.items():
            if name not in ("_id", "year", "mediator", "organisation") and isinstance(value, int):
                year[name] = year.get(name, 0) + value
                total[name] = total.get(name, 0) + value
    by_year = {year: _told(sums) for year, sums in sorted(years.items())}
    return {**_told(total), "by_year": by_year}


def _told(sums: Mapping[str, int]) -> dict[str, Any]:
    """Return the sums as they are read: grounds and ends beside their total, seconds as mean days."""
    out: dict[str, Any] = {name: sums.get(name, 0) for name in _PLAIN}
    for name in _DETAILED:
        parts = {key.removeprefix(f"{name}_"): n for key, n in sums.items() if key.startswith(f"{name}_")}
        out[f"{name}_by"] = dict(sorted(parts.items()))
    ended = sums.get("ended", 0)
    out["mean_days"] = round(sums.get("held_seconds", 0) / ended / 86_400, 2) if ended else None
    return out


def _left(event: CoMediatorLeft) -> Entries:
    how = event.departure.value
    if how == "not_needed":  # never designated
        return {}
    reason = {} if event.reason is None else {f"{how}_{event.reason}": 1}
    return {event.mediator: {how: 1, **reason}}


def _ended(before: CaseView, event: MediationEnded, at: datetime) -> Entries:
    """Who never accepted has ended nothing."""
    out: dict[str, dict[str, int]] = {}
    for mediator, since in before.accepted.items():
        held = max(0, int((at - datetime.fromisoformat(since)).total_seconds()))
        out[mediator] = {"ended": 1, f"ended_{event.end.value}": 1, "held_seconds": held}
        if event.end is End.AGREEMENT:
            out[mediator]["agreements"] = 1
    return out


def holding(before: CaseView, event: Message, at: datetime) -> Mapping[str, str] | None:
    """Return since when whom a case is mediated by, after an event; ``None`` where that stays."""
    match event:
        case AssignmentAccepted() | CoMediatorAccepted():
            return {**before.accepted, event.mediator: iso(at)}
        case CaseTransferred() | MediationEnded():
            return {}
        case RecusalDecided() if not event.recused:
            return None
        case MediatorReplaced() | CoMediatorLeft() | RecusalDecided():
            return {one: since for one, since in before.accepted.items() if one != event.mediator}
        case _:
            return None
