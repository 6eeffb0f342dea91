"""The keys that a process knows, ready to check signatures; whoever checks holds no private one."""

from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from shared.network.keys import Key, Keys, KeyUse
from shared.runtime.base.signing import Signature, holds, public_key

MALFORMED: Final = "proof.malformed"
UNKNOWN_KEY: Final = "proof.unknown_key"
KEY_NOT_VALID: Final = "proof.key_not_valid"
WRONG: Final = "proof.wrong"


class NotSigned(Exception):
    """A signature that proves nothing.

    Attributes:
        code: Reason code, ``proof.…``.
        detail: What exactly.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class Keyring:
    """Checks signatures.

    Args:
        keys: The keys.
    """

    def __init__(self, keys: Keys) -> None:
        self._public: dict[str, Ed25519PublicKey] = {}
        self.keys = keys

    def replace(self, keys: Keys) -> None:
        """Know other keys from now on: one was added, or revoked."""
        self.keys = keys
        self._public.clear()

    def signer_of(self, text: str, content: bytes, *, use: KeyUse, at: datetime) -> Key:
        """Return the key that made a signature.

        Args:
            text: The signature as it travels, ``id.base64url``.
            content: What was signed.
            use: What the key must be for.
            at: When it must be valid.

        Raises:
            NotSigned: ``proof.malformed``, ``proof.unknown_key`` (or one for something else),
                ``proof.key_not_valid`` (not yet, no more, or revoked), ``proof.wrong``.
        """
        try:
            signature = Signature.parse(text)
        except ValueError:
            raise NotSigned(MALFORMED, "it is not id.base64url") from None
        return self.owner_of(signature, content, use=use, at=at)

    def owner_of(self, signature: Signature, content: bytes, *, use: KeyUse, at: datetime) -> Key:
        """Return the key that made a signature; like :meth:`signer_of`, of one that is read already.

        Raises:
            NotSigned: As :meth:`signer_of`.
        """
        key = self.keys.get(signature.key)
        if key is None or key.use != use:
            raise NotSigned(UNKNOWN_KEY, f"no key for {use} has the id {signature.key[:64]!r}")
        if not key.is_valid(at):
            raise NotSigned(
                KEY_NOT_VALID, f"the key {key.id} of {key.owner} is not valid at {at.isoformat()}"
            )
        if not holds(self._key(key), signature, content):
            raise NotSigned(WRONG, f"the key {key.id} of {key.owner} did not sign this")
        return key

    def public(self, id: str, use: KeyUse, at: datetime) -> Ed25519PublicKey:
        """Return a public key, for formats that check in their own way.

        Raises:
            LookupError: None is known by this id for this use, or it is not valid at that time.
        """
        key = self.keys.get(id)
        if key is None or key.use != use or not key.is_valid(at):
            raise LookupError(id)
        return self._key(key)

    def _key(self, key: Key) -> Ed25519PublicKey:
        public = self._public.get(key.id)
        if public is None:
            public = self._public[key.id] = public_key(key.public)
        return public


def signed_by(
    keys: Keys, use: KeyUse, owner: str, text: str, content: bytes, *, left_by: datetime | None = None
) -> bool:
    """Tell whether a signature under a day of history is its owner's, without knowing when it was made.

    Args:
        keys: The public keys; days are believed where none for them is known.
        use: What the key must be for.
        owner: Whose it must be.
        text: The signature, ``id.base64url``.
        content: What was signed.
        left_by: When what was signed came to be: a key that had ended by then cannot have signed it.
    """
    if not any(one.use == use for one in keys.all):
        return use == "history"
    try:
        signature = Signature.parse(text)
    except ValueError:
        return False
    key = keys.get(signature.key)
    if key is None or (key.use, key.owner) != (use, owner) or key.revoked is not None:
        return False
    if left_by is not None and key.until is not None and key.until <= left_by:
        return False
    return holds(public_key(key.public), signature, content)
