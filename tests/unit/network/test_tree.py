"""The YAML of a network file."""

from __future__ import annotations

import pytest

from tests.support.network_file import problems_of


def test_aliases_are_refused_before_they_can_multiply() -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"

    assert (2, "b[0]", "network.bad_value") in problems_of("format: 1\n", bomb + "format: 1\n")


@pytest.mark.parametrize(
    ("text", "line"),
    [("", 0), ("# nothing\n", 0), ("id: [\n", 2), ("id: a\n\tname: b\n", 2), ("[" * 5000, 0),
     ("a: 1\n---\nb: 2\n", 2), ("id: \x00\n", 0)],
)  # fmt: skip
def test_what_is_not_one_yaml_document_is_refused(text: str, line: int) -> None:
    assert problems_of(text=text) == [(line, "", "network.not_yaml")]
