"""Reading: amounts, order, cursors, and what a person may see."""

import pytest
from hypothesis import given as cases
from hypothesis import strategies as st

from services.portal.rules.outcomes import shown_outcome
from services.portal.views import (
    CaseFilter,
    Scope,
    Views,
    cases_filter,
    cny,
    cursor,
    for_person,
    in_order,
    read_cursor,
    scope_of,
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
        ("mediator", {"organisation": "x", "$or": [{"mediator": "p"}, {"co_mediator": "p"}]}),
        ("organisation_clerk", {"organisation": "x"}),
        ("party", {"_id": "x"}),
    ],
)
def test_each_role_sees_its_own(role: str, filter: dict[str, object]) -> None:
    scope = scope_of(Person("x", "p", role))
    assert scope is not None
    assert scope.query == filter


@pytest.mark.parametrize("place", ["mediator", "co_mediator"])
async def test_a_mediator_sees_the_cases_that_this_person_mediates_and_no_colleagues(place: str) -> None:
    row = {"organisation": "x", "mediator": "other", "co_mediator": "", place: "p"}
    views = Views(Stored({("cases", "c"): row}))  # type: ignore[arg-type]
    seen = [
        await views.case("c", scope_of(Person(organisation, person, "mediator"))) is not None  # type: ignore[arg-type]
        for organisation, person in (("x", "p"), ("x", "q"), ("y", "p"))
    ]
    assert seen == [True, False, False]


@pytest.mark.parametrize("role", ["institution_agent", "party", "organisation_clerk", "mediator", "judge"])
async def test_the_digest_to_sign_is_for_who_may_sign_it_and_says_of_what_it_is(role: str) -> None:
    row = {
        "institution": "x",
        "organisation": "x",
        "mediator": "p",
        "agreement_digest": "ab" * 32,
        "agreement_fen": 5,
        "agreement_signed": ["applicant"],
        "agreement_countersigned": False,
        "agreement_sealed": False,
    }
    scope = scope_of(Person("x", "p", role))
    assert scope is not None
    found = await Views(Stored({("cases", "x"): row})).case("x", scope)  # type: ignore[arg-type]
    assert found is not None
    if role == "judge":
        assert "ab" * 32 not in str(found)
        return
    agreement = found["agreement"]
    assert (agreement["digest"], agreement["amount_fen"], agreement["signed"]) == (
        "ab" * 32,
        5,
        ["applicant"],
    )
    assert "SHA-256" in agreement["zh"]
    assert "sha256sum" in agreement["en"]


async def test_a_case_without_a_draft_has_nothing_to_sign() -> None:
    stored = Stored({("cases", "x"): {"institution": "x"}})
    found = await Views(stored).case("x", Scope({}, signs=True))  # type: ignore[arg-type]
    assert found == {"id": "x", "institution": "x", "agreement": None}


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
    assert own["totals"]["filed"] == own["by_institution"]["ccb"]["filed"]
    assert "abc" not in str(own)
    assert list(own["by_institution"]) == ["ccb"]
    assert list(for_person(summed(rows), Scope({}))["by_institution"]) == ["abc", "ccb"]


def test_an_organisation_sees_the_figures_of_its_own_cases_and_its_mediators_of_no_institution() -> None:
    def row(institution: str, organisation: str, filed: int) -> dict[str, object]:
        key = {"institution": institution, "cause": "loan", "organisation": organisation}
        return {"_id": key, "filed": filed}

    sums = summed(
        [row("ccb", "people", 2), row("abc", "people", 3), row("abc", "banking", 7), row("abc", "", 11)]
    )
    clerk = for_person(sums, scope_of(Person("people", "p", "organisation_clerk")))  # type: ignore[arg-type]
    mediator = for_person(sums, scope_of(Person("people", "p", "mediator")))  # type: ignore[arg-type]
    nowhere = for_person(sums, scope_of(Person("new", "p", "organisation_clerk")))  # type: ignore[arg-type]
    assert {one: each["filed"] for one, each in clerk["by_institution"].items()} == {"ccb": 2, "abc": 3}
    assert (clerk["totals"]["filed"], clerk["by_cause"]["loan"]["filed"]) == (5, 5)
    assert (mediator["totals"]["filed"], mediator["by_institution"]) == (5, {})
    assert (nowhere["totals"]["filed"], nowhere["by_institution"]) == (0, {})
    assert {*clerk, *mediator, *nowhere} == {"totals", "by_institution", "by_cause"}


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


