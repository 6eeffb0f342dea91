"""Keeping and disposing: a hold beats retention and erasure, and two people dispose of what nobody needs.

The time for keeping runs from the end of a case; when it is over, somebody may ask. Who asks is not who
approves, whatever roles a person has.
Source: 个人信息保护法 arts 19, 47; 民事诉讼法 (2023) arts 67, 84.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from services.intake.case.duplicates import stops
from services.intake.case.keeping import NEW
from services.intake.case.personal_data import by_court_or_operator, over, party_named
from services.intake.case.state import Dispute, Status, case, is_clerk_of_court
from services.intake.rules import Context
from shared.casework.guards import Facts, authority, possible
from shared.casework.protocol import Refusal
from shared.contracts.envelope import Actor
from shared.contracts.kinds import Role, Route
from shared.contracts.message import Command, Event
from shared.contracts.privacy import ErasePersonalData, ErasureGround, PersonalDataErased
from shared.contracts.retention import (
    ApproveDisposal,
    CaseHeld,
    DisposalRefused,
    DisposalRequested,
    HoldCase,
    HoldReleased,
    RefuseDisposal,
    ReleaseHold,
    RetentionEnded,
)

_HOLD, _TWO, _RETENTION = "intake.hold", "intake.two-dispose", "intake.retention"


def _of_the_court(facts: Facts[Context]) -> bool:
    judge = facts.actor.role == Role.JUDGE and facts.actor.organisation == facts.context.network.court.id
    return judge or is_clerk_of_court(facts)


@authority
def by_the_court_or_operator(_: Dispute, facts: Facts[Context], __: Command | None) -> str | None:
    """Whoever knows of the suit: the court, or on its word whoever runs the machines."""
    allowed = _of_the_court(facts) or facts.actor.role == Role.OPERATOR
    return None if allowed else "actor.not_allowed"


@authority
def as_high_as_the_hold(dispute: Dispute, facts: Facts[Context], _: Command | None) -> Refusal | None:
    """What the court holds, an operator does not release."""
    held_by = dispute.keeping.held_by
    courts = bool(held_by) and Actor.parse(held_by).role != Role.OPERATOR
    return Refusal("hold.of_the_court", rule=_HOLD) if courts and not _of_the_court(facts) else None


@possible
def for_a_reason(_: Dispute, __: Facts[Context], command: Command | None) -> str | None:
    """Nobody holds, releases or refuses without saying why."""
    match command:
        case HoldCase(hold_reason=why) | ReleaseHold(release_reason=why) | RefuseDisposal(refusal_reason=why):
            return None if why.strip() else "disposal.no_reason"
        case _:
            return None


@possible
def held(dispute: Dispute, _: Facts[Context], __: Command | None) -> str | None:
    """Somebody holds it."""
    return None if dispute.keeping.held_by else "hold.none"


@possible
def not_held(dispute: Dispute, _: Facts[Context], __: Command | None) -> Refusal | None:
    """A hold beats every reason to erase."""
    return Refusal("case.held", rule=_HOLD) if dispute.keeping.held_by else None


@possible
def requested(dispute: Dispute, _: Facts[Context], __: Command | None) -> str | None:
    """Somebody asked before."""
    return None if dispute.keeping.requested_by else "disposal.none"


@possible
def kept_long_enough(dispute: Dispute, _: Facts[Context], command: Command | None) -> Refusal | None:
    """Who says that the time is over is held to it; other grounds need no time."""
    says = isinstance(command, ErasePersonalData) and command.ground is ErasureGround.RETENTION_OVER
    early = says and not dispute.keeping.ended
    return Refusal("retention.not_over", rule=_RETENTION) if early else None


@authority
def by_another_person(dispute: Dispute, facts: Facts[Context], _: Command | None) -> Refusal | None:
    """Four eyes: another person than who asked, in whatever role either acts."""
    if not dispute.keeping.requested_by:
        return None
    asked = Actor.parse(dispute.keeping.requested_by)
    same = (asked.organisation, asked.person) == (facts.actor.organisation, facts.actor.person)
    return Refusal("disposal.same_person", rule=_TWO) if same else None


def _is_held(dispute: Dispute, _: HoldCase, facts: Facts[Context]) -> bool:
    """A hold of the court takes the place of an operator's, so that no operator releases it."""
    held_by = dispute.keeping.held_by
    return bool(held_by) and (not _of_the_court(facts) or Actor.parse(held_by).role != Role.OPERATOR)


@case.on(HoldCase, by_the_court_or_operator, for_a_reason, already=_is_held)
def hold(_: Dispute, command: HoldCase, facts: Facts[Context]) -> Iterable[Event]:
    """In every phase: a suit may concern an open case as well as one that is over."""
    yield CaseHeld(hold_reason=command.hold_reason, held_by=str(facts.actor))


