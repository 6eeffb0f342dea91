"""The language of what is said in confidence: sealed offers, and concessions that only the mediator reads.

Nothing of it is said by an event but the midpoint of two offers that meet. Source: 法释〔2021〕23号 art 18;
法释〔2016〕14号 art 22.
"""

from typing import Annotated

from pydantic import Field

from shared.contracts.fields import INSIDE, PARTY, MediatorId
from shared.contracts.kinds import Fen, Party, Role
from shared.contracts.message import Command, Event
from shared.contracts.sealed import Concession, Offer
from shared.contracts.words import Unit, Words

_PARTIES = (Role.INSTITUTION_AGENT, Role.PARTY)

OfferedBy = Annotated[Party, Words("报价方", "Offered by"), INSIDE]
MidpointFen = Annotated[Fen, Words("报价中点", "Midpoint of the offers"), Unit.FEN, PARTY]
ConcessionNumber = Annotated[int, Field(ge=1, le=1000), Words("让步序号", "Concession"), INSIDE]


class OfferLeft(Event, family="mediation", zh="留存密封报价", en="Sealed offer left", quiet=True):
    """A side has a sealed offer on file; nobody else learns so much as that."""

    offered_by: OfferedBy


class OffersMet(
    Event,
    family="mediation",
    zh="双方报价相合",
    en="Offers met",
    told_to=(*_PARTIES, Role.MEDIATOR),
):
    """The most that one side pays is no less than the least that the other takes.

    Attributes:
        midpoint_fen: Half of the two together, half a fen rounded down.
    """

    midpoint_fen: MidpointFen


class ConcessionKept(Event, family="mediation", zh="留存让步内容", en="Concession kept", quiet=True):
    """Something was told to the mediator in confidence; what, and by whom, stands in no event."""

    concession_number: ConcessionNumber


class ConcessionsRead(Event, family="mediation", zh="查阅让步内容", en="Concessions read", quiet=True):
    """The mediator who holds the case read what was told in confidence."""

    mediator: Annotated[MediatorId, INSIDE]


class LeaveOffer(
    Command,
    family="mediation",
    zh="留存密封报价",
    en="Leave a sealed offer",
    roles=_PARTIES,
    quiet=True,
):
    """Leave with the platform what you would settle for; it is shown to nobody, unless the offers meet.

    The institution leaves the least that it takes, the respondent the most that it pays; in a complaint the
    other way round. Another one replaces it, a few times. Where they meet, both sides see the midpoint, and
    nothing else; otherwise nobody ever learns them.
    """

    offer: Offer


class KeepConcession(
    Command,
    family="mediation",
    zh="留存让步内容",
    en="Keep a concession",
    roles=(*_PARTIES, Role.MEDIATOR),
    quiet=True,
):
    """Tell the mediator something in confidence: nobody else reads it, and it goes with the mediation."""

    concession: Concession


class ReadConcessions(
    Command,
    family="mediation",
    zh="申请查阅让步内容",
    en="Ask to read concessions",
    roles=(Role.MEDIATOR,),
    quiet=True,
):
    """Ask as the mediator to read what was told in confidence; the reading is recorded first."""
