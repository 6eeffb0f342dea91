"""/healthz, /readyz and /metrics, on a port of their own; no case data in any of them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, Final

import orjson
from faststream.asgi import AsgiResponse, get

from shared.runtime.base.metrics import Metrics
from shared.runtime.ingest.consumer import Consumer
from shared.runtime.ingest.worker import Worker
from shared.runtime.serve.probes import Probes

VERSION: Final = version("suyuan")
_POLL_AGE_S = 30.0
_PUBLISHING_S = 8.0


@dataclass(slots=True)
class Readiness:
    """Says whether a replica can do its work, and why not.

    Attributes:
        worker: Its worker; ``None`` before the start is complete.
        consumer: Its consumer.
        starting: What the start is waiting for.
        steps: Why a regular step (clocks, figures) does not go on, by step.
        unread: Messages that Kafka has for this replica and that were not read yet.
        topics: In what the topics are not what the settings say.
        number: Why the replica number is not this process's alone.
        probes: Ask MongoDB and Kafka beside the work.
    """

    worker: Worker | None = None
    consumer: Consumer | None = None
    starting: str = "starting"
    steps: dict[str, str] = field(default_factory=dict)
    unread: int = 0
    topics: list[str] = field(default_factory=list)
    number: str = ""
    probes: Probes | None = None

    def poll_age_s(self) -> float:
        """Return the seconds since the brokers last answered or a batch was taken."""
        assert self.worker is not None
        assert self.consumer is not None
        fetched = time.time() - self.consumer.progress.last_poll_ms() / 1000
        return max(0.0, min(fetched, time.monotonic() - self.worker.health.polled_at))

    def reasons(self) -> list[str]:
        """Return why the replica is not ready; empty when it is."""
        if self.worker is None or self.consumer is None or self.starting:
            return [self.starting or "starting"]
        health = self.worker.health
        silent = [] if self.probes is None else self.probes.reasons()
        said = (
            health.fatal,
            self.number,
            *silent,
            *self.topics,
            *health.troubles.values(),
            *self.steps.values(),
        )
        out = [text for text in said if text]
        if not out and (waited := self.worker.publishing_s) > _PUBLISHING_S:
            out.append(f"publish.waiting: a batch has waited {waited:.0f} s for Kafka to store its messages")
        out = list(dict.fromkeys(out))
        if missing := self.consumer.missing():
            out.append(f"topic {missing[0]} is not there: run `suyuan topics provision`")
        elif not self.consumer.assigned_once:
            out.append("no partitions assigned yet")
        elif health.origins and self.poll_age_s() > _POLL_AGE_S:
            out.append(f"last poll {self.poll_age_s():.0f} s ago")
        elif self.unread and time.monotonic() - health.polled_at > _POLL_AGE_S:
            out.append(f"{self.unread} messages wait, and none was taken for {_POLL_AGE_S:.0f} s")
        return out


def routes(service: str, readiness: Readiness, metrics: Metrics) -> Sequence[tuple[str, Any]]:
    """Return the routes for FastStream's ASGI application."""

    @get
    async def healthz(scope: Any) -> AsgiResponse:
        return _json({"service": service, "alive": True, "version": VERSION}, 200)

    @get
    async def readyz(scope: Any) -> AsgiResponse:
        reasons = readiness.reasons()
        body: dict[str, Any] = {"service": service, "ready": not reasons, "reasons": reasons}
        if readiness.worker is not None and not readiness.starting:
            body["poll_age_s"] = round(readiness.poll_age_s(), 1)
            body["partitions"] = len(readiness.worker.health.origins)
        return _json(body, 503 if reasons else 200)

    @get
    async def figures(scope: Any) -> AsgiResponse:
        return AsgiResponse(metrics.text(), 200, {"content-type": "text/plain; version=0.0.4; charset=utf-8"})

    return (("/healthz", healthz), ("/readyz", readyz), ("/metrics", figures))


def _json(body: dict[str, Any], status: int) -> AsgiResponse:
    return AsgiResponse(orjson.dumps(body), status, {"content-type": "application/json"})
