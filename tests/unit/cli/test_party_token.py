"""The tokens of a negative list are those of intake."""

import io
import sys

import pytest

from services.intake.rules import party_token
from tests.support.cli import suyuan

KEY = "a key of the tests of party tokens, 32 or more"
NUMBER = "11010119900101001X"


def test_the_tokens_are_those_that_intake_makes_and_the_numbers_are_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{NUMBER}\n\n {NUMBER.lower()} \n"))
    done = suyuan("party-token", env={"SUYUAN_KAFKA": "localhost:1", "SUYUAN_PARTY_KEY": KEY})
    assert done.code == 0, done.err
    assert done.out.split() == [party_token(KEY.encode(), NUMBER)] * 2
    assert NUMBER not in done.out


def test_without_the_key_there_is_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(NUMBER))
    done = suyuan("party-token", env={"SUYUAN_KAFKA": "localhost:1", "SUYUAN_PARTY_KEY": ""})
    assert (done.code, done.out) == (1, "")
    assert "SUYUAN_PARTY_KEY" in done.err
