"""What `suyuan duplicates` shows of a row: a line for each other dispute that people decide about."""

from typing import Any

import pytest

from cli.duplicates import _pairs, _told
from tests.support.cli import suyuan

A, B, C = ("sy1" + letter * 32 for letter in "abc")
ROW: dict[str, Any] = {
    "id": A,
    "into": "",
    "standing": "suspected",
    "rules": [],
    "denied": [],
    "suspected": [],
}
TWO = [{"other": B, "rules": ["MAT-003"]}, {"other": C, "rules": ["MAT-002"]}]


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        ({"suspected": TWO}, [(B, "MAT-003"), (C, "MAT-002")]),
        ({"standing": "merged", "into": B, "rules": ["MAT-001"], "suspected": TWO}, [(B, "MAT-001")]),
        ({"standing": "apart", "denied": [B, C]}, [(B, ""), (C, "")]),
        ({"standing": "apart"}, []),
    ],
)
def test_each_other_dispute_has_a_line_of_its_own(row: dict[str, Any], shown: list[tuple[str, str]]) -> None:
    assert [(one["other"], one["rules_told"]) for one in _pairs({**ROW, **row})] == shown


def test_one_case_tells_all_of_it() -> None:
    told = _told({**ROW, "suspected": TWO, "denied": [B]})
    assert (told["others"], told["rules_told"], told["denied_told"]) == (f"{B}, {C}", "MAT-003, MAT-002", B)


def test_who_asks_for_a_party_says_what_for() -> None:
    done = suyuan("duplicates", "parties", A)
    assert done.code == 2
    assert "--purpose" in done.err
