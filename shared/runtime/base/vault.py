"""Personal data at rest: a key for each subject, itself encrypted with a key that no database holds.

Erasing a subject is forgetting its row: its data key stands nowhere else. A backup of the row dies with the
key-encryption key that it was sealed under, once that one is destroyed.

Source: NIST SP 800-38D (AES-GCM), RFC 5869 (HKDF).
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.contracts.errors import SuyuanError

MIN_SECRET_CHARACTERS: Final = 32

_KEY_BYTES, _NONCE_BYTES = 32, 12
_FIRST: Final = "1"
"""Id of a key that is given without one."""
_KEY: Final = re.compile(r"(?:([a-z0-9-]{1,16}):)?([^:,\s]+)")
_PERSONAL: Final = b"suyuan/personal-data"
_RECORDS: Final = b"suyuan/records"
_KEY_OF_A_ROW, _DATA_OF_A_ROW = b"suyuan/key/", b"suyuan/data/"


class CannotOpen(SuyuanError):
    """Sealed data cannot be read: its key is not among the settings, or the row was changed."""


@dataclass(frozen=True, slots=True)
class DataKey:
    """A data key in the open: what is sealed with it stands elsewhere, and dies with the row of the key.

    Attributes:
        name: What it belongs to; neither the key nor what it sealed opens under another name.
        row: How it is kept: ``by``, the id of the key-encryption key, and ``key``, encrypted with it.
        secret: The key.
    """

    name: str
    row: Mapping[str, Any]
    secret: bytes = field(repr=False)

    def seal(self, part: str, plain: bytes) -> bytes:
        """Return a part of what the key belongs to, encrypted."""
        return _encrypted(AESGCM(self.secret), plain, self._bound(part), os.urandom(_NONCE_BYTES))

    def open(self, part: str, sealed: bytes) -> bytes:
        """Return a part again.

        Raises:
            CannotOpen: It was changed, or is another part or belongs to something else.
        """
        return _decrypted(AESGCM(self.secret), sealed, self._bound(part))

    def _bound(self, part: str) -> bytes:
        return _DATA_OF_A_ROW + f"{part}/{self.name}".encode()


class Vault:
    """Seals and opens what is personal in a row of a subject.

    A sealed row has three fields: ``by``, the id of the key-encryption key; ``key``, the data key, encrypted
    with it; ``data``, the data, encrypted with the data key. Both are bound to the subject: the row of
    another one does not open.

    Args:
        keys: Key-encryption keys by id, the one that seals first; the others open what was sealed before.
    """

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._ciphers = {id: AESGCM(key) for id, key in keys.items()}
        self.newest = next(iter(keys))

    @classmethod
    def of(cls, setting: str) -> Self:
        """Read the setting ``id:secret,id:secret,…``; a secret alone has the id 1.

        Raises:
            SuyuanError: ``settings.personal_keys``: there is none, one is too short, or an id stands twice.
        """
        secrets = secrets_in(setting)
        if secrets is None:
            raise SuyuanError(
                code="settings.personal_keys",
                zh=f"个人信息密钥缺失、不足 {MIN_SECRET_CHARACTERS} 位或编号重复。"
                "请设置 SUYUAN_PERSONAL_KEYS(编号:密钥,…)。",
                en="A key of personal data is missing, has fewer than "
                f"{MIN_SECRET_CHARACTERS} characters, or its id stands twice. "
                "Set SUYUAN_PERSONAL_KEYS (id:secret,…).",
            )
        return cls({id: derived(secret, _PERSONAL) for id, secret in secrets.items()})

    @classmethod
    def of_records(cls, setting: str) -> Self | None:
        """Read the setting of the keys of dead letters and held records; ``None`` for an empty one.

        Raises:
            SuyuanError: ``settings.record_keys``: one is too short, or an id stands twice.
        """
        if not setting:
            return None
        secrets = secrets_in(setting)
        if secrets is None:
            raise SuyuanError(
                code="settings.record_keys",
                zh=f"死信密钥不足 {MIN_SECRET_CHARACTERS} 位或编号重复。"
                "请更正 SUYUAN_RECORD_KEYS(编号:密钥,…)。",
                en=f"A key of dead letters has fewer than {MIN_SECRET_CHARACTERS} characters, "
                "or its id stands twice. Correct SUYUAN_RECORD_KEYS (id:secret,…).",
            )
        return cls({id: derived(secret, _RECORDS) for id, secret in secrets.items()})

    def fresh(self, name: str) -> DataKey:
        """Return a new data key."""
        key = os.urandom(_KEY_BYTES)
        return DataKey(name, self._wrapped(name, key), key)

    def data_key(self, name: str, row: Mapping[str, Any]) -> DataKey:
        """Return the data key of a row that keeps it.

        Raises:
            CannotOpen: Its key-encryption key is not among those of this process, or the row was changed.
        """
        return DataKey(name, row, self._key(name, row))

    def seal(self, subject: str, plain: bytes) -> dict[str, Any]:
        """Return the sealed row of a subject's data, under a fresh data key."""
        dice = os.urandom(_KEY_BYTES + 2 * _NONCE_BYTES)  # one call of the system for all three
        key, nonces = dice[:_KEY_BYTES], dice[_KEY_BYTES:]
        name = subject.encode()
        data = _encrypted(AESGCM(key), plain, _DATA_OF_A_ROW + name, nonces[:_NONCE_BYTES])
        wrapped = _encrypted(self._ciphers[self.newest], key, _KEY_OF_A_ROW + name, nonces[_NONCE_BYTES:])
        return {"by": self.newest, "key": wrapped, "data": data}

    def open(self, subject: str, row: Mapping[str, Any]) -> bytes:
        """Return the data of a sealed row.

        Raises:
            CannotOpen: ``personal_data.unreadable``.
        """
        key = self._key(subject, row)
        return _decrypted(AESGCM(key), row["data"], _DATA_OF_A_ROW + subject.encode())

    def renewed(self, subject: str, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return a sealed row with its data key under the newest key; the data stay as they are.

        Raises:
            CannotOpen: ``personal_data.unreadable``.
        """
        return {**self._wrapped(subject, self._key(subject, row)), "data": row["data"]}

    def _wrapped(self, subject: str, key: bytes) -> dict[str, Any]:
        """Return how a data key is kept: under the newest key."""
        bound = _KEY_OF_A_ROW + subject.encode()
        wrapped = _encrypted(self._ciphers[self.newest], key, bound, os.urandom(_NONCE_BYTES))
        return {"by": self.newest, "key": wrapped}

    def _key(self, subject: str, row: Mapping[str, Any]) -> bytes:
        cipher = self._ciphers.get(row["by"])
        if cipher is None:
            raise _cannot_open()
        return _decrypted(cipher, row["key"], _KEY_OF_A_ROW + subject.encode())


def _encrypted(cipher: AESGCM, plain: bytes, bound: bytes, nonce: bytes) -> bytes:
    return nonce + cipher.encrypt(nonce, plain, bound)


def _decrypted(cipher: AESGCM, sealed: bytes, bound: bytes) -> bytes:
    try:
        return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound)
    except (InvalidTag, ValueError):
        raise _cannot_open() from None


def _cannot_open() -> CannotOpen:
    return CannotOpen(
        code="personal_data.unreadable",
        zh="个人信息无法解密。请核对 SUYUAN_PERSONAL_KEYS 是否含有加密时的密钥。",
        en="The personal data cannot be decrypted. Check that SUYUAN_PERSONAL_KEYS has the key "
        "that they were sealed with.",
    )


def secrets_in(setting: str) -> dict[str, str] | None:
    """Return the secrets of a setting ``id:secret,id:secret,…`` by id; a secret alone has the id 1.

    Returns:
        ``None`` where there is none, one is too short, or an id stands twice.
    """
    found = [_KEY.fullmatch(one.strip()) for one in setting.split(",")]
    secrets = [(one[1] or _FIRST, one[2]) for one in found if one is not None]
    short = any(len(secret) < MIN_SECRET_CHARACTERS for _, secret in secrets)
    if len(secrets) < len(found) or short or len(dict(secrets)) < len(secrets):
        return None
    return dict(secrets)


def derived(secret: str, use: bytes) -> bytes:
    """Return the key of a secret for one use; those of two uses have nothing in common."""
    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=use).derive(secret.encode())
