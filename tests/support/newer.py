"""Mediation in a later version: its cases have a version, a value and a field more than today's.

python -m tests.support.newer
"""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from cli.serve import build_of
from services.mediation.case import Mediation as Case
from shared.casework.protocol import Received, Routed
from shared.contracts.message import Event
from shared.network.schema import Network
from shared.runtime.base.settings import Settings
from shared.runtime.serve.process import serve
from shared.runtime.serve.service import Service

MODULE = "tests.support.newer"
VERSION = 2


class NewerCase(Case):
    """A case as a later version stores it."""

    venue: Literal["online", "court"] = "online"


def upgraded(version: int, state: dict[str, Any]) -> dict[str, Any]:
    """Bring a state of today up."""
    return {**state, "venue": "court"}


def build(settings: Settings, network: Network) -> Service:
    """Return mediation, with newer cases."""
    made = build_of("mediation")(settings, network)
    streams = {one.name: one for one in made.streams}
    today = streams["case"]

    def evolve(state: Any, event: Event, at: datetime) -> NewerCase:
        after = today.evolve(state, event, at)
        return after if isinstance(after, NewerCase) else NewerCase(**dict(after))

    newer: Any = replace(today, state=NewerCase, evolve=evolve, version=VERSION, upgrade=upgraded)
    streams["case"] = newer

    def route(topic: str, key: str, message: Received, /) -> Routed | None:
        routed = made.route(topic, key, message)
        return None if routed is None else replace(routed, stream=streams[routed.stream.name])

    return replace(made, streams=tuple(streams.values()), route=route)


def stored_newer(document: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Return the changes that a later version would have made to a stored state."""
    return {"state": json.dumps({**json.loads(document["state"]), **fields}), "shape": "newer"}


if __name__ == "__main__":
    serve(build, Settings())
