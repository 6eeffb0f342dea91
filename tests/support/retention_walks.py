"""The walk of keeping and disposing: a dispute that is over, and what a hold and two people do to it."""

from collections.abc import Hashable, Iterable
from dataclasses import replace
from typing import Any

from shared.contracts.delegation import RegisterPreSuit
from shared.contracts.intake import GiveExplanation
from shared.contracts.kinds import LeaveReason, Way
from shared.contracts.parties import WithdrawDispute
from shared.contracts.privacy import ErasePersonalData, ErasureGround
from shared.contracts.retention import ApproveDisposal, HoldCase, RefuseDisposal, ReleaseHold
from tests.support.explore import Reached, Sample, Walk
from tests.unit.intake import mother as intake

_ASKERS = (intake.COURT_CLERK, intake.OPERATOR)
_SAMPLES = (
    Sample(intake.taken(intake.card(claim_fen=1)), intake.BANK),
    Sample(intake.taken(intake.card(amends=True, way=Way.DELEGATED)), intake.BANK),
    Sample(WithdrawDispute(reason=LeaveReason.PAID), intake.BANK),
    Sample(RegisterPreSuit(case_number="（2026）京0106民诉前调801号"), intake.COURT_CLERK),
    Sample(GiveExplanation(content_version="rights-2025.1", channel="phone"), intake.BANK),
    *(
        Sample(body, actor)
        for actor in _ASKERS
        for body in (
            ErasePersonalData(ground=ErasureGround.NOT_NEEDED),
            ErasePersonalData(ground=ErasureGround.RETENTION_OVER),
            ApproveDisposal(),
            RefuseDisposal(refusal_reason="仍需查阅"),
            HoldCase(hold_reason="另案审理"),
            ReleaseHold(release_reason="另案已结"),
        )
    ),
)


def _may_come(_: Reached) -> Iterable[Sample]:
    return _SAMPLES


def _phase(state: Any) -> Hashable:
    keeping = state.keeping
    held_by = keeping.held_by.rpartition("/")[2]
    return state.status, state.erased, keeping.ended, held_by, keeping.requested_by


def _label(state: Any) -> str:
    if state is None:
        return ""
    if state.keeping.held_by:
        return "已留存 held"
    if state.erased:
        return "已删除 erased"
    if state.keeping.requested_by:
        return "待批准 somebody asks to erase"
    if state.keeping.ended:
        return "期满 the time for keeping is over"
    return "已了结 over" if state.keeping.over_since else "在办 open"


def keeping(walk: Walk) -> Walk:
    """Return the walk, beside that of a filing."""
    return replace(
        walk,
        title="保存与删除 · keeping and disposing of raw data",
        samples=_may_come,
        phase=_phase,
        label=_label,
    )
