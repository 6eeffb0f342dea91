"""`suyuan case show`: what an event says, for people."""

from collections.abc import Callable
from typing import Any

import pytest

from cli import case
from cli.display import declared
from services.portal.cases import CaseView
from tests.support.cli import suyuan

CASE = "sy1" + "a" * 32
SCREENED = {
    "at": "2026-03-02",
    "type": "intake.dispute-screened",
    "actor": "system",
    "data": {
        "tier": "simple",
        "claim_fen": 5_000_000,
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

    monkeypatch.setattr(case, "_shown", found)
    return show


def test_an_event_is_told_in_one_language_and_a_rule_of_a_later_version_by_its_id(
    shown: Callable[[str], str],
) -> None:
    zh, en = "SCR-001标的额不超过5万元", "SCR-001TheclaimisatmostCNY50,000"

    assert f"繁简:简单;标的额:50,000.00元;适用规则:{zh}、SCR-999;决定规则:{zh}" in shown("zh")
    assert f"Tier:Simple;Claim:CNY50,000.00;Rules:{en},SCR-999;Decidedby:{en}" in shown("en")


def test_every_field_of_a_case_is_shown_but_what_its_figures_are_counted_by() -> None:
    columns = {one.name for one in declared.CASE.columns}

    assert set(CaseView.model_fields) - columns == {"counted"}


def test_who_signs_sees_the_digest_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    text = {"digest": "ab" * 32, "amount_fen": 100, "signed": ["applicant"], "sealed": False}

    async def found(*_: object) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        return {"id": CASE, "agreement": {**text, "zh": "如何计算", "en": "How it is made."}}, []

    monkeypatch.setattr(case, "_shown", found)
    lines = suyuan("case", "show", CASE, env={"COLUMNS": "80"}).out.splitlines()

    assert any("ab" * 32 in line for line in lines)
    assert any("How it is made." in line for line in lines)
    assert any(line.split()[-1:] == ["1.00"] for line in lines)
