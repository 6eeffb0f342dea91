"""Who subscribes to alerts in tests, and what comes of it."""

from typing import Any

from services.alerts.handlers import handlers
from services.alerts.rules import AlertRules, Context
from shared.casework.case_ids import subscription_id
from shared.casework.rulebook import RuleBook
from shared.contracts.envelope import Actor
from shared.contracts.kinds import Cause
from shared.contracts.subscriptions import (
    AlertMatched,
    AlertStage,
    NoticeDue,
    NoticeWay,
    Subscribe,
)
from tests.support.spec import Given, given
from tests.unit.alerts.mother import (
    AGENT,
    GATES,
    NO_HOLIDAYS,
    SERIES,
    in_week,
    week,
)

RULES = RuleBook({"test.1": AlertRules(version="test.1")}, current="test.1")
HANDLERS = handlers(
    context=Context(RULES, frozenset({"ccb", "abc"}), GATES, NO_HOLIDAYS, ways=frozenset(NoticeWay))
)
STREAM = HANDLERS.subscription
OTHER = Actor("abc", "p-abc-1", "institution_agent")
COLLEAGUE = Actor("ccb", "p-ccb-2", "institution_agent")
RAISED, LASTING, OVER = AlertStage


def id_of(actor: Actor, name: str = "surges") -> str:
    return subscription_id(actor.organisation, actor.person, name)


ID = id_of(AGENT)


def asked(actor: Actor = AGENT, **fields: Any) -> Given:
    command = Subscribe(**{"title": "surges", **fields})
    return given(STREAM, subject=id_of(actor, command.title)).when(command, at=in_week(0), actor=actor)


def match(n: int = 0, stage: AlertStage = RAISED, *, series: str = SERIES, **fields: Any) -> AlertMatched:
    told: dict[str, Any] = {
        "subscription": ID,
        "series": series,
        "institution": "ccb",
        "cause": Cause.CREDIT_CARD,
        "issue": "fees",
        "since": week(0),
        "stage": stage,
        "week": week(n),
        "count": 12,
        "expected": 3.0,
    }
    return AlertMatched(**{**told, **fields})


def notices(found: Given) -> list[NoticeDue]:
    return [one for one in found.events if isinstance(one, NoticeDue)]


def stages(found: Given) -> list[list[AlertStage]]:
    return [[line.stage for line in notice.lines] for notice in notices(found)]
