"""代为记录的答复: an answer that came by letter or phone counts for the day on which it came.

Source: practice of the platform; a day is a day in Beijing, as all limits are: 民事诉讼法 (2023) art 85.
"""

from datetime import date, datetime

from shared.casework.calendar import last_day, local_day


def wrong_day(received_on: date, asked_at: datetime, now: datetime) -> str | None:
    """Return why an answer cannot have come on a day; ``None`` where it can.

    Args:
        received_on: The day that somebody wrote down.
        asked_at: When it was asked for.
        now: When it is recorded.
    """
    if received_on > local_day(now):
        return "answer.in_future"
    return "answer.before_request" if received_on < local_day(asked_at) else None


def timely_on(received_on: date, answer_by: datetime | None) -> bool | None:
    """Return whether an answer of a day was in time; ``None`` without a limit."""
    return None if answer_by is None else received_on <= last_day(answer_by)
