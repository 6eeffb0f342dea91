"""Metrics in Prometheus form; touched once per batch, never per message."""

import time
from collections.abc import Callable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_SIZES = (1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500)

_WAITING = {
    "dead_letters": "Dead letters that wait",
    "holds": "Messages held because they came early",
    "blocked_cases": "Cases that are blocked: behind a dead letter, or unreadable",
}


class Metrics:
    """The metrics of one service process.

    Args:
        service: Label of every figure.
    """

    def __init__(self, service: str) -> None:
        """Make a registry of its own, so that tests can have many."""
        self.registry = registry = CollectorRegistry()
        one = ("service",)

        def counter(name: str, text: str) -> Counter:
            return Counter(name, text, one, registry=registry).labels(service)

        def gauge(name: str, text: str) -> Gauge:
            return Gauge(name, text, one, registry=registry).labels(service)

        self._service = service
        self._deliveries: Counter | None = None
        self._size = Histogram(
            "suyuan_batch_size", "Messages per batch", one, buckets=_SIZES, registry=registry
        ).labels(service)
        self._step = Histogram(
            "suyuan_batch_step_seconds",
            "Time per batch and step",
            ("service", "step"),
            buckets=_SECONDS,
            registry=registry,
        )
        self._messages = Counter(
            "suyuan_messages_total",
            "Messages by what became of them",
            ("service", "outcome"),
            registry=registry,
        )
        self._published_total = counter("suyuan_published_total", "Messages published")
        self._recovered = counter("suyuan_outbox_recovered_total", "Messages of an earlier owner published")
        self._conflicts = counter("suyuan_conflicts_total", "Write conflicts")
        self._waiting = {
            name: Gauge(f"suyuan_{name}", text, one, registry=registry) for name, text in _WAITING.items()
        }
        self._outbox_since: float | None = None
        # Asked when it is read: it goes on growing while the database does not say.
        gauge("suyuan_outbox_age_seconds", "Age of the oldest outbox row").set_function(self._outbox_age)
        self.lag = Gauge(
            "suyuan_lag_messages",
            "Messages not yet applied",
            ("service", "topic", "partition"),
            registry=registry,
        )

    def calendar(self, days_left: Callable[[], int]) -> None:
        """Show how many days the calendar still lasts; of a service that works with one."""
        Gauge(
            "suyuan_calendar_days", "Days that the known calendar lasts", ("service",), registry=self.registry
        ).labels(self._service).set_function(days_left)

    def delivery(self, outcome: str) -> None:
        """Note a try to deliver a notice outside, by what became of it; of a service that delivers any."""
        if self._deliveries is None:
            self._deliveries = Counter(
                "suyuan_deliveries_total",
                "Tries to deliver a notice by what became of them",
                ("service", "outcome"),
                registry=self.registry,
            )
        self._deliveries.labels(self._service, outcome).inc()

    def parsed(self, messages: int, seconds: float) -> None:
        """Note a parsed batch."""
        self._size.observe(messages)
        self._step.labels(self._service, "parse").observe(seconds)

    def batch(
        self, messages: int, counts: Mapping[str, int], *, load: float, decide: float, commit: float
    ) -> None:
        """Note a committed batch."""
        for step, seconds in (("load", load), ("decide", decide), ("commit", commit)):
            self._step.labels(self._service, step).observe(seconds)
        self._messages.labels(self._service, "taken").inc(messages)
        for name, count in counts.items():
            if ":" not in name:
                self._messages.labels(self._service, name).inc(count)

    def published(self, messages: int, seconds: float) -> None:
        """Note a published batch."""
        self._published_total.inc(messages)
        self._step.labels(self._service, "publish").observe(seconds)

    def recovered(self, messages: int) -> None:
        """Note messages of an earlier owner."""
        self._recovered.inc(messages)

    def conflict(self) -> None:
        """Note a write conflict."""
        self._conflicts.inc()

    def waiting(self, counts: Mapping[str, int] | None) -> None:
        """Show what waits in the database of the service.

        Args:
            counts: By name (``dead_letters``, ``holds``, ``blocked_cases``); ``None`` where another replica
                shows it: a sum over the replicas would count each letter once per replica.
        """
        for name, gauge in self._waiting.items():
            if counts is None:
                gauge.clear()
            else:
                gauge.labels(self._service).set(counts[name])

    def outbox(self, age: float) -> None:
        """Note the age of the oldest outbox row, seconds; 0 when there is none."""
        self._outbox_since = time.time() - age if age else None

    def _outbox_age(self) -> float:
        return 0.0 if self._outbox_since is None else max(0.0, time.time() - self._outbox_since)

    def lags(self, lags: Mapping[tuple[str, int], int]) -> None:
        """Set the lag of the owned partitions."""
        self.lag.clear()
        for (topic, partition), lag in lags.items():
            self.lag.labels(self._service, topic, str(partition)).set(lag)

    def text(self) -> bytes:
        """Return all figures in Prometheus text form."""
        return generate_latest(self.registry)
