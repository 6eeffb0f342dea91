"""Made-up rows for every declared table, with the longest ids and names that are realistic.

A text that a command says in one language stands here in both.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cli.display.view import View
from shared.casework.case_ids import series_id
from shared.contracts.words import Words
from tests.support import access_rows, alert_rows, duplicate_rows, evaluation_rows, roster_rows, verified_rows
from tests.support.access_rows import LONG_TOPIC
from tests.support.cases import case_id

NOW: Final = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)
CASE: Final = case_id("icbc-beijing-fengtai-branch", "FT-2026-00017")
OTHER: Final = case_id("ccb", "FT-2026-00018")
TWIN: Final = OTHER[:14] + ("b" if OTHER[14] == "a" else "a") + OTHER[15:]
SERIES: Final = series_id("icbc-beijing-fengtai-branch", "credit_card", "collection_conduct")
PERSON: Final = "people-mediation-committee/mediator-00017/mediator"

Rows = list[dict[str, Any]]


def ago(**span: float) -> datetime:
    """Return a time before the samples' present."""
    return NOW - timedelta(**span)


def _case(id: str, **more: Any) -> dict[str, Any]:
    return {
        "id": id,
        "status": "mediating",
        "institution": "icbc-beijing-fengtai-branch",
        "cause": "credit_card",
        "claim_fen": 5_000_000_00,
        "organisation": "people-mediation-committee",
        "mediator": "mediator-00017",
        "co_mediator": "mediator-00017",
        "end": "",
        "last_at": "2026-03-01T16:05:09+00:00",
        **more,
    }


_LETTER: Final = {
    "id": "court_bridge.commands:5:1234567",
    "service": "court_bridge",
    "status": "",
    "case": CASE,
    "order": 3,
    "reason": "assignment.already_accepted",
    "why": Words(
        "message.wrong_type 字段类型或取值不符合架构。请按 JSON Schema 修正。 amount_fen: Input should be "
        "a valid integer, got '5 万元' in suyuan.intake.dispute-registered.v1",
        "message.wrong_type A field does not fit the JSON Schema. Correct it. amount_fen: Input should be "
        "a valid integer, got '5 万元' in suyuan.intake.dispute-registered.v1",
    ),
    "type": "courtside.filing-review-completed.v1",
    "buried_at": ago(minutes=7).isoformat(),
    "tries": 12,
}

_STEERING: Final = "evil\x1b[2J\x9b31m\u202eid\nnext"


def _letters() -> Rows:
    return [
        _LETTER,
        {**_LETTER, "id": f"{LONG_TOPIC}:2:98765432", "service": "intake", "case": "", "tries": 1},
        {**_LETTER, "id": "intake.events:0:5", "case": OTHER, "buried_at": ago(days=3).isoformat()},
        {**_LETTER, "case": TWIN, "status": "discarded", "why": _STEERING},
    ]


