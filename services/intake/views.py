"""Which other disputes a respondent has, for the clerks of a case: no more than they need.

The court's clerk sees where each one is. An organisation's clerk sees those that are its own to mediate, and
of the others only how many there are: which banks a person owes is nothing that it needs.
Source: 个人信息保护法 arts 6, 28-29.
"""

from typing import TYPE_CHECKING, Any, Final

from services.intake.case import Dispute
from services.intake.case.state import Status
from services.intake.matches import Candidate, Matches
from services.intake.rules import KeyedHashes
from shared.contracts.envelope import Actor
from shared.network.schema import Network
from shared.runtime.base.collections import STREAMS

if TYPE_CHECKING:
    from shared.runtime.commit.mongo import Database

_OVER: Final = (Status.WITHDRAWN, Status.RETURNED)


async def other_disputes(
    database: "Database", hashes: KeyedHashes, network: Network, case: str, reader: Actor
) -> dict[str, Any]:
    """Return the open disputes of a case's respondent besides it; the reading must be recorded before.

    Args:
        database: Intake's own.
        hashes: From which the stream of the respondent follows.
        network: Which organisation mediates what.
        case: The case.
        reader: Who reads.

    Returns:
        ``disputes``: each with ``id``, ``institution``, ``cause``, ``status`` and ``filed_on``; ``others``:
        how many more there are, of which the reader sees nothing.
    """
    own = await _states(database, [case])
    stored = await database.get(STREAMS, hashes.matches(own[case].party_token)) if own else None
    if stored is None or stored["state"] is None:
        return {"disputes": [], "others": 0}
    candidates = Matches.model_validate_json(stored["state"]).candidates
    named = {id: one for id, one in candidates.items() if id != case and not (one.out or one.into)}
    states = await _states(database, list(named))
    open_ = {id: one for id, one in states.items() if one.status not in _OVER and not one.merger.into}
    shown = [id for id, one in open_.items() if _sees(reader, one, network)]
    return {
        "disputes": [_shown(id, open_[id], named[id]) for id in sorted(shown)],
        "others": len(open_) - len(shown),
    }


async def _states(database: "Database", cases: list[str]) -> dict[str, Dispute]:
    rows = await database.find(STREAMS, {"_id": {"$in": cases}})
    return {row["_id"]: Dispute.model_validate_json(row["state"]) for row in rows if row["state"]}


def _sees(reader: Actor, dispute: Dispute, network: Network) -> bool:
    if reader.role == "court_clerk":
        return True
    return network.route(dispute.tier, dispute.cause).id == reader.organisation


def _shown(id: str, dispute: Dispute, candidate: Candidate) -> dict[str, Any]:
    return {
        "id": id,
        "institution": dispute.institution,
        "cause": dispute.cause.value,
        "status": dispute.status.value,
        "filed_on": candidate.day.isoformat(),
    }
