"""The examples that the other services promise to the portal: each one is taken and shows."""

import json

import pytest

from services.portal.views import summed
from shared.casework.case_ids import is_case_id
from shared.contracts.language import topics_of
from tests.support.contract import example, names
from tests.unit.portal.mother import Rows

PRODUCERS = ("intake", "mediation", "court_bridge", "alerts")
EXAMPLES = [(producer, name) for producer in PRODUCERS for name in names(producer, "portal")]


@pytest.mark.parametrize(("producer", "name"), EXAMPLES, ids=lambda value: value)
def test_a_promised_example_is_taken(producer: str, name: str) -> None:
    message = example(producer, "portal", name)
    rows = Rows()
    rows.take(message, topics_of(type(message.body))[0])
    if is_case_id(message.subject):
        (line,) = rows.rows["timeline"].values()
        assert line["type"] in message.body.wire_type
        assert message.subject in rows.rows["cases"]
    json.dumps(rows.rows)
    summed(rows.figures())


def test_every_service_promises_examples() -> None:
    assert {producer for producer, _ in EXAMPLES} == set(PRODUCERS)
