"""Trends equal a recount: by whatever is asked for, weeks and months, beside the year before."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from services.alerts.rules.trends import DIMENSIONS, Asked, Span, period_of, trends
from shared.contracts.common import LabelChange, LabelKind

FIRST = date(2026, 1, 5)


def row(week: int, count: int, **labels: str) -> dict[str, Any]:
    day = (FIRST + timedelta(weeks=week)).isoformat()
    return {
        "institution": "ccb",
        "cause": "loan",
        "product": "gold",
        "issue": "fees",
        "region": None,
        "week": day,
        "count": count,
    } | labels


def asked(*by: str, span: Span = Span.WEEK, weeks: tuple[int, int] = (0, 3), **more: Any) -> Asked:
    since, until = (FIRST + timedelta(weeks=one) for one in weeks)
    given = (more.get(name, {}) for name in ("only", "exposure"))
    return Asked(by or ("institution",), span, since, until, *given, more.get("taxonomy", ()))


def test_weeks_stand_beside_the_same_week_of_the_year_before() -> None:
    found = trends([row(1, 6), row(-51, 4)], asked())
    assert found == [
        {
            "period": "2026-01-12",
            "institution": "ccb",
            "count": 6,
            "year_before": 4,
            "change_percent": 50.0,
            "per_thousand": None,
        }
    ]


def test_what_was_there_a_year_before_and_is_gone_is_shown() -> None:
    (one,) = trends([row(-50, 4)], asked())
    assert (one["period"], one["count"], one["year_before"], one["change_percent"]) == (
        "2026-01-19",
        0,
        4,
        -100,
    )


def test_a_week_belongs_to_the_month_of_its_thursday() -> None:
    assert period_of(date(2025, 12, 29), Span.MONTH) == "2026-01"
    assert period_of(date(2026, 3, 30), Span.MONTH) == "2026-04"
    assert period_of(date(2026, 3, 23), Span.MONTH) == "2026-03"


def test_months_are_summed_and_stand_beside_the_month_of_the_year_before() -> None:
    rows = [row(0, 1), row(3, 2), row(4, 5), row(-52, 7)]
    found = trends(rows, asked(span=Span.MONTH, weeks=(0, 7)))
    assert [(one["period"], one["count"], one["year_before"]) for one in found] == [
        ("2026-01", 3, 7),
        ("2026-02", 5, 0),
    ]


def test_only_what_is_asked_for_is_counted() -> None:
    rows = [row(0, 1), row(0, 2, issue="conduct"), row(0, 4, institution="abc")]
    (one,) = trends(rows, asked("issue", only={"institution": "ccb", "issue": "fees"}))
    assert (one["issue"], one["count"]) == ("fees", 1)


@pytest.mark.parametrize(
    ("by", "rate"), [(("institution",), 1.0), (("institution", "product"), 4.0), (("issue",), None)]
)
def test_a_rate_is_given_where_the_accounts_are_known(by: tuple[str, ...], rate: float | None) -> None:
    (one,) = trends([row(0, 2)], asked(*by, exposure={"ccb": 2000.0, "ccb|gold": 500.0}))
    assert one["per_thousand"] == rate


ROWS = st.lists(
    st.builds(
        row,
        st.integers(-60, 12),
        st.integers(0, 5),
        institution=st.sampled_from(["ccb", "abc"]),
        product=st.sampled_from(["gold", "silver"]),
        issue=st.sampled_from(["fees", "conduct"]),
    ),
    max_size=60,
)


@examples(ROWS, st.lists(st.sampled_from(DIMENSIONS), unique=True, max_size=3), st.sampled_from(Span))
def test_every_count_equals_a_recount(rows: list[dict[str, Any]], by: list[str], span: Span) -> None:
    question = asked(*by, span=span, weeks=(0, 12))
    names = question.by
    recount = Counter[tuple[str, ...]]()
    for one in rows:
        if question.since <= date.fromisoformat(one["week"]) <= question.until:
            period = period_of(date.fromisoformat(one["week"]), span)
            recount[period, *(str(one[name] or "") for name in names)] += one["count"]
    found = {(one["period"], *(one[name] for name in names)): one["count"] for one in trends(rows, question)}
    assert {place: count for place, count in found.items() if count} == dict(+recount)


def test_a_renamed_product_stands_beside_its_own_past() -> None:
    change = LabelChange(
        of=LabelKind.PRODUCT, since=FIRST, old=("gold", "silver"), new=("card",), source="notice 4"
    )
    rows = [row(-51, 4), row(-51, 3, product="silver"), row(1, 6, product="card"), row(1, 2, issue="gold")]
    found = trends(rows, asked("product", taxonomy=(change,)))
    assert [(one["product"], one["count"], one["year_before"]) for one in found] == [("card", 8, 7)]
    assert trends(rows, asked("product", taxonomy=(change,), only={"product": "card"})) == found


REGIONS = ["110106", "110102", "110100", "110000", "120101", None]


@pytest.mark.parametrize(
    ("region", "counted"),
    [("110106", 1), ("110100", 2 + 1), ("110000", 4), ("120000", 1), ("130000", 0)],
)
def test_a_region_stands_for_all_that_lies_in_it(region: str, counted: int) -> None:
    rows = [row(0, 1, region=one) for one in REGIONS]  # type: ignore[arg-type]
    assert sum(one["count"] for one in trends(rows, asked(only={"region": region}))) == counted


PLACES = st.fixed_dictionaries(
    {
        "institution": st.sampled_from(["ccb", "abc"]),
        "product": st.sampled_from(["gold", None]),
        "issue": st.sampled_from(["fees", "=1+1"]),
        "region": st.sampled_from(REGIONS),
    }
)


@examples(
    st.lists(st.tuples(st.integers(-60, 6), st.integers(0, 9), PLACES), max_size=30),
    st.lists(st.sampled_from(DIMENSIONS), unique=True),
    st.sampled_from(Span),
)
def test_what_the_database_has_summed_by_the_labels_asked_for_gives_the_same_trend(
    filed: list[tuple[int, int, dict[str, str]]], by: list[str], span: Span
) -> None:
    rows = [row(week, count, **labels) for week, count, labels in filed]
    sums = Counter[tuple[str | None, ...]]()
    for one in rows:
        sums[one["week"], *(one[name] for name in by)] += one["count"]
    summed = [{"week": key[0], **dict(zip(by, key[1:], strict=True)), "count": n} for key, n in sums.items()]
    wanted = Asked(tuple(by), span, FIRST, FIRST + timedelta(weeks=6), {}, {})
    assert trends(summed, wanted) == trends(rows, wanted)
