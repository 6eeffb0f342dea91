"""The words of the language for people, in Chinese and in English: data alone.

A message that is new in the registry needs a line here; a test says so.
"""

from typing import Final, NamedTuple

from shared.contracts.reasons import REASONS


class Name(NamedTuple):
    """One thing in both languages."""

    zh: str
    en: str


def _names(**words: str) -> dict[str, Name]:
    return {key.replace("__", ".").replace("_", "-"): _name(text) for key, text in words.items()}


def _values(**words: str) -> dict[str, Name]:
    return {key: _name(text) for key, text in words.items()}


def _name(text: str) -> Name:
    zh, _, en = text.partition(" | ")
    return Name(zh, en)


EVENTS: Final = _names(
    intake__dispute_registered="案件登记 | Dispute registered",
    intake__filing_amended="补正申报 | Filing amended",
    intake__filing_returned="退回补正 | Filing returned",
    intake__dispute_screened="案件摸排 | Dispute screened",
    intake__explanation_given="主动释明 | Explanation given",
    intake__consent_given="同意调解 | Consent given",
    intake__consent_refused="不同意调解 | Consent refused",
    intake__dispute_referred="分流 | Dispute referred",
    intake__personal_data_read="查阅个人信息 | Personal data read",
    mediation__mediation_opened="调解受理 | Mediation opened",
    mediation__designation_requested="请求指定调解员 | Designation requested",
    mediation__mediator_designated="指定调解员 | Mediator designated",
    mediation__deadline_corrected="期限核定 | Deadline corrected",
    mediation__assignment_accepted="调解员接受指定 | Assignment accepted",
    mediation__assignment_declined="调解员谢绝指定 | Assignment declined",
    mediation__assignment_lapsed="指定逾期未答复 | Assignment lapsed",
    mediation__designation_dropped="放弃名额 | Designation dropped",
    mediation__agreement_drafted="拟定调解协议 | Agreement drafted",
    mediation__agreement_signed="签署调解协议 | Agreement signed",
    mediation__agreement_sealed="调解协议盖章 | Agreement sealed",
    mediation__agreement_effective="调解协议生效 | Agreement effective",
    mediation__mediation_ended="调解结束 | Mediation ended",
    mediation__place_taken="占用名额 | Place taken",
    mediation__place_freed="释放名额 | Place freed",
    mediation__designation_queued="等待调解员 | Waiting for a mediator",
    mediation__designation_withdrawn="撤回等待 | Waiting withdrawn",
    court__confirmation_applied="申请司法确认 | Confirmation applied for",
    court__handover_prepared="移送材料齐备 | Handover prepared",
    court__confirmation_lapsed="司法确认逾期未申请 | Confirmation not applied for in time",
    court__handover_incomplete="移送材料不全 | Handover incomplete",
    court__filing_submitted="提交法院 | Filing submitted",
    court__filing_reviewed="法院审查 | Filing reviewed",
    court__case_docketed="立案 | Case docketed",
    court__confirmation_granted="司法确认准许 | Confirmation granted",
    court__confirmation_refused="司法确认驳回 | Confirmation refused",
    court__court_answer_rejected="法院回复待核 | Court answer to be checked",
    courtside__filing_review_completed="法院审查完成 | Review completed",
    courtside__docketing_completed="法院立案完成 | Docketing completed",
    courtside__confirmation_decided="法院裁定 | Confirmation decided",
    alerts__dispute_counted="计入预警序列 | Counted for alerts",
    alerts__series_started="预警序列开始 | Series started",
    alerts__series_resumed="预警序列恢复 | Series resumed",
    alerts__week_closed="周统计完成 | Week closed",
    alerts__alert_raised="风险预警 | Alert raised",
    alerts__count_corrected="统计更正 | Count corrected",
    alerts__alert_acknowledged="预警已阅 | Alert acknowledged",
    common__command_refused="请求被拒 | Request refused",
    common__command_unchanged="请求无变化 | Request changed nothing",
)
"""Every event by ``<family>.<kebab-name>``."""

