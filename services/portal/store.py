"""The portal's own collections: cases, timelines, figures, outcomes, alerts.

Figures are kept per partition of the topic that they were read from, so that a row has one writer at a
time and no two transactions write the same; they are summed when they are read.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from services.portal.cases import CaseView, FigureKey, added, counts_of, is_quiet, key_of, service_of
from services.portal.cases.mediator_file import entries
from services.portal.cases.state import EMPTY
from services.portal.rules import SERVICE_RANK, Status
from services.portal.rules.places import (
    ACCEPTED,
    ALERTS,
    ANSWERS,
    CASES,
    CLOSED_DAYS,
    FIGURES,
    LISTED,
    LISTED_TIPS,
    MEDIATOR_FILES,
    NOT_TAKEN,
    OUTCOMES,
    REJECTED,
    RETURNED,
    TIMELINE,
    answer_id,
    iso,
    listed_id,
    outcome_id,
)
from services.portal.rules.shown import shown
from services.portal.series import SeriesView
from services.portal.subjects import Subject
from shared.casework.calendar import local_day
from shared.casework.case_ids import is_case_id
from shared.casework.protocol import Change, Increment, Put, Received, Write
from shared.contracts import common, earlier
from shared.contracts.alerts import AlertRaised
from shared.contracts.canonical import digest
from shared.contracts.days import DayClosed, Tip, TipsListed
from shared.contracts.duplicates import MatchingStopped
from shared.contracts.intake import FilingNotTaken, FilingReturned, ReturnReason
from shared.contracts.message import Command, Message
from shared.contracts.rosters import MediatorAdded, MediatorRemoved
from shared.runtime.base.collections import WITNESSES

if TYPE_CHECKING:
    from shared.runtime.commit.mongo import Database
    from shared.runtime.serve.service import Rosters

INDEXES: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    CASES: (
        ("-last_at", "-_id"),
        ("institution", "-last_at", "-_id"),
        ("organisation", "-last_at", "-_id"),
        ("reference",),
    ),
    TIMELINE: (),
    LISTED: (),
    FIGURES: (),
    MEDIATOR_FILES: (("mediator",),),
    OUTCOMES: (("command",),),
    ANSWERS: (("?command",), ("?organisation", "-at")),
    ACCEPTED: (("command",),),
    ALERTS: (("-raised_at", "-_id"), ("institution", "-raised_at", "-_id")),
    CLOSED_DAYS: (("service", "_id"), ("listing",)),
    LISTED_TIPS: (("cases",),),
    WITNESSES: (("service",),),
}
"""A timeline needs none: it is a range of ``_id``."""


def case_rows(change: Change[CaseView]) -> Iterable[Write]:
    """Yield the rows of one event of a case: its view, its timeline, the figures, the command's outcome."""
    yield from outcome_rows(change)
    message, view = change.received, change.after
    if message is None or view is None or isinstance(message.body, Command):
        return
    yield Put(CASES, change.subject, _row(view))
    if not is_quiet(message.body):
        yield _line(change.subject, message)
    yield from _figures(change.partition, change.before, view, counts_of(message, change.before))
    yield from _files(change.partition, change.before, message)


def series_rows(change: Change[SeriesView]) -> Iterable[Write]:
    """Yield the rows of one event of a series: the alert that it changed, the figure, the outcome."""
    yield from outcome_rows(change)
    message, view = change.received, change.after
    if message is None or view is None or isinstance(message.body, Command) or not view.changed:
        return
    alert = view.alerts[view.changed]
    document = alert.model_dump(mode="json")
    yield Put(ALERTS, f"{change.subject}|{alert.week}", {"series": change.subject, **document})
    if isinstance(message.body, AlertRaised | earlier.AlertRaised):
        yield _increment(
            change.partition, FigureKey(alert.institution or "", alert.cause or ""), {"alerts": 1}
        )


