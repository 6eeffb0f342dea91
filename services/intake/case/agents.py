"""委托代理: a party entrusts one or two agents, each with the authority that its letter gives.

Source: 民事诉讼法 (2023) arts 61-63.
"""

from collections.abc import Iterable

from services.intake.case.state import Dispute, Entrusted, case, not_merged
from services.intake.rules import Context
from shared.casework.guards import Facts, authority, possible
from shared.casework.parties import party_of
from shared.contracts.agents import Agent, AgentAppointed, AgentDismissed, AppointAgent, DismissAgent
from shared.contracts.kinds import Party
from shared.contracts.message import Command, Event


def _party(dispute: Dispute, facts: Facts[Context]) -> Party | None:
    """Return the party that acts itself: no agent entrusts another one."""
    party = party_of(facts.actor, facts.subject, dispute.institution)
    return party if party in dispute.parties else None


@authority
def by_a_party_itself(dispute: Dispute, facts: Facts[Context], _: Command | None) -> str | None:
    """Each party its own agents, and no agent another one."""
    return "actor.not_allowed" if _party(dispute, facts) is None else None


@possible
def is_appointed(dispute: Dispute, facts: Facts[Context], command: Command | None) -> str | None:
    """Only who was entrusted can be dismissed."""
    party = _party(dispute, facts)
    mine = {agent.number for agent in dispute.agents if agent.party is party}
    known = command.number in mine if isinstance(command, DismissAgent) else bool(mine)
    return None if known else "agent.none"


def _is_so(dispute: Dispute, command: AppointAgent, facts: Facts[Context]) -> bool:
    party = _party(dispute, facts)
    assert party is not None
    agent = Agent(party=party, number=command.number, authority=command.authority)
    return Entrusted(agent=agent, letter=command.letter) in dispute.entrusted


@case.on(AppointAgent, by_a_party_itself, not_merged, already=_is_so)
def appoint(dispute: Dispute, command: AppointAgent, facts: Facts[Context]) -> Iterable[Event]:
    """At any time: an agent may come to a mediation that runs."""
    party = _party(dispute, facts)
    assert party is not None
    yield AgentAppointed(
        party=party, number=command.number, authority=command.authority, letter=command.letter
    )


@case.after(AgentAppointed)
def appointed(dispute: Dispute, event: AgentAppointed) -> Dispute:
    after = _without(dispute, event.party, event.number)
    agent = Agent(party=event.party, number=event.number, authority=event.authority)
    return after.but(entrusted=(*after.entrusted, Entrusted(agent=agent, letter=event.letter)))


@case.on(DismissAgent, by_a_party_itself, not_merged, is_appointed)
def dismiss(dispute: Dispute, command: DismissAgent, facts: Facts[Context]) -> Iterable[Event]:
    """At any time, without a reason."""
    party = _party(dispute, facts)
    assert party is not None
    yield AgentDismissed(party=party, number=command.number)


@case.after(AgentDismissed)
def dismissed(dispute: Dispute, event: AgentDismissed) -> Dispute:
    return _without(dispute, event.party, event.number)


def _without(dispute: Dispute, party: Party, number: int) -> Dispute:
    gone = (party, number)
    return dispute.but(
        entrusted=tuple(one for one in dispute.entrusted if (one.agent.party, one.agent.number) != gone)
    )
