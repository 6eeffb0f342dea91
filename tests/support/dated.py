"""A service of another year: its library knows no notice after a year, whatever is installed.

    python -m tests.support.dated SERVICE YEAR

Calendar files beside the network file count as always.
"""

import sys
from collections.abc import Mapping

from cli.serve import build_of
from deploy.local.ports import choose_port
from deploy.local.processes import ChildProcess
from shared.runtime.base.settings import Settings
from shared.runtime.serve import calendars
from shared.runtime.serve.process import serve
from tests.support.calendars import known_until
from tests.support.services import ROOT, Replica, Services


def start(
    services: Services, service: str, year: int, *, number: int = 0, env: Mapping[str, str] | None = None
) -> None:
    """Start a replica of a service whose library knows the notices until a year."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        **services.environment(service, number),
        "SUYUAN_OPS_PORT": str(choose_port()),
        **(env or {}),
    }
    process = ChildProcess(
        f"{service}-{number}",
        [sys.executable, "-m", "tests.support.dated", service, str(year)],
        log=services.folder / f"{service}-{number}.log",
        environment=environment,
        directory=ROOT,
    )
    process.start()
    services._replicas[service, number] = Replica(service, number, environment, process)


if __name__ == "__main__":
    service, year = sys.argv[1:]
    known = known_until(int(year))
    calendars.library_calendar = lambda: known
    serve(build_of(service), Settings())
