"""Mediation's own collections: what was told in confidence, and what became of each wish to read it.

Source: 法释〔2021〕23号 art 18; 法释〔2016〕14号 art 22.
"""

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from services.mediation.case import Mediation
from services.mediation.roster import Roster
from shared.casework.protocol import Change, Put, Stream, Write
from shared.contracts.common import CommandRefused
from shared.contracts.confidence import ConcessionKept, ReadConcessions
from shared.contracts.mediation import MediationEnded
from shared.runtime.base.collections import STREAMS
from shared.runtime.decide import states

if TYPE_CHECKING:
    from shared.runtime.base.vault import Vault
    from shared.runtime.commit.mongo import Database
    from shared.runtime.serve.service import Rosters

CONCESSIONS = "concessions"
"""What was told in confidence, sealed under a key of its row, by case and number. They leave this collection
through one endpoint alone, and are gone with the end of the mediation."""
READINGS = "concession_readings"
"""What became of a wish to read, by command id."""
ERASED = "erased"
"""The one field, beside the case, of a row whose text and key are gone."""
INDEXES = {CONCESSIONS: (("case",),), READINGS: ()}


def rows(change: Change[Mediation]) -> Iterable[Write]:
    """Return the rows that go with a message: what is kept, what is gone, the outcome of a reading."""
    received = change.received
    reads = received is not None and isinstance(received.body, ReadConcessions)
    if not reads and not (_told(change.before) or _told(change.after)):
        return ()  # the usual case: nothing was told in confidence
    return _rows(change)


def _told(state: Mediation | None) -> bool:
    return state is not None and state.talks.concessions > 0


def _rows(change: Change[Mediation]) -> Iterable[Write]:
    for timed in change.events:
        if isinstance(timed.event, ConcessionKept) and change.kept is not None:
            number = timed.event.concession_number
            yield Put(CONCESSIONS, _id(change.subject, number), {"case": change.subject, **change.kept})
        elif isinstance(timed.event, MediationEnded) and change.before is not None:
            for number in range(1, change.before.talks.concessions + 1):
                yield Put(CONCESSIONS, _id(change.subject, number), {"case": change.subject, ERASED: True})
    received = change.received
    if received is not None and isinstance(received.body, ReadConcessions):
        for timed in change.events:
            reason = timed.event.reason if isinstance(timed.event, CommandRefused) else ""
            yield Put(READINGS, received.id, {"case": change.subject, "reason": reason})


def listed(stream: Stream[Roster]) -> Callable[["Database"], "Rosters"]:
    """Return how to ask whether a mediator joined or left a roster by events, given the stream of rosters."""

    def rosters(database: "Database") -> "Rosters":
        async def of(organisation: str, mediator: str) -> bool | None:
            row = await database.get(STREAMS, organisation)
            state = None if row is None else states.read(stream, row)[0]
            if not isinstance(state, Roster):
                return None
            changed = state.mediators
            if mediator in changed.removed:
                return False
            return True if mediator in changed.entries else None

        return of

    return rosters


async def reading(database: "Database", command: str) -> dict[str, Any] | None:
    """Return what became of a reading: ``reason``, empty if allowed; ``None`` before that."""
    return await database.get(READINGS, command)


async def concessions(database: "Database", vault: "Vault", case: str) -> list[dict[str, Any]]:
    """Return what was told in confidence. The reading must be recorded before this is called.

    Raises:
        CannotOpen: It was sealed with a key that this process does not have.
    """
    found = await database.find(CONCESSIONS, {"case": case}, sort=[("_id", 1)])
    return [json.loads(vault.open(case, row)) for row in found if ERASED not in row]


def _id(case: str, number: int) -> str:
    return f"{case}|{number:04d}"