_SHOWN: Final = {
    **_case(CASE),
    "issue": "collection_conduct",
    "product": "platinum-credit-card-instalment",
    "masked_name": "欧阳**",
    "tier": "complex",
    "route": "mediation",
    "agreement_digest": "0123456789abcdef" * 4,
    "agreement_fen": 1_234_567_89,
    "agreement_signed": "applicant, respondent",
    "agreement_countersigned": True,
    "agreement_sealed": True,
    **{"agreement_form": "peoples_mediation", "agreement_text": "agreement-2026.1"},
    **{"decision_reasons": "not_prompted, equity", "accept_by": "2026-03-10T16:00:00+00:00"},
    "agreement_how": Words(
        "digest 是调解员发给各方的协议文件的 SHA-256(逐字节,小写十六进制)。",
        "digest is the SHA-256, in lower-case hex, of the file of the agreement.",
    ),
    "agreed_fen": 1_234_567_89,
    **{
        "performance": "in_default",
        "in_default": True,
        "unpaid_fen": 7_89,
        "enforce_by": "2028-03-10T16:00:00+00:00",
    },
    "case_numbers": "(2026)京0106民初12345号, (2026)京0106诉前调67890号",
    **duplicate_rows.SHOWN,
    "first_at": "2026-01-05T01:00:00+00:00",
    "opened_at": "2026-01-09T03:30:00+00:00",
    "due_at": "2026-03-10T16:00:00+00:00",
    "due_provisional": True,
    "paused": "appraisal",
    "reference": "FT-2026-00017",
    **{"events": 17, "refused": 2, "versions": "intake 7, mediation 9, court_bridge 3"},
}
_AGREEMENT: Final = {
    **{"id": CASE, "agreement_fen": 1_234_567_89, "agreement_form": "peoples_mediation"},
    **{"payer": "respondent", "guarantors": "respondent-2, respondent-3", "waived_fen": 100_00},
    **{"on_default": "due_only", "default_after": 12, "costs": "halves"},
    "agreement_digest": "0123456789abcdef" * 4,
    **{"reasons": "not_prompted, equity", "accept_by": "2026-03-10T16:00:00+00:00"},
}


def _facts() -> dict[str, dict[str, Any]]:
    return {
        "case-show": _SHOWN,
        "agreement": _AGREEMENT,
        **alert_rows.FACTS,
        **duplicate_rows.FACTS,
        **roster_rows.FACTS,
        "dlq-show": {
            **_LETTER,
            "status": "waiting",
            "message": "ccb-FT-2026-00017-01jq3w8z4tq7n5m2x9c6v1b0ke",
            "at": "2026-03-01T16:05:09+00:00",
            "closed_at": None,
            "key": "FT-2026-00017",
        },
        "replay": {"rows": 12_345, "filed": 12_300, "counted": 12_280, "weeks": 156, "alerts": 20},
        "report": {
            **{"filed": 61_661, "returned": 168, "mediated": 1319, "settled": 125, "settled_fen": 7197920000},
            **{
                "agreed_fen": 5_843_991_300,
                "handed_over": 1098,
                "docketed": 1223,
                "confirmed": 125,
                "alerts": 20,
            },
            **{"ended_agreement": 125, "ended_withdrawn": 7},
        },
    }


def rows(view: View) -> dict[str, Rows]:
    """Return the rows of every table by its name; of facts, one."""
    facts = {name: [row] for name, row in _facts().items()}
    every = facts | _CASES | _LETTERS | _STANDING | _INPUT | _OPERATION | evaluation_rows.ROWS
    return {
        name: [{key: _told(value, view) for key, value in row.items()} for row in made]
        for name, made in every.items()
    }


def _told(value: Any, view: View) -> Any:
    return view.told(value.zh, value.en) if isinstance(value, Words) else value


_CASES: Final[dict[str, Rows]] = {
    "case-list": [
        _case(CASE),
        _case(OTHER, institution="ccb", status="confirmed", end="agreement", claim_fen=1_00),
        _case(TWIN, mediator="", organisation="", cause="financing_lease", claim_fen=1_234_567_89),
    ],
    "case-timeline": [
        {"at": "2026-01-05T01:00:00+00:00", "type": "intake.dispute-registered", "actor": "system"},
        {
            "at": "2026-01-09T03:30:00+00:00",
            "type": "courtside.filing-review-completed",
            "actor": PERSON,
            "told": Words(
                "调解员:mediator-00017;适用规则:SCR-001 标的额不超过简案限额、SCR-100 适宜调解的先行调解;"
                "期满时间:2026-03-11",
                "Mediator: mediator-00017; Rules: SCR-001 The claim is within the limit of simple cases, "
                "SCR-100 What is fit for mediation is mediated first; Due at: 2026-03-11",
            ),
        },
    ],
    "case-options": [
        {
            "possible": True,
            "command": "accept-assignment",
            "words": Words("接受指定", "Accept a designation"),
            "why": "",
        },
        {
            **{"possible": False, "command": "record-judicial-confirmation"},
            "words": Words(
                "记录材料送达被申请人的经过", "Record that a document was served on the respondent"
            ),
            "why": Words(
                "assignment.already_accepted 调解员已接受指定。无需再次接受。",
                "assignment.already_accepted The mediator has accepted already. Nothing to do.",
            ),
        },
    ],
    **verified_rows.ROWS,
}

