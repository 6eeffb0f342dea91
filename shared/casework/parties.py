"""Who acts for whom in a case: the institution's agent, and parties whose part in it was proven.

A party's organisation is its case. Its person is its place there, such as ``respondent-2``; an empty one
is the main respondent.
"""

from typing import Final

from shared.contracts.envelope import Actor
from shared.contracts.kinds import Party

MAIN: Final = (Party.APPLICANT, Party.RESPONDENT)
"""The parties that every case has."""


def all_parties(others: tuple[Party, ...]) -> tuple[Party, ...]:
    """Return the parties of a case, the institution and the main respondent first."""
    return MAIN + others


def party_of(actor: Actor, case: str, institution: str) -> Party | None:
    """Return the party that somebody speaks for in a case; ``None`` for nobody.

    Args:
        actor: Who acts.
        case: Id of the case.
        institution: The institution that filed it.
    """
    if actor.role == "institution_agent":
        return Party.APPLICANT if actor.organisation == institution else None
    if actor.role != "party" or actor.organisation != case:
        return None
    place = actor.person or Party.RESPONDENT
    return Party(place) if place in _PROVEN else None


_PROVEN: Final = frozenset(party.value for party in Party if party is not Party.APPLICANT)
"""Places that are proven person by person; the institution's agents stand in the network file."""