COMMANDS: Final = _names(
    intake__file_dispute="申报纠纷 | File a dispute",
    intake__give_explanation="记录释明 | Record an explanation",
    intake__give_consent="记录同意调解 | Record a consent",
    intake__refuse_consent="记录不同意调解 | Record a refusal of consent",
    intake__read_personal_data="申请查阅个人信息 | Ask to read personal data",
    mediation__accept_assignment="接受指定 | Accept an assignment",
    mediation__decline_assignment="谢绝指定 | Decline an assignment",
    mediation__draft_agreement="拟定协议 | Draft an agreement",
    mediation__sign_agreement="签署协议 | Sign an agreement",
    mediation__seal_agreement="协议盖章 | Seal an agreement",
    mediation__end_mediation="结束调解 | End a mediation",
    court__submit_filing="重新提交法院 | Submit a filing again",
    alerts__acknowledge_alert="阅示预警 | Acknowledge an alert",
    common__advance_clock="推进时限 | Look at the clocks",
    common__accept_missing="放行缺号 | Accept missing messages",
    common__redrive_dead_letters="重投死信 | Redrive dead letters",
    common__discard_dead_letters="丢弃死信 | Discard dead letters",
)
"""Every command by ``<family>.<kebab-name>``."""

VALUES: Final[dict[str, dict[str, Name]]] = {
    "cause": _values(
        credit_card="信用卡纠纷 | Credit card",
        loan="金融借款合同纠纷 | Financial loan",
        finance_lease="融资租赁合同纠纷 | Finance lease",
        complaint="金融消费投诉 | Consumer complaint",
    ),
    "tier": _values(simple="简单 | Simple", ordinary="普通 | Ordinary", complex="复杂 | Complex"),
    "route": _values(mediation="调解 | Mediation", court="法院 | Court", guidance="引导 | Guidance"),
    "party": _values(applicant="申请人 | Applicant", respondent="被申请人 | Respondent"),
    "end": _values(
        agreement="达成协议 | Agreement",
        settled_or_withdrawn="和解或撤回 | Settled or withdrawn",
        unreachable="无法联系 | Unreachable",
        party_unwilling="一方不愿调解 | A party unwilling",
        large_divergence="分歧较大 | Large divergence",
        expired="期满未同意延长 | Expired",
        refused_to_sign="拒绝签署 | Refused to sign",
        other="其他 | Other",
    ),
    "status": _values(
        registered="已登记 | Registered",
        returned="已退回 | Returned",
        screened="已摸排 | Screened",
        referred="已分流 | Referred",
        mediating="调解中 | In mediation",
        designated="已指定调解员 | Mediator designated",
        accepted="调解员已接受 | Mediator accepted",
        effective="协议已生效 | Agreement effective",
        settled="已化解 | Settled",
        ended="调解终结 | Mediation ended",
        handed_over="已移送 | Handed over",
        applied="已申请确认 | Confirmation applied",
        submitted="已提交法院 | With the court",
        docketed="已立案 | Docketed",
        confirmed="已司法确认 | Confirmed",
        not_confirmed="确认被驳回 | Not confirmed",
        # Of the court's review of a filing.
        received="已收到 | Received",
        rejected="不予受理 | Rejected",
        cancelled="已取消 | Cancelled",
    )
    | {"partially-accepted": Name("部分受理", "Partially accepted")},
    "kind": _values(confirmation="司法确认 | Confirmation", handover="移送 | Handover"),
    "reason": _values(
        conflict_of_interest="利益冲突 | Conflict of interest",
        no_capacity="无余力 | No capacity",
        not_my_field="非本人专长 | Not my field",
        other="其他 | Other",
    ),
    "deadline": _values(period="调解期限 | Mediation period", answer="答复期限 | Answer period"),
    "role": _values(
        institution_agent="机构代理人 | Institution agent",
        mediator="调解员 | Mediator",
        organisation_clerk="调解组织书记员 | Organisation clerk",
        court_clerk="法院书记员 | Court clerk",
        judge="法官 | Judge",
        operator="平台运维 | Operator",
        party="当事人 | Party",
        timer="时限 | Timer",
    ),
    "service": _values(
        intake="申报摸排 | Intake",
        mediation="调解 | Mediation",
        court_bridge="诉调对接 | Court bridge",
        alerts="预警 | Alerts",
        portal="门户 | Portal",
    ),
    "document": _values(
        applicant_material="申请人材料 | Applicant's material",
        respondent_material="被申请人材料 | Respondent's material",
        mediation_application="调解申请书 | Mediation application",
        service_address="送达地址确认书 | Service address",
        agreement="调解协议书 | Agreement",
        confirmation_application="司法确认申请书 | Confirmation application",
        mediation_record="调解笔录 | Mediation record",
        handover_letter="移送函 | Handover letter",
        notice_of_rights="权利义务告知书 | Notice of rights",
        preservation="保全材料 | Preservation",
        appraisal="鉴定材料 | Appraisal",
        other="其他材料 | Other",
    ),
}
"""Every coded value by the kind of field that it stands in."""

