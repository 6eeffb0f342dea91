"""预警告知: what a subscription is told goes out when its subscriber wants it to, each alert once.

Source: practice of the platform.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from services.alerts.rules import Context
from services.alerts.rules.noticing import told as worded
from services.alerts.subscription.state import (
    MOST_LINES,
    Subscription,
    Waiting,
    subscription,
)
from shared.casework.guards import Facts
from shared.contracts.kinds import Role
from shared.contracts.message import Event
from shared.contracts.subscriptions import AlertMatched, NoticeDue, NoticeLine


@subscription.on(AlertMatched)
def matched(state: Subscription, match: AlertMatched, facts: Facts[Context]) -> Iterable[Event]:
    """What is due at once is told with the match; all else waits (:func:`wait`)."""
    line = state.news(match)
    if line is None:
        return
    waiting = (*state.waiting, Waiting(line=line, at=facts.at))
    due = state.next_time(waiting, facts.context)
    if due is not None and due <= facts.at:
        yield _notice(state, waiting, facts.context)


@subscription.takes(AlertMatched)
def wait(state: Subscription, match: AlertMatched, facts: Facts[Context]) -> Subscription:
    """What was not told with the match, and is news, waits."""
    line = state.news(match)
    if line is None:
        return state
    return state.knowing(line).but(waiting=(*state.waiting, Waiting(line=line, at=facts.at)))


def next_notice(state: Subscription, context: Context) -> datetime | None:
    """Return when what waits is told."""
    return state.next_time(state.waiting, context)


@subscription.timer("notice", due=next_notice)
def tell(state: Subscription, facts: Facts[Context]) -> Iterable[Event]:
    """The digest, or what came in quiet hours."""
    yield _notice(state, state.waiting, facts.context)


def _notice(state: Subscription, waiting: Sequence[Waiting], context: Context) -> NoticeDue:
    lines = tuple(one.line for one in waiting[:MOST_LINES])
    zh, en = worded(state.title, lines, context.names)
    of_institution = state.role == Role.INSTITUTION_AGENT
    return NoticeDue(
        notice=state.notices + 1,
        title=state.title,
        institution=state.owner if of_institution else None,
        court="" if of_institution else state.owner,
        told_by=state.wish.told_by,
        lines=lines,
        zh=zh,
        en=en,
    )


@subscription.after(NoticeDue)
def told(state: Subscription, event: NoticeDue) -> Subscription:
    gone = {_key(one) for one in event.lines}
    waiting = tuple(one for one in state.waiting if _key(one.line) not in gone)
    return state.knowing(*event.lines).but(notices=event.notice, waiting=waiting)


def _key(line: NoticeLine) -> tuple[object, ...]:
    return line.series, line.since, line.stage
