"""Intake's own collections: the raw data of parties, and what became of each wish to read it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from services.intake.case import Dispute, Filing
from shared.casework.protocol import Change, Put, Write
from shared.contracts.common import CommandRefused
from shared.contracts.intake import DisputeRegistered, FilingAmended, PersonalDataRead, ReadPersonalData

if TYPE_CHECKING:
    from shared.runtime.commit.mongo import Database

PERSONAL_DATA = "personal_data"
"""Raw data of the respondent by case id. It leaves this collection through one endpoint alone."""
READINGS = "readings"
"""What became of a wish to read, by command id."""
COLLECTIONS = (PERSONAL_DATA, READINGS)


def rows(change: Change[Dispute]) -> Iterable[Write]:
    """Return the rows that go with a message: raw data of a taken filing, the outcome of a reading."""
    received = change.received
    if received is None:
        return ()
    body = received.body
    if isinstance(body, Filing):
        taken = any(isinstance(t.event, DisputeRegistered | FilingAmended) for t in change.events)
        if taken and change.kept is not None:
            return (Put(PERSONAL_DATA, change.subject, change.kept.model_dump()),)
    elif isinstance(body, ReadPersonalData):
        return [Put(READINGS, received.id, _outcome(change.subject, t.event)) for t in change.events]
    return ()


async def reading(database: "Database", command: str) -> dict[str, Any] | None:
    """Return what became of a reading: ``case``, and ``reason``, empty if allowed; ``None`` before that."""
    return await database.get(READINGS, command)


async def personal_data(database: "Database", case: str) -> dict[str, Any] | None:
    """Return the raw data of a case's respondent. The reading must be recorded before this is called."""
    found = await database.get(PERSONAL_DATA, case)
    if found is not None:
        del found["_id"]
    return found


def _outcome(case: str, event: object) -> dict[str, Any]:
    if isinstance(event, CommandRefused):
        return {"case": case, "reason": event.reason}
    assert isinstance(event, PersonalDataRead)
    return {"case": case, "reason": ""}
