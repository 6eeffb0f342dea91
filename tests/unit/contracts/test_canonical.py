"""Two contents never give one digest."""

from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.canonical import canonical, digest

FIELDS = st.lists(st.one_of(st.text(max_size=5), st.binary(max_size=5)), max_size=4)


@given(FIELDS, FIELDS)
def test_fields_that_differ_differ_in_bytes(one: list[str | bytes], other: list[str | bytes]) -> None:
    def raw(fields: list[str | bytes]) -> list[bytes]:
        return [field.encode() if isinstance(field, str) else field for field in fields]

    assert (canonical(*one) == canonical(*other)) == (raw(one) == raw(other))


def test_a_part_that_moves_from_one_field_to_the_next_shows() -> None:
    assert digest("suyuan/history", "a\nb", "c") != digest("suyuan/history", "a", "b\nc")
