"""`suyuan agreement`: terms and text of what is to be signed, and whether the digest is that text's."""

from collections.abc import Callable
from typing import Any

import pytest

from cli import agreement
from shared.casework.agreement_text import digest_of, text_of
from tests.support.agreements import AGREEMENT, TERMS
from tests.support.cli import Done, suyuan

VERSION = "agreement-2026.1"
CASE = "sy1" + "a" * 32
TEXT = text_of(AGREEMENT, VERSION)
MADE = {
    "digest": digest_of(AGREEMENT, VERSION),
    "amount_fen": AGREEMENT.amount_fen,
    "signed": [],
    "form": "platform",
    "terms": TERMS.model_dump(mode="json"),
    "text": VERSION,
}
Ask = Callable[..., Done]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Ask for the agreement of a case as the portal shows it."""

    def asked(*arguments: str, agreed: dict[str, Any] | None = MADE) -> Done:
        async def found(*_: object) -> tuple[dict[str, Any], list[dict[str, Any]]]:
            names = ("organisation", "institution")
            stated = {name: getattr(AGREEMENT, name) for name in names}
            return {**stated, "id": "sy1test", "cause": "credit_card", "agreement": agreed}, []

        monkeypatch.setattr(agreement, "read", found)
        return suyuan("agreement", CASE, *arguments)

    return asked


def test_the_text_is_the_one_that_is_signed(ask: Ask) -> None:
    done = ask("--text", "--language", "zh")
    assert done.code == 0
    assert done.out.strip() == TEXT


def test_in_english_the_gloss_stands_below_the_text(ask: Ask) -> None:
    done = ask("--text", "--language", "en")
    assert done.out.startswith(TEXT)
    assert text_of(AGREEMENT, VERSION, "en") in done.out


def test_the_plan_is_shown_instalment_by_instalment(ask: Ask) -> None:
    shown = " ".join(ask("--language", "en").out.split())
    assert "2026-04-30 3,000.50" in shown
    assert "2026-05-31 5,000.00" in shown


def test_a_digest_that_is_not_the_texts_is_named(ask: Ask) -> None:
    done = ask("--json", agreed={**MADE, "digest": "b" * 64})
    assert done.code == 1
    assert done.json["same"] is False
    for_people = ask("--text", agreed={**MADE, "digest": "b" * 64})
    assert (for_people.code, "agreement.text_differs" in for_people.err) == (1, True)


@pytest.mark.parametrize(
    ("agreed", "code"),
    [(None, "agreement.none"), ({"digest": "b" * 64, "amount_fen": 1}, "agreement.own_text")],
)
def test_where_the_platform_has_no_text_it_says_so(ask: Ask, agreed: Any, code: str) -> None:
    done = ask("--json", agreed=agreed)
    assert done.code == 1
    assert done.json["error"] == code
