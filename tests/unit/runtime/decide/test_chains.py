"""What a chain of rows shows: any change, gap and other order; and that events alone tell the same chain."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.tampering import Wrong
from shared.runtime.base.documents import Document
from shared.runtime.decide.chains import Break, Chain, broken_links, told
from shared.runtime.decide.history import (
    FORM,
    OLD,
    Publication,
    digest_in_form,
    digest_of,
    row_id,
    span_of,
)

FIELDS = ("type", "time", "correlation", "causation", "actor", "value")
TYPE = "suyuan.common.command-unchanged.v1"


def chain(count: int, *, old: int = 0, subject: str = "sy1a") -> list[Document]:
    """Return the rows of a subject, the first of them in the old form."""
    rows: list[Document] = []
    before = ""
    for number in range(1, count + 1):
        row: Document = {
            "_id": row_id(subject, number),
            "type": TYPE,
            "time": "2026-03-02T09:00:00+08:00",
            "partition": 3,
            "correlation": "first",
            "causation": f"id-{number}",
            "actor": "ccb/p-1/institution_agent",
            "value": f'{{"command":"c{number}"}}',
            "before": before,
        }
        before = row["digest"] = digest_in_form(row, OLD if number <= old else FORM)
        row["trace"] = f"00-{'a' * 32}-{span_of(before)}-01"
        rows.append(row)
    return rows


def wrong(rows: list[Document]) -> list[Break]:
    return list(broken_links(rows))


@given(st.integers(1, 6), st.integers(0, 6))
def test_an_untouched_chain_holds_also_where_its_first_rows_have_an_older_form(count: int, old: int) -> None:
    assert wrong(chain(count, old=old)) == []


@given(st.data(), st.integers(1, 6), st.integers(0, 6))
def test_a_change_of_any_field_is_named_at_its_row(data: Any, count: int, old: int) -> None:
    rows = chain(count, old=old)
    place = data.draw(st.integers(0, count - 1))
    field = data.draw(st.sampled_from(FIELDS))
    text = data.draw(st.text().filter(lambda one: one != rows[place][field]))
    rows[place][field] = text

    assert wrong(rows)[0] == Break(rows[place]["_id"], Wrong.CONTENT)


@given(st.data(), st.integers(2, 6))
def test_a_row_taken_out_or_moved_is_named(data: Any, count: int) -> None:
    rows = chain(count)
    place = data.draw(st.integers(0, count - 2))
    cut = rows[:place] + rows[place + 1 :]
    other = data.draw(st.integers(0, count - 1).filter(lambda one: one != place))
    moved = list(rows)
    moved[place], moved[other] = moved[other], moved[place]

    assert wrong(cut)[0].row == rows[place + 1]["_id"]
    assert wrong(moved) != []


@given(st.data(), st.integers(2, 6), st.sampled_from(FIELDS))
def test_a_row_that_was_changed_with_its_own_digest_no_longer_leads_to_the_next(
    data: Any, count: int, field: str
) -> None:
    rows = chain(count)
    place = data.draw(st.integers(0, count - 2))
    rows[place][field] += "x"
    rows[place]["digest"] = digest_of(rows[place])

    assert wrong(rows) == [Break(rows[place + 1]["_id"], Wrong.BEFORE)]


def test_a_row_in_the_old_form_behind_one_in_the_new_is_none() -> None:
    rows = chain(3)
    rows[2]["digest"] = digest_in_form(rows[2], OLD)

    assert wrong(rows) == [Break(rows[2]["_id"], Wrong.FORM)]


@pytest.mark.parametrize(("left", "right"), [("causation", "actor"), ("correlation", "causation")])
def test_two_rows_that_joined_by_line_feeds_were_alike_have_two_digests(left: str, right: str) -> None:
    one, other = chain(1)[0], chain(1)[0]
    one |= {left: "a\nb", right: "c"}
    other |= {left: "a", right: "b\nc"}

    assert digest_of(one) != digest_of(other)
    for row in (one, other):
        row["digest"] = "0" * 64
        assert digest_in_form(row, OLD) == ""
        assert wrong([row]) == [Break(row["_id"], Wrong.CONTENT)]


@given(st.integers(1, 5), st.integers(0, 5))
def test_events_tell_the_digests_of_their_rows(count: int, old: int) -> None:
    rows = chain(count, old=old)
    made = Chain("sy1a")
    for row in rows:
        message = Publication("intake", 6).outgoing(row)[0]
        again, span = told({name: raw or b"" for name, raw in message.headers}, message.value or b"")

        assert made.follow(again, span) is None
        assert (again["digest"], again["before"], again["_id"]) == (row["digest"], row["before"], row["_id"])


@given(st.data(), st.sampled_from(FIELDS))
def test_an_event_that_says_something_else_is_named(data: Any, field: str) -> None:
    rows = chain(3)
    made = Chain("sy1a")
    verdicts = []
    for place, row in enumerate(rows):
        if place == 1:
            row[field] = data.draw(st.text().filter(lambda one: one != rows[1][field]))
        said = {name: row[name] for name in ("_id", *FIELDS)}
        verdicts.append(made.follow(said, span_of(row["digest"])))

    assert verdicts[:2] == [None, Wrong.CONTENT]
