"""Named examples for the tests of alerts, and all of its streams at work in memory."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from services.alerts.handlers import Handlers, handlers
from services.alerts.rules import AlertRules, Context
from services.alerts.rules.packing import Key, pack, parts_of
from services.alerts.rules.shards import SHARDS, archive_id, shard_id, shard_of
from services.alerts.store import ALERTS, COUNTED, EXCLUDED, REFERRALS, WEEKLY_COUNTS
from shared.casework.calendar import SHANGHAI, Calendar
from shared.casework.case_ids import PANEL, referral_id, series_id
from shared.casework.protocol import Change, Increment, Put, Received, Stream, Timed
from shared.casework.rulebook import RuleBook
from shared.contracts.alerts import AlertRaised
from shared.contracts.common import CommandRefused
from shared.contracts.counts import CountingStarted, SurgeFound, WeekCounted
from shared.contracts.envelope import SYSTEM, Actor
from shared.contracts.intake import DisputeRegistered, FilingAmended
from shared.contracts.kinds import Cause, Way
from shared.contracts.message import Command, Event, Message
from shared.contracts.referrals import RecipientKind, ReferAlert
from shared.contracts.subscriptions import NoticeWay
from shared.contracts.topics import EVENT_TOPICS, PANELS
from tests.support.cases import case_id

ISSUE = "逾期未还"
SERIES = series_id("ccb", "credit_card", ISSUE)
W0 = date(2026, 3, 2)
"""A Monday: the week of the first dispute."""
AGENT = Actor("ccb", "p-ccb-1", "institution_agent")
CLERK = Actor("fengtai-court", "p-court-1", "court_clerk")
GATES = ("alerts.gate-0-0", "alerts.gate-1-0")
NO_HOLIDAYS = Calendar(range(2000, 2001), frozenset(), frozenset())
COLLECTIONS = (WEEKLY_COUNTS, COUNTED, EXCLUDED, ALERTS, REFERRALS)
REGULATOR = Actor("financial-regulator", "p-regulator-1", "recipient_agent")
RECIPIENTS = {"financial-regulator": RecipientKind.REGULATOR, "ccb": RecipientKind.INSTITUTION}
MATTER = "2026-1"
REFERRAL = referral_id("financial-regulator", MATTER)


def week(n: int) -> date:
    """Monday of the n-th week after W0."""
    return W0 + timedelta(days=7 * n)


def in_week(n: int, days: float = 1.5) -> datetime:
    """An instant in the n-th week after W0."""
    return datetime.combine(week(n), time.min, SHANGHAI) + timedelta(days=days)


def closes(n: int) -> datetime:
    """The instant at which the n-th week after W0 is over."""
    return in_week(n + 1, 0)


def made(**limits: Any) -> Handlers:
    """The handlers under these limits, each series judged alone unless they say otherwise."""
    rules = AlertRules(version="test.1", **limits)
    book = RuleBook({"test.1": rules}, current="test.1")
    context = Context(
        book, frozenset({"ccb", "abc"}), GATES, NO_HOLIDAYS, recipients=RECIPIENTS, ways=frozenset(NoticeWay)
    )
    return handlers(context=context)


def registered(n: int | date, **changes: Any) -> DisputeRegistered:
    """A dispute that was filed in the n-th week after W0, or in the week of this Monday."""
    fields: dict[str, Any] = {
        "institution": "ccb",
        "reference_digest": "0" * 64,
        "cause": Cause.CREDIT_CARD,
        "issue": ISSUE,
        "product": "gold card",
        "claim_fen": 100_000,
        "party_token": "t",
        "masked_name": "张*",
        "week": n if isinstance(n, date) else week(n),
        "rules_version": "test.1",
        "way": Way.APPLIED,
    }
    return DisputeRegistered(**{**fields, **changes})


def amended(**changes: Any) -> FilingAmended:
    """The same dispute, corrected."""
    fields = {
        name: getattr(registered(0), name)
        for name in ("cause", "issue", "product", "claim_fen", "party_token", "masked_name")
    }
    return FilingAmended(**{**fields, **changes})


def surge(n: int = 0, **changes: Any) -> SurgeFound:
    """The example series stands out in the n-th week."""
    fields: dict[str, Any] = {
        "series": SERIES,
        "institution": "ccb",
        "cause": Cause.CREDIT_CARD,
        "issue": ISSUE,
        "week": week(n),
        "count": 12,
        "expected": 3.0,
        "bound": 6.0,
        "low": 1.0,
        "high": 6.0,
        "probability": 0.0004,
        "tested": 10,
        "rate": 0.05,
        "method": "ears-c1",
        "rules_version": "test.1",
    }
    return SurgeFound(**{**fields, **changes})


def refer(n: int = 0, **changes: Any) -> ReferAlert:
    """The alert of the n-th week is referred to the regulator."""
    fields = {
        "week": week(n),
        "recipient": "financial-regulator",
        "matter": MATTER,
        "question": "是否统一规范分期手续费的提示",
    }
    return ReferAlert(**{**fields, **changes})


def place(alert: AlertRaised) -> str:
    """Return what an alert names, and a star for what it sums."""
    return "/".join((alert.institution or "*", alert.cause or "*", alert.issue or "*"))


@dataclass
class World:
    """All streams of alerts, and the topics between them.

    What is said on one way (from one partition of cases to one receiver) arrives in its order; of
    several ways whichever is chosen comes first.

    Attributes:
        said: All events with their subjects, in the order in which they were said.
        rows: What stands in the collections.
    """

    handlers: Handlers = field(default_factory=made)
    states: dict[str, Any] = field(default_factory=dict)
    streams: dict[str, Stream[Any]] = field(default_factory=dict)
    said: list[tuple[str, Timed]] = field(default_factory=list)
    rows: dict[str, dict[str, dict[str, Any]]] = field(default_factory=lambda: defaultdict(dict))
    ways: dict[tuple[str, str], deque[tuple[str, Received]]] = field(default_factory=dict)
    numbers: Counter[str] = field(default_factory=Counter)

    def hear(self, case: str, body: Message, at: datetime) -> None:
        """An event of intake comes."""
        number = self.numbers[f"intake {case}"] = self.numbers[f"intake {case}"] + 1
        message = Received(
            body, f"{case}:{number}@/suyuan/intake", "/suyuan/intake", case, at, SYSTEM, "", number
        )
        self._take(EVENT_TOPICS["intake"], message)

    def file(self, count: int, n: int, *, name: str = "", at: datetime | None = None, **changes: Any) -> None:
        """So many disputes are registered in the n-th week."""
        for _ in range(count):
            self.numbers["filed"] += 1
            body = registered(n, **changes)
            case = case_id(body.institution, name or f"N-{self.numbers['filed']}")
            self.hear(case, body, at or in_week(n))

    def count(self, n: int, counts: Mapping[Key, int]) -> None:
        """The shards have counted so much in the n-th week, by series; the panel judges it."""
        if PANEL not in self.states:
            self._tell(CountingStarted(panel=PANEL, week=week(n)), shard_id(0), n)
        for number in range(SHARDS):
            own = {key: one for key, one in counts.items() if shard_of(*parts_of(key)[:2]) == number}
            table = WeekCounted(
                archive=archive_id(number), week=week(n), total=sum(own.values()), counts=pack(own)
            )
            self._tell(table, shard_id(number), n)
        self.settle()

    def _tell(self, body: Event, source: str, n: int) -> None:
        number = self.numbers[source] = self.numbers[source] + 1
        about = f"{source}:{number}@/suyuan/alerts"
        self._take(PANELS, Received(body, about, "/suyuan/alerts", source, closes(n), SYSTEM, "", number))

    def command(self, body: Command, subject: str, actor: Actor, at: datetime) -> list[Event]:
        """Somebody sends a command; what it leads to is returned."""
        before = len(self.said)
        self.numbers["commands"] += 1
        message = Received(body, f"c-{self.numbers['commands']}", "/test", subject, at, actor)
        self._take("alerts.commands", message)
        return [timed.event for _, timed in self.said[before:]]

    def pass_to(self, n: int, settle: bool = True) -> "World":
        """The partitions pass the ends of all weeks before the n-th."""
        if settle:
            self.settle()
        for gate in GATES:
            self._advance(gate, in_week(n, 0))
        if settle:
            self.settle()
        return self

    def look(self, subject: str, to: datetime) -> "World":
        """Time passes for a subject."""
        self._advance(subject, to)
        return self

    def settle(self, choose: Sequence[int] = ()) -> "World":
        """Deliver until nothing is under way; ``choose`` says from which way each time."""
        picks = deque(choose)
        while waiting := sorted(way for way, queue in self.ways.items() if queue):
            way = waiting[(picks.popleft() if picks else 0) % len(waiting)]
            topic, message = self.ways[way].popleft()
            self._take(topic, message)
        return self

    def events(self, kind: type[Any], subject: str | None = None) -> list[Any]:
        """Return the events of a kind."""
        return [
            timed.event
            for about, timed in self.said
            if isinstance(timed.event, kind) and subject in (None, about)
        ]

    def raised(self) -> list[tuple[str, date]]:
        """Return issue and week of each alert of a series."""
        return [(one.issue, one.week) for one in self.events(AlertRaised) if "*" not in place(one)]

    def counts(self) -> dict[tuple[str, str], int]:
        """Return what the rows say, by series and week; without empty weeks."""
        out = Counter[tuple[str, str]]()
        for row in self.rows[WEEKLY_COUNTS].values():
            out[row["series"], row["week"]] += row["count"]
        return {place: count for place, count in out.items() if count}

    # -- inside ------------------------------------------------------------------------------

    def _take(self, topic: str, message: Received) -> None:
        routed = self.handlers.route(topic, "", message)
        if routed is None:
            return
        stream, message = routed.stream, routed.message
        subject = message.subject
        self.streams[subject] = stream
        before = self.states.get(subject)
        events = list(stream.decide(before, message))
        for event in events:
            self._say(subject, Timed(message.at, event))
        if stream.absorb is not None:
            self.states[subject] = stream.absorb(self.states.get(subject), message)
        self._keep(stream, message, subject, before, [Timed(message.at, event) for event in events])

    def _advance(self, subject: str, to: datetime) -> None:
        stream = self.streams.get(subject)
        if stream is None or stream.advance is None:
            return
        for timed in stream.advance(self.states[subject], to):
            self._say(subject, timed)

    def _say(self, subject: str, timed: Timed) -> None:
        event = timed.event
        if not isinstance(event, CommandRefused):
            self.states[subject] = self.streams[subject].evolve(self.states.get(subject), event, timed.at)
        self.said.append((subject, timed))
        number = self.numbers[subject] = self.numbers[subject] + 1
        source = "/suyuan/alerts"
        said = Received(event, f"{subject}:{number}@{source}", source, subject, timed.at, SYSTEM, "", number)
        # What a partition counts and its gate's word travel on one way, as they do on a topic.
        sender = "partition" if subject.startswith(("sy1", "alerts.gate")) else subject
        for copy in event.also:
            self.ways.setdefault((sender, copy.topic + copy.key), deque()).append((copy.topic, said))

    def _keep(
        self, stream: Stream[Any], message: Received, subject: str, before: Any, events: list[Timed]
    ) -> None:
        if stream.rows is None:
            return
        change = Change(message, subject, before, self.states.get(subject), events, "t:0")
        apply(self.rows, stream.rows(change))


def apply(rows: dict[str, dict[str, dict[str, Any]]], writes: Iterable[Any]) -> None:
    """Write rows as the database would."""
    for write in writes:
        table = rows[write.collection]
        if isinstance(write, Put):
            table[write.id] = dict(write.document)
        elif isinstance(write, Increment):
            row = table.setdefault(write.id, dict(write.labels))
            for name, by in write.fields.items():
                row[name] = row.get(name, 0) + by