def subject_rows(change: Change[Subject]) -> Iterable[Write]:
    """Yield the rows of a message about something else: the outcome, who joined or left, a day of history."""
    yield from outcome_rows(change)
    message = change.received
    if message is None:
        return
    match message.body:
        case MediatorAdded(entry=entry):
            yield _listed(change.subject, entry.mediator, listed=True)
        case MediatorRemoved(mediator=mediator):
            yield _listed(change.subject, mediator, listed=False)
        case DayClosed() as day:
            yield _closed(service_of(message.source), day)
        case TipsListed() as part:
            yield _tips(service_of(message.source), part)


def _listed(organisation: str, mediator: str, *, listed: bool) -> Put:
    return Put(LISTED, listed_id(organisation, mediator), {"listed": listed})


def _closed(service: str, day: DayClosed) -> Put:
    row = {"service": service, "listing": day.listing, "day": day.model_dump(mode="json")}
    return Put(CLOSED_DAYS, f"{service}|{day.day_number:08d}", row)


def _tips(service: str, part: TipsListed) -> Put:
    subjects = (Tip.parse(one).subject for one in part.tips)
    row = {
        "service": service,
        "listing": part.listing,
        "cases": [one for one in subjects if is_case_id(one)],
        "tips": list(part.tips),
    }
    # Another service may say something else of the part; the root of the day tells which is right.
    version = digest("suyuan/listed/1", *part.tips).hex()[:16]
    return Put(LISTED_TIPS, f"{part.listing}:{part.part:06d}:{version}", row)


def rosters(database: "Database") -> "Rosters":
    """Return how to ask whether a mediator joined or left by events."""

    async def of(organisation: str, mediator: str) -> bool | None:
        row = await database.get(LISTED, listed_id(organisation, mediator))
        return None if row is None else bool(row["listed"])

    return of


async def accepted(database: "Database", organisation: str, command: str, request: str) -> dict[str, Any]:
    """Note what came in over HTTP, before it is sent: whether it went out may stay unknown.

    Args:
        database: The portal's own.
        organisation: Whose command it is.
        command: Its id.
        request: Digest of what was asked.

    Returns:
        The row that stands: this one, or the one of the first request with this id.
    """
    return await database.put_if_absent(
        ACCEPTED, outcome_id(organisation, command), _accepted(organisation, command, request)
    )


async def note_sent(database: "Database", organisation: str, command: str, request: str) -> None:
    """Note that it went out."""
    row = {**_accepted(organisation, command, request), "sent": True}
    await database.put(ACCEPTED, outcome_id(organisation, command), row)


def _accepted(organisation: str, command: str, request: str) -> dict[str, Any]:
    return {"command": command, "organisation": organisation, "request": request}


def outcome_rows(change: Change[Any]) -> Iterable[Write]:
    """Yield the answer to the command that a message was caused by, or that it is."""
    message = change.received
    if message is None:
        return
    if isinstance(message.body, Command):
        for timed in change.events:
            yield from _outcome(message, message.id, timed.event, message.actor.organisation)
    elif is_command(message.causation) and not isinstance(message.body, MatchingStopped):
        # That the matching stopped follows from what is told, and tells its sender nothing.
        yield from _outcome(message, message.causation, message.body, _asker(message, change.after))


def is_command(causation: str) -> bool:
    """Return whether a cause is a command: an event's id is ``<subject>:<sequence>@<source>``."""
    return bool(causation) and "@" not in causation


def _asker(message: Received, after: object) -> str:
    """Return whose message is answered: that of the actor; of a filing that names none, the institution.

    Who may write on a filings topic is known, so an institution need not say who it is.
    """
    organisation = message.actor.organisation
    if organisation or not isinstance(after, CaseView) or service_of(message.source) != "intake":
        return organisation
    return after.institution


