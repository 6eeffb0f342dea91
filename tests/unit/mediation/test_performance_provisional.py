"""Instalments in years that nobody has announced: provisional, and put right once the year is known.

Source: 民事诉讼法 (2023) art 85.
"""

from datetime import date, datetime

from services.mediation.handlers import handlers
from shared.casework.announced import with_years
from shared.casework.calendar import SHANGHAI
from shared.contracts.agreements import SignAgreement
from shared.contracts.calendar_file import CalendarFile
from shared.contracts.kinds import Party
from shared.contracts.performance import AgreementDefaulted, InstalmentMissed, InstalmentsScheduled
from shared.contracts.terms import Instalment
from tests.support.agreed import EFFECT, TERMS, digest, on, signed_once
from tests.support.calendars import known_until, notice
from tests.support.spec import Given, given
from tests.unit.mediation.mother import CASE, PARTY, QUIET, network

BEFORE = handlers(network(), QUIET, calendar=known_until(2026)).case
TWO_YEARS = TERMS.model_copy(
    update={
        "instalments": tuple(
            Instalment(pay_on=day, pay_fen=400_000) for day in (date(2026, 6, 30), date(2027, 3, 8))
        ),
    }
)
"""8 March 2027 is a Monday, and a working day as far as anybody knows in 2026."""
KNOWN = handlers(
    network(),
    calendar=with_years(
        known_until(2026), [CalendarFile.model_validate(notice(2027, off=["2027-03-08", "2027-03-09"]))]
    ),
).case


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=SHANGHAI)


def agreed() -> Given:
    sign = SignAgreement(party=Party.RESPONDENT, digest=digest(TWO_YEARS))
    return given(BEFORE, *signed_once(TWO_YEARS)).when(sign, at=EFFECT, actor=PARTY)


def deadlines(run: Given) -> list[tuple[datetime, bool]]:
    return [(one.pay_by, one.provisional) for one in run.state.plan.deadlines]


def test_an_instalment_in_an_unknown_year_is_provisional_and_its_calendar_is_awaited():
    run = agreed()
    assert deadlines(run) == [(at(2026, 7, 1), False), (at(2027, 3, 9), True)]
    assert BEFORE.awaits(run.state) == "calendar-2027"


def test_once_the_year_is_known_the_deadline_is_put_right_before_it_can_pass():
    run = Given(KNOWN, agreed().state, CASE).until(on(4, 1))
    assert [type(event) for event in run.events] == [InstalmentsScheduled]
    assert run.new[0].at == on(4, 1)
    assert deadlines(run) == [(at(2026, 7, 1), False), (at(2027, 3, 11), False)]
    assert KNOWN.awaits(run.state) is None


def test_whoever_looks_late_finds_the_same_order_of_times():
    run = Given(KNOWN, agreed().state, CASE).until(at(2028, 1, 1))
    assert [(one.at, type(one.event)) for one in run.new] == [
        (at(2026, 7, 1), InstalmentMissed),
        (at(2027, 3, 9), InstalmentsScheduled),
        (at(2027, 3, 11), InstalmentMissed),
        (at(2027, 3, 16), AgreementDefaulted),
    ]


SATURDAY = TWO_YEARS.model_copy(
    update={
        "instalments": (TWO_YEARS.instalments[0], Instalment(pay_on=date(2027, 3, 6), pay_fen=400_000)),
    }
)
"""As far as anybody knows in 2026 it rolls to Monday; then the notice makes the Saturday a working day."""
WORKS = handlers(
    network(),
    calendar=with_years(known_until(2026), [CalendarFile.model_validate(notice(2027, work=["2027-03-06"]))]),
).case


def test_a_deadline_never_moves_into_the_past():
    sign = SignAgreement(party=Party.RESPONDENT, digest=digest(SATURDAY))
    run = given(BEFORE, *signed_once(SATURDAY)).when(sign, at=EFFECT, actor=PARTY)
    assert deadlines(run)[1] == (at(2027, 3, 9), True)
    soon, late = (Given(WORKS, run.state, CASE).until(look) for look in (on(4, 1), at(2027, 3, 8)))
    assert deadlines(soon)[1] == (at(2027, 3, 7), False)
    assert deadlines(late)[1] == (at(2027, 3, 9), False)


def test_who_has_paid_waits_for_no_calendar():
    run = agreed()
    performed = run.state.but(plan=run.state.plan.but(performed=True))
    assert BEFORE.awaits(performed) is None
