"""What may be seen of a party and of its dispute outside intake: a masked name, and keyed hashes.

A plain hash of an identity number or of an institution's reference is no mask: whoever can list what may be
behind it finds it. A keyed one says only that two are the same, and only to whoever holds the key.

That a debtor of one institution is one of another's is for intake alone to know. Outside of it a party has a
token of its institution: intake makes it of the party's own one, and finds that again with the key.
"""

import base64
import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from shared.casework.case_ids import case_id

COMPOUND_SURNAMES = frozenset(
    (
        "欧阳 太史 上官 端木 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 "
        "公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 "
        "壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 公户 梁丘 "
        "左丘 东门 西门 第五"
    ).split()
)
"""复姓: surnames of two characters."""

TOKEN_LENGTH = 32
"""Hexadecimal characters of a party token: 128 bits."""

TOLD_PREFIX = "pt1"
"""How a party's token of an institution begins; intake's own has hexadecimal digits alone."""

MATCHES_PREFIX = "mt1"
"""How the ids of the streams of matches begin."""

NUMBER_PREFIX = "nr1"
"""How the ids of the streams of case numbers begin."""

_BETWEEN_WORDS = re.compile(r"([\s·•・‧]+)")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")
_NOT_OF_ID = re.compile(r"[^0-9A-Z]")
_NOT_OF_CONTRACT = re.compile(r"[\W_]+")


_BETWEEN = b"\x1f"


@dataclass(frozen=True, slots=True)
class KeyedHashes:
    """The keyed hashes of an arrangement: each kind has a key of its own, derived from one secret.

    Attributes:
        key: The secret; another one gives other hashes.
    """

    key: bytes

    def party(self, id_number: str) -> str:
        """Return the token of a party, the same for every institution: intake's own."""
        return party_token(self.key, id_number)

    def told(self, institution: str, token: str) -> str:
        """Return the token that a party has for one institution: what others are told; empty for none.

        It is the other one and the institution, sealed, so two institutions have nothing in common and intake
        needs no list. Source: RFC 5297 (AES-SIV, deterministic).
        """
        if not token:
            return ""
        sealed = _cipher(self.key).encrypt(bytes.fromhex(token) + institution.encode(), None)
        return TOLD_PREFIX + base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def own(self, told: str) -> str:
        """Return intake's own token of a party; what was told before institutions had their own is that.

        Raises:
            InvalidTag: It was not made with this key.
        """
        if not told.startswith(TOLD_PREFIX):
            return told
        sealed = told.removeprefix(TOLD_PREFIX)
        opened = _cipher(self.key).decrypt(base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4)), None)
        return opened[: TOKEN_LENGTH // 2].hex()

    def reference(self, institution: str, reference: str) -> str:
        """Return the hash of an institution's own reference of a dispute: 64 hexadecimal characters."""
        text = b"suyuan/reference" + _BETWEEN + institution.encode() + _BETWEEN + reference.encode()
        return hmac.digest(self.key, text, hashlib.sha256).hex()

    def case(self, institution: str, reference: str) -> str:
        """Return the id of a dispute."""
        return case_id(self.key, institution, reference)

    def contract(self, institution: str, number: str) -> str:
        """Return the hash of an institution's contract, the same in any spelling; empty for no number."""
        plain = _NOT_OF_CONTRACT.sub("", unicodedata.normalize("NFKC", number).upper())
        if not plain:
            return ""
        text = b"suyuan/contract" + _BETWEEN + institution.encode() + _BETWEEN + plain.encode()
        return hmac.digest(self.key, text, hashlib.sha256).hex()

    def number(self, case_number: str) -> str:
        """Return the id of the stream of a case number."""
        text = b"suyuan/number" + _BETWEEN + case_number.encode()
        return NUMBER_PREFIX + hmac.digest(self.key, text, hashlib.sha256).hex()[:TOKEN_LENGTH]

    def matches(self, token: str) -> str:
        """Return the id of the stream in which the disputes of a party are matched, of all institutions.

        It follows from either token only with the key, so outside intake it links nobody's cases.
        """
        text = b"suyuan/matches" + _BETWEEN + self.own(token).encode()
        return MATCHES_PREFIX + hmac.digest(self.key, text, hashlib.sha256).hex()[:TOKEN_LENGTH]


@cache
def _cipher(key: bytes) -> AESSIV:
    return AESSIV(hmac.digest(key, b"suyuan/told", hashlib.sha256))


def mask_name(name: str) -> str:
    """Return a masked name: 张*三, 张*, 欧阳*明, ``J** S**``; at least one character is always hidden.

    Args:
        name: As filed; outer blanks do not count.

    Returns:
        The surname and, from three characters on, the last character of a Chinese name; the first
        letter of each word of any other; ``*`` where nothing may be shown.
    """
    words = _BETWEEN_WORDS.split(unicodedata.normalize("NFKC", name).strip())
    if len(words) == 1 and _HAN.fullmatch(words[0]):
        return _mask_chinese(words[0])
    return "".join(word if i % 2 else _mask_word(word) for i, word in enumerate(words))


def normalise_id(number: str) -> str:
    """Return an id number in one form: no full-width digits, small x, blanks or dashes."""
    return _NOT_OF_ID.sub("", unicodedata.normalize("NFKC", number).upper())


def party_token(key: bytes, id_number: str) -> str:
    """Return the keyed hash of a party: the same person, the same token; no way back without the key.

    Args:
        key: The secret of this arrangement; another key gives other tokens.
        id_number: Identity card, passport or credit code, in any spelling.

    Returns:
        32 hexadecimal characters of an HMAC-SHA256; empty if the number has no letter or digit.
    """
    number = normalise_id(id_number)
    if not number:
        return ""
    return hmac.digest(key, number.encode(), hashlib.sha256).hex()[:TOKEN_LENGTH]


def _mask_chinese(name: str) -> str:
    if len(name) == 1:
        return "*"
    surname = name[:2] if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else name[:1]
    hidden = len(name) - len(surname)
    if hidden == 1:
        return surname + "*"
    return surname + "*" * min(hidden - 1, 3) + name[-1]


def _mask_word(word: str) -> str:
    return "*" if len(word) < 2 else word[0] + "**"
