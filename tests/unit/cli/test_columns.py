"""The columns of a bulk filing: a row becomes a filing, or what is wrong with it is named."""

import contextlib
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli import columns
from cli.columns import BadCell
from cli.file import check
from shared.contracts.faults import sentences
from shared.contracts.kinds import Standing
from shared.contracts.reasons import REASONS
from tests.unit.cli.rows import CARD, FILER, LEASE, filed, refused, row


def test_a_row_becomes_a_filing_of_its_cause() -> None:
    filing = filed(CARD)

    card = filing.elements.credit_card
    assert card is not None
    assert (filing.institution, filing.reference, filing.claim_fen) == ("ccb", "R-1", 1_250_000)
    assert (card.principal_fen, card.overdue_since, card.terms_prompted) == (
        1_000_000,
        date(2024, 6, 1),
        True,
    )
    assert filing.party is not None
    assert filing.party.id_number == "11010119900101001X"
    assert filing.elements.loan is None


def test_a_row_of_a_spreadsheet_has_numbers_and_dates() -> None:
    lease = filed(LEASE).elements.finance_lease

    assert lease is not None
    assert (lease.rent_due_fen, lease.rent_not_due_fen, lease.periods_unpaid) == (100_050, 199_950, 3)
    assert lease.as_of == date(2025, 1, 31)


GUARANTORS = {
    "other_1_standing": "担保人",
    "other_1_name": "李四",
    "other_1_id_number": "SAMPLE-2",
    "other_2_standing": "共同债务人",
    "other_2_name": "王五",
    "other_2_id_number": "SAMPLE-3",
    "other_2_phone": "SAMPLE-PHONE",
}


