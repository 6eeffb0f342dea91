"""`make bench`, `python -m bench`: measure, print a table, keep the raw figures."""

import argparse
import asyncio
import json
import logging
import os
import platform
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import surveillance
from bench.plan import Say, Sizes, measure
from bench.report import table
from bench.site import Site

RESULTS = Path(__file__).parent / "results"


def main() -> None:
    """Measure what the command line asks for."""
    options = _options()
    # aiokafka tells of every retry of a start; what matters here is raised.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    began = time.monotonic()

    def say(line: str) -> None:
        print(f"{time.monotonic() - began:7.1f} s  {line}", file=sys.stderr, flush=True)

    if options.only == ["surveillance"]:
        # Neither broker nor database is needed.
        sizes = (500, 5_000) if options.quick else (10_000, 100_000)
        print("\n".join(surveillance.lines(surveillance.run(*sizes))))
        return
    figures = asyncio.run(_measured(_sizes(options), options.only, say))
    figures["load"] = os.getloadavg()
    figures["at"] = datetime.now(UTC).isoformat(timespec="seconds")
    figures["machine"] = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    print(table(figures))
    out = options.json or RESULTS / f"{figures['at'].replace(':', '')}.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    print(f"\n{out}")


async def _measured(sizes: Sizes, only: list[str], say: Say) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="suyuan-bench-") as folder:
        async with Site(Path(folder), say, open_too="access" in only) as site:
            return await measure(site, sizes, only, say)


def _sizes(options: argparse.Namespace) -> Sizes:
    sizes = Sizes.quick() if options.quick else Sizes()
    sizes.runs = options.runs or sizes.runs
    return sizes


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="where the raw figures go")
    parser.add_argument("--quick", action="store_true", help="small and short: shows that it works")
    parser.add_argument("--runs", type=int, metavar="N", help="runs of each form (5; with --quick 2)")
    parser.add_argument(
        "--only",
        nargs="+",
        default=[],
        choices=[
            "stage",
            "tutorial",
            "pipeline",
            "latency",
            "memory",
            "matching",
            "alerts",
            "access",
            "surveillance",
        ],
        help="measure these parts alone (latency needs the rate of pipeline and measures it)",
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
