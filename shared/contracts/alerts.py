"""Alerts' language: counts by series, and alerts."""

from datetime import date
from typing import Annotated

from pydantic import Field

from shared.contracts.kinds import Cause, Code, Label, Slug
from shared.contracts.message import Command, Copy, Event
from shared.contracts.topics import SERIES


class DisputeCounted(Event, family="alerts"):
    """A registered dispute counts once in its series.

    Attributes:
        series: Id of the series (institution × cause × issue).
        week: Monday of the ISO week in which the dispute was filed.
    """

    copies = (Copy(SERIES, key="series"),)

    series: str
    institution: Slug
    cause: Cause
    issue: Label
    week: date


class SeriesStarted(Event, family="alerts"):
    """The first dispute of a series."""

    institution: Slug
    cause: Cause
    issue: Label
    week: date
    rules_version: Code


class WeekClosed(Event, family="alerts"):
    """A week of a series is complete.

    Attributes:
        count: Disputes of the week.
        bound: Upper bound that the count was held against; ``None`` while the baseline is too short.
    """

    week: date
    count: int
    bound: float | None


class SeriesResumed(Event, family="alerts"):
    """A dispute came after a rest: the weeks in between had none and were not closed one by one.

    Attributes:
        week: Monday of the first of these weeks.
        empty_weeks: How many they are.
    """

    week: date
    empty_weeks: Annotated[int, Field(ge=1)]


class AlertRaised(Event, family="alerts"):
    """潜在风险预警提示: a week's count is above its bound.

    Attributes:
        expected: Mean of the baseline.
        bound: Upper bound.
        alpha: Stated false-alarm probability of one week.
        method: ``ears-c1``.
    """

    institution: Slug
    cause: Cause
    issue: Label
    week: date
    count: int
    expected: float
    bound: float
    alpha: Annotated[float, Field(gt=0, lt=1)]
    method: Code
    rules_version: Code


class CountCorrected(Event, family="alerts"):
    """A dispute of an already closed week came late; the week's count is right again.

    Attributes:
        count: Disputes of the week, the late one included.
    """

    week: date
    count: int


class AlertAcknowledged(Event, family="alerts"):
    """The institution has seen an alert."""

    week: date


class AcknowledgeAlert(Command, family="alerts"):
    """Say that an alert was seen (subject: the series)."""

    roles = ("institution_agent",)

    week: date
