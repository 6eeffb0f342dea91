"""An alert in words and as a picture, and what its disputes share."""

from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest

from services.alerts.rules import AlertRules
from services.alerts.rules.noticing import Named, labels
from services.alerts.rules.picture import svg
from services.alerts.rules.sharing import shared
from services.alerts.rules.telling import told
from shared.contracts.kinds import Cause

WHERE = labels("ccb", Cause.CREDIT_CARD, "fees", {"ccb": Named("建行", "CCB"), "fees": Named("收费", "Fees")})
ALERT: dict[str, Any] = {
    "institution": "ccb",
    "cause": "credit_card",
    "issue": "fees",
    "week": "2026-03-02",
    "last_week": "2026-03-09",
    "count": 20,
    "expected": 3.2,
    "bound": 6.5,
    "low": 1.0,
    "high": 6.0,
    "probability": 0.00004,
    "rate": 0.05,
    "tested": 120,
    "level": 0.001,
    "ended_at": "",
}


def disputes(**products: int) -> list[dict[str, str]]:
    return [{"product": name, "way": "applied"} for name, count in products.items() for _ in range(count)]


def test_a_product_that_the_alert_has_and_the_rest_has_not_is_shared() -> None:
    (one, *_) = shared(disputes(gold=15, silver=5), disputes(gold=10, silver=90))
    assert (one.feature, one.value, one.among, one.of, one.rest_among, one.rest_of) == (
        "product",
        "gold",
        15,
        20,
        10,
        100,
    )
    assert one.probability < 0.001


def test_what_all_have_is_not_shared() -> None:
    assert shared(disputes(gold=5, silver=15), disputes(gold=25, silver=75)) == []


def test_two_disputes_are_not_enough_to_share_anything() -> None:
    assert shared(disputes(gold=2), disputes(silver=1000)) == []


def test_the_probability_is_that_of_fishers_test_times_the_values_looked_at() -> None:
    from scipy.stats import fisher_exact

    (one, *_) = shared(disputes(gold=9, silver=3), disputes(gold=20, silver=60))
    exact = fisher_exact([[9, 3], [20, 60]], alternative="greater").pvalue
    assert one.probability == pytest.approx(exact * 3)  # gold, silver, and the way


def test_the_words_say_what_where_how_much_since_when_and_what_they_share() -> None:
    shares = shared(disputes(gold=15, silver=5), disputes(gold=10, silver=90))
    similar = [
        {
            "institution": "abc",
            "week": "2025-11-03",
            "count": 14,
            "explanation": "new fees",
            "followed_up": ["suggestion 2025-7"],
            "ended_at": "2025-12-01T00:00:00+08:00",
        }
    ]
    zh, en = told(ALERT, WHERE, shares, similar, 34)
    text = " ".join(en)
    for part in (
        "CCB, credit card, issue “Fees”: 20 disputes in the week of 2026-03-02",
        "About 3.2 are usual; nine quiet weeks in ten have 1 to 6",
        "probability 4e-05",
        "120 series",
        "at most 5%",
        "lasts since 2026-03-02",
        "34 disputes",
        "15 of 20 have the product “gold”",
        "abc, 2025-11-03, 14; explained: “new fees”; followed up: suggestion 2025-7; over",
    ):
        assert part in text
    assert len(zh) == len(en)
    assert "建行" in zh[0]


def test_an_alert_of_a_sum_names_its_members_and_what_it_is_compared_with() -> None:
    summed = {**ALERT, "institution": None, "members": ["ccb/credit_card/fees: 15"], "others": 3}
    where = labels(None, Cause.CREDIT_CARD, "fees", {})
    shares = shared(disputes(gold=15, silver=5), disputes(gold=10, silver=90))
    zh, en = told(summed, where, shares, [], 20)
    assert en[0].startswith("All institutions, credit card, issue “fees”: 20 disputes")
    assert "It sums 4 series, those with the most first: ccb/credit_card/fees: 15, and 3 more." in en
    assert "of all other disputes of the cause, 10 of 100" in " ".join(en)
    assert zh[0].startswith("各机构合计,信用卡")
    assert "合计 4 个序列" in zh[1]


def test_an_alert_of_before_names_its_level_and_no_rate() -> None:
    before = {
        **ALERT,
        "low": None,
        "probability": None,
        "rate": None,
        "ended_at": "2026-03-09T00:00:00+08:00",
    }
    _, en = told(before, WHERE, [], [], 0)
    assert "nominal level 0.001, which is no rate of false alarms" in " ".join(en)
    assert "It was over on 2026-03-09" in " ".join(en)


def test_the_picture_shows_each_week_its_usual_and_its_bound() -> None:
    first = date(2026, 1, 5)
    weeks = [(first + timedelta(weeks=n), count) for n, count in enumerate((3, 2, 4, 3, 3, 2, 4, 20, 3))]
    out = svg(weeks, [weeks[7][0]], "建行 <fees> & more", ("件数", "通常", "上界"), AlertRules())
    root = ElementTree.fromstring(out)
    names = "{http://www.w3.org/2000/svg}"
    assert root.find(f"{names}title").text == "建行 <fees> & more"  # type: ignore[union-attr]
    bars = [one for one in root.iter(f"{names}rect") if one.find(f"{names}title") is not None]
    assert [one.find(f"{names}title").text for one in bars] == ["2026-02-23: 20", "2026-03-02: 3"]  # type: ignore[union-attr]
    assert bars[0].get("fill") != bars[1].get("fill")
    assert float(bars[0].get("height", 0)) > 5 * float(bars[1].get("height", 0))
    assert len(list(root.iter(f"{names}polyline"))) == 2


@pytest.mark.parametrize("length", [0, 1, 5])
def test_a_short_series_has_a_picture_too(length: int) -> None:
    weeks = [(date(2026, 1, 5) + timedelta(weeks=n), n) for n in range(length)]
    ElementTree.fromstring(svg(weeks, [], "x", ("a", "b", "c"), AlertRules()))
