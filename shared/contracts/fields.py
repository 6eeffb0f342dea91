"""The types of the fields: what a field is called, its unit and limits, and who may see it.

A field is named once, here, for all messages. What one message alone has may be typed beside it. What people
write into a command is guarded against numbers that name a person; an event has the same field without the
guard, since one of before may hold such a number and must still be read.
"""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from shared.contracts.kinds import Code, Digest, DocumentType, Fen, Label, Language, Party, Route, Slug
from shared.contracts.persons import NO_ID_NUMBER, NO_PERSON
from shared.contracts.words import Audience, Spoken, Unit, Words

PARTY, INSTITUTION, INSIDE = Audience.PARTY, Audience.INSTITUTION, Audience.INSIDE
Text = Annotated[str, PARTY]
"""A text without a limit of its own: what the services write, never what they are sent."""

# Who.
InstitutionId = Annotated[Slug, Words("金融机构", "Institution"), PARTY]
OrganisationId = Annotated[Slug, Words("调解组织", "Organisation"), PARTY]
MediatorId = Annotated[Slug, Words("调解员", "Mediator"), PARTY]
CourtId = Annotated[Slug, Words("法院", "Court"), PARTY]
Excluded = Annotated[tuple[MediatorId, ...], Words("不再指定的调解员", "Not designated again"), PARTY]
PartyToken = Annotated[str, Words("当事人标识", "Party token"), INSIDE]
MaskedName = Annotated[Text, Words("被申请人", "Respondent")]
Reader = Annotated[Text, Words("查阅人", "Reader")]

# The dispute.
CaseId = Annotated[Text, Words("案件", "Case")]
MergedInto = Annotated[Text, Words("并入案件", "Merged into")]
REFERENCE = r"^[A-Za-z0-9][A-Za-z0-9._:/-]*$"
Reference = Annotated[
    str,
    Field(min_length=1, max_length=64, pattern=REFERENCE),
    Words("编号", "Reference"),
    INSTITUTION,
]
"""The institution's own reference of a dispute."""
ReferenceDigest = Annotated[Digest, Words("编号摘要", "Reference digest"), INSIDE]
ContractDigest = Annotated[Digest, Words("合同摘要", "Contract digest"), INSIDE]
ContentDigest = Annotated[Digest, Words("内容摘要", "Content digest"), INSIDE]
Issue = Annotated[Label, Words("争议事项", "Issue"), PARTY]
Product = Annotated[Label, Words("产品", "Product"), PARTY]
FiledReference = Annotated[Reference, NO_ID_NUMBER]
FiledIssue = Annotated[Issue, NO_PERSON]
FiledProduct = Annotated[Product, NO_PERSON]
FiledRegion = Annotated[str, Field(max_length=40), NO_PERSON, Words("地区", "Region"), INSIDE]
ReasonField = Annotated[Text, Words("字段", "Field")]

# Money.
ClaimFen = Annotated[Fen, Words("标的额", "Claim"), Unit.FEN, PARTY]
SettledFen = Annotated[Fen, Words("化解标的额", "Settled amount"), Unit.FEN, PARTY]
PartsFen = Annotated[Fen, Words("各项之和", "Sum of the parts"), Unit.FEN, PARTY]
AgreedFen = Annotated[Fen, Words("协议金额", "Agreed amount"), Unit.FEN, PARTY]
AmountFen = Annotated[Fen, Words("金额", "Amount"), Unit.FEN, PARTY]

# Days and instants.
Week = Annotated[date, Words("所在周", "Week"), PARTY]
AcceptedAt = Annotated[datetime, Words("期限起算", "Accepted at"), PARTY]
OpenedAt = Annotated[datetime, Words("受理时间", "Opened at"), PARTY]
DesignateBy = Annotated[datetime, Words("指定期限", "Designate by"), PARTY]
DesignateProvisional = Annotated[bool, Words("指定期限暂定", "Designate-by date provisional"), PARTY]
LimitDays = Annotated[int, Words("期限（日）", "Limit, days"), Unit.DAYS, PARTY]
DueAt = Annotated[datetime, Words("期满时间", "Due at"), PARTY]
DueProvisional = Annotated[bool, Words("期满时间暂定", "Due date provisional"), PARTY]
AnswerBy = Annotated[datetime, Words("答复期限", "Answer by"), PARTY]
AnswerProvisional = Annotated[bool, Words("答复期限暂定", "Answer date provisional"), PARTY]
ApplyBy = Annotated[datetime, Words("申请期限", "Apply by"), PARTY]
ApplyByProvisional = Annotated[bool, Words("申请期限暂定", "Apply-by date provisional"), PARTY]
DeadlineBefore = Annotated[datetime, Words("原定", "Before"), PARTY]
DeadlineAfter = Annotated[datetime, Words("核定", "From now on"), PARTY]
Provisional = Annotated[bool, Words("暂定", "Provisional"), PARTY]

