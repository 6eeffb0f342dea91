"""When a subscriber is told: the cadence, quiet hours over midnight, days off, make-up days."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts.rules.cadence import Rhythm
from shared.casework.calendar import SHANGHAI, library_calendar, local_day
from shared.contracts.subscriptions import Cadence

CALENDAR = library_calendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


NIGHT = (time(22), time(8))
DAILY, WEEKLY = Cadence.DAILY, Cadence.WEEKLY


@pytest.mark.parametrize(
    ("rhythm", "came", "told"),
    [
        (Rhythm(), "2026-03-02 00:00", "2026-03-02 00:00"),
        # Quiet hours: the begin is quiet, the end is not.
        (Rhythm(quiet=NIGHT), "2026-03-02 21:59:59", "2026-03-02 21:59:59"),
        (Rhythm(quiet=NIGHT), "2026-03-02 22:00", "2026-03-03 08:00"),
        (Rhythm(quiet=NIGHT), "2026-03-03 00:00", "2026-03-03 08:00"),
        (Rhythm(quiet=NIGHT), "2026-03-03 08:00", "2026-03-03 08:00"),
        (Rhythm(quiet=(time(12), time(14))), "2026-03-03 12:00", "2026-03-03 14:00"),
        (Rhythm(quiet=(time(12), time(14))), "2026-03-03 14:00", "2026-03-03 14:00"),
        (Rhythm(quiet=(time(8), time(0))), "2026-03-03 23:59", "2026-03-04 00:00"),
        # A Saturday; with quiet hours Monday morning.
        (Rhythm(working_days_only=True), "2026-03-07 10:00", "2026-03-09 00:00"),
        (Rhythm(working_days_only=True, quiet=NIGHT), "2026-03-06 22:30", "2026-03-09 08:00"),
        # Spring Festival of 2026 ends on 23 February; Saturday 28 is a make-up day.
        (Rhythm(working_days_only=True), "2026-02-17 10:00", "2026-02-24 00:00"),
        (Rhythm(working_days_only=True), "2026-02-28 10:00", "2026-02-28 10:00"),
        # Digests: what comes at the very time is in it.
        (Rhythm(DAILY), "2026-03-02 09:00", "2026-03-02 09:00"),
        (Rhythm(DAILY), "2026-03-02 09:00:01", "2026-03-03 09:00"),
        (Rhythm(DAILY, working_days_only=True), "2026-03-06 10:00", "2026-03-09 09:00"),
        (Rhythm(DAILY, tell_at=time(6), quiet=NIGHT), "2026-03-02 07:00", "2026-03-02 08:00"),
        (Rhythm(DAILY, tell_at=time(23), quiet=NIGHT), "2026-03-02 07:00", "2026-03-02 08:00"),
        (Rhythm(WEEKLY), "2026-03-02 00:00", "2026-03-02 09:00"),
        (Rhythm(WEEKLY), "2026-03-02 09:01", "2026-03-09 09:00"),
        (Rhythm(WEEKLY, weekday=5), "2026-03-02 09:01", "2026-03-06 09:00"),
        # The Monday of the week is a day off: the digest is on Tuesday, also of what comes on Monday noon.
        (Rhythm(WEEKLY, working_days_only=True), "2026-02-23 12:00", "2026-02-24 09:00"),
        (Rhythm(WEEKLY), "2026-02-23 12:00", "2026-03-02 09:00"),
    ],
)
def test_somebody_is_told_at_this_time(rhythm, came, told):
    assert rhythm.next_time(at(came), CALENDAR) == at(told)


times = st.times().map(lambda one: one.replace(second=0, microsecond=0, tzinfo=None))
rhythms = st.builds(
    Rhythm,
    st.sampled_from(Cadence),
    times,
    st.integers(1, 7),
    st.none() | st.tuples(times, times).filter(lambda pair: pair[0] != pair[1]),
    st.booleans(),
)
instants = st.integers(0, 5 * 365 * 24 * 60).map(lambda one: at("2024-01-01") + timedelta(minutes=one))


@given(rhythms, instants, st.timedeltas(timedelta(0), timedelta(days=9)))
def test_what_comes_later_is_never_told_earlier_and_nothing_before_it_came(rhythm, came, later):
    first = rhythm.next_time(came, CALENDAR)
    assert came <= first <= rhythm.next_time(came + later, CALENDAR)


@given(rhythms, instants)
def test_nobody_is_told_in_quiet_hours_or_on_a_day_off_and_the_time_stands(rhythm, came):
    told = rhythm.next_time(came, CALENDAR)
    if rhythm.quiet is not None:
        begin, end = rhythm.quiet
        now = told.time()
        assert not (begin <= now < end if begin < end else now >= begin or now < end)
    assert not rhythm.working_days_only or CALENDAR.is_working_day(local_day(told))
    assert rhythm.next_time(told, CALENDAR) == told


@given(rhythms, instants)
def test_a_daily_digest_waits_for_a_day_and_a_weekly_one_for_a_week_where_no_day_is_off(rhythm, came):
    if not rhythm.working_days_only:
        longest = {Cadence.AT_ONCE: 1, Cadence.DAILY: 2, Cadence.WEEKLY: 8}[rhythm.cadence]
        assert rhythm.next_time(came, CALENDAR) - came <= timedelta(days=longest)
