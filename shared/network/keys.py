"""Public keys: whose they are, what they are for, from when until when; and which tokens are revoked.

They stand under `keys` in the network file, in a keys file beside it (`SUYUAN_KEYS`), or some in one and some
in the other. The keys file is looked at again while a service runs, so what may have to be revoked in a hurry
stands there:

    format: 1
    keys:
      - id: p-operator-1-2027
        owner: p-operator-1
        use: messages
        public: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo
        since: 2027-01-01T00:00:00+08:00
        until: 2028-01-01T00:00:00+08:00
        revoked: 2027-06-30T09:00:00+08:00
    revoked_tokens:
      - {id: 0b9c2c1e6a0f4d0e, until: 2027-03-01T21:00:00+08:00}
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Final, Literal, NamedTuple, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from shared.network.patterns import ID, KEY_ID, PUBLIC_KEY, TOKEN_ID
from shared.network.strict import Strict, Time, many

__all__ = [
    "KEY_OWNERS",
    "KEY_TIMES",
    "MOST_KEYS",
    "Key",
    "KeyUse",
    "Keys",
    "KeysFile",
    "Owners",
    "RevokedToken",
]

MOST_KEYS: Final = 5000
KEY_TIMES: Final = "key_times"
"""The type of pydantic's error when a key ends before it begins."""

KeyUse = Literal["messages", "tokens", "history", "witness", "notices"]
"""What a key signs: commands and the court's answers, tokens, the digests of a history, such digests as
somebody else has seen them, or notices that leave the platform. No key has two uses."""


class Owners(NamedTuple):
    """Who may own a key of one use."""

    kinds: frozenset[str]
    zh: str
    en: str


KEY_OWNERS: Final[Mapping[str, Owners]] = {
    "messages": Owners(
        frozenset({"service", "court", "operator"}),
        "服务、法院或运维人员",
        "a service, the court or an operator",
    ),
    "tokens": Owners(frozenset({"court"}), "法院", "the court"),
    "history": Owners(frozenset({"service"}), "服务", "a service"),
    "notices": Owners(frozenset({"service"}), "服务", "a service"),
    "witness": Owners(frozenset({"member"}), "成员", "a member"),
}


class Key(Strict):
    """A public key. What it signs while it is valid, by the broker's time, speaks for its owner."""

    id: Annotated[str, Field(pattern=KEY_ID)]
    """By which a signature names it; never given again."""
    owner: Annotated[str, Field(pattern=f"(?:{ID})|^court_bridge$")]
    """A service, a member of the network, or an operator."""
    use: KeyUse
    public: Annotated[str, Field(pattern=PUBLIC_KEY)]
    """Ed25519, base64url (RFC 8032, RFC 4648 section 5)."""
    since: Time
    """From when on it counts."""
    until: Time | None = None
    """From when on it counts no more; None: until it is revoked."""
    revoked: Time | None = None
    """From when on nothing counts that it signs, since somebody else may have it."""

    @model_validator(mode="after")
    def _ends_after_its_begin(self) -> Self:
        if self.until is not None and self.until <= self.since:
            raise PydanticCustomError(KEY_TIMES, "until is not after since")
        return self

    def is_valid(self, at: datetime) -> bool:
        """Say whether what it signed counts that the broker, or whoever asks, had at some time."""
        ends = [one for one in (self.until, self.revoked) if one is not None]
        return self.since <= at and all(at < end for end in ends)


class RevokedToken(Strict):
    """A token that opens nothing any more, though its time is not over."""

    id: Annotated[str, Field(pattern=TOKEN_ID)]
    until: Time
    """When it would have expired; the entry can go then."""


class KeysFile(Strict):
    """A keys file."""

    format: Literal[1]
    keys: Annotated[tuple[Key, ...], many(MOST_KEYS, 0)] = ()
    revoked_tokens: Annotated[tuple[RevokedToken, ...], many(20_000, 0)] = ()

    def text(self) -> str:
        """Return the file as it is written: an entry a line, in the order of their coming."""
        lines = ["format: 1", "keys:" if self.keys else "keys: []"]
        lines += [_line(one) for one in self.keys]
        lines.append("revoked_tokens:" if self.revoked_tokens else "revoked_tokens: []")
        lines += [_line(one) for one in self.revoked_tokens]
        return "\n".join(lines) + "\n"


def _line(entry: Strict) -> str:
    fields = entry.model_dump(exclude_none=True)
    shown = {n: v.isoformat() if isinstance(v, datetime) else json.dumps(v) for n, v in fields.items()}
    return "  - {" + ", ".join(f"{name}: {value}" for name, value in shown.items()) + "}"


@dataclass(frozen=True, slots=True)
class Keys:
    """All keys that a process knows, those of the network file and those of the keys file.

    Attributes:
        all: The keys, valid or not.
        revoked_tokens: Ids of tokens that open nothing.
        signed_since: From when on, by the broker's time, messages that need a signature must have one;
            ``None`` for always.
    """

    all: tuple[Key, ...] = ()
    revoked_tokens: frozenset[str] = frozenset()
    signed_since: datetime | None = None
    _by_id: Mapping[str, Key] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Make the lookup."""
        object.__setattr__(self, "_by_id", {one.id: one for one in self.all})

    def get(self, id: str) -> Key | None:
        """Return the key with an id, valid or not; ``None`` for none."""
        return self._by_id.get(id)

    def of(self, use: KeyUse, at: datetime) -> list[Key]:
        """Return the keys of one use that are valid at a time."""
        return [one for one in self.all if one.use == use and one.is_valid(at)]
