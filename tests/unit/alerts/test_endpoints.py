"""Trends, effects, clocks and referrals over HTTP: equal to a recount, and for who may see them."""

import csv
import io
from collections import Counter
from datetime import date, timedelta

import httpx
import openpyxl
import pytest

from services.alerts import endpoints
from services.alerts.rules.trends import columns_of
from services.alerts.store import ALERTS, REFERRALS, REQUESTS, WEEKLY_COUNTS
from shared.casework.case_ids import referral_id
from shared.contracts.envelope import Actor
from shared.contracts.kinds import Cause
from shared.contracts.referrals import AnswerReferral, ReferralOutcome
from shared.runtime.base.settings import Settings
from tests.support.alerts_http import Rows, ask, calling
from tests.support.tokens import KEY, bearer
from tests.unit.alerts.mother import (
    AGENT,
    CLERK,
    REGULATOR,
    SERIES,
    World,
    in_week,
    made,
    refer,
    week,
)

ABC = Actor("abc", "p-abc-1", "institution_agent")
OPERATOR = Actor("fengtai-court", "p-operator-1", "operator")
MEDIATOR = Actor("people-mediation", "m01", "mediator")
OF_PEOPLE = Actor("people-mediation", "p-people-1", "organisation_clerk")


def told() -> Rows:
    """Two banks with disputes over some weeks; one alert of each, referred to its bank or the regulator."""
    world = World(made(rate=None, min_count=3, answer_days=10, referral_days=10))
    for n, count in enumerate((3, 2, 4, 3, 3, 2, 4, 12)):
        world.file(count, n)
        world.file(1, n, institution="abc", cause=Cause.LOAN, issue="fees", product=None)
    world.pass_to(8)
    at = in_week(8, 1)
    world.command(refer(7), SERIES, CLERK, at)
    world.command(refer(7, recipient="ccb"), SERIES, CLERK, at)
    world.settle()
    yes = AnswerReferral(referral_outcome=ReferralOutcome.ACCEPTED, measures="修订")
    world.command(yes, referral_id("ccb", "2026-1"), AGENT, at)
    tables = {
        name: [{"_id": id, **row} for id, row in world.rows[name].items()]
        for name in (WEEKLY_COUNTS, ALERTS, REFERRALS)
    }
    return Rows(tables)


async def answer(who: Actor | None, path: str, rows: Rows | None = None) -> httpx.Response:
    return await ask(who, path, rows or told())


@pytest.mark.parametrize("span", ["week", "month"])
@pytest.mark.parametrize("by", [["institution"], ["cause", "issue"], ["product"]])
async def test_trends_equal_a_recount(span: str, by: list[str]) -> None:
    rows = told()
    query = "&".join([f"span={span}", f"since={week(0)}", f"until={week(7)}", *(f"by={one}" for one in by)])
    found = (await answer(CLERK, f"/trends?{query}", rows)).json()["trends"]
    recount = Counter[tuple[str, ...]]()
    for row in rows.tables[WEEKLY_COUNTS]:
        monday = date.fromisoformat(row["week"])
        period = row["week"] if span == "week" else (monday + timedelta(days=3)).isoformat()[:7]
        recount[(period, *(row[one] or "" for one in by))] += row["count"]
    assert {(one["period"], *(one[name] for name in by)): one["count"] for one in found} == dict(recount)
    assert sum(one["count"] for one in found) == 33 + 8


def _cell(value: object) -> str:
    """A workbook knows no 8.0 beside 8."""
    return "" if value is None else str(value).removesuffix(".0")


@pytest.mark.parametrize("span", ["week", "month"])
async def test_a_trend_is_the_same_as_json_csv_and_workbook(span: str) -> None:
    query = f"span={span}&by=institution&by=product&by=region&since={week(0)}&until={week(7)}"
    query += "&accounts=ccb%7Cgold card:2000&accounts=abc:500"
    rows = (await answer(CLERK, f"/trends?{query}")).json()["trends"]
    names = ["period", "institution", "product", "region", *rows[0]][:4] + list(rows[0])[4:]
    assert names == columns_of(["institution", "product", "region"])
    cells = [[_cell(row[name]) for name in names] for row in rows]
    csv_ = await answer(CLERK, f"/trends?{query}&format=csv")
    assert csv_.headers["content-type"] == "text/csv; charset=utf-8"
    assert "trends.csv" in csv_.headers["content-disposition"]
    written = csv.reader(io.StringIO(csv_.content.decode("utf-8-sig")))
    assert [[_cell(one) for one in row] for row in written] == [names, *cells]
    book = openpyxl.load_workbook(io.BytesIO((await answer(CLERK, f"/trends?{query}&format=xlsx")).content))
    assert [[_cell(one) for one in row] for row in book["trends"].values] == [names, *cells]
    rates = {(row["institution"], row["product"]): row["per_thousand"] for row in rows}
    assert rates["abc", ""] == 2.0 or span == "month"
    assert all(row["per_thousand"] == 1000 * row["count"] / 2000 for row in rows if row["product"])


