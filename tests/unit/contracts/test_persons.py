"""No text of a message names a person; what only looks like it passes."""

import json
import random
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from shared.contracts.declared import fields_of, parts_of
from shared.contracts.faults import code_of, faults_of, in_one_line, told
from shared.contracts.intake import FileDispute
from shared.contracts.message import Command, commands
from shared.contracts.persons import (
    BANK_CARD,
    ID_NUMBER,
    MOBILE_PHONE,
    holds_id_number,
    number_in,
)
from shared.contracts.words import Audience

ID = "11010519491231002X"
CARD = "6222021234567890128"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (ID, ID_NUMBER),
        (f"客户身份证{ID.lower()},逾期", ID_NUMBER),
        ("110105 1949 1231 002X", ID_NUMBER),
        ("110105—19491231—002Ｘ", ID_NUMBER),
        ("110105491231002", ID_NUMBER),
        (f"卡号{CARD}", BANK_CARD),
        ("6222 0212 3456 7890 128", BANK_CARD),
        ("4111-1111-1111-1111", BANK_CARD),
        ("13800138000", MOBILE_PHONE),
        ("电话:138 0013 8000", MOBILE_PHONE),
        ("+86 138-0013-8000", MOBILE_PHONE),
        ("8613800138000", MOBILE_PHONE),
        ("１３８００１３８０００", MOBILE_PHONE),
        ("2024-03-12 13800138000", MOBILE_PHONE),
    ],
)
def test_a_number_of_a_person_is_found_however_it_is_written(text: str, code: str) -> None:
    assert number_in(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "逾期未还",
        "2024-03-12 2024-04-12 2024-05-12",
        "合同编号 2024031212345678",
        "110105194912310021",  # the check digit is another
        "110105194913310029",  # there is no 13th month
        "4111 1111 1111 1112",  # Luhn
        "01088888888",
        "12800138000",
        "91110108551385082Q",  # a credit code
        "100000000.00 元",
        "x1380013800",
        "(2021)川0104民诉前调801号",
        "1" * 160,
    ],
)
def test_what_names_nobody_passes(text: str) -> None:
    assert number_in(text) is None


def test_a_credit_code_that_looks_like_a_card_or_an_identity_number_names_a_company() -> None:
    assert number_in("911101050000000008") is None


@given(st.integers(10**17, 10**18 - 1))
def test_a_long_number_is_an_identity_number_by_region_date_and_check_digit_alone(number: int) -> None:
    text = str(number)
    expected = sum(int(one) * (2 ** (17 - place) % 11) for place, one in enumerate(text)) % 11 == 1
    assert not holds_id_number(text) or (expected and re.match(r"[1-8]\d{5}(18|19|20|21)", text))


def test_a_reference_is_refused_by_chance_less_than_once_in_ten_thousand() -> None:
    chance = random.Random(7)
    refused = sum(holds_id_number(f"{chance.randrange(10**17, 10**18)}") for _ in range(50_000))
    assert refused < 5
    assert not holds_id_number(CARD)


def texts() -> Iterator[tuple[type[Command], type[BaseModel], str]]:
    """Yield every text of every command, and of the parts of commands."""
    for cls in commands():
        for part in parts_of(cls):
            for name, field in fields_of(part).items():
                if field.holds is str and field.audience is not Audience.INTAKE:
                    yield cls, part, name


TEXTS = {f"{cls.__name__}.{part.__name__}.{name}": (part, name) for cls, part, name in texts()}


@pytest.mark.parametrize("text", TEXTS)
def test_every_text_of_every_command_is_a_code_by_pattern_or_guarded(text: str) -> None:
    part, name = TEXTS[text]
    value = [ID] if fields_of(part)[name].many else ID
    with pytest.raises(ValidationError) as caught:
        part.model_validate_json(json.dumps({name: value, "no such field": 0}))
    kinds = {one["type"] for one in caught.value.errors() if one["loc"][0] == name}
    assert kinds & {ID_NUMBER, "string_pattern_mismatch"}


def test_the_refusal_names_field_and_code_and_repeats_nothing() -> None:
    wrong = {
        "institution": "ccb",
        "reference": ID,
        "cause": "loan",
        "issue": "请拨打 138 0013 8000",
        "elements": {"loan": {"contract_basis": f"卡{CARD}"}},
    }
    raw = json.dumps(wrong).encode()
    with pytest.raises(ValidationError) as caught:
        FileDispute.model_validate_json(raw)
    faults = faults_of(caught.value, FileDispute, raw)
    assert {one.field: one.code for one in faults} == {
        "reference": ID_NUMBER,
        "issue": MOBILE_PHONE,
        "elements.loan.contract_basis": BANK_CARD,
    }
    assert code_of(faults) == "message.wrong_type"
    said = f"{[told(one) for one in faults]} {in_one_line(faults)} {caught.value}"
    assert not any(one in said for one in (ID, CARD, "138 0013"))


def test_a_party_s_own_fields_take_what_a_text_may_not_hold() -> None:
    filing = {
        "institution": "ccb",
        "reference": "R-6222021234567890128",
        "cause": "loan",
        "issue": "overdue",
        "party": {"name": "张三", "id_number": ID, "phone": "13800138000", "account": CARD},
    }
    assert FileDispute.model_validate_json(json.dumps(filing)).party is not None
