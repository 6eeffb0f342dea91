"""Case numbers: every spelling is read, one is printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.casework.case_numbers import CaseNumber, CaseNumberError, CaseType

NUMBERS = st.builds(
    CaseNumber,
    year=st.integers(2016, 2099),
    court_code=st.from_regex(r"\A[京川浙粤苏新](?:[0-9]{2}|[0-9]{4})\Z"),
    type_code=st.sampled_from(CaseType),
    serial=st.integers(1, 99_999_999),
)


@pytest.mark.parametrize(
    ("text", "year", "court", "kind", "serial"),
    [
        ("(2021)川0104民诉前调801号", 2021, "川0104", CaseType.PRE_SUIT_MEDIATION, 801),
        ("(2024)浙02民诉前调595号", 2024, "浙02", CaseType.PRE_SUIT_MEDIATION, 595),
        ("(2024)粤0604诉前调确1716号", 2024, "粤0604", CaseType.CONFIRMATION, 1716),
        ("（2024）京0106民初12号", 2024, "京0106", CaseType.FIRST_INSTANCE, 12),
        ("（2024）京0106民特3号", 2024, "京0106", CaseType.SPECIAL, 3),
    ],
)
def test_real_numbers_are_read_and_printed_as_they_stand(
    text: str, year: int, court: str, kind: CaseType, serial: int
) -> None:
    number = CaseNumber.parse(text)

    assert (number.year, number.court_code, number.type_code, number.serial) == (year, court, kind, serial)
    assert text in (str(number), number.half_width())


@pytest.mark.parametrize(
    "text",
    [
        "(2021)川0104民诉前调801号",
        "（2021）川0104民诉前调801号",
        "(2021）川0104民诉前调801号",
        " (2021) 川0104 民诉前调 801 号\u3000",
        "（２０２１）川０１０４民诉前调８０１号",
        "(2021)川0104民诉前调00801号",
    ],
)
def test_all_spellings_of_one_number_are_equal(text: str) -> None:
    number = CaseNumber.parse(text)

    assert number == CaseNumber(year=2021, court_code="川0104", type_code=CaseType("民诉前调"), serial=801)
    assert len({number, CaseNumber.parse("(2021)川0104民诉前调801号")}) == 1
    assert str(number) == "（2021）川0104民诉前调801号"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "801",
        "2021川0104民诉前调801号",
        "(2021)川0104民诉前调801",
        "(2021)川0104民诉前调号",
        "(2021)川0104民诉前调0号",
        "(2021)川010民诉前调801号",
        "(2021)川01045民诉前调801号",
        "(2021)国0104民诉前调801号",
        "(21)川0104民诉前调801号",
        "(2015)川0104民初801号",
        "(2021)川0104民诉前调-1号",
        "(2021)川0104民诉前调801号之一",
        "见(2021)川0104民诉前调801号",
        "(2021)川0104民诉前调801号\n",
        "(2021)川0104民诉前调123456789号",
        "(２021)川0104民诉前调" + "1" * 100_000 + "号",
        "(٢٠٢١)川0104民初1号",
    ],
)
def test_what_is_no_case_number_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(CaseNumberError) as caught:
        CaseNumber.parse(text)

    assert caught.value.code == "case_number.malformed"
    assert "（2024）京0106民诉前调801号" in caught.value.zh
    assert "（2024）京0106民诉前调801号" in caught.value.en
    assert len(str(caught.value)) < 500


def test_a_type_that_is_not_in_use_is_another_error() -> None:
    with pytest.raises(CaseNumberError) as caught:
        CaseNumber.parse("(2021)川0104刑初801号")

    assert caught.value.code == "case_number.unknown_type"
    assert "刑初" in caught.value.zh
    assert "民诉前调" in caught.value.en


def test_a_number_that_no_court_could_issue_cannot_be_built() -> None:
    good = {"year": 2024, "court_code": "京0106", "type_code": "民初", "serial": 1}
    assert str(CaseNumber.model_validate(good)) == "（2024）京0106民初1号"
    for bad in ({"serial": 0}, {"year": 2015}, {"court_code": "京016"}, {"type_code": "刑初"}):
        with pytest.raises(ValidationError):
            CaseNumber.model_validate({**good, **bad})


def test_a_number_cannot_be_changed() -> None:
    number = CaseNumber.parse("(2024)京0106民初1号")

    with pytest.raises(ValidationError, match="frozen"):
        number.serial = 2  # type: ignore[misc]


@given(NUMBERS)
def test_what_is_printed_is_read_back(number: CaseNumber) -> None:
    assert CaseNumber.parse(str(number)) == number
    assert CaseNumber.parse(number.half_width()) == number
    assert str(CaseNumber.parse(str(number))) == str(number)


@given(NUMBERS, NUMBERS)
def test_different_numbers_print_differently(one: CaseNumber, other: CaseNumber) -> None:
    assert (one == other) == (str(one) == str(other))


@given(st.text(alphabet="()（）0123456789京川民诉前调确初特号 \u3000\n〔〕", max_size=40))
def test_any_text_is_a_number_or_a_case_number_error(text: str) -> None:
    try:
        number = CaseNumber.parse(text)
    except CaseNumberError:
        return
    assert CaseNumber.parse(str(number)) == number
