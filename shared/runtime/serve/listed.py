"""Who has which role now: the network file says it, and for mediators the rosters, which change by events."""

import time
from typing import TYPE_CHECKING, Final

from shared.contracts.kinds import Role
from shared.network.schema import Network
from shared.runtime.base.keyring import Keyring
from shared.runtime.serve.service import Rosters, Service
from shared.runtime.serve.tokens import Person, TokenChecker

if TYPE_CHECKING:
    from shared.runtime.commit.mongo import Database

KEPT_S: Final = 2.0
"""How long what a roster says is believed without asking again."""
_MOST_KEPT: Final = 10_000


def tokens_of(service: Service, network: Network, database: "Database", keyring: Keyring) -> TokenChecker:
    """Return what a service reads tokens with: for itself, of people who are listed, in its rosters too."""
    rosters = None if service.rosters is None else service.rosters(database)
    return TokenChecker(keyring, service.name, Listed(network, rosters))


class Listed:
    """The directory of a process.

    Args:
        network: Members and people.
        rosters: What events say of mediators; ``None`` where the service does not hear of rosters: whom the
            network file does not know may then be one who joined.
    """

    def __init__(self, network: Network, rosters: Rosters | None = None) -> None:
        self._network = network
        self._rosters = rosters
        self._known: dict[tuple[str, str], tuple[float, bool]] = {}

    async def lists(self, person: Person) -> bool:
        """Say whether somebody has this role in this organisation now.

        A machine (no person) has the roles that fit its organisation, but is no mediator and no judge. That a
        party is one of its case is seen where the case is.
        """
        network, organisation, role = self._network, person.organisation, person.role
        if role == Role.PARTY:
            return True
        if role == Role.MEDIATOR:
            return bool(person.person) and await self._is_mediator(organisation, person.person)
        if person.person:
            known = network.person(person.person)
            return known is not None and (known.organisation, known.role) == (organisation, role)
        fits: dict[str, bool] = {
            Role.INSTITUTION_AGENT.value: network.institution(organisation) is not None,
            Role.ORGANISATION_CLERK.value: network.organisation(organisation) is not None,
            Role.COURT_CLERK.value: organisation == network.court.id,
            Role.RECIPIENT_AGENT.value: network.recipient(organisation) is not None,
            Role.OPERATOR.value: network.member(organisation) is not None,
        }
        return fits.get(role, False)

    async def _is_mediator(self, organisation: str, mediator: str) -> bool:
        if self._network.organisation(organisation) is None:
            return False
        now, key = time.monotonic(), (organisation, mediator)
        at, found = self._known.get(key, (-KEPT_S, False))
        if now - at >= KEPT_S:
            found = await self._ask(organisation, mediator)
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            self._known[key] = (now, found)
        return found

    async def _ask(self, organisation: str, mediator: str) -> bool:
        home = self._network.organisation_of(mediator)
        if self._rosters is None:
            return home is None or home.id == organisation
        said = await self._rosters(organisation, mediator)
        return (home is not None and home.id == organisation) if said is None else said
