"""`suyuan rebuild`: every state made again of what was recorded, and held to the one that is stored."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from cli import connection, output
from cli.connection import AnyService, Data
from cli.display import declared
from cli.output import AsJson

if TYPE_CHECKING:
    from shared.runtime.decide.rebuilding import Recorded
    from shared.runtime.serve.service import Service

_PAGE: Final = 1000
_SHOWN: Final = 50


def rebuild(service: AnyService = None, data: Data = None, as_json: AsJson = False) -> None:
    """由事件重建全部状态并与所存比较 / make every state again of the events, compare; 1 if one differs."""
    names = connection.services(service, data)
    found = output.run(_rebuilt(names, data))
    differing = [row for one in found for row in one["differing"]]
    if as_json:
        output.show({"same": not differing, "services": found})
    else:
        if differing:
            output.draw(declared.DIFFERING, differing[:_SHOWN], str(len(differing)))
        count = sum(one["subjects"] for one in found)
        told = output.told(f"{count} 个状态已重建", f"{count} states made again")
        state = output.told(f"{len(differing)} 个不同", f"{len(differing)} differ")
        output.line(f"{told}: {state}")
    if differing:
        raise typer.Exit(output.FAILED)


async def _rebuilt(names: Sequence[str], data: Path | None) -> list[dict[str, Any]]:
    from cli.serve import build_of
    from shared.network.load import load_network
    from shared.runtime.decide.rebuilding import Recorded, recorded_topics
    from shared.runtime.serve.client import EventReader

    services: dict[str, Service] = {}
    recorded: dict[str, Recorded] = {}
    for name in names:
        settings = connection.settings(name, data, mongo=True)
        made = services[name] = build_of(name)(settings, load_network(settings.network))
        recorded[name] = Recorded(name, made.topics, made.route)
    common = connection.settings(names[0], data)
    institutions = [one.id for one in load_network(common.network).institutions]
    async with EventReader(common, recorded_topics(institutions)) as reader:
        async for batch in reader.to_end():
            for parsed in batch:
                for one in recorded.values():
                    one.take(parsed)
    return [await _compared(name, services[name], recorded[name], data) for name in names]


async def _compared(name: str, service: "Service", recorded: "Recorded", data: Path | None) -> dict[str, Any]:
    from shared.runtime.base.collections import STREAMS
    from shared.runtime.decide import states
    from shared.runtime.decide.rebuilding import differing, rebuilt

    streams = {stream.name: stream for stream in service.streams}
    database = connection.database(name, connection.settings(name, data, mongo=True))
    rows: list[dict[str, str]] = []
    subjects, last = 0, ""
    try:
        while page := await database.find(STREAMS, {"_id": {"$gt": last}}, sort=[("_id", 1)], limit=_PAGE):
            last = page[-1]["_id"]
            for document in page:
                stream = streams.get(document["kind"])
                if stream is None or document.get("parked") is not None:
                    continue
                subjects += 1
                subject = document["_id"]
                stored, _ = states.read(stream, document)
                made = rebuilt(stream, recorded.own.get(subject, ()), recorded.told.get(subject, ()))
                if fields := differing(stored, made):
                    kind = document["kind"]
                    rows.append(
                        {"service": name, "kind": kind, "subject": subject, "fields": ", ".join(fields)}
                    )
    finally:
        database.close()
    return {"service": name, "subjects": subjects, "differing": rows}
