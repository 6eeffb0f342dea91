"""Which message leads to which of mediation's two streams."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from services.mediation import designation
from services.mediation.case import Mediation, case
from services.mediation.roster import Roster, roster
from services.mediation.rules import (
    CASE_RULES,
    CaseRules,
    Context,
    Founding,
    Unseal,
    founding,
    nothing_opens,
)
from services.mediation.store import rows
from shared.casework.calendar import Calendar, library_calendar
from shared.casework.case_ids import is_case_id
from shared.casework.completeness import complete
from shared.casework.protocol import Received, Rejected, Routed, Stream
from shared.casework.rulebook import RuleBook
from shared.contracts import mediation as say
from shared.contracts.common import AdvanceClock
from shared.contracts.confidence import KeepConcession
from shared.contracts.flows import read_by
from shared.contracts.kinds import Cause
from shared.contracts.sealed import bound_to, unpacked_text
from shared.contracts.topics import DESIGNATIONS, ROSTERS, commands_topic
from shared.network.schema import Network

__all__ = ["TABLES", "TOPICS", "Handlers", "designation", "handlers"]

TABLES: Final = (case, roster)
COMMANDS: Final = commands_topic("mediation")
TOPICS: Final = read_by("mediation")
complete("mediation", *TABLES, topics=TOPICS)


@dataclass(frozen=True, slots=True)
class Box:
    """Opens what was sealed to mediation, and seals what is kept of it.

    Attributes:
        unseal: Returns what was sealed, given what it must be bound to.
        seal: Gives the row of a case in which data stand encrypted.
    """

    unseal: Unseal
    seal: Callable[[str, bytes], Mapping[str, Any]]


CLOSED: Final = Box(nothing_opens, lambda case, plain: {})
"""Opens nothing: a service without keys."""


@dataclass(frozen=True, slots=True)
class Handlers:
    """The streams with their rules bound, and the way to them."""

    case: Stream[Mediation]
    roster: Stream[Roster]
    rosters: Mapping[str, Founding]
    box: Box = CLOSED

    def route(self, topic: str, key: str, message: Received) -> Routed | None:
        """Lead a message to its case or its roster; which of them a command is about, its subject says.

        Raises:
            Rejected: ``roster.unknown``: the organisation is not in the network file;
                ``case.unknown``: a command is about something that is neither a case nor an organisation.
        """
        if topic == ROSTERS:
            return self._to_roster(key, message)
        if topic == DESIGNATIONS:
            body = message.body
            if not isinstance(body, say.PlaceTaken | say.DesignationQueued):
                return None
            return Routed(self.case, message.about(body.case))
        if is_case_id(message.subject):
            kept = self._kept(message) if isinstance(message.body, KeepConcession) else None
            return Routed(self.case, message, kept=kept)
        if topic == COMMANDS and not isinstance(message.body, AdvanceClock):
            if message.subject in self.rosters:
                return Routed(self.roster, message)
            raise Rejected(
                "case.unknown",
                f"{message.subject} is neither a case nor an organisation of the network. "
                "Send the command with the id of one.",
            )
        return None

    def _kept(self, message: Received) -> Mapping[str, Any] | None:
        """Return the row of what is told in confidence; it is sealed here, once for a message.

        A batch that is decided again after a conflict writes the same row.
        """
        assert isinstance(message.body, KeepConcession)
        who = str(message.actor)
        bound = bound_to(message.body.wire_type, "concession", message.subject, who)
        plain = self.box.unseal(message.body.concession, bound)
        text = None if plain is None else unpacked_text(plain)
        if text is None:
            return None
        told = {"at": message.at.isoformat(), "by": who, "text": text}
        return self.box.seal(message.subject, orjson.dumps(told))

    def _to_roster(self, organisation: str, message: Received) -> Routed:
        if organisation not in self.rosters:
            raise Rejected(
                "roster.unknown", f"{organisation} has no roster. Add it to the network file, then redrive."
            )
        return Routed(self.roster, message.about(organisation))


def takers(network: Network) -> dict[Cause, tuple[str, ...]]:
    """Return the organisations that the network's routing names for a cause, of whatever tier."""
    lines = {(line.organisation, cause) for line in network.routing for cause in line.causes}
    return {
        cause: tuple(one.id for one in network.organisations if (one.id, cause) in lines) for cause in Cause
    }


def handlers(
    network: Network,
    rules: RuleBook[CaseRules] = CASE_RULES,
    calendar: Calendar | None = None,
    box: Box = CLOSED,
) -> Handlers:
    """Bind the rules and the rosters of a network.

    Args:
        network: Its organisations' rosters.
        rules: Limits of a case by version.
        calendar: What is known about working days; ``None`` for what the library knows.
        box: The keys of what is said in confidence.
    """
    rosters = {one.id: founding(one) for one in network.organisations}
    context = Context(rules, calendar or library_calendar(), rosters, takers(network), box.unseal)
    return Handlers(case=case.bind(context, rows), roster=roster.bind(context), rosters=rosters, box=box)
