"""Whose signature counts for what, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.network.keys import Key, Keys
from shared.runtime.base.keyring import Keyring, NotSigned
from shared.runtime.base.signing import Signer

PORTAL, OTHER = Signer("portal-1", b"1" * 32), Signer("portal-2", b"2" * 32)
SINCE = datetime.fromisoformat("2027-01-01T00:00:00+08:00")


def key(id: str = "portal-1", signer: Signer = PORTAL, **more: object) -> Key:
    fields = {"id": id, "owner": "portal", "use": "messages", "public": signer.public, "since": SINCE}
    return Key.model_validate(fields | more)


def test_a_signature_is_that_of_the_key_it_names_for_what_the_key_is_for() -> None:
    ring, at = Keyring(Keys((key(), key("portal-2", OTHER)))), SINCE
    signed = str(PORTAL.sign(b"content"))

    assert ring.signer_of(signed, b"content", use="messages", at=at).id == "portal-1"
    for text, content, code in (
        (signed, b"contents", "proof.wrong"),
        (signed.replace("portal-1", "portal-2"), b"content", "proof.wrong"),
        (signed.replace("portal-1", "portal-3"), b"content", "proof.unknown_key"),
        (signed[:-8], b"content", "proof.wrong"),
        ("portal-1.ä", b"content", "proof.malformed"),
        ("", b"content", "proof.malformed"),
    ):
        with pytest.raises(NotSigned) as caught:
            ring.signer_of(text, content, use="messages", at=at)
        assert caught.value.code == code, text
    with pytest.raises(NotSigned, match="no key for tokens"):
        ring.signer_of(signed, b"content", use="tokens", at=at)
    with pytest.raises(NotSigned, match="not valid"):
        ring.signer_of(signed, b"content", use="messages", at=SINCE - timedelta(days=1))


def test_while_a_key_is_changed_the_old_and_the_new_one_count_side_by_side() -> None:
    end = SINCE + timedelta(days=30)
    old, new = key(until=end), key("portal-2", OTHER, since=end - timedelta(days=1))
    ring = Keyring(Keys((old, new)))

    def counts(signer: Signer, at: datetime) -> bool:
        try:
            ring.signer_of(str(signer.sign(b"x")), b"x", use="messages", at=at)
        except NotSigned:
            return False
        return True

    assert [counts(PORTAL, SINCE), counts(OTHER, SINCE)] == [True, False]
    both = end - timedelta(hours=1)
    assert [counts(PORTAL, both), counts(OTHER, both)] == [True, True]
    assert [counts(PORTAL, end), counts(OTHER, end)] == [False, True]


def test_a_key_that_is_revoked_while_a_process_runs_proves_nothing_from_then_on() -> None:
    ring = Keyring(Keys((key(),)))
    signed, at = str(PORTAL.sign(b"x")), datetime(2027, 6, 1, tzinfo=UTC)
    ring.signer_of(signed, b"x", use="messages", at=at)

    ring.replace(Keys((key(revoked=SINCE),)))

    with pytest.raises(NotSigned):
        ring.signer_of(signed, b"x", use="messages", at=at)
