"""`suyuan case show`: what an event says, for people."""

from typing import Any

import pytest

from cli import case
from tests.support.cli import suyuan

CASE = "sy1" + "a" * 32
SCREENED = {
    "at": "2026-03-02",
    "type": "intake.dispute-screened",
    "actor": "system",
    "data": {"tier": "simple", "rules": ["SCR-001", "SCR-999"], "decided_by": "SCR-001"},
}


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> str:
    """Show a case that was screened; the words alone, however wide the terminal is."""

    async def found(*_: object) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        return {"id": CASE}, [SCREENED]

    monkeypatch.setattr(case, "_shown", found)
    done = suyuan("case", "show", CASE)
    assert done.code == 0
    return "".join(done.out.split())


def test_a_rule_is_told_with_its_sentence_and_one_of_a_later_version_by_its_id(shown: str) -> None:
    spoken = "SCR-001标的额不超过5万元/TheclaimisatmostCNY50,000"
    assert f"tier=simple,rules={spoken};SCR-999,decided_by={spoken}" in shown
