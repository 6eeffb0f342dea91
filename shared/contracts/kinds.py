"""The codes that several messages share, and the limits of texts and amounts."""

from typing import Annotated

from pydantic import Field

from shared.contracts.words import Audience, Coded

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

PARTY = Audience.PARTY


class Service(Coded, zh="服务", en="Service", seen_by=PARTY):
    """A service of the platform, in the order of the flow."""

    INTAKE = "intake", "申报摸排", "Intake"
    MEDIATION = "mediation", "调解", "Mediation"
    COURT_BRIDGE = "court_bridge", "诉调对接", "Court bridge"
    ALERTS = "alerts", "预警", "Alerts"
    PORTAL = "portal", "门户", "Portal"


class Role(Coded, zh="角色", en="Role", seen_by=PARTY):
    """In whose capacity somebody acts."""

    INSTITUTION_AGENT = "institution_agent", "机构代理人", "Institution agent"
    MEDIATOR = "mediator", "调解员", "Mediator"
    ORGANISATION_CLERK = "organisation_clerk", "调解组织书记员", "Organisation clerk"
    COURT_CLERK = "court_clerk", "法院书记员", "Court clerk"
    JUDGE = "judge", "法官", "Judge"
    OPERATOR = "operator", "平台运维", "Operator"
    RECIPIENT_AGENT = "recipient_agent", "受移送单位经办人", "Recipient's agent"
    """For a regulator, an association or a committee to which a systemic issue is referred."""
    PARTY = "party", "当事人", "Party"
    TIMER = "timer", "时限", "Timer"


class Cause(Coded, zh="案由", en="Cause", seen_by=PARTY):
    """What kind of dispute it is."""

    CREDIT_CARD = "credit_card", "信用卡纠纷", "Credit card"
    LOAN = "loan", "金融借款合同纠纷", "Financial loan"
    FINANCE_LEASE = "finance_lease", "融资租赁合同纠纷", "Finance lease"
    COMPLAINT = "complaint", "金融消费投诉", "Consumer complaint"
    """A consumer's complaint about an institution, without a claim in money."""


class Tier(Coded, zh="繁简", en="Tier", seen_by=PARTY):
    """How much work a dispute needs."""

    SIMPLE = "simple", "简单", "Simple"
    ORDINARY = "ordinary", "普通", "Ordinary"
    COMPLEX = "complex", "复杂", "Complex"


class Route(Coded, zh="分流方向", en="Route", seen_by=PARTY):
    """Where a screened dispute goes."""

    MEDIATION = "mediation", "调解", "Mediation"
    COURT = "court", "法院", "Court"
    GUIDANCE = "guidance", "引导", "Guidance"
    QUICK_DECISION = "quick_decision", "小额快速裁决", "Quick decision"
    """By a mediation organisation too; its decision binds the institution once the consumer agrees."""
    COURT_MEDIATION = "court_mediation", "法院自行调解", "Mediation by the court"
    RETURN = "return", "退回", "Return"

    @property
    def by_organisation(self) -> bool:
        """Whether it leads to the organisation that the network file names for tier and cause."""
        return self in (Route.MEDIATION, Route.QUICK_DECISION)


class Party(Coded, zh="当事方", en="Party", seen_by=PARTY):
    """A party's place in a case: the institution that files, the main respondent, and who else there is."""

    APPLICANT = "applicant", "申请人", "Applicant"
    APPLICANT_2 = "applicant-2", "申请人二", "Applicant 2"
    APPLICANT_3 = "applicant-3", "申请人三", "Applicant 3"
    RESPONDENT = "respondent", "被申请人", "Respondent"
    RESPONDENT_2 = "respondent-2", "被申请人二", "Respondent 2"
    RESPONDENT_3 = "respondent-3", "被申请人三", "Respondent 3"
    RESPONDENT_4 = "respondent-4", "被申请人四", "Respondent 4"
    RESPONDENT_5 = "respondent-5", "被申请人五", "Respondent 5"
    RESPONDENT_6 = "respondent-6", "被申请人六", "Respondent 6"

    @property
    def applies(self) -> bool:
        """Whether the party stands on the applicants' side."""
        return self.value.startswith("applicant")


class Standing(Coded, zh="诉讼地位", en="Standing", seen_by=PARTY):
    """What makes somebody beside the institution and the main respondent a party to the dispute."""

    CO_CREDITOR = "co_creditor", "共同债权人", "Co-creditor"
    CO_DEBTOR = "co_debtor", "共同债务人", "Co-debtor"
    GUARANTOR = "guarantor", "担保人", "Guarantor"


