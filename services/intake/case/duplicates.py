"""重复案件: a dispute that came twice goes on under one id; what is in doubt a person decides, and may undo.

Both ids live on: the merged one points to the kept one, and does nothing else.
Source: practice of the platform (诉源治理: a dispute counts once).
"""

from collections.abc import Iterable

from services.intake.case.merger import Suspicion
from services.intake.case.state import (
    Dispute,
    Status,
    case,
    is_clerk_of_court,
    is_clerk_of_organisation,
    not_merged,
    not_withdrawn,
)
from services.intake.rules import Context
from shared.casework.guards import Facts, authority, possible
from shared.casework.protocol import Refusal
from shared.contracts.duplicates import (
    ConfirmDuplicate,
    DenyDuplicate,
    DisputesMerged,
    DuplicateDenied,
    DuplicateDropped,
    DuplicateJoined,
    DuplicateParted,
    DuplicateSuspected,
    MatchDropped,
    MatchFound,
    MatchingStopped,
    MergeUndone,
    UndoMerge,
)
from shared.contracts.kinds import Way
from shared.contracts.message import Command, Event


def stops(party_token: str, facts: Facts[Context]) -> list[Event]:
    """Return what takes a dispute out of the matching; nothing where its respondent is not known."""
    return [MatchingStopped(case=facts.subject, party_token=party_token)] if party_token else []


case.unchanged_by(MatchingStopped)


# What the matching found ------------------------------------------------------------------------


@case.on(MatchFound)
def take_match(dispute: Dispute, found: MatchFound, facts: Facts[Context]) -> Iterable[Event]:
    """What is certain is merged, unless it is a suit, or others went into it: then a person looks first."""
    merger = dispute.merger
    if merger.into or merger.over or dispute.status is Status.WITHDRAWN or found.other in merger.denied:
        return
    if found.certain and not merger.joined and dispute.way is not Way.DOCKETED:
        yield _merged(dispute, facts, found.other, found.rules, found.rules_version, automatic=True)
    elif merger.suspicion(found.other) is None:
        yield DuplicateSuspected(other=found.other, rules=found.rules, rules_version=found.rules_version)


@case.after(DuplicateSuspected)
def suspected(dispute: Dispute, event: DuplicateSuspected) -> Dispute:
    why = Suspicion(other=event.other, rules=event.rules, rules_version=event.rules_version)
    merger = dispute.merger
    return dispute.but(merger=merger.but(suspected=(*merger.suspected, why)))


@case.on(MatchDropped)
def take_back(dispute: Dispute, event: MatchDropped, facts: Facts[Context]) -> Iterable[Event]:
    """Nobody needs to look any more."""
    if dispute.merger.suspicion(event.other) is not None:
        yield DuplicateDropped(other=event.other)


@case.after(DuplicateDropped)
def dropped(dispute: Dispute, event: DuplicateDropped) -> Dispute:
    return dispute.but(merger=dispute.merger.without(event.other))


# What a person says -----------------------------------------------------------------------------


@authority
def by_its_clerk(dispute: Dispute, facts: Facts[Context], _: Command | None) -> str | None:
    """A clerk of the court, or of the organisation that mediates such disputes."""
    allowed = is_clerk_of_court(facts) or is_clerk_of_organisation(dispute, facts)
    return None if allowed else "actor.not_allowed"


@possible
def in_doubt(dispute: Dispute, _: Facts[Context], command: Command | None) -> str | None:
    """People decide about what the matching found: nobody merges what looks like two disputes."""
    known = bool(dispute.merger.suspected)
    if isinstance(command, ConfirmDuplicate | DenyDuplicate):
        known = dispute.merger.suspicion(command.other) is not None
    return None if known else "duplicate.not_suspected"


@possible
def holding_none(dispute: Dispute, _: Facts[Context], __: Command | None) -> Refusal | None:
    """What others went into is merged after they came out, so that no id points to one that points on."""
    joined = dispute.merger.joined
    return Refusal("duplicate.holds_others", f"Merged into it: {', '.join(joined)}.") if joined else None


@possible
def not_over(dispute: Dispute, _: Facts[Context], __: Command | None) -> str | None:
    """What is settled or ended stays as it ended."""
    return "duplicate.over" if dispute.merger.over else None


