"""The models of a network file.

"1 + 2 + N" is data: one court, its mediation organisations, the institutions. Another city runs the same
program with its own file; `deploy/networks` holds two. The file is YAML:

    format: 1
    id: fengtai
    name: {zh: ..., en: ...}
    court: {id: fengtai-court, code: 京0106, place: 丰台, name: {zh: ..., en: ...}}
    organisations:
      - id: people
        name: {zh: ..., en: ...}
        mediators:
          - {id: m01, name: 调解员甲, specialities: [credit_card], weight: 2, capacity: 60}
    institutions:
      - {id: ccb, kind: bank, name: {zh: ..., en: ...}}
    routing:
      - {organisation: people, tiers: [simple, ordinary, complex], causes: [credit_card]}
    people:
      - {id: clerk-1, name: 调解组织书记甲, organisation: people, role: organisation_clerk}
    labels:
      - {code: fees_not_prompted, name: {zh: ..., en: ...}}
    recipients:
      - {id: nfra-beijing, kind: regulator, name: {zh: ..., en: ...}}
    rules:
      mediation:
        - version: fengtai-2027.1
          of: mediation-2022.2
          by: president-1
          limits:
            - {rule: mediation.period, value: 20, source: 京丰法〔2027〕3号 art 2}
    keys:
      - {id: portal-2027, owner: portal, use: messages, public: ..., since: 2027-01-01T00:00:00+08:00}
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal

from pydantic import Field, PrivateAttr, model_validator
from pydantic_core import PydanticCustomError

from shared.contracts.kinds import Cause, Tier
from shared.contracts.topics import filings_topic
from shared.network.checks import findings
from shared.network.keys import MOST_KEYS, Key
from shared.network.patterns import COURT_CODE, LINE, VERSION, WORD
from shared.network.problems import FieldPath, NetworkError, NetworkProblem
from shared.network.strict import Day, Id, Line, Strict, Time, many
from shared.network.words import Wording

__all__ = [
    "CROSS_CHECK",
    "CityRules",
    "CityVersion",
    "Court",
    "Id",
    "Institution",
    "InstitutionKind",
    "Label",
    "LabelsChanged",
    "LimitChange",
    "Mediator",
    "Name",
    "Network",
    "Organisation",
    "Person",
    "Quota",
    "Recipient",
    "Role",
    "RoutingLine",
]

CROSS_CHECK: Final = "network_cross_check"
"""The type of pydantic's error when one part of the network contradicts another."""

InstitutionKind = Literal["bank", "consumer_finance", "lessor"]
"""The kind of an institution; it decides which causes it usually files."""
RecipientKind = Literal["regulator", "association", "committee"]
"""The kind of a recipient of systemic issues that is no institution."""
_OfTheCourt = Literal["court_clerk", "judge"]
Role = Literal[
    "institution_agent", "mediator", "organisation_clerk", _OfTheCourt, "operator", "recipient_agent"
]
"""In whose capacity a person acts. An operator keeps the platform running, at any member."""

# A file holds an enumeration's values as text.
_Cause = Annotated[Cause, Field(strict=False)]
_Tier = Annotated[Tier, Field(strict=False)]


class Name(Strict):
    """A name in both languages, one line each, at most 80 characters."""

    zh: Line
    """The official Chinese name."""
    en: Line
    """The English name for operators and reports."""


class Court(Strict):
    """The one court, which confirms agreements and takes the cases that mediation does not settle."""

    id: Id
    """The court's id in actors and topics."""
    code: Annotated[str, Field(pattern=COURT_CODE)]
    """The code in case numbers, province character and 2 or 4 digits: 京0106."""
    place: Annotated[str, Field(min_length=1, max_length=20, pattern=WORD)]
    """地名 as it stands in the number of a judicial suggestion (法释〔2023〕11号 art 6): 丰台."""
    name: Name


class Mediator(Strict):
    """A mediator on the first roster of an organisation.

    Later changes to the roster are events of its stream, not edits of the file.
    """

    id: Id
    """Unique in the whole network."""
    name: Line
    """The name shown to the parties."""
    en: Line | None = None
    """The name in Latin letters, for the English page; None: the Chinese one stands there."""
    specialities: Annotated[tuple[_Cause, ...], many(len(Cause))]
    """The causes this mediator takes, each once."""
    weight: Annotated[int, Field(ge=1, le=1000)]
    """The share of assignments relative to the organisation's other mediators, no unit."""
    capacity: Annotated[int, Field(ge=1, le=100_000)]
    """The largest number of cases at one time."""


class Organisation(Strict):
    """A mediation organisation with its first roster."""

    id: Id
    """The message key of the organisation's roster."""
    name: Name
    mediators: Annotated[tuple[Mediator, ...], many(5000)]