WRONG = ["ccb", "ccb:", "ccb:0", "ccb:-5", "ccb:nan", "ccb:inf", "ccb:1e999", " :5", "|gold:5"]


@pytest.mark.parametrize("accounts", WRONG)
async def test_accounts_that_are_no_positive_number_are_refused(accounts: str) -> None:
    found = await answer(CLERK, f"/trends?accounts={accounts}")
    assert (found.status_code, found.json()["code"]) == (422, "trends.accounts")


async def test_no_cell_of_a_trend_is_a_formula() -> None:
    rows = told()
    for row in rows.tables[WEEKLY_COUNTS]:
        row["issue"] = "=cmd|'/C calc'!A0"
    query = f"by=issue&since={week(0)}&until={week(7)}"
    text = (await answer(CLERK, f"/trends?{query}&format=csv", rows)).content.decode("utf-8-sig")
    assert all(line[1].startswith("'=") for line in list(csv.reader(io.StringIO(text, newline="")))[1:])
    book = openpyxl.load_workbook(
        io.BytesIO((await answer(CLERK, f"/trends?{query}&format=xlsx", rows)).content)
    )
    cells = [row[1] for row in book["trends"].iter_rows(min_row=2)]
    assert cells
    assert all(cell.data_type == "s" and cell.value.startswith("'=") for cell in cells)


async def test_more_rows_than_an_answer_has_are_refused_and_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "MOST_FIGURES", 15)
    found = await answer(CLERK, f"/trends?since={week(0)}&until={week(7)}")
    assert (found.status_code, found.json()["code"]) == (422, "trends.too_many")


async def test_days_in_a_week_mean_the_whole_week_and_none_the_last_thirteen() -> None:
    one = (await answer(CLERK, f"/trends?since={week(7) + timedelta(days=3)}")).json()["trends"]
    assert {row["period"] for row in one} == {week(7).isoformat()}
    assert len((await answer(CLERK, "/trends")).json()["trends"]) == 16
    backwards = await answer(CLERK, f"/trends?since={week(7)}&until={week(1)}")
    assert backwards.json() == {"trends": []}


async def test_an_institution_sees_its_own_trends_alone() -> None:
    found = (await answer(ABC, "/trends")).json()["trends"]
    assert {one["institution"] for one in found} == {"abc"}
    assert sum(one["count"] for one in found) == 8
    by_issue = (await answer(ABC, "/trends?by=issue")).json()["trends"]
    assert {one["issue"] for one in by_issue} == {"fees"}
    assert (await answer(ABC, "/trends?institution=ccb")).status_code == 403
    assert (await answer(ABC, "/effects?date=2026-03-02&institution=ccb")).status_code == 403


@pytest.mark.parametrize(
    "path", ["/trends", "/effects?date=2026-03-02&cause=loan", "/clocks", "/referrals", "/requests"]
)
@pytest.mark.parametrize("who", [None, MEDIATOR, OF_PEOPLE])
async def test_nobody_else_sees_any(who: Actor | None, path: str) -> None:
    assert (await answer(who, path)).status_code == (401 if who is None else 403)


async def test_a_recipient_sees_what_was_referred_to_it_and_no_counts() -> None:
    (one,) = (await answer(REGULATOR, "/referrals")).json()["referrals"]
    assert (one["recipient"], one["standing"]) == ("financial-regulator", "overdue")
    assert (await answer(REGULATOR, "/trends")).status_code == 403
    (own,) = (await answer(AGENT, "/referrals")).json()["referrals"]
    assert (own["recipient"], own["standing"], own["timely"]) == ("ccb", "answered", True)
    assert (await answer(ABC, "/referrals")).json() == {"referrals": []}
    assert len((await answer(OPERATOR, "/referrals")).json()["referrals"]) == 2


