"""Messages as outsiders send them, with another client than ours."""

import json
from typing import Any

from confluent_kafka import Producer

from tests.support.clients import rdk
from tests.support.services import Services

NOW = "2025-03-03T10:00:00+08:00"


def send(services: Services, topic: str, key: str, value: bytes, **headers: str) -> None:
    producer = Producer(rdk(services.addresses))
    producer.produce(topic, key=key, value=value, headers=headers)
    assert producer.flush(30) == 0


def filing_headers(id: str, **more: str) -> dict[str, str]:
    """Return the headers of a filing by ccb, with some added or replaced."""
    return {
        "ce_specversion": "1.0",
        "ce_id": id,
        "ce_source": "/institutions/ccb",
        "ce_type": "suyuan.intake.file-dispute.v1",
        "ce_time": NOW,
        **more,
    }


def intake_event(services: Services, subject: str, sequence: int, kind: str, body: dict[str, Any]) -> None:
    send(
        services,
        "intake.events",
        subject,
        json.dumps(body).encode(),
        ce_specversion="1.0",
        ce_id=f"{subject}:{sequence}@/suyuan/intake",
        ce_source="/suyuan/intake",
        ce_type=f"suyuan.intake.{kind}.v1",
        ce_subject=subject,
        ce_time=NOW,
        ce_sequence=str(sequence),
        ce_actor="ccb//institution_agent",
        ce_correlationid="c-1",
    )