class Quota(Strict):
    """How much of each broker an institution may take before the broker makes it wait."""

    written: Annotated[int, Field(ge=10_000, le=10_000_000_000)] = 2_000_000
    """Bytes a second that it sends: some 1,300 filings."""
    read: Annotated[int, Field(ge=10_000, le=10_000_000_000)] = 10_000_000
    """Bytes a second that it is sent."""
    requests: Annotated[int, Field(ge=1, le=100_000)] = 50
    """Time of the broker's threads for its requests, percent of one thread."""


class Institution(Strict):
    """A bank, finance company or lessor: it files disputes and answers alerts, requests and suggestions."""

    id: Id
    """The last part of `filings.<id>`, the topic that only this institution writes."""
    kind: InstitutionKind
    name: Name
    superior: Name | None = None
    """The body that receives copies of suggestions (法释〔2023〕11号 art 9); None: not known."""
    quota: Quota | None = None
    """How much of the brokers it may take; None: what the network says for all."""
    transactions: bool = False
    """Whether it may send in Kafka's transactions: behind an open one all readers of its filings wait."""

    @property
    def filings_topic(self) -> str:
        """Return the topic on which this institution files."""
        return filings_topic(self.id)


class RoutingLine(Strict):
    """The organisation that takes every pair of these tiers and causes."""

    organisation: Id
    tiers: Annotated[tuple[_Tier, ...], many(len(Tier))]
    causes: Annotated[tuple[_Cause, ...], many(len(Cause))]


class Person(Strict):
    """Somebody who acts, written `<organisation>/<person>/<role>` as the actor of a message."""

    id: Id
    """Unique in the whole network, mediators included."""
    name: Line
    organisation: Id
    """The id of the court, a mediation organisation, an institution or a recipient of referrals."""
    role: Role


class Label(Strict):
    """What institutions write for an issue, a product or a channel, and how people read it."""

    code: Line
    """As it stands in a filing: fees_not_prompted."""
    name: Name


class Recipient(Strict):
    """Whom systemic issues are referred to, and who answers; every institution is one without a line here."""

    id: Id
    """The organisation of its people, who answer as its agents."""
    kind: RecipientKind
    name: Name


class LimitChange(Strict):
    """A limit that the city sets otherwise than the version that it starts from."""

    rule: Annotated[str, Field(min_length=1, max_length=80, pattern=LINE)]
    """The rule's id: `suyuan rules` lists those that have a limit."""
    value: int | Annotated[float, Field(allow_inf_nan=False)]
    """The number, in the unit that `suyuan rules` names."""
    source: Annotated[str, Field(min_length=1, max_length=200, pattern=LINE)]
    """What the city rests it on: the decision, its number and article."""


class LabelsChanged(Strict):
    """Labels of issues, products or causes that became other ones: renamed, merged or split."""

    of: Literal["issue", "product", "cause"]
    """What the labels name."""
    since: Day
    """The first day of the new ones."""
    old: Annotated[tuple[Line, ...], many(50)]
    """One label, or several that were merged."""
    new: Annotated[tuple[Line, ...], many(50)]
    """One label, or several into which one was split."""
    comparable: bool = True
    """Whether the new ones hold what the old ones held; if not, they begin anew."""
    source: Annotated[str, Field(min_length=1, max_length=200, pattern=LINE)]
    """What it rests on."""


_Version = Annotated[str, Field(pattern=VERSION)]


class CityVersion(Strict):
    """A version of a service's rules of the city's own: a published one with other limits."""

    version: _Version
    """Its name, which begins with the network's id; never used again for another."""
    of: _Version
    """The published version that it comes from."""
    by: Id
    """The person who answers for it."""
    limits: Annotated[tuple[LimitChange, ...], many(100, 0)]
    """All that differs from the published version; empty to go back to it."""
    taxonomy: Annotated[tuple[LabelsChanged, ...], many(500, 0)] = ()
    """Labels that were renamed, merged or split, so that counts go on; of alerts alone."""


_Versions = Annotated[tuple[CityVersion, ...], many(200, 0)]


class CityRules(Strict):
    """The city's own versions by service, oldest first; the last is in force for what starts anew."""

    intake: _Versions = ()
    mediation: _Versions = ()
    court_bridge: _Versions = ()
    alerts: _Versions = ()


@dataclass(frozen=True, slots=True)
class _Origin:
    """The file of a network, and its lines; two networks that say the same are equal wherever they stood."""

    file: str = field(default="", compare=False)
    line: Callable[[FieldPath], int] = field(default=lambda _: 0, compare=False)


