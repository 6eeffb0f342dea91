"""Alerts' own collections: weekly counts, counted and excluded disputes, alerts; each row has one writer."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from services.alerts.archive import Archive
from services.alerts.case import Counted
from services.alerts.counts import Shard
from services.alerts.panel import Panel
from services.alerts.referral import Referral
from services.alerts.rules.confirming import Codes, letter
from services.alerts.rules.packing import parts_of, unpack
from services.alerts.rules.shards import id_of
from services.alerts.series import Series
from services.alerts.subscription import Subscription
from services.alerts.subscription.state import address_id
from shared.casework.protocol import Change, Increment, Put, Write
from shared.contracts.alerts import (
    AlertAcknowledged,
    AlertClockCorrected,
    AlertEnded,
    AlertExplained,
    AlertFollowedUp,
    AlertLasted,
    AlertRaised,
    CountCorrected,
)
from shared.contracts.counts import (
    BacklogFound,
    DisputeCounted,
    DisputeExcluded,
    DisputeSetAside,
    DisputeUncounted,
    WeekCounted,
)
from shared.contracts.referrals import AlertReferred
from shared.contracts.subscriptions import (
    AddressConfirmed,
    ChangeSubscription,
    ConfirmationAsked,
    ConfirmationExpired,
    NoticeDue,
    NoticeWay,
    Subscribe,
    SubscriptionChanged,
    Unsubscribed,
)
from shared.contracts.told import visible
from shared.contracts.words import Audience
from shared.runtime.base.collections import ADDRESSES, DELIVERIES
from shared.runtime.deliver.parcels import Parcel, row_of

WEEKLY_COUNTS: Final = "weekly_counts"
"""``_id`` series|Monday|product|region; series, institution, cause, issue, product, region, week, count."""
COUNTED: Final = "counted"
"""``_id`` case; where it counts, whether it does, and what alerts of it are compared by."""
EXCLUDED: Final = "excluded"
"""``_id`` case, series or case|region; reason, institution, cause, week: what is in no series, or in none by
region. Without a reason it was put right."""
ALERTS: Final = "alerts"
"""``_id`` series|Monday; series, institution, cause, issue, week, and the fields of the alert. What a sum
does not name is ``None``."""
BACKLOGS: Final = "backlogs"
"""``_id`` institution|cause|Monday; what a full day explains, which is told as no alert."""
REFERRALS: Final = "referrals"
"""``_id`` referral; all that is known of it."""
REQUESTS: Final = "requests"
"""``_id`` case|request; what the institution of a case was asked for, its clock and what became of it."""

SUBSCRIPTIONS: Final = "subscriptions"
"""``_id`` subscription; who asked for what, how often, and how much was told."""

INDEXES: Final[Mapping[str, Sequence[tuple[str, ...]]]] = {
    WEEKLY_COUNTS: (("institution", "week"), ("week",)),
    COUNTED: (("series", "week"), ("institution", "cause", "-week"), ("week",)),
    EXCLUDED: (("-week",),),
    ALERTS: (("institution", "-week"), ("-week",), ("cause", "issue")),
    BACKLOGS: (("-week",),),
    SUBSCRIPTIONS: (("owner", "person"),),
    REFERRALS: (("recipient", "-opened_at"), ("-opened_at",)),
    REQUESTS: (("institution", "-asked_at"), ("-asked_at",)),
    ADDRESSES: (),
    DELIVERIES: (("?open", "partition", "to"), ("to",), ("?done_at",)),
}
"""The rows of one series need none: they are a range of ``_id``."""

_OF_A_WEEK: Final = (
    AlertRaised,
    AlertAcknowledged,
    AlertClockCorrected,
    AlertExplained,
    AlertFollowedUp,
    AlertReferred,
    CountCorrected,
)
_BANDS: Final = ((1_000_000, "under 10k"), (5_000_000, "10k-50k"), (20_000_000, "50k-200k"))


def case_rows(change: Change[Counted]) -> Iterable[Write]:
    """Yield the row of a dispute: where it counts, or why it does not."""
    dispute, before = change.after, change.before
    if dispute is None or dispute == before:
        return
    yield from _clock_rows(change.subject, before, dispute)
    if before is not None and before.but(clocks=dispute.clocks) == dispute:
        return
    for timed in change.events:
        if isinstance(timed.event, DisputeExcluded):
            excluded = timed.event.model_dump(mode="json")
            yield Put(EXCLUDED, change.subject, {**excluded, "at": timed.at.isoformat()})
    if dispute.region_fault != ("" if before is None else before.region_fault):
        yield _region_row(change, dispute)
    if dispute.first is not None:
        labels = dispute.first.model_dump(mode="json", exclude={"shard"})
        yield Put(
            COUNTED,
            change.subject,
            {
                **labels,
                "counts": not dispute.merged,
                "way": dispute.way,
                "claim": _band(dispute.claim_fen),
            },
        )


def _region_row(change: Change[Counted], dispute: Counted) -> Put:
    """Return the row that says that a dispute counts without its region, or does so no more."""
    assert change.received is not None
    labels = {} if dispute.first is None else dispute.first.model_dump(mode="json", include=_PLACED)
    row = {"institution": "", "week": "", **labels, "case": change.subject, "reason": dispute.region_fault}
    return Put(EXCLUDED, f"{change.subject}|region", {**row, "at": change.received.at.isoformat()})


_PLACED: Final = {"institution", "cause", "week"}


def _clock_rows(case: str, before: Counted | None, after: Counted) -> Iterable[Put]:
    known = () if before is None else before.clocks
    for clock in after.clocks:
        if clock not in known:
            row = {"case": case, **clock.model_dump(mode="json")}
            # One form of all times, so that texts sort as the times do.
            row["asked_at"] = clock.asked_at.astimezone(UTC).isoformat()
            yield Put(REQUESTS, f"{case}|{clock.request}", row)


def _band(claim_fen: int) -> str:
    if claim_fen == 0:
        return "none"
    return next((name for most, name in _BANDS if claim_fen < most), "200k and more")


def count_rows(change: Change[Shard]) -> Iterable[Write]:
    """Yield the count that a dispute changes, or that it was set aside."""
    if change.received is None:
        return
    body = change.received.body
    aside = next((one.event for one in change.events if isinstance(one.event, DisputeSetAside)), None)
    if aside is not None:
        labels = aside.model_dump(mode="json")
        yield Put(EXCLUDED, change.received.told_by, {**labels, "at": change.received.at.isoformat()})
    elif isinstance(body, DisputeCounted):
        yield _more(body, 1)
    elif isinstance(body, DisputeUncounted) and not _was_aside(change):
        yield _more(body, -1)


def _was_aside(change: Change[Shard]) -> bool:
    before, after = change.before, change.after
    return before is not None and after is not None and len(before.aside) > len(after.aside)


def _more(dispute: DisputeCounted | DisputeUncounted, by: int) -> Increment:
    labels = dispute.model_dump(mode="json", exclude={"shard"})
    row = f"{dispute.series}|{labels['week']}|{dispute.product or ''}|{dispute.region or ''}"
    return Increment(WEEKLY_COUNTS, row, {"count": by}, labels)


def archive_rows(change: Change[Archive]) -> Iterable[Write]:
    """Yield the series that an archive has no room for."""
    if change.received is None or not isinstance(change.received.body, WeekCounted) or change.after is None:
        return
    body = change.received.body
    if change.before is not None and change.before.counts.shape[1] == change.after.counts.shape[1]:
        return
    for key in sorted(unpack(body.counts).keys() - set(change.after.keys)):
        institution, cause, issue = parts_of(key)
        row = {"reason": "series.too_many", "institution": institution, "cause": cause, "issue": issue}
        yield Put(EXCLUDED, id_of(key), {**row, "week": body.week.isoformat()})


def panel_rows(change: Change[Panel]) -> Iterable[Write]:
    """Yield the backlogs of a week that was judged."""
    for timed in change.events:
        if isinstance(one := timed.event, BacklogFound):
            row = f"{one.institution}|{one.cause.value}|{one.week.isoformat()}"
            yield Put(BACKLOGS, row, {**one.model_dump(mode="json"), "at": timed.at.isoformat()})


def series_rows(change: Change[Series]) -> Iterable[Write]:
    """Yield the alerts of a series, or of a sum, that change."""
    series = change.after
    if series is None:
        return
    for week in sorted({_week_of(timed.event) for timed in change.events} - {""}):
        if (alert := series.alerts.get(week)) is not None:
            labels = {
                "series": change.subject,
                "institution": series.institution,
                "cause": None if series.cause is None else series.cause.value,
                "issue": series.issue,
                "week": week,
            }
            document = alert.model_dump(mode="json")
            yield Put(ALERTS, f"{change.subject}|{week}", {**labels, **document})


def _week_of(event: object) -> str:
    if isinstance(event, AlertLasted | AlertEnded):
        return event.since.isoformat()
    if isinstance(event, _OF_A_WEEK):
        return event.week.isoformat()
    return ""


def subscription_rows(codes: Codes, change: Change[Subscription]) -> Iterable[Write]:
    """Yield the row of a subscription that changes, its addresses, and what is to be delivered to them."""
    state = change.after
    if state is None or state == change.before:
        return
    yield Put(SUBSCRIPTIONS, change.subject, _row(state))
    body = None if change.received is None else change.received.body
    for timed in change.events:
        match timed.event:
            case Unsubscribed() | SubscriptionChanged(told_by=NoticeWay.TOPIC):
                for number in _addresses(change.before):
                    yield _address(change, number)
            case ConfirmationAsked() as asked if isinstance(body, Subscribe | ChangeSubscription):
                if change.before is not None and change.before.confirming:
                    yield _address(change, change.before.confirming)
                yield _address(
                    change, asked.target_number, {"way": body.told_by.value, "target": body.target}
                )
                sent = _letter(codes, state.owner, asked, change.subject)
                yield _due(sent, asked.target_number, timed.at, change)
            case AddressConfirmed(target_number=number):
                former = None if change.before is None else change.before.address
                if former is not None:
                    # What is still on its way to the former one goes to this one.
                    moved = {"way": "", "target": "", "moved": address_id(change.subject, number)}
                    yield _address(change, former, moved)
            case ConfirmationExpired(target_number=number):
                yield _address(change, number)
            case NoticeDue(told_by=way) as notice if way is not NoticeWay.TOPIC:
                yield _due(_parcel(notice, timed.at, change), state.address or 0, timed.at, change)


def _addresses(state: Subscription | None) -> Iterable[int]:
    """Return the numbers of the addresses that are known."""
    if state is None:
        return ()
    return {number for number in (state.address, state.confirming) if number is not None}


def _address(change: Change[Subscription], number: int, row: Mapping[str, str] | None = None) -> Put:
    """Return the row of an address; empty where it is forgotten."""
    return Put(ADDRESSES, address_id(change.subject, number), dict(row or {"way": "", "target": ""}))


def _letter(codes: Codes, owner: str, asked: ConfirmationAsked, subscription: str) -> Parcel:
    code = codes.of(subscription, asked.target_number)
    said = letter(code, subscription, owner, asked.confirm_by)
    body = json.dumps(said.payload, ensure_ascii=False)
    return Parcel(f"{subscription}-0-{asked.target_number}", body, said.subject, said.text)


def _due(sent: Parcel, address: int, at: datetime, change: Change[Subscription]) -> Put:
    partition = int(change.partition.rpartition(":")[2])
    return Put(
        DELIVERIES, sent.id, row_of(sent, address_id(change.subject, address), partition=partition, at=at)
    )


def _parcel(notice: NoticeDue, at: datetime, change: Change[Subscription]) -> Parcel:
    """Return a notice as it leaves: in the form of Standard Webhooks for machines, as a letter for people."""
    told = notice.model_dump(mode="json", include=visible(NoticeDue, Audience.INSTITUTION))
    payload = {
        "type": notice.short_type,
        "timestamp": at.isoformat(),
        "data": {"subscription": change.subject, **told},
    }
    # One line of each language says what it is about; the rest is the letter.
    subject = " / ".join(text.partition("\n")[0] for text in (notice.zh, notice.en))
    return Parcel(
        f"{change.subject}-{notice.notice:08d}",
        json.dumps(payload, ensure_ascii=False),
        subject,
        f"{notice.zh}\n\n{notice.en}\n",
    )


def _row(state: Subscription) -> dict[str, Any]:
    row = state.model_dump(mode="json", exclude={"wish", "waiting", "told"})
    return {**state.wish.model_dump(mode="json"), **row, "waiting": len(state.waiting)}


def referral_rows(change: Change[Referral]) -> Iterable[Write]:
    """Yield the row of a referral that changed."""
    if change.after is not None and change.after != change.before:
        yield Put(REFERRALS, change.subject, change.after.model_dump(mode="json"))
