"""Reasons of court_bridge, and the grounds on which a court does not confirm."""

from typing import Final

from shared.contracts.reasons.reason import Reason

COURT: Final[dict[str, Reason]] = {
    # What court_bridge says.
    "mediation.not_ended": Reason(
        "调解尚未结束，不能提交法院。请先结束调解。",
        "The mediation is not over, so nothing is filed. End it first.",
    ),
    "suit.nothing_to_choose": Reason(
        "无需选择立案：委派调解不成由法院依法立案，达成协议或撤回的无需起诉。",
        "There is no suit to choose: a delegated case is docketed by the court, a settled one needs none.",
    ),
    "suit.not_chosen": Reason(
        "申请调解的案件，由机构选择立案后方可移送（法释〔2021〕23号第二十一条）。",
        "The institution applied for this mediation; it is handed over once it chooses to sue (choose-suit).",
    ),
    "agreement.incomplete": Reason(
        "调解协议尚缺调解员签名或调解组织盖章，不能申请司法确认。请先补齐。",
        "The agreement lacks the mediator's signature or the seal. Complete it, then apply.",
    ),
    "filing.nothing": Reason(
        "当事人自行和解或撤回，无需提交法院。",
        "The parties settled or withdrew, so there is nothing to file.",
    ),
    "filing.wrong_kind": Reason(
        "提交类型与调解结果不符。成功案件申请司法确认，其余移送。",
        "The kind does not fit the end. An agreement is confirmed; everything else is handed over.",
    ),
    "filing.accepted": Reason(
        "法院已接收该材料，无需再次提交。", "The court has accepted the filing. Do not file it again."
    ),
    "filing.unknown": Reason("没有该编号的提交。请核对提交编号。", "No filing has this id. Check the id."),
    "filing.superseded": Reason(
        "该提交已由新的提交取代。请答复最新的提交。",
        "A later filing stands in place of this one. Answer that one.",
    ),
    "bundle.incomplete": Reason(
        "移送材料不齐。请补齐所列材料后提交。",
        "Documents of the bundle are missing. Add those named, then submit.",
    ),
    "bundle.confidential": Reason(
        "移送材料不得含调解中的让步（法释〔2016〕14号第二十二条）。请去除所列材料。",
        "A handover shows no concession of the mediation (法释〔2016〕14号 art 22). Leave out what is named.",
    ),
    "enforcement.not_confirmed": Reason(
        "协议未经司法确认，不能申请强制执行。可以就协议起诉；自生效之日起三十日内，双方仍可共同申请司法确认。",
        "The agreement is not confirmed, so it is not enforced. The payee may sue on it; within thirty days "
        "of its effect both sides may still ask for confirmation together.",
        rule="court.no-enforcement-unconfirmed",
    ),
    "confirmation.not_joint": Reason(
        "司法确认须由全体当事人共同申请（民事诉讼法第二百零五条），尚有当事人未申请。"
        "请其本人或者代理人申请（request-confirmation）。",
        "Confirmation is applied for by all parties together (CPL art 205), and not all have. Let each do so "
        "itself or by its agent (request-confirmation).",
        rule="court.joint-application",
    ),
    "confirmation.no_agreement": Reason(
        "没有立案前达成的生效协议，不能申请司法确认。立案后达成的协议由法院制作调解书；未达成协议的，可以起诉。",
        "There is no agreement of before docketing to confirm. Of one in a suit the court makes a statement; "
        "without one, sue.",
        rule="court.joint-application",
    ),
    "confirmation.late": Reason(
        "已超过调解协议生效后三十日（民事诉讼法第二百零五条），不能申请司法确认。当事人可以起诉。",
        "The 30 days from the agreement's effect are over (CPL art 205). The parties may sue.",
    ),
    "answer.contradicts": Reason(
        "法院答复与此前答复矛盾。请向法院核实。", "The answer contradicts an earlier one. Ask the court."
    ),
    "answer.wrong_court": Reason(
        "答复并非来自受理法院。请核实来源。", "The answer is not from this court. Check its source."
    ),
    "answer.wrong_kind": Reason(
        "移送案件没有司法确认裁定。请向法院核实。", "A handover has no ruling on confirmation. Ask the court."
    ),
    "answer.no_ground": Reason(
        "驳回未说明法定理由。请向法院核实。",
        "The refusal names none of the grounds of the law. Ask the court.",
    ),
    "case_number.malformed": Reason(
        "案号格式不正确。请核对法院文书。", "This is not a case number. Check the court's document."
    ),
    "case_number.unknown_type": Reason(
        "案号类型代字不在所用范围。请核对法院文书。",
        "The type of the case number is not in use. Check the court's document.",
    ),
    "case_number.wrong_court": Reason(
        "案号的法院代字不是本院。请核对法院文书。",
        "The case number is of another court. Check the court's document.",
    ),
    "case_number.wrong_type": Reason(
        "案号类型与提交类型不符。请核对法院文书。",
        "The type of the case number does not fit the filing. Check it.",
    ),
    "case_number.second": Reason(
        "该案已有案号，又收到不同案号。请向法院核实。",
        "The case has a number already, and this is another. Ask the court.",
    ),
    "case_number.taken": Reason(
        "该案号已登记在另一件纠纷上，本次登记不生效。请核对法院文书后重新登记；登记有误的是另一件的，先更正该件。",
        "Another dispute has this number, so the registration counts for nothing. Check the court's document "
        "and register again; if the other dispute has it by mistake, correct that one first.",
        rule="intake.number-once",
    ),
    "confirmation.unlawful": Reason(
        "调解协议违反法律强制性规定。", "The agreement breaks a mandatory rule of law."
    ),
    "confirmation.harms_others": Reason(
        "调解协议损害国家利益、社会公共利益或他人合法权益。",
        "The agreement harms the state, the public or the rights of others.",
    ),
    "confirmation.against_morals": Reason(
        "调解协议违背公序良俗。", "The agreement offends public order or good morals."
    ),
    "confirmation.not_voluntary": Reason("调解违反自愿原则。", "The mediation was not voluntary."),
    "confirmation.unclear": Reason("调解协议内容不明确。", "The content of the agreement is not clear."),
    "statement.unlawful": Reason("调解协议内容违反法律规定。", "The agreement is against the law."),
    "statement.not_voluntary": Reason("调解违反自愿原则。", "The mediation was not voluntary."),
    "statement.harms_others": Reason(
        "调解协议侵害国家利益、社会公共利益或者他人合法权益。",
        "The agreement harms the state, the public or others.",
    ),
    "statement.false_mediation": Reason(
        "可能存在虚假调解，当事人未提供相关证据。",
        "It may be a false mediation, and the parties brought no evidence.",
    ),
    "statement.not_signed_for": Reason(
        "当事人在调解书签收前反悔。", "A party went back on the agreement before signing for the statement."
    ),
    "confirmation.other": Reason(
        "其他不能进行司法确认的情形。", "Another reason for which it cannot be confirmed."
    ),
}
