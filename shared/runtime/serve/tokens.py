"""Tokens of people and machines: who acts, for whom, in which role, until when.

A token is a JWT (HS256) that the platform signs itself. It is never logged and never stored.
An endpoint asks for it with :func:`require`:

    @app.get("/cases")
    async def cases(person: Annotated[Person, Depends(require("court_clerk", "operator"))]) -> ...

The application needs ``app.state.token_key`` and :func:`shared.runtime.serve.problems.install`.
Source: RFC 7519 (JWT), RFC 8725 (one algorithm only), RFC 6750 (bearer tokens).
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

import jwt
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import SecretStr

from shared.contracts.envelope import Actor
from shared.contracts.errors import SuyuanError
from shared.contracts.reasons import text
from shared.runtime.serve.problems import Problem

ALGORITHM: Final = "HS256"
ISSUER: Final = "suyuan"
AUDIENCE: Final = "suyuan"
LEEWAY: Final = timedelta(seconds=30)
"""How far two machines' clocks may differ."""
MIN_KEY_BYTES: Final = 32
"""A key is as long as the digest at least. Source: RFC 7518 section 3.2."""

Key = SecretStr | str

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
"""What may stand between the slashes of ``organisation/person/role``."""


class TokenError(SuyuanError):
    """A token that opens nothing; the code is ``token.invalid`` or ``token.expired``."""

    def __init__(self, code: str) -> None:
        """Take the sentences of the code."""
        reason = text(code)
        super().__init__(code=code, zh=reason.zh, en=reason.en)


@dataclass(frozen=True, slots=True)
class Person:
    """Who a token speaks for.

    Attributes:
        organisation: Id of an institution, mediation organisation or court.
        person: Id of the person; empty for a machine.
        role: The role in which the person acts.
    """

    organisation: str
    person: str
    role: str

    @property
    def actor(self) -> Actor:
        """The same as an envelope says it."""
        return Actor(self.organisation, self.person, self.role)


def mint(key: Key, *, organisation: str, person: str, role: str, ttl: timedelta, now: datetime) -> str:
    """Sign a token.

    Args:
        key: The platform's key, 32 bytes or more.
        organisation: Id of the institution, organisation or court.
        person: Id of the person; empty for a machine.
        role: The role; what it may do is decided where it is used.
        ttl: How long the token is good for, from ``now`` on.
        now: The time of signing, with zone.

    Returns:
        The token in its compact form.

    Raises:
        ValueError: The key is too short, ``ttl`` is not positive, or a word has a sign (such as ``/``)
            that would change the meaning of an actor.
    """
    secret = _secret(key)
    if ttl <= timedelta(0):
        raise ValueError("The lifetime of a token must be positive.")
    who = Person(organisation, person, role)
    if not _well_formed(who):
        raise ValueError("An organisation, person or role is letters, digits, '.', '_' and '-' only.")
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "org": organisation,
        "sub": person,
        "role": role,
        "iat": int(now.timestamp()),
        "exp": int((now + ttl).timestamp()),
    }
    return jwt.encode(claims, secret, algorithm=ALGORITHM)


def verify(key: Key, token: str, now: datetime) -> Person:
    """Read a token.

    Args:
        key: The platform's key.
        token: The compact form.
        now: The time at which it is shown, with zone.

    Returns:
        Who it speaks for.

    Raises:
        TokenError: ``token.expired``, or ``token.invalid`` for whatever else is wrong: signature,
            algorithm, issuer, audience, a missing claim, signed in the future.
        ValueError: The key is too short.
    """
    secret = _secret(key)
    try:
        claims = jwt.decode(
            token,
            secret,
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            audience=AUDIENCE,
            # Time is checked below, against the time that was passed in.
            options={
                "require": ["exp", "iat", "iss", "aud", "sub"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except (jwt.InvalidTokenError, ValueError, TypeError):
        raise TokenError("token.invalid") from None
    return _person(claims, now)


def check_key(key: SecretStr) -> None:
    """Refuse to serve without a good key.

    Raises:
        SuyuanError: ``settings.token_key``.
    """
    if len(key.get_secret_value().encode()) < MIN_KEY_BYTES:
        raise SuyuanError(
            code="settings.token_key",
            zh=f"令牌密钥不足 {MIN_KEY_BYTES} 字节。请设置 SUYUAN_TOKEN_KEY。",
            en=f"The token key has fewer than {MIN_KEY_BYTES} bytes. Set SUYUAN_TOKEN_KEY.",
        )


def require(*roles: str) -> Callable[..., Awaitable[Person]]:
    """Make a FastAPI dependency that lets in whoever has a good token with one of the roles.

    Args:
        roles: The roles that may pass; none for every role.

    Returns:
        The dependency; it gives the :class:`Person`. It answers 401 (``token.missing``,
        ``token.invalid``, ``token.expired``) or 403 (``actor.not_allowed``) as problem details.
    """

    async def person(
        request: Request,
        shown: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
    ) -> Person:
        if shown is None or not shown.credentials:
            raise Problem(401, "token.missing", headers={"WWW-Authenticate": 'Bearer realm="suyuan"'})
        state = request.app.state
        now = state.clock() if hasattr(state, "clock") else datetime.now(UTC)
        try:
            who = verify(state.token_key, shown.credentials, now)
        except TokenError as error:
            challenge = 'Bearer realm="suyuan", error="invalid_token"'
            raise Problem(401, error.code, headers={"WWW-Authenticate": challenge}) from None
        if roles and who.role not in roles:
            raise Problem(403, "actor.not_allowed")
        return who

    return person


_BEARER = HTTPBearer(auto_error=False, bearerFormat="JWT", description="A token of the platform.")


def _secret(key: Key) -> bytes:
    secret = (key.get_secret_value() if isinstance(key, SecretStr) else key).encode()
    if len(secret) < MIN_KEY_BYTES:
        raise ValueError(f"The token key has {len(secret)} bytes; set one of {MIN_KEY_BYTES} or more.")
    return secret


def _person(claims: dict[str, Any], now: datetime) -> Person:
    issued, expires = claims["iat"], claims["exp"]
    who = Person(claims.get("org", ""), claims["sub"], claims.get("role", ""))
    if not _well_formed(who) or not all(type(one) is int for one in (issued, expires)):
        raise TokenError("token.invalid")
    seconds = now.timestamp()
    if issued > seconds + LEEWAY.total_seconds():
        raise TokenError("token.invalid")
    if expires <= seconds - LEEWAY.total_seconds():
        raise TokenError("token.expired")
    return who


def _well_formed(who: Person) -> bool:
    return _is_word(who.organisation) and _is_word(who.role) and (who.person == "" or _is_word(who.person))


def _is_word(value: object) -> bool:
    return isinstance(value, str) and _WORD.fullmatch(value) is not None