FIELDS: Final = _values(
    institution="金融机构 | Institution",
    organisation="调解组织 | Organisation",
    cause="案由 | Cause",
    issue="争议事项 | Issue",
    product="产品 | Product",
    claim_fen="标的额 | Claim",
    masked_name="被申请人 | Respondent",
    week="所在周 | Week",
    reasons="原因 | Reasons",
    tier="繁简 | Tier",
    route="分流方向 | Route",
    rules="适用规则 | Rules",
    decided_by="决定规则 | Decided by",
    rules_version="规则版本 | Rules version",
    content_version="释明版本 | Text version",
    channel="渠道 | Channel",
    party="当事方 | Party",
    to="去向 | To",
    explained="已释明 | Explained",
    consents="同意方 | Consents",
    reader="查阅人 | Reader",
    purpose="目的 | Purpose",
    case="案件 | Case",
    mediator="调解员 | Mediator",
    round="轮次 | Round",
    accepted_at="受理时间 | Accepted at",
    due_at="期满时间 | Due at",
    limit_days="期限（日） | Limit, days",
    due_provisional="期满时间暂定 | Due date provisional",
    answer_by="答复期限 | Answer by",
    answer_provisional="答复期限暂定 | Answer date provisional",
    deadline="期限 | Deadline",
    before="原定 | Before",
    after="核定 | From now on",
    provisional="暂定 | Provisional",
    excluded="回避人员 | Excluded",
    reason="原因 | Reason",
    amount_fen="金额 | Amount",
    end="结束方式 | End",
    settled_fen="化解标的额 | Settled amount",
    waiting="等待案件数 | Waiting",
    eligible="可受案人数 | Eligible",
    documents="材料 | Documents",
    missing="缺少材料 | Missing",
    apply_by="申请期限 | Apply by",
    apply_by_provisional="申请期限暂定 | Apply-by date provisional",
    filing="申报号 | Filing",
    kind="类型 | Kind",
    court="法院 | Court",
    status="状态 | Status",
    case_number="案号 | Case number",
    ground="理由 | Ground",
    series="预警序列 | Series",
    empty_weeks="空白周数 | Empty weeks",
    count="件数 | Count",
    expected="预期 | Expected",
    bound="上界 | Bound",
    alpha="误报概率 | False-alarm rate",
    method="方法 | Method",
    command="请求 | Request",
    rule="规则 | Rule",
    detail="说明 | Detail",
)
"""Every field that a timeline shows."""


def words() -> dict[str, object]:
    """Give all of it as the page gets it."""
    return {
        "events": _plain(EVENTS),
        "commands": _plain(COMMANDS),
        "fields": _plain(FIELDS),
        "values": {kind: _plain(values) for kind, values in VALUES.items()},
        "reasons": {code: {"zh": one.zh, "en": one.en} for code, one in REASONS.items()},
    }


def _plain(names: dict[str, Name]) -> dict[str, dict[str, str]]:
    return {key: {"zh": one.zh, "en": one.en} for key, one in names.items()}
