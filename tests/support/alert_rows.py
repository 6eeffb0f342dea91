"""The longest realistic rows of the tables of `suyuan alerts` and `suyuan trends`."""

from typing import Any, Final

from shared.casework.case_ids import referral_id, series_id, subscription_id
from shared.contracts.words import Words

INSTITUTION: Final = "icbc-beijing-fengtai-branch"
SERIES, OTHER = (series_id(INSTITUTION, "finance_lease", issue) for issue in ("repossession", "fees"))
_ALERT: Final = {
    "id": SERIES,
    "week": "2026-03-02",
    "last_week": "2026-03-16",
    "institution": INSTITUTION,
    "cause": "finance_lease",
    "issue": "collection_conduct_of_third_parties",
    "count": 1_234,
    "usual": "1034.4 (902-1180)",
    "probability": "1.2e-09",
    "standing": "followed_up",
}
_SUM: Final = {
    **_ALERT,
    **{"id": series_id(None, "finance_lease", None), "institution": "*", "issue": "*", "count": 12_340},
    "members": f"{INSTITUTION}/finance_lease/repossession: 41, {INSTITUTION}/finance_lease/fees: 30 … +12",
}
SUBSCRIPTION: Final = subscription_id(INSTITUTION, "p-icbc-risk-1", "repossession")
REFERRED: Final = referral_id("financial-regulator", "2026-1")
_REFERRED: Final = {
    **{"id": REFERRED, "matter": "京丰移〔2026〕3号-2", "recipient": "beijing-banking-association"},
    **{"recipient_kind": "association", "count": 12, "standing": "answered_late"},
    **{"answer_by": "2026-05-08T00:00:00+08:00", "referral_outcome": "partly"},
}
FACTS: Final[dict[str, dict[str, Any]]] = {
    "alerts-show": {
        **_ALERT,
        "members": _SUM["members"],
        "bound": "1204.6",
        "promised": "0.05",
        "tested": 98_765,
        "level": "0.001",
        "method": "ears-c1",
        "rules_version": "panel.1",
        "raised_at": "2026-03-09T00:00:00+08:00",
        "acknowledged_at": "2026-03-10T09:30:00+08:00",
        "explanation": "新收费标准自3月1日起施行,短信提示未送达部分客户。",
        "answer_by": "2026-03-24T00:00:00+08:00",
        "timely": True,
        "follow_ups": "suggestion 京丰法建〔2026〕3号, meeting 2026-2",
        "ended_at": "2026-04-06T00:00:00+08:00",
        "cases": 3_456,
    },
    "alerts-effect": {
        **{"of": f"{INSTITUTION} finance_lease repossession", "date": "2026-03-02", "answer": "fewer"},
        **{"lacks": "disputes", "change": "-38%", "interval": "-52% … -20%", "seen_from": "-24%"},
        **{"before": 12_345, "after": 2_345, "expected": "3782.4", "weeks_before": 208},
        **{"weeks_after": 52, "controls": 3},
        "compared": "ccb finance_lease repossession, abc finance_lease fees, lessor-a finance_lease fees",
    },
    "alerts-referral": {
        **_REFERRED,
        "question": "是否统一规范分期手续费的提示,并要求各会员单位自查。",
        "of": f"{INSTITUTION}, ccb",
        "joined": f"{SERIES}|2026-03-02\n{OTHER}|2026-03-09",
        "opened_at": "2026-03-10T12:00:00+08:00",
        "acknowledged_at": "2026-03-11T09:30:00+08:00",
        "answer_provisional": False,
        "extended": "须会同三家会员单位核查。",
        "missed_at": "2026-05-08T00:00:00+08:00",
        "answered_at": "2026-05-09T10:00:00+08:00",
        "timely": False,
        "measures": "修订示范条款,自6月1日起施行。",
        "grounds": "费率本身符合规定。",
        "withdrawn": "协会已自行处理。",
        "superseded_by": referral_id("financial-regulator", "2026-2"),
        "replaced": referral_id("ccb", "2025-9"),
        "rules_version": "panel.1",
    },
}
ROWS: Final[dict[str, list[dict[str, Any]]]] = {
    "alerts-list": [_ALERT, {**_ALERT, "id": OTHER, "standing": "raised", "probability": ""}, _SUM],
    "alerts-backlogs": [
        {
            **{"week": "2026-06-22", "day": "2026-06-23", "count": 1_240, "usual": 31, "week_count": 1_402},
            **{"institution": INSTITUTION, "issues": "collection_conduct, fees_not_prompted"},
            **{"cause": "finance_lease", "probability": "1.2e-09"},
        }
    ],
    "alerts-subscriptions": [
        {
            **{"id": SUBSCRIPTION, "title": "丰台支行催收类预警", "whose": f"{INSTITUTION}/p-icbc-risk-1"},
            **{"cadence": "weekly", "told_by": "webhook", "notices": 1_234, "standing": "open"},
            **{"outcome": "notice.private_address", "about": f"{INSTITUTION} finance_lease repossession"},
            **{"least_count": 1_000, "quiet": "22:00-08:00"},
            "target": "https://risk-hooks.beijing.icbc.example.com/…",
        }
    ],
    "alerts-referrals": [_REFERRED, {**_REFERRED, "standing": "overdue", "referral_outcome": None}],
    "alerts-clocks": [
        {
            **{"institution": INSTITUTION, "requests": 1_234, "timely": 1_034, "late": 120, "overdue": 60},
            **{"open": 20, "share": "85%", "interval": "83%-87%", "standing": "far_below"},
        }
    ],
    "alerts-requests": [
        {
            **{"case": "sy1" + "b" * 32, "institution": INSTITUTION, "request_kind": "extension"},
            **{"standing": "overdue", "answer_by": "2026-05-08T00:00:00+08:00", "offer": True},
            **{"answered_at": "2026-05-09T10:00:00+08:00", "request": "confirmation-12"},
            **{"received_on": "2026-05-07", "means": "post"},
        }
    ],
    "alerts-excluded": [
        {
            **{"id": "sy1" + "b" * 32, "week": "2027-01-04", "institution": INSTITUTION},
            "reason": "count.unknown_institution",
            "why": Words(
                "网络文件中没有该金融机构,未计入统计。",
                "The network file has no such institution. The dispute counts in no series.",
            ),
        }
    ],
    "alerts-recount": [
        {**{"id": SERIES, "week": "2026-03-02", "where": "archive"}, "stored": 1_234, "recounted": 1_233}
    ],
    "trends": [
        {
            **{"period": "2026-03-02", "institution": INSTITUTION, "cause": "finance_lease"},
            **{"product": "vehicle lease", "issue": "collection_conduct", "region": "110106"},
            **{"count": 12_345, "year_before": 2_345, "change": "+426 %", "rate": "0.0123"},
        }
    ],
}