# Rules and reasons.
RulesVersion = Annotated[Code, Words("规则版本", "Rules version"), PARTY]
BaseVersion = Annotated[Code, Words("所据版本", "Published version"), PARTY]
RulesDigest = Annotated[Code, Words("规则摘要", "Digest of the rules"), PARTY]
AdoptedBy = Annotated[Label, Words("负责人", "Answered for by"), INSTITUTION]
RuleId = Annotated[Text, Words("规则", "Rule"), Spoken.RULE]
RuleIds = Annotated[tuple[RuleId, ...], Words("适用规则", "Rules")]
DecidedBy = Annotated[RuleId, Words("决定规则", "Decided by")]
ReasonCode = Annotated[Code, Words("原因", "Reason"), PARTY]
GroundCode = Annotated[Code, Words("理由", "Ground"), PARTY]
Citation = Annotated[Text, Words("法律依据", "Citation")]
CommandType = Annotated[Label, Words("请求", "Request"), PARTY]
Detail = Annotated[Text, Words("说明", "Detail")]
Hints = Annotated[tuple[Text, ...], Words("提示", "Hints")]
FAULTS = Words("问题", "Faults")
Purpose = Annotated[Label, Words("目的", "Purpose"), PARTY]
GivenPurpose = Annotated[Purpose, NO_PERSON]

# The small-claims procedure.
Province = Annotated[Text, Words("省份", "Province")]
WageYear = Annotated[int, Words("工资年度", "Year of the wage"), PARTY]
LimitFen = Annotated[Fen, Words("小额诉讼限额", "Small-claim limit"), Unit.FEN, PARTY]
ByAgreementFen = Annotated[Fen, Words("约定适用上限", "Limit by agreement"), Unit.FEN, PARTY]
LastKnown = Annotated[bool, Words("沿用最近已公布年度", "Last year known"), PARTY]

# Explanation and referral.
ContentVersion = Annotated[Code, Words("释明版本", "Text version"), PARTY]
Channel = Annotated[Code, Words("渠道", "Channel"), PARTY]
ProofOfDisplay = Annotated[Digest, Words("展示凭证", "Proof of display"), PARTY]
TextDigest = Annotated[Digest, Words("释明内容摘要", "Digest of the text"), INSIDE]
ReferredTo = Annotated[Route, Words("去向", "To")]
Explained = Annotated[bool, Words("已释明", "Explained"), PARTY]
Consents = Annotated[tuple[Party, ...], Words("同意方", "Consents")]
AskedParties = Annotated[tuple[Party, ...], Words("被征询方", "Asked whether they agree")]
OtherParties = Annotated[tuple[Party, ...], Words("其他当事方", "Other parties")]
Evidence = Annotated[Digest, Words("凭证摘要", "Digest of the evidence"), INSIDE]
AllAgreedAt = Annotated[datetime, Words("全体同意时间", "All agreed at"), PARTY]
AskBy = Annotated[datetime, Words("征询期限", "Ask by"), PARTY]
AskProvisional = Annotated[bool, Words("征询期限暂定", "Ask-by date provisional"), PARTY]

# Designation and agreement.
LanguageWanted = Annotated[Language, Words("所需语言", "Language wanted"), PARTY]
Round = Annotated[int, Field(ge=1, le=1000), Words("轮次", "Round"), PARTY]
Waiting = Annotated[int, Words("等待案件数", "Waiting"), PARTY]
Eligible = Annotated[int, Words("可受案人数", "Eligible"), PARTY]
AgreementDigest = Annotated[Digest, Words("协议摘要", "Agreement digest"), INSIDE]

# The court.
FilingId = Annotated[str, Field(min_length=4, max_length=100), Words("申报号", "Filing"), PARTY]
CaseNumberText = Annotated[str, Field(min_length=8, max_length=60), Words("案号", "Case number"), PARTY]
DocumentDigest = Annotated[Digest, Words("材料摘要", "Document digest"), INSIDE]
EndCode = Annotated[Code, Words("结束方式", "End"), PARTY]
Missing = Annotated[tuple[DocumentType, ...], Words("缺少材料", "Missing")]
DOCUMENTS = Words("材料", "Documents")
Answers = Annotated[Label, Words("所回复的请求", "Answers"), INSIDE]
Granted = Annotated[bool, Words("准许", "Granted"), INSIDE]

