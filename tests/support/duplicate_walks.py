"""How the ways of a duplicate are explored: as a dispute, as what is matched, and as a mediation."""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Any

from services.intake.handlers import matches_stream
from services.intake.matches import Matches
from shared.casework.protocol import Received
from shared.contracts.duplicates import (
    ConfirmDuplicate,
    DenyDuplicate,
    DisputesMerged,
    MatchDropped,
    MatchFound,
    MatchingStopped,
    MergeUndone,
    UndoMerge,
)
from shared.contracts.intake import FilingAmended, GiveExplanation
from shared.contracts.kinds import Cause, End, LeaveReason
from shared.contracts.message import Event
from shared.contracts.parties import WithdrawDispute
from tests.support.cases import case_id
from tests.support.explore import STEP, Reached, Sample, Walk, everybody
from tests.support.mediation_walks import CASE
from tests.unit.intake import mother as intake
from tests.unit.mediation import mother as mediation

OTHER, LATER = case_id("ccb", "CC-0"), case_id("ccb", "CC-9")
MATCHES_ID = "mt1" + "0" * 32
_FOUND: dict[str, Any] = {"other": OTHER, "rules": ("MAT-003",), "rules_version": "intake-2026.4"}


def merged(case: str, kept: str) -> DisputesMerged:
    return DisputesMerged(
        case=case,
        kept=kept,
        party_token=intake.FULL.told_token,
        automatic=True,
        rules=("MAT-001",),
        rules_version="intake-2026.4",
    )


def undone(case: str, kept: str) -> MergeUndone:
    return MergeUndone(case=case, kept=kept, party_token=intake.FULL.told_token)


# A dispute at intake ----------------------------------------------------------------------------

_ENDED = mediation.ended(End.EXPIRED).model_copy(update={"case": intake.CASE})
_CLERKS = (intake.CLERK, intake.COURT_CLERK)
_DISPUTE_SAMPLES = (
    Sample(intake.BARE, intake.BANK),
    Sample(MatchFound(case=intake.CASE, certain=False, **_FOUND)),
    Sample(MatchFound(case=intake.CASE, certain=True, **_FOUND)),
    Sample(MatchDropped(case=intake.CASE, other=OTHER)),
    Sample(_ENDED),
    Sample(merged(LATER, intake.CASE)),
    Sample(undone(LATER, intake.CASE)),
    Sample(GiveExplanation(content_version="rights-2025.1", channel="phone"), intake.CLERK),
    Sample(WithdrawDispute(reason=LeaveReason.PAID), intake.BANK),
    *(
        Sample(command, clerk)
        for clerk in _CLERKS
        for command in (ConfirmDuplicate(other=OTHER), DenyDuplicate(other=OTHER), UndoMerge())
    ),
)


def _dispute_label(state: Any) -> str:
    if state is None:
        return ""
    if state.merger.into:
        return "已合并 merged"
    if state.status == "withdrawn":
        return "已撤回 withdrawn"
    if state.merger.over:
        return "调解已结束 its mediation is over"
    if state.merger.joined:
        return "已并入他案 another joined"
    return "疑似重复 suspected" if state.merger.suspected else "单独案件 one of its own"


DUPLICATE = Walk(
    "重复案件 · a dispute that may be one more of another",
    intake.STREAM,
    intake.CASE,
    intake.MON,
    lambda _: _DISPUTE_SAMPLES,
    everybody(("ccb", "people-mediation", "fengtai-court"), ("p-1",)),
    lambda state: (state.status, state.merger),
    _dispute_label,
)


# What is matched --------------------------------------------------------------------------------


_STREAM = matches_stream(intake.NETWORK)
_FILED = intake.REGISTERED.model_copy(update={"cause": Cause.LOAN, "claim_fen": 100})

_AMENDED = FilingAmended(
    institution="ccb",
    cause=Cause.LOAN,
    issue="逾期未还",
    product=None,
    claim_fen=900,
    party_token=intake.FULL.told_token,
    masked_name="张*三",
)


def _delivered(message: Received) -> Received:
    """A message as the runtime delivers it: its id names its case, and later ones have higher numbers."""
    number = (message.at - intake.MON) // STEP
    return replace(message, id=f"{message.source}:{number}@/suyuan/intake", sequence=number)


def _decide(state: Matches | None, message: Received) -> Sequence[Event]:
    return _STREAM.decide(state, _delivered(message))


def _absorb(state: Matches | None, message: Received) -> Matches | None:
    assert _STREAM.absorb is not None
    return _STREAM.absorb(state, _delivered(message))


_MATCH_SAMPLES = (
    Sample(_FILED, source=OTHER),
    Sample(_FILED, source=LATER),
    Sample(_FILED.model_copy(update={"contract_digest": "c" * 64}), source=LATER),
    Sample(_AMENDED, source=LATER),
    Sample(MatchingStopped(case=OTHER, party_token="t"), source=OTHER),
    Sample(merged(LATER, OTHER), source=LATER),
    Sample(undone(LATER, OTHER), source=LATER),
)


def _match_phase(state: Matches) -> Hashable:
    shown = tuple((case, one.out, one.into, one.contract) for case, one in state.candidates.items())
    return shown, tuple(state.asked.items())


def _match_label(state: Matches | None) -> str:
    if state is None:
        return ""
    if any(one.into for one in state.candidates.values()):
        return "有案件已合并 one merged"
    return "有疑似重复 some asked about" if state.asked else "无重复 none alike"


MATCHING = Walk(
    "比对 · the disputes of one respondent",
    replace(_STREAM, decide=_decide, absorb=_absorb),
    MATCHES_ID,
    intake.MON,
    lambda _: _MATCH_SAMPLES,
    (),
    _match_phase,
    _match_label,
)


# A mediation ------------------------------------------------------------------------------------


def _mediation_phase(state: Any) -> Hashable:
    over = state.end is not None
    return bool(state.merged_into), over, state.mediator is None, state.accepted, min(state.round, 2)


def _mediation_samples(reached: Reached) -> tuple[Sample, ...]:
    mine = merged(mediation.CASE, OTHER), undone(mediation.CASE, OTHER)
    return (*CASE.samples(reached), *map(Sample, mine))


MERGED_MEDIATION = replace(
    CASE,
    title="重复案件的调解 · the mediation of a dispute that came twice",
    samples=_mediation_samples,
    phase=_mediation_phase,
)