def test_a_returned_filing_says_what_it_lacks() -> None:
    row = {"subject": "sy1x", "at": "2026", "events": {"filing-returned": 1, "dispute-registered": 1}}
    reasons = [{"code": "element.missing", "field": "elements.credit_card.as_of"}]
    shown = shown_outcome("f-1", row, {"reasons": reasons})
    assert (shown["status"], shown["changed"], shown["subject"]) == ("returned", True, "sy1x")
    assert [(one["code"], one["field"]) for one in shown["reasons"]] == [
        ("element.missing", "elements.credit_card.as_of")
    ]
    assert shown["reasons"][0]["en"].startswith("A required element is missing.")


@pytest.mark.parametrize("status", ["not_amended", "too_late", "unchanged"])
def test_a_filing_that_is_not_taken_says_why_and_names_the_case(status: str) -> None:
    row = {"subject": "sy1x", "at": "2026", "not_taken": 1}
    shown = shown_outcome("f-1", row, {"reason": f"filing.{status}"})
    assert (shown["status"], shown["changed"], shown["subject"]) == (status, False, "sy1x")
    assert shown["reason"]["code"] == f"filing.{status}"
    assert shown["reason"]["zh"] != shown["reason"]["en"]


class Stored:
    """A database with these rows."""

    def __init__(self, rows: dict[tuple[str, str], dict[str, object]]) -> None:
        self.rows = rows

    async def get(self, collection: str, id: str) -> dict[str, object] | None:
        row = self.rows.get((collection, id))
        return None if row is None else {"_id": id, **row}

    async def find(self, collection: str, filter: dict[str, str], limit: int) -> list[dict[str, object]]:
        return [
            {"_id": id, **row}
            for (where, id), row in self.rows.items()
            if where == collection and row.get("command") == filter["command"]
        ][:limit]


REJECTED = ("answers", "ccb|f-1|rejected"), {"command": "f-1", "reason": "message.not_json", "at": "2026"}
DONE = ("outcomes", "ccb|f-1"), {"command": "f-1", "subject": "sy1x", "at": "2027", "events": {"x": 1}}


@pytest.mark.parametrize(
    ("who", "told"),
    [
        (Person("ccb", "p", "institution_agent"), True),
        (Person("court", "p", "operator"), True),
        (Person("abc", "p", "institution_agent"), False),
    ],
    ids=("its own", "operator", "another"),
)
async def test_a_rejection_is_for_its_institution_and_the_operators(who: Person, told: bool) -> None:
    faults = [{"code": "field.unknown", "field": "refrence", "hints": ["reference"]}]
    stored = Stored({REJECTED[0]: {**REJECTED[1], "faults": faults}})
    found = await Views(stored).outcome("f-1", who)  # type: ignore[arg-type]
    assert (found is not None) is told
    if found is not None:
        assert (found["status"], found["reason"]["code"]) == ("rejected", "message.not_json")
        assert found["reason"]["en"] == "The value is not JSON. Check its form."
        assert found["errors"][0]["en"].endswith("Did you mean `reference`?")


async def test_what_was_redriven_is_rejected_no_more() -> None:
    views = Views(Stored(dict([REJECTED, DONE])))  # type: ignore[arg-type]
    found = await views.outcome("f-1", Person("ccb", "p", "institution_agent"))
    assert found is not None
    assert found["status"] == "done"


async def test_why_a_filing_was_returned_is_read_from_beside_its_outcome() -> None:
    row = {"command": "f-2", "subject": "sy1x", "at": "2026", "events": {"filing-returned": 1}}
    mismatch = [{"code": "amount.mismatch", "field": "claim_fen"}]
    reasons = {"reasons": mismatch, "claim_fen": 100, "parts_fen": 250_000}
    views = Views(Stored({("outcomes", "ccb|f-2"): row, ("answers", "ccb|f-2|returned"): reasons}))  # type: ignore[arg-type]
    found = await views.outcome("f-2", Person("ccb", "p", "institution_agent"))
    assert found is not None
    assert (found["status"], found["reasons"][0]["field"]) == ("returned", "claim_fen")
    assert found["reasons"][0]["en"].endswith("The claim is 1.00 yuan, its parts are 2,500.00.")