_LETTERS: Final[dict[str, Rows]] = {
    "dlq-list": _letters(),
    "dlq-headers": [
        {"name": "ce_id", "value": "ccb-FT-2026-00017"},
        {"name": "suyuan-shortened", "value": "value 8000001 sha256:" + "0123456789abcdef" * 4},
        {"name": "ce_dataschema", "value": _STEERING},
    ],
    "dlq-redrive": [
        {**_LETTER, "outcome": "redriven", "why": ""},
        {**_LETTER, "id": "mediation.events:11:4", "case": SERIES, "outcome": "already discarded"},
    ],
}

_STANDING: Final[dict[str, Rows]] = {
    "agreement-plan": [
        {"number": 1, "pay_on": "2026-03-31", "pay_fen": 1_00},
        {"number": 60, "pay_on": "2031-02-28", "pay_fen": 1_234_567_89},
    ],
    **alert_rows.ROWS,
    **duplicate_rows.ROWS,
    **roster_rows.LISTS,
    "held-list": [
        {
            **{"service": "court_bridge", "case": CASE, "source": "/suyuan/mediation", "sequence": 1204},
            **{"missing": 1203, "topic": "mediation.events", "held_at": ago(hours=30).isoformat()},
        },
        {
            **{
                "service": "alerts",
                "case": SERIES,
                "source": "/institutions/icbc-beijing-fengtai-branch",
            },
            **{
                "sequence": 2,
                "missing": 1,
                "topic": "alerts.series",
                "held_at": ago(days=400).isoformat(),
            },
        },
    ],
    "blocked-list": [
        {
            **{"service": "court_bridge", "case": CASE, "reason": "assignment.already_accepted"},
            **{"letters": 3, "since": ago(seconds=40).isoformat()},
        },
        {"service": "mediation", "case": OTHER, "reason": "state.unreadable", "letters": 0, "since": ""},
    ],
    "gap-list": [
        {
            **{"service": "intake", "place": f"{LONG_TOPIC}:2", "missing": 12_345, "status": "accepted"},
            **{"first": 1_000_000, "resume": 1_012_345, "found_at": ago(hours=2).isoformat()},
            "said": Words(
                "gap.records 缺少记录。请查明后放行。 12345 records are gone from 1000000 on",
                "gap.records Records are gone. Find out which, then accept. 12345 records from 1000000 on",
            ),
            "accepted": "fengtai-court/operator-li sent again by the bank, see ticket 4711",
        },
        {
            **{"service": "mediation", "place": CASE, "source": "/suyuan/intake", "missing": "?"},
            **{"status": "open", "first": 4, "resume": 6, "found_at": ago(days=5).isoformat()},
            "said": Words("gap.sequence 缺号", "gap.sequence A number is missing"),
        },
    ],
}

