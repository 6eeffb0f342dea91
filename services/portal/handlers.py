"""Which message leads to which read model."""

from typing import Final

from services.portal import store
from services.portal.model import cases, series, subjects
from shared.casework.case_ids import is_case_id, is_series_id
from shared.casework.protocol import Received, Routed, Stream
from shared.contracts.topics import EVENT_TOPICS, commands_topic

TOPICS: Final = (
    EVENT_TOPICS["intake"],
    EVENT_TOPICS["mediation"],
    EVENT_TOPICS["court_bridge"],
    EVENT_TOPICS["alerts"],
    commands_topic("portal"),
)

TIMELINE: Final = Stream(
    name="timeline",
    state=cases.CaseView,
    decide=cases.decide,
    evolve=cases.evolve,
    absorb=cases.absorb,
    rows=store.case_rows,
)
SERIES: Final = Stream(
    name="series",
    state=series.SeriesView,
    decide=series.decide,
    evolve=series.evolve,
    absorb=series.absorb,
    rows=store.series_rows,
)
SUBJECTS: Final = Stream(
    name="subjects",
    state=subjects.Subject,
    decide=subjects.decide,
    evolve=subjects.evolve,
    absorb=subjects.absorb,
    rows=store.outcome_rows,
)

STREAMS: Final = (TIMELINE, SERIES, SUBJECTS)


def route(topic: str, key: str, message: Received) -> Routed:
    """Give the read model of a message's subject.

    Every event of a subject is routed, also one that shows nowhere: its number counts, and the next
    one would wait for it.
    """
    if is_case_id(message.subject):
        return Routed(TIMELINE, message)
    if is_series_id(message.subject):
        return Routed(SERIES, message)
    return Routed(SUBJECTS, message)
