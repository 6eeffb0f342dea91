"""One service's history, held to itself, to its states, and to what its topic tells."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from cli.verifying.database import StoredHistory
from cli.verifying.days import ClosedDays
from cli.verifying.events import ToldHistory
from cli.verifying.findings import DATABASE, EVENTS, Finding, Report
from shared.contracts.tampering import Wrong

if TYPE_CHECKING:
    from shared.runtime.base.documents import Document
    from shared.runtime.decide.chains import Chain

Advance = Callable[[int], None]


class ServiceHistory:
    """Verifies the history of one service.

    Args:
        service: Its name.
        stored: The database; ``None`` without one.
        told: The topic; ``None`` without one.
        days: The closed days, read before the rest.
        advance: Gets how many rows were looked at.
    """

    def __init__(
        self,
        service: str,
        stored: StoredHistory | None,
        told: ToldHistory | None,
        days: ClosedDays,
        advance: Advance,
    ) -> None:
        self.report = Report(service)
        self._service = service
        self._stored = stored
        self._told = told
        self._days = days
        self._advance = advance
        self._chains: dict[str, Chain] = {}
        self._found: dict[str, Finding] = {}
        self._subject = stored.subject if stored is not None else told.subject if told is not None else ""

    async def verify(self) -> Report:
        """Read everything; return what was found, the first row of each history alone."""
        # The topic first: what is published is committed, so the database has all that it tells by then.
        if self._told is not None:
            async for count in self._told.read():
                self._advance(count)
        if self._stored is not None:
            await self._read_database(self._stored)
            await self._hold_to_states(self._stored)
        if self._told is not None:
            await self._hold_to_events(self._told)
        self._hold_to_days()
        self._sum_up()
        return self.report

    async def _read_database(self, stored: StoredHistory) -> None:
        from shared.runtime.decide.chains import Chain

        async for rows in stored.rows():
            for row in rows:
                subject = row["_id"].rpartition(":")[0]
                chain = self._chains.get(subject)
                if chain is None:
                    chain = self._chains[subject] = Chain(subject)
                self._take(subject, chain, row)
            self._advance(len(rows))

    def _take(self, subject: str, chain: "Chain", row: "Document") -> None:
        wrong = chain.take(row)
        if subject in self._found:
            return
        number = int(row["_id"].rpartition(":")[2])
        if wrong is not None:
            self._add(subject, chain.count if wrong is Wrong.NUMBER else number, wrong, DATABASE)
        elif self._days.sealed.get(subject, {}).get(number, row["digest"]) != row["digest"]:
            self._add(subject, number, Wrong.SEALED, DATABASE)
        elif self._told is not None and (known := self._told.digests.get(subject)):
            if number <= len(known) and known[number - 1] != row["digest"]:
                self._add(subject, number, Wrong.COPY, DATABASE)

    async def _hold_to_states(self, stored: StoredHistory) -> None:
        """Compare the end of each history with what its subject says: a chain that is cut still holds."""
        differing, seen = [], set()
        async for states in stored.tips():
            for state in states:
                subject = state["_id"]
                seen.add(subject)
                chain = self._chains.get(subject)
                if chain is None or (chain.count, chain.tip) != (state["version"], state["tip"]):
                    differing.append(subject)
        for subject in [*differing, *(self._chains.keys() - seen)]:
            await self._look_again(stored, subject)

    async def _look_again(self, stored: StoredHistory, subject: str) -> None:
        """Look at one subject whose rows and state were read at different times."""
        from shared.runtime.decide.chains import Chain

        if subject in self._found:
            return
        rows, state = await stored.one(subject)
        chain = self._chains[subject] = Chain(subject)
        for row in rows:
            self._take(subject, chain, row)
        version = state["version"] if state is not None else 0
        if chain.count < version:
            self._add(subject, chain.count + 1, Wrong.TAIL, DATABASE, f"version {version}")
        elif state is None or chain.count > version or chain.tip != state["tip"]:
            self._add(subject, min(chain.count, version + 1) or 1, Wrong.TIP, DATABASE)

    async def _hold_to_events(self, told: ToldHistory) -> None:
        for finding in told.findings.values():
            self._found.setdefault(finding.subject, finding)
        if self._stored is None:
            return
        behind = self._behind(told)
        if behind:
            # It may have been published since the topic was read.
            unpublished = await self._stored.unpublished()
            async for count in told.read():
                self._advance(count)
            from shared.runtime.decide.history import row_id

            for subject in behind & self._behind(told):
                number = len(told.digests.get(subject, ())) + 1
                if row_id(subject, number) not in unpublished:
                    self._add(subject, number, Wrong.TAIL, EVENTS, f"version {self._chains[subject].count}")
        for subject, digests in told.digests.items():
            chain = self._chains.get(subject)
            count = chain.count if chain is not None else 0
            if count < len(digests) and subject not in self._found:
                # More may have been told since the database was read.
                rows, _ = await self._stored.one(subject)
                if len(rows) < len(digests):
                    self._add(subject, len(rows) + 1, Wrong.TAIL, DATABASE, f"version {len(digests)}")

    def _hold_to_days(self) -> None:
        """Compare with the tips under the roots of closed days: who rewrote all else has not their key."""
        for subject, tips in self._days.sealed.items():
            if self._subject and subject != self._subject:
                continue
            last = max(tips)
            chain = self._chains.get(subject)
            count = chain.count if chain is not None else 0
            if self._stored is not None and count < last:
                self._add(subject, count + 1, Wrong.GONE, DATABASE, f"version {last}")
            if self._told is None or subject in self._told.cut or subject in self._told.findings:
                continue
            digests = self._told.digests.get(subject, [])
            if self._stored is None and len(digests) < last:
                self._add(subject, len(digests) + 1, Wrong.GONE, EVENTS, f"version {last}")
            for number, digest in sorted(tips.items()):
                if number <= len(digests) and digests[number - 1] != digest:
                    self._add(subject, number, Wrong.SEALED, EVENTS)
        for finding in self._days.findings:
            self._found.setdefault(f"{finding.subject}:{finding.number}:{finding.wrong}", finding)

    def _behind(self, told: ToldHistory) -> set[str]:
        """Return the subjects of which the topic tells less than the database."""
        return {
            subject
            for subject, chain in self._chains.items()
            if subject not in told.cut
            and subject not in told.findings
            and len(told.digests.get(subject, ())) < chain.count
        }

    def _add(self, subject: str, number: int, wrong: Wrong, where: str, detail: str = "") -> None:
        self._found.setdefault(subject, Finding(self._service, subject, number, wrong, where, detail))

    def _sum_up(self) -> None:
        counts = {subject: chain.count for subject, chain in self._chains.items()}
        if self._told is not None:
            for subject, digests in self._told.digests.items():
                counts[subject] = max(counts.get(subject, 0), len(digests))
            if self._stored is None:
                self.report.unread = len(self._told.cut)
        self.report.days, self.report.witnessed = len(self._days.days), self._days.witnessed
        self.report.subjects, self.report.rows = len(counts), sum(counts.values())
        self.report.findings = sorted(self._found.values(), key=lambda one: (one.subject, one.number))


def copies(findings: Iterable[Finding]) -> set[str]:
    """Return the ids of the rows that two copies tell differently."""
    from shared.runtime.decide.history import row_id

    return {row_id(one.subject, one.number) for one in findings if one.wrong is Wrong.COPY}
