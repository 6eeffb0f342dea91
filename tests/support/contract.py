"""Contract examples: one message per file, under producer and consumer, as CloudEvents in JSON.

The producer's test tells a story and shows that it says exactly this; the consumer's test is fed the same
file. `make examples` writes the files from the producers' stories.
"""

import difflib
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from shared.casework.protocol import Received
from shared.contracts.envelope import Actor
from shared.contracts.message import REGISTRY, Message

WRITE = "SUYUAN_WRITE_EXAMPLES"
"""Set, the producers' tests write their examples instead of comparing them."""
FOLDER = Path(__file__).parents[1] / "contract"


def example(producer: str, consumer: str, name: str) -> Received:
    """Return an example as the consumer's runtime would hand it over."""
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
    """Return the names of all examples of a pair."""
    return sorted(path.stem for path in (FOLDER / producer / f"for_{consumer}").glob("*.json"))


def written(received: Received) -> dict[str, Any]:
    """Return a message in the form of the files."""
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


def same_as_example(producer: str, consumer: str, name: str, event: dict[str, Any]) -> None:
    """Compare what a producer says with its example; write the example where that is wanted.

    Raises:
        AssertionError: It says something else; the text has the difference.
    """
    path = FOLDER / producer / f"for_{consumer}" / f"{name}.json"
    before = path.read_text("utf-8") if path.exists() else ""
    after = json.dumps(event, ensure_ascii=False, indent=2) + "\n"
    if before == after:
        return
    where = str(path.relative_to(FOLDER.parents[1]))
    lines = (text.splitlines(keepends=True) for text in (before, after))
    difference = "".join(difflib.unified_diff(*lines, fromfile=where, tofile=where))
    if WRITE not in os.environ:
        raise AssertionError(f"{where} is not what {producer} says; run `make examples`\n{difference}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(after, "utf-8")
    print(difference)  # noqa: T201 - what the command shows
