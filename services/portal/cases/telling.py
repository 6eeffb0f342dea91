"""What every event tells of its case, whatever its type: when it came, its number, its status and figures."""

from typing import Any

from services.portal.cases.facts import STATUS, added, counts_of, told
from services.portal.cases.institution import left_waiting
from services.portal.cases.mediator_file import holding
from services.portal.cases.state import CaseView, cases, is_quiet, service_of
from services.portal.rules import RANK
from services.portal.rules.places import iso
from shared.casework.guards import Facts
from shared.contracts.common import CommandRefused, CommandUnchanged
from shared.contracts.message import Event


@cases.takes(Event)
def happened(view: CaseView, event: Event, facts: Facts[frozenset[str]]) -> CaseView:
    """The facts of its type, the status if the case does not stand further on already, its figures."""
    assert facts.received is not None
    changes = told(view, event)
    status = changes.pop("status", None) or STATUS.get(type(event))
    if status is not None and RANK[status] >= RANK[view.status]:
        changes["status"] = status
    if (held := holding(view, event, facts.at)) is not None:
        changes["accepted"] = held
    if counts := counts_of(facts.received, view):
        changes["counted"] = added(view.counted, counts)
    return view.but(**_came(view, facts), **changes)


@cases.takes(CommandRefused, opens=False)
def refused(view: CaseView, event: CommandRefused, facts: Facts[frozenset[str]]) -> CaseView:
    """A refusal counts as one; alone it makes no case."""
    assert facts.received is not None
    told = 0 if is_quiet(event) else 1
    return view.but(**_came(view, facts), refused=view.refused + told)


@cases.takes(CommandUnchanged, opens=False)
def unchanged(view: CaseView, event: CommandUnchanged, facts: Facts[frozenset[str]]) -> CaseView:
    """That a request changed nothing makes no case."""
    assert facts.received is not None
    return view.but(**_came(view, facts))


def _came(view: CaseView, facts: Facts[frozenset[str]]) -> dict[str, Any]:
    message = facts.received
    assert message is not None
    at = iso(message.at)
    changes: dict[str, Any] = {}
    if not is_quiet(message.body):
        changes = {
            "events": view.events + 1,
            "first_at": min(view.first_at or at, at),
            "last_at": max(view.last_at, at),
        }
    if message.sequence is not None:
        changes["versions"] = {**view.versions, service_of(message.source): message.sequence}
    if (waiting := left_waiting(view, message, facts.context)) or view.waiting:
        changes["waiting"] = waiting
    return changes