_INPUT: Final[dict[str, Rows]] = {
    "topics-list": [
        {
            "topic": LONG_TOPIC,
            "state": "wrong",
            "partitions": 1,
            "wanted": 3,
            "differs": "retention.ms 1 ≠ -1",
        },
        {"topic": "mediation.designations", "state": "missing", "partitions": None, "wanted": 6},
    ],
    "keys-list": [
        {"id": "consumer-finance-a-witness-20271231", "owner": "consumer-finance-a", "use": "witness"}
        | {"status": "revoked", "since": NOW, "until": NOW, "revoked": NOW}
        | {"public": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    ],
    "topics-provision": [{"topic": LONG_TOPIC}, {"topic": "intake.events"}],
    **access_rows.ROWS,
    "file-problems": [
        {
            **{
                "row": 200_000,
                "reference": "FT-2026-丰台-000000000000000000000017",
                "column": "guarantee_kind",
            },
            **{
                "code": "filing.wrong_institution",
                "said": Words(
                    "机构与申报主题不符。请改正 institution 一列。",
                    "The institution is not that of the topic. Correct the column institution.",
                ),
            },
        },
        {
            "row": 7,
            "reference": "",
            "column": "",
            "code": "row.duplicate",
            "said": Words("与前面的行重复。", "The same as a row above."),
        },
    ],
    "replay-alerts": [
        {
            **{
                "week": "2026-W09",
                "institution": "icbc-beijing-fengtai-branch",
                "count": 12,
                "bound": 8.4,
            },
            "issue": "collection_conduct",
        }
    ],
}

_OPERATION: Final[dict[str, Rows]] = {
    "case-why": [
        {
            **{"at": "2026-01-09T03:30:00+00:00", "type": "mediation.assignment-accepted"},
            "why": Words(
                "mediation.answer 调解员在此期限内答复指定 [法释〔2021〕23号 art 12; 3个工作日];"
                "mediation.period 诉前调解期限，自调解员接受之日起算(决定) [京丰法〔2027〕3号 art 2; "
                "fengtai-mediation-2027.1; 20日];2026-01-09 → 2026-01-29(暂定)",
                "mediation.answer A designated mediator answers within this time [法释〔2021〕23号 art 12; "
                "mediation-2022.2; 3 working days]; mediation.period A mediation before filing lasts this "
                "long from its acceptance (decides) [京丰法〔2027〕3号 art 2; 20 days]; "
                "2026-01-09 → 2026-01-29 (provisional)",
            ),
        },
        {
            **{"at": "2026-01-05T01:00:00+00:00", "type": "courtside.filing-review-completed"},
            "why": Words("court.review 法院审查", "court.review The court reviews what was filed"),
        },
    ],
    "rules": [
        {
            **{"rule": "mediation.designation", "service": "court_bridge", "standing": "city"},
            **{"version": "fengtai-mediation-2027.1", "limit": Words("3个工作日", "3 working days")},
            "words": Words("在此期限内指定调解员", "A mediator is designated within this time"),
            "citation": "北京市丰台区人民法院 京丰法〔2027〕3号 关于诉前调解期限的通知 art 2",
        },
        {
            **{"rule": "intake.rent-or-termination", "service": "intake", "standing": "published"},
            **{"version": "intake-2026.1", "limit": "CNY 1,000,000.00", "citation": "practice of the court"},
            "words": Words("全部租金与解除合同须择一主张", "All rent or termination: a lessor chooses one"),
        },
    ],
    "report-differences": [{"name": "ended.agreement", "portal": 1_124, "events": 1_125}],
    "status": [
        {
            **{"name": "court_bridge-0", "ready": True, "address": "127.0.0.1:39839"},
            **{
                "probes": "127.0.0.1:39840",
                "pid": "4194304",
                "log": ".suyuan/demo/logs/court_bridge-0.log",
            },
            "why": "",
        },
        {
            **{"name": "mongod", "ready": False, "address": "127.0.0.1:39841", "probes": "", "pid": None},
            "log": ".suyuan/demo/logs/mongod.log",
            "why": "no answer",
            "see": ".suyuan/demo/logs/mongod.log",
        },
    ],
    "doctor-settings": [
        {
            **{"name": "SUYUAN_COMMANDS_RETENTION_DAYS", "value": "30", "default": "30"},
            "description": "Retention of commands and of copies that a service sends itself, -1 for ever",
        },
        {
            "name": "SUYUAN_MONGO_URL",
            "value": "mongodb://•••@mongo-0.example:27017,mongo-1.example:27017/?replicaSet=rs0",
            "default": "mongodb://127.0.0.1:27017/?replicaSet=suyuan",
            "description": "MongoDB, with user and replica set",
        },
    ],
}
