"""代理人: whom parties entrusted with intake may speak for them here, as far as their authority goes.

Source: 民事诉讼法 (2023) arts 61, 62.
"""

from collections.abc import Iterable

from services.mediation.case.state import Mediation, case
from services.mediation.rules import Context
from shared.casework.guards import Facts
from shared.contracts.agents import Agent, AgentAppointed, AgentDismissed, AgentsRecorded
from shared.contracts.kinds import End, Party
from shared.contracts.message import Event


def _others(mediation: Mediation, party: Party, number: int) -> tuple[Agent, ...]:
    return tuple(one for one in mediation.agents if (one.party, one.number) != (party, number))


def _goes_on(mediation: Mediation) -> bool:
    """Whether parties have anything to say: in the mediation, or of the agreement that came of it."""
    agreed = mediation.end in (None, End.AGREEMENT)
    return agreed or bool(mediation.plan.deadlines)


@case.on(AgentAppointed)
def take_agent(mediation: Mediation, told: AgentAppointed, facts: Facts[Context]) -> Iterable[Event]:
    """From here on the agent may act; what is over, and not to be performed, takes nobody on."""
    if _goes_on(mediation):
        agent = Agent(party=told.party, number=told.number, authority=told.authority)
        yield AgentsRecorded(agents=(*_others(mediation, told.party, told.number), agent))


@case.on(AgentDismissed)
def drop_agent(mediation: Mediation, told: AgentDismissed, facts: Facts[Context]) -> Iterable[Event]:
    """What the agent did before stands."""
    left = _others(mediation, told.party, told.number)
    if _goes_on(mediation) and left != mediation.agents:
        yield AgentsRecorded(agents=left)


@case.after(AgentsRecorded)
def recorded(mediation: Mediation, event: AgentsRecorded) -> Mediation:
    return mediation.but(agents=event.agents)
