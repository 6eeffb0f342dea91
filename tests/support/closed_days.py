"""Intake with closed days of history, and what `suyuan verify` says of it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from shared.network.keys import KeyUse
from shared.runtime.base.collections import HISTORY, STREAMS
from shared.runtime.base.signing import Signer
from tests.kafka.filings import by_aiokafka, filings
from tests.support.asking import asked, eventually
from tests.support.cases import case_id
from tests.support.cli import Done, suyuan
from tests.support.services import Services, platform

FILED = filings("tamper", 12)
CASE = case_id("abc", "tamper-1")
DAYS_OF = "~days.intake"


MEMBER = "fengtai-court"


@contextmanager
def standing(*, replicas: int, kills: int) -> Iterator[Services]:
    """Let replicas close days of two seconds and kill them in turn; in the end all stand still."""
    env = {"SUYUAN_HISTORY_DAY_S": "2", "SUYUAN_SESSION_TIMEOUT_MS": "6000"}
    with platform(env=env) as running:
        running.start("intake", replicas=replicas)
        running.ready()
        asyncio.run(by_aiokafka(running.addresses, FILED))
        registered = {"type": "suyuan.intake.dispute-registered.v1"}
        eventually(lambda: asked(running, "intake", lambda db: db.count(HISTORY, registered)) == len(FILED))
        for round in range(kills):
            _closes_more(running, 1)
            running.kill("intake", round % replicas)
            running.start("intake", replicas=replicas)
        running.ready()
        _closes_more(running, 3)
        running.stop("intake")
        assert asked(running, "intake", lambda db: db.count("outbox", {})) == 0
        yield running


def _closes_more(services: Services, days: int) -> None:
    wanted = closed_days(services) + days
    eventually(lambda: closed_days(services) >= wanted, seconds=120)


def closed_days(services: Services) -> int:
    found = asked(services, "intake", lambda db: db.get(STREAMS, DAYS_OF))
    return int(found["version"]) if found else 0


def verified(data: str, *more: str) -> Done:
    return suyuan("verify", *more, "-s", "intake", "--data", data, "--json")


def found(done: Done) -> list[tuple[str, int, str, str]]:
    return [
        (one["subject"], one["number"], one["wrong"], one["where"])
        for service in done.json["services"]
        for one in service["findings"]
    ]


def signer(services: Services, owner: str, use: KeyUse) -> Signer:
    """Return a private key of the platform."""
    return Signer.of(services.keys.setting(owner, use))
