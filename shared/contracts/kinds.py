"""Words that several messages share: causes, tiers, parties, ends; money and text limits."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

Fen = Annotated[int, Field(ge=0, le=10**15)]
"""An amount of money in fen (0.01 CNY)."""
Code = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z0-9][a-z0-9_.-]*$")]
"""A short machine word."""
Slug = Annotated[str, Field(min_length=2, max_length=60, pattern=r"^[a-z0-9][a-z0-9-]*$")]
"""An id that may stand in a topic name."""
Label = Annotated[str, Field(min_length=1, max_length=160)]
"""A short text for people."""
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 in lower-case hexadecimal."""


class Cause(StrEnum):
    """案由: what kind of dispute it is."""

    CREDIT_CARD = "credit_card"
    """信用卡纠纷"""
    LOAN = "loan"
    """金融借款合同纠纷"""
    FINANCE_LEASE = "finance_lease"
    """融资租赁合同纠纷"""
    COMPLAINT = "complaint"
    """金融消费投诉: a consumer's complaint about an institution, without a claim in money."""


class Tier(StrEnum):
    """繁简: how much work a dispute needs."""

    SIMPLE = "simple"
    ORDINARY = "ordinary"
    COMPLEX = "complex"


class Route(StrEnum):
    """分流: where a screened dispute goes."""

    MEDIATION = "mediation"
    COURT = "court"
    GUIDANCE = "guidance"


class Party(StrEnum):
    """A side of the dispute."""

    APPLICANT = "applicant"
    """申请人"""
    RESPONDENT = "respondent"
    """被申请人"""


class End(StrEnum):
    """The eight coded ends of a mediation. Source: 法释〔2021〕23号 art 25 (as of 2022-01-01)."""

    AGREEMENT = "agreement"
    SETTLED_OR_WITHDRAWN = "settled_or_withdrawn"
    UNREACHABLE = "unreachable"
    PARTY_UNWILLING = "party_unwilling"
    LARGE_DIVERGENCE = "large_divergence"
    EXPIRED = "expired"
    REFUSED_TO_SIGN = "refused_to_sign"
    OTHER = "other"


class FilingKind(StrEnum):
    """What court_bridge files with the court."""

    CONFIRMATION = "confirmation"
    """司法确认"""
    HANDOVER = "handover"
    """移送"""


class FilingStatus(StrEnum):
    """What the court's review says of a filing. Source: OASIS LegalXML ECF 5."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    PARTIALLY_ACCEPTED = "partially-accepted"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class DocumentType(StrEnum):
    """移送材料: the typed documents of a filing."""

    APPLICANT_MATERIAL = "applicant_material"
    """申请人材料"""
    RESPONDENT_MATERIAL = "respondent_material"
    """被申请人材料"""
    MEDIATION_APPLICATION = "mediation_application"
    """调解申请书"""
    SERVICE_ADDRESS = "service_address"
    """送达地址确认书"""
    AGREEMENT = "agreement"
    """调解协议书"""
    CONFIRMATION_APPLICATION = "confirmation_application"
    """司法确认申请书"""
    MEDIATION_RECORD = "mediation_record"
    """调解笔录"""
    HANDOVER_LETTER = "handover_letter"
    """移送函"""
    NOTICE_OF_RIGHTS = "notice_of_rights"
    """权利义务告知书"""
    PRESERVATION = "preservation"
    """保全材料"""
    APPRAISAL = "appraisal"
    """鉴定材料"""
    OTHER = "other"
    """其他材料"""
