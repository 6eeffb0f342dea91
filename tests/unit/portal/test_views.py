"""Reading: amounts, order, cursors, and what a person may see."""

import pytest
from hypothesis import given as cases
from hypothesis import strategies as st

from services.portal.views import (
    CaseFilter,
    Scope,
    cases_filter,
    cny,
    cursor,
    for_person,
    in_order,
    read_cursor,
    scope_of,
    shown_outcome,
    summed,
    wan,
)
from shared.runtime.serve.tokens import Person


@pytest.mark.parametrize(
    ("fen", "yuan", "ten_thousand"),
    [
        (7_197_920_000, "71,979,200.00", "7,197.92"),  # the reference court's three years
        (0, "0.00", "0.00"),
        (1, "0.01", "0.00"),
        (4_999, "49.99", "0.00"),
        (5_000, "50.00", "0.01"),
        (10**15, "10,000,000,000,000.00", "1,000,000,000.00"),
    ],
)
def test_amounts_are_exact(fen: int, yuan: str, ten_thousand: str) -> None:
    assert (cny(fen), wan(fen)) == (yuan, ten_thousand)


@pytest.mark.parametrize(
    ("role", "filter"),
    [
        ("court_clerk", {}),
        ("judge", {}),
        ("operator", {}),
        ("institution_agent", {"institution": "x"}),
        ("mediator", {"organisation": "x"}),
        ("organisation_clerk", {"organisation": "x"}),
        ("party", {"_id": "x"}),
    ],
)
def test_each_role_sees_its_own(role: str, filter: dict[str, str]) -> None:
    scope = scope_of(Person("x", "p", role))
    assert scope is not None
    assert scope.filter == filter


def test_an_unknown_role_sees_nothing() -> None:
    assert scope_of(Person("x", "p", "guest")) is None


def test_a_wish_never_widens_what_a_person_may_see() -> None:
    scope = Scope({"institution": "ccb"}, "ccb")
    assert cases_filter(scope, CaseFilter(institution="abc"), None) == {
        "$and": [{"institution": "ccb"}, {"institution": "abc"}]
    }
    assert cases_filter(scope, CaseFilter(), None) == {"institution": "ccb"}
    assert cases_filter(Scope({}), CaseFilter(), None) == {}


@cases(st.text(), st.text())
def test_a_cursor_reads_back(at: str, id: str) -> None:
    assert read_cursor(cursor({"last_at": at, "_id": id})) == (at, id)


@pytest.mark.parametrize("bad", ["", "x", "e30", "W10", "WzEsMl0", "é", "e" * 299])
def test_a_cursor_of_somebody_else_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="cursor"):
        read_cursor(bad)


def test_events_at_the_same_instant_stand_in_the_order_of_the_flow() -> None:
    def row(id: str, at: str, rank: int, sequence: int) -> dict[str, object]:
        return {"_id": id, "at": at, "rank": rank, "sequence": sequence}

    rows = [row("d", "2", 0, 9), row("c", "1", 2, 1), row("b", "1", 0, 2), row("a", "1", 0, 1)]
    assert [one["id"] for one in in_order(rows)] == ["a", "b", "c", "d"]


def test_an_institution_does_not_see_the_figures_of_another() -> None:
    rows = [
        {"_id": {"institution": "ccb", "cause": "loan"}, "filed": 2},
        {"_id": {"institution": "abc", "cause": "loan"}, "filed": 3},
    ]
    own = for_person(summed(rows), Scope({"institution": "ccb"}, "ccb"))
    assert own["totals"]["filed"] == 5
    assert list(own["by_institution"]) == ["ccb"]
    assert list(for_person(summed(rows), Scope({}))["by_institution"]) == ["abc", "ccb"]


def test_what_is_not_known_yet_is_pending() -> None:
    assert shown_outcome("c-1", None) == {"command_id": "c-1", "status": "pending", "events": []}


def test_a_refusal_speaks_both_languages() -> None:
    row = {
        "subject": "sy1x",
        "at": "2026",
        "refused": 1,
        "reason": "case.closed",
        "rule": "",
        "detail": "It ended.",
    }
    shown = shown_outcome("c-1", row)
    assert shown["status"] == "refused"
    assert shown["reason"]["zh"] == "案件已结束。"
    assert shown["reason"]["en"] == "The case is closed."


def test_a_request_that_changed_nothing_is_done() -> None:
    shown = shown_outcome("c-1", {"subject": "sy1x", "at": "2026", "unchanged": 1})
    assert (shown["status"], shown["changed"], shown["events"]) == ("done", False, [])
