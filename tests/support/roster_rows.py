"""The longest realistic rows of the tables of rosters."""

from typing import Any, Final

from cli.display.rosters import MEDIATOR

_MEDIATOR: Final = {
    "id": "banking-mediation-m24",
    "shown_as": "欧阳调解员",
    "organisation": "banking-mediation",
    "standing": "suspended",
    "held": 60,
    "capacity": 60,
    "weight": 3,
    "designated": 1234,
    "specialities_told": "信用卡纠纷, 金融借款合同纠纷, 融资租赁合同纠纷",
}
_ORGANISATION: Final = {
    **{"id": "people-mediation", "standing": "suspended"},
    **dict.fromkeys(("mediators", "seats", "held", "waiting"), 1440),
}

FACTS: Final[dict[str, dict[str, Any]]] = {
    "mediator-show": {
        **_MEDIATOR,
        "ground_told": "投诉核查",
        "trained_on": "2026-02-28",
        "languages_told": "普通话, 粤语, 维吾尔语",
        "interests_told": "ccb, consumer-finance-a, icbc-beijing-fengtai-branch",
        **{one.name: 1200 for one in MEDIATOR.columns if one.name.startswith("file_")},
        **dict.fromkeys(("declined_told", "ended_told", "upheld_told"), "达成协议 125, 分歧较大 812"),
    },
    "organisation-show": {**_ORGANISATION, "ground_told": "评估不合格"},
}
LISTS: Final[dict[str, list[dict[str, Any]]]] = {
    "mediator-list": [_MEDIATOR, {**_MEDIATOR, "id": "m01", "standing": "listed", "held": 0}],
    "organisation-list": [_ORGANISATION],
}
