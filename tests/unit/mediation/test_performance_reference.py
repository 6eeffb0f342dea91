"""When instalments are missed and a default comes, held to somebody who looks at every midnight.

The reference knows no timer: each day it asks of every instalment, fen by fen, whether it is paid.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from hypothesis import given as for_all
from hypothesis import strategies as st

from shared.casework.calendar import SHANGHAI, library_calendar
from shared.contracts.performance import AgreementDefaulted, AgreementPerformed, InstalmentMissed
from shared.contracts.terms import Instalment, OnDefault, Terms
from tests.support.agreed import EFFECT, STREAM, TERMS, after, in_force
from tests.support.spec import Given
from tests.unit.mediation.mother import CASE

FIRST, DAY = date(2026, 3, 11), timedelta(days=1)
UNIT = 1_000
"""Everything is paid in tens of yuan, so that no tolerance is met."""
GRACE = 5
CALENDAR = library_calendar()
END = date(2026, 12, 20)


def last_day(one: Instalment) -> date:
    """The instalment's day, or the first working day after it: day by day."""
    day = max(one.pay_on, EFFECT.date())
    while not CALENDAR.is_working_day(day):
        day += DAY
    return day


def reference(terms: Terms, payments: dict[date, int]) -> Iterable[tuple[str, date]]:
    """Yield what each midnight and each payment brings about, in their order."""
    owed = [n for n, one in enumerate(terms.instalments) for _ in range(one.pay_fen // UNIT)]
    told: set[int] = set()
    in_default = False
    today = EFFECT.date()
    while today < END and owed:
        overdue = [n for n, one in enumerate(terms.instalments) if n in owed and last_day(one) < today]
        for number in overdue:
            if number not in told and not (in_default and terms.on_default is OnDefault.ALL):
                told.add(number)
                yield f"missed {number + 1}", today
        late = [n for n in overdue if today > last_day(terms.instalments[n]) + GRACE * DAY]
        last = len(terms.instalments) - 1
        if not in_default and (len(late) >= terms.default_after or last in late):
            in_default = True
            yield "default", today
        owed = owed[payments.get(today, 0) :]
        if not owed:
            yield "performed", today
        today += DAY


def told(terms: Terms, payments: dict[date, int]) -> Iterable[tuple[str, date]]:
    """Yield what the case itself says of the same."""
    run = in_force(terms)
    for day, units in sorted(payments.items()):
        noon = datetime.combine(day, time(12), SHANGHAI)
        run = after(run, str(day), units * UNIT, noon)
        yield from _said(run)
    yield from _said(Given(STREAM, run.state, CASE).until(datetime.combine(END, time(), SHANGHAI)))


def _said(run: Given) -> Iterable[tuple[str, date]]:
    for one in run.new:
        match one.event:
            case InstalmentMissed(instalment=number):
                yield f"missed {number}", one.at.date()
            case AgreementDefaulted():
                yield "default", one.at.date()
            case AgreementPerformed():
                yield "performed", one.at.date()


@st.composite
def terms(draw: st.DrawFn) -> Terms:
    days = draw(st.lists(st.integers(0, 240), min_size=1, max_size=5, unique=True).map(sorted))
    plan = tuple(Instalment(pay_on=FIRST + day * DAY, pay_fen=draw(st.integers(1, 6)) * UNIT) for day in days)
    return TERMS.model_copy(
        update={
            "instalments": plan,
            "default_after": draw(st.integers(1, 4)),
            "on_default": draw(st.sampled_from(OnDefault)),
        }
    )


@for_all(
    terms=terms(),
    payments=st.dictionaries(
        st.integers(0, 260).map(lambda day: FIRST + day * DAY), st.integers(1, 6), max_size=6
    ),
)
def test_what_is_missed_and_in_default_is_what_a_look_at_every_midnight_finds(
    terms: Terms, payments: dict[date, int]
) -> None:
    assert list(told(terms, payments)) == list(reference(terms, payments))
