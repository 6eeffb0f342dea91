"""诉讼时效: an alarm where a mediation failed and nobody sues.

The request for mediation interrupted the time, and it begins anew with the mediation's end. What the court
delegated is docketed by itself; what was applied for, or what lacks a document, waits for people.
Source: 民法典 arts 188, 195; 法释〔2020〕17号 (诉讼时效) art 12.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from services.court_bridge.case.answers import TURNED_DOWN
from services.court_bridge.case.state import CourtCase, case, rules_of
from services.court_bridge.rules import BridgeRules, Context
from shared.casework.calendar import SHANGHAI, last_day_after_months, local_day
from shared.casework.guards import Facts
from shared.contracts.kinds import FilingKind
from shared.contracts.limitation import SuitTimeNear
from shared.contracts.message import Event


def sue_by(ended_at: datetime, rules: BridgeRules) -> date | None:
    """Return the last day to sue after a mediation; ``None`` in versions that did not follow it.

    A last day on a day off ends later; the day itself is told, so that nobody is late.
    """
    months = rules.limitation_months
    return None if months is None else last_day_after_months(local_day(ended_at), months)


def _alarm_due(court_case: CourtCase, context: Context) -> datetime | None:
    last = court_case.sue_by
    if last is None or court_case.kind is not FilingKind.HANDOVER:
        return None
    near = rules_of(court_case, context).limitation_near_days
    with_the_court = court_case.attempt and court_case.status not in TURNED_DOWN
    if near is None or with_the_court or court_case.case_number:
        return None
    return datetime.combine(last - timedelta(days=near), time.min, SHANGHAI)


@case.timer("limitation", due=_alarm_due)
def alarm(court_case: CourtCase, facts: Facts[Context]) -> Iterable[Event]:
    """Once; what comes of it is the institution's."""
    assert court_case.sue_by is not None
    yield SuitTimeNear(institution=court_case.institution, sue_by=court_case.sue_by)


@case.after(SuitTimeNear)
def alarmed(court_case: CourtCase, event: SuitTimeNear) -> CourtCase:
    return court_case.but(sue_by=None)
