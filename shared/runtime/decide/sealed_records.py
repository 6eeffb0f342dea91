"""Dead letters and holds at rest: what a sender wrote is sealed, each record under a data key of its own.

The key stands in a collection of its own (``DATA_KEYS``), so that forgetting that row ends the data of the
record wherever it was copied to: the topic of dead letters, a backup of the letters. What counting and order
hang on stays in clear: place, id, source, type, number, reason and faults.

Without keys among the settings nothing is sealed, and what was stored so is read as it is.
"""

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from shared.contracts.topics import FILINGS_PREFIX
from shared.runtime.base import limits
from shared.runtime.base.documents import Document
from shared.runtime.base.vault import CannotOpen, DataKey, Vault

SEALED: Final = "sealed"
"""The field of a kept record with its key, value and headers, encrypted."""
SAID: Final = "said"
"""The field of a letter with what was found and the stack, encrypted: they may quote what was sent."""
OPEN: Final = "data_key"
"""The field of an opened row, never stored, with its key."""
_KEPT: Final = ("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_sequence")
"""Headers that order and counting hang on; none says anything of a person."""
_LENGTH: Final = 4


def letter_key(id: str) -> str:
    """Return the id under which the key of a letter stands."""
    return f"letter:{id}"


def hold_key(id: str) -> str:
    """Return the id under which the key of a hold stands."""
    return f"hold:{id}"


def key_row(key: DataKey) -> Document:
    """Return the row that keeps a key."""
    return {"_id": key.name, **key.row}


def sealed(row: Document, key: DataKey) -> Document:
    """Return a letter or hold as it is stored and published: nothing that its sender wrote is in clear."""
    record = row["record"]
    kept = {
        **record,
        "key": None,
        "value": None,
        "headers": list(kept_headers(record)),
        "bytes": len(record["value"] or b""),
        SEALED: key.seal(SEALED, _packed(record)),
    }
    out = {name: value for name, value in row.items() if name != OPEN}
    return {**out, "record": kept, **(said(row, key) if "stack" in row else {})}


def said(row: Mapping[str, Any], key: DataKey) -> Document:
    """Return the fields of a letter that tell what was found, sealed."""
    text = json.dumps([row["detail"], row["stack"]])
    return {"detail": "", "stack": "", SAID: key.seal(SAID, text.encode())}


def is_sealed(row: Mapping[str, Any]) -> bool:
    """Tell whether a stored letter or hold is sealed; those of before are not."""
    return SEALED in row["record"]


def opened(row: Document, vault: Vault | None, kept: Mapping[str, Any] | None, name: str) -> Document:
    """Return a stored letter or hold as it was before it was sealed, with its key under ``OPEN``.

    Args:
        row: The row.
        vault: The keys of this process; ``None`` for none.
        kept: The row of its data key; ``None`` for one that is destroyed.
        name: The id of that row.

    Returns:
        The row in clear. Of one that does not open a note takes the place of the data, so that it is
        refused as ``message.data_ended``.
    """
    if not is_sealed(row):
        return row
    try:
        if vault is None or kept is None:
            return without_data(
                row, "its key is destroyed" if kept is None else "this process has no record keys"
            )
        key = vault.data_key(name, kept)
        record = _unpacked(row["record"], key.open(SEALED, row["record"][SEALED]))
        out: Document = {**row, "record": record, OPEN: key}
        if SAID in row:
            out["detail"], out["stack"] = json.loads(key.open(SAID, row[SAID]))
    except CannotOpen:
        return without_data(row, "its key does not open it")
    return out


def without_data(row: Document, why: str) -> Document:
    """Return a letter or hold without what its sender wrote: no value, no key, no text that may quote them.

    Args:
        row: The row, sealed or in clear.
        why: What the note says that takes the place of the data.
    """
    record = row["record"]
    note = limits.Excess(limits.DATA_ENDED, why)
    kept = {
        **{name: value for name, value in record.items() if name != SEALED},
        "key": None,
        "value": None,
        "headers": [*kept_headers(record), list(limits.note_of(note))],
        "bytes": record.get("bytes", len(record["value"] or b"")),
    }
    out = {name: value for name, value in row.items() if name not in (SAID, OPEN)}
    return {**out, "record": kept, **({"detail": "", "stack": ""} if "stack" in row else {})}


def kept_headers(record: Mapping[str, Any]) -> Iterator[list[Any]]:
    """Yield the headers of a record that stay when its data end."""
    # The subject of a filing is the institution's reference; that of all others an id of the platform.
    names = _KEPT if record["topic"].startswith(FILINGS_PREFIX) else (*_KEPT, "ce_subject", "ce_time")
    yield from ([name, value] for name, value in record["headers"] if name in names)


def _packed(record: Mapping[str, Any]) -> bytes:
    """Return key, headers and value of a record as bytes: a head in JSON behind its length, and the value."""
    head = json.dumps(
        {
            "key": _text(record["key"]),
            "headers": [[name, _text(value)] for name, value in record["headers"]],
            "value": record["value"] is not None,
        }
    ).encode()
    return len(head).to_bytes(_LENGTH) + head + (record["value"] or b"")


def _unpacked(record: Mapping[str, Any], plain: bytes) -> Document:
    end = _LENGTH + int.from_bytes(plain[:_LENGTH])
    head = json.loads(plain[_LENGTH:end])
    return {
        **{name: value for name, value in record.items() if name not in (SEALED, "bytes")},
        "key": _bytes(head["key"]),
        "headers": [[name, _bytes(value)] for name, value in head["headers"]],
        "value": plain[end:] if head["value"] else None,
    }


def _text(raw: bytes | None) -> str | None:
    return None if raw is None else base64.b64encode(raw).decode()


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)
