"""计数: a dispute is counted when it is registered, and never again, whatever becomes of it later.

One that turns out to be another that came before counts no more, and again if that was wrong. One that is
amended counts where it belongs by now, in the week of its filing all the same.
"""

from collections.abc import Iterable
from datetime import date, datetime

from services.alerts.case.clocks import follow
from services.alerts.case.state import Counted, case
from services.alerts.rules import Context, iso_week_start
from services.alerts.rules.shards import EARLIEST, shard_id, shard_of
from shared.casework.calendar import local_day
from shared.casework.case_ids import series_id
from shared.casework.guards import Facts
from shared.contracts.counts import DisputeCounted, DisputeExcluded, DisputeUncounted
from shared.contracts.duplicates import DisputesMerged, MergeUndone
from shared.contracts.intake import DisputeRegistered, FilingAmended
from shared.contracts.message import Event


@case.opens(DisputeRegistered)
def count(dispute: DisputeRegistered, facts: Facts[Context]) -> Iterable[Event]:
    """Count the dispute in the week of its filing; keep out what cannot be right."""
    reason = _faulty(dispute.institution, dispute.week, facts.at, facts.context)
    if reason:
        yield DisputeExcluded(reason=reason, institution=dispute.institution, week=dispute.week)
        return
    yield _counted(dispute, dispute.institution, dispute.week, _day(dispute.week, facts.at))


def _day(week: date, at: datetime) -> int | None:
    """Return on which day of its week a dispute came."""
    return local_day(at).weekday() if iso_week_start(at) == week else None


def _faulty(institution: str, week: date, at: datetime, context: Context) -> str:
    """Return why a registration counts nowhere; empty for one that does."""
    if context.institutions is not None and institution not in context.institutions:
        return "count.unknown_institution"
    if week.weekday() != 0:
        return "count.no_week"
    if week > iso_week_start(at):
        return "count.future"
    return "count.too_old" if week < EARLIEST else ""


def _counted(
    told: DisputeRegistered | FilingAmended, institution: str, week: date, day: int | None
) -> DisputeCounted:
    return DisputeCounted(
        shard=shard_id(shard_of(institution, told.cause)),
        series=series_id(institution, told.cause, told.issue),
        institution=institution,
        cause=told.cause,
        issue=told.issue,
        week=week,
        product=told.product,
        region=told.region,
        day=day,
    )


@case.begins(DisputeCounted)
def counted(event: DisputeCounted) -> Counted:
    return Counted(series=event.series, first=event)


@case.begins(DisputeExcluded)
def excluded(event: DisputeExcluded) -> Counted:
    return Counted(excluded=event.reason)


@case.takes(DisputeRegistered)
def registered(dispute: Counted, event: DisputeRegistered, facts: Facts[Context]) -> Counted:
    """Keep what alerts of this dispute are compared by."""
    if dispute.way:
        return dispute
    return dispute.but(way=event.way.value, claim_fen=event.claim_fen, region_fault=event.region_fault or "")


@case.on(FilingAmended)
def move(dispute: Counted, amended: FilingAmended, facts: Facts[Context]) -> Iterable[Event]:
    """Count it where it belongs by now."""
    yield from follow(dispute, amended, facts)
    if dispute.first is None or dispute.merged:
        return
    now = _amended(dispute.first, amended)
    if now != dispute.first:
        yield _uncounted(dispute.first)
        yield now


@case.takes(FilingAmended)
def told_otherwise(dispute: Counted, amended: FilingAmended, facts: Facts[Context]) -> Counted:
    """A merged one would count there again."""
    dispute = dispute.but(claim_fen=amended.claim_fen, region_fault=amended.region_fault or "")
    if dispute.first is None or not dispute.merged:
        return dispute
    now = _amended(dispute.first, amended)
    return dispute.but(series=now.series, first=now)


def _amended(first: DisputeCounted, amended: FilingAmended) -> DisputeCounted:
    return _counted(amended, first.institution, first.week, first.day)


def _uncounted(first: DisputeCounted) -> DisputeUncounted:
    return DisputeUncounted.model_validate(dict(first))


@case.on(DisputesMerged)
def uncount(dispute: Counted, merged: DisputesMerged, facts: Facts[Context]) -> Iterable[Event]:
    """The kept one counts for both."""
    yield from follow(dispute, merged, facts)
    if dispute.first is not None and not dispute.merged:
        yield _uncounted(dispute.first)


@case.after(DisputeUncounted)
def uncounted(dispute: Counted, event: DisputeUncounted) -> Counted:
    return dispute.but(merged=True)


@case.after(DisputeCounted)
def counted_again(dispute: Counted, event: DisputeCounted) -> Counted:
    return dispute.but(series=event.series, first=event, merged=False)


@case.on(MergeUndone)
def count_again(dispute: Counted, undone: MergeUndone, facts: Facts[Context]) -> Iterable[Event]:
    """It counts where it counted."""
    if dispute.first is not None and dispute.merged:
        yield dispute.first
