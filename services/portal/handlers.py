"""Which message leads to which read model."""

from typing import Final

from services.portal import store
from services.portal.cases import cases
from services.portal.series import series
from services.portal.subjects import subjects
from shared.casework.case_ids import is_case_id, is_series_id
from shared.casework.completeness import complete
from shared.casework.protocol import Received, Routed
from shared.contracts.topics import EVENT_TOPICS, REJECTIONS, commands_topic

TABLES: Final = (cases, series, subjects)
TOPICS: Final = (
    *(topic for service, topic in EVENT_TOPICS.items() if service != "portal"),
    commands_topic("portal"),
    REJECTIONS,
)
complete("portal", *TABLES, topics=TOPICS)

TIMELINE: Final = cases.bind(None, store.case_rows)
SERIES: Final = series.bind(None, store.series_rows)
SUBJECTS: Final = subjects.bind(None, store.outcome_rows)

STREAMS: Final = (TIMELINE, SERIES, SUBJECTS)


def route(topic: str, key: str, message: Received) -> Routed:
    """Return the read model of a message's subject.

    Every event of a subject is routed, also one that shows nowhere: its number counts, and the next
    one would wait for it.
    """
    if is_case_id(message.subject):
        return Routed(TIMELINE, message)
    if is_series_id(message.subject):
        return Routed(SERIES, message)
    return Routed(SUBJECTS, message)
