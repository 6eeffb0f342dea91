"""Tokens: what opens a door, and everything that does not."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, cast

import httpx
import jwt
import pytest
from fastapi import Depends, FastAPI

from shared.contracts.envelope import Actor
from shared.network.keys import Keys
from shared.runtime.base.signing import Signer
from shared.runtime.serve.problems import MEDIA_TYPE, install
from shared.runtime.serve.tokens import LIFE, Person, TokenChecker, TokenError, id_of, mint, require
from tests.support.tokens import PUBLIC, SIGNER, checker

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
STRANGER = Signer(SIGNER.id, b"x" * 32)


def token(**changes: Any) -> str:
    who: dict[str, Any] = {
        "organisation": "ccb",
        "person": "p-1",
        "role": "institution_agent",
        "ttl": HOUR,
        "now": NOW,
    }
    return mint(SIGNER, **{**who, **changes})


def claims(**changes: Any) -> dict[str, Any]:
    seconds = int(NOW.timestamp())
    good = {
        "iss": "suyuan",
        "aud": ["portal"],
        "jti": "t-1",
        "org": "ccb",
        "sub": "p-1",
        "role": "judge",
        "iat": seconds,
        "exp": seconds + 9,
    }
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def forged(signer: Signer = SIGNER, kid: str | None = SIGNER.id, **changes: Any) -> str:
    headers = {} if kid is None else {"kid": kid}
    return jwt.encode(claims(**changes), signer.private, algorithm="EdDSA", headers=headers)


def read(shown: str, now: datetime = NOW, by: TokenChecker | None = None) -> Person:
    return (by or checker()).claimed(shown, now)


def refused(shown: str, now: datetime = NOW, by: TokenChecker | None = None) -> str:
    with pytest.raises(TokenError) as caught:
        read(shown, now, by)
    return caught.value.code


def test_a_token_says_who_acts() -> None:
    person = read(token())
    assert person == Person("ccb", "p-1", "institution_agent")
    assert person.actor == Actor("ccb", "p-1", "institution_agent")


def test_a_machine_has_no_person() -> None:
    assert read(token(person="")).actor == Actor("ccb", "", "institution_agent")


def test_a_token_is_good_until_its_end_and_half_a_minute_of_clock_difference() -> None:
    assert read(token(), NOW + HOUR + timedelta(seconds=29)).person == "p-1"
    assert refused(token(), NOW + HOUR + timedelta(seconds=30)) == "token.expired"


def test_a_token_is_good_for_twelve_hours_unless_it_says_otherwise() -> None:
    usual = mint(SIGNER, organisation="ccb", person="", role="institution_agent", now=NOW)

    assert timedelta(hours=12) == LIFE
    assert read(usual, NOW + LIFE).organisation == "ccb"
    assert refused(usual, NOW + LIFE + timedelta(seconds=30)) == "token.expired"


def test_a_token_from_the_future_is_no_token() -> None:
    assert read(token(now=NOW + timedelta(seconds=30))).person == "p-1"
    assert refused(token(now=NOW + timedelta(seconds=31))) == "token.invalid"


def test_another_key_opens_nothing_even_under_the_id_of_the_true_one() -> None:
    assert refused(forged(STRANGER)) == "token.invalid"
    assert refused(forged(kid="tokens-2")) == "token.invalid"
    assert refused(forged(kid=None)) == "token.invalid"


def test_a_key_for_something_else_signs_no_token() -> None:
    messages = PUBLIC.model_copy(update={"use": "messages"})

    assert refused(token(), by=checker(keys=Keys((messages,)))) == "token.invalid"


def test_a_key_that_is_over_or_revoked_opens_nothing_any_more() -> None:
    for change in ("until", "revoked"):
        over = PUBLIC.model_copy(update={change: NOW})
        by = checker(keys=Keys((over,)))
        assert read(token(), NOW - timedelta(seconds=1), by).person == "p-1"
        assert refused(token(), NOW, by) == "token.invalid"


def test_a_revoked_token_opens_nothing_while_others_of_the_person_do() -> None:
    lost, other = token(), token()
    by = checker(keys=Keys((PUBLIC,), frozenset({id_of(lost)})))

    assert refused(lost, by=by) == "token.revoked"
    assert read(other, by=by).person == "p-1"


def test_a_token_for_one_service_opens_no_other() -> None:
    portal, both = token(), token(audience=("portal", "intake"))

    assert refused(portal, by=checker("intake")) == "token.invalid"
    assert read(both, by=checker("intake")).person == "p-1"
    assert refused(both, by=checker("mediation")) == "token.invalid"


async def test_whom_the_directory_does_not_list_any_more_a_good_token_opens_nothing() -> None:
    class Nobody:
        async def lists(self, _: Person) -> bool:
            return False

    with pytest.raises(TokenError) as caught:
        await checker(directory=Nobody()).person(token(), NOW)

    assert caught.value.code == "token.not_listed"


def test_the_algorithm_none_opens_nothing() -> None:
    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    for name in ("none", "None", "NONE"):
        header = {"alg": name, "typ": "JWT", "kid": SIGNER.id}
        assert refused(f"{part(header)}.{part(claims())}.") == "token.invalid"


def test_the_public_key_is_no_secret_that_signs() -> None:
    for secret in (SIGNER.public, SIGNER.private.public_key().public_bytes_raw()):
        shown = jwt.encode(claims(), secret, algorithm="HS256", headers={"kid": SIGNER.id})
        assert refused(shown) == "token.invalid"


@pytest.mark.parametrize("missing", ["exp", "iat", "iss", "aud", "sub", "jti", "org", "role"])
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


@pytest.mark.parametrize("key", ["", "k" * 40, "tokens-1:", "tokens-1:" + "k" * 40])
def test_what_is_no_key_signs_nothing(key: str) -> None:
    with pytest.raises(ValueError, match=r"key|base64"):
        mint(key, organisation="ccb", person="", role="judge", ttl=HOUR, now=NOW)


def test_a_slash_cannot_move_a_person_to_another_organisation() -> None:
    for change in ({"organisation": "ccb/x"}, {"person": "p/operator"}, {"role": ""}, {"organisation": ""}):
        with pytest.raises(ValueError, match="letters"):
            token(**change)


def test_a_token_that_never_was_good_is_not_signed() -> None:
    with pytest.raises(ValueError, match="positive"):
        token(ttl=timedelta(0))


def application() -> FastAPI:
    app = FastAPI()
    app.state.tokens = checker()
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
