"""A service with a mistake in it: decisions about marked messages raise while a file exists.

    python -m tests.support.broken SERVICE

The mark is a claim of :data:`MARK` fen. ``SUYUAN_TEST_BROKEN`` names the file; deleting it is the fix.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from cli.serve import build_of
from shared.casework.protocol import Received, Routed, Stream
from shared.network.schema import Network
from shared.runtime.base.settings import Settings
from shared.runtime.serve.process import serve
from shared.runtime.serve.service import Service
from tests.support.services import Services

MARK = 1_313_131
MODULE = "tests.support.broken"


def build(settings: Settings, network: Network) -> Service:
    """Return the service named on the command line, with the mistake."""
    marker = Path(os.environ["SUYUAN_TEST_BROKEN"])
    made = build_of(sys.argv[1])(settings, network)
    streams = {one.name: _broken(one, marker) for one in made.streams}

    def route(topic: str, key: str, message: Received, /) -> Routed | None:
        routed = made.route(topic, key, message)
        return None if routed is None else replace(routed, stream=streams[routed.stream.name])

    return replace(made, streams=tuple(streams.values()), route=route)


def _broken(stream: Stream[Any], marker: Path) -> Stream[Any]:
    def decide(state: Any, message: Received) -> Any:
        if getattr(message.body, "claim_fen", 0) == MARK and marker.exists():
            raise ZeroDivisionError("a mistake in the code")
        return stream.decide(state, message)

    return replace(stream, decide=decide)


def start(services: Services, service: str, marker: Path, env: Mapping[str, str] | None = None) -> None:
    """Start replica 0 of a service with the mistake, in place of the right one."""
    more = {"SUYUAN_TEST_BROKEN": str(marker), **(env or {})}
    services.start_program(service, [MODULE, service], env=more)


if __name__ == "__main__":
    serve(build, Settings())
