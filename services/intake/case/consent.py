"""Consent of the parties to mediation: each gives its own, and one refusal is enough.

The institution that files has applied for mediation, and agrees with that; an organisation is then sought.
The other parties are asked by the mediator who accepts, and until all agree there is no session.
Source: 法释〔2021〕23号 arts 4, 10, 15 (as of 2022-01-01).
"""

from collections.abc import Iterable
from datetime import datetime

from services.intake.case.referral import referral, referred
from services.intake.case.state import Dispute, case, not_merged, not_returned, not_withdrawn
from services.intake.rules import Context
from shared.casework.guards import Facts, authority, possible
from shared.casework.parties import party_of, why_not
from shared.casework.protocol import Refusal
from shared.contracts.intake import ConsentGiven, ConsentRefused, GiveConsent, RefuseConsent
from shared.contracts.kinds import Party, Route
from shared.contracts.message import Command, Event


def _party(dispute: Dispute, facts: Facts[Context]) -> Party | None:
    return party_of(facts.actor, facts.subject, dispute.institution, dispute.agents)


@authority
def by_the_party(dispute: Dispute, facts: Facts[Context], command: Command | None) -> str | None:
    """Each party for itself, or its agent with special authority: nobody asserts its opponent's consent."""
    party = _party(dispute, facts)
    allowed = party in dispute.parties
    if isinstance(command, GiveConsent | RefuseConsent):
        allowed = allowed and command.party is party
    return None if allowed else why_not(facts.actor, facts.subject)


@possible
def for_mediation(dispute: Dispute, _: Facts[Context], __: Command | None) -> str | None:
    """Consent is asked where screening proposes mediation."""
    return None if dispute.route is Route.MEDIATION else "case.not_for_mediation"


@possible
def still_asked(dispute: Dispute, facts: Facts[Context], _: Command | None) -> Refusal | str | None:
    """Who has answered answers once; after the referral, mediation takes what a party says further."""
    if dispute.referred_to is Route.COURT:
        return "case.referred"
    party = _party(dispute, facts)
    answered = party is not None and (dispute.agrees(party) or party in dispute.refused)
    return "consent.answered" if dispute.referred_to is not None and answered else None


def _is_given(dispute: Dispute, command: GiveConsent, facts: Facts[Context]) -> bool:
    return dispute.agrees(command.party)


@case.on(
    GiveConsent,
    by_the_party,
    not_merged,
    not_withdrawn,
    not_returned,
    for_mediation,
    still_asked,
    already=_is_given,
)
def agree(dispute: Dispute, command: GiveConsent, facts: Facts[Context]) -> Iterable[Event]:
    """The applicants' consent refers a dispute that was explained; the others' follow it to mediation."""
    event = ConsentGiven(party=command.party, evidence=command.evidence)
    after = case.evolve(dispute, event, facts.at, facts.context)
    return [event, *referral(after, facts.context)]


@case.after(ConsentGiven)
def given(dispute: Dispute, event: ConsentGiven, at: datetime) -> Dispute:
    """What was said before is no news: the time of the last consent stands."""
    after = _with(dispute, event.party, agrees=True)
    return after.but(all_agreed_at=at) if after.all_agree and not dispute.all_agree else after


def _is_refused(dispute: Dispute, command: RefuseConsent, facts: Facts[Context]) -> bool:
    """A dispute that screening itself sends to the court never asked for consent."""
    at_court = dispute.route is Route.MEDIATION and dispute.referred_to is Route.COURT
    known = command.party in dispute.refused or at_court
    return known and not dispute.agrees(command.party)


@case.on(
    RefuseConsent,
    by_the_party,
    not_merged,
    not_withdrawn,
    not_returned,
    for_mediation,
    still_asked,
    already=_is_refused,
)
def disagree(dispute: Dispute, command: RefuseConsent, facts: Facts[Context]) -> Iterable[Event]:
    """One refusal is enough: before the referral the dispute goes to the court, after it mediation ends."""
    event = ConsentRefused(party=command.party)
    if dispute.referred_to is not None:
        return [event]
    after = case.evolve(dispute, event, facts.at, facts.context)
    return [event, referred(after, Route.COURT, facts.context.network)]


@case.after(ConsentRefused)
def refused(dispute: Dispute, event: ConsentRefused) -> Dispute:
    after = _with(dispute, event.party, agrees=False)
    return after if event.party in after.refused else after.but(refused=(*after.refused, event.party))


def _with(dispute: Dispute, party: Party, *, agrees: bool) -> Dispute:
    if party is Party.APPLICANT:
        return dispute.but(applicant_agrees=agrees)
    if party is Party.RESPONDENT:
        return dispute.but(respondent_agrees=agrees)
    others = tuple(one for one in dispute.others_agree if one is not party)
    return dispute.but(others_agree=(*others, party) if agrees else others)
