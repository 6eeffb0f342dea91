"""征询: the parties that had not agreed at the referral are asked once a mediator has accepted.

Until all agree there is no session; one refusal ends the mediation. Who does not answer in time raises an
alarm: whether the party is out of reach is for the mediator to say.
Source: 法释〔2021〕23号 arts 10, 15 (as of 2022-01-01).
"""

from collections.abc import Iterable
from datetime import datetime

from services.mediation.case.state import Mediation, case, ended
from services.mediation.rules import Context
from shared.casework.guards import Facts
from shared.contracts.intake import ConsentGiven, ConsentRefused
from shared.contracts.kinds import End
from shared.contracts.message import Event
from shared.contracts.parties import ConsentReceived, InquiryOverdue


@case.on(ConsentGiven)
def take_consent(mediation: Mediation, given: ConsentGiven, facts: Facts[Context]) -> Iterable[Event]:
    """A party agrees, before or after the limit."""
    if mediation.end is None and given.party in mediation.unasked:
        yield ConsentReceived(party=given.party)


@case.after(ConsentReceived)
def agreed(mediation: Mediation, event: ConsentReceived) -> Mediation:
    after = mediation.but(consents=(*(mediation.consents or ()), event.party))
    return after if after.unasked else after.but(ask_by=None, ask_provisional=False)


@case.on(ConsentRefused)
def take_refusal(mediation: Mediation, refusal: ConsentRefused, facts: Facts[Context]) -> Iterable[Event]:
    """A party that does not agree ends the mediation."""
    return [] if mediation.end is not None else [ended(mediation, End.PARTY_UNWILLING)]


def _inquiry_due(mediation: Mediation, context: Context) -> datetime | None:
    return mediation.ask_by if mediation.end is None else None


@case.timer("inquiry", due=_inquiry_due)
def alarm(mediation: Mediation, facts: Facts[Context]) -> Iterable[Event]:
    """Somebody has to look: no answer is not yet a party out of reach."""
    assert mediation.ask_by is not None
    yield InquiryOverdue(
        organisation=mediation.organisation, ask_by=mediation.ask_by, parties=mediation.unasked
    )


@case.after(InquiryOverdue)
def alarmed(mediation: Mediation, event: InquiryOverdue) -> Mediation:
    return mediation.but(ask_by=None, ask_provisional=False)
