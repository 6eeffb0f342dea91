"""`suyuan topics`: what topics there should be, what there are, who may do what with them; and make it so."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import connection, output
from cli.connection import Data
from cli.display import declared
from cli.output import AsJson
from shared.contracts.principals import ADMIN

if TYPE_CHECKING:
    from shared.network.schema import Network
    from shared.runtime.base.settings import Settings
    from shared.runtime.serve.access import Difference

app = typer.Typer(
    no_args_is_help=True, help="主题与权限:查看与建立 / topics and access to them: see and make them"
)


@app.command("list")
def list_(data: Data = None, as_json: AsJson = False) -> None:
    """列出全部主题及其状态 / list all topics of the network with their state."""
    from shared.network.load import load_network
    from shared.runtime.serve.topic_check import look
    from shared.runtime.serve.topics import plan

    settings = connection.settings(None, data)
    wanted = plan(settings, load_network(settings.network))
    there = output.run(existing(settings))
    seen = output.run(look(settings, wanted, [topic.name for topic in wanted]))
    rows: list[dict[str, Any]] = []
    for topic in wanted:
        found = there.get(topic.name)
        differs = [one for one in seen.mismatches if one.topic == topic.name]
        wrong = any(one.breaks for one in differs)
        rows.append(
            {
                "topic": topic.name,
                "state": "missing" if found is None else "wrong" if wrong else "ready",
                "partitions": found,
                "wanted": topic.partitions,
                "differences": [f"{one.setting} {one.found} ≠ {one.wanted}" for one in differs],
            }
        )
    if as_json:
        output.show(rows)
        return
    output.draw(declared.TOPICS, [{**row, "differs": "; ".join(row["differences"])} for row in rows])


@app.command()
def acl(data: Data = None, as_json: AsJson = False) -> None:
    """列出访问权限与配额及其状态 / list who may do what on the broker, and how much; tell what differs."""
    from shared.network.load import load_network
    from shared.runtime.serve import access
    from shared.runtime.serve.access_rules import access_rules

    settings = connection.settings(None, data, user=ADMIN)
    network = load_network(settings.network)
    found = output.run(access.compared(settings, access_rules(network), network))
    rows, quotas = _rows(found), [one.shown() for one in found.quotas]
    if as_json:
        output.show({"access": rows, "quotas": quotas})
    else:
        output.draw(declared.ACCESS, rows)
        output.draw(declared.QUOTAS, quotas)
    if not found.holds:
        raise typer.Exit(output.FAILED)


@app.command()
def provision(
    data: Data = None,
    as_json: AsJson = False,
    acl: Annotated[
        bool,
        typer.Option(
            "--acl",
            help="一并设置用户口令(SUYUAN_KAFKA_USERS)、权限与配额 / also users, access rules and quotas",
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只说明将做什么 / only say what would be done")
    ] = False,
) -> None:
    """建立缺少的主题 / make the topics that are missing; those that are there stay as they are."""
    from shared.network.load import load_network
    from shared.runtime.serve.topic_check import look
    from shared.runtime.serve.topics import plan
    from shared.runtime.serve.topics import provision as make

    settings = connection.settings(None, data, user=ADMIN)
    network = load_network(settings.network)
    wanted = plan(settings, network)
    made = output.run(lacking(settings, network) if dry_run else make(settings, network))
    differing = output.run(look(settings, wanted, [topic.name for topic in wanted])).mismatches
    changed = output.run(_access(settings, network, dry_run=dry_run)) if acl else None
    if as_json:
        told: dict[str, Any] = {
            "made": made,
            "differences": [one.reason for one in differing],
            "dry_run": dry_run,
        }
        if changed is not None:
            told |= {"access": _rows(changed), "quotas": [one.shown() for one in changed.quotas]}
        output.show(told)
        return
    for one in differing:
        output.err.print(output.told(one.zh, one.reason), markup=False, highlight=False)
    if made:
        output.draw(declared.MADE, [{"topic": name} for name in made])
    else:
        output.line(output.told("全部主题已存在", "All topics are there"))
    if changed is not None:
        _tell(changed)
    if dry_run:
        output.line(output.told("试运行:未作任何改动", "A dry run: nothing was changed"))


async def existing(settings: "Settings") -> dict[str, int]:
    """Return the topics that are there, with their partition counts."""
    from shared.runtime.serve.topics import admin

    async with admin(settings) as client:
        return {topic["topic"]: len(topic["partitions"]) for topic in await client.describe_topics()}


async def lacking(settings: "Settings", network: "Network") -> list[str]:
    """Return the topics that would be made."""
    from shared.runtime.serve.topics import plan

    there = await existing(settings)
    return [topic.name for topic in plan(settings, network) if topic.name not in there]


async def _access(settings: "Settings", network: "Network", *, dry_run: bool) -> "Difference":
    """Make users, rules and quotas what they shall be, or say what differs; return what differed."""
    from shared.runtime.serve import access
    from shared.runtime.serve.access_rules import access_rules

    wanted = access_rules(network)
    if dry_run:
        return await access.compared(settings, wanted, network)
    await access.set_passwords(settings, settings.passwords())
    return await access.make(settings, wanted, network)


def _rows(found: "Difference") -> list[dict[str, Any]]:
    """Return all rules with their state, in the order of those who have them."""
    parts = {
        "ready": found.kept,
        "missing": found.missing,
        "extra": found.extra,
        "foreign": found.foreign,
    }
    rows = [{**rule.shown(), "state": state} for state, rules in parts.items() for rule in rules]
    return sorted(rows, key=lambda row: tuple(row.values()))


def _tell(found: "Difference") -> None:
    changed = [row for row in _rows(found) if row["state"] in ("missing", "extra")]
    if changed:
        output.draw(declared.CHANGES, changed)
    else:
        count = len(found.kept)
        output.line(output.told(f"全部 {count} 条权限已存在", f"All {count} access rules are there"))
    if found.quotas_to_change:
        output.line(output.told("以下配额已按应有设置", "These quotas are set as wanted:"))
        output.draw(declared.QUOTAS, [one.shown() for one in found.quotas_to_change])
    else:
        output.line(output.told("全部配额已设置", "All quotas are set"))
    if found.former:
        who = ", ".join(found.former)
        output.line(
            output.told(f"已不在网络中,口令删除:{who}", f"No members any more, their passwords go: {who}")
        )
    if found.foreign:
        count = len(found.foreign)
        output.line(
            output.told(
                f"另有 {count} 条其他规则,未改动:suyuan topics acl",
                f"{count} other rules were left as they are: suyuan topics acl",
            )
        )
