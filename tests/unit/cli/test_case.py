"""`suyuan case show`: what an event says, for people."""

from collections.abc import Callable
from typing import Any

import pytest

from cli import case, telling
from cli.display import declared
from cli.display.view import Language, View
from services.portal.cases import CaseView
from shared.contracts.kinds import DocumentType
from tests.support.cli import suyuan
from tests.support.table_rows import NOW

CASE = "sy1" + "a" * 32
SCREENED = {
    "at": "2026-03-02",
    "type": "intake.dispute-screened",
    "actor": "system",
    "data": {
        "tier": "simple",
        "rules": ["SCR-001", "SCR-999"],
        "decided_by": "SCR-001",
    },
}


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Show a case that was screened; the words alone, however wide the terminal is."""

    async def found(*_: object) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        return {"id": CASE}, [SCREENED]

    def show(language: str) -> str:
        done = suyuan("case", "show", CASE, "--language", language)
        assert done.code == 0
        return "".join(done.out.split())

    monkeypatch.setattr(case, "read", found)
    return show


def test_an_event_is_told_in_one_language_and_a_rule_of_a_later_version_by_its_id(
    shown: Callable[[str], str],
) -> None:
    zh, en = "SCR-001标的额不超过简案限额", "SCR-001Theclaimiswithinthelimitofsimplecases"

    assert f"繁简:简单;适用规则:{zh}、SCR-999;决定规则:{zh}" in shown("zh")
    assert f"Tier:Simple;Rules:{en},SCR-999;Decidedby:{en}" in shown("en")


def test_amounts_are_told_in_yuan_and_times_in_beijing() -> None:
    data = {"claim_fen": 5_000_000, "due_at": "2026-03-10T16:00:00+00:00", "explained": True}

    assert (
        telling.told("mediation.mediation-opened", data, View(Language.EN, 80, NOW))
        == "Claim: CNY 50,000.00; Due at: 2026-03-11 00:00; explained: yes"
    )


def test_a_number_in_a_part_of_an_event_is_told_with_its_name() -> None:
    limit = {"province": "京", "wage_year": 2023, "limit_fen": 10_915_600, "last_known": True}
    text = telling.told("intake.dispute-screened", {"small_claim": limit}, View(Language.EN, 80, NOW))
    assert text == (
        "Small claims: 京 Year of the wage 2023 Small-claim limit CNY 109,156.00 Last year known yes"
    )


def test_parts_of_an_event_are_told_by_their_words_and_what_is_empty_is_left_out() -> None:
    reviewed = {
        "status": "accepted",
        "documents": [
            {"type": "agreement", "status": "accepted", "reason": None},
            {"type": "preservation", "status": "accepted", "reason": ""},
        ],
    }
    view = View(Language.ZH, 80, NOW)

    text = telling.told("courtside.filing-review-completed", reviewed, view)

    assert "None" not in text
    assert "agreement" not in text
    assert DocumentType.AGREEMENT.zh in text
    assert telling.told("of.a-later-version", {"x": 1}, view) == "x:1"


@pytest.mark.parametrize("given", ["mediating", "调解中", "In mediation", "in MEDIATION"])
def test_a_code_is_taken_as_a_table_shows_it(given: str) -> None:
    assert telling.code_of("status", given) == "mediating"


def test_a_code_that_there_is_not_is_wrong_use_and_names_those_that_there_are() -> None:
    done = suyuan("case", "list", "--cause", "wrong", "--json")

    assert (done.code, done.json["error"]) == (2, "code.unknown")
    assert "credit_card (Credit card)" in done.json["en"]
    assert "credit_card 信用卡纠纷" in done.json["zh"]


def test_every_field_of_a_case_is_shown_but_what_its_figures_are_counted_by() -> None:
    columns = {one.name for one in declared.CASE.columns}

    # The terms have a command of their own, suyuan agreement.
    assert set(CaseView.model_fields) - columns == {"counted", "accepted", "waiting", "agreement_terms"}


def test_who_signs_sees_the_digest_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    text = {"digest": "ab" * 32, "amount_fen": 100, "signed": ["applicant"], "sealed": False}

    async def found(*_: object) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        return {"id": CASE, "agreement": {**text, "zh": "如何计算", "en": "How it is made."}}, []

    monkeypatch.setattr(case, "read", found)
    lines = suyuan("case", "show", CASE, env={"COLUMNS": "80"}).out.splitlines()

    assert any("ab" * 32 in line for line in lines)
    assert any("How it is made." in line for line in lines)
    assert any(line.split()[-1:] == ["1.00"] for line in lines)
