"""Tokens of people and machines: who acts, for whom, in which role, at which service, until when.

A token is a JWT that the holder of the token key signs with Ed25519; services check with the public key.
It is never logged and never stored. An endpoint asks for it with :func:`require`:

    @app.get("/cases")
    async def cases(person: Annotated[Person, Depends(require("court_clerk", "operator"))]) -> ...

The application needs ``app.state.tokens`` and :func:`shared.runtime.serve.problems.install`. An identity
provider (OpenID Connect) may issue the same claims: iss, aud, sub, iat, exp, jti, and org and role.
Source: RFC 7519 (JWT), RFC 8037 (EdDSA), RFC 8725 (one algorithm only), RFC 6750 (bearer tokens).
"""

import re
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, Protocol

import jwt
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import SecretStr

from shared.contracts.envelope import Actor
from shared.contracts.errors import SuyuanError
from shared.contracts.reasons import text
from shared.runtime.base.keyring import Keyring
from shared.runtime.base.signing import Signer
from shared.runtime.serve.problems import Problem

ALGORITHM: Final = "EdDSA"
ISSUER: Final = "suyuan"
PORTAL: Final = "portal"
LIFE: Final = timedelta(hours=12)
"""How long a token is good for unless it says otherwise."""
LEEWAY: Final = timedelta(seconds=30)
"""How far two machines' clocks may differ."""

Key = SecretStr | str | Signer

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
"""What may stand between the slashes of ``organisation/person/role``."""


class TokenError(SuyuanError):
    """A token that opens nothing: ``token.invalid``, ``.expired``, ``.revoked`` or ``.not_listed``."""

    def __init__(self, code: str) -> None:
        """Take the sentences of the code."""
        reason = text(code)
        super().__init__(code=code, zh=reason.zh, en=reason.en)


@dataclass(frozen=True, slots=True)
class Person:
    """Who a token speaks for.

    Attributes:
        organisation: Id of an institution, mediation organisation or court; of a party its case.
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


class Directory(Protocol):
    """Knows who is who now: network and rosters."""

    async def lists(self, person: Person) -> bool:
        """Say whether somebody still has this role in this organisation."""
        ...


def mint(
    key: Key,
    *,
    organisation: str,
    person: str,
    role: str,
    now: datetime,
    ttl: timedelta = LIFE,
    audience: Sequence[str] = (PORTAL,),
    id: str | None = None,
) -> str:
    """Sign a token.

    Args:
        key: The token key, or its setting ``id:base64url``.
        organisation: Id of the institution, organisation or court; of a party its case.
        person: Id of the person; empty for a machine.
        role: The role; what it may do is decided where it is used.
        now: The time of signing, with zone.
        ttl: How long the token is good for, from ``now`` on.
        audience: The services that it opens.
        id: Its id, by which it can be revoked; a fresh one when ``None``.

    Returns:
        The token in its compact form.

    Raises:
        ValueError: There is no key, ``ttl`` is not positive, or a word has a sign (such as ``/``)
            that would change the meaning of an actor.
    """
    signer = _signer(key)
    if ttl <= timedelta(0):
        raise ValueError("The lifetime of a token must be positive.")
    if not _well_formed(Person(organisation, person, role)):
        raise ValueError("An organisation, person or role is letters, digits, '.', '_' and '-' only.")
    claims = {
        "iss": ISSUER,
        "aud": list(audience),
        "jti": id or secrets.token_hex(12),
        "org": organisation,
        "sub": person,
        "role": role,
        "iat": int(now.timestamp()),
        "exp": int((now + ttl).timestamp()),
    }
    return jwt.encode(claims, signer.private, algorithm=ALGORITHM, headers={"kid": signer.id})


def id_of(token: str) -> str:
    """Return the id of a token that was just signed; nothing is checked."""
    return str(jwt.decode(token, options={"verify_signature": False})["jti"])


class TokenChecker:
    """Reads the tokens that one service is shown.

    Args:
        keyring: The public keys, and the tokens that are revoked.
        audience: The service; a token for others opens nothing here.
        directory: Who has which role now.
    """

    def __init__(self, keyring: Keyring, audience: str, directory: Directory) -> None:
        self._keyring = keyring
        self._audience = audience
        self._directory = directory

    async def person(self, token: str, now: datetime) -> Person:
        """Return who a token speaks for.

        Args:
            token: The compact form.
            now: The time at which it is shown, with zone.

        Raises:
            TokenError: As :meth:`claimed`; ``token.not_listed``: network or rosters do not know the person in
                this role (any more).
        """
        who = self.claimed(token, now)
        if not await self._directory.lists(who):
            raise TokenError("token.not_listed")
        return who

    def claimed(self, token: str, now: datetime) -> Person:
        """Return who a token says it speaks for.

        Raises:
            TokenError: ``token.expired``, ``token.revoked``, or ``token.invalid`` for whatever else is wrong:
                signature, key, algorithm, issuer, audience, a missing claim, signed in the future.
        """
        try:
            key = self._keyring.public(str(jwt.get_unverified_header(token).get("kid")), "tokens", now)
            claims = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                issuer=ISSUER,
                audience=self._audience,
                # Time is checked below, against the time that was passed in.
                options={
                    "require": ["exp", "iat", "iss", "aud", "sub", "jti"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except (jwt.InvalidTokenError, LookupError, ValueError, TypeError):
            raise TokenError("token.invalid") from None
        who = _person(claims, now)
        if claims["jti"] in self._keyring.keys.revoked_tokens:
            raise TokenError("token.revoked")
        return who


Still = Callable[[], Awaitable[bool]]
"""Says whether a token that was shown opens anything now."""


_BEARER = HTTPBearer(auto_error=False, bearerFormat="JWT", description="A token of the platform.")


def require(*roles: str) -> Callable[..., Awaitable[Person]]:
    """Make a FastAPI dependency that lets in whoever has a good token with one of the roles.

    Args:
        roles: The roles that may pass; none for every role.

    Returns:
        The dependency; it gives the :class:`Person`. It answers 401 (``token.missing``, ``token.invalid``,
        ``token.expired``, ``token.revoked``, ``token.not_listed``) or 403 (``actor.not_allowed``) as problem
        details.
    """

    async def person(
        request: Request,
        shown: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
    ) -> Person:
        if shown is None or not shown.credentials:
            raise Problem(401, "token.missing", headers={"WWW-Authenticate": 'Bearer realm="suyuan"'})
        try:
            who = await _who(request, shown.credentials)
        except TokenError as error:
            challenge = 'Bearer realm="suyuan", error="invalid_token"'
            raise Problem(401, error.code, headers={"WWW-Authenticate": challenge}) from None
        if roles and who.role not in roles:
            raise Problem(403, "actor.not_allowed")
        return who

    return person


async def still(
    request: Request, shown: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
) -> Still:
    """Return how an answer without an end asks again: its token may be revoked, expired, or its person gone.

    Used beside :func:`require`, as a dependency.
    """

    async def opens() -> bool:
        try:
            await _who(request, "" if shown is None else shown.credentials)
        except TokenError:
            return False
        return True

    return opens


async def _who(request: Request, token: str) -> Person:
    state = request.app.state
    tokens: TokenChecker = state.tokens
    now = state.clock() if hasattr(state, "clock") else datetime.now(UTC)
    return await tokens.person(token, now)


def _signer(key: Key) -> Signer:
    if isinstance(key, Signer):
        return key
    return Signer.of(key.get_secret_value() if isinstance(key, SecretStr) else key)


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
