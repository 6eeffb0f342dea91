"""A sealed field is clear in the form that people fill in, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.contracts import export
from shared.contracts.confidence import KeepConcession, LeaveOffer, ReadConcessions
from shared.contracts.declared import fields_of
from shared.contracts.message import REGISTRY, Command
from shared.contracts.sealed import (
    Clear,
    clear_form,
    packed,
    sealed_fields,
    unpacked_fen,
    unpacked_text,
)
from shared.contracts.words import Audience

TEXTS = st.text(min_size=1, max_size=1000).filter(lambda text: text.isprintable())


@given(st.integers(0, 10**15))
def test_an_amount_is_packed_to_one_length_and_back(fen):
    plain = packed(Clear.FEN, fen)
    assert (len(plain), unpacked_fen(plain)) == (8, fen)


@given(TEXTS)
def test_a_text_is_packed_in_blocks_and_back(text):
    plain = packed(Clear.TEXT, text)
    assert len(plain) % 512 == 0
    assert unpacked_text(plain) == text


@pytest.mark.parametrize("plain", [b"", b"\xff" * 8, b"\0" * 7, b"1" * 9])
def test_what_is_no_amount(plain):
    assert unpacked_fen(plain) is None


@pytest.mark.parametrize("plain", [b"", b"abc", b"\x80", b"\xff\x80", b"a\x80b", b"a" * 1001 + b"\x80"])
def test_what_is_no_text(plain):
    assert unpacked_text(plain) is None


def test_a_value_of_another_kind_is_not_packed():
    with pytest.raises(TypeError):
        packed(Clear.FEN, "5")
    with pytest.raises(TypeError):
        packed(Clear.TEXT, 5)


def test_the_form_takes_the_clear_value_and_the_command_does_not():
    form = clear_form(LeaveOffer)
    assert form(offer=500_000).model_dump() == {"offer": 500_000}
    with pytest.raises(ValidationError):
        LeaveOffer(offer="500000")
    with pytest.raises(ValidationError):
        form(offer=-1)
    with pytest.raises(ValidationError):
        form(offer=1, other=2)


def test_a_clear_text_takes_no_number_of_a_person():
    form = clear_form(KeepConcession)
    assert form(concession="可以减免利息").model_dump() == {"concession": "可以减免利息"}
    with pytest.raises(ValidationError):
        form(concession="电话 13900001234")


def test_the_form_of_a_command_without_a_sealed_field_is_the_command_itself():
    plain = [cls for cls in REGISTRY.values() if issubclass(cls, Command) and not sealed_fields(cls)]
    assert ReadConcessions in plain
    assert all(clear_form(cls) is cls for cls in plain)


def test_the_published_schema_of_a_sealed_field_is_that_of_its_ciphertext():
    field = export.schema_of(LeaveOffer)["properties"]["offer"]
    assert field["type"] == "string"
    assert field["x-suyuan"]["seen_by"] == "inside"


def test_every_field_of_what_is_quiet_stays_inside():
    quiet = [cls for cls in REGISTRY.values() if cls.quiet]
    assert quiet
    for cls in quiet:
        assert {one.audience for one in fields_of(cls).values()} <= {Audience.INSIDE}


def test_what_carries_a_sealed_field_is_quiet():
    sealed = [cls for cls in REGISTRY.values() if issubclass(cls, Command) and sealed_fields(cls)]
    assert {cls.__name__ for cls in sealed} >= {"LeaveOffer", "KeepConcession"}
    assert all(cls.quiet for cls in sealed)
