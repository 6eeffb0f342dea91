"""A dead letter as a person sees it: in one line, and in full with personal data hidden."""

import json
from collections.abc import Mapping
from typing import Any, Final

Document = Mapping[str, Any]
SHOWN_CHARACTERS: Final = 20_000


def brief(row: Document) -> dict[str, Any]:
    """Return a letter in one line."""
    from shared.contracts.reasons import text

    reason = text(row["reason"])
    return {
        "id": row["_id"],
        "status": row["status"],
        "case": shown_text(row["subject"]),
        "order": row["order"],
        "reason": row["reason"],
        "detail": shown_text(row["detail"]),
        "zh": reason.zh,
        "en": reason.en,
        "type": row["type"].removeprefix("suyuan."),
        "buried_at": row["buried_at"].isoformat(timespec="seconds"),
        "tries": row["tries"],
    }


def full(row: Document) -> dict[str, Any]:
    """Return a letter with all that came, personal data hidden."""
    record = row["record"]
    headers = {shown_text(name): shown_bytes(value) for name, value in record["headers"]}
    return {
        **brief(row),
        "message": shown_text(row["message"]),
        "at": None if row["at"] is None else row["at"].isoformat(),
        "closed_at": row["closed_at"].isoformat(timespec="seconds") if row.get("closed_at") else None,
        "key": None if record["key"] is None else shown_bytes(record["key"]),
        "headers": headers,
        "value": shown_value(record["topic"], record["value"]),
        "stack": shown_text(row["stack"]),
    }


def shown_text(text: str) -> str:
    """Return a text without the numbers of persons."""
    from shared.contracts.persons import masked

    return masked(text)


def shown_bytes(raw: bytes | None) -> str:
    """Return what bytes say, without the numbers of persons; of what is no UTF-8 text, its size alone."""
    if raw is None:
        return "null"
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = "\0"
    # Signs between digits, such as the zeros of UTF-16, hide a number from the masks and not from people.
    if any(sign < " " and sign not in "\n\r\t" for sign in text):
        return _unseen(raw)
    return shown_text(text)


def shown_value(topic: str, value: bytes | None) -> str:
    """Return a value for the eyes of an operator, a party's raw data left out.

    Numbers of persons are hidden wherever they stand. What cannot be read as a filing may hold names
    anywhere, so nothing of it is shown.
    """
    from shared.contracts.topics import FILINGS_PREFIX

    if value is None:
        return "null"
    filed = topic.startswith(FILINGS_PREFIX)
    try:
        body = json.loads(value)
    except (ValueError, RecursionError):
        return _unseen(value) if filed else _cut(shown_bytes(value), len(value))
    if filed and not isinstance(body, dict):
        return _unseen(value)
    content = _without_numbers(_masked(body) if filed else body)
    return _cut(json.dumps(content, ensure_ascii=False, indent=1), len(value))


def _unseen(value: bytes) -> str:
    return f"({len(value)} 字节 bytes:可能含个人信息,不显示 / not shown, it may hold personal data)"


def _cut(text: str, size: int) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + f"\n… {size} bytes"


def _without_numbers(content: Any) -> Any:
    """Return JSON without numbers of persons, in names, texts and numbers, however they were escaped."""
    match content:
        case dict():
            return {shown_text(name): _without_numbers(value) for name, value in content.items()}
        case list():
            return [_without_numbers(one) for one in content]
        case str():
            return shown_text(content)
        case bool() | None:
            return content
        case _:
            text = shown_text(str(content))
            return content if text == str(content) else text


def _masked(body: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the fields that hold no person and that are as they should be; name the others only.

    What stands in the wrong column may be a name, and a name is known by its column alone.
    """
    from pydantic import ValidationError

    from shared.contracts.intake import FileDispute
    from shared.contracts.persons import MASK

    safe = set(FileDispute.model_fields) - {"party", "other_parties"}
    try:
        FileDispute.model_validate_json(json.dumps(body))
    except ValidationError as error:
        safe -= {one["loc"][0] for one in error.errors(include_url=False, include_input=False) if one["loc"]}
    return {name: value if name in safe else MASK for name, value in body.items()}
