"""潜在风险预警: an alert is raised once, lasts while its series or sum stands out, and is over."""

from collections.abc import Iterable
from datetime import date, datetime

from services.alerts.rules import Context
from services.alerts.rules.packing import pack, unpack
from services.alerts.series.state import Alert, Series, series
from shared.casework.case_ids import SUBSCRIBERS
from shared.casework.guards import Facts
from shared.contracts.alerts import AlertEnded, AlertLasted, AlertRaised, CountCorrected
from shared.contracts.counts import SurgeFound, SurgeOver, WeekCorrected
from shared.contracts.groups import CountOfSumCorrected
from shared.contracts.message import Event
from shared.contracts.subscriptions import AlertReported, AlertStage


@series.opens(SurgeFound)
def first(surge: SurgeFound, facts: Facts[Context]) -> Iterable[Event]:
    """The first alert of a series, or of a sum."""
    yield from _begun(surge, facts)


def _begun(surge: SurgeFound, facts: Facts[Context]) -> Iterable[Event]:
    yield _raised(surge, facts)
    yield _reported(surge, AlertStage.RAISED, surge.week)


def _reported(surge: SurgeFound, stage: AlertStage, since: date) -> AlertReported:
    return AlertReported(
        subscribers=SUBSCRIBERS,
        series=surge.series,
        institution=surge.institution,
        cause=surge.cause,
        issue=surge.issue,
        since=since,
        stage=stage,
        week=surge.week,
        count=surge.count,
        expected=surge.expected,
        probability=surge.probability,
        shares=surge.shares,
    )


def _raised(surge: SurgeFound, facts: Facts[Context]) -> AlertRaised:
    rules = facts.context.book.at(surge.rules_version)
    asked = surge.institution is not None
    answer = rules.answer_by(facts.at, facts.context.calendar) if asked else None
    return AlertRaised(
        institution=surge.institution,
        cause=surge.cause,
        issue=surge.issue,
        week=surge.week,
        count=surge.count,
        expected=surge.expected,
        bound=surge.bound,
        low=surge.low,
        high=surge.high,
        probability=surge.probability,
        rate=surge.rate,
        tested=surge.tested,
        level=rules.alpha,
        method=surge.method,
        rules_version=surge.rules_version,
        answer_by=None if answer is None else answer.at,
        answer_provisional=answer is not None and answer.provisional,
        members=surge.members,
        others=surge.others,
        shares=surge.shares,
    )


@series.on(SurgeFound)
def stands_out(state: Series, surge: SurgeFound, facts: Facts[Context]) -> Iterable[Event]:
    """It is raised once, and lasts."""
    since = state.lasting
    if since is None:
        yield from _begun(surge, facts)
    elif surge.week > since:
        yield AlertLasted(
            since=since,
            week=surge.week,
            count=surge.count,
            expected=surge.expected,
            probability=surge.probability,
            shares=surge.shares,
        )
        yield _reported(surge, AlertStage.LASTING, since)


@series.on(SurgeOver)
def over(state: Series, surge: SurgeOver, facts: Facts[Context]) -> Iterable[Event]:
    """It is as usual again."""
    if state.lasting == surge.since:
        yield AlertEnded(since=surge.since, week=surge.week)
        alert = state.alerts[surge.since.isoformat()]
        yield AlertReported(
            subscribers=SUBSCRIBERS,
            series=surge.series,
            institution=state.institution,
            cause=state.cause,
            issue=state.issue,
            since=surge.since,
            stage=AlertStage.OVER,
            week=surge.week,
            count=alert.last_count or alert.count,
            expected=alert.expected,
            shares=alert.shares,
        )


def correct(
    state: Series, late: WeekCorrected | CountOfSumCorrected, facts: Facts[Context]
) -> Iterable[Event]:
    """An alert, of a sum as well, stays with the count that is right."""
    alert = state.alert_of(late.week)
    if alert is not None and alert.count + late.change >= 0:
        yield CountCorrected(week=late.week, count=alert.count + late.change)


series.on(WeekCorrected)(correct)
series.on(CountOfSumCorrected)(correct)


@series.begins(AlertRaised)
def begun(event: AlertRaised, at: datetime) -> Series:
    return _with(Series(institution=event.institution, cause=event.cause, issue=event.issue), event, at)


@series.after(AlertRaised)
def raised(state: Series, event: AlertRaised, at: datetime) -> Series:
    return _with(state, event, at)


def _with(state: Series, event: AlertRaised, at: datetime) -> Series:
    numbers = event.model_dump(exclude={"institution", "cause", "issue", "week", "answer_by"})
    alert = Alert(
        **numbers,
        raised_at=at.isoformat(),
        last_week=event.week.isoformat(),
        answer_by="" if event.answer_by is None else event.answer_by.isoformat(),
    )
    return state.with_alert(event.week, alert).but(lasting=event.week)


@series.after(AlertLasted)
def lasted(state: Series, event: AlertLasted) -> Series:
    known = unpack(state.alerts[event.since.isoformat()].shares)
    # Who was told of it is told of its end, though its own disputes are none of the last week's.
    shares = pack({**known, **unpack(event.shares)})
    return state.changed(event.since, last_week=event.week.isoformat(), last_count=event.count, shares=shares)


@series.after(AlertEnded)
def ended(state: Series, event: AlertEnded, at: datetime) -> Series:
    return state.changed(event.since, ended_at=at.isoformat()).but(lasting=None)


@series.after(CountCorrected)
def corrected(state: Series, event: CountCorrected) -> Series:
    return state.changed(event.week, count=event.count)


series.unchanged_by(AlertReported)
