"""Anybody seals to mediation; only mediation opens, and nothing opens where it was not sealed for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.errors import SuyuanError
from shared.contracts.sealed import PATTERN, bound_to
from shared.runtime.base.sealing import Sealer, SealingKeys
from shared.runtime.base.vault import CannotOpen

OLD, NEW = "o" * 32, "n" * 32
KEYS = SealingKeys.of(f"2:{NEW},1:{OLD}")
SEALER = Sealer.of(KEYS.public)
BOUND = bound_to("suyuan.mediation.leave-offer.v1", "offer", "sy1a", "ccb/p-1/institution_agent")
OTHERS = [
    bound_to("suyuan.mediation.keep-concession.v1", "offer", "sy1a", "ccb/p-1/institution_agent"),
    bound_to("suyuan.mediation.leave-offer.v1", "other", "sy1a", "ccb/p-1/institution_agent"),
    bound_to("suyuan.mediation.leave-offer.v1", "offer", "sy1b", "ccb/p-1/institution_agent"),
    bound_to("suyuan.mediation.leave-offer.v1", "offer", "sy1a", "ccb/p-2/institution_agent"),
    bound_to("suyuan.mediation.leave-offer.v1", "offer", "sy1a", "sy1a//party"),
]


@given(st.binary(max_size=2000))
def test_what_was_sealed_opens_and_looks_like_a_sealed_field(plain):
    import re

    sealed = SEALER.seal(plain, BOUND)
    assert KEYS.open(sealed, BOUND) == plain
    assert re.fullmatch(PATTERN, sealed) or len(plain) < 4


@pytest.mark.parametrize("bound", OTHERS)
def test_a_copy_for_another_case_person_field_or_command_does_not_open(bound):
    assert KEYS.open(SEALER.seal(b"500000", BOUND), bound) is None


def test_the_same_is_never_sealed_alike():
    assert SEALER.seal(b"500000", BOUND) != SEALER.seal(b"500000", BOUND)


def test_a_changed_ciphertext_does_not_open():
    sealed = SEALER.seal(b"500000", BOUND)
    for place in (3, len(sealed) // 2, len(sealed) - 2):
        changed = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
        assert KEYS.open(changed, BOUND) is None


@pytest.mark.parametrize("text", ["", "2", "2.", "2.!", "9." + "A" * 80, "2." + "A" * 80, "2.A"])
def test_what_is_no_ciphertext_does_not_open(text):
    assert KEYS.open(text, BOUND) is None


def test_an_earlier_key_opens_what_was_sealed_before_and_the_newest_one_is_told():
    before = SealingKeys.of(OLD)
    sealed = Sealer.of(before.public).seal(b"1", BOUND)
    assert KEYS.open(sealed, BOUND) == b"1"
    assert before.open(SEALER.seal(b"1", BOUND), BOUND) is None
    assert KEYS.public.startswith("2:")


def test_the_keys_at_rest_are_others_than_those_of_the_box():
    row = KEYS.vault.seal("sy1a", b"text")
    assert KEYS.vault.open("sy1a", row) == b"text"
    with pytest.raises(CannotOpen):
        SealingKeys.of(OLD).vault.open("sy1a", row)


@pytest.mark.parametrize("setting", ["", "short", f"1:{OLD},1:{NEW}", "1:short"])
def test_a_missing_short_or_double_key_is_named(setting):
    with pytest.raises(SuyuanError) as error:
        SealingKeys.of(setting)
    assert error.value.code == "settings.sealing_keys"


@pytest.mark.parametrize("public", ["", "1:", "1:AAAA", "1:!"])
def test_what_is_no_public_key_is_refused(public):
    with pytest.raises(ValueError):  # noqa: PT011 - the library words it
        Sealer.of(public)