@case.after(CaseHeld)
def is_held(dispute: Dispute, event: CaseHeld) -> Dispute:
    return dispute.but(keeping=dispute.keeping.but(held_by=event.held_by))


@case.on(ReleaseHold, by_the_court_or_operator, as_high_as_the_hold, held, for_a_reason)
def release(_: Dispute, command: ReleaseHold, facts: Facts[Context]) -> Iterable[Event]:
    yield HoldReleased(release_reason=command.release_reason, released_by=str(facts.actor))


@case.after(HoldReleased)
def is_released(dispute: Dispute, _: HoldReleased) -> Dispute:
    return dispute.but(keeping=dispute.keeping.but(held_by=""))


# The time for keeping --------------------------------------------------------------------------


def _ends_at(dispute: Dispute, context: Context) -> datetime | None:
    keeping = dispute.keeping
    rules = context.book.at(dispute.rules_version).retention
    waits = bool(dispute.party_token) and not (dispute.erased or keeping.ended or keeping.held_by)
    if rules is None or keeping.over_since is None or not waits:
        return None
    return keeping.over_since + timedelta(days=rules.days)


@case.timer("retention", due=_ends_at)
def end(dispute: Dispute, facts: Facts[Context]) -> Iterable[Event]:
    """Time alone erases nothing: people are told that they may."""
    rules = facts.context.book.at(dispute.rules_version).retention
    assert rules is not None
    yield RetentionEnded(kept_days=rules.days)


@case.after(RetentionEnded)
def is_ended(dispute: Dispute, _: RetentionEnded) -> Dispute:
    return dispute.but(keeping=dispute.keeping.but(ended=True))


def kept_since(dispute: Dispute, at: datetime) -> Dispute:
    """Return a dispute whose time for keeping has begun, if it is over by now; of an open one none runs."""
    ended = dispute.status in (Status.WITHDRAWN, Status.RETURNED) or dispute.route is Route.GUIDANCE
    since = dispute.keeping.over_since or at
    if not ended:
        if dispute.keeping is NEW:
            return dispute
        return dispute.but(keeping=NEW.but(held_by=dispute.keeping.held_by))
    return dispute.but(keeping=dispute.keeping.but(over_since=since))


# Disposal --------------------------------------------------------------------------------------


def _is_requested(dispute: Dispute, _: ErasePersonalData, __: Facts[Context]) -> bool:
    return dispute.erased or bool(dispute.keeping.requested_by)


@case.on(
    ErasePersonalData,
    by_court_or_operator,
    party_named,
    over,
    not_held,
    kept_long_enough,
    already=_is_requested,
)
def request(_: Dispute, command: ErasePersonalData, facts: Facts[Context]) -> Iterable[Event]:
    yield DisposalRequested(ground=command.ground, requested_by=str(facts.actor))


@case.after(DisposalRequested)
def is_requested(dispute: Dispute, event: DisposalRequested) -> Dispute:
    asked = dispute.keeping.but(requested_by=event.requested_by, ground=event.ground.value)
    return dispute.but(keeping=asked)


def _is_erased(dispute: Dispute, _: ApproveDisposal, __: Facts[Context]) -> bool:
    return dispute.erased


@case.on(
    ApproveDisposal, by_court_or_operator, by_another_person, requested, over, not_held, already=_is_erased
)
def approve(dispute: Dispute, _: ApproveDisposal, facts: Facts[Context]) -> Iterable[Event]:
    """The row of the raw data goes with the event, and with it the only key that opens them."""
    keeping = dispute.keeping
    yield PersonalDataErased(
        ground=ErasureGround(keeping.ground),
        requested_by=keeping.requested_by,
        approved_by=str(facts.actor),
    )
    if dispute.status is Status.SCREENED:  # the others are matched no more already
        yield from stops(dispute.party_token, facts)


@case.after(PersonalDataErased)
def erased(dispute: Dispute, _: PersonalDataErased) -> Dispute:
    return dispute.but(erased=True, keeping=NEW.but(held_by=dispute.keeping.held_by))


@case.on(RefuseDisposal, by_court_or_operator, requested, for_a_reason)
def refuse(_: Dispute, command: RefuseDisposal, facts: Facts[Context]) -> Iterable[Event]:
    """Also by who asked: that is how a request is taken back."""
    yield DisposalRefused(refusal_reason=command.refusal_reason, refused_by=str(facts.actor))


@case.after(DisposalRefused)
def is_refused(dispute: Dispute, _: DisposalRefused) -> Dispute:
    return dispute.but(keeping=dispute.keeping.but(requested_by="", ground=""))
