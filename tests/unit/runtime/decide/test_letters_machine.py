"""Whatever arrives, fails, is redriven or given up, in any order: nothing is lost, doubled, or stuck.

A machine of hypothesis sends the events of two sources and commands about two cases early, late and twice,
breaks and mends the service, redrives and discards what it likes, and restarts the process at any instant.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from shared.contracts.common import DiscardDeadLetters, RedriveDeadLetters
from shared.runtime.base.documents import Document, Work
from shared.runtime.base.records import Raw
from shared.runtime.decide.ranges import Ranges
from shared.runtime.decide.resequencer import BACKLOG
from tests.support.runtime.checks import sound
from tests.support.runtime.harness import Killed, World
from tests.support.runtime.service import POISON, Ask
from tests.support.runtime.store import MemoryDatabase

SUBJECTS = ("a1", "b1")
SOURCES = ("/suyuan/intake", "/suyuan/court_bridge")
ENOUGH = 400
"""Commits of one batch and what follows from it; a good one needs some dozens."""
ROUNDS = 4
"""Redrives of everything after which nothing may wait: letters without a subject come first."""


class Stuck(BaseException):
    """A batch is tried again and again, and comes to nothing."""


class Patient(MemoryDatabase):
    """A database that notices when it is asked for the same without end."""

    left = ENOUGH

    async def commit(self, work: Work) -> None:
        self.left -= 1
        if self.left < 0:
            raise Stuck
        await super().commit(work)


def named(record: Raw | Document) -> str:
    """Return the id of a record's message."""
    headers = record["headers"] if isinstance(record, dict) else record.headers
    return (dict(headers)["ce_id"] or b"").decode()


def own_id(record: Raw) -> str:
    return f"{record.topic}:{record.partition}:{record.offset}"


