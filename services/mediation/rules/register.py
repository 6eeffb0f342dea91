"""Who stands on a roster: what the network file says, and the events of the register above it.

An entry of the register replaces that of the file, whatever the file says later.
Source: 法释〔2016〕14号 arts 6, 7, 10 (as of 2016-07-01).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import Field

from services.mediation.rules.designation import Member, RosterRules, closed, rules_of
from shared.casework.protocol import State
from shared.contracts.rosters import MediatorEntry, OrganisationGround, RemovalGround, SuspensionGround
from shared.network.schema import Organisation


class Register(State):
    """What events said of the mediators of an organisation.

    Attributes:
        entries: By id: those who were added or changed.
        suspended: By id: why no cases are given.
        removed: By id: why the mediator stands on the roster no more.
        trained: When who was trained last, of those who are given cases; the earliest comes first.
        told: Of whose training the end was told.
        closed: Why the organisation takes no cases; ``None`` where it does.
    """

    entries: dict[str, MediatorEntry] = Field(default_factory=dict)
    suspended: dict[str, SuspensionGround] = Field(default_factory=dict)
    removed: dict[str, RemovalGround] = Field(default_factory=dict)
    trained: tuple[tuple[date, str], ...] = ()
    told: tuple[str, ...] = ()
    closed: OrganisationGround | None = None

    def changed(self, **changes: Any) -> "Register":
        """Return the register with other entries, and with the days of training that follow from them."""
        after = self.but(**changes)
        gone = after.suspended.keys() | after.removed.keys()
        trained = sorted(
            (one.trained_on, id)
            for id, one in after.entries.items()
            if one.trained_on is not None and id not in gone
        )
        before = dict((id, day) for day, id in self.trained)
        told = tuple(id for id in self.told if (before.get(id), id) in trained)
        return after.but(trained=tuple(trained), told=told)


NOTHING_SAID = Register()


@dataclass(frozen=True, slots=True)
class Founding:
    """The mediators of an organisation as the network file lists them.

    Attributes:
        entries: By id, in order.
        rules: Those of a roster of which no event said anything.
    """

    entries: Mapping[str, MediatorEntry]
    rules: RosterRules
    _last: list[tuple[Register, RosterRules]] = field(default_factory=list, compare=False, repr=False)

    def entry(self, register: Register, id: str) -> MediatorEntry | None:
        """Return what holds of a mediator who was not removed; ``None`` for a stranger."""
        if id in register.removed:
            return None
        return register.entries.get(id) or self.entries.get(id)

    def registered(self, register: Register) -> dict[str, MediatorEntry]:
        """Return everybody who was not removed, in the order of their ids."""
        both = {**self.entries, **register.entries}
        return {id: both[id] for id in sorted(both) if id not in register.removed}

    def listed(self, register: Register) -> RosterRules:
        """Return the rules of those who are given cases: trained, and not suspended.

        The register of one batch is one object, so the last answer is kept: it is made once, not per message.
        """
        if register is NOTHING_SAID or not (
            register.entries or register.suspended or register.removed or register.closed
        ):
            return self.rules
        if not self._last or self._last[0][0] is not register:
            everybody = self.registered(register).values()
            members = [one for one in everybody if one.trained and one.mediator not in register.suspended]
            rules = rules_of({one.mediator: _member(one) for one in members})
            self._last[:] = [(register, rules if register.closed is None else closed(rules))]
        return self._last[0][1]


def founding(organisation: Organisation) -> Founding:
    """Read the roster of an organisation from the network file."""
    entries = {
        one.id: MediatorEntry(
            mediator=one.id,
            shown_as=one.name,
            specialities=one.specialities,
            weight=one.weight,
            capacity=one.capacity,
            trained=True,
        )
        for one in sorted(organisation.mediators, key=lambda one: one.id)
    }
    return Founding(entries, rules_of({id: _member(one) for id, one in entries.items()}))


def _member(one: MediatorEntry) -> Member:
    return Member(
        one.mediator,
        frozenset(one.specialities),
        one.weight,
        one.capacity,
        frozenset(one.languages),
        frozenset(one.interests),
    )