async def test_the_clock_counts_alerts_and_referrals_of_an_institution_alike() -> None:
    (line,) = (await answer(CLERK, "/clocks")).json()["institutions"]
    assert (line["institution"], line["requests"], line["timely"], line["overdue"]) == ("ccb", 2, 1, 1)
    assert (await answer(AGENT, "/clocks")).json()["institutions"] == [line]
    assert (await answer(ABC, "/clocks")).json()["institutions"] == []


async def test_what_cases_ask_is_shown_with_its_clock_to_its_institution_and_the_court() -> None:
    rows = told()
    asked = {
        **{"case": "sy1a", "request": "facts-1", "request_kind": "facts", "institution": "ccb"},
        **{"request_about": "m01", "rules_version": "panel.2", "offer": False, "timely": None},
        **{"answer_by": "2026-12-01T00:00:00+00:00", "answered_at": None, "drop_ground": None},
    }
    old, new = "2026-11-24T00:00:00+00:00", "2026-11-25T00:00:00+00:00"
    done = {"answered_at": new, "timely": True, "institution": "abc"}
    rows.tables[REQUESTS] = [
        {"_id": "a|facts-1", **asked, "asked_at": old},
        {"_id": "b|facts-1", **asked, "asked_at": new, **done},
    ]
    both = (await answer(CLERK, "/requests", rows)).json()["requests"]
    assert [(one["institution"], one["standing"]) for one in both] == [("abc", "timely"), ("ccb", "overdue")]
    assert not {"_id", "request_about", "rules_version"} & set(both[0])
    assert (await answer(AGENT, "/requests", rows)).json()["requests"] == both[1:]
    assert (await answer(CLERK, "/requests?waiting=true", rows)).json()["requests"] == both[1:]
    assert (await answer(CLERK, f"/requests?before={old.replace('+', '%2B')}", rows)).json()[
        "requests"
    ] == both[1:]
    assert (await answer(CLERK, "/requests?before=2026-11-24T00:00:00", rows)).status_code == 422
    assert (await answer(AGENT, "/requests?institution=abc", rows)).status_code == 403
    lines = (await answer(CLERK, "/clocks", rows)).json()["institutions"]
    assert [(one["institution"], one["requests"], one["overdue"]) for one in lines] == [
        ("abc", 1, 0),
        ("ccb", 3, 2),
    ]


async def test_an_effect_of_too_few_weeks_is_told_as_such() -> None:
    found = (await answer(CLERK, f"/effects?date={week(4)}&institution=ccb&cause=credit_card")).json()
    assert (found["answer"], found["lacks"], found["date"]) == (
        "cannot_tell",
        "weeks_before",
        week(4).isoformat(),
    )
    assert (await answer(CLERK, f"/effects?date={week(4)}")).status_code == 422


async def test_an_effect_on_stored_counts_is_found_and_an_institution_is_not_told_its_controls() -> None:
    labels = [("ccb", 10), ("abc", 20), ("bank-c", 30), ("bank-d", 25)]
    first = date(2021, 1, 4)
    rows = [
        {
            **{"_id": f"{name}{n}", "institution": name, "cause": "loan", "issue": "fees", "product": None},
            **{"week": (first + timedelta(weeks=n)).isoformat(), "region": None},
            "count": rate // 2 if name == "ccb" and n >= 208 else rate,
        }
        for name, rate in labels
        for n in range(260)
    ]
    day = first + timedelta(weeks=208, days=2)
    path = f"/effects?date={day}&institution=ccb&cause=loan&issue=fees"
    found = (await answer(CLERK, path, Rows({WEEKLY_COUNTS: rows}))).json()
    assert (found["answer"], found["change"]) == ("fewer", pytest.approx(-0.5))
    assert found["controls"] == ["abc loan fees", "bank-c loan fees", "bank-d loan fees"]
    assert (await answer(AGENT, path, Rows({WEEKLY_COUNTS: rows}))).json()["controls"] == 3


@pytest.mark.parametrize("path", ["/trends", "/effects?date=2026-03-02&cause=loan"])
async def test_what_is_counted_anew_is_asked_for_no_more_often_than_commands_are_sent(path: str) -> None:
    async with calling(told(), Settings(http_commands_per_minute=6)) as client:
        found = [(await client.get(path, headers=bearer(KEY, ABC))).status_code for _ in range(3)]
        assert found == [200, 429, 429]
        assert (await client.get(path, headers=bearer(KEY, AGENT))).status_code == 200
        assert (await client.get("/clocks", headers=bearer(KEY, ABC))).status_code == 429
