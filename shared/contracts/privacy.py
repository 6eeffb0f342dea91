"""The language of personal data: who reads them and for what, and when they are erased."""

from typing import Annotated

from shared.contracts.fields import INSIDE, GivenPurpose, Purpose, Reader, Text
from shared.contracts.kinds import Role
from shared.contracts.message import Command, Delivery, Event
from shared.contracts.topics import KEEPING, READINGS
from shared.contracts.words import Audience, Coded, Words

RequestedBy = Annotated[Text, Words("申请删除人", "Requested by"), INSIDE]


class ErasureGround(Coded, zh="理由", en="Ground", seen_by=Audience.PARTY):
    """Why personal data are erased. Source: 个人信息保护法 art 47 (as of 2021-11-01)."""

    NOT_NEEDED = "not_needed", "处理目的已实现或不再必要", "The purpose is achieved, or needs them no more"
    RETENTION_OVER = "retention_over", "保存期限届满", "The time for keeping them is over"
    CONSENT_WITHDRAWN = "consent_withdrawn", "个人撤回同意", "The person withdraws consent"
    UNLAWFUL = "unlawful", "违反法律或约定处理", "They were handled against law or agreement"


class PersonalDataRead(Event, family="intake", zh="查阅个人信息", en="Personal data read"):
    """Somebody read the raw data of a party. Source: 个人信息保护法 arts 28-29, 55."""

    reader: Reader
    purpose: Purpose


class PersonalDataErased(
    Event, family="intake", zh="删除个人信息", en="Personal data erased", also=(Delivery(KEEPING),)
):
    """The raw data of a case's parties are gone: their key is destroyed. Source: 个人信息保护法 art 47.

    Attributes:
        requested_by: Who asked; empty in events of before two people had to.
        approved_by: Who approved, another person; empty likewise.
    """

    ground: ErasureGround
    requested_by: RequestedBy = ""
    approved_by: Annotated[Text, Words("批准人", "Approved by"), INSIDE] = ""


class ContactDataOpened(
    Event,
    family="mediation",
    zh="调取联系方式",
    en="Contact data opened",
    also=(Delivery(READINGS, key=None),),
):
    """A mediator may read how to reach the parties of a case that she mediates; intake shows it to her alone.

    Source: 法释〔2021〕23号 arts 8, 15; 个人信息保护法 arts 6, 55.

    Attributes:
        reading: Id of the command that asked: with it intake is asked for the data.
    """

    reader: Reader
    reading: Annotated[str, Words("调取编号", "Reading"), INSIDE]


class ReadContactData(
    Command,
    family="mediation",
    zh="申请调取联系方式",
    en="Ask for contact data",
    roles=(Role.MEDIATOR,),
):
    """Ask how to reach the parties of a case that you mediate; each time is recorded."""


class ReadPersonalData(
    Command,
    family="intake",
    zh="申请查阅个人信息",
    en="Ask to read personal data",
    roles=(
        Role.ORGANISATION_CLERK,
        Role.COURT_CLERK,
    ),
):
    """Ask to read a party's raw data; the reading is recorded with its purpose first."""

    purpose: GivenPurpose


class ErasePersonalData(
    Command,
    family="intake",
    zh="申请删除案件个人信息",
    en="Ask to erase personal data",
    roles=(Role.COURT_CLERK, Role.OPERATOR),
):
    """Ask to erase the raw data of a case's parties for good; another person approves (ApproveDisposal).

    Not while somebody may still act on the case, or while it is held.
    """

    ground: ErasureGround
