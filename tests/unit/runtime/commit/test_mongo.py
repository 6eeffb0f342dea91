"""The commands of a transaction: what they hold, and that none is larger than MongoDB takes."""

from __future__ import annotations

from collections.abc import Sequence

from shared.runtime.base.documents import Document, Work

MOST_ROWS, MOST_BYTES = 20_000, 8_000_000


def parts(work: Work) -> list[Sequence[Document]]:
    """Return the rows of each command."""
    return [command.get("documents") or command.get("updates") or [] for command, _ in work.commands()]


def test_more_rows_than_a_command_may_have_go_in_several() -> None:
    work = Work()
    work.insert("history", ({"_id": str(n)} for n in range(MOST_ROWS + 1)))
    assert len(parts(work)) == 2
    assert [row["_id"] for part in parts(work) for row in part] == [str(n) for n in range(MOST_ROWS + 1)]


def test_rows_heavier_than_a_command_may_be_go_in_several() -> None:
    work = Work()
    for n in range(5):
        work.update("letters", {"_id": str(n)}, {"$set": {"value": "x" * 3_000_000}})
    assert [len(part) for part in parts(work)] == [2, 2, 1]


def test_what_was_weighed_is_cut_by_its_weight() -> None:
    work = Work()
    work.insert("history", [{"_id": str(n), "value": "x" * 3_000_000} for n in range(3)])
    work.weigh("history", 9_000_000)
    assert [len(part) for part in parts(work)] == [2, 1]
    work = Work()
    work.insert("history", [{"_id": str(n), "value": "x"} for n in range(500)])
    work.weigh("history", 500)
    assert [len(part) for part in parts(work)] == [500]


def test_a_single_row_goes_whatever_it_weighs() -> None:
    """MongoDB says itself that it is too large, and of which message it is."""
    work = Work()
    work.insert("letters", [{"_id": "1", "value": b"x" * (MOST_BYTES + 1)}, {"_id": "2"}])
    assert [len(part) for part in parts(work)] == [1, 1]


def test_a_guarded_command_says_how_many_rows_it_must_match() -> None:
    work = Work()
    for n in range(MOST_ROWS):
        work.replace_guarded("streams", {"_id": str(n), "revision": 1}, {"_id": str(n), "revision": 2})
    work.insert("history", [{"_id": "1"}])
    work.delete("outbox", ["1", "2"])
    work.delete("holds", [])
    *guarded, insert, delete = work.commands()
    assert len(guarded) > 1
    assert [count for _, count in guarded] == [len(command["updates"]) for command, _ in guarded]
    assert sum(count or 0 for _, count in guarded) == MOST_ROWS
    assert (insert[1], delete[1]) == (None, None)
