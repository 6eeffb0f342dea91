"""Read models: figures, cases, timelines, alerts, outcomes; each for what a person may see."""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from services.portal.cases import hidden_from
from services.portal.cases.mediator_file import summary
from services.portal.rules import places
from services.portal.rules.digests import DIGEST_OF, DIGEST_OF_DECISION, DIGEST_OF_TERMS
from services.portal.rules.outcomes import answered_by, shown_outcome
from services.portal.rules.places import REJECTED, answer_id, outcome_id
from services.portal.rules.shown import heard_by, seen_by
from services.portal.views.figures import FIGURES, SUMS, cny, derived, summed, wan
from services.portal.views.scopes import ALL_SEEING, Scope, for_person, scope_of
from shared.casework.case_ids import earlier_case_id
from shared.contracts.kinds import Role
from shared.contracts.words import Audience
from shared.runtime.base.collections import WATERMARKS
from shared.runtime.serve.tokens import Person

if TYPE_CHECKING:
    from shared.runtime.commit.mongo import Database

__all__ = [
    "ALL_SEEING",
    "FIGURES",
    "CaseFilter",
    "Scope",
    "Views",
    "agreement",
    "cases_filter",
    "cny",
    "cursor",
    "derived",
    "filed_as",
    "for_person",
    "in_order",
    "read_cursor",
    "scope_of",
    "shown_case",
    "summed",
    "wan",
]

MAX_TIMELINE = 2000
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases a person wants; ``None`` is any.

    Attributes:
        filed: The reference under which a case was filed, and the institutions that may have used it.
        id: How the id begins.
    """

    institution: str | None = None
    cause: str | None = None
    end: str | None = None
    status: str | None = None
    filed: tuple[str, tuple[str, ...]] | None = None
    id: str | None = None


def filed_as(reference: str, institutions: Sequence[str]) -> Document:
    """Return the filter of the cases that a reference stands for: one of each institution at most.

    A case of before does not know its reference; its id follows from it.
    """
    known = {"reference": reference, "institution": {"$in": list(institutions)}}
    before = [earlier_case_id(institution, reference) for institution in institutions]
    return {"$or": [known, {"_id": {"$in": before}}]}


class Views:
    """The queries of one portal.

    Args:
        database: The portal's own database.
    """

    def __init__(self, database: "Database") -> None:
        self._database = database

    async def figures(self) -> Document:
        """Return all figures, summed over the partitions: in total, by institution, by cause."""
        return summed(await self._database.aggregate(places.FIGURES, [SUMS]))

    async def figures_until(self) -> tuple[Document, dict[str, int]]:
        """Return all figures, and the last offset that they contain of each ``topic:partition``."""
        steps = [SUMS, {"$unionWith": {"coll": WATERMARKS}}]
        rows = await self._database.aggregate(places.FIGURES, steps, at_once=True)
        until = {row["_id"]: row["offset"] for row in rows if "offset" in row}
        return summed(row for row in rows if "offset" not in row), until

    async def case(self, id: str, scope: Scope) -> Document | None:
        """Return a case, or ``None`` where there is none or it is not for this person."""
        row = await self._database.get(places.CASES, id)
        if row is None or not scope.shows(row):
            return None
        return {**shown_case(row, scope.viewer), "agreement": agreement(row) if scope.signs else None}

    async def timeline(
        self, id: str, viewer: Audience = Audience.INSTITUTION, role: str = Role.OPERATOR
    ) -> list[Document]:
        """Return a case's events in the order of their business time; check the case first.

        Args:
            id: The case.
            viewer: Which fields are shown.
            role: Which events are.
        """
        range_of_ids = {"_id": {"$gte": f"{id}|", "$lt": f"{id}}}"}}
        found = await self._database.find(places.TIMELINE, range_of_ids, limit=MAX_TIMELINE)
        rows = [row for row in found if heard_by(role, row["type"])]
        for row in rows:
            row["data"] = seen_by(viewer, row["type"], row["data"])
        return in_order(rows)

    async def newest(
        self, scope: Scope, wanted: CaseFilter, limit: int, after: str | None = None
    ) -> Document:
        """Return the cases with the latest events first, and the cursor of the next page.

        Args:
            scope: What the person may see.
            wanted: What the person wants to see.
            limit: Length of the page.
            after: Cursor of an earlier page.

        Raises:
            ValueError: The cursor is not one of ours.
        """
        rows = await self._database.find(
            places.CASES,
            cases_filter(scope, wanted, after),
            sort=[("last_at", -1), ("_id", -1)],
            limit=limit + 1,
        )
        page = rows[:limit]
        more = cursor(page[-1]) if len(rows) > limit else None
        return {"cases": [shown_case(row, scope.viewer) for row in page], "next": more}

    async def mediator_file(self, mediator: str, organisation: str | None = None) -> Document | None:
        """Return the performance file of a mediator, or ``None`` where no case of theirs is known.

        Args:
            mediator: Whose.
            organisation: The only organisation whose mediators are shown; ``None`` for all.
        """
        wanted = {"mediator": mediator} | ({} if organisation is None else {"organisation": organisation})
        rows = await self._database.find(places.MEDIATOR_FILES, wanted)
        return {"mediator": mediator, **summary(rows)} if rows else None

    async def alerts(self, scope: Scope, limit: int) -> list[Document]:
        """Return the latest alerts."""
        own = {} if scope.institution is None else {"institution": scope.institution}
        rows = await self._database.find(
            places.ALERTS, own, sort=[("raised_at", -1), ("_id", -1)], limit=limit
        )
        return [{"id": row.pop("_id"), **row} for row in rows]

    async def has_alerts(self, series: str, institution: str) -> bool:
        """Tell whether a series has alerts, and is an institution's own."""
        own = {"series": series, "institution": institution}
        return bool(await self._database.find(places.ALERTS, own, limit=1))

    async def outcome(self, command: str, person: Person) -> Document | None:
        """Return the outcome of a command or a filing, ``pending`` while what came in over HTTP has none.

        Returns:
            ``None`` for what was never sent, or by another organisation, and for what came over Kafka and is
            not decided yet: before there is an answer the portal knows nothing of it.
        """
        row = await self._asked(places.OUTCOMES, command, person)
        if row is None:
            answer = await self._asked(places.ANSWERS, command, person, REJECTED)
            if answer is None and await self._asked(places.ACCEPTED, command, person) is None:
                return None
        else:
            kind = answered_by(row)
            answer = await self._database.get(places.ANSWERS, answer_id(row["_id"], kind)) if kind else None
        return shown_outcome(command, row, answer or {})

    async def rejections(self, person: Person, limit: int) -> list[Document]:
        """Return the newest rejections of the organisation's own messages; for an operator, everybody's.

        Each has the status that the outcome has now: a redrive may have taken the message since.
        """
        own = {"organisation": {"$gt": ""} if person.role == "operator" else person.organisation}
        rows = await self._database.find(places.ANSWERS, own, sort=[("at", -1), ("_id", -1)], limit=limit)
        ids = {row["_id"]: outcome_id(row["organisation"], row["command"]) for row in rows}
        taken = await self._database.find(places.OUTCOMES, {"_id": {"$in": list(ids.values())}})
        decided = {row["_id"] for row in taken}
        return [
            {
                **shown_outcome(row["command"], None, row),
                "organisation": row["organisation"],
                "decided_since": ids[row["_id"]] in decided,
            }
            for row in rows
        ]

    async def _asked(self, collection: str, command: str, person: Person, kind: str = "") -> Document | None:
        """Return what stands there of a command, for the organisation that sent it; for an operator, any."""
        if person.role == "operator":
            found = await self._database.find(collection, {"command": command}, limit=1)
            return found[0] if found else None
        id = outcome_id(person.organisation, command)
        return await self._database.get(collection, answer_id(id, kind) if kind else id)


