"""Where a dispute arose: a county at the finest; nonsense keeps no filing from being taken."""

import re

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from cli import columns
from services.intake.rules.content import content_digest
from services.intake.rules.regions import PROVINCES, region_of
from shared.contracts.intake import DisputeRegistered, DisputeScreened, FilingAmended, PriorSteps
from shared.contracts.reasons import REASONS
from tests.support.spec import Given, given
from tests.unit.intake.mother import BANK, CASE, MON, STREAM, TUE, card, taken


def registered(region: str | None) -> Given:
    return given(STREAM, subject=CASE).when(taken(card(region=region)), at=MON, actor=BANK)


def test_there_are_thirty_four_provinces() -> None:
    """GB/T 2260-2007."""
    assert len(PROVINCES) == 34
    assert {"11", "46", "50", "54", "65", "71", "81", "82"} <= PROVINCES
    assert not {"10", "16", "24", "38", "47", "55", "66", "70", "83", "99"} & PROVINCES


@pytest.mark.parametrize(
    ("written", "code", "fault"),
    [
        (None, None, None),
        ("  ", None, None),
        ("110106", "110106", None),
        (" 110106\n", "110106", None),
        ("１１０１０６", "110106", None),
        ("820000", "820000", None),
        ("11010", None, "region.malformed"),
        ("110106001001", None, "region.malformed"),
        ("北京市丰台区", None, "region.malformed"),
        ("١١٠١٠٦", None, "region.malformed"),
        ("990106", None, "region.unknown"),
        ("000000", None, "region.unknown"),
        ("110006", None, "region.unknown"),
    ],
)
def test_what_is_no_division_is_told_by_a_code(
    written: str | None, code: str | None, fault: str | None
) -> None:
    assert region_of(written) == (code, fault)


@examples(st.text(max_size=40))
def test_whatever_is_written_nothing_but_six_digits_goes_on(written: str) -> None:
    code, fault = region_of(written)
    assert code is None or fault is None
    assert code is None or (re.fullmatch("[0-9]{6}", code) and code[:2] in PROVINCES)
    assert fault is None or fault in REASONS


@pytest.mark.parametrize("written", ["天桥下面", "999999", "110106"])
def test_the_filing_is_taken_whatever_its_region_says(written: str) -> None:
    event, *after = registered(written).events
    assert isinstance(event, DisputeRegistered)
    assert (event.region, event.region_fault) == region_of(written)
    assert written == "110106" or written not in event.model_dump_json()
    _, *same = registered(None).events
    assert after == same
    assert any(isinstance(one, DisputeScreened) for one in after)


def test_an_amendment_puts_a_region_right() -> None:
    said = [
        card(prior=PriorSteps(), region=one, amends=bool(n)) for n, one in enumerate(("天桥下面", "110106"))
    ]
    run = given(STREAM, subject=CASE).when(taken(said[0]), at=MON, actor=BANK)
    run = run.when(taken(said[1]), at=TUE, actor=BANK)
    (event,) = (one for one in run.events if isinstance(one, FilingAmended))
    assert (event.region, event.region_fault) == ("110106", None)


def test_a_filing_without_a_region_has_the_digest_that_it_had() -> None:
    assert content_digest(card()) == content_digest(card(region=None))
    assert content_digest(card()) != content_digest(card(region="110106"))


@pytest.mark.parametrize("header", ["region", "地区"])
@pytest.mark.parametrize("cell", ["110106", 110106, 110106.0])
def test_a_table_has_a_column_for_it(header: str, cell: str | float) -> None:
    column = columns.by_header(header)
    assert column is not None
    assert (column.path, column.read(cell)) == ("region", "110106")
