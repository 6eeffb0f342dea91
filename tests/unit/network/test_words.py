"""What the problems of a network file say."""

from __future__ import annotations

from string import Formatter

import pytest
from pydantic import BaseModel, ValidationError

from shared.network import words
from shared.network.schema import Institution
from shared.network.words import Wording, wording_of


def _names(template: str) -> set[str]:
    return {name.removesuffix("_zh") for _, name, _, _ in Formatter().parse(template) if name}


def _wordings() -> list[Wording]:
    found: list[Wording] = []
    for value in vars(words).values():
        if isinstance(value, Wording):
            found.append(value)
        elif isinstance(value, dict):
            found += [one for one in value.values() if isinstance(one, Wording)]
    return found


def test_both_languages_state_the_same_values() -> None:
    wordings = _wordings()

    assert len(wordings) > 30
    for one in wordings:
        assert one.code.startswith("network.")
        assert _names(one.zh) == _names(one.en), one


def test_an_error_without_a_sentence_of_its_own_keeps_what_pydantic_says() -> None:
    class Other(BaseModel):
        value: float

    with pytest.raises(ValidationError) as caught:
        Other.model_validate({"value": "{x}"})
    wording = wording_of(caught.value.errors()[0])

    assert wording.code == "network.bad_value"
    assert wording.en.startswith("'{x}': Input should be a valid number")


def test_a_choice_is_joined_in_the_language_of_the_sentence() -> None:
    with pytest.raises(ValidationError) as caught:
        Institution.model_validate({"id": "ccb", "kind": "shop", "name": {"zh": "甲", "en": "A"}})
    wording = wording_of(caught.value.errors()[0])

    assert "'consumer_finance' 或 'lessor'" in wording.zh
    assert "'consumer_finance' or 'lessor'" in wording.en
