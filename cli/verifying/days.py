"""The closed days of a service: roots, signatures, who witnessed them, and which rows they have."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from cli.verifying.findings import DATABASE, EVENTS, WITNESS, Finding
from shared.contracts.tampering import Wrong

if TYPE_CHECKING:
    from shared.contracts.days import DayClosed, DayWitnessed, Tip, TipsListed
    from shared.network.keys import Keys
    from shared.runtime.commit.mongo import Database
    from shared.runtime.serve.client import EventReader

_VERSIONS = 8
"""So many versions of a part of a listing are kept."""


class ClosedDays:
    """What is known of the closed days of one service.

    Args:
        service: Its name.
        keys: The public keys; signatures are not looked at where they have none of the kind.

    Attributes:
        days: Each day by its number, as it was met first.
        findings: What does not hold.
        sealed: Digests of rows that are under a root, by subject and number.
        witnessed: The last day that each member witnessed.
    """

    def __init__(self, service: str, keys: "Keys") -> None:
        self.service = service
        self.days: dict[int, DayClosed] = {}
        self.findings: list[Finding] = []
        self.sealed: dict[str, dict[int, str]] = {}
        self.witnessed: dict[str, int] = {}
        self._keys = keys
        self._parts: dict[str, dict[int, list[tuple[str, ...]]]] = {}
        self._unsigned: set[int] = set()

    # -- what is told ----------------------------------------------------------------------------

    def take(self, day: "DayClosed", where: str) -> None:
        """Take a day as the database or a topic tells it.

        Every service may write on the topic: what this one did not sign contradicts nothing.
        """
        if where == EVENTS and not self._is_signed(day):
            self._unsigned.add(day.day_number)
            return
        known = self.days.setdefault(day.day_number, day)
        if known != day:
            self._add(day.day_number, Wrong.SPLIT, where, f"{known.days_root[:16]} / {day.days_root[:16]}")

    def list_part(self, part: "TipsListed") -> None:
        """Take a part of a listing of tips."""
        versions = self._parts.setdefault(part.listing, {}).setdefault(part.part, [])
        if part.tips not in versions and len(versions) < _VERSIONS:
            versions.append(part.tips)

    def witness(self, seen: "DayWitnessed") -> None:
        """Take what a member says that it saw; what it did not sign is no member's word."""
        from shared.contracts.days import witnessed
        from shared.runtime.base.keyring import signed_by

        content = witnessed(seen.service, seen.day_number, seen.days_root, seen.member)
        day = self.days.get(seen.day_number)
        closed = None if day is None else day.until
        if not signed_by(self._keys, "witness", seen.member, seen.signature, content, left_by=closed):
            return
        if day is not None and day.days_root == seen.days_root:
            self.witnessed[seen.member] = max(seen.day_number, self.witnessed.get(seen.member, 0))
        else:
            told = day.days_root[:16] if day is not None else "-"
            self._add(seen.day_number, Wrong.SPLIT, WITNESS, f"{seen.member}: {seen.days_root[:16]} / {told}")

    # -- what holds ------------------------------------------------------------------------------

    def check(self, where: str, *, tips: bool = True) -> None:
        """Look at numbers, roots and signatures; where tips were read, learn which rows are under a root."""
        from shared.contracts import days, merkle

        for number in sorted(self._unsigned - self.days.keys()):
            self._add(number, Wrong.SIGNATURE, EVENTS)
        peaks: tuple[bytes, ...] = ()
        for place, number in enumerate(sorted(self.days)):
            day = self.days[number]
            if number != place + 1:
                self._add(number, Wrong.DAY, where)
                return
            peaks = merkle.added(peaks, place, days.leaf_of(self.service, day))
            if merkle.root_of(peaks).hex() != day.days_root:
                self._add(number, Wrong.ROOT, where)
            elif not self._is_signed(day):
                self._add(number, Wrong.SIGNATURE, where)
            elif tips:
                self._learn(day, where)

    def _is_signed(self, day: "DayClosed") -> bool:
        from shared.contracts import days
        from shared.runtime.base.keyring import signed_by

        return signed_by(self._keys, "history", self.service, day.signature, days.signed(self.service, day))

    def _learn(self, day: "DayClosed", where: str) -> None:
        tips = self.tips_of(day)
        if tips is None:
            self._add(day.day_number, Wrong.ROOT, where, day.listing)
            return
        for tip in tips:
            self.sealed.setdefault(tip.subject, {})[tip.number] = tip.digest

    def tips_of(self, day: "DayClosed") -> "list[Tip] | None":
        """Return the tips under the root of a day, in order; ``None`` where its listing gives another."""
        from shared.contracts.days import listed

        return listed(day, self._parts.get(day.listing, {}))

    def _add(self, number: int, wrong: Wrong, where: str, detail: str = "") -> None:
        from shared.runtime.decide.days import days_subject

        finding = Finding(self.service, days_subject(self.service), number, wrong, where, detail)
        if finding not in self.findings:
            self.findings.append(finding)


async def from_database(days: ClosedDays, database: "Database", *, tips: bool = True) -> None:
    """Read the closed days, and their tips where they are wanted, from a service's database."""
    from shared.contracts.days import DayClosed, TipsListed
    from shared.runtime.base.collections import HISTORY, TIP_LISTS
    from shared.runtime.decide.days import days_subject
    from shared.runtime.decide.history import rows_of

    for row in await database.find(HISTORY, rows_of(days_subject(days.service)), sort=[("_id", 1)]):
        days.take(DayClosed.model_validate_json(row["value"]), DATABASE)
    for day in days.days.values() if tips else ():
        for row in await database.find(TIP_LISTS, parts_of(day.listing)):
            days.list_part(TipsListed.model_validate_json(row["value"]))


def parts_of(listing: str) -> dict[str, Any]:
    """Return the filter of the rows of a listing."""
    return {"_id": {"$gt": f"{listing}:", "$lt": f"{listing};"}}


async def from_topics(days: Iterable[ClosedDays], reader: "EventReader") -> None:
    """Read the closed days, the tips and the members' signatures from their topics."""
    from shared.contracts.days import DayClosed, DayWitnessed, TipsListed
    from shared.contracts.topics import source_of

    by_source: Mapping[str, ClosedDays] = {source_of(one.service): one for one in days}
    by_service = {one.service: one for one in days}
    seen: list[Any] = []
    async for batch in reader.to_end():
        for parsed in batch:
            body, of = parsed.body, by_source.get(parsed.source)
            if isinstance(body, DayWitnessed):
                seen.append(body)
            elif isinstance(body, DayClosed) and of is not None:
                of.take(body, EVENTS)
            elif isinstance(body, TipsListed) and of is not None:
                of.list_part(body)
    for one in seen:
        if one.service in by_service:
            by_service[one.service].witness(one)
