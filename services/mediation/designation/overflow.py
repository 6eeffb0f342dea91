"""移转: a case that an organisation cannot serve passes to another one of the network.

By rule once for each case, and only where a party applied; at any time by the court. It leaves the roster of
the first with the event by which it passes, and asks for a mediator at the second.
Source: 法释〔2021〕23号 arts 10, 12, 14 (as of 2022-01-01); 法释〔2016〕14号 art 11.
"""

from collections.abc import Iterable

from services.mediation.case.recusal import vacated
from services.mediation.case.state import Mediation, case, request, still_open
from services.mediation.roster.shares import let_go_of
from services.mediation.roster.state import Roster, roster
from services.mediation.rules import Context
from shared.casework.guards import Facts, possible
from shared.contracts.mediation import DesignationQueued
from shared.contracts.message import Command, Event
from shared.contracts.transfers import CaseTransferred, TransferCase, TransferGround

# Where to ---------------------------------------------------------------------------------------


def others(mediation: Mediation, context: Context) -> list[str]:
    """Return the other organisations that take the cause: those behind this one in the network file first."""
    takers = context.takers[mediation.cause]
    here = takers.index(mediation.organisation) if mediation.organisation in takers else 0
    return [one for one in (*takers[here:], *takers[:here]) if one != mediation.organisation]


def overflow(mediation: Mediation, ground: TransferGround, facts: Facts[Context]) -> list[Event]:
    """Return how a case passes on by rule; nothing where the rule does not let it.

    A case that the court delegated stays: its letter names the organisation, and only the court names
    another. What passed on once stays as well, so that no two full organisations send it to and fro.
    """
    known = facts.context.book.at(mediation.rules_version).overflow_queue is not None
    if not known or mediation.way.by_the_court or mediation.left:
        return []
    return [
        event
        for to in others(mediation, facts.context)[:1]
        for event in _passes(mediation, to, ground, facts)
    ]


def _passes(mediation: Mediation, to: str, ground: TransferGround, facts: Facts[Context]) -> Iterable[Event]:
    passed = CaseTransferred(
        organisation=mediation.organisation,
        case=mediation.case,
        round=max(mediation.round, 1),  # in the time to choose, none was asked for yet
        receiver=to,
        ground=ground,
    )
    yield passed
    yield request(case.evolve(mediation, passed, facts.at, facts.context), facts)


@case.after(CaseTransferred)
def passed_on(mediation: Mediation, event: CaseTransferred) -> Mediation:
    """The new organisation signs for the materials anew; the period that an acceptance began runs on."""
    return vacated(mediation).but(
        organisation=event.receiver,
        left=(*mediation.left, event.organisation),
        co=mediation.co.empty(),
        materials_received=False,
        designate_by=None,
        designate_provisional=False,
    )


# By rule, and by the court ----------------------------------------------------------------------


@case.on(DesignationQueued)
def waits(mediation: Mediation, queued: DesignationQueued, facts: Facts[Context]) -> Iterable[Event]:
    """A queue over the limit, or a roster on which nobody may take the case."""
    waiting = mediation.end is None and mediation.mediator is None and queued.round == mediation.round
    waiting = waiting and not queued.second
    limit = facts.context.book.at(mediation.rules_version).overflow_queue
    if not waiting or limit is None:
        return []
    if not queued.eligible:
        return overflow(mediation, TransferGround.NOBODY_ELIGIBLE, facts)
    if queued.waiting > limit:
        return overflow(mediation, TransferGround.QUEUE_TOO_LONG, facts)
    return []


@possible
def to_another_that_takes_it(
    mediation: Mediation, facts: Facts[Context], command: Command | None
) -> str | None:
    """There is another organisation that takes the cause; the command names one."""
    found = others(mediation, facts.context)
    named = command.receiver in found if isinstance(command, TransferCase) else bool(found)
    return None if named else "transfer.nowhere"


def _is_there(mediation: Mediation, command: TransferCase, facts: Facts[Context]) -> bool:
    return mediation.organisation == command.receiver and mediation.end is None


@case.on(TransferCase, still_open, to_another_that_takes_it, already=_is_there)
def transfer(mediation: Mediation, command: TransferCase, facts: Facts[Context]) -> Iterable[Event]:
    """The court names another organisation; whoever held the case gives the seat back.

    Source: 法释〔2021〕23号 arts 12, 14; 法释〔2016〕14号 art 11.
    """
    return _passes(mediation, command.receiver, TransferGround.COURT, facts)


# The roster lets it go --------------------------------------------------------------------------


@roster.on(CaseTransferred)
def let_go(state: Roster, passed: CaseTransferred, facts: Facts[Context]) -> Iterable[Event]:
    """The case leaves the queue, or gives its seat back, also one that is still on its way to it."""
    known = _round_of(state, passed.case)
    return [] if known is None or known > passed.round else let_go_of(state, passed.case, facts)


def _round_of(state: Roster, case_id: str) -> int | None:
    """Return the round in which a case waits, or has its seat; ``None`` where the roster has neither."""
    if (waits := state.waiting.get(case_id)) is not None:
        return waits.round
    holder = state.holder(case_id)
    return None if holder is None else state.held[holder][case_id]
