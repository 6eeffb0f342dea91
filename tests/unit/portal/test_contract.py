"""The examples that the other services promise to the portal: each one is taken and shows."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from services.portal.views import summed
from shared.casework.case_ids import is_case_id
from shared.casework.protocol import Received
from shared.contracts.envelope import Actor
from shared.contracts.language import REGISTRY, topics_of
from tests.unit.portal.mother import Rows

EXAMPLES = sorted((Path(__file__).parents[2] / "contract").glob("*/for_portal/*.json"))


def example(path: Path) -> Received:
    known: dict[str, Any] = json.loads(path.read_bytes())
    cls = REGISTRY[known["type"]]
    return Received(
        body=cls.model_validate_json(json.dumps(known["data"])),
        id=known["id"],
        source=known["source"],
        subject=known["subject"],
        at=datetime.fromisoformat(known["time"]),
        actor=Actor.parse(known["actor"]),
        sequence=known["sequence"],
    )


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_a_promised_example_is_taken(path: Path) -> None:
    message = example(path)
    rows = Rows()
    rows.take(message, topics_of(type(message.body))[0])
    if is_case_id(message.subject):
        (line,) = rows.rows["timeline"].values()
        assert line["type"] in message.body.wire_type
        assert message.subject in rows.rows["cases"]
    json.dumps(rows.rows)
    summed(rows.figures())


def test_intake_and_mediation_promise_examples() -> None:
    assert {"intake", "mediation"} <= {path.parts[-3] for path in EXAMPLES}
