"""Merkle trees: one digest of many, with short proofs that something is in it and that it only grew.

Source: RFC 6962 section 2.1, RFC 9162 sections 2.1.1 to 2.1.4: leaves and nodes are hashed apart.
"""

import hashlib
from collections.abc import Sequence
from typing import Final

_LEAF: Final = b"\x00"
_NODE: Final = b"\x01"
EMPTY: Final = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""


def leaf(content: bytes) -> bytes:
    """Return the hash of a leaf, 32 bytes."""
    return hashlib.sha256(_LEAF + content).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees, 32 bytes."""
    return hashlib.sha256(_NODE + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over the hashes of leaves in their order."""
    if not leaves:
        return EMPTY
    level = list(leaves)
    sha256 = hashlib.sha256
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [sha256(_NODE + left + right).digest() for left, right in pairs]
        if len(level) % 2:
            above.append(level[-1])  # goes up as it is: the subtree to the left is full
        level = above
    return level[0]


def inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the proof that the leaf at a place is in the tree: the subtrees beside its way up.

    Raises:
        IndexError: There is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    level, path = list(leaves), []
    while len(level) > 1:
        beside = index ^ 1
        if beside < len(level):
            path.append(level[beside])
        level = [root(level[place : place + 2]) for place in range(0, len(level), 2)]
        index //= 2
    return path


def includes(top: bytes, size: int, index: int, leaf: bytes, path: Sequence[bytes]) -> bool:
    """Tell whether a proof shows that a leaf stands at a place of the tree with this root and size.

    Source: RFC 9162 section 2.1.3.2.
    """
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for beside in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node(beside, found)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            found = node(found, beside)
        place >>= 1
        last >>= 1
    return last == 0 and found == top


def consistency(leaves: Sequence[bytes], first: int) -> list[bytes]:
    """Return the proof that the tree of the first leaves is the beginning of the tree of all.

    Raises:
        IndexError: There are not so many leaves, or ``first`` is below 1.
    """
    if not 1 <= first <= len(leaves):
        raise IndexError(first)
    return _grown(first, leaves, whole=True)


def _grown(first: int, leaves: Sequence[bytes], *, whole: bool) -> list[bytes]:
    if first == len(leaves):
        return [] if whole else [root(leaves)]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    if first <= half:
        return [*_grown(first, leaves[:half], whole=whole), root(leaves[half:])]
    return [*_grown(first - half, leaves[half:], whole=False), root(leaves[:half])]


def grew(first: int, first_root: bytes, second: int, second_root: bytes, path: Sequence[bytes]) -> bool:
    """Tell whether a proof shows that a tree is the beginning of another.

    Args:
        first: Leaves of the earlier tree, 1 or more.
        first_root: Its root.
        second: Leaves of the later tree.
        second_root: Its root.
        path: What :func:`consistency` returned.

    Source: RFC 9162 section 2.1.4.2.
    """
    if first == second:
        return not path and first_root == second_root
    if not 1 <= first < second or not path:
        return False
    proof = list(path)
    if first & (first - 1) == 0:
        proof.insert(0, first_root)
    place, last = first - 1, second - 1
    while place & 1:
        place >>= 1
        last >>= 1
    old = new = proof[0]
    for beside in proof[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node(beside, old), node(beside, new)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            new = node(new, beside)
        place >>= 1
        last >>= 1
    return last == 0 and old == first_root and new == second_root


def added(peaks: Sequence[bytes], size: int, leaf: bytes) -> tuple[bytes, ...]:
    """Return the full subtrees of a tree with one more leaf, largest first.

    Args:
        peaks: Those of the tree before; as many as the binary digits of its size that are 1.
        size: How many leaves it had.
        leaf: The hash of the new one.
    """
    out, top = list(peaks), leaf
    while size & 1:
        top = node(out.pop(), top)
        size >>= 1
    return (*out, top)


def root_of(peaks: Sequence[bytes]) -> bytes:
    """Return the root of a tree by its full subtrees, largest first."""
    if not peaks:
        return EMPTY
    top = peaks[-1]
    for one in reversed(peaks[:-1]):
        top = node(one, top)
    return top
