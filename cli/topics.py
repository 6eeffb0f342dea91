"""`suyuan topics`: what topics there should be, what there are, and make them."""

from typing import TYPE_CHECKING

import typer

from cli import connection, output
from cli.connection import Data
from cli.output import AsJson

if TYPE_CHECKING:
    from shared.runtime.settings import Settings

app = typer.Typer(no_args_is_help=True, help="主题:查看与建立 / topics: see them, make them")


@app.command("list")
def list_(data: Data = None, as_json: AsJson = False) -> None:
    """列出全部主题及其状态 / list all topics of the network with their state."""
    from shared.contracts.network import load_network
    from shared.runtime.topics import plan

    settings = connection.settings(None, data)
    there = output.run(existing(settings))
    rows = []
    for topic in plan(settings, load_network(settings.network)):
        found = there.get(topic.name)
        state = "missing" if found is None else "ready" if found == topic.partitions else "wrong"
        rows.append({"topic": topic.name, "state": state, "partitions": found, "wanted": topic.partitions})
    if as_json:
        output.show(rows)
        return
    marks = {"ready": "有 ready", "missing": "无 missing", "wrong": "分区数不符 wrong"}
    output.table(
        f"Kafka {settings.kafka}",
        ("主题 topic", "状态 state", "分区 partitions", "应有 wanted"),
        [(row["topic"], marks[str(row["state"])], row["partitions"], row["wanted"]) for row in rows],
    )


@app.command()
def provision(data: Data = None, as_json: AsJson = False) -> None:
    """建立缺少的主题 / make the topics that are missing; those that are there stay as they are."""
    from shared.contracts.network import load_network
    from shared.runtime.topics import provision as make

    settings = connection.settings(None, data)
    made = output.run(make(settings, load_network(settings.network)))
    if as_json:
        output.show({"made": made})
    elif made:
        output.table(f"已建立 made: {len(made)}", ("主题 topic",), [(name,) for name in made])
    else:
        output.line("全部主题已存在 / all topics are there")


async def existing(settings: "Settings") -> dict[str, int]:
    """Give the topics that are there, with their partition counts."""
    from aiokafka.admin import AIOKafkaAdminClient

    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka, **settings.kafka_security())
    try:
        await admin.start()
        return {topic["topic"]: len(topic["partitions"]) for topic in await admin.describe_topics()}
    finally:
        await admin.close()
