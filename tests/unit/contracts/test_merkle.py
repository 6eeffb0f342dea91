"""Merkle trees: any change shows, right proofs check, wrong ones do not."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import merkle

LEAVES = st.lists(st.binary(max_size=8), max_size=40).map(lambda found: [merkle.leaf(one) for one in found])
SOME = st.lists(st.binary(max_size=8), min_size=1, max_size=40).map(
    lambda found: [merkle.leaf(one) for one in found]
)
KNOWN = [b"", b"\x00", b"\x10", b"\x20\x21", b"\x30\x31", b"\x40\x41\x42\x43", bytes(range(0x50, 0x58)),
         bytes(range(0x60, 0x70))]  # fmt: skip
"""The leaves of the test vectors that implementations of Certificate Transparency share."""
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + by_definition(leaves[:k]) + by_definition(leaves[k:])).digest()


@pytest.mark.parametrize("count", ROOTS)
def test_the_roots_are_those_that_others_compute(count: int) -> None:
    assert merkle.root([merkle.leaf(one) for one in KNOWN[:count]]).hex() == ROOTS[count]


@given(LEAVES)
def test_the_root_is_that_of_the_definition_and_of_leaves_added_one_by_one(leaves: list[bytes]) -> None:
    peaks: tuple[bytes, ...] = ()
    for size, leaf in enumerate(leaves):
        peaks = merkle.added(peaks, size, leaf)

    assert merkle.root(leaves) == by_definition(leaves) == merkle.root_of(peaks)
    assert len(peaks) == len(leaves).bit_count()


@given(SOME, st.data())
def test_any_change_cut_or_other_order_gives_another_root(leaves: list[bytes], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(leaves) - 1))
    other = data.draw(st.integers(0, len(leaves) - 1))
    changed = [*leaves[:place], merkle.leaf(b"another leaf"), *leaves[place + 1 :]]
    swapped = list(leaves)
    swapped[place], swapped[other] = swapped[other], swapped[place]

    assert merkle.root(changed) != merkle.root(leaves)
    assert merkle.root(leaves[:place] + leaves[place + 1 :]) != merkle.root(leaves)
    assert merkle.root([*leaves, leaves[-1]]) != merkle.root(leaves)
    assert (merkle.root(swapped) == merkle.root(leaves)) == (swapped == leaves)


@given(SOME, st.data())
def test_a_leaf_is_proved_at_its_place_and_nowhere_else(leaves: list[bytes], data: st.DataObject) -> None:
    place, top = data.draw(st.integers(0, len(leaves) - 1)), merkle.root(leaves)
    path = merkle.inclusion(leaves, place)
    other = data.draw(st.integers(-1, len(leaves) + 1).filter(lambda one: one != place))

    assert merkle.includes(top, len(leaves), place, leaves[place], path)
    assert not merkle.includes(top, len(leaves), place, merkle.leaf(b"another leaf"), path)
    assert not merkle.includes(top, len(leaves), place, leaves[place], [*path, top])
    assert not merkle.includes(merkle.leaf(b"another root"), len(leaves), place, leaves[place], path)
    if path:
        assert not merkle.includes(top, len(leaves), place, leaves[place], path[:-1])
        broken = [merkle.leaf(b"beside"), *path[1:]]
        assert not merkle.includes(top, len(leaves), place, leaves[place], broken)
    if not 0 <= other < len(leaves) or leaves[other] != leaves[place]:
        assert not merkle.includes(top, len(leaves), other, leaves[place], path)


@given(SOME, st.data())
def test_a_tree_that_grew_is_proved_and_one_that_was_rewritten_is_not(
    leaves: list[bytes], data: st.DataObject
) -> None:
    first, count = data.draw(st.integers(1, len(leaves))), len(leaves)
    old, new = merkle.root(leaves[:first]), merkle.root(leaves)
    path = merkle.consistency(leaves, first)
    place = data.draw(st.integers(0, first - 1))
    rewritten = [*leaves[:place], merkle.leaf(b"another leaf"), *leaves[place + 1 :]]

    assert merkle.grew(first, old, count, new, path)
    assert not merkle.grew(first, old, count, new, [*path, new])
    assert not merkle.grew(first, merkle.leaf(b"another root"), count, new, path)
    assert not merkle.grew(first, old, count, merkle.root(rewritten), merkle.consistency(rewritten, first))
    if path:
        assert not merkle.grew(first, old, count, new, path[:-1])
        assert not merkle.grew(first, old, count, merkle.leaf(b"another root"), path)


def test_there_is_no_proof_of_what_is_not_there() -> None:
    with pytest.raises(IndexError):
        merkle.inclusion([merkle.EMPTY], 1)
    with pytest.raises(IndexError):
        merkle.consistency([merkle.EMPTY], 2)
    assert not merkle.grew(2, merkle.EMPTY, 1, merkle.EMPTY, [])