def cases_filter(scope: Scope, wanted: CaseFilter, after: str | None) -> Document:
    """Return the filter of a page of cases; what a person wants never widens what a person may see.

    Raises:
        ValueError: The cursor is not one of ours.
    """
    parts: list[Document] = [scope.query] if scope.filter else []
    for name in ("institution", "cause", "end", "status"):
        value = getattr(wanted, name)
        if value is not None:
            parts.append({name: value})
    if wanted.filed is not None:
        parts.append(filed_as(*wanted.filed))
    if wanted.id is not None:
        # Behind every sign of an id.
        parts.append({"_id": {"$gte": wanted.id, "$lt": wanted.id + "{"}})
    if after is not None:
        at, id = read_cursor(after)
        parts.append({"$or": [{"last_at": {"$lt": at}}, {"last_at": at, "_id": {"$lt": id}}]})
    if len(parts) < 2:
        return parts[0] if parts else {}
    return {"$and": parts}


def cursor(row: Mapping[str, Any]) -> str:
    """Return the cursor of the page after a case."""
    return base64.urlsafe_b64encode(json.dumps([row["last_at"], row["_id"]]).encode()).decode().rstrip("=")


def read_cursor(text: str) -> tuple[str, str]:
    """Return the time and the case that a cursor names.

    Raises:
        ValueError: It is not one of ours.
    """
    try:
        value = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError as error:
        raise ValueError("no cursor") from error
    match value:
        case [str(at), str(id)]:
            return at, id
        case _:
            raise ValueError("no cursor")


def in_order(rows: Iterable[Document]) -> list[Document]:
    """Return events sorted by business time, then along the flow, then by their number."""
    ordered = sorted(rows, key=lambda row: (row["at"], row["rank"], row["sequence"], row["_id"]))
    return [{"id": row.pop("_id"), **{k: v for k, v in row.items() if k != "rank"}} for row in ordered]


def shown_case(row: Document, viewer: Audience) -> Document:
    """Return a case as the API shows it to a viewer."""
    left_out = hidden_from(viewer) | {"_id"}
    return {"id": row["_id"], **{name: value for name, value in row.items() if name not in left_out}}


def agreement(row: Mapping[str, Any]) -> Document | None:
    """Return which text of an agreement is to be signed now, for who may sign it; ``None`` without one."""
    if not row.get("agreement_digest"):
        return None
    made, reasons = bool(row.get("agreement_text")), row.get("decision_reasons", [])
    how = DIGEST_OF_DECISION if reasons else DIGEST_OF_TERMS if made else DIGEST_OF
    return {
        "digest": row["agreement_digest"],
        "amount_fen": row["agreement_fen"],
        "signed": row["agreement_signed"],
        "countersigned": row.get("agreement_countersigned", False),
        "sealed": row["agreement_sealed"],
        **({name: row[f"agreement_{name}"] for name in ("form", "terms", "text")} if made else {}),
        **({"reasons": list(reasons)} if reasons else {}),
        "zh": how.zh,
        "en": how.en,
    }
