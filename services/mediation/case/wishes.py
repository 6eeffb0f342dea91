"""语言: in which language a mediation is to be held.

Source: 民事诉讼法 (2023) art 11.
"""

from collections.abc import Iterable

from services.mediation.case.choice import is_open
from services.mediation.case.state import Mediation, acting_party, case, request, request_second, still_open
from services.mediation.rules import Context
from shared.casework.guards import Facts, authority
from shared.casework.parties import why_not
from shared.contracts.agents import Reach
from shared.contracts.message import Command, Event
from shared.contracts.recusal import AskForLanguage, LanguageAsked


@authority
def by_somebody_of_the_case(mediation: Mediation, facts: Facts[Context], _: Command | None) -> str | None:
    """A party, an agent of one, or a clerk of the organisation."""
    actor = facts.actor
    if actor.role == "organisation_clerk":
        return None if actor.organisation == mediation.organisation else "actor.not_allowed"
    return None if acting_party(mediation, facts, Reach.GENERAL) else why_not(actor, mediation.case)


def _is_asked(mediation: Mediation, command: AskForLanguage, facts: Facts[Context]) -> bool:
    return mediation.language is command.language and mediation.end is None


@case.on(AskForLanguage, by_somebody_of_the_case, still_open, already=_is_asked)
def ask(mediation: Mediation, command: AskForLanguage, facts: Facts[Context]) -> Iterable[Event]:
    """A case that waits asks again; a mediator who is designated stays, unless a party has her replaced."""
    asked = LanguageAsked(language=command.language)
    yield asked
    after = case.evolve(mediation, asked, facts.at, facts.context)
    if after.mediator is None and not is_open(mediation):
        yield request(after, facts)
    if after.co.asked and after.co.ground is not None:
        yield request_second(after, facts, after.co.ground)


@case.after(LanguageAsked)
def asked(mediation: Mediation, event: LanguageAsked) -> Mediation:
    return mediation.but(language=event.language)
