"""What is wrong with a message is named field by field, with what would be right, and never with a value."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from shared.contracts import language
from shared.contracts.faults import (
    MOST,
    FieldFault,
    close_to,
    code_of,
    faults_of,
    in_one_line,
    not_the_sum,
    sentences,
)
from shared.contracts.intake import FileDispute
from shared.contracts.reasons import REASONS

GOOD: dict[str, Any] = {"institution": "ccb", "reference": "R-1", "cause": "credit_card", "issue": "overdue"}


def faults(value: bytes | dict[str, Any]) -> dict[str, FieldFault]:
    """Return the faults of a filing by field."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    with pytest.raises(ValidationError) as caught:
        FileDispute.model_validate_json(raw)
    return {one.field: one for one in faults_of(caught.value, FileDispute, raw)}


@pytest.mark.parametrize(
    ("change", "field", "code", "hints"),
    [
        ({"claim_fen": 12500.5}, "claim_fen", "field.wrong_kind", ("fen",)),
        ({"claim_fen": "100"}, "claim_fen", "field.wrong_kind", ("fen",)),
        ({"claim_fen": -1}, "claim_fen", "field.out_of_range", ("≥ 0",)),
        ({"claim_fen": 10**16}, "claim_fen", "field.out_of_range", (f"≤ {10**15}",)),
        ({"issue": 7}, "issue", "field.wrong_kind", ("text",)),
        ({"issue": ""}, "issue", "field.bad_length", ("≥ 1",)),
        ({"reference": "has blanks"}, "reference", "field.bad_form", ("^[A-Za-z0-9][A-Za-z0-9._:/-]*$",)),
        ({"amends": "yes"}, "amends", "field.wrong_kind", ("boolean",)),
        ({"party": []}, "party", "field.wrong_kind", ("object",)),
        (
            {"cause": "card"},
            "cause",
            "field.unknown_code",
            ("credit_card", "loan", "finance_lease", "complaint"),
        ),
        ({"claim_fn": 1}, "claim_fn", "field.unknown", ("claim_fen",)),
        ({"nothing": 1}, "nothing", "field.unknown", ()),
        (
            {"elements": {"loan": {"as_of": "2026/3/1"}}},
            "elements.loan.as_of",
            "field.not_date",
            (),
        ),
        (
            {"elements": {"loan": {"princpal_fen": 1}}},
            "elements.loan.princpal_fen",
            "field.unknown",
            ("principal_fen",),
        ),
    ],
    ids=lambda value: json.dumps(value)[:40] if isinstance(value, dict) else None,
)
def test_a_fault_names_field_code_and_what_would_be_right(
    change: dict[str, Any], field: str, code: str, hints: tuple[str, ...]
) -> None:
    assert faults({**GOOD, **change}) == {field: FieldFault(code=code, field=field, hints=hints)}
    assert code in REASONS


def test_all_faults_are_named_and_not_the_first_alone() -> None:
    found = faults({"institution": "ccb", "refrence": "R-1", "cause": "card", "claim_fen": "1"})
    assert set(found) == {"reference", "refrence", "cause", "claim_fen", "issue"}
    line = in_one_line(found.values())
    assert "refrence: There is no such field. Check its spelling. Did you mean `reference`?" in line
    assert "reference: A required field is missing. Add it." in line


def test_a_code_is_told_with_the_words_of_those_that_are_known() -> None:
    words = sentences(faults({**GOOD, "cause": "card"})["cause"])
    assert "credit_card 信用卡纠纷" in words.zh
    assert "credit_card (Credit card)" in words.en


def test_a_sum_that_does_not_fit_is_shown_beside_the_claim() -> None:
    words = sentences(not_the_sum("claim_fen", 1_250_000, 1_200_050))
    assert words.zh.endswith("标的额 12,500.00 元,各项之和 12,000.50 元。")
    assert words.en.endswith("The claim is 12,500.00 yuan, its parts are 12,000.50.")


def test_broken_json_is_told_with_its_place_and_other_encodings_as_such() -> None:
    (broken,) = faults(b'{"institution": "ccb",}').values()
    assert (broken.code, broken.hints) == ("message.not_json", ("trailing comma at line 1 column 23",))
    (encoded,) = faults('{"institution": "建行"}'.encode("gbk")).values()
    assert (encoded.code, encoded.hints) == ("message.not_utf8", ("byte 17",))
    assert code_of([encoded]) == "message.not_utf8"
    assert code_of(faults({**GOOD, "nothing": 1}).values()) == "message.wrong_type"


def test_no_value_and_no_name_that_is_no_plain_word_is_told() -> None:
    secret = "王小明 110101199001011237"
    elements = {"loan": {"as_of": secret}, secret: 1}
    found = faults({**GOOD, "claim_fen": secret, "cause": secret, secret: secret, "elements": elements})
    told = in_one_line(found.values()) + "".join(one.model_dump_json() for one in found.values())
    assert "王小明" not in told
    assert "110101" not in told
    assert {"?", "elements.?"} <= set(found)


def test_of_very_many_faults_none_is_listed() -> None:
    many = faults({**GOOD, **{f"x{'y' * number}": 1 for number in range(MOST + 1)}})
    assert [one.code for one in many.values()] == ["field.too_many"]


def test_what_is_meant_is_near_and_nothing_else() -> None:
    known = tuple(language.REGISTRY)
    assert close_to("suyuan.intake.file-disputes.v1", known) == ("suyuan.intake.file-dispute.v1",)
    assert close_to("as_on", ("as_of", "as_in")) == ("as_of", "as_in")
    assert close_to("FileDispute", known) == ()