_PartyToken = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class Network(Strict):
    """A whole network, with lookups by id.

    Raises:
        ValidationError: a field is wrong, or one part contradicts another.
    """

    format: Literal[1]
    """The version of the file format."""
    id: Id
    name: Name
    court: Court
    organisations: Annotated[tuple[Organisation, ...], many(50)]
    institutions: Annotated[tuple[Institution, ...], many(2000)]
    routing: Annotated[tuple[RoutingLine, ...], many(200)]
    """Every pair of tier and cause exactly once; the order has no meaning."""
    people: Annotated[tuple[Person, ...], many(20_000, 0)] = ()
    """Everybody except the mediators, who are listed under their organisations."""
    labels: Annotated[tuple[Label, ...], many(2000, 0)] = ()
    """The names of issues, products and channels; what has none here is shown as the institution wrote it."""
    recipients: Annotated[tuple[Recipient, ...], many(200, 0)] = ()
    """To whom systemic issues are referred, besides the institutions."""
    negative_list: Annotated[tuple[_PartyToken, ...], many(100_000, 0)] = ()
    """失信、逃废债名单: party tokens, as `suyuan party-token` makes them; their disputes go to the court."""
    quota: Quota = Quota()
    """How much of the brokers each institution may take that has no quota of its own."""
    rules: CityRules = CityRules()
    """Limits that the city sets otherwise than the published rules."""
    keys: Annotated[tuple[Key, ...], many(MOST_KEYS, 0)] = ()
    """Public keys of services, court, operators and witnesses; a keys file may add others."""
    signed_since: Time | None = None
    """From when on, by the broker's time, commands and the court's answers must be signed; None: always."""

    _origin: _Origin = PrivateAttr(default_factory=lambda: _Origin())
    _organisations: dict[str, Organisation] = PrivateAttr(default_factory=dict)
    _institutions: dict[str, Institution] = PrivateAttr(default_factory=dict)
    _mediators: dict[str, tuple[Mediator, Organisation]] = PrivateAttr(default_factory=dict)
    _people: dict[str, Person] = PrivateAttr(default_factory=dict)
    _routes: dict[tuple[Tier, Cause], Organisation] = PrivateAttr(default_factory=dict)
    _listed: frozenset[str] = PrivateAttr(default=frozenset())

    @model_validator(mode="after")
    def _check_and_index(self) -> Network:
        first = next(findings(self.model_dump(mode="json")), None)
        if first is not None:
            text = f"{first.wording.en} / {first.wording.zh}"
            raise PydanticCustomError(CROSS_CHECK, "{text}", {"text": text})
        self._organisations.update((one.id, one) for one in self.organisations)
        self._institutions.update((one.id, one) for one in self.institutions)
        self._people.update((one.id, one) for one in self.people)
        self._index_mediators()
        self._index_routes()
        self._listed = frozenset(self.negative_list)
        return self

    def _index_mediators(self) -> None:
        for organisation in self.organisations:
            for one in organisation.mediators:
                self._mediators[one.id] = (one, organisation)
                self._people[one.id] = Person(
                    id=one.id, name=one.name, organisation=organisation.id, role="mediator"
                )

    def _index_routes(self) -> None:
        for line in self.routing:
            for tier in line.tiers:
                for cause in line.causes:
                    self._routes[tier, cause] = self._organisations[line.organisation]

    def came_from(self, file: str, line: Callable[[FieldPath], int]) -> None:
        """Remember file and lines, for what only a service can find wrong."""
        self._origin = _Origin(file, line)

    def invalid(self, wrong: Iterable[tuple[FieldPath, Wording]]) -> NetworkError:
        """Return the error of what is wrong in the file, at its lines."""
        file, line = self._origin.file or self.id, self._origin.line
        return NetworkError(file, [NetworkProblem.at(line(path), path, wording) for path, wording in wrong])

    def organisation(self, id: str) -> Organisation | None:
        """Return the mediation organisation with this id, or None."""
        return self._organisations.get(id)

    def institution(self, id: str) -> Institution | None:
        """Return the institution with this id, or None."""
        return self._institutions.get(id)

    def mediator(self, id: str) -> Mediator | None:
        """Return the mediator with this id, of any organisation, or None."""
        found = self._mediators.get(id)
        return found[0] if found else None

    def organisation_of(self, mediator_id: str) -> Organisation | None:
        """Return the organisation that lists this mediator, or None."""
        found = self._mediators.get(mediator_id)
        return found[1] if found else None

    def person(self, id: str) -> Person | None:
        """Return the person with this id, mediators included, or None."""
        return self._people.get(id)

    def roles(self) -> dict[str, str]:
        """Return the role of everybody, mediators included, by id."""
        return {id: one.role for id, one in self._people.items()}

    def recipient(self, id: str) -> Recipient | None:
        """Return the regulator, association or committee with this id, or None."""
        return next((one for one in self.recipients if one.id == id), None)

    def member(self, id: str) -> Court | Organisation | Institution | Recipient | None:
        """Return the court, mediation organisation, institution or recipient with this id, or None."""
        if id == self.court.id:
            return self.court
        return self._organisations.get(id) or self._institutions.get(id) or self.recipient(id)

    def is_listed(self, party_token: str) -> bool:
        """Return whether a party is on the negative list."""
        return party_token in self._listed

    def route(self, tier: Tier, cause: Cause) -> Organisation:
        """Return the one organisation that takes this tier and cause."""
        return self._routes[tier, cause]