def test_a_row_names_further_parties_in_their_order() -> None:
    first, second = filed({**CARD, **GUARANTORS}).other_parties
    assert (first.standing, first.data.name, first.data.phone) == (Standing.GUARANTOR, "李四", "")
    assert (second.standing, second.data.id_number) == (Standing.CO_DEBTOR, "SAMPLE-3")


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"other_2_standing": "担保人", "other_2_name": "李四", "other_2_id_number": "SAMPLE-2"},
         "cell.missing", "other_1_standing"),
        ({"other_1_standing": "担保人", "other_1_id_number": "SAMPLE-2"}, "field.missing", "other_1_name"),
        ({"other_1_name": "李四", "other_1_id_number": "SAMPLE-2"}, "field.missing", "other_1_standing"),
        ({"other_1_standing": "邻居", "other_1_name": "李四", "other_1_id_number": "SAMPLE-2"},
         "cell.unknown_word", "other_1_standing"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_further_party_is_told_by_its_column(
    cells: dict[str, Any], code: str, column: str
) -> None:
    assert (column, code) in refused({**CARD, **cells})


def test_a_complaint_needs_little() -> None:
    filing = filed({"reference": "C-1", "cause": "投诉", "issue": "fees", "complaint_product": "card"})

    assert filing.party is None
    assert filing.elements.complaint is not None


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"reference": ""}, [("reference", "cell.missing")]),
        ({"issue": None}, [("issue", "cell.missing")]),
        ({"cause": "房贷"}, [("cause", "cell.unknown_word")]),
        ({"reference": "有 空格"}, [("reference", "field.bad_form")]),
        ({"claim_yuan": "一万"}, [("claim_yuan", "cell.not_amount")]),
        ({"claim_yuan": "-1"}, [("claim_yuan", "cell.not_amount")]),
        ({"claim_yuan": "0.001"}, [("claim_yuan", "cell.not_amount")]),
        ({"claim_yuan": "NaN"}, [("claim_yuan", "cell.not_amount")]),
        ({"claim_yuan": "1e400000"}, [("claim_yuan", "cell.not_amount")]),
        ({"as_of": "2025-02-30"}, [("as_of", "cell.not_date")]),
        ({"as_of": "45000"}, [("as_of", "cell.not_date")]),
        ({"terms_prompted": "maybe"}, [("terms_prompted", "cell.not_yes_no")]),
        ({"party_id_number": 110101199001010010.0}, [("party_id_number", "cell.not_text")]),
        ({"party_name": "", "party_phone": "1"}, [("party_name", "field.missing")]),
        ({"leased_object": "car"}, [("leased_object", "element.wrong_cause")]),
        ({"contract_basis": ""}, [("contract_basis", "element.missing")]),
        ({"as_of": "2025-03-04"}, [("as_of", "date.after_filing")]),
        ({"party_name": "", "party_id_number": ""}, [("party_name", "element.missing")]),
        ({"penalty_yuan": "1", "fees_yuan": "0"}, [("claim_yuan", "amount.mismatch")]),
        (
            {"reference": "", "claim_yuan": "x", "as_of": "x"},
            [("claim_yuan", "cell.not_amount"), ("as_of", "cell.not_date"), ("reference", "cell.missing")],
        ),
    ],
)
def test_what_is_wrong_with_a_row_is_named_by_column_and_code(
    change: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    wrong = refused({**CARD, **change})

    assert wrong == expected
    assert all(code in REASONS for _, code in wrong)


def test_a_coded_cell_is_told_with_the_words_that_it_may_have() -> None:
    _, (wrong,) = check(row({**CARD, "cause": "房贷"}), FILER)

    assert "credit_card 信用卡纠纷" in sentences(wrong).zh
    assert "finance_lease (Finance lease)" in sentences(wrong).en


def test_a_claim_that_is_not_the_sum_of_its_parts_is_told_with_both_sums() -> None:
    _, (wrong,) = check(row({**CARD, "penalty_yuan": "1", "fees_yuan": "0"}), FILER)

    assert sentences(wrong).en.endswith("The claim is 12,500.00 yuan, its parts are 12,501.00.")


def test_rent_and_termination_are_not_claimed_at_once() -> None:
    cells = {**LEASE, "lease_claim": "解除", "terminated_on": "2025-01-02"}

    assert ("rent_not_due_yuan", "lease.rent_and_termination") in refused(cells)


@given(fen=st.integers(0, 10**13))
def test_an_amount_comes_through_exactly(fen: int) -> None:
    yuan = f"{fen // 100}.{fen % 100:02d}"

    assert columns.yuan(yuan) == columns.yuan(f"¥{fen // 100:,}.{fen % 100:02d} 元") == fen


@given(day=st.dates(date(1000, 1, 1)))
def test_a_date_comes_through_in_every_spelling(day: date) -> None:
    spellings = (
        day,
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
    )

    assert {columns.day(one) for one in spellings} == {day.isoformat()}


CELLS = st.one_of(st.none(), st.text(max_size=30), st.integers(), st.floats(), st.booleans(), st.dates())


@given(cells=st.dictionaries(st.sampled_from([one.name for one in columns.COLUMNS]), CELLS))
def test_any_row_is_a_filing_or_has_a_coded_reason(cells: dict[str, Any]) -> None:
    filing, wrong = check(row({**CARD, **cells}), FILER)

    assert (filing is None) == bool(wrong)
    assert all(one.code in REASONS for one in wrong)


@pytest.mark.parametrize(
    "read", [columns.text, columns.yuan, columns.whole, columns.day, columns.yes_no, columns.rate]
)
@given(cell=CELLS.filter(lambda cell: cell is not None))
def test_a_reader_gives_a_value_or_a_bad_cell(read: Any, cell: Any) -> None:
    with contextlib.suppress(BadCell):
        read(cell)


def test_the_columns_of_further_parties_have_chinese_names_too() -> None:
    assert columns.by_header("其他当事人2诉讼地位") is columns.by_header("other_2_standing")
    assert columns.by_header("其他当事人2姓名或名称 / other_2_name") is columns.by_header("other_2_name")
