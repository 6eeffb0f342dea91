"""A sealed box to mediation: anybody may put something in, mediation alone can open it.

Each ciphertext is bound to command, field, case and sender, so that a copy opens nowhere else.

Source: RFC 9180 (HPKE: X25519, HKDF-SHA256, AES-256-GCM); RFC 5869 (HKDF).
"""

from collections.abc import Mapping
from typing import Any, Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from shared.contracts.envelope import Actor
from shared.contracts.errors import SuyuanError
from shared.contracts.message import Command
from shared.contracts.sealed import bound_to, packed, sealed_fields
from shared.runtime.base.signing import bytes_of, text_of
from shared.runtime.base.vault import Vault, derived, secrets_in

_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_BOX, _AT_REST = b"suyuan/sealed-box", b"suyuan/concessions"


class Sealer:
    """Seals with mediation's public key.

    Args:
        id: Id of the key.
        key: The key.
    """

    def __init__(self, id: str, key: X25519PublicKey) -> None:
        self._id, self._key = id, key

    @classmethod
    def of(cls, public: str) -> Self:
        """Read a public key as :meth:`SealingKeys.public` writes it.

        Raises:
            ValueError: It is none.
        """
        id, _, key = public.partition(":")
        return cls(id, X25519PublicKey.from_public_bytes(bytes_of(key)))

    def seal(self, plain: bytes, bound: bytes) -> str:
        """Return the ciphertext of some bytes, bound to what they are about."""
        return f"{self._id}.{text_of(_SUITE.encrypt(plain, self._key, bound))}"

    def command(self, cls: type[Command], fields: Mapping[str, Any], case: str, actor: Actor) -> Command:
        """Return a command whose confidential fields, given in clear, are sealed.

        Args:
            cls: The command.
            fields: All its fields by name.
            case: What it is about.
            actor: Who sends it.
        """
        sealed = {
            name: self.seal(packed(kind, fields[name]), bound_to(cls.wire_type, name, case, str(actor)))
            for name, kind in sealed_fields(cls).items()
        }
        return cls(**{**fields, **sealed})


class SealingKeys:
    """Mediation's keys: they open what was sealed to it, and seal what it keeps of that.

    Args:
        secrets: Secrets by id, the one of now first; the others open what was sealed before.
    """

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._keys = {
            id: X25519PrivateKey.from_private_bytes(derived(secret, _BOX)) for id, secret in secrets.items()
        }
        self._newest = next(iter(secrets))
        self.vault = Vault({id: derived(secret, _AT_REST) for id, secret in secrets.items()})

    @classmethod
    def of(cls, setting: str) -> Self:
        """Read the setting ``id:secret,id:secret,…``; a secret alone has the id 1.

        Raises:
            SuyuanError: ``settings.sealing_keys``: there is none, one is too short, or an id stands twice.
        """
        secrets = secrets_in(setting)
        if secrets is None:
            raise SuyuanError(
                code="settings.sealing_keys",
                zh="密封密钥缺失、过短或编号重复。请设置 SUYUAN_SEALING_KEYS(编号:密钥,…)。",
                en="A sealing key is missing, too short, or its id stands twice. "
                "Set SUYUAN_SEALING_KEYS (id:secret,…).",
            )
        return cls(secrets)

    @property
    def public(self) -> str:
        """The public key of now, ``id:base64url``: anybody may know it."""
        return f"{self._newest}:{text_of(self._keys[self._newest].public_key().public_bytes_raw())}"

    def open(self, sealed: str, bound: bytes) -> bytes | None:
        """Return what was sealed; ``None`` for what another key, case or sender keeps shut."""
        id, _, text = sealed.partition(".")
        key = self._keys.get(id)
        if key is None:
            return None
        try:
            return _SUITE.decrypt(bytes_of(text), key, bound)
        except (InvalidTag, ValueError):
            return None
