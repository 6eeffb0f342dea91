"""The longest realistic rows of the tables of `suyuan duplicates`."""

from typing import Any, Final

from tests.support.cases import case_id

CASE, TWIN = case_id("ccb", "CC-2026-0001"), case_id("ccb", "CC-2026-0002")
_DUPLICATE: Final = {
    "id": CASE,
    "others": ", ".join("sy1" + one * 32 for one in "bc"),
    "standing": "suspected",
    "rules_told": "MAT-002, MAT-003",
    "institution": "consumer-finance-beijing-fengtai",
    "cause": "finance_lease",
    "claim_fen": 1_234_567_89,
    "at": "2026-01-05T01:00:00+00:00",
}
SHOWN: Final = {"merged_into": "sy1" + "a2" * 16, "joined": ", ".join("sy1" + one * 32 for one in "bc")}
"""What a case shows besides."""
FACTS: Final[dict[str, dict[str, Any]]] = {
    "duplicates-show": {
        **_DUPLICATE,
        "standing": "merged",
        "automatic": True,
        "denied_told": ", ".join("sy1" + one * 32 for one in "bc"),
    },
}
ROWS: Final[dict[str, list[dict[str, Any]]]] = {
    "retention-list": [
        {
            "id": CASE,
            "standing": "requested",
            "ground": "not_needed",
            "by": "fengtai-court/p-court-clerk-1/court_clerk",
            "institution": "consumer-finance-beijing-fengtai",
            "at": "2026-01-05T01:00:00+00:00",
        },
        {
            "id": TWIN,
            "standing": "held",
            "by": "fengtai-court/judge-1/judge",
            "institution": "ccb",
            "ground": "",
        },
    ],
    "duplicates-list": [
        {**_DUPLICATE, "other": "sy1" + "b" * 32},
        {**_DUPLICATE, "id": TWIN, "other": CASE, "standing": "merged", "rules_told": "MAT-001"},
    ],
    "duplicates-parties": [
        {
            **{"id": CASE, "institution": "consumer-finance-beijing-fengtai", "cause": "finance_lease"},
            **{"status": "referred", "filed_on": "2026-01-05"},
        }
    ],
}
