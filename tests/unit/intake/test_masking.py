"""What may be seen of a party."""

import hashlib
import re

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from services.intake.rules import KeyedHashes, mask_name, party_token
from services.intake.rules.masking import normalise_id

KEY = b"k" * 32


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("张小三", "张*三"),
        ("陈王小明", "陈**明"),
        ("欧阳", "欧*"),
        ("司马光", "司马*"),
        ("欧阳小明", "欧阳*明"),
        ("  张小三 ", "张*三"),
        ("张", "*"),
        ("John Smith", "J** S**"),
        ("J Smith", "* S**"),
        ("Ｊｏｈｎ", "J**"),
        ("买买提·艾合买提", "买**·艾**"),
        ("北京某某贸易有限公司", "北***司"),
        ("   ", "*"),
    ],
)
def test_a_name_is_masked(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@given(st.text(alphabet="abcÉ张欧阳 ·", max_size=30).filter(lambda name: any(map(str.isalpha, name))))
def test_a_mask_always_hides_a_letter(name: str) -> None:
    masked = mask_name(name)
    assert "*" in masked
    assert sum(map(str.isalpha, masked)) < sum(map(str.isalpha, name))


@given(st.text(max_size=60))
def test_any_text_can_be_masked(name: str) -> None:
    assert "*" in mask_name(name)


@given(st.text(alphabet="赵钱孙李周吴郑王欧阳司马小明", min_size=2, max_size=6))
def test_a_chinese_mask_hides_a_character_of_the_given_name(name: str) -> None:
    assert mask_name(name)[1:] != name[1:]


@pytest.mark.parametrize(
    "spelling", ["11010119900101123x", "１１０１０１１９９００１０１１２３Ｘ", " 110101-19900101-123 X "]
)
def test_one_person_has_one_token_however_the_number_is_written(spelling: str) -> None:
    assert party_token(KEY, spelling) == party_token(KEY, "11010119900101123X")


def test_a_token_is_32_hexadecimal_characters_and_depends_on_the_key() -> None:
    token = party_token(KEY, "11010119900101123X")
    assert len(token) == 32
    assert set(token) <= set("0123456789abcdef")
    assert token != party_token(b"l" * 32, "11010119900101123X")


def test_a_number_without_a_letter_or_digit_has_no_token() -> None:
    assert party_token(KEY, "－－ ＊") == ""


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing(number: str) -> None:
    assert normalise_id(normalise_id(number)) == normalise_id(number)


def test_a_person_has_another_token_for_each_institution_and_intake_knows_that_it_is_one() -> None:
    hashes = KeyedHashes(KEY)
    own = hashes.party("11010119900101123X")
    ccb, abc = hashes.told("ccb", own), hashes.told("abc", own)
    assert len({own, ccb, abc}) == 3
    assert ccb == hashes.told("ccb", own), "a repeat party of one institution is known again"
    assert hashes.own(ccb) == hashes.own(abc) == hashes.own(own) == own
    assert hashes.matches(ccb) == hashes.matches(abc) == hashes.matches(own)
    assert hashes.told("ccb", "") == ""


def test_a_token_that_somebody_made_up_or_that_another_secret_made_is_none() -> None:
    hashes, other = KeyedHashes(KEY), KeyedHashes(b"l" * 32)
    own = hashes.party("11010119900101123X")
    for token in (other.told("ccb", own), hashes.told("ccb", own)[:-2] + "AA"):
        with pytest.raises(InvalidTag):
            hashes.own(token)


def test_a_reference_is_found_by_its_hash_and_not_by_guessing_without_the_key() -> None:
    digest = KeyedHashes(KEY).reference("ccb", "CC-1")
    assert re.fullmatch(r"[0-9a-f]{64}", digest)
    assert digest == KeyedHashes(KEY).reference("ccb", "CC-1")
    others = {
        KeyedHashes(b"l" * 32).reference("ccb", "CC-1"),
        KeyedHashes(KEY).reference("abc", "CC-1"),
        KeyedHashes(KEY).reference("ccb", "CC-2"),
        hashlib.sha256(b"CC-1").hexdigest(),
        hashlib.sha256(b"ccb\x1fCC-1").hexdigest(),
    }
    assert digest not in others
    assert len(others) == 5


def test_a_token_of_a_party_and_the_hash_of_a_reference_never_stand_for_each_other() -> None:
    assert (
        not KeyedHashes(KEY)
        .reference("ccb", "11010119900101123X")
        .startswith(party_token(KEY, "11010119900101123X"))
    )
