"""`suyuan rules`: every rule with its citation, version and limit, before there is a platform."""

from pathlib import Path

import pytest

from services.mediation.rules import CASE_RULES
from shared.contracts.rules import RULES
from tests.support.cli import suyuan
from tests.support.network_file import OWN

PERIOD = "mediation.period"


@pytest.fixture
def city(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(OWN, "utf-8")
    return path


def test_every_rule_is_listed_with_citation_version_and_limit() -> None:
    rows = {row["rule"]: row for row in suyuan("rules", "--json").json}
    assert set(rows) == set(RULES) - {"SCR-021"}, "that one is of an earlier version"
    assert rows[PERIOD]["version"] == CASE_RULES.current
    assert rows[PERIOD] | {"version": ""} == {
        "rule": PERIOD,
        "service": "mediation",
        "zh": "诉前调解期限，自调解员接受之日起算",
        "en": "A mediation before filing lasts this long from its acceptance",
        "citation": "法释〔2021〕23号 art 24",
        "version": "",
        "value": 30,
        "unit": "days",
        "at_least": 1,
        "at_most": 30,
        "bound": "法释〔2021〕23号 art 24",
        "rests_on": [],
        "standing": "published",
        "published": None,
    }
    assert rows["SCR-002"]["rests_on"] == ["intake.small-claim", "intake.ordinary-claim"]


def test_the_citys_own_limit_stands_with_its_own_citation(city: Path) -> None:
    rows = {row["rule"]: row for row in suyuan("rules", "--json", "--network", str(city)).json}
    own = rows[PERIOD]
    assert (own["value"], own["citation"], own["version"]) == (20, "3号", "small-1")
    assert (own["standing"], own["published"]) == ("city", 30)
    answer = rows["mediation.answer"]
    assert (answer["value"], answer["standing"], answer["version"]) == (3, "published", "small-1")


def test_all_versions_are_listed_on_demand(city: Path) -> None:
    rows = suyuan("rules", "--all", "--json", "--network", str(city)).json
    assert {row["rule"] for row in rows} == set(RULES)
    found = {row["version"]: row["value"] for row in rows if row["rule"] == PERIOD}
    assert found == {"small-1": 20} | {one.version: one.period_days for one in CASE_RULES.versions.values()}


def test_it_is_told_in_both_languages(city: Path) -> None:
    zh = suyuan("rules", "--language", "zh", "--network", str(city)).out
    en = suyuan("rules", "--language", "en", "--network", str(city)).out
    assert "20日" in zh
    assert "20 days" in en
    assert "CNY 50,000.00" in en


def test_a_file_that_sets_what_it_may_not_is_refused_with_its_line(city: Path) -> None:
    city.write_text(OWN.replace("value: 20", "value: 60"), "utf-8")
    done = suyuan("rules", "--network", str(city), "--json")
    assert done.code == 1
    assert done.json["error"] == "network.invalid"
    assert "small.yaml:21: rules.mediation[0].limits[0].value" in done.json["en"]