def _outcome(message: Received, command: str, body: Message, organisation: str) -> Iterable[Write]:
    """Yield what an answer adds to the outcome of its command."""
    id = outcome_id(organisation, command)
    if isinstance(body, common.MessageRejected):
        # Not the outcome yet: what is redriven has its effect after all.
        faults = [one.model_dump(mode="json") for one in body.faults]
        rejected = {
            "command": command,
            "organisation": organisation,
            "reason": body.reason,
            "faults": faults,
            "at": iso(message.at),
        }
        yield Put(ANSWERS, answer_id(id, REJECTED), rejected)
        return
    labels: dict[str, Any] = {
        "command": command,
        "organisation": organisation,
        "subject": message.subject,
        "at": iso(message.at),
    }
    match body:
        case common.CommandRefused():
            fields = {"refused": 1}
            labels |= {"type": body.command, "reason": body.reason, "rule": body.rule, "detail": body.detail}
        case common.CommandUnchanged():
            fields = {"unchanged": 1}
            labels |= {"type": body.command}
        case common.OperationCarriedOut():
            fields = {"events.operation-carried-out": 1}
            labels |= {"type": body.command, "found": body.found, "settled": body.settled}
        case FilingNotTaken():
            fields = {NOT_TAKEN: 1}
            faulty = {"reasons": _plain(body.reasons)} if body.reasons else {}
            yield Put(ANSWERS, answer_id(id, NOT_TAKEN), {"reason": body.reason, **faulty})
        case FilingReturned():
            fields = {"events.filing-returned": 1}
            reasons = _plain(body.reasons)
            sums = {"claim_fen": body.claim_fen, "parts_fen": body.parts_fen}
            yield Put(ANSWERS, answer_id(id, RETURNED), {"reasons": reasons, **sums})
        case _:
            fields = {f"events.{body.short_type.rpartition('.')[2]}": 1}
    yield Increment(OUTCOMES, id, fields, labels)


def _plain(reasons: Iterable[ReturnReason]) -> list[dict[str, Any]]:
    return [one.model_dump(mode="json") for one in reasons]


def _line(case: str, message: Received) -> Put:
    service = service_of(message.source)
    which = message.id if message.sequence is None else f"{message.sequence:06d}"
    document = {
        "case": case,
        "at": iso(message.at),
        "type": message.body.short_type,
        "service": service,
        "rank": SERVICE_RANK.get(service, len(SERVICE_RANK)),
        "sequence": message.sequence or 0,
        "organisation": message.actor.organisation,
        "role": message.actor.role,
        "data": shown(message.body),
    }
    return Put(TIMELINE, f"{case}|{service}|{which}", document)


def _figures(
    partition: str, before: CaseView | None, after: CaseView, counts: Mapping[str, int]
) -> Iterable[Write]:
    """Yield what the figures gain; what a case counted under another key moves along with it.

    A merged case adds nothing: the dispute counts under the other id.
    """
    old, new = key_of(before), key_of(after)
    past = before.counted if before is not None else {}
    shown_before, shown_now = _adds(before), _adds(after)
    if (old, shown_before) != (new, shown_now) and past:
        if shown_before:
            yield _increment(partition, old, {name: -value for name, value in past.items()})
        counts = added(counts, past)
    if counts and shown_now:
        yield _increment(partition, new, counts)


def _adds(view: CaseView | None) -> bool:
    return view is None or not view.merged_into


def _files(partition: str, before: CaseView | None, message: Received) -> Iterable[Write]:
    """Yield what the files of the mediators gain."""
    known = before.organisation if before is not None else ""
    organisation = known or getattr(message.body, "organisation", "")
    for mediator, fields in entries(before or EMPTY, message.body, message.at).items():
        year = local_day(message.at).year
        labels = {"mediator": mediator, "year": year, "organisation": organisation}
        yield Increment(MEDIATOR_FILES, f"{partition}|{mediator}|{year}", fields, labels)


def _increment(partition: str, key: FigureKey, fields: Mapping[str, int]) -> Increment:
    return Increment(FIGURES, "|".join((partition, *key)), fields, key._asdict())


def _row(view: CaseView) -> dict[str, Any]:
    """Return the row of a case: its fields as they are; only these need another form."""
    row = dict(view.__dict__)
    del row["counted"], row["accepted"], row["waiting"]
    row["case_numbers"] = list(view.case_numbers)
    row["joined"] = list(view.joined)
    if view.merged_into:
        row["status"] = Status.MERGED.value
    row["agreement_signed"] = list(view.agreement_signed)
    row["decision_reasons"] = list(view.decision_reasons)
    row["versions"] = dict(view.versions)
    return row
