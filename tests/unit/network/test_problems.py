"""The error that lists the problems of a network file."""

from __future__ import annotations

import pickle

import pytest

from shared.contracts.errors import SuyuanError
from shared.network.load import parse_network
from shared.network.problems import NetworkError
from tests.support.network_file import SMALL


def test_the_message_shows_file_line_field_and_next_step_in_both_languages() -> None:
    with pytest.raises(NetworkError) as caught:
        parse_network(SMALL.replace("weight: 3", "weight: 0"), "small.yaml")

    assert caught.value.code == "network.invalid"
    assert "small.yaml:10: organisations[0].mediators[1].weight: 0 is too small" in str(caught.value)
    assert "最小为 1" in caught.value.zh


def test_errors_read_as_code_english_chinese_and_survive_pickling() -> None:
    plain = SuyuanError(code="a.b", zh="甲。", en="A.")
    assert str(plain) == "a.b: A. / 甲。"
    with pytest.raises(NetworkError) as caught:
        parse_network("", "small.yaml")
    for error in (plain, caught.value):
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is type(error)
        assert str(again) == str(error)
        assert vars(again) == vars(error)
