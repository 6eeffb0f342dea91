"""What became of a command or a filing, as it is told: status, reasons, and all that is wrong."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from services.portal.rules.places import NOT_TAKEN, REJECTED, RETURNED
from shared.contracts.faults import FieldFault, not_the_sum, told
from shared.contracts.kinds import ReturnGround
from shared.contracts.reasons import text
from shared.contracts.rules import told as told_rule

Document = dict[str, Any]


def answered_by(row: Mapping[str, Any]) -> str:
    """Return the kind of answer that tells an outcome's reasons; empty where none does."""
    if row.get("events"):
        # The same message once more is answered as well, and takes back nothing of what it did.
        return RETURNED if "filing-returned" in row["events"] else ""
    return NOT_TAKEN if row.get(NOT_TAKEN) else ""


def shown_outcome(
    command: str, row: Mapping[str, Any] | None, answer: Mapping[str, Any] = MappingProxyType({})
) -> Document:
    """Return what became of a command or a filing.

    Args:
        command: Its id.
        row: Its outcome; ``None`` while there is none.
        answer: The reasons that stand beside it; empty where there are none.

    Returns:
        The status: ``pending``, ``done``, ``refused``, ``rejected``; of a filing also ``returned``,
        ``not_amended``, ``amendment_faulty``, ``too_late``, ``unchanged``. With it what happened, and why.
    """
    if row is None and not answer:
        return {"command_id": command, "status": "pending", "events": []}
    if row is None:
        at, reason = answer["at"], _sentences(answer["reason"])
        errors = [told(FieldFault.model_validate_json(json.dumps(one))) for one in answer.get("faults", ())]
        rejected = {"command_id": command, "status": REJECTED, "at": at, "events": [], "reason": reason}
        return {**rejected, "errors": errors}
    out: Document = {
        "command_id": command,
        "status": "done",
        "subject": row["subject"],
        "at": row["at"],
        "events": sorted(row.get("events", {})),
        "changed": bool(row.get("events")),
    }
    if "settled" in row:
        out |= {"changed": row["settled"] > 0, "found": row["found"], "settled": row["settled"]}
    if row.get("refused"):
        out["status"] = "refused"
        out["reason"] = {**told_rule(row["reason"], row["rule"]), "detail": row["detail"]}
    elif "reason" in answer:
        out["status"] = answer["reason"].rpartition(".")[2]
        out["reason"] = _sentences(answer["reason"])
    elif "reasons" in answer:
        out["status"] = "returned"
        out["reason"] = _sentences("filing.returned")
    if answer.get("reasons"):
        out["reasons"] = [_reason_to_return(one, answer) for one in answer["reasons"]]
    return out


def _reason_to_return(one: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, Any]:
    parts = answer.get("parts_fen")
    if one["code"] == "amount.mismatch" and parts is not None:
        fault = not_the_sum(one["field"], answer["claim_fen"], parts)
    else:
        fault = FieldFault(code=one["code"], field=one["field"])
    return {**told(fault), **_basis(one)}


def _basis(one: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a return rests on; nothing under rules that did not say."""
    if not one.get("rests_on"):
        return {}
    ground = ReturnGround(one["rests_on"])
    return {"rests_on": {"code": ground.value, "zh": ground.zh, "en": ground.en}, "citation": one["citation"]}


def _sentences(code: str) -> dict[str, str]:
    reason = text(code)
    return {"code": code, "zh": reason.zh, "en": reason.en}