class Way(Coded, zh="来源方式", en="Way in", seen_by=PARTY):
    """How a dispute came to mediation. Source: 法释〔2021〕23号 art 21 (as of 2022-01-01)."""

    APPLIED = "applied", "当事人申请", "Applied for by a party"
    DELEGATED = "delegated", "法院委派", "Delegated by the court"
    DOCKETED = "docketed", "立案后委托", "Delegated after docketing"
    """A suit of which the court has a mediation tried. Source: 法释〔2016〕14号 art 11."""

    @property
    def by_the_court(self) -> bool:
        """Whether the court has the mediation tried, and not a party alone."""
        return self is not Way.APPLIED


class Procedure(Coded, zh="审理程序", en="Procedure", seen_by=PARTY):
    """By which procedure the court tries a suit; a small claim is tried by the summary one.

    Source: 民事诉讼法 (2023) chapters 12, 13.
    """

    ORDINARY = "ordinary", "普通程序", "Ordinary procedure"
    SUMMARY = "summary", "简易程序", "Summary procedure"


class AgreementForm(Coded, zh="协议形式", en="Form of agreement", seen_by=PARTY):
    """By which law an agreement takes effect. Source: 法释〔2021〕23号 art 19; 人民调解法 art 29."""

    PLATFORM = "platform", "在线调解协议", "Made on the platform"
    PEOPLES_MEDIATION = "peoples_mediation", "人民调解协议书", "People's-mediation agreement"


class ContactMeans(Coded, zh="联系方式", en="Means of contact", seen_by=PARTY):
    """How a party was sought."""

    PHONE = "phone", "电话", "Phone"
    SMS = "sms", "短信", "Text message"
    EMAIL = "email", "电子邮件", "E-mail"
    POST = "post", "邮寄", "Post"
    VISIT = "visit", "上门", "Visit"
    PLATFORM = "platform", "平台消息", "Message on the platform"


class LeaveReason(Coded, zh="原因", en="Reason", seen_by=PARTY):
    """Why a party ends a mediation; only an applicant withdraws. Source: 法释〔2021〕23号 art 25."""

    UNWILLING = "unwilling", "不愿继续调解", "Unwilling to go on"
    PAID = "paid", "已清偿", "Paid"
    SETTLED = "settled", "自行和解", "Settled among themselves"
    WITHDRAWN = "withdrawn", "撤回申请", "Withdrawn"


class End(Coded, zh="结束方式", en="End", seen_by=PARTY):
    """The eight coded ends of a mediation. Source: 法释〔2021〕23号 art 25 (as of 2022-01-01)."""

    AGREEMENT = "agreement", "达成协议", "Agreement"
    SETTLED_OR_WITHDRAWN = "settled_or_withdrawn", "和解或撤回", "Settled or withdrawn"
    UNREACHABLE = "unreachable", "无法联系", "Unreachable"
    PARTY_UNWILLING = "party_unwilling", "一方不愿调解", "A party unwilling"
    LARGE_DIVERGENCE = "large_divergence", "分歧较大", "Large divergence"
    EXPIRED = "expired", "期满未同意延长", "Expired"
    REFUSED_TO_SIGN = "refused_to_sign", "拒绝签署", "Refused to sign"
    OTHER = "other", "其他", "Other"


class DeadlineKind(Coded, zh="期限", en="Deadline", seen_by=PARTY):
    """Which deadline of a mediation."""

    PERIOD = "period", "调解期限", "Mediation period"
    ANSWER = "answer", "答复期限", "Answer period"
    DESIGNATION = "designation", "指定期限", "Designation period"
    CO_ANSWER = "co_answer", "协同调解员答复期限", "Co-mediator's answer period"
    INQUIRY = "inquiry", "征询期限", "Inquiry period"
    CHOICE = "choice", "选定期限", "Choice period"
    DECISION = "decision", "接受期限", "Time to accept a decision"


class DeclineReason(Coded, zh="原因", en="Reason", seen_by=PARTY):
    """Why a mediator declines a designation; ``no_capacity`` is no ground any more."""

    CONFLICT_OF_INTEREST = "conflict_of_interest", "利益冲突", "Conflict of interest"
    NO_CAPACITY = "no_capacity", "无余力", "No capacity"
    NOT_MY_FIELD = "not_my_field", "非本人专长", "Not my field"
    OTHER = "other", "其他", "Other"


