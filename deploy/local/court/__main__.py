"""``python -m deploy.local.court``: run the court simulator until it is told to stop."""

import argparse
import asyncio
import signal
from pathlib import Path

from deploy.local.court.decisions import Manners
from deploy.local.court.program import run
from shared.network.load import load_network
from shared.runtime.base import logs
from shared.runtime.base.settings import Settings
from shared.runtime.base.signing import Signer


def main() -> None:
    """Read the command line and run."""
    asyncio.run(_run(_parser().parse_args()))


def _parser() -> argparse.ArgumentParser:
    usual = Manners()
    settings = Settings()
    parser = argparse.ArgumentParser(prog="court", description="The court simulator.")
    add = parser.add_argument
    add("--kafka", default=settings.kafka, help="Kafka addresses (default: SUYUAN_KAFKA)")
    add("--network", type=Path, default=settings.network, help="network file (default: SUYUAN_NETWORK)")
    add("--register", type=Path, default=Path(".suyuan/court.sqlite"), help="file of the register")
    add("--seed", type=int, default=1, help="another seed is another court")
    add("--fast", action="store_true", help="answer at once: the same as --delay-ms 0")
    add("--delay-ms", type=int, default=usual.delay_ms, help="longest real time until an answer is sent")
    add("--reject-percent", type=int, default=usual.reject_percent, help="first filings that are rejected")
    add("--refuse-percent", type=int, default=usual.refuse_percent, help="confirmations that are refused")
    add("--disorder-percent", type=int, default=usual.disorder_percent, help="filings answered out of order")
    add("--twice-percent", type=int, default=usual.twice_percent, help="answers that are sent twice")
    add("--log-level", default=settings.log_level, help="debug, info, warning or error")
    return parser


async def _run(options: argparse.Namespace) -> None:
    logs.configure("court", options.log_level)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    await run(
        options.kafka,
        load_network(options.network),
        options.seed,
        register=options.register,
        signer=_signer(),
        manners=Manners(
            delay_ms=0 if options.fast else options.delay_ms,
            reject_percent=options.reject_percent,
            refuse_percent=options.refuse_percent,
            disorder_percent=options.disorder_percent,
            twice_percent=options.twice_percent,
        ),
        security=Settings().kafka_security(),
        stop=stop,
    )


def _signer() -> Signer:
    """Return the court's key.

    Raises:
        SystemExit: ``SUYUAN_SIGNING_KEY`` holds none.
    """
    try:
        return Signer.of(Settings().signing_key.get_secret_value())
    except ValueError:
        raise SystemExit("SUYUAN_SIGNING_KEY holds no key of the court: suyuan keys new makes one") from None


if __name__ == "__main__":
    main()
