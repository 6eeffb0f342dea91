"""The longest realistic rows of the tables of `suyuan verify`, `witness` and `rebuild`."""

from typing import Any, Final

from tests.support.cases import case_id

CASE = case_id("icbc-beijing-fengtai-branch", "FT-2026-00017")
ROWS: Final[dict[str, list[dict[str, Any]]]] = {
    "witness-sign": [
        {
            "service": "court_bridge",
            "number": 1234,
            "day": "2027-03-01T00:00:00+08:00",
            "state": "rewritten",
            "detail": "0123456789abcdef (1233)",
        },
        {"service": "intake", "number": 2, "day": "2027-03-01T00:00:00+08:00", "state": "grown"},
    ],
    "witness-list": [
        {
            "service": "mediation",
            "number": 1234,
            "day": "2027-03-01T00:00:00+08:00",
            "days_root": "0123456789abcdef" * 4,
            "witnessed": "ccb 1234, fengtai-court 1230, people 1234",
        },
    ],
    "rebuild": [
        {"service": "court_bridge", "kind": "case", "subject": CASE, "fields": "agreement, confirmation"},
    ],
    "verify": [
        {
            "service": "mediation",
            "subject": CASE,
            "number": 2,
            "where": "database",
            "wrong": "copy",
            "detail": "actor, value.claim_fen",
        },
        {"service": "court_bridge", "subject": CASE, "number": 117, "where": "events", "wrong": "tail"},
    ],
}
