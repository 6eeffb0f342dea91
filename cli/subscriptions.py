"""`suyuan alerts subscribe`, `change-subscription`, `unsubscribe`, `subscriptions`: who is told of alerts."""

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from cli import connection, do, output
from cli.connection import Data
from cli.display import declared
from cli.output import AsJson, WrongUse

if TYPE_CHECKING:
    from shared.contracts.envelope import Actor
    from shared.contracts.message import Command

_OWNER: Final = typer.Option("--owner", help="订阅单位 / subscriber's organisation", show_default=False)


def form(cls: type["Command"]) -> Callable[..., None]:
    """Return the form of an act about a subscription: it is named by its title, and its id follows."""
    from cli.forms import form_of

    subject, *others = do.common(cls, "--id", "订阅号,缺省由身份和名称得出 / id, if not that of your title")
    subject = subject.replace(default=None, annotation=Annotated[str | None, _option(subject)])
    if "title" not in cls.model_fields:
        text = "订阅名称 / title of your subscription"
        option = typer.Option("--title", help=text, show_default=False)
        title = inspect.Parameter(
            "title",
            inspect.Parameter.KEYWORD_ONLY,
            default=None,
            annotation=Annotated[str | None, option],
        )
        others = [title, *others]
    return form_of(cls, [subject, *others], _run)


def _option(parameter: inspect.Parameter) -> Any:
    """Return what typer knows of a parameter."""
    return parameter.annotation.__metadata__[0]


def _run(cls: type["Command"], body: "Command", values: Mapping[str, Any]) -> None:
    from shared.casework.case_ids import subscription_id

    subject = values["subject"]
    if subject is None:
        title = getattr(body, "title", None) or values.get("title")
        if not title:
            raise WrongUse(
                code="subscription.which",
                zh="请用 --title 或 --id 指明订阅。",
                en="Say which subscription: --title or --id.",
            )
        actor = _actor(values)
        subject = subscription_id(actor.organisation, actor.person, title)
    do.run(cls, body, {**values, "subject": subject})


def _actor(values: Mapping[str, Any]) -> "Actor":
    """Return who asks: as said, or as the token says, which the portal checks."""
    import jwt

    from shared.contracts.envelope import Actor

    if values["who"] is not None:
        return Actor.parse(values["who"])
    try:
        claims = jwt.decode(do.token_of(values), options={"verify_signature": False})
        return Actor(str(claims["org"]), str(claims["sub"]), str(claims["role"]))
    except (jwt.InvalidTokenError, KeyError):
        raise WrongUse(
            code="token.unreadable", zh="无法读取令牌。请核对是否复制完整。", en="The token cannot be read."
        ) from None


def list_(owner: Annotated[str | None, _OWNER] = None, data: Data = None, as_json: AsJson = False) -> None:
    """列出预警订阅及送达情况 / list who is told of which alerts, and how that goes."""
    rows = output.run(_listed(data, owner))
    if as_json:
        output.show(rows)
        return
    output.draw(declared.SUBSCRIPTIONS, [_drawn(row) for row in rows])


async def _listed(data: Path | None, owner: str | None) -> list[dict[str, Any]]:
    from services.alerts.views import subscriptions

    with connection.opened("alerts", data) as database:
        return await subscriptions(database, owner)


def _standing(row: Mapping[str, Any]) -> str:
    if not row["open"]:
        return "ended"
    return "unconfirmed" if row.get("confirming") else "open"


def _drawn(row: Mapping[str, Any]) -> dict[str, Any]:
    query = (row["institution"], row["cause"], row["issue"])
    quiet = f"{row['quiet_from']}-{row['quiet_until']}" if row["quiet_from"] else ""
    return {
        **row,
        "whose": f"{row['owner']}/{row['person']}",
        "about": " ".join(str(one) for one in query if one is not None) or "*",
        "quiet": quiet,
        "standing": _standing(row),
    }
