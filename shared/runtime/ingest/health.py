"""What does not go on at the moment, and why: where readiness looks."""

import time
from dataclasses import dataclass, field

from aiokafka.errors import KafkaError

from shared.contracts.errors import SuyuanError
from shared.runtime.base import logs
from shared.runtime.commit.mongo import Unavailable
from shared.runtime.decide.entries import Outcome
from shared.runtime.decide.subject import UNREADABLE
from shared.runtime.ingest.incidents import Incidents

_log = logs.get("runtime")

AWAY = (Unavailable, KafkaError, TimeoutError, ConnectionError)
"""Errors of a server that is away: what failed is tried again until it is back."""


@dataclass(slots=True)
class Health:
    """What readiness looks at.

    Attributes:
        troubles: Reasons why something does not go on at the moment, by what waits for it.
        fatal: Reason why nothing will go on before somebody acts.
        polled_at: Monotonic time of the last poll.
        origins: Origins that this process owns.
        incidents: Logs what becomes of single messages.
    """

    troubles: dict[str, str] = field(default_factory=dict)
    fatal: str = ""
    polled_at: float = field(default_factory=time.monotonic)
    origins: frozenset[str] = frozenset()
    incidents: Incidents = field(default_factory=Incidents)

    @property
    def trouble(self) -> str:
        """All troubles in one text; empty when all is well."""
        return "; ".join(dict.fromkeys(self.troubles.values()))

    def troubled(self, step: str, error: BaseException) -> None:
        """Note why a step does not go on."""
        if isinstance(error, SuyuanError):
            reason = error.en
        else:
            reason = f"{'Kafka' if isinstance(error, AWAY) else step}: {error!r}"[:200]
        if step not in self.troubles:
            _log.warning("runtime.work.waiting", step=step, reason=reason)
        self.troubles[step] = reason

    def well(self, *steps: str) -> None:
        """Note that steps go on."""
        for step in steps:
            if self.troubles.pop(step, None) is not None:
                _log.info("runtime.work.resumed", step=step)


def log_outcome(outcome: Outcome, incidents: Incidents) -> None:
    """Log what a batch found out about single messages and subjects."""
    for id_, reason, case in outcome.buried:
        incidents.buried(id_, reason, case)
    for id_ in outcome.held:
        incidents.held(id_)
    for subject, error in outcome.clock_errors.items():
        _log.warning("runtime.clock.raised", subject=subject, error=error)
    for subject, detail in outcome.blocked.items():
        _log.warning("runtime.case.blocked", subject=subject, reason=UNREADABLE, detail=detail)
    for subject in outcome.unblocked:
        _log.info("runtime.case.unblocked", subject=subject, reason=UNREADABLE)
