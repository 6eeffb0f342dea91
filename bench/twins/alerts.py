"""Alerts by hand, in the limit form: `python -m bench.twins.alerts`.

A registered dispute is counted, and what was counted comes back by the topic of the panels into the open week
of its shard, with the rows of both. The weeks of the measured flow stay open; what ends one raises.
"""

from typing import Any

import uvloop

from bench.twins.mediation import INTAKE, Batch, Mediation, run
from bench.twins.wires import Document
from services.alerts.handlers import handlers
from services.alerts.rules import ALERT_RULES, Context
from services.alerts.store import INDEXES
from shared.casework.protocol import Change, Increment, Received, Timed
from shared.contracts.counts import CountingStarted, DisputeCounted, GateOpened
from shared.contracts.topics import PANELS
from shared.network.load import load_network
from shared.runtime.base.settings import Settings
from shared.runtime.serve.gates import gates

RECEIVERS: dict[type[Any], tuple[str, str]] = {
    DisputeCounted: ("counts", "shard"),
    CountingStarted: ("panel", "panel"),
    GateOpened: ("gate", "gate"),
}
"""Of what comes back: the kind of subject that it leads to, and the field that names it."""


class Alerts(Mediation):
    """The decisions of a batch, and the rows and messages that come of it."""

    service = "alerts"
    topics = (INTAKE, PANELS)
    own = INDEXES

    def __init__(self, settings: Settings) -> None:
        institutions = frozenset(one.id for one in load_network(settings.network).institutions)
        made = handlers(context=Context(ALERT_RULES, institutions, gates(settings.partitions)))
        self.streams = {"case": made.case, "counts": made.counts, "panel": made.panel, "gate": made.gate}
        self.begin(settings)

    def subject(self, topic: str, key: bytes, body: Any, headers: dict[str, bytes]) -> str:
        """Return what a message leads to."""
        if topic == INTAKE:
            return headers["ce_subject"].decode()
        return str(getattr(body, RECEIVERS[type(body)][1]))

    def kind(self, topic: str, body: Any) -> str:
        """Return the kind of subject that a message leads to."""
        return "case" if topic == INTAKE else RECEIVERS[type(body)][0]

    def keep(
        self, stream: Any, document: Document, message: Received, before: Any, events: Any, batch: Batch
    ) -> None:
        """Take in what a message says besides its events, and write its rows."""
        if stream.absorb is not None:
            document["state"] = stream.absorb(document["state"], message)
            batch.changed.add(document["_id"])
        if stream.rows is None:
            return
        timed = [Timed(message.at, event) for event in events]
        change = Change(message, document["_id"], before, document["state"], timed, "")
        for write in stream.rows(change):
            rows = batch.rows.setdefault(write.collection, {})
            if isinstance(write, Increment):
                zero = dict.fromkeys(write.fields, 0)
                row = rows.setdefault(write.id, {"$inc": zero, "$setOnInsert": write.labels})
                for name, by in write.fields.items():
                    row["$inc"][name] += by
            else:
                rows[write.id] = {**write.document, "_id": write.id}

    def rows(self, batch: Batch) -> Any:
        """Return the changes of collections of its own."""
        for name, rows in batch.rows.items():
            yield name, [{"q": {"_id": id_}, "u": row, "upsert": True} for id_, row in rows.items()]


async def main(settings: Settings) -> None:
    """Take batches until killed."""
    await run(settings, Alerts(settings))


if __name__ == "__main__":
    uvloop.run(main(Settings()))
