"""One dispute that comes twice: merged, left to a person, and undone. Source: docs/intake.md, duplicates."""

from deploy.local.turns import ways
from deploy.local.turns.ends import applied
from deploy.local.turns.filings import person
from deploy.local.turns.script import Case, File, Script, see
from deploy.local.turns.story import story
from shared.contracts.duplicates import (
    ConfirmDuplicate,
    DenyDuplicate,
    DisputeConcluded,
    DisputesMerged,
    DuplicateDenied,
    DuplicateJoined,
    DuplicateParted,
    DuplicateSuspected,
    MergeUndone,
    UndoMerge,
)
from shared.contracts.intake import FileDispute
from shared.contracts.kinds import End, LeaveReason
from shared.contracts.mediation import MediationEnded, MediationOpened
from shared.contracts.parties import LeaveMediation


def contracted(number: int) -> FileDispute:
    """A dispute whose contract is named."""
    named = person(number).model_copy(update={"contract_number": f"CONTRACT-{number:06d}"})
    return applied(number).model_copy(update={"party": named})


def _again(case: Case) -> Case:
    """The same dispute under another reference."""
    filing = case.filing.model_copy(update={"reference": f"{case.filing.reference}-AGAIN"})
    return Case(filing, case.key, organisation=case.organisation, now=case.now)


@story("同一合同重复申报，自动合并", "filed twice under one contract", contracted, end=End.AGREEMENT)
def merged(case: Case) -> Script:
    yield from ways.agreed(case)
    twin = _again(case)
    yield File(twin.filing)
    yield see(DisputesMerged, lambda body: body.kept == case.id, about=twin.id)
    yield see(DuplicateJoined, about=case.id)
    yield from ways.drafted(case)
    yield from ways.signed(case)
    yield from ways.confirmed(case)


@story("疑似重复，确认后撤销合并", "merged by a person, and undone", applied, end=End.SETTLED_OR_WITHDRAWN)
def undone(case: Case) -> Script:
    yield from ways.opened(case)
    twin = _again(case)
    yield File(twin.filing)
    yield see(DuplicateSuspected, about=twin.id)
    yield twin.court(ConfirmDuplicate(other=case.id))
    yield see(DisputesMerged, lambda body: not body.automatic, about=twin.id)
    yield twin.court(UndoMerge())
    yield see(MergeUndone, about=twin.id)
    yield see(DuplicateParted, about=case.id)
    yield case.bank(LeaveMediation(reason=LeaveReason.PAID))
    yield see(MediationEnded, about=case.id)


@story("结束后再次申报，是新的纠纷", "filed again after the end", contracted, end=End.SETTLED_OR_WITHDRAWN)
def refiled(case: Case) -> Script:
    yield from ways.opened(case)
    yield case.bank(LeaveMediation(reason=LeaveReason.PAID))
    yield see(DisputeConcluded, about=case.id)
    later = _again(case)
    yield File(later.filing)
    yield see(MediationOpened, about=later.id)


@story("疑似重复，确认非重复", "two disputes that only look alike", applied, end=End.SETTLED_OR_WITHDRAWN)
def denied(case: Case) -> Script:
    yield from ways.opened(case)
    twin = _again(case)
    yield File(twin.filing)
    yield see(DuplicateSuspected, about=twin.id)
    yield twin.court(DenyDuplicate(other=case.id))
    yield see(DuplicateDenied, about=twin.id)
    yield case.bank(LeaveMediation(reason=LeaveReason.PAID))
    yield see(MediationEnded, about=case.id)
