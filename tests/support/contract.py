"""Contract examples: one message per file, under producer and consumer, as CloudEvents in JSON.

The producer's test shows that it says exactly this; the consumer's test is fed the same file.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from shared.casework.protocol import Received
from shared.contracts.envelope import Actor
from shared.contracts.message import REGISTRY, Message

FOLDER = Path(__file__).parents[1] / "contract"


def example(producer: str, consumer: str, name: str) -> Received:
    """Give an example as the consumer's runtime would hand it over."""
    event = json.loads((FOLDER / producer / f"for_{consumer}" / f"{name}.json").read_text("utf-8"))
    body: Message = REGISTRY[event["type"]].model_validate_json(json.dumps(event["data"]))
    return Received(
        body=body,
        id=event["id"],
        source=event["source"],
        subject=event["subject"],
        at=datetime.fromisoformat(event["time"]),
        actor=Actor.parse(event["actor"]),
        sequence=event.get("sequence"),
    )


def names(producer: str, consumer: str) -> list[str]:
    """Give the names of all examples of a pair."""
    return sorted(path.stem for path in (FOLDER / producer / f"for_{consumer}").glob("*.json"))


def written(received: Received) -> dict[str, Any]:
    """Give a message in the form of the files."""
    return {
        "specversion": "1.0",
        "id": received.id,
        "source": received.source,
        "type": received.body.wire_type,
        "subject": received.subject,
        "time": received.at.isoformat(),
        "sequence": received.sequence,
        "actor": str(received.actor),
        "datacontenttype": "application/json",
        "data": received.body.model_dump(mode="json"),
    }
