"""`suyuan do COMMAND --case ID …`: send any command of the language, and say what became of it.

The forms are made from the declarations: a new command is here without a line.
"""

import inspect
import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import quote

import typer
import typer.core
import typer.main

from cli import connection, help_text, output, portal, short_ids, view_options
from cli.operator import token_key
from cli.output import WrongUse

if TYPE_CHECKING:
    import httpx

    from shared.contracts.message import Command

TIMEOUT_S: Final = 15.0
POLL_S: Final = 0.1
TOKEN_LIFE: Final = timedelta(minutes=10)


class Forms(typer.core.TyperGroup):
    """The commands of the language; read when somebody asks for them, since the others need no language."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of all commands."""
        from cli.forms import offered

        return sorted(offered())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the form of a command, ``None`` where there is none."""
        from cli.forms import form_of, offered

        cls = offered().get(cmd_name)
        if cls is None:
            return None
        one = typer.Typer(add_completion=False)
        one.command(cmd_name)(form_of(cls, common(cls), run))
        return help_text.lay_out(view_options.add(typer.main.get_command(one), f"do {cmd_name}"))


app = typer.Typer(
    cls=Forms,
    no_args_is_help=True,
    help="发出任一请求并查看结果 / send any command and see what became of it",
)


@app.callback()
def _do() -> None:
    """发出任一请求并查看结果 / send any command and see what became of it."""


def common(
    cls: type["Command"],
    flag: str = "--case",
    text: str = "案件号等标识 / id of the case, roster or series",
) -> list[inspect.Parameter]:
    """Return the options that all commands share.

    Args:
        cls: The command.
        flag: The option that says whom the command is about.
        text: Its help.
    """
    from shared.contracts.message import COMMON

    def option(name: str, kind: Any, flag: str, text: str, default: Any = None) -> inspect.Parameter:
        made = typer.Option(flag, help=text, show_default=False)
        return inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, made]
        )

    needed = inspect.Parameter.empty
    out = [option("subject", str, flag, text, needed)]
    if cls.family == COMMON:
        name = connection.ServiceName
        out.append(option("service", name, "--service", "哪个服务 / which service", needed))
    return [
        *out,
        option("who", str | None, "--as", "身份:机构/人员/角色 / organisation/person/role (local platform)"),
        option("token", str | None, "--token", "令牌 / token (SUYUAN_TOKEN)"),
        option("url", str | None, "--url", "门户接口地址 / address of the portal's HTTP API"),
        option("seen", int | None, "--seen", "您看到的版本 / the version that you saw"),
        option("key", str | None, "--key", "同一键只生效一次 / the same key has one effect"),
        option("wait", float, "--wait", "等待结果的秒数 / seconds to wait for the outcome (15)", TIMEOUT_S),
        option("data", Path | None, "--data", "数据目录 / data folder of suyuan up or demo"),
        option("as_json", bool, "--json", "输出 JSON / print JSON", False),
    ]


def run(cls: type["Command"], body: "Command", values: Mapping[str, Any]) -> None:
    """Send a command and print what became of it."""
    outcome = send(cls, body, values)
    if values["as_json"]:
        output.show(outcome)
    elif "reason" in outcome:  # refused, or never taken: a dead letter
        reason = outcome["reason"]
        output.line(f"{reason['code']}\n  {output.told(reason['zh'], reason['en'])}")
        if reason.get("rule"):
            output.line(f"  {output.told(reason['rule_zh'], reason['rule_en'])} ({reason['rule']})")
        if reason.get("detail"):
            output.line(f"  {reason['detail']}")
    elif outcome["status"] == "done":
        events = ", ".join(outcome["events"]) or output.told("无变化", "nothing changed")
        output.line(f"{output.told('完成', 'Done')}: {events}")
    else:
        output.line(f"{output.told('尚无结果', 'No outcome yet')}: {outcome['command_id']}")
    if outcome["status"] != "done":
        raise typer.Exit(output.FAILED)


def send(cls: type["Command"], body: "Command", values: Mapping[str, Any]) -> dict[str, Any]:
    """Send a command to the portal, and wait for its outcome.

    Args:
        cls: Class of the command.
        body: The command.
        values: The common options.

    Returns:
        The outcome as the portal tells it; ``pending`` where there was none in time.

    Raises:
        SuyuanError: The portal cannot be reached, or refuses the request.
        WrongUse: Token, key or subject holds what no address or header can.
    """
    import httpx

    url, token = address_of(values), token_of(values)
    _check_ascii(token, values["key"] or "", short_ids.meant(values["subject"]))
    values = {**values, "subject": _subject(cls, values, url, token)}
    headers = {"Authorization": f"Bearer {token}"}
    if values["key"]:
        headers["Idempotency-Key"] = values["key"]
    if values["seen"] is not None:
        headers["If-Match"] = str(values["seen"])
    query = {"service": str(values["service"])} if "service" in values else None
    path = f"/commands/{cls.short_type.replace('.', '/')}/{quote(values['subject'], safe='')}"
    with httpx.Client(base_url=url, headers=headers, timeout=TIMEOUT_S, trust_env=False) as client:
        answer = _ask(client, "POST", path, params=query, content=body.model_dump_json(exclude_unset=True))
        return _outcome(client, answer["outcome"], values["wait"])


def _subject(cls: type["Command"], values: Mapping[str, Any], url: str, token: str) -> str:
    """Return the whole id of a command's subject: a case's from the portal, another's from this machine."""
    import httpx

    from shared.casework.case_ids import CASE_PREFIX

    given = str(values["subject"])
    if not short_ids.is_short(given):
        return given
    if given.startswith(CASE_PREFIX):
        headers = {"Authorization": f"Bearer {token}"}
        query = {"id": short_ids.meant(given), "limit": short_ids.SHOWN + 1}
        with httpx.Client(base_url=url, headers=headers, timeout=TIMEOUT_S, trust_env=False) as client:
            page = _ask(client, "GET", "/cases", params=query)
        return short_ids.only(given, [one["id"] for one in page["cases"]])
    if values["url"]:
        return given
    service = str(values.get("service") or cls.family)
    return output.run(_stored(given, service, values["data"]))


