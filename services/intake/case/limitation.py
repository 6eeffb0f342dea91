"""诉讼时效: an alarm before a claim can no longer be sued on, while its dispute waits at intake.

Once it is referred to mediation, its request interrupts the time, and what follows is court_bridge's. Who is
sent to the court has sued only once the court has given the matter a number. A claim whose time had passed
already is taken all the same: that is the debtor's defence.
Source: 民法典 arts 188, 192, 195; 法释〔2020〕17号 (诉讼时效) arts 10, 12.
"""

from collections.abc import Iterable
from datetime import datetime

from services.intake.case.state import Dispute, Status, case
from services.intake.rules import Context
from services.intake.rules.limitation import alarm_at
from shared.casework.guards import Facts
from shared.contracts.limitation import LimitationNear
from shared.contracts.message import Event


def _alarm_due(dispute: Dispute, context: Context) -> datetime | None:
    clock, to = dispute.limitation, dispute.referred_to
    if dispute.suit_number:  # the suit is there, as its court says
        return None
    if to is not None and (to.by_organisation or dispute.pre_suit_number):
        return None
    if clock.sue_by is None or clock.since is None or clock.alarmed:
        return None
    if dispute.status is Status.WITHDRAWN or dispute.merger.into:
        return None
    rules = context.book.at(dispute.rules_version).limitation
    return None if rules is None else max(alarm_at(clock.sue_by, rules), clock.since)


@case.timer("limitation", due=_alarm_due)
def alarm(dispute: Dispute, facts: Facts[Context]) -> Iterable[Event]:
    """The institution has to look: complete the filing, or sue."""
    assert dispute.limitation.sue_by is not None
    yield LimitationNear(institution=dispute.institution, sue_by=dispute.limitation.sue_by)


@case.after(LimitationNear)
def alarmed(dispute: Dispute, event: LimitationNear) -> Dispute:
    return dispute.but(limitation=dispute.limitation.but(alarmed=True))
