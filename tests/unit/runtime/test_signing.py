"""Only who holds the private key signs; a signature holds for its content alone."""

from datetime import UTC, datetime

import pytest

from shared.network.keys import Key, Keys
from shared.runtime.base.keyring import Keyring, NotSigned
from shared.runtime.base.signing import Signature, Signer

ONE, OTHER = Signer("k1", b"1" * 32), Signer("k2", b"2" * 32)
NOW = datetime(2027, 3, 1, tzinfo=UTC)
KNOWN = (Key(id=one.id, owner="portal", use="messages", public=one.public, since=NOW) for one in (ONE, OTHER))
KEYS = Keyring(Keys(tuple(KNOWN)))


def held(signature: Signature, content: bytes) -> bool:
    """Tell whether a signature of a known key is one of this content."""
    try:
        KEYS.owner_of(signature, content, use="messages", at=NOW)
    except NotSigned:
        return False
    return True


def test_what_was_signed_holds_and_travels_as_text() -> None:
    signature = ONE.sign(b"content")
    assert held(Signature.parse(str(signature)), b"content")
    assert not held(signature, b"Content")


def test_a_signature_of_another_key_or_of_none_that_is_known_does_not_hold() -> None:
    forged = Signature("k1", OTHER.sign(b"content").raw)
    assert not held(forged, b"content")
    assert not held(Signer("k3", b"3" * 32).sign(b"content"), b"content")
    assert not held(Signature("k1", b"short"), b"content")


@pytest.mark.parametrize("text", ["", "k1", ".AAAA", "k1.%%"])
def test_what_is_no_signature_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no "):
        Signature.parse(text)


@pytest.mark.parametrize("setting", ["", "k1:", "k1:AAAA", ":" + "A" * 43])
def test_what_is_no_key_is_refused(setting: str) -> None:
    with pytest.raises(ValueError, match="no signing key"):
        Signer.of(setting)


def test_a_key_is_read_as_it_is_set() -> None:
    seed = "MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE"
    assert Signer.of(f"k1:{seed}").public == ONE.public