async def _stored(given: str, service: str, data: Any) -> str:
    from shared.runtime.base.collections import STREAMS

    with connection.opened(service, data) as database:
        return await short_ids.subject(database, STREAMS, given)


def _check_ascii(*words: str) -> None:
    if not all(word.isascii() and word.isprintable() for word in words):
        raise WrongUse(
            code="do.bad_character",
            zh="令牌、--key 与 --case 只能含可见的 ASCII 字符。请核对是否复制完整。",
            en="Token, --key and --case hold printable ASCII characters alone. Check what was copied.",
        )


def _outcome(client: "httpx.Client", path: str, wait_s: float) -> dict[str, Any]:
    deadline = time.monotonic() + wait_s
    while True:
        found = _ask(client, "GET", path)
        if found["status"] != "pending" or time.monotonic() >= deadline:
            return found
        time.sleep(POLL_S)


def _ask(client: "httpx.Client", method: str, path: str, **more: Any) -> dict[str, Any]:
    with portal.reached(client.base_url):
        answer = client.request(method, path, **more)
    return portal.body(answer)


def address_of(values: Mapping[str, Any]) -> str:
    if values["url"]:
        return str(values["url"])
    found = connection.read(values["data"])
    if found is None or not found.portal_url:
        raise connection.missing(values["data"])
    return found.portal_url


def token_of(values: Mapping[str, Any]) -> str:
    """Return the token: the one given, or one signed here for ``--as``, where the platform runs here."""
    if values["who"] is None:
        token = values["token"] or os.environ.get("SUYUAN_TOKEN")
        if not token:
            raise WrongUse(
                code="token.missing",
                zh="缺少访问令牌。请用 --token 或 SUYUAN_TOKEN 给出,或用 --as 机构/人员/角色。",
                en="There is no access token. Give --token, SUYUAN_TOKEN, or --as organisation/person/role.",
            )
        return str(token)
    from shared.contracts.envelope import Actor
    from shared.contracts.topics import SERVICES
    from shared.runtime.serve.tokens import mint

    actor = Actor.parse(values["who"])
    key = token_key(connection.settings("portal", values["data"]))
    try:
        return mint(
            key,
            organisation=actor.organisation,
            person=actor.person,
            role=actor.role,
            ttl=TOKEN_LIFE,
            now=datetime.now(UTC),
            audience=SERVICES,
        )
    except ValueError as error:
        raise WrongUse(
            code="token.bad_word",
            zh="--as 的格式为 机构/人员/角色。",
            en=f"--as is organisation/person/role: {error}",
        ) from None
