"""All services' decisions as one platform in memory: what one says, those who read its topic hear.

Between two subjects messages stay in order, as Kafka keeps them; which way moves on next, the test says.
What is under test are the decisions. The runtime that carries them has tests of its own.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from deploy.local.court.decisions import Manners, replies
from deploy.local.turns.script import Do, File, Telling
from services.alerts import handlers as alerts
from services.court_bridge import handlers as court_bridge
from services.intake import handlers as intake
from services.mediation import handlers as mediation
from shared.casework.case_numbers import CaseNumber, CaseType
from shared.casework.protocol import Received, Route, Stream
from shared.contracts.common import AdvanceClock
from shared.contracts.court import FilingSubmitted
from shared.contracts.envelope import SYSTEM, Actor
from shared.contracts.intake import FileDispute
from shared.contracts.message import COMMON, Event, Message
from shared.contracts.topics import COURT_INBOUND, COURT_OUTBOUND, EVENT_TOPICS, commands_topic, filings_topic
from shared.network.load import load_network
from shared.network.schema import Network
from shared.runtime.base.sealing import Sealer, SealingKeys
from shared.runtime.base.vault import Vault
from tests.support.cases import PARTY_KEY

NETWORK: Final = load_network(Path(__file__).parents[2] / "deploy" / "networks" / "fengtai.yaml")
_VAULT: Final = Vault.of("a-key-of-personal-data-for-the-tests")
_SEALING: Final = SealingKeys.of("a-sealing-key-of-the-platform-for-tests")
_SEALER: Final = Sealer.of(_SEALING.public)
_COURT: Final = "court"


@dataclass(frozen=True)
class Said:
    """An event, and which service said it."""

    service: str
    message: Received

    @property
    def body(self) -> Event:
        """The event itself."""
        assert isinstance(self.message.body, Event)
        return self.message.body


@dataclass
class Platform:
    """Four services, a court, and the ways between them.

    Attributes:
        now: Business time of what comes next.
        states: State by service and subject.
        said: All events, in the order in which they were said.
        ways: What is under way, by service, topic, and from whom to whom.
        on_said: Told of each event.
    """

    now: datetime
    network: Network = field(default_factory=lambda: NETWORK)
    states: dict[tuple[str, str], Any] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    ways: dict[tuple[str, ...], deque[tuple[str, str, Received]]] = field(default_factory=dict)
    on_said: Callable[[Said], None] | None = None
    rejected: list[str] = field(default_factory=list)
    _routes: dict[str, Route] = field(default_factory=dict)
    _topics: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _streams: dict[tuple[str, str], Stream[Any]] = field(default_factory=dict)
    _sequences: dict[tuple[str, str], int] = field(default_factory=dict)
    _numbers: dict[tuple[int, CaseType], int] = field(default_factory=dict)
    _count: int = 0

    def __post_init__(self) -> None:
        self._routes = {
            "intake": intake.router(
                self.network, intake.case_stream(self.network), PARTY_KEY.encode(), _VAULT.seal
            ),
            "mediation": mediation.handlers(
                self.network, box=mediation.Box(_SEALING.open, _SEALING.vault.seal)
            ).route,
            "court_bridge": court_bridge.router(court_bridge.case_stream(self.network)),
            "alerts": alerts.handlers().route,
        }
        self._topics = {
            "intake": intake.OWN,
            "mediation": mediation.TOPICS,
            "court_bridge": court_bridge.TOPICS,
            "alerts": alerts.TOPICS,
        }

    # What comes from outside -------------------------------------------------------------------

    def file(self, filing: FileDispute, at: datetime | None = None) -> None:
        """An institution files."""
        actor = Actor(filing.institution, "", "institution_agent")
        self._take(
            "intake",
            filings_topic(filing.institution),
            filing.reference,
            self._message(filing, "", actor, at or self.now),
        )

    def command(
        self, service: str, body: Message, subject: str, actor: Actor, at: datetime | None = None
    ) -> None:
        """Somebody sends a command."""
        message = self._message(body, subject, actor, at or self.now)
        self._take(service, commands_topic(service), subject, message)

    def advance(self, to: datetime) -> None:
        """Every service looks at all its clocks."""
        self.now = max(self.now, to)
        for service, subject in list(self.states):
            self._advance(service, subject, to)

    # What moves on ------------------------------------------------------------------------------

    def waiting(self) -> list[tuple[str, ...]]:
        """Return the ways on which something is under way."""
        return sorted(way for way, queue in self.ways.items() if queue)

    def deliver(self, which: int = 0) -> bool:
        """Deliver the first message of one of the ways; tell whether there was one."""
        ways = self.waiting()
        if not ways:
            return False
        way = ways[which % len(ways)]
        topic, key, message = self.ways[way].popleft()
        if way[0] == _COURT:
            self._answer(message)
        else:
            self._take(way[0], topic, key, message)
        return True

    def settle(self) -> None:
        """Deliver until nothing is under way."""
        while self.deliver():
            pass

    def of(self, subject: str) -> Iterator[Said]:
        """Yield what was said about a subject."""
        return (said for said in self.said if said.message.subject == subject)

    def found(self, service: str, subject: str) -> tuple[Any, Stream[Any] | None]:
        """Return a subject's state and its stream; ``None`` for what no message has reached."""
        where = (service, subject)
        return self.states.get(where), self._streams.get(where)

    # Inside -------------------------------------------------------------------------------------

    def _message(self, body: Message, subject: str, actor: Actor, at: datetime) -> Received:
        self._count += 1
        self.now = max(self.now, at)
        return Received(body, f"m-{self._count}", "/test", subject, at, actor)

    def _take(self, service: str, topic: str, key: str, message: Received) -> None:
        routed = self._routes[service](topic, key, message)
        if routed is None:
            return
        stream, message = routed.stream, routed.message
        where = (service, message.subject)
        self._streams[where] = stream
        self._advance(service, message.subject, message.at)
        if isinstance(message.body, AdvanceClock):
            return
        for event in stream.decide(self.states.get(where), message):
            self._say(service, message.subject, event, message.at, message.actor)
        if stream.absorb is not None:
            self.states[where] = stream.absorb(self.states.get(where), message)

    def _advance(self, service: str, subject: str, to: datetime) -> None:
        where = (service, subject)
        stream = self._streams[where] if where in self._streams else None
        if stream is None or stream.advance is None:
            return
        while self.states.get(where) is not None and (due := list(stream.advance(self.states[where], to))):
            for timed in due:
                self._say(service, subject, timed.event, timed.at, SYSTEM)

    def _say(self, service: str, subject: str, event: Event, at: datetime, actor: Actor) -> None:
        where = (service, subject)
        if event.family != COMMON:  # an answer to a command changes no state
            self.states[where] = self._streams[where].evolve(self.states.get(where), event, at)
        number = self._sequences[where] = self._sequences.get(where, 0) + 1
        source = f"/suyuan/{service}"
        message = Received(event, f"{subject}:{number}@{source}", source, subject, at, actor, "", number)
        said = Said(service, message)
        self.said.append(said)
        self._send(EVENT_TOPICS[service], subject, message)
        for copy in event.also:
            self._send(copy.topic, subject if copy.key is None else str(getattr(event, copy.key)), message)
        if self.on_said is not None:
            self.on_said(said)

    def _send(self, topic: str, key: str, message: Received) -> None:
        readers = [service for service, topics in self._topics.items() if topic in topics]
        readers += [_COURT] if topic == COURT_OUTBOUND else []
        for reader in readers:
            way = (reader, topic, message.source, message.subject, key)
            self.ways.setdefault(way, deque()).append((topic, key, message))

    def _answer(self, message: Received) -> None:
        if not isinstance(message.body, FilingSubmitted):  # a report asks for no answer
            return
        made = replies(
            message.body,
            message=message.id,
            filed_at=message.at,
            now=message.at.replace(year=message.at.year + 1),
            seed=1,
            manners=Manners(disorder_percent=0, twice_percent=0),
            give_number=self._number,
        )
        court = self.network.court
        for reply in sorted(made, key=lambda one: one.position):
            self._count += 1
            answer = Received(
                reply.body,
                f"c-{self._count}",
                f"/courts/{court.id}",
                message.subject,
                reply.at,
                Actor(court.id, "", "court"),
            )
            way = ("court_bridge", COURT_INBOUND, message.subject)
            self.ways.setdefault(way, deque()).append((COURT_INBOUND, message.subject, answer))

    def _number(self, year: int, kind: CaseType) -> str:
        serial = self._numbers[year, kind] = self._numbers.get((year, kind), 0) + 1
        code = self.network.court.code
        return str(CaseNumber(year=year, court_code=code, type_code=kind, serial=serial))


def tell(platform: Platform, telling: Telling) -> None:
    """Tell a story to its end, or until nothing happens any more."""
    heard, sends = 0, telling.begin()
    while True:
        for what, at in sends:
            if isinstance(what, File):
                platform.file(what.filing, at)
            elif isinstance(what, Do):
                platform.command(what.service, what.command, what.about, what.actor, at)
            else:
                said_to = _SEALER.command(what.kind, what.fields, what.about, what.actor)
                platform.command("mediation", said_to, what.about, what.actor, at)
            platform.settle()
        mine = [said.message for said in platform.said if said.message.subject in telling.cases]
        if heard == len(mine):
            return
        said = mine[heard]
        assert isinstance(said.body, Event)
        sends = telling.hear(said.subject, said.body, said.at)
        heard += 1