class Language(Coded, zh="语言", en="Language", seen_by=PARTY):
    """A language in which a mediation can be held. Source: 民事诉讼法 (2023) art 11."""

    MANDARIN = "mandarin", "普通话", "Mandarin"
    CANTONESE = "cantonese", "粤语", "Cantonese"
    MONGOLIAN = "mongolian", "蒙古语", "Mongolian"
    TIBETAN = "tibetan", "藏语", "Tibetan"
    UYGHUR = "uyghur", "维吾尔语", "Uyghur"
    KAZAKH = "kazakh", "哈萨克语", "Kazakh"
    KOREAN = "korean", "朝鲜语", "Korean"
    ENGLISH = "english", "英语", "English"
    SIGN = "sign", "手语", "Sign language"


class ReturnGround(Coded, zh="退回依据", en="Rests on", seen_by=PARTY):
    """What the return of a filing rests on: a ground of the law, or the platform's own request to complete.

    Source: 法释〔2021〕23号 art 9 (as of 2022-01-01) for the first three.
    """

    NOT_FOR_COURTS = "not_for_courts", "不属于人民法院受案范围", "No matter for a court"
    NO_JURISDICTION = "no_jurisdiction", "邀请调解的法院无管辖权", "The inviting court has no jurisdiction"
    NOT_ONLINE = "not_online", "不适宜在线调解", "Not suitable online"
    TO_COMPLETE = "to_complete", "平台要求补正", "To be completed"


class FilingKind(Coded, zh="类型", en="Kind", seen_by=PARTY):
    """What court_bridge files with the court."""

    CONFIRMATION = "confirmation", "司法确认", "Confirmation"
    HANDOVER = "handover", "移送", "Handover"
    STATEMENT = "statement", "制作调解书", "Mediation statement"
    RESUMPTION = "resumption", "恢复审理", "Resumption of the trial"

    @property
    def of_agreement(self) -> bool:
        """Whether it rests on an agreement; else there is none, and a suit follows or goes on."""
        return self in (FilingKind.CONFIRMATION, FilingKind.STATEMENT)


class FilingStatus(Coded, zh="状态", en="Status", seen_by=PARTY):
    """What the court's review says of a filing. Source: OASIS LegalXML ECF 5."""

    RECEIVED = "received", "已收到", "Received"
    ACCEPTED = "accepted", "予以受理", "Accepted"
    PARTIALLY_ACCEPTED = "partially-accepted", "部分受理", "Partially accepted"
    REJECTED = "rejected", "不予受理", "Rejected"
    CANCELLED = "cancelled", "已取消", "Cancelled"


class StatementOutcome(Coded, zh="协议处理结果", en="What came of the agreement", seen_by=PARTY):
    """What the court did about an agreement that was reached after docketing.

    Source: 法释〔2016〕14号 art 20; 民事诉讼法 (2023) art 100.
    """

    ISSUED = "issued", "调解书已签收", "Statement signed for"
    WITHDRAWN = "withdrawn", "准许撤诉", "Suit withdrawn"
    REFUSED = "refused", "不予制作调解书", "No statement"


class DocumentType(Coded, zh="材料", en="Document", seen_by=PARTY):
    """The typed documents of a filing with the court (移送材料)."""

    APPLICANT_MATERIAL = "applicant_material", "申请人材料", "Applicant's material"
    RESPONDENT_MATERIAL = "respondent_material", "被申请人材料", "Respondent's material"
    MEDIATION_APPLICATION = "mediation_application", "调解申请书", "Mediation application"
    SERVICE_ADDRESS = "service_address", "送达地址确认书", "Service address"
    AGREEMENT = "agreement", "调解协议书", "Agreement"
    CONFIRMATION_APPLICATION = "confirmation_application", "司法确认申请书", "Confirmation application"
    MEDIATION_RECORD = "mediation_record", "调解笔录", "Mediation record"
    HANDOVER_LETTER = "handover_letter", "移送函", "Handover letter"
    NOTICE_OF_RIGHTS = "notice_of_rights", "权利义务告知书", "Notice of rights"
    PRESERVATION = "preservation", "保全材料", "Preservation"
    APPRAISAL = "appraisal", "鉴定材料", "Appraisal"
    FAILURE_REPORT = "failure_report", "调解失败情况报告", "Report of the failed mediation"
    PROOF_OF_MEDIATION = "proof_of_mediation", "主持调解证明", "Proof of who presided"
    UNDISPUTED_FACTS = "undisputed_facts", "无争议事实确认书", "Undisputed facts"
    OTHER = "other", "其他材料", "Other"