@possible
def no_suit(dispute: Dispute, _: Facts[Context], __: Command | None) -> Refusal | None:
    """A suit is ended by its court, to which its mediation goes back. Source: 法释〔2021〕23号 art 21(3)."""
    suit = dispute.way is Way.DOCKETED
    return Refusal("duplicate.suit", rule="intake.one-dispute") if suit else None


def _is_confirmed(dispute: Dispute, command: ConfirmDuplicate, facts: Facts[Context]) -> bool:
    return dispute.merger.into == command.other


@case.on(
    ConfirmDuplicate,
    by_its_clerk,
    not_withdrawn,
    not_merged,
    not_over,
    in_doubt,
    no_suit,
    holding_none,
    already=_is_confirmed,
)
def confirm(dispute: Dispute, command: ConfirmDuplicate, facts: Facts[Context]) -> Iterable[Event]:
    """The dispute goes on under the other id."""
    why = dispute.merger.suspicion(command.other)
    assert why is not None
    yield _merged(dispute, facts, command.other, why.rules, why.rules_version, automatic=False)


def _is_denied(dispute: Dispute, command: DenyDuplicate, facts: Facts[Context]) -> bool:
    return command.other in dispute.merger.denied


@case.on(DenyDuplicate, by_its_clerk, not_withdrawn, not_merged, in_doubt, already=_is_denied)
def deny(dispute: Dispute, command: DenyDuplicate, facts: Facts[Context]) -> Iterable[Event]:
    """They are two, and nobody is asked again."""
    yield DuplicateDenied(other=command.other)


@case.after(DuplicateDenied)
def denied(dispute: Dispute, event: DuplicateDenied) -> Dispute:
    merger = dispute.merger.without(event.other)
    return dispute.but(merger=merger.but(denied=(*merger.denied, event.other)))


# The merge, and its undoing ---------------------------------------------------------------------


def _merged(
    dispute: Dispute,
    facts: Facts[Context],
    kept: str,
    rules: tuple[str, ...],
    rules_version: str,
    *,
    automatic: bool,
) -> DisputesMerged:
    return DisputesMerged(
        case=facts.subject,
        kept=kept,
        party_token=dispute.party_token,
        automatic=automatic,
        rules=rules,
        rules_version=rules_version,
    )


@case.after(DisputesMerged)
def merged(dispute: Dispute, event: DisputesMerged) -> Dispute:
    return dispute.but(merger=dispute.merger.without(event.kept).but(into=event.kept))


@possible
def once_merged(dispute: Dispute, _: Facts[Context], __: Command | None) -> str | None:
    """There is a merge to undo."""
    return None if dispute.merger.into else "duplicate.not_merged"


@case.on(UndoMerge, by_its_clerk, once_merged)
def undo(dispute: Dispute, command: UndoMerge, facts: Facts[Context]) -> Iterable[Event]:
    """It stands where it stood: nothing happened to it while it was merged."""
    yield MergeUndone(case=facts.subject, kept=dispute.merger.into, party_token=dispute.party_token)


@case.after(MergeUndone)
def undone(dispute: Dispute, event: MergeUndone) -> Dispute:
    denied = (*dispute.merger.denied, event.kept)
    return dispute.but(merger=dispute.merger.but(into="", denied=denied))


# What the kept one hears of it ------------------------------------------------------------------


@case.on(DisputesMerged)
def take_in(dispute: Dispute, event: DisputesMerged, facts: Facts[Context]) -> Iterable[Event]:
    """The kept dispute says that another id is its own."""
    if event.case not in dispute.merger.joined:
        yield DuplicateJoined(merged=event.case)


@case.after(DuplicateJoined)
def joined(dispute: Dispute, event: DuplicateJoined) -> Dispute:
    return dispute.but(merger=dispute.merger.but(joined=(*dispute.merger.joined, event.merged)))


@case.on(MergeUndone)
def let_out(dispute: Dispute, event: MergeUndone, facts: Facts[Context]) -> Iterable[Event]:
    """The other id is a dispute of its own again."""
    if event.case in dispute.merger.joined:
        yield DuplicateParted(merged=event.case)


@case.after(DuplicateParted)
def parted(dispute: Dispute, event: DuplicateParted) -> Dispute:
    left = tuple(one for one in dispute.merger.joined if one != event.merged)
    return dispute.but(merger=dispute.merger.but(joined=left))
