"""The language of sessions: announced, held or called off; service addresses; facts that nobody disputes."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

from shared.contracts.asked import FACTS
from shared.contracts.fields import INSIDE, PARTY
from shared.contracts.kinds import Digest, Label, Party, Role
from shared.contracts.message import Command, Event, Message
from shared.contracts.persons import NO_PERSON
from shared.contracts.words import Audience, Coded, Words


class SessionForm(Coded, zh="调解方式", en="Form of the session", seen_by=Audience.PARTY):
    """How the parties take part. Source: 法释〔2021〕23号 art 16."""

    ONLINE = "online", "音视频", "By audio or video"
    ON_SITE = "on_site", "现场", "On site"


class SessionPlace(Coded, zh="地点", en="Place", seen_by=Audience.PARTY):
    """Where a session is held, or where a party finds the equipment for it. Source: art 16(2)."""

    COURT_SERVICE_CENTRE = "court_service_centre", "人民法院诉讼服务中心", "The court's service centre"
    ORGANISATION = "organisation", "调解组织所在地", "The mediation organisation's premises"
    OTHER = "other", "其他便利地点", "Another convenient place"


class IdentityCheck(Coded, zh="身份核实方式", en="How identity was checked", seen_by=Audience.PARTY):
    """How the identity of somebody who attends was checked. Source: 法释〔2021〕23号 art 17."""

    DOCUMENT_COMPARED = "document_compared", "证件证照在线比对", "Documents compared online"
    FACE_COMPARED = "face_compared", "人脸识别比对", "Face compared with the document"
    IN_PERSON = "in_person", "当面核验证件", "Document seen in person"


class CancelReason(Coded, zh="原因", en="Reason", seen_by=Audience.PARTY):
    """Why a session is called off."""

    PARTY_PREVENTED = "party_prevented", "当事人不能参加", "A party is prevented"
    MEDIATOR_PREVENTED = "mediator_prevented", "调解员不能参加", "The mediator is prevented"
    TECHNICAL = "technical", "技术原因", "Technical reasons"
    NOT_NEEDED = "not_needed", "不再需要", "Not needed any more"


class FactItem(Coded, zh="事实事项", en="Subject of a fact", seen_by=Audience.PARTY):
    """What a fact that nobody disputes is about: the elements of the cause. Source: 法〔2024〕46号."""

    CONTRACT = "contract", "合同签订", "The contract and its conclusion"
    PRINCIPAL = "principal", "本金", "The principal"
    RATE = "rate", "利率与计息", "The rate, and how interest is counted"
    DISBURSEMENT = "disbursement", "放款或用卡", "The disbursement, or the use of the card"
    REPAYMENTS = "repayments", "还款情况", "What was repaid"
    OVERDUE_SINCE = "overdue_since", "逾期起始", "Since when it is overdue"
    CHARGES = "charges", "费用与违约金", "Charges and damages"
    PROMPTED = "prompted", "条款提示说明", "That terms were prompted"
    DEMAND = "demand", "催收", "The demand"
    GUARANTEE = "guarantee", "担保", "The guarantee"
    LEASED_OBJECT = "leased_object", "租赁物及交付", "The leased object and its delivery"
    RENT = "rent", "租金", "The rent"


SessionAt = Annotated[datetime, Words("调解时间", "Session at"), PARTY]
SessionNumber = Annotated[int, Field(ge=1, le=1000), Words("场次", "Session"), PARTY]
Room = Annotated[Label, Words("房间", "Room"), PARTY]
MeetingCode = Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{4,32}$"), Words("会议号", "Meeting code"), PARTY]
"""The number of the meeting on the court's platform; never a link, whose text may hold anything."""
OnlyWith = Annotated[Party, Words("单独会谈方", "Held with this party alone"), PARTY]
ApartAgreed = Annotated[bool, Words("各方同意分别调解", "All agree to talk apart"), PARTY]
Warned = Annotated[bool, Words("已告知虚假调解后果", "Warned of false mediation"), PARTY]
FactsDigest = Annotated[Digest, Words("无争议事实摘要", "Digest of the undisputed facts"), INSIDE]
FactItems = Annotated[
    tuple[FactItem, ...],
    Field(min_length=1, max_length=len(FactItem)),
    Words("事实事项", "Facts about"),
    PARTY,
]
AddressDigest = Annotated[Digest, Words("送达地址确认书摘要", "Digest of the service address"), INSIDE]
Electronic = Annotated[bool, Words("同意电子送达", "Agrees to electronic service"), PARTY]


class Attendance(Message):
    """A party that attends.

    Attributes:
        checked: How its identity was checked; ``None`` where it was not.
        warned: Whether it was told what follows from false mediation.
    """

    party: Party
    checked: IdentityCheck | None = None
    warned: Warned = False


