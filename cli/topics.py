"""`suyuan topics`: what topics there should be, what there are, and make them."""

from typing import TYPE_CHECKING, Any

import typer

from cli import connection, output
from cli.connection import Data
from cli.display import declared
from cli.output import AsJson

if TYPE_CHECKING:
    from shared.runtime.base.settings import Settings

app = typer.Typer(no_args_is_help=True, help="主题:查看与建立 / topics: see them, make them")


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
def provision(data: Data = None, as_json: AsJson = False) -> None:
    """建立缺少的主题 / make the topics that are missing; those that are there stay as they are."""
    from shared.network.load import load_network
    from shared.runtime.serve.topic_check import look
    from shared.runtime.serve.topics import plan
    from shared.runtime.serve.topics import provision as make

    settings = connection.settings(None, data)
    network = load_network(settings.network)
    made = output.run(make(settings, network))
    wanted = plan(settings, network)
    differing = output.run(look(settings, wanted, [topic.name for topic in wanted])).mismatches
    if as_json:
        output.show({"made": made, "differences": [one.reason for one in differing]})
        return
    for one in differing:
        output.err.print(output.told(one.zh, one.reason), markup=False, highlight=False)
    if made:
        output.draw(declared.MADE, [{"topic": name} for name in made])
    else:
        output.line(output.told("全部主题已存在", "All topics are there"))


async def existing(settings: "Settings") -> dict[str, int]:
    """Return the topics that are there, with their partition counts."""
    from shared.runtime.serve.topics import admin

    async with admin(settings) as client:
        return {topic["topic"]: len(topic["partitions"]) for topic in await client.describe_topics()}
