"""Which message leads to which read model."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from services.portal import store
from services.portal.cases import CaseView, cases
from services.portal.series import SeriesView, series
from services.portal.subjects import Subject, subjects
from shared.casework.case_ids import is_case_id, is_series_id
from shared.casework.completeness import complete
from shared.casework.protocol import Received, Rejected, Routed, Stream
from shared.contracts.days import TipsListed
from shared.contracts.flows import read_by
from shared.contracts.message import Command

TABLES: Final = (cases, series, subjects)
TOPICS: Final = read_by("portal")
complete("portal", *TABLES, topics=TOPICS)


@dataclass(frozen=True, slots=True)
class Handlers:
    """The portal's streams, and the way to them."""

    timeline: Stream[CaseView]
    series: Stream[SeriesView]
    subjects: Stream[Subject]

    @property
    def streams(self) -> tuple[Stream[Any], ...]:
        """All of them."""
        return self.timeline, self.series, self.subjects

    def route(self, topic: str, key: str, message: Received, /) -> Routed:
        """Return the read model of a message's subject.

        Every event of a subject is routed, also one that shows nowhere: its number counts, and the next
        one would wait for it.

        Raises:
            Rejected: ``command.unexpected``: an answer would take a number of the case, and its institution,
                which is told nothing of it, would miss that.
        """
        if is_case_id(message.subject):
            if isinstance(message.body, Command):
                raise Rejected("command.unexpected", "The portal decides about no case.")
            return Routed(self.timeline, message)
        if is_series_id(message.subject):
            return Routed(self.series, message)
        if isinstance(message.body, TipsListed):  # its own too, whose subject holds its days
            return Routed(self.subjects, message.about(f"~tips.{message.source.rpartition('/')[2]}"))
        return Routed(self.subjects, message)


def handlers(institutions: Iterable[str] = ()) -> Handlers:
    """Return the portal's streams.

    Args:
        institutions: Who is told of its own cases: those of the network.
    """
    told = frozenset(institutions)
    return Handlers(
        cases.bind(told, store.case_rows),
        series.bind(None, store.series_rows),
        subjects.bind(told, store.subject_rows),
    )


UNTOLD: Final = handlers()
"""The read models alone."""
TIMELINE, SERIES, SUBJECTS = UNTOLD.streams
route: Final = UNTOLD.route
