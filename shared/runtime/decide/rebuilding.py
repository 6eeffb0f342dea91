"""States made again of what was recorded: a subject's own events, and what other services' events told it."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import accumulate
from typing import Any, NamedTuple

from shared.casework.protocol import Received, Rejected, Route, Routed, State, Stream
from shared.contracts.message import Event
from shared.contracts.topics import CASES_PREFIX, COURT_INBOUND, EVENT_TOPICS, cases_topic, source_of
from shared.runtime.base.records import Parsed
from shared.runtime.decide.uncommitted import SILENT


class Own(NamedTuple):
    """An event of a subject's own history."""

    event: Event
    at: datetime
    causation: str


class Recorded:
    """What is recorded of the subjects of one service.

    Args:
        service: Name of the service.
        topics: The topics that it reads.
        route: Which stream a message of a topic leads to.

    Attributes:
        own: The events of each subject's history, in their order.
        told: What other histories told each subject, each in its order.
    """

    def __init__(self, service: str, topics: Iterable[str], route: Route) -> None:
        self.own: dict[str, list[Own]] = {}
        self.told: dict[str, list[Routed]] = {}
        self._source = source_of(service)
        self._topic = EVENT_TOPICS[service]
        self._topics = frozenset(topics)
        self._route = route
        self._seen: set[tuple[str, str, str]] = set()

    def take(self, parsed: Parsed) -> None:
        """Take a record of a topic of events, or of the court's side; what came twice counts once."""
        body, topic = parsed.body, parsed.record.topic
        if not isinstance(body, Event) or parsed.at is None:
            return
        own = parsed.source == self._source and (topic == self._topic or topic.startswith(CASES_PREFIX))
        if own and self._first("", parsed):
            said = Own(body, parsed.at, parsed.causation)
            self.own.setdefault(parsed.subject, []).append(said)
        message = Received(
            body,
            parsed.id,
            parsed.source,
            parsed.subject,
            parsed.at,
            parsed.actor,
            parsed.causation,
            parsed.sequence,
        )
        if topic in self._topics:
            self._tell(topic, parsed.key, message, parsed)
        # Copies on other topics do not stay, and need not: each is made of its event.
        for copy in body.also if topic in EVENT_TOPICS.values() else ():
            key = parsed.subject if copy.key is None else str(getattr(body, copy.key))
            if copy.owner is None and key and copy.topic in self._topics:
                self._tell(copy.topic, key, message, parsed)

    def _tell(self, topic: str, key: str, message: Received, parsed: Parsed) -> None:
        if not self._first(topic, parsed):
            return
        try:
            routed = self._route(topic, key, message)
        except Rejected:
            return
        if routed is not None:
            self.told.setdefault(routed.message.subject, []).append(routed)

    def _first(self, topic: str, parsed: Parsed) -> bool:
        key = (topic, parsed.source, parsed.id)
        new = key not in self._seen
        self._seen.add(key)
        return new


def recorded_topics(institutions: Iterable[str]) -> tuple[str, ...]:
    """Return the topics that hold all that states are made of.

    Args:
        institutions: Those of the network: what each is told stands on its own topic.
    """
    return (*EVENT_TOPICS.values(), COURT_INBOUND, *map(cases_topic, institutions))


def rebuilt(stream: Stream[Any], own: Sequence[Own], told: Sequence[Routed]) -> State | None:
    """Return the state of a subject, made again.

    What led to events of its own stands where these stand in its history; anything else is placed by its
    time, in the order of its own history.

    Args:
        stream: Its kind.
        own: Its history.
        told: What others told it, each history in its order.
    """
    absorb = stream.absorb
    messages = [one.message for one in told] if absorb is not None else []
    places, moments = _places(own, messages), _moments(messages)
    order = sorted(range(len(messages)), key=lambda one: (places[one], moments[one], one))
    state: Any = None
    done = 0
    for one in order:
        for said in own[done : places[one]]:
            state = _after(stream, state, said)
        done = max(done, places[one])
        assert absorb is not None
        state = absorb(state, messages[one])
    for said in own[done:]:
        state = _after(stream, state, said)
    found: State | None = state
    return found


def _after(stream: Stream[Any], state: Any, said: Own) -> Any:
    return state if isinstance(said.event, SILENT) else stream.evolve(state, said.event, said.at)


def _moments(messages: Sequence[Received]) -> list[datetime]:
    """Return the times of messages, none before that of an earlier one of the same history."""
    latest: dict[str, datetime] = {}
    out = []
    for one in messages:
        history = _history(one)
        latest[history] = max(one.at, latest.get(history, one.at))
        out.append(latest[history])
    return out


def _history(message: Received) -> str:
    """Return what an event's place is known in: the history of its own subject at its service."""
    return message.source + message.id.rpartition(":")[0]


def _places(own: Sequence[Own], messages: Sequence[Received]) -> list[int]:
    """Return for each message behind how many events of the history it was taken."""
    led = {said.causation: place + 1 for place, said in enumerate(own)}
    latest = list(accumulate((said.at for said in own), max))
    places = [led.get(one.id, -1) for one in messages]
    histories: dict[str, list[int]] = {}
    for place, one in enumerate(messages):
        histories.setdefault(_history(one), []).append(place)
    for indices in histories.values():
        _fill(indices, places, lambda one: bisect_right(latest, messages[one].at))
    return places


def _fill(indices: Sequence[int], places: list[int], by_time: Callable[[int], int]) -> None:
    """Place what led to no event by its time, between its neighbours of the same history."""
    bound, bounds = 1 << 62, []
    for one in reversed(indices):
        bound = places[one] if places[one] >= 0 else bound
        bounds.append(bound)
    before = 0
    for one, most in zip(indices, reversed(bounds), strict=True):
        if places[one] < 0:
            places[one] = max(before, min(by_time(one), most))
        before = max(before, places[one])


def differing(stored: State | None, made: State | None) -> list[str]:
    """Return the names of the fields in which two states differ; ``.`` where one is none."""
    if stored is None or made is None:
        return [] if stored is made else ["."]
    one, other = stored.model_dump(mode="json"), made.model_dump(mode="json")
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