Attendances = Annotated[
    tuple[Attendance, ...], Field(min_length=1, max_length=20), Words("到场方", "Attendance"), PARTY
]


class SessionScheduled(Event, family="mediation", zh="确定调解时间", en="Session scheduled"):
    """When and where the parties meet. Source: 法释〔2021〕23号 art 16.

    Attributes:
        alone_with: With whom alone; ``None`` for all together. It moves one with the same.
    """

    session: SessionNumber
    session_at: SessionAt
    how: SessionForm
    place: SessionPlace | None = None
    room: Room | None = None
    meeting_code: MeetingCode | None = None
    alone_with: OnlyWith | None = None


class SessionHeld(Event, family="mediation", zh="开展调解", en="Session held"):
    """A session took place: who attended, known by what, and warned. Source: 法释〔2021〕23号 art 17."""

    session: SessionNumber
    attendance: Attendances


class SessionCancelled(Event, family="mediation", zh="取消调解场次", en="Session cancelled"):
    """A session that was announced is not held."""

    session: SessionNumber
    reason: CancelReason


class ServiceAddressConfirmed(Event, family="mediation", zh="确认送达地址", en="Service address confirmed"):
    """送达地址确认书: a party said where papers reach it. Source: 法释〔2021〕23号 art 17.

    Attributes:
        digest: Of the confirmation; it holds personal data, and stays with the organisation.
    """

    party: Party
    digest: AddressDigest
    electronic: Electronic


class FactsRecorded(
    Event, family="mediation", zh="记载无争议事实", en="Undisputed facts recorded", asks=FACTS
):
    """A text of facts is put before the parties; it voids what was confirmed of another one."""

    digest: FactsDigest
    items: FactItems


class FactsConfirmed(Event, family="mediation", zh="确认无争议事实", en="Undisputed facts confirmed"):
    """A party confirms the text."""

    party: Party
    digest: FactsDigest


class FactsUndisputed(Event, family="mediation", zh="形成无争议事实确认书", en="Facts undisputed"):
    """Every party confirmed the text: it may be used in a suit, as nothing else of the mediation may.

    Source: 法释〔2021〕23号 arts 18, 22.
    """

    digest: FactsDigest
    items: FactItems


_PARTIES = (Role.INSTITUTION_AGENT, Role.PARTY)


class ScheduleSession(
    Command, family="mediation", zh="安排调解", en="Schedule a session", roles=(Role.MEDIATOR,)
):
    """Announce a session, or move the one that was to be held with the same parties.

    Attributes:
        meeting_code: What an online session needs.
        place: What a session on site needs; for one online, where a party finds the equipment.
        alone_with: With this party alone; then `apart_agreed`.
        apart_agreed: All parties agree that each is talked to apart (art 16).
    """

    session_at: Annotated[AwareDatetime, Words("调解时间", "Session at"), PARTY]
    how: SessionForm
    place: SessionPlace | None = None
    room: Annotated[Room, NO_PERSON] | None = None
    meeting_code: Annotated[MeetingCode, NO_PERSON] | None = None
    alone_with: OnlyWith | None = None
    apart_agreed: ApartAgreed = False


class RecordSession(
    Command, family="mediation", zh="记录调解", en="Record a session", roles=(Role.MEDIATOR,)
):
    """Record that a session was held, and how each party that attended was identified and warned."""

    session: SessionNumber
    attendance: Attendances


class CancelSession(
    Command, family="mediation", zh="取消调解", en="Cancel a session", roles=(Role.MEDIATOR,)
):
    """Call off a session that was announced."""

    session: SessionNumber
    reason: CancelReason


class ConfirmServiceAddress(
    Command, family="mediation", zh="确认送达地址", en="Confirm a service address", roles=_PARTIES
):
    """Confirm as a party where papers reach it.

    Attributes:
        digest: SHA-256 of the confirmation's file.
        electronic: Whether papers may come electronically.
    """

    digest: AddressDigest
    electronic: Electronic


class RecordUndisputedFacts(
    Command,
    family="mediation",
    zh="记载无争议事实",
    en="Record undisputed facts",
    roles=(Role.MEDIATOR,),
):
    """Put a text of undisputed facts before the parties, in writing.

    Attributes:
        digest: SHA-256 of the text's file.
        items: What it is about.
    """

    digest: FactsDigest
    items: FactItems


class ConfirmFacts(
    Command, family="mediation", zh="确认无争议事实", en="Confirm undisputed facts", roles=_PARTIES
):
    """Confirm as a party that the facts of the text are not disputed."""

    digest: FactsDigest
