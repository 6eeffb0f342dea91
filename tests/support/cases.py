"""Ids of cases as the platforms of the tests give them: all have one secret."""

import json
from pathlib import Path
from typing import Final

from shared.casework import case_ids

PARTY_KEY: Final = "a key of the intake tests, 32 bytes or more"


def case_id(institution: str, reference: str) -> str:
    """Return the id that intake gives a dispute in a test."""
    return case_ids.case_id(PARTY_KEY.encode(), institution, reference)


def with_key(data: Path) -> Path:
    """Return a data folder whose platform has the secret of the tests."""
    data.mkdir(parents=True, exist_ok=True)
    keys = data / "keys.json"
    keys.touch(mode=0o600)
    keys.write_text(json.dumps({"party_key": PARTY_KEY}))
    return data