class Records(RuleBasedStateMachine):
    """The service, and what a reader of its topics knows."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers: Counter[tuple[str, str]] = Counter()
        self.coming: list[Callable[[], Raw]] = []
        """What was sent and has not arrived yet."""
        self.arrived: list[Raw] = []
        self.asked = 0

    @initialize(step=st.sampled_from((1, 2, 3, 500)))
    def begin(self, step: int) -> None:
        self.world = World(database=Patient(), step=step)

    # -- what happens ------------------------------------------------------------------------

    @rule(subject=st.sampled_from(SUBJECTS), source=st.sampled_from(SOURCES), poisoned=st.booleans())
    def send(self, subject: str, source: str, poisoned: bool) -> None:
        self.numbers[subject, source] += 1
        number, amount = self.numbers[subject, source], POISON if poisoned else 1
        self.coming.append(lambda: self.world.log.event(subject, number, amount, source=source))

    @rule(subject=st.sampled_from(SUBJECTS), poisoned=st.booleans())
    def ask(self, subject: str, poisoned: bool) -> None:
        self.asked += 1
        body, id_ = Ask(amount=POISON if poisoned else 1), f"ask-{self.asked}"
        self.coming.append(lambda: self.world.log.command(subject, body, id=id_))

    @precondition(lambda self: self.coming)
    @rule(data=st.data(), together=st.booleans())
    def arrive(self, data: Any, together: bool) -> None:
        batch = []
        for _ in range(data.draw(st.integers(1, min(5, len(self.coming))))):
            batch.append(self.coming.pop(data.draw(st.integers(0, len(self.coming) - 1)))())
        self.take(*([batch] if together else [[record] for record in batch]))

    @precondition(lambda self: self.arrived)
    @rule(data=st.data())
    def arrive_again(self, data: Any) -> None:
        self.take([self.world.log.again(data.draw(st.sampled_from(self.arrived)))])

    @rule(broken=st.booleans())
    def change_the_decision(self, broken: bool) -> None:
        self.world.mistakes.decision = broken

    @rule(subjects=st.sets(st.sampled_from(SUBJECTS)))
    def reject(self, subjects: set[str]) -> None:
        self.world.rejects = subjects
        self.world.start()

    @rule(refuses=st.booleans())
    def refuse_rows(self, refuses: bool) -> None:
        def refused(name: str, row: Document) -> bool:
            return name == "history" and f'"amount":{POISON},' in row["value"]

        self.world.database.refuse = refused if refuses else None

    @precondition(lambda self: self.arrived)
    @rule(data=st.data(), gives_up=st.booleans())
    def remedy(self, data: Any, gives_up: bool) -> None:
        waiting = [row["_id"] for row in self.world.letters()]
        ids = data.draw(st.lists(st.sampled_from(waiting), max_size=3, unique=True)) if waiting else []
        self.remedied(data.draw(st.sampled_from(SUBJECTS)), ids, gives_up=gives_up)

    @rule()
    def restart(self) -> None:
        self.world.start()

    @rule()
    def go_on(self) -> None:
        self.run(self.world.resume)

    @precondition(lambda self: self.coming)
    @rule(data=st.data())
    def crash(self, data: Any) -> None:
        """End in the middle of publishing, or without having heard of a commit that went through."""
        batch = [self.coming.pop(0)() for _ in range(data.draw(st.integers(1, len(self.coming))))]
        self.world.publisher.die_after = data.draw(st.integers(0, 3))
        self.world.database.uncertain = data.draw(st.integers(0, 1))
        try:
            self.take(batch)
        except Killed:
            self.world.start()
            self.take(batch)
        self.world.publisher.die_after = None

    # -- how ---------------------------------------------------------------------------------

    def remedied(self, subject: str, ids: list[str], *, gives_up: bool) -> None:
        self.asked += 1
        body = (DiscardDeadLetters if gives_up else RedriveDeadLetters)(letters=tuple(ids))
        self.take([self.world.log.command(subject, body, id=f"remedy-{self.asked}")])

    def take(self, *batches: list[Raw]) -> None:
        self.arrived += [
            record
            for batch in batches
            for record in batch
            if record not in self.arrived and not named(record).startswith("remedy")
        ]
        self.run(lambda: self.world.feed(*batches))

    def run(self, step: Callable[[], Awaitable[None]]) -> None:
        self.world.database.left = ENOUGH

        async def within() -> None:
            async with asyncio.timeout(120):
                await step()

        asyncio.run(within())

    # -- what holds --------------------------------------------------------------------------

    def applied(self) -> Counter[str]:
        """Count by message what it came to."""
        return Counter(
            row["causation"] for row in self.world.rows("history").values() if ".added." in row["type"]
        )

    @invariant()
    def every_record_was_applied_once_or_is_kept(self) -> None:
        applied = self.applied()
        assert set(applied.values()) <= {1}
        kept = {named(row["record"]) for row in self.world.rows("holds").values()}
        kept |= {row["message"] for row in self.world.letters()}
        kept |= {row["message"] for row in self.world.letters("discarded")}
        assert {named(record) for record in self.arrived} <= kept | set(applied)

    @invariant()
    def each_source_is_heard_in_its_order(self) -> None:
        for subject in self.world.rows("streams"):
            heard: dict[str, int] = {}
            for row in self.world.history(subject):
                id_, _, source = row["causation"].partition("@")
                if source and ".added." in row["type"]:
                    number = int(id_.rpartition(":")[2])
                    assert number > heard.get(source, 0)
                    heard[source] = number

    @invariant()
    def what_a_case_waits_for_is_there(self) -> None:
        known = set()
        for subject, row in self.world.rows("streams").items():
            for source, runs in row.get("held", {}).items():
                known |= {(subject, source, number) for number in Ranges(runs)}
            if "backlog" in row:
                first, last = row["backlog"]["first"], row["backlog"]["last"]
                known |= {(subject, BACKLOG, number) for number in range(first, last + 1)}
        holds = self.world.rows("holds").values()
        assert {(row["subject"], row["source"], row["sequence"]) for row in holds} == known

    @invariant()
    def a_case_is_blocked_by_letters_that_wait(self) -> None:
        waiting = {row["subject"] for row in self.world.letters()} - {""}
        rows = self.world.rows("streams")
        blocked = {id_ for id_, row in rows.items() if "parked" in row}
        # What a step had no room for is done by the next tick.
        unfinished = {id_ for id_, row in rows.items() if row.get("unfinished")}
        assert waiting <= blocked
        assert blocked - waiting <= unfinished

    @invariant()
    def what_is_written_is_published(self) -> None:
        sound(self.world)

    def teardown(self) -> None:
        """Mend everything, let all arrive, redrive all: everything is applied, and nothing waits."""
        self.world.mistakes.decision = False
        self.world.rejects = set()
        self.world.database.refuse = None
        self.world.start()
        self.take([send() for send in self.coming])
        self.coming.clear()
        for _ in range(ROUNDS):
            waiting = [row["_id"] for row in self.world.letters()]
            for subject in SUBJECTS:
                self.remedied(subject, waiting, gives_up=False)
            self.run(self.world.resume)
        self.every_record_was_applied_once_or_is_kept()
        self.each_source_is_heard_in_its_order()
        self.what_is_written_is_published()
        assert self.world.letters() == []
        assert self.world.rows("holds") == {}
        for row in self.world.rows("streams").values():
            assert not row.keys() & {"parked", "held", "backlog", "unfinished", "discarded"}
        given_up = {row["message"] for row in self.world.letters("discarded")}
        assert {named(record) for record in self.arrived} <= given_up | set(self.applied())


TestRecords = Records.TestCase
TestRecords.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
