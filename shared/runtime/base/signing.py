"""Signatures: who holds a private key signs, everybody with its public key can check.

Source: RFC 8032 (Ed25519).
"""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.contracts.proof import HEADER as PROOF
from shared.contracts.proof import signed_content

_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature and the id of the key that made it; as text ``id.base64url``."""

    key: str
    raw: bytes

    def __str__(self) -> str:
        """Return the form that travels in headers and files."""
        return f"{self.key}.{text_of(self.raw)}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the form that travels.

        Raises:
            ValueError: It is none.
        """
        key, dot, raw = text.rpartition(".")
        if not dot or not key:
            raise ValueError("no signature")
        return cls(key, bytes_of(raw))


class Signer:
    """A private key with its id.

    Args:
        id: By which those who check find the public key.
        seed: 32 bytes.
    """

    def __init__(self, id: str, seed: bytes) -> None:
        self.id = id
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    @classmethod
    def of(cls, setting: str) -> Self:
        """Read ``id:base64url`` of the 32 bytes.

        Raises:
            ValueError: It is none.
        """
        id, _, seed = setting.partition(":")
        raw = bytes_of(seed)
        if not id or len(raw) != _KEY_BYTES:
            raise ValueError("no signing key")
        return cls(id, raw)

    @property
    def private(self) -> Ed25519PrivateKey:
        """The private key, for formats that sign in their own way."""
        return self._key

    @property
    def public(self) -> str:
        """The public key, base64url: anybody may know it."""
        return text_of(self._key.public_key().public_bytes_raw())

    def sign(self, content: bytes) -> Signature:
        """Return the signature of some bytes."""
        return Signature(self.id, self._key.sign(content))


def proof_of(
    signer: Signer,
    topic: str,
    key: bytes | None,
    headers: Iterable[tuple[str, bytes]],
    value: bytes | None,
) -> tuple[str, bytes]:
    """Return the header that proves who sends a message, to be added to the others.

    Args:
        signer: The sender's key.
        topic: Where the message is sent.
        key: Its key.
        headers: Its headers, each once.
        value: Its value.
    """
    return PROOF, str(signer.sign(signed_content(topic, key, dict(headers), value))).encode()


def public_key(text: str) -> Ed25519PublicKey:
    """Return a public key that is written as :attr:`Signer.public`.

    Raises:
        ValueError: It is none.
    """
    return Ed25519PublicKey.from_public_bytes(bytes_of(text))


def holds(key: Ed25519PublicKey, signature: Signature, content: bytes) -> bool:
    """Tell whether the owner of a public key made a signature of this content."""
    try:
        key.verify(signature.raw, content)
    except InvalidSignature:
        return False
    return True


def text_of(raw: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def bytes_of(text: str) -> bytes:
    """Return the bytes of base64url without padding.

    Raises:
        ValueError: It is none.
    """
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("no base64url") from error
