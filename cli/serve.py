"""`suyuan serve SERVICE`: one replica of one service in this process."""

import importlib

from shared.contracts.errors import SuyuanError
from shared.contracts.topics import SERVICES
from shared.runtime.base.settings import Settings
from shared.runtime.serve.process import Build, serve


def build_of(service: str) -> Build:
    """Return the composition of a service, importing that service alone.

    Raises:
        SuyuanError: There is no such service.
    """
    if service not in SERVICES:
        raise SuyuanError(
            code="service.unknown",
            zh=f"没有服务 {service}。可选:{'、'.join(SERVICES)}。",
            en=f"There is no service {service}. Choose one of {', '.join(SERVICES)}.",
        )
    build: Build = importlib.import_module(f"services.{service}.app").build
    return build


def run(service: str) -> None:
    """Run a replica with the settings of the environment until SIGTERM or SIGINT."""
    serve(build_of(service), Settings())


if __name__ == "__main__":
    import sys

    run(sys.argv[1])
