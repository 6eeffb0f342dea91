"""Who acts for whom in a case: the institution's people, parties whose part was proven, and their agents.

A party's organisation is its case. Its person is its place there, such as ``respondent-2``; an empty one
is the main respondent. An agent's person is ``respondent-2.agent-1``.
"""

from collections.abc import Iterable
from typing import Final

from shared.contracts.agents import Agent, Authority, Reach
from shared.contracts.envelope import Actor
from shared.contracts.kinds import Party

MAIN: Final = (Party.APPLICANT, Party.RESPONDENT)
"""The parties that every case has."""
_AGENT: Final = ".agent-"
_REACHES: Final = {Authority.GENERAL: Reach.GENERAL, Authority.SPECIAL: Reach.SPECIAL}


def all_parties(others: tuple[Party, ...]) -> tuple[Party, ...]:
    """Return the parties of a case, the institution and the main respondent first."""
    return MAIN + others


def party_of(
    actor: Actor, case: str, institution: str, agents: Iterable[Agent] = (), reach: Reach = Reach.SPECIAL
) -> Party | None:
    """Return the party that somebody speaks for in a case; ``None`` for nobody.

    Args:
        actor: Who acts.
        case: Id of the case.
        institution: The institution that filed it.
        agents: Whom parties of the case entrusted.
        reach: The authority that the act asks of an agent.
    """
    if actor.role == "institution_agent":
        return Party.APPLICANT if actor.organisation == institution else None
    if actor.role != "party" or actor.organisation != case:
        return None
    place, is_agent, number = actor.person.partition(_AGENT)
    if is_agent:
        return _party_of_agent(place, number, agents, reach)
    place = place or Party.RESPONDENT
    return Party(place) if place in _PROVEN else None


def why_not(actor: Actor, case: str) -> str:
    """Return the reason why somebody who speaks for no party, or not for this one, may not act."""
    is_agent = actor.role == "party" and actor.organisation == case and _AGENT in actor.person
    return "agent.not_authorised" if is_agent else "actor.not_allowed"


def _party_of_agent(place: str, number: str, agents: Iterable[Agent], reach: Reach) -> Party | None:
    for agent in agents:
        if (agent.party, str(agent.number)) == (place, number):
            return agent.party if _REACHES[agent.authority] >= reach else None
    return None


_PROVEN: Final = frozenset(party.value for party in Party if party is not Party.APPLICANT)
"""Places that are proven person by person; the institution's agents stand in the network file."""