# Series of counts.
SeriesId = Annotated[Text, Words("预警序列", "Series")]
Count = Annotated[int, Words("件数", "Count"), PARTY]
EmptyWeeks = Annotated[int, Field(ge=1), Words("空白周数", "Empty weeks"), Unit.WEEKS, PARTY]
Expected = Annotated[float, Words("预期", "Expected"), PARTY]
Bound = Annotated[float, Words("上界", "Bound"), PARTY]
Alpha = Annotated[float, Field(gt=0, lt=1), Words("误报概率", "False-alarm rate"), PARTY]
Method = Annotated[Code, Words("方法", "Method"), PARTY]

ShardId = Annotated[Text, Words("统计分片", "Shard of the counts")]
ArchiveId = Annotated[Text, Words("统计档案", "Archive of the counts")]
PanelId = Annotated[Text, Words("汇总判断", "Panel")]
GroupId = Annotated[Text, Words("合计", "Group"), INSIDE]
Variance = Annotated[float, Field(ge=0), Words("方差", "Variance"), INSIDE]
Others = Annotated[int, Field(ge=0), Words("其余序列数", "Further series"), INSIDE]
Members = Annotated[tuple[Label, ...], Words("所含序列", "Members"), INSIDE]
"""``institution/cause/issue: count``, the one with the most disputes first."""
GroupsId = Annotated[Text, Words("合计档案", "Archive of the sums")]
GateId = Annotated[Text, Words("分区时钟", "Clock of a partition")]
Number = Annotated[int, Field(ge=0), Words("编号", "Number"), INSIDE]
RegionCode = Annotated[str, Field(pattern=r"^[0-9]{6}$"), Words("地区", "Region"), PARTY]
"""GB/T 2260, six digits."""
RegionFault = Annotated[Code, Words("地区不计原因", "Why the region is not counted"), PARTY]
Packed = Annotated[str, Words("件数表", "Table of counts"), INSIDE]
"""``institution, cause, issue, count`` in lines, fields set apart by tabs; zlib, then base64."""
FiledOn = Annotated[date, Words("申报日", "Filed on"), INSTITUTION]
UsualCount = Annotated[int, Field(ge=0), Words("通常件数", "Usual count"), INSTITUTION]
WeekTotal = Annotated[int, Field(ge=0), Words("全周件数", "Count of the week"), INSTITUTION]
Weekday = Annotated[int, Field(ge=0, le=6), Words("星期（0 为周一）", "Day of the week, Monday is 0"), INSIDE]
Change = Annotated[int, Field(ge=-1, le=1), Words("增减", "Change"), PARTY]
Tested = Annotated[int, Field(ge=0), Words("一并判断的序列数", "Series judged together"), PARTY]
Low = Annotated[float, Words("通常下限", "Usual at least"), PARTY]
High = Annotated[float, Words("通常上限", "Usual at most"), PARTY]
Probability = Annotated[
    float, Field(ge=0, le=1), Words("平常周出现的概率", "Probability in a quiet week"), PARTY
]
Rate = Annotated[float, Field(gt=0, lt=1), Words("承诺的误报占比", "Promised share of false alerts"), PARTY]
Cutoff = Annotated[float, Words("本周概率界限", "Largest probability told this week"), PARTY]
Since = Annotated[date, Words("始于", "Since"), PARTY]
ReceivedOn = Annotated[date, Words("收到日期", "Received on"), PARTY]
"""On which day an answer came that somebody recorded by hand; absent where it came on the platform."""
Timely = Annotated[bool | None, Words("按时", "Timely"), PARTY]
NominalLevel = Annotated[float, Field(gt=0, lt=1), Words("名义水平", "Nominal level"), PARTY]

# Dead letters and gaps.
Letters = Annotated[
    tuple[Annotated[Label, NO_ID_NUMBER], ...], Field(max_length=1000), Words("死信", "Dead letters"), INSIDE
]
GapSource = Annotated[Label, NO_ID_NUMBER, Words("来源", "Source"), INSIDE]
GapBefore = Annotated[int, Field(ge=2), Words("截至序号", "Before number"), INSIDE]
GapReason = Annotated[Label, NO_PERSON, Words("原因", "Reason"), INSIDE]
