"""The language of agents: whom a party entrusts, and how far the agent may go for it.

Source: 民事诉讼法 (2023) arts 61, 62.
"""

from enum import IntEnum
from typing import Annotated

from pydantic import Field

from shared.contracts.elements import Part
from shared.contracts.fields import INSIDE, PARTY
from shared.contracts.kinds import Digest, Party, Role
from shared.contracts.message import Command, Event
from shared.contracts.words import Audience, Coded, Words


class Authority(Coded, zh="授权范围", en="Authority", seen_by=Audience.PARTY):
    """How far an agent may go. Source: 民事诉讼法 (2023) art 62(2).

    To agree to mediation, to settle, to sign, to waive and to end takes special authority.
    """

    GENERAL = "general", "一般授权", "General authority"
    SPECIAL = "special", "特别授权", "Special authority"


class Reach(IntEnum):
    """What an act asks of an agent; a party itself may do everything of its own."""

    ANY = 0
    GENERAL = 1
    SPECIAL = 2


AgentNumber = Annotated[int, Field(ge=1, le=2), Words("代理人序号", "Number of the agent"), PARTY]
"""A party entrusts one or two. Source: 民事诉讼法 (2023) art 61."""
LetterOfAuthority = Annotated[Digest, Words("授权委托书摘要", "Digest of the letter of authority"), INSIDE]


class Agent(Part):
    """An agent of a party, as a place in the case; who it is, the proof of its token says.

    Attributes:
        party: Whose agent.
        number: 1 or 2; the agent's place is ``respondent.agent-1``.
    """

    party: Party
    number: AgentNumber
    authority: Authority


Agents = Annotated[tuple[Agent, ...], Words("代理人", "Agents"), PARTY]


class AgentAppointed(Event, family="intake", zh="委托代理人", en="Agent appointed"):
    """A party entrusted an agent, or gave one another authority. Source: 民事诉讼法 (2023) arts 61, 62.

    Attributes:
        letter: Digest of 授权委托书, which states matters and authority.
    """

    party: Party
    number: AgentNumber
    authority: Authority
    letter: LetterOfAuthority


class AgentDismissed(Event, family="intake", zh="解除委托", en="Agent dismissed"):
    """A party's agent speaks for it no more. Source: 民事诉讼法 (2023) art 63."""

    party: Party
    number: AgentNumber


class AgentsRecorded(Event, family="mediation", zh="代理人备案", en="Agents recorded"):
    """Who may speak for parties in the mediation from now on; all of them."""

    agents: Agents


class AppointAgent(
    Command,
    family="intake",
    zh="委托代理人",
    en="Appoint an agent",
    roles=(Role.INSTITUTION_AGENT, Role.PARTY),
):
    """Entrust an agent; each party its own. The same number again replaces what was said before.

    Attributes:
        letter: Digest of 授权委托书, which states matters and authority.
    """

    number: AgentNumber
    authority: Authority
    letter: LetterOfAuthority


class DismissAgent(
    Command,
    family="intake",
    zh="解除委托",
    en="Dismiss an agent",
    roles=(Role.INSTITUTION_AGENT, Role.PARTY),
):
    """End an agent's authority; what the agent did before stands."""

    number: AgentNumber
