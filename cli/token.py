"""`suyuan token`: sign a token for a person or a machine."""

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cli import connection, output, short_ids
from cli.connection import Data
from cli.operator import signer_of, token_key
from cli.output import AsJson, WrongUse
from shared.contracts.errors import SuyuanError

if TYPE_CHECKING:
    from shared.network.schema import Network
    from shared.runtime.base.settings import Settings

LONGEST: Final = timedelta(days=31)
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}


class TokenRole(StrEnum):
    """The roles of the network file, and the party of a case."""

    INSTITUTION_AGENT = "institution_agent"
    MEDIATOR = "mediator"
    ORGANISATION_CLERK = "organisation_clerk"
    COURT_CLERK = "court_clerk"
    JUDGE = "judge"
    OPERATOR = "operator"
    RECIPIENT_AGENT = "recipient_agent"
    PARTY = "party"


Ttl = Annotated[str, typer.Option("--ttl", help="有效期,如 30m、12h、7d / how long it is good for")]
For = Annotated[
    list[connection.ServiceName] | None,
    typer.Option(
        "--for", metavar="SERVICE", help="可用于哪个服务 / for which; several; portal", show_default=False
    ),
]
KeyFile = Annotated[
    Path | None, typer.Option("--key", help="令牌私钥文件 / file with the token key", show_default=False)
]


def token(
    role: Annotated[TokenRole, typer.Option("--role", help="角色 / role")],
    organisation: Annotated[
        str,
        typer.Option("--organisation", help="成员标识;当事人为案件号 / member id; a party's case id"),
    ],
    person: Annotated[
        str, typer.Option("--person", help="人员标识;机器为空 / person id; empty for a machine")
    ] = "",
    ttl: Ttl = "12h",
    services: For = None,
    key: KeyFile = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """签发访问令牌 / sign a token for the HTTP API; it stands alone on stdout."""
    from shared.network.load import load_network
    from shared.runtime.serve.tokens import PORTAL, id_of, mint

    lifetime = duration(ttl)
    settings = _settings(data, key)
    if role is TokenRole.PARTY and short_ids.is_short(organisation):
        organisation = output.run(_case(organisation, data))
    network = load_network(settings.network)
    if not (role is TokenRole.MEDIATOR and output.run(_is_added(network, organisation, person, data))):
        check_member(network, role, organisation, person)
    signer = token_key(settings) if key is None else signer_of(key)
    audience = [str(one) for one in services or (PORTAL,)]
    now = datetime.now(UTC)
    try:
        made = mint(
            signer,
            organisation=organisation,
            person=person,
            role=role.value,
            ttl=lifetime,
            now=now,
            audience=audience,
        )
    except ValueError as error:
        raise WrongUse(
            code="token.bad_word", zh="标识只能用字母、数字、点、下划线与连字符。", en=str(error)
        ) from None
    if as_json:
        expires = (now + lifetime).isoformat(timespec="seconds")
        output.show(
            {
                "token": made,
                "id": id_of(made),
                "for": audience,
                "organisation": organisation,
                "person": person,
                "role": role.value,
                "expires": expires,
            }
        )
    else:
        output.line(made)


def _settings(data: Path | None, key: Path | None) -> "Settings":
    """Return the settings of the platform; whoever has the key itself needs none, only the network file."""
    from shared.runtime.base.settings import Settings

    if key is not None and data is None and not connection.is_known(data):
        return Settings()
    return connection.settings("portal" if not connection.by_environment(data) else None, data)


async def _is_added(network: "Network", organisation: str, person: str, data: Path | None) -> bool:
    """Say whether events put a mediator on a roster; where no database is known, the network file decides."""
    from cli import mediator

    if network.organisation(organisation) is None or network.organisation_of(person) is not None:
        return False
    try:
        return person in await mediator.registered(organisation, data)
    except SuyuanError:
        return False


async def _case(given: str, data: Path | None) -> str:
    """Return the whole id of a case that the portal knows."""
    from services.portal.rules.places import CASES

    with connection.opened("portal", data) as database:
        return await short_ids.subject(database, CASES, given)


def duration(text: str) -> timedelta:
    """Read ``30m``, ``8h`` or ``7d``.

    Raises:
        WrongUse: ``token.bad_ttl``: it is none, or not within a minute and 31 days.
    """
    match = re.fullmatch(r"(\d{1,6})([mhd])", text)
    span = timedelta(**{_UNITS[match[2]]: int(match[1])}) if match else timedelta(0)
    if not timedelta(0) < span <= LONGEST:
        raise WrongUse(
            code="token.bad_ttl",
            zh=f"有效期 {text!r} 不正确。请写成 30m、8h 或 7d,最长 31 天。",
            en=f"{text!r} is no lifetime. Write it as 30m, 8h or 7d, 31 days at most.",
        )
    return span


def check_member(network: "Network", role: TokenRole, organisation: str, person: str) -> None:
    """Hold a token to the network file: a word that is mistyped opens nothing, and nobody would say why.

    Raises:
        WrongUse: ``token.unknown_member``, ``token.wrong_kind`` or ``token.unknown_person``.
    """
    if role is TokenRole.PARTY:
        from shared.casework.case_ids import is_case_id

        if not is_case_id(organisation):
            raise WrongUse(
                code="token.wrong_kind",
                zh="当事人令牌的 --organisation 须为案件号(sy1…)。",
                en="A party's token is for one case: give its id (sy1…) as --organisation.",
            )
        return
    if network.member(organisation) is None:
        raise WrongUse(
            code="token.unknown_member",
            zh=f"网络 {network.id} 中没有 {organisation}。请核对标识。",
            en=f"The network {network.id} has no member {organisation}. Check the id.",
        )
    fits = {
        TokenRole.INSTITUTION_AGENT: network.institution(organisation) is not None,
        TokenRole.MEDIATOR: network.organisation(organisation) is not None,
        TokenRole.ORGANISATION_CLERK: network.organisation(organisation) is not None,
        TokenRole.COURT_CLERK: organisation == network.court.id,
        TokenRole.JUDGE: organisation == network.court.id,
        TokenRole.RECIPIENT_AGENT: network.recipient(organisation) is not None,
    }
    if not fits.get(role, True):
        raise WrongUse(
            code="token.wrong_kind",
            zh=f"{organisation} 没有 {role.value} 这一角色。请改正其一。",
            en=f"{organisation} has no {role.value}. Correct one of the two.",
        )
    if role is TokenRole.JUDGE or (person and role is not TokenRole.MEDIATOR):
        listed = network.person(person)
        if listed is None or (listed.organisation, listed.role) != (organisation, role.value):
            raise WrongUse(
                code="token.unknown_person",
                zh=f"网络 {network.id} 中 {organisation} 没有 {role.value} {person or '(空)'}。请先登记。",
                en=f"The network {network.id} lists no {role.value} {person or '(empty)'} of {organisation}.",
            )
    known = network.organisation_of(person) if role is TokenRole.MEDIATOR else None
    if role is TokenRole.MEDIATOR and (known is None or known.id != organisation):
        raise WrongUse(
            code="token.unknown_person",
            zh=f"{organisation} 的名册中没有调解员 {person or '(空)'}。请用 --person 指明。",
            en=f"The roster of {organisation} has no mediator {person or '(empty)'}. Name one with --person.",
        )
