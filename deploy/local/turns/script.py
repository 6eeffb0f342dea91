"""How a story is told: what somebody does, and which event it waits for before it goes on.

A story is a generator. It yields what people do (:class:`File`, :class:`Do`) and what it waits for
(:class:`See`), and gets the event that it waited for:

    designated = yield see(MediatorDesignated)
    yield case.mediator(AcceptAssignment())

Pure: whoever plays it sends what it yields, and tells it what was said about its case. An event may come
before the story waits for it; each is seen once.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from shared.casework.case_ids import case_id
from shared.contracts.common import AdvanceClock, CommandRefused
from shared.contracts.envelope import Actor
from shared.contracts.intake import FileDispute
from shared.contracts.language import service_of
from shared.contracts.message import Command, Event

HOUR: Final = timedelta(hours=1)
COURT: Final = Actor("fengtai-court", "p-court-1", "court_clerk")
_CLOCK: Final = Actor("fengtai-court", "p-operator-1", "operator")
_BEGINNING: Final = datetime.min.replace(tzinfo=UTC)
_BY: Final = {"people-mediation": "p-people-1", "banking-mediation": "p-banking-1"}


@dataclass(frozen=True, slots=True)
class File:
    """An institution files, an hour after what happened last."""

    filing: FileDispute


@dataclass(frozen=True, slots=True)
class Do:
    """Somebody sends a command.

    Attributes:
        service: To which service.
        about: Id of the case.
        after: How long after what happened last.
        at: When instead, such as the instant at which a deadline is over; ``None`` for ``after``.
    """

    service: str
    command: Command
    actor: Actor
    about: str
    after: timedelta = HOUR
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Confide:
    """Somebody says something in confidence: a command that is sealed to mediation before it is sent.

    Attributes:
        fields: What it says, in clear.
    """

    kind: type[Command]
    fields: Mapping[str, Any]
    actor: Actor
    about: str


@dataclass(frozen=True, slots=True)
class See:
    """The story waits for an event about one of its cases.

    Attributes:
        about: Id of the case; empty for any of them.
    """

    kind: type[Event]
    where: Callable[[Any], bool]
    about: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """The event that a story waited for, and its business time."""

    body: Any
    at: datetime
    about: str


Sent = File | Do | Confide
Script = Generator[Sent | See, Seen, None]


def see(kind: type[Event], where: Callable[[Any], bool] = lambda _: True, *, about: str = "") -> See:
    """Wait for the next event of a kind that was not seen before."""
    return See(kind, where, about)


@dataclass(slots=True)
class Case:
    """A case as those see it who act on it.

    Attributes:
        filing: What was filed.
        organisation: Which organisation mediates; known once the mediation is open.
        holder: The mediator; known once designated.
        now: Business time of what happened last.
        key: The platform's secret of case ids: who tells a story need not ask for them.
    """

    filing: FileDispute
    key: bytes
    organisation: str = ""
    holder: str = ""
    now: datetime = _BEGINNING

    @property
    def id(self) -> str:
        """Id of the case."""
        return self.id_of(self.filing)

    def id_of(self, filing: FileDispute) -> str:
        """Return the id of what was filed."""
        return case_id(self.key, filing.institution, filing.reference)

    def bank(self, command: Command, after: timedelta = HOUR) -> Do:
        """The institution's agent does something."""
        institution = self.filing.institution
        return Do(_to(command), command, _person(institution, "institution_agent"), self.id, after)

    def party(self, command: Command, place: str = "", after: timedelta = HOUR) -> Do:
        """A party whose part was proven does something; without a place, the main respondent."""
        return Do(_to(command), command, Actor(self.id, place, "party"), self.id, after)

    def confide(self, kind: type[Command], place: str | None = None, **fields: Any) -> Confide:
        """The institution's agent says something in confidence; with a place, the party who has it."""
        agent = _person(self.filing.institution, "institution_agent")
        return Confide(kind, fields, agent if place is None else Actor(self.id, place, "party"), self.id)

    def clerk(self, command: Command, after: timedelta = HOUR) -> Do:
        """A clerk of the organisation does something."""
        actor = Actor(self.organisation, _BY[self.organisation], "organisation_clerk")
        return Do(_to(command), command, actor, self.id, after)

    def mediator(self, command: Command, after: timedelta = HOUR) -> Do:
        """The mediator who holds the case does something."""
        actor = Actor(self.organisation, self.holder, "mediator")
        return Do(_to(command), command, actor, self.id, after)

    def court(self, command: Command, after: timedelta = HOUR) -> Do:
        """A clerk of the court does something."""
        return Do(_to(command), command, COURT, self.id, after)

    def clock(self, at: datetime, service: str = "mediation") -> Do:
        """Somebody looks at a service's clocks."""
        return Do(service, AdvanceClock(), _CLOCK, self.id, at=at)


def _to(command: Command) -> str:
    service = service_of(type(command))
    assert service is not None
    return service


def _person(institution: str, role: str) -> Actor:
    return Actor(institution, f"p-{institution}-1", role)


@dataclass(slots=True)
class Telling:
    """A story under way.

    Attributes:
        case: Its case.
        cases: Ids of all cases that it has filed.
        refused: Commands that were refused, with their reason.
        over: The story is told.
    """

    case: Case
    script: Script
    cases: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    over: bool = False
    _heard: list[Seen] = field(default_factory=list)
    _waits: See | None = None

    def begin(self) -> list[tuple[Sent, datetime]]:
        """Return what is sent first, and when."""
        return self._on(None)

    def hear(self, about: str, body: Event, at: datetime) -> list[tuple[Sent, datetime]]:
        """Take an event about one of the cases; return what is sent then."""
        if isinstance(body, CommandRefused):
            self.refused.append(f"{body.command} {body.reason} {body.detail}".strip())
        self._heard.append(Seen(body, at, about))
        return self._looked()

    @property
    def waits_for(self) -> str:
        """What the story waits for; empty where it is told."""
        return "" if self._waits is None else self._waits.kind.__name__

    def _looked(self) -> list[tuple[Sent, datetime]]:
        if self._waits is None:
            return []
        for index, seen in enumerate(self._heard):
            here = self._waits.about in ("", seen.about)
            if here and isinstance(seen.body, self._waits.kind) and self._waits.where(seen.body):
                del self._heard[index]
                self.case.now = max(self.case.now, seen.at)
                return self._on(seen)
        return []

    def _on(self, seen: Seen | None) -> list[tuple[Sent, datetime]]:
        sent: list[tuple[Sent, datetime]] = []
        try:
            step = next(self.script) if seen is None else self.script.send(seen)
            while not isinstance(step, See):
                self.case.now = self._when(step)
                if isinstance(step, File):
                    self.cases.add(self.case.id_of(step.filing))
                sent.append((step, self.case.now))
                step = next(self.script)
            self._waits = step
        except StopIteration:
            self._waits, self.over = None, True
            return sent
        return sent + self._looked()

    def _when(self, step: Sent) -> datetime:
        if isinstance(step, Do):
            return self.case.now + step.after if step.at is None else max(self.case.now, step.at)
        return self.case.now + HOUR if isinstance(step, Confide) else self.case.now
