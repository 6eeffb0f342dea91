"""Intake's own collections: the raw data of parties, what became of each wish to read, and duplicates."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from services.intake.case import Dispute, Filing
from services.intake.case.merger import NO_DUPLICATE
from services.intake.case.state import Status
from shared.casework.protocol import Change, Put, Write
from shared.contracts.common import CommandRefused
from shared.contracts.duplicates import (
    DisputesMerged,
    DuplicateDenied,
    DuplicateDropped,
    DuplicateSuspected,
    MergeUndone,
    ReadRepeatParty,
    RepeatPartyRead,
)
from shared.contracts.intake import DisputeRegistered, FilingAmended
from shared.contracts.kinds import Party
from shared.contracts.parties import DisputeWithdrawn
from shared.contracts.privacy import (
    ContactDataOpened,
    PersonalDataErased,
    PersonalDataRead,
    ReadPersonalData,
)
from shared.contracts.retention import (
    ApproveDisposal,
    CaseHeld,
    DisposalRefused,
    DisposalRequested,
    HoldReleased,
    RetentionEnded,
)

if TYPE_CHECKING:
    from shared.runtime.base.vault import Vault
    from shared.runtime.commit.mongo import Database

PERSONAL_DATA = "personal_data"
"""Raw data of the respondent by case id, sealed; rows of before are in clear until they are sealed
(``suyuan personal-data seal``). They leave this collection through one endpoint alone."""
READINGS = "readings"
"""What became of a wish to read, by command id."""
ERASED = "erased"
"""The one field of a row whose data and key are gone."""
RETENTION = "retention"
"""A row of each case that is held, whose time for keeping is over, or that somebody wishes to dispose of."""
DUPLICATES = "duplicates"
"""A row of each dispute that is, or was held to be, one more of another; nothing of a person in it."""
INDEXES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    PERSONAL_DATA: (),
    READINGS: (),
    RETENTION: (("standing", "-at"),),
    DUPLICATES: (("standing", "-at"),),
}
_STEP = 500


_ABOUT_DUPLICATES = (
    DuplicateSuspected,
    DuplicateDenied,
    DuplicateDropped,
    DisputesMerged,
    MergeUndone,
    DisputeWithdrawn,
    FilingAmended,
)


_ABOUT_RETENTION = (
    CaseHeld,
    DisposalRefused,
    DisposalRequested,
    HoldReleased,
    PersonalDataErased,
    RetentionEnded,
)


def rows(change: Change[Dispute]) -> Iterable[Write]:
    """Return the rows that go with a message: raw data of a filing, the outcome of a reading, a duplicate."""
    yield from _of_a_message(change)
    for own in (_duplicate(change), _retention(change)):
        if own is not None:
            yield own


def _duplicate(change: Change[Dispute]) -> Write | None:
    """Return the row of a dispute of which the matching, or a person, has just said something."""
    dispute, told = change.after, [t for t in change.events if isinstance(t.event, _ABOUT_DUPLICATES)]
    if dispute is None or not told or dispute.merger == NO_DUPLICATE:
        return None
    merger = dispute.merger
    open_ = bool(merger.suspected) and dispute.status is not Status.WITHDRAWN
    standing = "merged" if merger.into else "suspected" if open_ else "apart"
    merge = next((t.event for t in told if isinstance(t.event, DisputesMerged)), None)
    row = {
        "institution": dispute.institution,
        "cause": dispute.cause.value,
        "claim_fen": dispute.claim_fen,
        "standing": standing,
        "into": merger.into,
        "suspected": [one.model_dump(mode="json") for one in merger.suspected],
        "denied": list(merger.denied),
        "automatic": merge is not None and merge.automatic,
        "rules": list(merge.rules) if merge is not None else [],
        "at": told[-1].at.isoformat(),
    }
    return Put(DUPLICATES, change.subject, row)


def _retention(change: Change[Dispute]) -> Write | None:
    """Return the row of a dispute that is held, due or to be disposed of; also time alone makes one."""
    dispute, told = change.after, [t for t in change.events if isinstance(t.event, _ABOUT_RETENTION)]
    if dispute is None or not told:
        return None
    keeping = dispute.keeping
    standing = next(
        word
        for word, is_so in (
            ("held", keeping.held_by),
            ("requested", keeping.requested_by),
            ("erased", dispute.erased),
            ("over", keeping.ended),
            ("kept", True),
        )
        if is_so
    )
    last = told[-1]
    row = {
        "institution": dispute.institution,
        "standing": standing,
        "held_by": keeping.held_by,
        "requested_by": keeping.requested_by,
        "ground": keeping.ground,
        "event": last.event.short_type,
        "at": last.at.isoformat(),
    }
    return Put(RETENTION, change.subject, row)


async def held(database: "Database", cases: Sequence[str]) -> set[str]:
    """Return those of some cases that are held."""
    rows = await database.find(RETENTION, {"_id": {"$in": list(cases)}, "standing": "held"}, fields=("_id",))
    return {str(row["_id"]) for row in rows}


async def erased(database: "Database", cases: Sequence[str]) -> set[str]:
    """Return those of some cases whose raw data are erased."""
    rows = await database.find(PERSONAL_DATA, {"_id": {"$in": list(cases)}, ERASED: True}, fields=("_id",))
    return {str(row["_id"]) for row in rows}


def _of_a_message(change: Change[Dispute]) -> Iterable[Write]:
    received = change.received
    if received is None:
        return ()
    body = received.body
    if isinstance(body, Filing):
        taken = any(isinstance(t.event, DisputeRegistered | FilingAmended) for t in change.events)
        if taken and change.kept is not None:
            return (Put(PERSONAL_DATA, change.subject, change.kept),)
    elif isinstance(body, ApproveDisposal):
        gone = any(isinstance(t.event, PersonalDataErased) for t in change.events)
        return (Put(PERSONAL_DATA, change.subject, {ERASED: True}),) if gone else ()
    elif isinstance(body, ContactDataOpened):
        return [Put(READINGS, body.reading, _contact(change, body, received.at))]
    elif isinstance(body, ReadPersonalData | ReadRepeatParty):
        return [Put(READINGS, received.id, _outcome(change.subject, t.event)) for t in change.events]
    return ()


async def reading(database: "Database", command: str) -> dict[str, Any] | None:
    """Return what became of a reading: ``case``, and ``reason``, empty if allowed; ``None`` before that."""
    return await database.get(READINGS, command)


async def personal_data(database: "Database", vault: "Vault", case: str) -> dict[str, Any] | None:
    """Return the raw data of a case's respondent. The reading must be recorded before this is called.

    Raises:
        CannotOpen: They were sealed with a key that this process does not have.
    """
    row = await database.get(PERSONAL_DATA, case)
    if row is None or ERASED in row:
        return None
    if is_sealed(row):
        found: dict[str, Any] = json.loads(vault.open(case, row))
        return found
    return {name: value for name, value in row.items() if name != "_id"}


def is_sealed(row: Mapping[str, Any]) -> bool:
    """Tell whether a row of raw data is encrypted; those of before are not."""
    return "data" in row


async def seal_all(database: "Database", vault: "Vault") -> tuple[int, int]:
    """Seal the rows in clear, and put those under an earlier key under the newest one.

    A row that changes meanwhile was written by the service, so it is as it should be.

    Returns:
        How many rows were sealed, and how many came under the newest key.
    """
    sealed = renewed = 0
    behind = {"by": {"$ne": vault.newest}, ERASED: {"$exists": False}}
    after = ""
    while rows := await database.find(
        PERSONAL_DATA, {**behind, "_id": {"$gt": after}}, sort=[("_id", 1)], limit=_STEP
    ):
        for row in rows:
            after = case = str(row["_id"])
            if is_sealed(row):
                renewed += await database.exchange(PERSONAL_DATA, row, vault.renewed(case, row))
            else:
                plain = {name: value for name, value in row.items() if name != "_id"}
                new = vault.seal(case, json.dumps(plain, ensure_ascii=False).encode())
                sealed += await database.exchange(PERSONAL_DATA, row, new)
    return sealed, renewed


async def contact_data(database: "Database", vault: "Vault", case: str) -> dict[str, Any] | None:
    """Return how to reach the parties of a case, and nothing else of their data.

    Raises:
        CannotOpen: They were sealed with a key that this process does not have.
    """
    found = await personal_data(database, vault, case)
    if found is None:
        return None
    others = {place: _reach(one) for place, one in found.get("others", {}).items()}
    return {Party.RESPONDENT.value: _reach(found), **others}


def _reach(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {name: raw.get(name, "") for name in ("name", "phone", "address")}


def _contact(change: Change[Dispute], opened: ContactDataOpened, at: datetime) -> dict[str, Any]:
    """Return what became of a mediator's wish: whose it was, and until when it is good."""
    read = any(isinstance(timed.event, PersonalDataRead) for timed in change.events)
    erased = change.before is not None and change.before.erased
    reason = "" if read else "personal_data.erased" if erased else "personal_data.none"
    return {"case": change.subject, "reason": reason, "reader": opened.reader, "at": at.isoformat()}


def _outcome(case: str, event: object) -> dict[str, Any]:
    if isinstance(event, CommandRefused):
        return {"case": case, "reason": event.reason}
    assert isinstance(event, PersonalDataRead | RepeatPartyRead)
    return {"case": case, "reason": ""}
