"""`suyuan alerts`: series that stood out, in figures, in words and as a picture; and the recount."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from cli import connection, output, referrals, short_ids, subscriptions
from cli.acts import group_of
from cli.alerts_effect import effect
from cli.alerts_evaluate import evaluate
from cli.alerts_requests import clocks, requests
from cli.connection import Data
from cli.display import declared
from cli.output import AsJson
from shared.contracts.errors import SuyuanError
from shared.contracts.kinds import Cause
from shared.contracts.reasons import REASONS

if TYPE_CHECKING:
    from shared.network.schema import Network

_WEEKS_SHOWN: Final = 52

_ACTS: Final = {
    "refer": "refer-alert",
    "record-explanation": "record-explanation",
    "subscribe": "subscribe",
    "change-subscription": "change-subscription",
    "confirm-address": "confirm-address",
    "unsubscribe": "unsubscribe",
}
_FORMS: Final = dict.fromkeys(
    ("subscribe", "change-subscription", "confirm-address", "unsubscribe"), subscriptions.form
)

app = typer.Typer(
    cls=group_of("alerts", _ACTS, ("--series", "序列号 / id of the series"), _FORMS),
    no_args_is_help=True,
    help="风险预警:列出、查看、说明、移送、订阅、时限、重新统计、实测"
    " / alerts: list, show, explain, refer, subscribe, clocks, recount, evaluate",
)
app.command()(evaluate)
app.command()(effect)
app.command()(clocks)
app.command()(requests)
app.command("subscriptions")(subscriptions.list_)
app.add_typer(referrals.app, name="referrals")
Series = Annotated[str, typer.Argument(metavar="SERIES", help="序列号 / id of the series")]
Week = Annotated[
    str, typer.Option("--week", help="预警的周一日期,缺省为最近一次 / its Monday; the latest if not given")
]
Institution = Annotated[
    str | None, typer.Option("--institution", help="金融机构 / institution", show_default=False)
]


@app.command("list")
def list_(
    institution: Institution = None,
    lasting: Annotated[bool, typer.Option("--lasting", help="仅未结束 / those that are not over")] = False,
    unseen: Annotated[bool, typer.Option("--unseen", help="仅未阅 / those that nobody acknowledged")] = False,
    excluded: Annotated[
        bool,
        typer.Option("--excluded", help="未计入统计的纠纷和序列 / what is kept out of the counts, and why"),
    ] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """列出风险预警,及不作预警的集中申报 / list the alerts, the latest first, and backlogs that are none."""
    if excluded:
        rows = output.run(_excluded(data, institution))
        if as_json:
            output.show(rows)
        else:
            told = [{**row, "why": output.told(row["zh"], row["en"])} for row in rows]
            output.draw(declared.EXCLUDED, told)
        return
    found, backlogs = output.run(_listed(data, institution, lasting=lasting, unseen=unseen))
    if as_json:
        output.show([*found, *({**row, "outcome": "backlog"} for row in backlogs)])
        return
    output.draw(declared.ALERTS, [_drawn(row) for row in found])
    if backlogs:
        output.draw(declared.BACKLOGS, [_filed(row) for row in backlogs])


def _filed(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "issues": ", ".join(row["issues"]), "probability": f"{row['probability']:.2g}"}


@app.command()
def show(series: Series, week: Week = "", data: Data = None, as_json: AsJson = False) -> None:
    """查看一次预警 / show all that is known of an alert."""
    found = output.run(_found(data, series, week))
    if as_json:
        output.show(found)
        return
    output.draw_facts(declared.ALERT, {**_drawn(found["alert"]), "cases": len(found["cases"])})


@app.command()
def explain(
    series: Series,
    week: Week = "",
    svg: Annotated[
        Path | None, typer.Option("--svg", help="图形写入的文件 / file for the picture", show_default=False)
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """说明一次预警:多出多少、共同之处、类似预警 / say in words what stands out, and draw it."""
    found = output.run(_found(data, series, week))
    if svg is not None:
        svg.write_text(found["svg"][output.told("zh", "en")], "utf-8")
    if as_json:
        output.show(found)
        return
    for sentence in found["text"][output.told("zh", "en")]:
        output.line(sentence)
    if svg is not None:
        output.line(output.told(f"图形:{svg}", f"Picture: {svg}"))


@app.command()
def recount(
    timeout: Annotated[float, typer.Option("--timeout", help="最长等待秒数 / longest wait, seconds")] = 30.0,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """从事件重新统计全部件数 / recount every count from the events; exit 1 where one differs."""
    from cli.alerts_recount import recounted

    settings = connection.settings("alerts", data, mongo=True)
    found = output.run(recounted(settings, timeout))
    if as_json:
        output.show(found)
    else:
        if found["differences"]:
            output.draw(declared.RECOUNT, found["differences"])
        output.line(
            output.told(
                f"{found['disputes']} 件纠纷、{found['excluded']} 件未计入、{found['places']} 个周计数、"
                f"{found['array_places']} 个档案周计数、{found['sum_places']} 个合计周计数、"
                f"{found['trend_places']} 个趋势数:{len(found['differences'])} 处差异。",
                f"{found['disputes']} disputes, {found['excluded']} kept out, {found['places']} weeks, "
                f"{found['array_places']} in the archives, {found['sum_places']} of sums, "
                f"{found['trend_places']} figures of trends: {len(found['differences'])} differences.",
            )
        )
    if found["differences"]:
        raise typer.Exit(output.FAILED)


# -- reading ---------------------------------------------------------------------------------


async def _listed(
    data: Path | None, institution: str | None, *, lasting: bool, unseen: bool
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    from services.alerts.views import alerts, backlogs

    with connection.opened("alerts", data) as database:
        rows = await alerts(database, institution=institution, unseen=unseen)
        none = [] if lasting or unseen else await backlogs(database, institution)
    found = [_plain(row) for row in rows if not (lasting and row.get("ended_at"))]
    return found, [_plain(row) for row in none]


async def _excluded(data: Path | None, institution: str | None) -> list[dict[str, Any]]:
    from services.alerts.views import excluded

    with connection.opened("alerts", data) as database:
        rows = await excluded(database)
    out = []
    for row in rows:
        if institution in (None, row["institution"]):
            reason = REASONS[row["reason"]]
            out.append({**row, "id": row.get("case") or row["_id"], "zh": reason.zh, "en": reason.en})
    return [_plain(row) for row in out]


async def _found(data: Path | None, series: str, week: str) -> dict[str, Any]:
    from services.alerts import views
    from services.alerts.rules import ALERT_RULES
    from services.alerts.rules.noticing import labels, names_of
    from services.alerts.rules.picture import svg
    from services.alerts.rules.sharing import shared
    from services.alerts.rules.telling import told
    from services.alerts.store import ALERTS

    network = _network(data)
    with connection.opened("alerts", data) as database:
        whole = await short_ids.subject(database, ALERTS, series, "series")
        alert = await views.alert_of(database, whole, week)
        if alert is None:
            raise SuyuanError(
                code="alert.none",
                zh=f"序列 {series} 没有该预警。suyuan alerts list 列出全部。",
                en=f"The series {series} has no such alert. suyuan alerts list lists all.",
            )
        cases = await views.alert_cases(database, alert)
        shares = shared(cases, await views.compared_with(database, alert))
        similar = await views.similar_alerts(database, alert)
        monday = date.fromisoformat(alert["week"])
        until = date.fromisoformat(alert["last_week"] or alert["week"]) + timedelta(weeks=4)
        weeks = await views.trend(database, alert, since=monday - timedelta(weeks=_WEEKS_SHOWN), until=until)
    cause = None if alert["cause"] is None else Cause(alert["cause"])
    where = labels(alert["institution"], cause, alert["issue"], names_of(network))
    zh, en = told(alert, where, shares, similar, len(cases))
    rules = ALERT_RULES.versions.get(alert["rules_version"], ALERT_RULES.now)
    stood_out = [one for one, _ in weeks if monday <= one <= date.fromisoformat(alert["last_week"])]
    pictures = {
        language: svg(weeks, stood_out, getattr(where, language), names, rules)
        for language, names in _PICTURE.items()
    }
    return {
        "alert": _plain(alert),
        "cases": [{"case": row["_id"], "week": row["week"], "product": row["product"]} for row in cases],
        "shares": [
            {"feature": one.feature, "value": one.value, "among": one.among, "of": one.of}
            | {"rest_among": one.rest_among, "rest_of": one.rest_of, "probability": one.probability}
            for one in shares
        ],
        "similar": [_plain(row) for row in similar],
        "text": {"zh": zh, "en": en},
        "svg": pictures,
    }


_PICTURE: Final = {
    "zh": ("每周件数", "通常(前 7 周平均)", "上界(名义水平)"),
    "en": ("disputes a week", "usual (mean of 7 weeks)", "bound (nominal level)"),
}


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "_id"}


def _drawn(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with its figures as people read them."""
    usual = f"{row['expected']:.1f}"
    if row.get("low") is not None:
        usual += f" ({row['low']:.0f}-{row['high']:.0f})"
    probability, rate = row.get("probability"), row.get("rate")
    members = ", ".join(row.get("members", ()))
    return {
        **row,
        **{name: "*" for name in ("institution", "cause", "issue") if row[name] is None},
        "id": row["series"],
        "members": members + (f" … +{row['others']}" if row.get("others") else ""),
        "usual": usual,
        "bound": f"{row['bound']:.1f}",
        "level": f"{row['level']:g}" if "level" in row else f"{row['alpha']:g}",
        "probability": "" if probability is None else f"{probability:.2g}",
        "promised": "" if rate is None else f"{rate:g}",
        "standing": standing(row),
        "follow_ups": ", ".join(row.get("followed_up", ())),
    }


def standing(row: Mapping[str, Any]) -> str:
    """Return where an alert stands."""
    if row.get("ended_at"):
        return "ended"
    if row.get("followed_up"):
        return "followed_up"
    if row.get("explanation"):
        return "explained"
    return "acknowledged" if row.get("acknowledged_at") else "raised"


def _network(data: Path | None) -> "Network":
    from shared.network.load import load_network

    return load_network(connection.settings("alerts", data).network)
