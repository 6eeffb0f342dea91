"""A dead letter as a person sees it: in one line, and in full with personal data hidden."""

import json
from collections.abc import Mapping
from typing import Any, Final

Document = Mapping[str, Any]
SHOWN_BYTES: Final = 20_000


def brief(row: Document) -> dict[str, Any]:
    """Return a letter in one line."""
    from shared.contracts.reasons import text

    reason = text(row["reason"])
    return {
        "id": row["_id"],
        "status": row["status"],
        "case": row["subject"],
        "order": row["order"],
        "reason": row["reason"],
        "detail": row["detail"],
        "zh": reason.zh,
        "en": reason.en,
        "type": row["type"].removeprefix("suyuan."),
        "buried_at": row["buried_at"].isoformat(timespec="seconds"),
        "tries": row["tries"],
    }


def full(row: Document) -> dict[str, Any]:
    """Return a letter with all that came, personal data hidden."""
    record = row["record"]
    headers = {
        name: "null" if value is None else value.decode("utf-8", "replace")
        for name, value in record["headers"]
    }
    return {
        **brief(row),
        "message": row["message"],
        "at": None if row["at"] is None else row["at"].isoformat(),
        "closed_at": row["closed_at"].isoformat(timespec="seconds") if row.get("closed_at") else None,
        "key": None if record["key"] is None else record["key"].decode("utf-8", "replace"),
        "headers": headers,
        "value": shown_value(record["topic"], record["value"]),
        "stack": row["stack"],
    }


def shown_value(topic: str, value: bytes | None) -> str:
    """Return a value for the eyes of an operator, a party's raw data left out.

    What cannot be read as a filing may hold raw data anywhere, so nothing of it is shown.
    """
    from shared.contracts.topics import FILINGS_PREFIX

    if value is None:
        return "null"
    if topic.startswith(FILINGS_PREFIX):
        try:
            body = json.loads(value)
        except ValueError:
            body = None
        if not isinstance(body, dict):
            return f"({len(value)} 字节 bytes:可能含个人信息,不显示 / not shown, it may hold personal data)"
        return json.dumps(_masked(body), ensure_ascii=False, indent=1)[:SHOWN_BYTES]
    text = value[:SHOWN_BYTES].decode("utf-8", "replace")
    return text if len(value) <= SHOWN_BYTES else text + f"\n… {len(value)} bytes"


def _masked(body: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the fields that a filing has and that hold no person; name the others only."""
    from shared.contracts.intake import FileDispute

    safe = set(FileDispute.model_fields) - {"party"}
    return {name: value if name in safe else "•••" for name, value in body.items()}
