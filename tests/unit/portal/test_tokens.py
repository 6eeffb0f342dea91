"""Tokens: what opens a door, and everything that does not."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, cast

import httpx
import jwt
import pytest
from fastapi import Depends, FastAPI
from pydantic import SecretStr

from shared.contracts.envelope import Actor
from shared.runtime.serve.problems import MEDIA_TYPE, install
from shared.runtime.serve.tokens import Person, TokenError, mint, require, verify

KEY = SecretStr("k" * 32)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def token(**changes: Any) -> str:
    who: dict[str, Any] = {
        "organisation": "ccb",
        "person": "p-1",
        "role": "institution_agent",
        "ttl": HOUR,
        "now": NOW,
    }
    return mint(KEY, **{**who, **changes})


def claims(**changes: Any) -> dict[str, Any]:
    seconds = int(NOW.timestamp())
    good = {
        "iss": "suyuan",
        "aud": "suyuan",
        "org": "ccb",
        "sub": "p-1",
        "role": "judge",
        "iat": seconds,
        "exp": seconds + 9,
    }
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def forged(key: str = "k" * 32, algorithm: str = "HS256", **changes: Any) -> str:
    return jwt.encode(claims(**changes), key, algorithm=algorithm)


def refused(shown: str, now: datetime = NOW) -> str:
    with pytest.raises(TokenError) as caught:
        verify(KEY, shown, now)
    return caught.value.code


def test_a_token_says_who_acts() -> None:
    person = verify(KEY, token(), NOW)
    assert person == Person("ccb", "p-1", "institution_agent")
    assert person.actor == Actor("ccb", "p-1", "institution_agent")


def test_a_machine_has_no_person() -> None:
    assert verify(KEY, token(person=""), NOW).actor == Actor("ccb", "", "institution_agent")


def test_a_token_is_good_until_its_end_and_half_a_minute_of_clock_difference() -> None:
    assert verify(KEY, token(), NOW + HOUR + timedelta(seconds=29)).person == "p-1"
    assert refused(token(), NOW + HOUR + timedelta(seconds=30)) == "token.expired"


def test_a_token_from_the_future_is_no_token() -> None:
    assert verify(KEY, token(now=NOW + timedelta(seconds=30)), NOW).person == "p-1"
    assert refused(token(now=NOW + timedelta(seconds=31))) == "token.invalid"


def test_another_key_opens_nothing() -> None:
    assert refused(forged(key="x" * 32)) == "token.invalid"


def test_the_algorithm_none_opens_nothing() -> None:
    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    for name in ("none", "None", "NONE"):
        assert refused(f"{part({'alg': name, 'typ': 'JWT'})}.{part(claims())}.") == "token.invalid"


def test_another_algorithm_opens_nothing() -> None:
    assert refused(forged(key="k" * 64, algorithm="HS512")) == "token.invalid"


@pytest.mark.parametrize("missing", ["exp", "iat", "iss", "aud", "sub", "org", "role"])
def test_every_claim_is_needed(missing: str) -> None:
    assert refused(forged(**{missing: cast(Any, None)})) == "token.invalid"


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "other"},
        {"aud": "other"},
        {"org": "a/b"},
        {"role": 7},
        {"sub": "x\ny"},
        {"exp": 1e300},
        {"org": ["ccb"]},
    ],
)
def test_a_claim_that_is_not_ours_opens_nothing(change: dict[str, Any]) -> None:
    assert refused(forged(**change)) == "token.invalid"


@pytest.mark.parametrize("shown", ["", "a", "a.b", "a.b.c", "é.é.é", "." * 9, "x" * 10_000])
def test_what_is_no_jwt_opens_nothing(shown: str) -> None:
    assert refused(shown) == "token.invalid"


def test_a_short_key_is_never_used() -> None:
    with pytest.raises(ValueError, match="32 or more"):
        mint("k" * 31, organisation="ccb", person="", role="judge", ttl=HOUR, now=NOW)
    with pytest.raises(ValueError, match="32 or more"):
        verify("k" * 31, token(), NOW)


def test_a_slash_cannot_move_a_person_to_another_organisation() -> None:
    for change in ({"organisation": "ccb/x"}, {"person": "p/operator"}, {"role": ""}, {"organisation": ""}):
        with pytest.raises(ValueError, match="letters"):
            token(**change)


def test_a_token_that_never_was_good_is_not_signed() -> None:
    with pytest.raises(ValueError, match="positive"):
        token(ttl=timedelta(0))


def application() -> FastAPI:
    app = FastAPI()
    app.state.token_key = KEY
    app.state.clock = lambda: NOW
    install(app)

    @app.get("/any")
    async def anybody(person: Annotated[Person, Depends(require())]) -> dict[str, str]:
        return {"actor": str(person.actor)}

    @app.get("/court")
    async def court(person: Annotated[Person, Depends(require("judge", "court_clerk"))]) -> dict[str, str]:
        return {"actor": str(person.actor)}

    return app


async def get(path: str, header: str | None = None) -> httpx.Response:
    transport = httpx.ASGITransport(app=application())
    async with httpx.AsyncClient(transport=transport, base_url="http://portal") as client:
        return await client.get(path, headers={"Authorization": header} if header is not None else {})


async def test_a_good_token_gives_the_person() -> None:
    answer = await get("/any", f"Bearer {token()}")
    assert (answer.status_code, answer.json()) == (200, {"actor": "ccb/p-1/institution_agent"})


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "token.missing"),
        ("Basic abc", "token.missing"),
        ("Bearer", "token.missing"),
        ("Bearer nonsense", "token.invalid"),
        (f"Bearer {token(now=NOW - timedelta(hours=2))}", "token.expired"),
    ],
)
async def test_without_a_good_token_the_answer_is_a_coded_401(header: str | None, code: str) -> None:
    answer = await get("/any", header)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.headers["www-authenticate"].startswith("Bearer")
    problem = answer.json()
    assert (problem["code"], problem["status"]) == (code, 401)
    assert problem["zh"] in problem["detail"]
    assert problem["en"] in problem["detail"]


async def test_another_role_is_a_coded_403() -> None:
    answer = await get("/court", f"Bearer {token()}")
    assert (answer.status_code, answer.json()["code"]) == (403, "actor.not_allowed")
    assert (await get("/court", f"Bearer {token(role='judge')}")).status_code == 200
