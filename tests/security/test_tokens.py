"""What a token opens, asked of real services: each of these opened a door once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from shared.contracts.envelope import Actor
from shared.contracts.rosters import RemovalGround, RemoveMediator
from shared.contracts.topics import SERVICES
from shared.network.keys import KeysFile, RevokedToken
from shared.network.load import read_keys_file
from shared.runtime.serve.tokens import id_of, mint
from tests.kafka.helpers import Wire, until
from tests.support.services import Services, platform

pytestmark = [pytest.mark.kafka, pytest.mark.flow]

PEOPLE = "people-mediation"
CLERK = Actor(PEOPLE, "p-people-1", "organisation_clerk")


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    with platform() as made:
        made.start("mediation", "portal")
        made.ready()
        yield made


def token(
    on: Wire,
    person: str,
    role: str,
    *,
    organisation: str = PEOPLE,
    key: str = "",
    audience: tuple[str, ...] = SERVICES,
) -> str:
    return mint(
        key or on.services.settings("portal").token_key,
        organisation=organisation,
        person=person,
        role=role,
        now=datetime.now(UTC),
        audience=audience,
    )


async def ask(url: str, shown: str) -> tuple[int, str]:
    """Ask with a token; return the status and the code of a refusal."""
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {shown}"}, timeout=10) as client:
        answer = await client.get(url)
    return answer.status_code, answer.json().get("code", "")


async def test_a_mediator_who_left_reads_nothing_although_the_token_is_good(on: Wire) -> None:
    cases = f"{on.services.portal_url()}/cases"
    options = f"{on.services.mediation_url()}/options/{PEOPLE}"
    leaves, stays = token(on, "m12", "mediator"), token(on, "m11", "mediator")
    for shown in (leaves, stays):
        assert await ask(cases, shown) == (200, "")

    gone = RemoveMediator(mediator="m12", ground=RemovalGround.RESIGNED)
    await on.handled("mediation", await on.command("mediation", gone, PEOPLE, actor=CLERK))

    async def refused() -> bool:
        return (await ask(cases, leaves)) == (401, "token.not_listed")

    await until(refused, within_s=30)
    assert (await ask(options, leaves)) == (401, "token.not_listed")
    assert await ask(cases, stays) == (200, "")


@pytest.mark.parametrize(
    ("person", "role", "organisation"),
    [
        ("p-nobody", "institution_agent", "ccb"),
        ("p-abc-1", "institution_agent", "ccb"),
        ("p-ccb-1", "operator", "ccb"),
        ("m99", "mediator", PEOPLE),
        ("", "judge", "fengtai-court"),
        ("", "operator", "nobody"),
    ],
)
async def test_whom_network_and_roster_do_not_know_a_token_lets_in_nowhere(
    on: Wire, person: str, role: str, organisation: str
) -> None:
    shown = token(on, person, role, organisation=organisation)

    assert await ask(f"{on.services.portal_url()}/cases", shown) == (401, "token.not_listed")


async def test_a_token_for_the_portal_opens_mediation_not(on: Wire) -> None:
    shown = token(on, "p-people-1", "organisation_clerk", audience=("portal",))

    assert await ask(f"{on.services.portal_url()}/cases", shown) == (200, "")
    assert await ask(f"{on.services.mediation_url()}/options/{PEOPLE}", shown) == (401, "token.invalid")


async def test_a_service_that_is_taken_over_makes_no_token(on: Wire) -> None:
    """The portal's own key signs commands; the token key is in the environment of no service."""
    shown = token(on, "p-people-1", "organisation_clerk", key=on.services.keys.setting("portal"))

    assert await ask(f"{on.services.portal_url()}/cases", shown) == (401, "token.invalid")
    secret = on.services.settings("portal").token_key.get_secret_value().partition(":")[2]
    for service in ("mediation", "portal"):
        assert secret not in str(on.services.environment(service))


async def test_a_token_that_was_lost_is_revoked_without_a_restart(on: Wire) -> None:
    cases, path = f"{on.services.portal_url()}/cases", on.services.keys.public
    lost, other = token(on, "p-people-1", "organisation_clerk"), token(on, "p-people-1", "organisation_clerk")
    assert await ask(cases, lost) == (200, "")
    before = read_keys_file(path)
    entry = RevokedToken(id=id_of(lost), until=datetime.now(UTC) + timedelta(days=1))

    path.write_text(KeysFile(format=1, keys=before.keys, revoked_tokens=(entry,)).text(), "utf-8")
    try:

        async def refused() -> bool:
            return (await ask(cases, lost)) == (401, "token.revoked")

        await until(refused, within_s=30)
        assert await ask(cases, other) == (200, "")
    finally:
        path.write_text(before.text(), "utf-8")
