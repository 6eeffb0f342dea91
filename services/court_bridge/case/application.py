"""共同申请: the parties apply for confirmation together, each by its own act; the time for it is watched.

Nobody applies in their place. With the last party's application an agreement that is complete goes to the
court. Of the time there is an alarm before its end, and with its end the right lapses.
Source: 民事诉讼法 (2023) arts 85, 205; 民诉法解释 (2022) art 351 (themselves, or by their agents).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from services.court_bridge.case.answers import TURNED_DOWN
from services.court_bridge.case.filing import not_too_late
from services.court_bridge.case.handover import first_filing
from services.court_bridge.case.state import CourtCase, case, rules_of
from services.court_bridge.rules import Context, apply_by
from shared.casework.calendar import Deadline
from shared.casework.guards import Facts, authority, possible
from shared.casework.parties import party_of, why_not
from shared.contracts.court import (
    ConfirmationLapsed,
    ConfirmationRequested,
    ConfirmationTimeNear,
    RequestConfirmation,
)
from shared.contracts.kinds import FilingKind, Party
from shared.contracts.message import Command, Event

# Each party applies -----------------------------------------------------------------------------


def _party(court_case: CourtCase, facts: Facts[Context]) -> Party | None:
    """Return the party that the actor speaks for; an agent has special authority."""
    party = party_of(facts.actor, facts.subject, court_case.institution, court_case.agents)
    return party if party in court_case.parties else None


@authority
def by_a_party(court_case: CourtCase, facts: Facts[Context], _: Command | None) -> str | None:
    """Each for itself: what nobody asked for is not applied for."""
    return why_not(facts.actor, facts.subject) if _party(court_case, facts) is None else None


@possible
def of_an_agreement(court_case: CourtCase, _: Facts[Context], __: Command | None) -> str | None:
    """An agreement of before docketing is in force; of one in a suit the court makes a statement."""
    if court_case.end is None:
        return "mediation.not_ended"
    return None if court_case.kind is FilingKind.CONFIRMATION else "confirmation.no_agreement"


def _has_applied(court_case: CourtCase, _: RequestConfirmation, facts: Facts[Context]) -> bool:
    """Under earlier rules the platform had applied, as soon as the agreement was complete."""
    if court_case.kind is not FilingKind.CONFIRMATION:
        return False
    return not court_case.joint or _party(court_case, facts) in court_case.applied


@case.on(RequestConfirmation, by_a_party, of_an_agreement, not_too_late, already=_has_applied)
def request(court_case: CourtCase, _: RequestConfirmation, facts: Facts[Context]) -> Iterable[Event]:
    """Before or after the mediator's signature and the seal; what lacks them waits."""
    party = _party(court_case, facts)
    assert party is not None
    event = ConfirmationRequested(party=party)
    yield event
    yield from first_filing(case.evolve(court_case, event, facts.at, facts.context), facts)


@case.after(ConfirmationRequested)
def requested(court_case: CourtCase, event: ConfirmationRequested) -> CourtCase:
    return court_case.but(applied=(*court_case.applied, event.party))


# The time for it --------------------------------------------------------------------------------


def _open_until(court_case: CourtCase, context: Context) -> Deadline | None:
    """Return the end of the time to apply, where it runs and nothing is with the court."""
    waits = court_case.kind is FilingKind.CONFIRMATION and court_case.joint and not court_case.lapsed
    with_the_court = court_case.attempt and court_case.status not in TURNED_DOWN
    if not waits or with_the_court or court_case.effective_at is None or court_case.case_number:
        return None
    return apply_by(court_case.effective_at, rules_of(court_case, context), context.calendar)


def _near_at(court_case: CourtCase, context: Context) -> datetime | None:
    days, end = rules_of(court_case, context).confirmation_near_days, _open_until(court_case, context)
    if days is None or end is None or court_case.near_told:
        return None
    return _no_earlier(court_case, end.at - timedelta(days=days))


def _lapses_at(court_case: CourtCase, context: Context) -> datetime | None:
    """As long as a calendar to come may move the last day, nothing lapses that may be in time."""
    end = _open_until(court_case, context)
    if end is None:
        return None
    doubt = rules_of(court_case, context).doubt if end.provisional else timedelta()
    return _no_earlier(court_case, end.at + doubt)


def _no_earlier(court_case: CourtCase, at: datetime) -> datetime:
    """Return when it is told: never before the court turned down what had been filed."""
    return at if court_case.turned_down_at is None else max(at, court_case.turned_down_at)


@case.timer("confirmation-near", due=_near_at)
def alarm(court_case: CourtCase, facts: Facts[Context]) -> Iterable[Event]:
    """Once, to everybody whose act is missing."""
    end = _open_until(court_case, facts.context)
    assert end is not None
    yield ConfirmationTimeNear(
        organisation=court_case.organisation,
        institution=court_case.institution,
        apply_by=end.at,
        apply_by_provisional=end.provisional,
        complete=court_case.complete,
        lacking=court_case.to_apply,
    )


@case.after(ConfirmationTimeNear)
def alarmed(court_case: CourtCase, _: ConfirmationTimeNear) -> CourtCase:
    return court_case.but(near_told=True)


@case.timer("confirmation", due=_lapses_at)
def lapse(court_case: CourtCase, facts: Facts[Context]) -> Iterable[Event]:
    """The agreement binds all the same; it can be sued on, and not be enforced."""
    end = _open_until(court_case, facts.context)
    assert end is not None
    yield ConfirmationLapsed(
        apply_by=end.at,
        apply_by_provisional=end.provisional,
        rules_version=rules_of(court_case, facts.context).version,
    )


@case.after(ConfirmationLapsed)
def lapsed(court_case: CourtCase, _: ConfirmationLapsed) -> CourtCase:
    return court_case.but(lapsed=True)
