"""The language of a case that passes from one mediation organisation to another."""

from typing import Annotated

from shared.contracts.fields import PARTY, CaseId, OrganisationId, Round
from shared.contracts.kinds import Role, Slug
from shared.contracts.message import Command, Delivery, Event
from shared.contracts.topics import ROSTERS
from shared.contracts.words import Audience, Coded, Words


class TransferGround(Coded, zh="理由", en="Ground", seen_by=Audience.PARTY):
    """Why a case passes to another organisation."""

    OVERDUE = "overdue", "逾期未指定调解员", "Nobody was designated in time"
    QUEUE_TOO_LONG = "queue_too_long", "等待案件过多", "Too many cases wait"
    NOBODY_ELIGIBLE = "nobody_eligible", "无人可受理", "Nobody may take it"
    COURT = "court", "法院另行指定", "The court named another"


Receiver = Annotated[Slug, Words("移转至", "Transferred to"), PARTY]


class CaseTransferred(
    Event,
    family="mediation",
    zh="移转调解组织",
    en="Case transferred",
    also=(Delivery(ROSTERS, key="organisation"),),
):
    """Another organisation mediates from now on; the parties are told. Source: 法释〔2021〕23号 arts 10, 12.

    Attributes:
        organisation: That had the case.
        round: Of the last request to its roster; all seats up to it come back.
        receiver: That has it now; its roster is asked for a mediator.
    """

    organisation: OrganisationId
    case: CaseId
    round: Round
    receiver: Receiver
    ground: TransferGround


class TransferCase(
    Command, family="mediation", zh="移转调解组织", en="Transfer a case", roles=(Role.COURT_CLERK,)
):
    """Name another organisation for a case, at any time before its end."""

    receiver: Receiver
