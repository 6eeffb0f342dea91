"""In which order a case stands, and how it may end: data alone."""

from typing import Final

from shared.contracts.kinds import End
from shared.contracts.topics import SERVICES
from shared.contracts.words import Coded


class Status(Coded, zh="状态", en="Status"):
    """Where a case stands, in one word."""

    REGISTERED = "registered", "已登记", "Registered"
    RETURNED = "returned", "已退回", "Returned"
    SCREENED = "screened", "已摸排", "Screened"
    REFERRED = "referred", "已分流", "Referred"
    MEDIATING = "mediating", "调解中", "In mediation"
    DESIGNATED = "designated", "已指定调解员", "Mediator designated"
    ACCEPTED = "accepted", "调解员已接受", "Mediator accepted"
    EFFECTIVE = "effective", "协议已生效", "Agreement effective"
    SETTLED = "settled", "已化解", "Settled"
    ENDED = "ended", "调解终结", "Mediation ended"
    HANDED_OVER = "handed_over", "已移送", "Handed over"
    APPLIED = "applied", "已申请确认", "Confirmation applied"
    SUBMITTED = "submitted", "已提交法院", "With the court"
    DOCKETED = "docketed", "已立案", "Docketed"
    CONFIRMED = "confirmed", "已司法确认", "Confirmed"
    WITHDRAWN = "withdrawn", "已撤回", "Withdrawn"
    NOT_CONFIRMED = "not_confirmed", "确认被驳回", "Not confirmed"
    STATED = "stated", "调解书已生效", "Mediation statement in force"
    SUIT_WITHDRAWN = "suit_withdrawn", "已准许撤诉", "Suit withdrawn"
    RESUMED = "resumed", "恢复审理", "Trial resumed"
    MERGED = "merged", "已合并", "Merged"
    """Shown while it is: where it stood stands beneath."""


class Performance(Coded, zh="履行情况", en="Performance"):
    """How an agreement with terms is performed."""

    RUNNING = "running", "履行中", "Being performed"
    PERFORMED = "performed", "已履行完毕", "Performed"
    IN_DEFAULT = "in_default", "已违约", "In default"


RANK: Final[dict[str, int]] = {
    "": 0,
    Status.REGISTERED: 1,
    Status.RETURNED: 1,
    Status.SCREENED: 2,
    Status.REFERRED: 3,
    Status.MEDIATING: 4,
    Status.DESIGNATED: 5,
    Status.ACCEPTED: 5,
    Status.EFFECTIVE: 6,
    Status.SETTLED: 7,
    Status.ENDED: 7,
    Status.WITHDRAWN: 7,
    Status.HANDED_OVER: 8,
    Status.APPLIED: 8,
    Status.SUBMITTED: 9,
    Status.DOCKETED: 10,
    Status.CONFIRMED: 11,
    Status.NOT_CONFIRMED: 11,
    Status.STATED: 11,
    Status.SUIT_WITHDRAWN: 11,
    Status.RESUMED: 11,
    Status.MERGED: 12,
}
"""A status gives way to one of the same or a higher rank only: topics reach the portal in any order."""

ENDS: Final = tuple(f"ended_{end.value}" for end in End)
"""The figures of the eight ends."""

SERVICE_RANK: Final = {service: rank for rank, service in enumerate(SERVICES)}
"""Order of what happened at the same instant: the order of the flow."""
