"""Consent of the parties to mediation: all agree, or the dispute goes to the court.

Source: 法释〔2021〕23号 art 4 (as of 2022-01-01).
"""

from collections.abc import Iterable

from services.intake.case.referral import referral, referred
from services.intake.case.state import (
    Dispute,
    Status,
    case,
    is_applicant,
    is_clerk_of_organisation,
    not_returned,
)
from services.intake.rules import Context
from shared.casework.guards import Facts, authority, possible
from shared.contracts.intake import ConsentGiven, ConsentRefused, GiveConsent, RefuseConsent
from shared.contracts.kinds import Party, Route
from shared.contracts.message import Command, Event


@authority
def by_the_party(dispute: Dispute, facts: Facts[Context], command: Command | None) -> str | None:
    """The institution for itself, the party for itself, the organisation's clerk for both."""
    spoken_for: tuple[Party, ...] = ()
    if is_clerk_of_organisation(dispute, facts):
        spoken_for = (Party.APPLICANT, Party.RESPONDENT)
    elif is_applicant(dispute, facts):
        spoken_for = (Party.APPLICANT,)
    elif facts.actor.role == "party" and facts.actor.organisation == facts.subject:
        spoken_for = (Party.RESPONDENT,)  # its organisation is the case in which its part was proven
    if isinstance(command, GiveConsent | RefuseConsent):
        return None if command.party in spoken_for else "actor.not_allowed"
    return None if spoken_for else "actor.not_allowed"


@possible
def for_mediation(dispute: Dispute, _: Facts[Context], __: Command | None) -> str | None:
    """Consent is asked where screening proposes mediation."""
    return None if dispute.route is Route.MEDIATION else "case.not_for_mediation"


@possible
def not_referred(dispute: Dispute, _: Facts[Context], __: Command | None) -> str | None:
    """After the referral, the organisation or the court takes what the parties say."""
    return "case.referred" if dispute.status is Status.REFERRED else None


def _is_given(dispute: Dispute, command: GiveConsent, facts: Facts[Context]) -> bool:
    return dispute.agrees(command.party)


@case.on(GiveConsent, by_the_party, not_returned, for_mediation, not_referred, already=_is_given)
def agree(dispute: Dispute, command: GiveConsent, facts: Facts[Context]) -> Iterable[Event]:
    """The last missing consent refers the dispute."""
    event = ConsentGiven(party=command.party)
    after = case.evolve(dispute, event, facts.at, facts.context)
    return [event, *referral(after, facts.context.network)]


@case.after(ConsentGiven)
def given(dispute: Dispute, event: ConsentGiven) -> Dispute:
    return _with(dispute, event.party, agrees=True)


def _is_refused(dispute: Dispute, command: RefuseConsent, facts: Facts[Context]) -> bool:
    """A dispute that screening itself sends to the court never asked for consent."""
    at_court = dispute.route is Route.MEDIATION and dispute.referred_to is Route.COURT
    return at_court and not dispute.agrees(command.party)


@case.on(RefuseConsent, by_the_party, not_returned, for_mediation, not_referred, already=_is_refused)
def disagree(dispute: Dispute, command: RefuseConsent, facts: Facts[Context]) -> Iterable[Event]:
    """One refusal is enough: the dispute goes to the court."""
    event = ConsentRefused(party=command.party)
    after = case.evolve(dispute, event, facts.at, facts.context)
    return [event, referred(after, Route.COURT, facts.context.network)]


@case.after(ConsentRefused)
def refused(dispute: Dispute, event: ConsentRefused) -> Dispute:
    return _with(dispute, event.party, agrees=False)


def _with(dispute: Dispute, party: Party, *, agrees: bool) -> Dispute:
    if party is Party.APPLICANT:
        return dispute.but(applicant_agrees=agrees)
    return dispute.but(respondent_agrees=agrees)
