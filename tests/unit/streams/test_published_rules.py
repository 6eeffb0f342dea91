"""A published version of the rules is never edited: cases run under it, and stay explainable."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.alerts.rules import ALERT_RULES
from services.court_bridge.rules import BOOK as COURT
from services.intake.rules import BOOK as INTAKE
from services.mediation.rules import CASE_RULES
from shared.casework.rulebook import RuleBook
from tests.support import rules

SCREENING = INTAKE.now.screening
EDITS: dict[str, tuple[RuleBook[Any], Any]] = {
    "intake, a limit": (
        INTAKE,
        replace(
            INTAKE.now,
            screening=replace(SCREENING, limits=replace(SCREENING.limits, small_claim_fen=6_000_000)),
        ),
    ),
    "intake, a rule taken out": (
        INTAKE,
        replace(INTAKE.now, screening=replace(SCREENING, rules=SCREENING.rules[1:])),
    ),
    "mediation": (CASE_RULES, replace(CASE_RULES.now, period_days=45)),
    "court_bridge": (COURT, replace(COURT.now, grounds=COURT.now.grounds - {"confirmation.other"})),
    "alerts": (ALERT_RULES, ALERT_RULES.now.model_copy(update={"alpha": 0.01})),
}


def test_no_published_version_was_edited_or_taken_out() -> None:
    wrong = rules.edited(rules.stated(rules.books()), rules.published())
    assert not wrong, "\n".join(wrong)


def test_every_version_is_published() -> None:
    wrong = rules.unpublished(rules.stated(rules.books()), rules.published())
    assert not wrong, "\n".join(wrong)


def test_every_service_that_decides_has_a_rule_book_whose_versions_name_themselves() -> None:
    books = rules.books()
    assert {"intake", "mediation", "court_bridge", "alerts"} <= set(books)
    for book in books.values():
        assert {version: one.version for version, one in book.versions.items()} == {
            version: version for version in book.versions
        }


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_limit_is_an_error_that_says_which_version_and_what_to_do(edit: str, file: Path) -> None:
    book, other = EDITS[edit]
    service = edit.partition(",")[0]
    books = rules.books()
    assert books[service] is book
    before = file.read_text("utf-8")

    [wrong] = rules.publish(
        rules.stated({**books, service: replace(book, versions={**book.versions, book.current: other})})
    )

    assert wrong.startswith(f"services/{service}/rules: {book.current} is published")
    assert (
        "was edited. Put it back as it was, add what is new to the rule book as a version of its own" in wrong
    )
    assert file.read_text("utf-8") == before


def test_a_version_taken_out_is_an_error_too(file: Path) -> None:
    gone = {**rules.books(), "mediation": RuleBook({}, current="")}
    wrong = rules.publish(rules.stated(gone))
    assert len(wrong) == len(CASE_RULES.versions)
    assert "mediation-2022.1 is published, and cases run under it, but it was taken out" in wrong[0]


def test_a_new_version_is_published_beside_the_earlier_ones(file: Path) -> None:
    new = replace(CASE_RULES.now, version="mediation-2027.1", period_days=45)
    book = RuleBook({**CASE_RULES.versions, new.version: new}, current=new.version)
    now = rules.stated({**rules.books(), "mediation": book})
    before = rules.published()

    assert rules.unpublished(now, before) == [
        "services/mediation/rules: mediation-2027.1 is new. Publish it: make rules."
    ]
    assert rules.publish(now) == []
    after = rules.published()
    assert {**after["mediation"], **before["mediation"]} == after["mediation"]
    assert set(after["mediation"]) == {*before["mediation"], "mediation-2027.1"}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The published digests in a file of the test's own."""
    own = tmp_path / "rules.json"
    own.write_text(rules.PUBLISHED.read_text("utf-8"), "utf-8")
    monkeypatch.setattr(rules, "PUBLISHED", own)
    return own
