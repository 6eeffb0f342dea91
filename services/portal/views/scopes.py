"""What a person may see: whose cases, whose figures, which fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.portal.views.figures import summed_rows
from shared.contracts.words import Audience
from shared.runtime.serve.tokens import Person

ALL_SEEING = frozenset({"court_clerk", "judge", "operator"})
NOBODY: Final = ""
"""Stands for the institution of whoever is shown no institution's own."""

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a person may see.

    Attributes:
        filter: What a case must match; empty for every case.
        mediator: Who must be one of its mediators; empty where that does not matter.
        institution: The only institution whose own figures and alerts are shown; ``None`` for all.
        organisation: The only organisation whose cases the figures count; ``None`` for all.
        viewer: The circle that the person belongs to: which fields of an event are shown.
        signs: Whether the person drafts, signs or seals agreements, and so needs their digest.
    """

    filter: Mapping[str, str]
    institution: str | None = None
    viewer: Audience = Audience.INSTITUTION
    signs: bool = False
    mediator: str = ""
    organisation: str | None = None

    def shows(self, row: Mapping[str, Any]) -> bool:
        """Tell whether a case is for the person."""
        beside = (row.get("mediator"), row.get("co_mediator"))
        own = all(row.get(name) == value for name, value in self.filter.items())
        return own and (not self.mediator or self.mediator in beside)

    @property
    def query(self) -> Document:
        """The filter of the cases that are for the person; empty for every case."""
        if not self.mediator:
            return dict(self.filter)
        return {**self.filter, "$or": [{"mediator": self.mediator}, {"co_mediator": self.mediator}]}


def scope_of(person: Person) -> Scope | None:
    """Return what a role may see; ``None`` for nothing.

    The court and the operators see every case, an institution and an organisation their own, a mediator
    those that are mediated by this person, a party (whose organisation is the case) its case.
    """
    match person.role:
        case role if role in ALL_SEEING:
            return Scope({})
        case "institution_agent":
            return Scope({"institution": person.organisation}, person.organisation, signs=True)
        case "organisation_clerk":
            own = person.organisation
            return Scope({"organisation": own}, NOBODY, signs=True, organisation=own)
        case "mediator":
            own = person.organisation
            return Scope({"organisation": own}, NOBODY, signs=True, organisation=own, mediator=person.person)
        case "party":
            return Scope({"_id": person.organisation}, NOBODY, Audience.PARTY, signs=True)
        case _:
            return None


def for_person(figures: Document, scope: Scope) -> Document:
    """Return the figures that somebody may see: an institution its own alone, an organisation its cases'.

    Two institutions would learn each other's from a total, and from few more by asking twice. Which
    institutions' cases an organisation mediates its clerk knows, a mediator only of some. A party sees the
    totals, as anybody may who reads what the court publishes.
    """
    if scope.institution:
        return figures["own"].get(scope.institution) or summed_rows(())
    shown = {name: one for name, one in figures.items() if name not in ("own", "mediated_by")}
    if scope.organisation is not None:
        shown = figures["mediated_by"].get(scope.organisation) or summed_rows(())
        if not scope.mediator:
            return shown
    return shown if scope.institution is None else {**shown, "by_institution": {}}
