"""A rule's sentence is told wherever its id is."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.rulebooks import books, listed, of_the_platform
from services.portal.rules.outcomes import shown_outcome
from shared.casework.protocol import Option, Refusal
from shared.contracts import language
from shared.contracts.declared import fields_of
from shared.contracts.mediation import AcceptAssignment
from shared.contracts.message import events
from shared.contracts.reasons import REASONS
from shared.contracts.rules import RULES, sentence
from shared.contracts.vocabulary import words
from shared.contracts.words import Spoken, Words
from shared.network.load import load_network
from shared.runtime.base.settings import DEFAULT_NETWORK
from shared.runtime.serve.options import shown

ROOT = Path(__file__).parents[3]
CONSENT = "mediation.consent-of-all"


def named_in_services() -> Iterator[tuple[str, str]]:
    """Yield where a service names a rule that refuses, and the rule."""
    for path in sorted((ROOT / "services").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "rule" and isinstance(node.value, ast.Constant):
                yield f"{path.relative_to(ROOT)}:{node.value.lineno}", str(node.value.value)


NAMED = dict(named_in_services())


@pytest.mark.parametrize("place", NAMED)
def test_a_rule_that_a_service_refuses_by_has_a_sentence(place: str) -> None:
    assert NAMED[place] in RULES, "write its sentence in shared/contracts/rules.py"


NETWORK = load_network(DEFAULT_NETWORK)
ELEMENTS = (ROOT / "services" / "intake" / "rules" / "elements.py").read_text("utf-8")
LISTED = {row["rule"] for service in books() for row in listed(service, NETWORK, all_=True)}
LISTED |= {row["rule"] for row in of_the_platform()}


def test_every_sentence_belongs_to_a_rule_that_a_service_lists() -> None:
    assert set(RULES) == LISTED


@pytest.mark.parametrize("code", [code for code, reason in REASONS.items() if reason.rule])
def test_a_reason_names_a_rule_that_there_is(code: str) -> None:
    assert REASONS[code].rule in LISTED


def test_every_reason_by_which_intake_returns_a_filing_names_its_rule() -> None:
    named = {code for code in REASONS if f'"{code}"' in ELEMENTS}
    assert "element.missing" in named
    assert {code for code in named if not REASONS[code].rule} == set()


def test_every_rule_has_a_citation_a_version_and_both_sentences() -> None:
    for service in books():
        for row in listed(service, NETWORK):
            assert all(row[name] for name in ("citation", "version", "zh", "en")), row
            assert row["standing"] == "published"
            assert (row["value"] is None) is (row["unit"] is None)


def test_no_sentence_names_a_number_that_a_version_may_change() -> None:
    for rule, said in RULES.items():
        assert not re.search(r"[0-9]", said.zh + said.en), rule


def test_a_rule_of_a_later_version_speaks_for_itself() -> None:
    assert sentence("SCR-999") == Words("SCR-999", "SCR-999")


def test_the_page_gets_every_sentence_and_knows_which_fields_hold_rules() -> None:
    found = words()
    assert found["rules"][CONSENT] == {
        "zh": "调解须经全部当事人同意",
        "en": "Mediation needs the consent of every party",
    }
    assert set(found["rules"]) == set(RULES)
    spoken = {name for name, one in found["fields"].items() if one.get("spoken") == "rule"}
    assert spoken == {"rule", "rules", "decided_by"}


def test_a_field_whose_name_says_that_it_holds_rules_is_of_the_type_for_them() -> None:
    assert language.REGISTRY
    for cls in events():
        for name, one in fields_of(cls).items():
            if name in ("rule", "rules") or name.endswith(("_rule", "_rules")):
                assert one.spoken is Spoken.RULE, f"{cls.__name__}.{name}"


def test_a_refusal_is_told_with_the_sentence_of_its_rule() -> None:
    row = {"subject": "s", "at": "", "refused": True, "reason": "referral.consent_missing", "rule": CONSENT}
    outcome = shown_outcome("c-1", {**row, "detail": ""})["reason"]
    option = shown(Option(AcceptAssignment, Refusal("referral.consent_missing", rule=CONSENT)))["reason"]
    for told in (outcome, option):
        assert told["rule"] == CONSENT
        assert (told["rule_zh"], told["rule_en"]) == (RULES[CONSENT].zh, RULES[CONSENT].en)
