"""The language of complaints about mediators: a party complains, the court decides.

Source: 法释〔2021〕23号 art 29 (as of 2022-01-01).
"""

from typing import Annotated, Final

from pydantic import Field

from shared.contracts.fields import PARTY, CaseId, MediatorId, OrganisationId
from shared.contracts.kinds import Party, Role
from shared.contracts.message import Command, Delivery, Event
from shared.contracts.topics import ROSTERS
from shared.contracts.words import Audience, Coded, Words

_TO_ROSTER: Final = (Delivery(ROSTERS, key="organisation"),)


class ComplaintGround(Coded, zh="投诉事由", en="Complaint", seen_by=Audience.PARTY):
    """What a mediator is said to have done. Source: 法释〔2021〕23号 art 29."""

    COERCION = "coercion", "强迫调解", "Forced a party to settle"
    REFUSALS = "refusals", "无正当理由多次拒绝接受调解", "Refused cases time and again without a reason"
    FAVOURS = "favours", "接受请托或者收受财物", "Took favours or gifts"
    DISCLOSURE = "disclosure", "泄露调解过程、协议内容或者秘密", "Disclosed the mediation or a secret"
    ETHICS = "ethics", "其他违反调解职业道德的行为", "Another breach of professional ethics"


class Measure(Coded, zh="处理", en="Measure", seen_by=Audience.PARTY):
    """What follows from a complaint. Source: 法释〔2021〕23号 art 29; 法释〔2016〕14号 art 28."""

    NONE = "none", "不予处理", "None"
    WARNED = "warned", "警告", "Warned"
    SUSPENDED = "suspended", "停派", "Suspended"
    REMOVED = "removed", "解聘", "Dismissed"


ComplaintNumber = Annotated[int, Field(ge=1, le=1000), Words("投诉序号", "Complaint"), PARTY]
Of = Annotated[MediatorId, Words("被投诉的调解员", "Complained of"), PARTY]
Upheld = Annotated[bool, Words("查证属实", "Upheld"), PARTY]
What = Annotated[ComplaintGround, Words("投诉事由", "Complaint about"), PARTY]


class MediatorComplainedOf(Event, family="mediation", zh="投诉调解员", en="Complaint about a mediator"):
    """A party complains to the court. Source: 法释〔2021〕23号 art 29.

    Attributes:
        complaint: Its number in the case.
    """

    complaint: ComplaintNumber
    mediator: MediatorId
    party: Party
    breach: What


class ComplaintDecided(Event, family="mediation", zh="投诉处理", en="Complaint decided", also=_TO_ROSTER):
    """The court checked the complaint; the one who complained reads it in the case's history.

    Source: 法释〔2021〕23号 art 29.
    """

    organisation: OrganisationId
    case: CaseId
    complaint: ComplaintNumber
    mediator: MediatorId
    breach: What
    upheld: Upheld
    measure: Measure


class ComplainOfMediator(
    Command,
    family="mediation",
    zh="投诉调解员",
    en="Complain of a mediator",
    roles=(Role.INSTITUTION_AGENT, Role.PARTY),
):
    """Complain as a party of somebody who mediates the case, or did; also after its end.

    Attributes:
        mediator: Of whom; ``None`` for who presides, or did last.
    """

    breach: What
    mediator: Of | None = None


class DecideComplaint(
    Command, family="mediation", zh="处理投诉", en="Decide a complaint", roles=(Role.COURT_CLERK,)
):
    """Say whether a complaint is true, and what follows: no measure without one that is."""

    complaint: ComplaintNumber
    upheld: Upheld
    measure: Measure
