"""The glossary: one English word per Chinese term, and where each stands in the code; docs/glossary.md."""

from collections.abc import Iterable, Iterator
from typing import Final

from shared.contracts.declared import fields_of, parts_of
from shared.contracts.language import REGISTRY, topics_of
from shared.contracts.rules import RULES
from shared.contracts.vocabulary import coded
from shared.contracts.words import Audience

WORDS: Final = (
    # Chinese, English, in the code, field
    ("诉源治理", "source governance", "", ""),
    ("纠纷", "dispute", "DisputeRegistered", ""),
    ("案件", "case", "case id `sy1…`", "case"),
    ("案由", "cause", "Cause", "cause"),
    ("标的额", "claim amount", "Fen", "claim_fen"),
    ("化解标的额", "settled amount", "MediationEnded", "settled_fen"),
    ("要素", "elements", "Elements", "elements"),
    ("金融机构", "institution", "Institution", "institution"),
    ("申请人", "applicant", "Party.APPLICANT", "party"),
    ("被申请人", "respondent", "Party.RESPONDENT", "party"),
    ("案件摸排", "screening", "DisputeScreened", "tier"),
    ("繁简", "tier", "Tier", "tier"),
    ("分流", "routing", "Route", "route"),
    ("主动释明", "explanation", "Explanation", "explanation"),
    ("退回", "return", "FilingReturned", "reasons"),
    ("调解", "mediation", "MediationOpened", ""),
    ("特邀调解", "invited mediation", "", ""),
    ("委派 / 委托", "delegated (before / after filing)", "", ""),
    ("调解员", "mediator", "Mediator", "mediator"),
    ("调解组织", "mediation organisation", "Organisation", "organisation"),
    ("指定调解员", "designation", "MediatorDesignated", "round"),
    ("回避", "recusal", "RecusalDecided", "recused"),
    ("调解协议", "agreement", "AgreementDrafted", "digest"),
    ("盖章", "seal", "AgreementSealed", ""),
    ("无争议事实", "undisputed facts", "", ""),
    ("虚假调解", "false mediation", "", ""),
    ("履行", "performance", "", ""),
    ("强制执行", "enforcement", "", ""),
    ("诉调对接", "docking", "court_bridge", ""),
    ("司法确认", "judicial confirmation", "FilingKind.CONFIRMATION", "kind"),
    ("移送", "handover", "FilingKind.HANDOVER", "kind"),
    ("立案", "docketing", "CaseDocketed", "case_number"),
    ("案号", "case number", "CaseNumber", "case_number"),
    ("送达", "service", "", ""),
    ("电子送达地址", "e-service address", "", ""),
    ("示范诉讼", "model litigation", "", ""),
    ("示范案件 / 平行案件", "lead / follower", "", ""),
    ("司法建议", "judicial suggestion", "", ""),
    ("潜在风险预警", "alert", "AlertRaised", "week"),
    ("联席会议", "joint meeting", "", ""),
    ("调休", "make-up working day", "Calendar", ""),
    ("暂定期限", "provisional deadline", "Deadline", "due_provisional"),
    ("期限核定", "correction of a deadline", "DeadlineCorrected", "deadline"),
    ("死信", "dead letter", "RedriveDeadLetters", "letters"),
)
"""A word without a place in the code is one that later work uses; it is fixed here before."""


def text() -> str:
    """Return the whole page."""
    from cli.columns import COLUMNS

    parts = [
        "# 术语表 · Glossary",
        "",
        "One English word per Chinese term, everywhere: code, events, documents. This page is generated "
        "(`make schemas`); a test holds it to the registry of messages.",
        "",
        "## 词语 · Words",
        "",
        *_table(("中文", "English", "in the code", "field"), _words()),
        "",
        "## 消息 · Messages",
        "",
        *_table(("中文", "English", "class", "wire type", "topic"), messages()),
        "",
        "## 字段 · Fields",
        "",
        "Who sees a field: " + "; ".join(f"`{one.value}` {one.words}" for one in Audience) + ". "
        "A circle includes those before it.",
        "",
        *_table(("中文", "English", "field", "unit", "seen by"), fields()),
        "",
        "## 代码 · Codes",
        "",
        *_table(("中文", "English", "code", "kind"), codes()),
        "",
        "## 规则 · Rules",
        "",
        *_table(("中文", "English", "rule"), ((one.zh, one.en, f"`{id}`") for id, one in RULES.items())),
        "",
        "## 批量申报的列 · Columns of a bulk filing",
        "",
        "Amounts in yuan, dates as 2025-01-31, yes/no as 是/否. A column with causes is for these alone.",
        "",
        *_table(
            ("中文", "English", "field of FileDispute", "causes"),
            (
                (one.zh, f"`{one.name}`", f"`{one.path}`", ", ".join(f"`{cause}`" for cause in one.causes))
                for one in COLUMNS
            ),
        ),
    ]
    return "\n".join(parts) + "\n"


def messages() -> Iterator[tuple[str, ...]]:
    """Yield the line of every registered message."""
    for wire_type, cls in sorted(REGISTRY.items()):
        topics = ", ".join(f"`{topic}`" for topic in topics_of(cls))
        yield cls.words.zh, cls.words.en, f"`{cls.__name__}`", f"`{wire_type}`", topics


def fields() -> Iterator[tuple[str, ...]]:
    """Yield the line of every field of every message: one for each of its meanings."""
    lines: dict[tuple[str, ...], None] = {}
    for _, cls in sorted(REGISTRY.items()):
        for part in parts_of(cls):
            for name, one in fields_of(part).items():
                unit = str(one.unit.words) if one.unit else ""
                lines[f"`{name}`", one.words.zh, one.words.en, unit, one.audience.value] = None
    for name, zh, en, unit, audience in sorted(lines):
        yield zh, en, name, unit, f"`{audience}`"


def codes() -> Iterator[tuple[str, ...]]:
    """Yield the line of every coded value."""
    for kind, values in sorted(coded().items()):
        for one in values:
            yield one.zh, one.en, f"`{one.value}`", f"`{kind}`"


def _words() -> Iterator[tuple[str, ...]]:
    for zh, en, code, field in WORDS:
        yield zh, en, f"`{code}`" if code and "`" not in code else code, f"`{field}`" if field else ""


def _table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(columns) + " |"
    yield "|" + " --- |" * len(columns)
    for row in rows:
        yield "| " + " | ".join(row) + " |"
